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
}


def truths(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """(file, field → true value) for each line of the folder's truth; fields that it does not tell are left out."""
    for listed in (folder / "ground_truth.jsonl", folder / "expected.jsonl", folder.parent / "expected.jsonl"):
        if listed.is_file():
            break
    else:
        raise SystemExit(f"{folder}: neither ground_truth.jsonl nor expected.jsonl")
    home = folder / "scans" if (folder / "scans").is_dir() else folder
    for line in listed.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        values = {name: row.get(name, row.get(theirs)) for name, theirs in _TRUTH_NAMES.items()}
        yield home / row["file"], {name: value for name, value in values.items() if value is not None}


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


def verdict(field: DescribedField | None, truth: str) -> str:
    """One of `VERDICTS`. An empty value with `doubtful` is a question, not an answer."""
    if field is None or not field.value:
        if not truth:
            return "none, rightly"
        return "wrong, asked" if field and field.doubtful else "not found"
    if truth and alike(field.value, truth):
        return "right, asked" if field.doubtful else "right"
    return "wrong, asked" if field.doubtful else "SILENTLY WRONG"


def measure(folder: Path, show: bool) -> dict[str, Counter[str]]:
    """Field → how often each verdict."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FIELD_NAMES}
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
    print(f"{'field':10}" + "".join(f"{name:>16}" for name in VERDICTS))
    for name, found in counts.items():
        if found:
            print(f"{name:10}" + "".join(f"{found[column] or '':>16}" for column in VERDICTS))


if __name__ == "__main__":
    main()
