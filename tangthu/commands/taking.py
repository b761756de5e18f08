"""`tangthu ingest`: hand files in from the terminal, through the same door as uploads."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from archive import receiving
from kernel.clock import now
from kernel.errors import NotFound, TooLarge
from kernel.locks import others_alive
from mappings.record import Delivery, DeliverySource, DeliveryState, PageState, RecordState
from tangthu.bootstrap import House, open_house, working
from tangthu.output import DataOption, JsonOption, print_json, tell
from tangthu.settings import read_settings

_CHUNK = 1 << 20
_LOOK_SECONDS = 0.3
_UNREAD = (RecordState.RECEIVED, RecordState.READING)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders with all that is in them")],
    wait: Annotated[bool, typer.Option("--wait", help="Until all of it is read and searchable")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Nộp tệp vào kho. / Hands files in; the originals stay where they are."""
    with open_house(read_settings(data)) as house:
        handed = [_hand_in(house, path, name) for path, name in _files(paths)]
        served = others_alive(house.layout.owners)
        if wait:
            _see_through(house, handed, served=served)
        elif not served and not as_json:
            tell(
                f"Đã nhận {len(handed)} tệp; sẽ được đọc khi tàng thư chạy (./run).",
                f"{len(handed)} files taken; they are read once tangthu runs (./run).",
            )
        deliveries = _now(house, handed)
    _report(deliveries, as_json=as_json)


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Each file with the name that it is handed in by."""
    for path in paths:
        if path.is_dir():
            for below in sorted(path.rglob("*")):
                if below.is_file() and not below.name.startswith("."):
                    yield below, below.name
        elif path.is_file():
            yield path, path.name
        else:
            raise NotFound(id=str(path))


def _hand_in(house: House, path: Path, name: str) -> Delivery:
    limit = house.settings.max_upload_mb
    if path.stat().st_size > limit << 20:
        raise TooLarge(megabytes=limit)
    with house.spool.add(os.fsencode(name).decode("utf-8", "replace")) as writer, path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            writer.write(chunk)
        spooled = writer.finish()
    delivery = Delivery(
        spooled.delivery_id, spooled.path.name, DeliverySource.COMMAND, DeliveryState.RECEIVED, now(), writer.size
    )
    house.catalogue.write(lambda unit: receiving.announce(unit, [delivery]))
    return delivery


def _see_through(house: House, handed: Sequence[Delivery], *, served: bool) -> None:
    """Shows the progress until everything handed in is searchable; does the work itself if nobody else is there."""
    if served:
        _show_progress(house, handed)
        return
    with working(house):
        _show_progress(house, handed)


def _show_progress(house: House, handed: Sequence[Delivery]) -> None:
    pause = threading.Event()
    with Progress(transient=True) as progress:
        task = progress.add_task("Đang đọc / reading", total=None)
        while not (stand := _stand(house, handed)).finished:
            progress.update(task, completed=stand.read, total=stand.pages or None)
            pause.wait(_LOOK_SECONDS)


@dataclass(frozen=True, slots=True)
class _Stand:
    """How far what was handed in has come."""

    read: int
    pages: int
    finished: bool


def _stand(house: House, handed: Sequence[Delivery]) -> _Stand:
    with house.catalogue.reading() as unit:
        rows = [unit.deliveries.by_id(delivery.id).delivery for delivery in handed]
        ids = sorted({row.record_id for row in rows if row.record_id})
        progress = unit.pages.progress(ids)
        views = unit.records.views(ids)
        index_waits = unit.outbox.waiting(ids) > 0
    pages = sum(sum(states.values()) for states in progress.values())
    waiting = sum(states.get(PageState.WAITING, 0) for states in progress.values())
    judged = all(row.state is not DeliveryState.RECEIVED for row in rows)
    read = all(view.record.state not in _UNREAD for view in views.values())
    return _Stand(pages - waiting, pages, judged and read and not index_waits)


def _now(house: House, handed: Sequence[Delivery]) -> list[Delivery]:
    with house.catalogue.reading() as unit:
        return [unit.deliveries.by_id(delivery.id).delivery for delivery in handed]


def _report(deliveries: Sequence[Delivery], *, as_json: bool) -> None:
    if as_json:
        print_json(deliveries)
    else:
        for delivery in deliveries:
            typer.echo(f"{delivery.state.value:10} {delivery.file_name}  {delivery.record_id or delivery.reason or ''}")
    if any(delivery.state is DeliveryState.REJECTED for delivery in deliveries):
        raise typer.Exit(3)
