"""The issuing agency: the last of the agencies named in capitals over the number (NĐ 30/2020, Phụ lục I, part 2).

A parent agency stands above its child. A line that begins as names of agencies do begins a new one; any other
goes on with the line above ("ỦY BAN NHÂN DÂN" / "TỈNH QUẢNG NGÃI").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.describing.certainty import SURE, WEAK_WORD, described, trust
from ingest.describing.letters import capital_share, clean, distance, fold, is_syllable
from ingest.describing.lines import Line
from mappings.record import DescribedField
from mappings.vocabulary import agency_continuations, agency_openings, agency_spellings, provinces

_LEVEL = re.compile(r"(TỈNH|THÀNH PHỐ)\s+(.+)$")
_CHILDREN = (
    *(
        "SỞ ",
        "PHÒNG ",
        "CHI CỤC ",
        "CỤC ",
        "TRƯỜNG ",
        "TRUNG TÂM ",
        "VĂN PHÒNG",
        "THANH TRA",
        "BAN QUẢN LÝ",
        "THƯ VIỆN",
    ),
    *("BỆNH VIỆN ", "CÔNG TY "),
)
_NOT_WHOLE = frozenset(
    {"ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "UBND", "HĐND", "ỦY BAN", "SỞ", "PHÒNG", "TRUNG TÂM", "BAN"}
)
"""No agency is called so and no more: the line below was not read."""
_OPEN_ENDS = ("VÀ", "-", "–", ",", "CỦA", "VỀ", "THUỘC")


def read_issuer(lines: Sequence[Line], place: str) -> DescribedField | None:
    """The issuer in capitals as printed, spelled as the vocabulary and the date's place vouch for.

    `lines`: those of the left column over the number, from the top down. None if none is in capitals.
    """
    names = _agencies([line for line in lines if _is_name(line)])
    return _agency("issuer", names[-1], place) if names else None


def read_joint_issuers(lines: Sequence[Line], place: str, *, together: bool) -> DescribedField | None:
    """Those who issue together (thông tư liên tịch), parted by "; "; None where one issues alone.

    `together`: the title or the symbol says so. Else only two in one line with a dash between them count, and are asked
    for: "LAO ĐỘNG - THƯƠNG BINH" is one name.
    """
    names = _agencies([line for line in lines if _is_name(line)])
    parts = [part for rows in names for part in _parted_at_dashes(rows)]
    if len(parts) < 2 or (not together and len(parts) == len(names)):
        return None
    value = "; ".join(mended_name(part, place)[0] for part in parts)
    words = [word for rows in names for row in rows for word in row.words]
    return described("issuer", value, words, names[0][0].page, fit=1.0, doubtful=not together)


def _parted_at_dashes(rows: Sequence[Line]) -> list[str]:
    printed = " ".join(_without_edges(clean(row.text)) for row in rows).strip(" -–—")
    parts = re.split(r"\s+[-–—]\s+", printed)
    return parts if len(parts) > 1 and all(map(_opens, parts)) else [printed]


def read_superior(lines: Sequence[Line], place: str) -> DescribedField | None:
    """The agency over the issuer (cơ quan chủ quản), in capitals as printed; None where the issuer stands alone.

    Doubtful unless two names stand there and the lower one is of an agency that has one above it: offices that issue
    together stand one under the other as well.
    """
    names = _agencies([line for line in lines if _is_name(line)])
    if len(names) < 2:
        return _in_one_line(names[0]) if names else None
    field = _agency("superior", names[-2], place)
    child = _without_edges(clean(names[-1][0].text))
    plain = len(names) == 2 and any(fold(child).startswith(fold(opening)) for opening in _CHILDREN)
    return field if plain or field.doubtful else replace(field, doubtful=True, confidence=min(field.confidence, SURE))


def _in_one_line(rows: Sequence[Line]) -> DescribedField | None:
    """A line of a text file may name both; where one ends and the other begins is asked for."""
    printed = " ".join(_without_edges(clean(row.text)) for row in rows)
    last, several = _last_of_several(printed) if rows[0].box is None else (printed, False)
    if not several:
        return None
    words = [word for row in rows for word in row.words]
    return described("superior", printed[: -len(last)].strip(), words, rows[0].page, fit=0.7, doubtful=True)


def _agency(name: str, rows: Sequence[Line], place: str) -> DescribedField:
    words = [word for row in rows for word in row.words]
    printed = " ".join(_without_edges(clean(row.text)) for row in rows)
    printed, several = _last_of_several(printed) if rows[0].box is None else (printed, False)
    value, vouched = mended_name(printed, place)
    left = [word for word in words if clean(word.text).upper() not in vouched]
    odd = [word for word in re.findall(r"[^\W\d_]+", value) if not is_syllable(word) and not _is_short_form(word)]
    opened = _opens(value)
    weak = any(trust(word) < WEAK_WORD for word in left)
    cut = value in _NOT_WHOLE
    return described(
        name,
        value,
        words,
        rows[0].page,
        fit=1.0 if opened else 0.7,
        doubtful=bool(odd) or weak or not opened or several or cut,
        corroborated=opened and not left and not several and not cut,
    )


def _is_name(line: Line) -> bool:
    text = re.sub(r"[\W\d_]", "", line.text)
    return len(text) >= 2 and capital_share(line.text) >= 0.7 and not _is_stain(line)


def _is_stain(line: Line) -> bool:
    """Scraps of stamps: no syllable of two letters that OCR trusts at all."""
    words = re.findall(r"[^\W\d_]{2,}", line.text)
    trusted = max((trust(word) for word in line.words), default=0.0)
    return not any(is_syllable(word) or _is_short_form(word) for word in words) or trusted < 0.3


def _is_short_form(word: str) -> bool:
    """UBND, HĐND, TNHH: capitals without a syllable's build."""
    return (
        word.isupper()
        and 2 <= len(word) <= 8
        and not re.search(r"[ÀÁẢÃẠẰẮẲẴẶẦẤẨẪẬÈÉẺẼẸỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌỒỐỔỖỘỜỚỞỠỢ]", word)
    )


