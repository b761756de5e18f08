"""`tangthu reread`: records whose pages are read anew, by a newer engine or with other languages."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from archive.disposing import person
from archive.rereading import read_again
from tangthu.bootstrap import open_house
from tangthu.commands.disposing import ByOption
from tangthu.output import DataOption, JsonOption, print_json, tell
from tangthu.settings import read_settings


def reread(
    record_ids: Annotated[list[str], typer.Argument(help="The records' ids")],
    by: ByOption,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Đọc lại văn bản; chữ đã soát được giữ. / Has records read anew; what people have reviewed stays."""
    who = person(by)
    with open_house(read_settings(data)) as house:
        for record_id in record_ids:
            with house.catalogue.reading() as unit:
                unit.records.by_id(record_id, house.viewer.tokens)
            house.catalogue.write(partial(read_again, record_id=record_id, by=who))
    if as_json:
        print_json({"record_ids": record_ids, "asked_by": who})
    else:
        tell(f"{len(record_ids)} văn bản sẽ được đọc lại.", f"{len(record_ids)} records will be read anew.")
