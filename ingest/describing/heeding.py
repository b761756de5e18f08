"""What an office has taught corrects what was read: known issuers, symbols, signers, positions.

A known name that was read just so needs no asking. One that was read nearly so is taken for the known one where the
page itself says so twice; else it is offered, and asked for. What was read well and may be another name stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ingest.describing.certainty import CORROBORATED, SURE
from ingest.describing.letters import distance, fold
from ingest.describing.likeness import Likeness, Near, is_misread, nearest, spelled
from mappings.lessons import Lessons, code_of
from mappings.record import DescribedField
from mappings.vocabulary import Kind, kind_by_name

_SHORT_CODE = 3
_WORDS_OF_MANY = (
    "UBND UBHC UB HDND TTHDND HD TT DDBQH UBMTTQ UBMTTQVN MTTQ MTTW BTT DU HU TU CB BCH BTV BCD BQL BTC VP VPUB VPUBND "
    "VPHDND VPDU HDTD HDTV CA CAX BCHQS TYT TH THCS THPT MN"
)
_OF_MANY = frozenset(_WORDS_OF_MANY.split())
"""Codes, without marks, that the bodies of one kind have in every place: they tell no issuer from another."""

Fields = dict[str, DescribedField]


def heed(fields: Mapping[str, DescribedField], lessons: Lessons) -> Fields:
    """The fields as they are after what was taught. Pure; without lessons they stay as they are."""
    known = dict(fields)
    if not lessons:
        return known
    for name, step in (
        ("issuer", _issuer),
        ("superior", _superior),
        ("symbol", _symbol),
        ("signer", _signer),
        ("position", _position),
    ):
        field = known.get(name)
        if field is not None and not field.confirmed:
            known[name] = step(field, known, lessons)
    return known


def _issuer(field: DescribedField, known: Fields, lessons: Lessons) -> DescribedField:
    near = nearest(field.value, lessons.of["issuer"]) if field.value else None
    said = _place_says(near.known, known) if near else None
    if near is None or said is False:
        return field
    return _judged(field, near, witness=bool(said) or _is_own_code(near.known, known, lessons))


def _is_own_code(issuer: str, known: Fields, lessons: Lessons) -> bool:
    """Whether the symbol is of this issuer alone. "UBND" is every committee's, however few have been confirmed yet."""
    code = code_of(_value(known, "symbol"))
    if code not in lessons.issuer_codes.get(issuer, {}) or re.split(r"[^A-Z]", fold(code))[0] in _OF_MANY:
        return False
    return sum(code in codes for codes in lessons.issuer_codes.values()) == 1


def _place_says(issuer: str, known: Fields) -> bool | None:
    """Whether the place of the date line ends the issuer's name; False: but for its marks, so it is another one's.

    None: it tells nothing. "Tân Ân" and "Tân An" are two communes.
    """
    place = known.get("place")
    if place is None or not place.value or place.doubtful or not f" {fold(issuer)}".endswith(f" {fold(place.value)}"):
        return None
    return f" {spelled(issuer)}".endswith(f" {spelled(place.value)}")


def _superior(field: DescribedField, known: Fields, lessons: Lessons) -> DescribedField:
    own = lessons.issuer_superiors.get(_value(known, "issuer"), Counter())
    near = nearest(field.value, own or lessons.of["superior"]) if field.value else None
    if near and not own and field.doubtful:
        return _asked(replace(field, value=near.known))  # it may as well be one who issues together with the other
    return _judged(field, near, witness=bool(own) and _is_sure(known, "issuer"))


def _symbol(field: DescribedField, known: Fields, lessons: Lessons) -> DescribedField:
    code, kind = code_of(field.value), kind_by_name(_value(known, "kind"))
    head = field.value[: len(field.value) - len(code)]
    agrees = kind is not None and head.rstrip("-").rpartition("/")[2] == kind.abbreviation
    own = lessons.issuer_codes.get(_value(known, "issuer"), Counter())
    if code in own or (code in lessons.codes and not own):
        return _raised(field) if agrees else field
    if not field.doubtful and not is_misread(code):
        return field
    near = [one for one in own or lessons.codes if code and _is_slip(code, one)]
    if len(near) != 1 or not (agrees or head):
        return _from_issuer(field, kind, own)
    mended = replace(field, value=head + near[0])
    sure = bool(own) and agrees and _is_sure(known, "issuer") and (fold(code) == fold(near[0]) or is_misread(code))
    return _raised(mended) if sure else _asked(mended)


def _from_issuer(field: DescribedField, kind: Kind | None, own: Counter[str]) -> DescribedField:
    """What a named kind of this issuer has for a symbol, if there is only one: asked for, as nothing was read of it."""
    of_named = [code for code in own if "-" not in code]
    if kind is None or not kind.abbreviation or len(of_named) != 1:
        return field
    return _asked(replace(field, value=f"{kind.abbreviation}-{of_named[0]}"))


def _is_slip(code: str, known: str) -> bool:
    one, other = fold(code).replace("DD", "D"), fold(known)
    limit = 0 if len(other) < _SHORT_CODE else 1 if len(other) <= 2 * _SHORT_CODE else 2
    return distance(one, other, limit) <= limit


def _signer(field: DescribedField, known: Fields, lessons: Lessons) -> DescribedField:
    near = nearest(field.value, lessons.of["signer"]) if field.value else None
    if near is None:
        return field
    of_issuer = near.known in lessons.issuer_signers.get(_value(known, "issuer"), {})
    in_position = _value(known, "position") in lessons.signer_positions.get(near.known, {})
    if near.likeness is Likeness.SAME and not (of_issuer or in_position):
        return field  # a namesake elsewhere says nothing
    return _judged(field, near, witness=of_issuer and in_position)


def _position(field: DescribedField, known: Fields, lessons: Lessons) -> DescribedField:
    own = lessons.signer_positions.get(_value(known, "signer"), Counter())
    if not field.value:
        return _asked(replace(field, value=next(iter(own)))) if len(own) == 1 else field
    near = nearest(field.value, own or lessons.of["position"])
    return _judged(field, near, witness=bool(own) and _is_sure(known, "signer"))


def _judged(field: DescribedField, near: Near | None, *, witness: bool) -> DescribedField:
    """`witness`: something else on the page speaks for the known name too."""
    if near is None:
        return field
    if near.likeness is Likeness.SAME:
        return _raised(replace(field, value=near.known))
    mended = replace(field, value=near.known)
    if near.likeness is Likeness.BEGUN:  # "PHÓ CHỦ TỊCH" is a position too
        return _asked(mended) if field.doubtful else field
    if near.odd or field.doubtful:
        sure = witness and (near.odd or near.likeness is Likeness.MARKS)
        return _raised(mended) if sure else _asked(mended)
    # Read well, and yet nearly a known name: another one, or misread. Marks alone are mostly misread.
    if near.likeness is Likeness.MARKS:
        return _asked(mended if witness else field)
    return _asked(field) if witness else field


def _raised(field: DescribedField) -> DescribedField:
    return replace(field, confidence=max(field.confidence, CORROBORATED), doubtful=False)


def _asked(field: DescribedField) -> DescribedField:
    return replace(field, confidence=min(field.confidence, SURE), doubtful=True)


def _value(known: Fields, name: str) -> str:
    field = known.get(name)
    return field.value if field else ""


def _is_sure(known: Fields, name: str) -> bool:
    field = known.get(name)
    return field is not None and bool(field.value) and not field.doubtful
