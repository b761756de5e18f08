"""`tangthu search` and `tangthu record`: find, from the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from mappings.record import Page, RecordView
from search_api.query.answers import SearchAnswer, SearchHit, SearchQuery
from search_api.query.sealing import kept_seal
from search_api.query.search import SearchService
from tangthu.bootstrap import House, open_engine, open_house
from tangthu.meaning import open_joining
from tangthu.output import DataOption, JsonOption, print_json
from tangthu.settings import read_settings

_MARKED = "bold yellow"


def search(
    query: Annotated[str, typer.Argument(help="Words, with or without diacritics")] = "",
    limit: Annotated[int, typer.Option(help="Hits at the most", min=1, max=100)] = 10,
    cursor: Annotated[str | None, typer.Option(help="next_cursor of the answer before")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tìm văn bản. / Finds records."""
    with (
        open_house(read_settings(data)) as house,
        open_engine(house, read_only=True) as engine,
        open_joining(house.settings, house.layout, engine) as meaning,
    ):
        service = SearchService(house.catalogue, engine, meaning=meaning, seal=kept_seal(house.layout.cursor_key))
        answer = service.search(SearchQuery(q=query, limit=limit, cursor=cursor), house.viewer)
    if as_json:
        print_json(answer)
    else:
        _show_answer(answer)


def record(
    record_id: Annotated[str, typer.Argument(help="The record's id")],
    text: Annotated[bool, typer.Option("--text", help="The text of its pages too")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xem một văn bản. / Shows a record."""
    with open_house(read_settings(data)) as house:
        view, deliveries = _load(house, record_id)
    if as_json:
        shown = {"record": view.record, "fields": view.fields, "deliveries": deliveries}
        print_json(shown | {"pages": [_page(page, text=text) for page in view.pages]})
    else:
        _show_record(view, text=text)


def _load(house: House, record_id: str) -> tuple[RecordView, Any]:
    with house.catalogue.reading() as unit:
        view = unit.records.view(record_id, house.viewer.tokens)
        return view, unit.deliveries.of_record(record_id)


def _page(page: Page, *, text: bool) -> dict[str, Any]:
    shown = {"page": page.number, "state": page.state, "read_by": page.read_by, "confidence": page.confidence}
    return shown | {"reason": page.reason} | ({"text": page.text} if text else {})


def _show_answer(answer: SearchAnswer) -> None:
    console = Console()
    least = "" if answer.total_is_exact else "ít nhất / at least "
    console.print(f"{least}{answer.total} văn bản / records · {answer.took_ms:.0f} ms")
    if answer.by_meaning:
        console.print(f"Thêm {answer.by_meaning} văn bản gần nghĩa / {answer.by_meaning} more by their meaning")
    if answer.partial:
        console.print("Ít văn bản có đủ các từ; gần nhất đứng trước. / Few records have all the words; nearest first.")
    for hit in answer.hits:
        _show_hit(console, hit)
    hidden = answer.unsearchable
    if hidden.records:
        records = f"{hidden.records} văn bản / records ({hidden.pages} trang / pages)"
        console.print(f"Chưa tìm được hết trong / not all found yet in: {records}")
    if answer.next_cursor:
        console.print(f"[dim]--cursor {answer.next_cursor}[/dim]")


def _show_hit(console: Console, hit: SearchHit) -> None:
    title = " · ".join(_head(hit)) or hit.file_name
    console.print(f"\n[bold]{escape(title)}[/bold]  [dim]{hit.record_id}[/dim]")
    if hit.by_meaning:
        console.print("  [italic]gần nghĩa, không có đủ các từ / by its meaning, without the words[/italic]")
    if hit.subject:
        console.print(f"  {escape(hit.subject)}")
    for page in hit.pages:
        marked = "".join(
            f"[{_MARKED}]{escape(part.text)}[/]" if part.marked else escape(part.text) for part in page.snippet
        )
        console.print(f"  [dim]tr./p. {page.page}[/dim] {marked}")


def _head(hit: SearchHit) -> Iterator[str]:
    """What a record is called by, each part with a mark if it was read with doubt."""
    told = {
        ("number", "symbol"): hit.issue_number,
        ("issued_on",): _day(hit.issued_on),
        ("kind",): hit.kind,
        ("issuer",): hit.issuer,
        ("secrecy",): hit.secrecy,
    }
    for names, value in told.items():
        if value:
            yield f"{value} (?)" if set(names) & set(hit.doubtful) else value


def _show_record(view: RecordView, *, text: bool) -> None:
    console = Console()
    console.print(f"[bold]{escape(view.issue_number or view.record.file_name)}[/bold]  {view.record.state.value}")
    for field in view.fields.values():
        mark = "✓" if field.confirmed else "?" if field.doubtful else " "
        console.print(f"  {mark} {field.name}: {escape(field.value)}  [dim]{field.confidence:.2f}[/dim]")
    for page in view.pages:
        how = page.read_by.value if page.read_by else ""
        sure = f" {page.confidence:.2f}" if page.confidence is not None else ""
        console.print(f"  [dim]tr./p. {page.number}: {page.state.value} {how}{sure} {page.reason or ''}[/dim]")
        if text:
            console.print(escape(page.text))


def _day(iso: str | None) -> str | None:
    try:
        return date.fromisoformat(iso).strftime("%d/%m/%Y") if iso else None
    except ValueError:
        return iso
