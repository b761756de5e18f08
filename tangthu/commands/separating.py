"""`tangthu separators`: separator sheets to be printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kernel.durable import write_file
from mappings.separators import LONGEST_DOSSIER, SheetKind
from search_api.separator_sheets import MOST_COPIES, asked_sheet, separator_pdf
from tangthu.output import JsonOption, print_json, tell, troubles_told


def separators(
    file: Annotated[Path, typer.Argument(help="The PDF to write", dir_okay=False)],
    copies: Annotated[int, typer.Option(min=1, max=MOST_COPIES, help="Sheets, all alike")] = 10,
    sheet: Annotated[
        SheetKind, typer.Option(help="start: a record begins; backs: the back sides follow")
    ] = SheetKind.START,
    dossier: Annotated[str, typer.Option(help=f"Of the record that begins, at most {LONGEST_DOSSIER} letters")] = "",
    kind: Annotated[str, typer.Option(help="Kind of the record that begins: name or abbreviation")] = "",
    as_json: JsonOption = False,
) -> None:
    """In tờ phân cách văn bản ra tệp PDF. / Separator sheets to lay between records, as a PDF."""
    made = separator_pdf(asked_sheet(sheet, dossier, kind), copies)
    with troubles_told():
        write_file(file.absolute(), made)
    if as_json:
        print_json({"file": str(file), "sheets": copies})
    else:
        tell(f"Đã ghi {copies} tờ vào {file}", f"{copies} sheets written to {file}")
