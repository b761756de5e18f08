"""`tangthu backup`, `restore` and `rebuild`: the archive kept elsewhere and put back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from archive import backup as backing_up
from archive.backup_note import note_backup, note_check, note_failure, noted_failure
from archive.layout import Layout
from archive.rebuilding import Restored, rebuild_catalogue
from archive.restoring import restore as put_back
from kernel.errors import BadRequest, Broken
from search_api.rebuild import rebuild as rebuild_index
from tangthu.bootstrap import open_catalogue, open_engine, open_house, open_originals
from tangthu.output import DataOption, JsonOption, print_json, tell, troubles_told
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
        _check(folder, Layout(read_settings(data).data), as_json=as_json)
        return
    with (
        open_house(read_settings(data)) as house,
        troubles_told(),
        noted_failure(house.layout, folder),
        _progress(as_json) as progress,
    ):
        task = progress.add_task("Sao lưu / backing up", total=None)
        done = backing_up.back_up(
            house.catalogue,
            house.originals,
            house.layout,
            folder,
            reread=reread,
            progress=lambda count, total: progress.update(task, completed=count, total=total),
        )
        note_backup(house.layout, folder, done, reread=reread)
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


def _check(folder: Path, layout: Layout, *, as_json: bool) -> None:
    with troubles_told(), _progress(as_json) as progress:
        task = progress.add_task("Kiểm tra / checking", total=None)
        damaged = backing_up.check(
            folder, lambda count, total: progress.update(task, completed=count, total=total or None)
        )
    if damaged and layout.last_backup.exists():
        note_failure(layout, folder, f"{len(damaged)} damaged or missing files")
    elif not damaged:
        note_check(layout, folder)
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
    with troubles_told(), _progress(as_json) as progress:
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
    with open_house(settings, alone=True) as house, troubles_told(), _progress(as_json) as progress:
        task = progress.add_task("Lập lại danh mục / rebuilding", total=None)
        done = rebuild_catalogue(
            house.catalogue,
            house.originals,
            house.layout,
            lambda count, total: progress.update(task, completed=count, total=total),
        )
    _index(settings, as_json=as_json)
    _report_rebuilt(done, as_json=as_json)


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
