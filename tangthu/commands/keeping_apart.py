"""`tangthu quarantine`, `release`: what may be a state secret, for the archivists named for it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from kernel.secret_errors import StateSecretMark
from search_api.keeping_apart import KeepingApart
from tangthu.bootstrap import open_house
from tangthu.commands.disposing import ByOption, RecordArgument
from tangthu.output import DataOption, JsonOption, print_json, tell
from tangthu.settings import read_settings


def quarantine(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Xem văn bản bị cách ly vì có dấu chỉ độ mật. / Shows what is kept apart as a possible state secret."""
    with open_house(read_settings(data)) as house:
        found = KeepingApart(house.catalogue).all(house.viewer)
    if as_json:
        print_json({"records": found})
        return
    console = Console(highlight=False)
    for one in found:
        console.print(f"{one.record.id}  {escape(one.record.file_name)}  " + (f"tr. {one.page}" if one.page else ""))
    said = StateSecretMark()
    tell(f"{len(found)} văn bản. {said.remedy.vi}.", f"{len(found)} records. {said.remedy.en}.")


def release(
    record_id: RecordArgument,
    why: Annotated[str, typer.Option("--why", help="The reason")],
    by: ByOption,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cho văn bản thôi cách ly: không phải bí mật nhà nước. / Releases a record: it is no state secret."""
    with open_house(read_settings(data)) as house:
        KeepingApart(house.catalogue).release(record_id, by, why, house.viewer)
    if as_json:
        print_json({"record_id": record_id, "released_by": by})
    else:
        tell("Văn bản thôi cách ly và sẽ được đọc.", "The record is released and will be read.")
