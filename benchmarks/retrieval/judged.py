"""Judged sets: documents, questions, and which documents answer which question how well."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

_SENTENCE_END = re.compile(r"(?<=[.;:?!])\s+|\n+")
_KNOWN_FROM, _KNOWN_KEPT = 10, 6


@dataclass(frozen=True)
class Question:
    """A question and the grade of each document that answers it."""

    id: str
    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True)
class JudgedSet:
    """`documents`: text by id. Questions without any answer among them are left out."""

    name: str
    documents: Mapping[str, str]
    questions: tuple[Question, ...]

    def half(self, which: str) -> JudgedSet:
        """The questions of one half (`tune` or `report`) by the hash of what was asked; all documents."""
        kept = tuple(one for one in self.questions if half_of(one.id) == which)
        return replace(self, name=f"{self.name}, {which}", questions=kept)


def half_of(question_id: str) -> str:
    """The half that a question belongs to, the same for ever."""
    return ("tune", "report")[hashlib.sha256(question_id.encode()).digest()[0] % 2]


def load(folder: Path) -> JudgedSet:
    """corpus.jsonl and queries.jsonl {id, text}, qrels.tsv (question, document, grade), as in `shared/retrieval`.

    BEIR's names are read too (`_id`, a title before the text, a heading in qrels). SystemExit where a file is missing.
    """
    for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"):
        if not (folder / name).is_file():
            raise SystemExit(f"{folder / name} is missing")
    documents = dict(_rows(folder / "corpus.jsonl"))
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        cells = line.split()
        if len(cells) >= 3 and cells[-1].lstrip("-").isdigit():
            question, document, grade = cells[0], cells[-2], int(cells[-1])
            if grade > 0 and document in documents:
                grades.setdefault(question, {})[document] = grade
    questions = tuple(
        Question(key, text, grades[key]) for key, text in _rows(folder / "queries.jsonl") if key in grades
    )
    return JudgedSet(folder.name, documents, questions)


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            title = row.get("title") or ""
            yield str(row.get("id", row.get("_id"))), f"{title}\n{row['text']}".strip()


def known_items(documents: Mapping[str, str], name: str, count: int, seed: int = 6) -> JudgedSet:
    """What somebody remembers of one document: 6 of 10 neighbouring syllables of a random sentence, in their order."""
    chance = random.Random(seed)
    keys = sorted(documents)
    questions: list[Question] = []
    for number in range(20 * count):
        if len(questions) == count:
            break
        key = chance.choice(keys)
        sentences = [words for part in _SENTENCE_END.split(documents[key]) if len(words := part.split()) >= _KNOWN_FROM]
        if not sentences:
            continue
        words = chance.choice(sentences)
        start = chance.randrange(len(words) - _KNOWN_FROM + 1)
        kept = sorted(chance.sample(range(start, start + _KNOWN_FROM), _KNOWN_KEPT))
        questions.append(Question(f"{name}-{number}", " ".join(words[at] for at in kept), {key: 1}))
    return JudgedSet(f"{name}, known items", documents, tuple(questions))


def save(judged: JudgedSet, folder: Path) -> None:
    """Writes the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "corpus.jsonl", judged.documents.items())
    _write(folder / "queries.jsonl", ((one.id, one.text) for one in judged.questions))
    rows = [f"{one.id}\t{key}\t{grade}\n" for one in judged.questions for key, grade in one.grades.items()]
    (folder / "qrels.tsv").write_text("".join(rows), encoding="utf-8")


def _write(path: Path, rows: Iterable[tuple[str, str]]) -> None:
    lines = (json.dumps({"id": key, "text": text}, ensure_ascii=False) + "\n" for key, text in rows)
    path.write_text("".join(lines), encoding="utf-8")
