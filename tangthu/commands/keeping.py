"""`tangthu backup`, `restore`, `rebuild` and `export`: the archive kept elsewhere, put back, and given away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from archive import backup as backing_up
from archive.exporting import export as export_bag
from archive.layout import Layout
from archive.rebuilding import Restored, rebuild_catalogue
from archive.restoring import restore as put_back
from kernel.errors import BadRequest, Broken
from kernel.keeping_errors import NotKept
from search_api.query.answers import MOST_HITS, SearchQuery
from search_api.query.search import SearchService
from search_api.rebuild import rebuild as rebuild_index
from tangthu.bootstrap import House, open_catalogue, open_engine, open_house, open_originals
from tangthu.output import DataOption, JsonOption, print_json, tell
from tangthu.settings import Settings, read_settings

FolderArgument = Annotated[Path, typer.Argument(help="Folder of the backup")]


def backup(
    folder: FolderArgument,
    reread: Annotated[bool, typer.Option("--reread", help="Read back too what is there from before; mend it")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only read the backup and tell whether it is whole")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sao lưu, cả khi tàng thư đang chạy. / Makes or updates a backup, also while tangthu runs."""
    if check:
        _check(folder, as_json=as_json)
        return
    with open_house(read_settings(data)) as house, _troubles_told(), _progress(as_json) as progress:
        task = progress.add_task("Sao lưu / backing up", total=None)
        done = backing_up.back_up(
            house.catalogue,
            house.originals,
            house.layout,
            folder,
            reread=reread,
            progress=lambda count, total: progress.update(task, completed=count, total=total),
        )
    if as_json:
        print_json(done)
    else:
        tell(
            f"Đã sao lưu {done.records} văn bản, {done.originals} bản gốc (mới chép {done.copied}).",
            f"{done.records} records and {done.originals} originals backed up ({done.copied} newly copied).",
        )
    if done.lacking:
        _tell_paths("Bản gốc bị mất hoặc hỏng trong kho", "Originals lost or damaged in the archive", done.lacking)
        raise typer.Exit(Broken.exit_code)


def _check(folder: Path, *, as_json: bool) -> None:
    with _troubles_told(), _progress(as_json) as progress:
        task = progress.add_task("Kiểm tra / checking", total=None)
        damaged = backing_up.check(
            folder, lambda count, total: progress.update(task, completed=count, total=total or None)
        )
    if as_json:
        print_json({"damaged": damaged})
    elif not damaged:
        tell("Bản sao lưu nguyên vẹn.", "The backup is whole.")
    if damaged:
        _tell_paths("Tệp hỏng hoặc mất trong bản sao lưu", "Damaged or missing in the backup", damaged)
        raise typer.Exit(Broken.exit_code)