def _without_edges(text: str) -> str:
    parted = re.sub(r"(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})", " ", text)
    return re.sub(r"^[^\w]+|[^\w\-–,&)]+$|[_=~]+", "", parted).strip()


def _agencies(lines: Sequence[Line]) -> list[list[Line]]:
    names: list[list[Line]] = []
    for line in lines:
        unfinished = names and clean(names[-1][-1].text).endswith(_OPEN_ENDS)
        if not names or (_opens(_without_edges(clean(line.text))) and not unfinished):
            names.append([line])
        else:
            names[-1].append(line)
    return names


def _last_of_several(printed: str) -> tuple[str, bool]:
    """A line of a text file may name parent and child together: the last name, and whether there were several."""
    words = printed.split()
    starts = [
        place
        for place in range(1, len(words))
        if " ".join(words[place:]).startswith(_CHILDREN) and words[place - 1] not in (*_OPEN_ENDS, "VĂN", "CHI", "TỔNG")
    ]
    return (" ".join(words[starts[-1] :]), True) if starts else (printed, False)


def _opens(text: str) -> bool:
    letters = fold(text)
    if any(letters.startswith(fold(words)) for words in agency_continuations()):
        return False
    return any(re.match(rf"{re.escape(fold(words))}(?!\w)", letters) for words in agency_openings())


def mended_name(printed: str, place: str) -> tuple[str, frozenset[str]]:
    """The name with slipped marks restored, and the words as printed that a second witness vouches for.

    Witnesses: the words of agencies' names, the provinces, and the place of the date line.
    """
    words = printed.split()
    mended, vouched = list(words), set()
    phrases = [*(name.split() for name in agency_spellings())]
    for start in range(len(words)):
        phrase = next((p for p in phrases if _folded(words[start : start + len(p)]) == [fold(w) for w in p]), None)
        if phrase and (len(phrase) > 1 or start == 0 or len(phrase[0]) > 2):
            for offset, spelled in enumerate(phrase):
                if words[start + offset].upper() not in vouched:
                    mended[start + offset] = spelled
                    vouched.add(words[start + offset].upper())
    name = " ".join(mended)
    return _mended_place(name, place, vouched)


def _folded(words: Sequence[str]) -> list[str]:
    return [fold(word.strip(",;.")) for word in words]


def _mended_place(name: str, place: str, vouched: set[str]) -> tuple[str, frozenset[str]]:
    tail = _LEVEL.search(name)
    candidates = [place, *provinces()] if place else list(provinces())
    if tail is None:
        return name, frozenset(vouched)
    near = _place_meant(fold(tail[2]), [known for known in candidates if known])
    if near is None:
        return name, frozenset(vouched)
    return name[: tail.start(2)] + near.upper(), frozenset(vouched | set(tail[2].upper().split()))


def _place_meant(read: str, known: Sequence[str]) -> str | None:
    """The place of just these letters, else the only one that is a letter off: Hậu Giang is not Hà Giang."""
    same = next((one for one in known if fold(one) == read), None)
    near = {fold(one): one for one in known if _is_near(fold(one), read)}
    return same or (next(iter(near.values())) if len(near) == 1 else None)


def _is_near(known: str, read: str) -> bool:
    return distance(known, read, 1) <= (1 if len(known) >= 6 else 0)
