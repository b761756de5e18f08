"""`tangthu discard`, `bin`, `undiscard`, `purge`: deleting, in steps that can be taken back up to the last."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from mappings.record import RecordView
from search_api.disposing import DisposalService
from tangthu.bootstrap import House, open_house, removables
from tangthu.output import DataOption, JsonOption, print_json, tell
from tangthu.settings import read_settings

RecordArgument = Annotated[str, typer.Argument(help="The record's id")]
_ALL = 1_000_000


def _me() -> str:
    """The name by which this machine knows who types."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


ByOption = Annotated[str, typer.Option("--by", help="Who does it", default_factory=_me, show_default="the user here")]


def _disposal(house: House) -> DisposalService:
    return DisposalService(house.catalogue, removables(house))


def discard(
    record_id: RecordArgument,
    why: Annotated[str, typer.Option("--why", help="The reason")],
    by: ByOption,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bỏ văn bản vào thùng rác. / Puts a record into the bin; it can be restored."""
    with open_house(read_settings(data)) as house:
        found = _disposal(house).discard(record_id, by, why, house.viewer)
    if as_json:
        print_json(found)
    else:
        tell("Văn bản đã vào thùng rác.", f"The record is in the bin; back: tangthu undiscard {found.record_id}")


def restore_record(
    record_id: RecordArgument, by: ByOption, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Khôi phục văn bản từ thùng rác. / Takes a record out of the bin."""
    with open_house(read_settings(data)) as house:
        _disposal(house).restore(record_id, by, house.viewer)
    if as_json:
        print_json({"record_id": record_id, "restored_by": by})
    else:
        tell("Văn bản đã được khôi phục.", "The record was restored.")


def purge(
    record_id: RecordArgument,
    by: Annotated[str, typer.Option("--by", help="The first person, who asks for it")],
    second: Annotated[str, typer.Option("--second", help="The second person, who confirms")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xóa hẳn văn bản trong thùng rác; cần hai người. / Purges a record in the bin for ever, by two persons' word."""
    with open_house(read_settings(data)) as house:
        disposal = _disposal(house)
        tombstone = disposal.purge(record_id, by, second, house.viewer)
        with house.catalogue.reading() as unit:
            tombstone = unit.bin.tombstones([tombstone.record_id])[tombstone.record_id]
    if as_json:
        print_json(tombstone)
    else:
        tell("Văn bản đã bị xóa hẳn.", f"The record was purged; its bytes: {tombstone.bytes}.")


def show_bin(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Xem thùng rác. / Shows what lies in the bin."""
    with open_house(read_settings(data)) as house, house.catalogue.reading() as unit:
        found = unit.bin.content(house.viewer.tokens, _ALL)
        views = unit.records.views([one.record_id for one in found], discarded=True)
    if as_json:
        print_json(found)
        return
    console = Console()
    for one in found:
        console.print(f"[bold]{escape(_title(views[one.record_id]))}[/bold]  [dim]{one.record_id}[/dim]")
        console.print(f"  {one.at:%d/%m/%Y} {escape(one.by)}: {escape(one.why)}")
        if one.purge_asked_by:
            console.print(f"  Đề nghị xóa hẳn / purge asked for: {escape(one.purge_asked_by)}")


def _title(view: RecordView) -> str:
    return view.issue_number or view.record.file_name
