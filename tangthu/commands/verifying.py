"""`tangthu verify`: whether the archive is as it must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from archive import verifying
from archive.chain_heads import has_heads
from archive.violations import Invariant, Violation
from kernel.errors import BadValue, Broken
from search_api.verifying import unindexed
from tangthu.bootstrap import House, checkable, open_engine, open_house
from tangthu.output import DataOption, JsonOption, print_json
from tangthu.settings import read_settings

_SHOWN_OF_EACH = 20


def verify(
    originals: Annotated[bool, typer.Option("--originals", help="Read every original and compare its digest")] = False,
    heads: Annotated[
        Path | None, typer.Option(help="Folder with heads of the chain that were carried away: compare with them too")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Kiểm tra kho. / Checks that the archive is as it must be."""
    if heads is not None and not has_heads(heads):
        raise BadValue(name="--heads", value=heads, expected="2026-03-05.json …")
    with open_house(read_settings(data)) as house:
        found = list(_violations(house, originals=originals, quiet=as_json))
        if heads is not None:
            with house.catalogue.reading() as unit:
                found += verifying.against_heads(unit, heads)
    if as_json:
        counts = Counter(one.invariant for one in found)
        print_json({"violations": found, "counts": {kind.value: counts[kind] for kind in Invariant}})
    else:
        _show(found)
    if found:
        raise typer.Exit(Broken.exit_code)


def _violations(house: House, *, originals: bool, quiet: bool) -> Iterator[Violation]:
    archive = checkable(house)
    yield from verifying.verify(archive)
    with open_engine(house, read_only=True) as engine:
        yield from unindexed(house.catalogue, engine)
    if not originals:
        return
    with Progress(disable=quiet, transient=True) as progress:
        task = progress.add_task("Đọc lại bản gốc / reading originals", total=None)
        yield from verifying.verify_originals(
            archive, lambda done, total: progress.update(task, completed=done, total=total)
        )


def _show(found: Sequence[Violation]) -> None:
    console = Console()
    if not found:
        console.print("Kho đúng như phải có. / The archive is as it must be.")
        return
    for invariant in Invariant:
        of_it = [one for one in found if one.invariant is invariant]
        if of_it:
            console.print(f"[bold]{invariant.value}[/bold]: {len(of_it)}")
        for one in of_it[:_SHOWN_OF_EACH]:
            console.print(f"  {escape(one.what.vi)}. / {escape(one.what.en)}.  [dim]{escape(one.where)}[/dim]")
            console.print(f"    → {escape(one.remedy.vi)}. / {escape(one.remedy.en)}.")
        if len(of_it) > _SHOWN_OF_EACH:
            console.print(f"  … {len(of_it) - _SHOWN_OF_EACH} (--json)")
