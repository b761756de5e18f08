"""`tangthu status` and `tangthu reindex`: how the archive stands, and its index made anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from archive.moving import TABLES, move
from kernel.errors import NobodyWatching
from search_api.rebuild import rebuild
from tangthu.bootstrap import open_catalogue, open_engine, open_house
from tangthu.output import DataOption, JsonOption, print_json, tell
from tangthu.settings import read_settings


def status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Kho đang thế nào. / How the archive stands."""
    # Here, and not above: the other commands do without the libraries of the page.
    from search_api.routes.standing_shapes import StatusShape  # noqa: PLC0415
    from search_api.standing import standing  # noqa: PLC0415
    from tangthu.answering import open_services  # noqa: PLC0415

    with (
        open_house(read_settings(data)) as house,
        open_engine(house, read_only=True) as engine,
        open_services(house, engine) as services,
    ):
        shown = StatusShape.model_validate(standing(services, house.viewer)).model_dump(mode="json")
    if as_json:
        print_json(shown)
        return
    console = Console()
    watching, refused = shown.pop("watching"), shown["outbox"].pop("set_aside")
    for name, value in shown.items():
        console.print(f"[bold]{name}[/bold]: {escape(str(value))}")
    for line in [*_refused_lines(refused), *_standing_lines(watching)]:
        console.print(line, markup=False)


def _refused_lines(refused: list[dict[str, Any]]) -> Iterator[str]:
    """The records that the search engine does not take, in both languages."""
    if refused:
        yield "! Máy tìm kiếm từ chối các văn bản sau; vẫn được lưu nhưng không tìm thấy được /"
        yield "  The search engine refuses these records; they are kept, but cannot be found:"
    yield from (f"  {one['record_id']}: {one['reason']}" for one in refused)
    if refused:
        yield "  Sửa văn bản hoặc chạy: ./run reindex / Correct the record or run: ./run reindex"


def _standing_lines(watching: list[dict[str, Any]]) -> Iterator[str]:
    """What the processes that take and read have met, in both languages."""
    if not watching:
        nobody = NobodyWatching()
        yield f"{nobody.title.vi} / {nobody.title.en}"
    for one in watching:
        yield f"watching: waiting {one['waiting']}, held {one['held_count']}, passed over {one['passed_over_count']}"
        for trouble in one["troubles"]:
            yield f"! {trouble['title']['vi']} / {trouble['title']['en']} ({trouble['detail']})"
            yield f"  {trouble['remedy']['vi']} / {trouble['remedy']['en']}"
        for file in one["held"]:
            yield f"! {file['name']} ({file['tries']}x): {file['title']['vi']} / {file['title']['en']}"
        yield from (f"  {name}" for name in one["passed_over"])


def move_catalogue(
    target_url: Annotated[
        str, typer.Argument(help="postgresql+psycopg://…, or 'sqlite' for the file in the data folder; must be empty")
    ],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Chuyển danh mục sang cơ sở dữ liệu khác. / Moves the catalogue to another, empty database; the old one stays."""
    with (
        open_house(read_settings(data), alone=True) as house,
        open_catalogue("" if target_url == "sqlite" else target_url, house.layout) as target,
        Progress(disable=as_json) as progress,
    ):
        tasks = {name: progress.add_task(name, total=None) for name in TABLES}
        moved = move(house.catalogue, target, lambda name, rows: progress.update(tasks[name], completed=rows))
    if as_json:
        print_json(moved)
        return
    for name, table in moved.items():
        Console().print(f"{name}: {table.rows}  [dim]{table.digest[:16]}[/dim]")
    value = "" if target_url == "sqlite" else "…"
    tell(
        f"Đã chuyển và đối chiếu xong. Từ nay chạy với TANGTHU_DATABASE_URL={value}",
        f"Moved and compared. From now on run with TANGTHU_DATABASE_URL={value}",
    )


def reindex(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Lập lại chỉ mục; tìm kiếm vẫn chạy. / Builds the index anew while searching goes on."""
    with (
        open_house(read_settings(data)) as house,
        open_engine(house, read_only=False) as engine,
        Progress(disable=as_json) as progress,
    ):
        task = progress.add_task("Lập chỉ mục / indexing", total=None)
        done = rebuild(
            house.catalogue,
            engine,
            house.layout.index_lock,
            lambda finished, total: progress.update(task, completed=finished, total=total),
        )
    if as_json:
        print_json(done)
    else:
        Console().print(f"{done.records} văn bản / records; bị từ chối / refused: {len(done.refused)}")
