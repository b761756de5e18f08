"""`tangthu export`: records given away, as a bag or in the forms that other systems read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from archive.exporting import export as export_bag
from kernel.durable import sync_folder
from kernel.errors import BadRequest, NotFound, PageUnreadable
from kernel.ids import new_id
from mappings.record import Record
from mappings.transcripts import Form
from search_api.access import Viewer
from search_api.query.answers import MOST_HITS, SearchQuery
from search_api.query.search import SearchService
from search_api.searchable_pdfs import SearchablePdfs
from search_api.transcribing import Transcripts
from tangthu.bootstrap import House, open_engine, open_house, open_searchable_pdfs
from tangthu.output import DataOption, JsonOption, print_json, tell, troubles_told
from tangthu.settings import read_settings


class ExportedAs(StrEnum):
    """The forms in which records are given away."""

    BAG = "bag"
    TEXT = Form.TEXT.value
    HOCR = Form.HOCR.value
    ALTO = Form.ALTO.value
    PDF = "pdf"


@dataclass(slots=True)
class _Given:
    """The files that were written, and the records that have nothing in that form."""

    paths: list[Path] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write into; for a bag a new one")],
    record_ids: Annotated[list[str] | None, typer.Argument(help="Ids of records")] = None,
    query: Annotated[str | None, typer.Option(help="All records that this search finds")] = None,
    exported_as: Annotated[
        ExportedAs,
        typer.Option("--as", help="One bag (BagIt) of all, or a file a record; pdf: a searchable one"),
    ] = ExportedAs.BAG,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xuất văn bản: gói BagIt, chữ thuần, hOCR, ALTO, PDF. / Gives records away: as a bag, text, hOCR, ALTO, PDF."""
    if bool(record_ids) == (query is not None):
        raise BadRequest(what="export: ids | --query")
    with open_house(read_settings(data)) as house, troubles_told():
        chosen: Sequence[str] = record_ids or _found(house, query or "")
        if exported_as is ExportedAs.BAG:
            _export_bag(house, chosen, folder, as_json=as_json)
        else:
            with _writer(house, exported_as) as writer:
                _export_files(house, chosen, folder, writer, as_json=as_json)


def _export_bag(house: House, chosen: Sequence[str], folder: Path, *, as_json: bool) -> None:
    done = export_bag(house.catalogue, house.originals, chosen, house.viewer.tokens, folder, house.settings.unit)
    if as_json:
        print_json({"bag": str(done.place), "records": done.records, "bytes": done.size})
    else:
        tell(f"Đã xuất {done.records} văn bản vào {done.place}", f"{done.records} records exported to {done.place}")


_Writer = Callable[[Record, Path], Path]
"""Writes a record's file into a folder; its path. NotFound where there is nothing in that form."""


@contextmanager
def _writer(house: House, exported_as: ExportedAs) -> Iterator[_Writer]:
    """Each file is named by the record's id: names that came with files could say anything."""
    if exported_as is ExportedAs.PDF:
        with open_searchable_pdfs(house) as pdfs:
            yield partial(_write_pdf, pdfs, house.viewer)
    else:
        yield partial(_write_transcript, Transcripts(house.catalogue), Form(exported_as.value), house.viewer)


def _write_pdf(pdfs: SearchablePdfs, viewer: Viewer, record: Record, folder: Path) -> Path:
    made, path = pdfs.pdf(record.id, viewer), folder / f"{record.id}.pdf"
    with made.path.open("rb") as stream:
        _write(path, iter(partial(stream.read, 1 << 20), b""))
    return path


def _write_transcript(transcripts: Transcripts, form: Form, viewer: Viewer, record: Record, folder: Path) -> Path:
    made = transcripts.transcript(record.id, form, viewer)
    path = folder / f"{record.id}{made.kind.ending}"
    _write(path, made.pieces)
    return path


def _export_files(house: House, chosen: Sequence[str], folder: Path, writer: _Writer, *, as_json: bool) -> None:
    given = _write_all(house, dict.fromkeys(chosen), folder.absolute(), writer)
    if as_json:
        print_json({"files": list(map(str, given.paths)), "left_out": given.left_out})
    else:
        count = len(given.paths)
        tell(f"Đã xuất {count} văn bản vào {folder}", f"{count} records exported to {folder}")
        if given.left_out:
            shown = "\n".join(f"  {record_id}" for record_id in given.left_out)
            tell("Không có nội dung ở dạng này:", f"Nothing in that form:\n{shown}")
    if given.left_out:
        raise typer.Exit(NotFound.exit_code)


def _write_all(house: House, chosen: Iterable[str], folder: Path, writer: _Writer) -> _Given:
    folder.mkdir(parents=True, exist_ok=True)
    given = _Given()
    for record_id in chosen:
        with house.catalogue.reading() as unit:
            record = unit.records.by_id(record_id, house.viewer.tokens)
        try:
            given.paths.append(writer(record, folder))
        except (NotFound, PageUnreadable):  # the others can be given all the same
            given.left_out.append(record.id)
    sync_folder(folder)
    return given


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """Whole or not at all."""
    part = path.with_name(f".{new_id()}.part")
    try:
        with part.open("wb") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _found(house: House, query: str) -> list[str]:
    """All that a search finds; BadRequest where that is nothing; what fits in part is left out."""
    found: list[str] = []
    cursor: str | None = None
    with open_engine(house, read_only=True) as engine:
        service = SearchService(house.catalogue, engine)
        while True:
            answer = service.search(SearchQuery(q=query, limit=MOST_HITS, cursor=cursor, whole=True), house.viewer)
            if not answer.total:
                raise BadRequest(what=f"--query {query}: 0 văn bản / records")
            found.extend(hit.record_id for hit in answer.hits)
            cursor = answer.next_cursor
            if cursor is None:
                return found