def restore(
    folder: FolderArgument,
    despite_damage: Annotated[
        bool, typer.Option("--despite-damage", help="Leave out what is damaged in the backup and restore the rest")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Phục hồi bản sao lưu vào thư mục trống. / Puts a backup back into an empty data folder."""
    settings = read_settings(data)
    layout = Layout(settings.data.resolve())
    with _troubles_told(), _progress(as_json) as progress:
        task = progress.add_task("Kiểm tra và phục hồi / checking, restoring", total=None)
        done = put_back(
            folder,
            layout,
            lambda: open_originals(settings, layout),
            lambda: open_catalogue(settings.database_url.get_secret_value(), layout),
            despite_damage=despite_damage,
            progress=lambda count, total: progress.update(task, completed=count, total=total or None),
        )
    records = _index(settings, as_json=as_json)
    if as_json:
        print_json({"records": records, **_plain(done)})
    else:
        tell(f"Đã phục hồi {records} văn bản; tìm kiếm đã sẵn sàng.", f"{records} records restored and searchable.")
    if done.left_out:
        _tell_paths("Không phục hồi được", "Left out", done.left_out)
        raise typer.Exit(Broken.exit_code)


def rebuild(
    from_originals: Annotated[
        bool, typer.Option("--from-originals", help="The catalogue too, from what lies beside the originals")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lập lại danh mục đã mất từ các bản gốc. / Makes a lost catalogue anew from the originals."""
    if not from_originals:
        raise BadRequest(what="rebuild: --from-originals; the index alone: reindex")
    settings = read_settings(data)
    with open_house(settings, alone=True) as house, _troubles_told(), _progress(as_json) as progress:
        task = progress.add_task("Lập lại danh mục / rebuilding", total=None)
        done = rebuild_catalogue(
            house.catalogue,
            house.originals,
            house.layout,
            lambda count, total: progress.update(task, completed=count, total=total),
        )
    _index(settings, as_json=as_json)
    _report_rebuilt(done, as_json=as_json)


def export(
    folder: Annotated[Path, typer.Argument(help="New folder for the bag")],
    record_ids: Annotated[list[str] | None, typer.Argument(help="Ids of records")] = None,
    query: Annotated[str | None, typer.Option(help="All records that this search finds")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xuất văn bản thành một gói BagIt. / Gives records away as a bag (BagIt)."""
    if bool(record_ids) == (query is not None):
        raise BadRequest(what="export: ids | --query")
    with open_house(read_settings(data)) as house:
        chosen: Sequence[str] = record_ids or _found(house, query or "")
        with _troubles_told():
            done = export_bag(
                house.catalogue, house.originals, chosen, house.viewer.tokens, folder, house.settings.unit
            )
    if as_json:
        print_json({"bag": str(done.place), "records": done.records, "bytes": done.size})
    else:
        tell(f"Đã xuất {done.records} văn bản vào {done.place}", f"{done.records} records exported to {done.place}")


def _found(house: House, query: str) -> list[str]:
    """All that a search finds; BadRequest where that is nothing, or only what fits in part."""
    found: list[str] = []
    cursor: str | None = None
    with open_engine(house, read_only=True) as engine:
        service = SearchService(house.catalogue, engine)
        while True:
            answer = service.search(SearchQuery(q=query, limit=MOST_HITS, cursor=cursor), house.viewer)
            if answer.partial or not answer.total:
                raise BadRequest(what=f"--query {query}: 0 văn bản / records")
            found.extend(hit.record_id for hit in answer.hits)
            cursor = answer.next_cursor
            if cursor is None:
                return found


def _index(settings: Settings, *, as_json: bool) -> int:
    """The index of a catalogue that has just been filled; how many records it holds."""
    with (
        open_house(settings) as house,
        open_engine(house, read_only=False) as engine,
        _progress(as_json) as progress,
    ):
        task = progress.add_task("Lập chỉ mục / indexing", total=None)
        return rebuild_index(
            house.catalogue,
            engine,
            house.layout.index_lock,
            lambda count, total: progress.update(task, completed=count, total=total),
        ).records


def _report_rebuilt(done: Restored, *, as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        tell(
            f"Đã lập lại {done.records} văn bản, {done.pages} trang, {done.events} sự kiện.",
            f"{done.records} records, {done.pages} pages and {done.events} events are back.",
        )
    for vi, en, paths in (
        ("Bản gốc chưa có mô tả, được nộp lại", "Originals without a sidecar, handed in anew", done.handed_in),
        ("Văn bản phải đọc lại", "Records to be read again", done.reread),
        ("Tệp mô tả hỏng", "Damaged sidecars", done.sidecars_damaged),
        ("Bản gốc bị mất", "Missing originals", done.missing),
        ("Bản gốc bị hỏng", "Damaged originals", done.damaged),
    ):
        if paths:
            _tell_paths(vi, en, paths)
    if not done.whole:
        raise typer.Exit(Broken.exit_code)


def _plain(done: object) -> dict[str, object]:
    return {name: getattr(done, name) for name in ("originals", "uploads", "left_out")}


def _tell_paths(vi: str, en: str, paths: Sequence[str]) -> None:
    shown = "\n".join(f"  {path}" for path in paths)
    tell(f"{vi} ({len(paths)}):", f"{en} ({len(paths)}):\n{shown}")


def _progress(as_json: bool) -> Progress:
    return Progress(disable=as_json, transient=True)


@contextmanager
def _troubles_told() -> Iterator[None]:
    """A disk or a database file that fails is told like any other error of ours."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise NotKept(reason=str(error)) from error
