"""How well the fields of documents are described: `python -m benchmarks.fields [FOLDER] [--show]`.

FOLDER holds documents and `ground_truth.jsonl` (or `expected.jsonl` in it or beside it, as the samples have);
without one, the real scans that lie beside the checkout, if they do. Reads with our own reading, then describes.
`--show` prints each field that is not right and sure.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ingest.describing import describe
from ingest.describing.letters import clean, tone_free
from ingest.reading import ReadingOptions, read_page
from ingest.recognising import Limits, inspect
from kernel.errors import PageUnreadable
from mappings.record import FIELD_NAMES, DescribedField, Page
from mappings.references import parse_references

REAL_SCANS = Path(__file__).parents[2] / "shared" / "scans"
"""Where the real scans lie, relative to the checkout."""

VERDICTS = ("right", "right, asked", "wrong, asked", "not found", "SILENTLY WRONG", "none, rightly")
_TRUTH_NAMES = {
    "number": "so",
    "symbol": "ky_hieu",
    "issued_on": "ngay",
    "place": "dia_danh",
    "issuer": "co_quan_ban_hanh",
    "kind": "loai",
    "subject": "trich_yeu",
    "urgency": "muc_do_khan",
    "signer": "nguoi_ky",
    "superior": "co_quan_chu_quan",
}
_READ_BY_EYE = Path(__file__).with_name("read_by_eye.jsonl")
"""Of the real scans, what their own truth does not tell: read by eye from the page images when the rules were made."""

_TOLD = tuple(name for name in FIELD_NAMES if name != "keywords")
"""What a paper itself says; which words tell what it is about, it does not (`benchmarks.keywords`)."""


def truths(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """(file, field → true value) for each line of the folder's truth; fields that it does not tell are left out."""
    for listed in (folder / "ground_truth.jsonl", folder / "expected.jsonl", folder.parent / "expected.jsonl"):
        if listed.is_file():
            break
    else:
        raise SystemExit(f"{folder}: neither ground_truth.jsonl nor expected.jsonl")
    seen = _read_by_eye() if folder == REAL_SCANS else {}
    home = folder / "scans" if (folder / "scans").is_dir() else folder
    for line in listed.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        row = seen.get(row["file"], {}) | row
        values = {name: row.get(name, row.get(_TRUTH_NAMES.get(name, ""))) for name in _TOLD}
        yield home / row["file"], {name: value for name, value in values.items() if value is not None}


def _read_by_eye() -> dict[str, dict[str, str]]:
    rows = map(json.loads, _READ_BY_EYE.read_text(encoding="utf-8").splitlines())
    return {row["file"]: row for row in rows}


def read_all(path: Path, options: ReadingOptions | None = None) -> list[Page]:
    """Every page of a file, those that cannot be read left out."""
    limits = Limits(max_pages=5000, max_megapixels=200)
    kind = inspect(str(path), path.name, limits)
    pages = []
    for number in range(1, kind.page_count + 1):
        try:
            pages.append(read_page(str(path), kind.media_type, number, options or ReadingOptions()))
        except PageUnreadable:
            continue
    return pages


def alike(value: str, truth: str) -> bool:
    """The same but for capitals, where a tone mark stands (hòa, hoà), dashes and spaces."""
    return _plain(value) == _plain(truth)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", clean(text)).replace("–", "-").replace("—", "-").casefold()
    return " ".join("".join(tone_free(word)) for word in text.split())


def same_documents(value: str, truth: str) -> bool:
    """Whether two lists name the same documents by number and symbol, and no day that is told is another one."""
    told, true = (
        {_plain(f"{one.number}/{one.symbol}"): one for one in parse_references(text)} for text in (value, truth)
    )
    return told.keys() == true.keys() and all(one.day in (None, true[name].day) for name, one in told.items())


def is_right(field: DescribedField, truth: str) -> bool:
    """Whether a value is the true one; of references the kinds do not count, they are told for people only."""
    return (same_documents if field.name == "references" else alike)(field.value, truth)


def verdict(field: DescribedField | None, truth: str) -> str:
    """One of `VERDICTS`. An empty value with `doubtful` is a question, not an answer."""
    if field is None or not field.value:
        if not truth:
            return "none, rightly"
        return "wrong, asked" if field and field.doubtful else "not found"
    if truth and is_right(field, truth):
        return "right, asked" if field.doubtful else "right"
    return "wrong, asked" if field.doubtful else "SILENTLY WRONG"


def measure(folder: Path, show: bool) -> dict[str, Counter[str]]:
    """Field → how often each verdict."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in _TOLD}
    for path, truth in truths(folder):
        fields = describe(read_all(path))
        for name, true_value in truth.items():
            found = verdict(fields.get(name), true_value)
            counts[name][found] += 1
            if show and found not in ("right", "none, rightly"):
                value = fields[name].value if name in fields else None
                print(f"{path.name}: {name}: {found}: {value!r}; in truth {true_value!r}", flush=True)
    return counts


def main() -> None:
    """Prints the table."""
    named = [Path(word) for word in sys.argv[1:] if not word.startswith("--")]
    folder = named[0] if named else REAL_SCANS
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not there: name a folder with documents and ground_truth.jsonl")
    counts = measure(folder, "--show" in sys.argv)
    print(f"{'field':15}" + "".join(f"{name:>16}" for name in VERDICTS))
    for name, found in counts.items():
        if found:
            print(f"{name:15}" + "".join(f"{found[column] or '':>16}" for column in VERDICTS))


if __name__ == "__main__":
    main()
