"""`tangthu serve` and `tangthu watch`: the two processes of the running service."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from typing import Annotated

import typer

from ingest.service import INCOMING
from kernel.errors import AddressTaken
from search_api.people.entering import FIRST_LINK_HOURS, first_link
from tangthu.bootstrap import open_engine, open_house, working
from tangthu.output import DataOption, JsonOption, print_json, tell
from tangthu.settings import Settings, read_settings
from tangthu.supervise import Supervisor, stop_when_parent_ends


def serve(
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Chạy trang tìm kiếm, API và thư mục nhận. / Runs the page, the API and the watched folder."""
    settings = read_settings(data)
    _log_to_stderr()
    listener = _listen(settings)
    # There before it is named to anybody, whoever comes first.
    (settings.drop / INCOMING).mkdir(parents=True, exist_ok=True)
    with open_house(settings) as house, Supervisor(("watch", "--under-parent"), _environment(settings)):
        # Loaded here, while the other process starts: they take longer than all that other commands need.
        from tangthu.answering import make_application, run  # noqa: PLC0415

        with open_engine(house, read_only=True) as engine, make_application(house, engine) as application:
            _say_hello(settings, first_link(house.catalogue), as_json=as_json)
            run(application, listener, settings)
    tell("Đã dừng.", "Stopped.")


def watch(
    under_parent: Annotated[bool, typer.Option("--under-parent", hidden=True)] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Chỉ chạy thư mục nhận, không có trang. / Runs the watched folder alone, without the page."""
    settings = read_settings(data)
    _log_to_stderr()
    stop, broken = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if under_parent:
        stop_when_parent_ends(stop)
    elif as_json:
        print_json({"watching": str(settings.drop.resolve() / INCOMING)})
    else:
        folder = settings.drop.resolve() / INCOMING
        tell(f"Đang theo dõi {folder}; dừng bằng Ctrl-C.", f"Watching {folder}; Ctrl-C stops it.")

    def ended() -> None:
        broken.set()
        stop.set()

    with open_house(settings) as house, working(house, ended):
        stop.wait()
    if broken.is_set():  # whoever supervises starts us again
        raise SystemExit(1)


def _environment(settings: Settings) -> dict[str, str]:
    """What the intake process is started in: the same archive, wherever it was named."""
    return dict(os.environ) | {"TANGTHU_DATA": str(settings.data.resolve())}


def _listen(settings: Settings) -> socket.socket:
    """The socket to serve on, taken before anything is started: a taken port is told at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise AddressTaken(address=f"{settings.host}:{settings.port}", reason=error.strerror) from error
    return listener


def _log_to_stderr() -> None:
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


def _say_hello(settings: Settings, first: str | None, *, as_json: bool) -> None:
    """`first`: the token of the link that makes the first administrator, None once there is one."""
    address = f"{scheme_of(settings)}://{settings.host}:{settings.port}/"
    incoming = settings.drop.resolve() / INCOMING
    if as_json:
        told = {"address": address, "incoming": str(incoming), "data": str(settings.data.resolve())}
        print_json(told | ({"first_administrator": f"{address}moi/{first}"} if first else {}))
        return
    tell(
        f"""
Tàng thư đã chạy.
  1. Mở trang tìm kiếm:          {address}
  2. Đặt bản quét (PDF, TIFF, JPEG, PNG, WebP, JPEG 2000, DOCX, XLSX, PPTX, ODT, RTF, HTML, TXT, EML, MSG…) vào:
                                 {incoming}
  3. Thử với văn bản mẫu:        ./run samples   (trong một cửa sổ lệnh khác)
  Dừng: Ctrl-C.
""",
        f"""tangthu is running.
  1. Open the search page:       {address}
  2. Drop scans (PDF, TIFF, JPEG, PNG, WebP, JPEG 2000, DOCX, XLSX, PPTX, ODT, RTF, HTML, TXT, EML, MSG…) into:
                                 {incoming}
  3. Try the shipped samples:    ./run samples   (in another terminal)
  API: {address}docs   Stop: Ctrl-C.
""",
    )
    if first:
        _say_first(f"{address}moi/{first}")


def scheme_of(settings: Settings) -> str:
    """https with a certificate of our own, else http."""
    return "https" if settings.tls_certificate else "http"


def _say_first(link: str) -> None:
    tell(
        f"""Chưa có tài khoản nào: chỉ người ngồi ở máy này dùng được, không cần đăng nhập.
  Để nhiều người cùng dùng, tạo người quản trị đầu tiên bằng đường dẫn này (dùng một lần, trong {FIRST_LINK_HOURS} giờ):
                                 {link}
""",
        f"""There are no accounts: only whoever sits at this machine can use it, without signing in.
  For several people, make the first administrator by this link (works once, within {FIRST_LINK_HOURS} hours):
                                 {link}
""",
    )
