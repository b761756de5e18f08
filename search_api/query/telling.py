"""A parsed question told back in plain words: what is looked for, and what was not understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from kernel.bilingual import Bilingual
from search_api.query.wishes import AskedField, FieldWish, NotUnderstood, ParsedQuery, Puzzle, WantedNear, Words

_RECORDS = Bilingual("Văn bản {told}", "Records {told}")
_WORDS = Bilingual("có chữ “{typed}”", "with “{typed}”")
_PHRASE = Bilingual("có cụm từ “{typed}”", "with the phrase “{typed}”")
_NUMBER = Bilingual("có số, ký hiệu “{typed}”", "with the issue number “{typed}”")
_SYMBOL = Bilingual("có ký hiệu “{typed}”", "with the symbol “{typed}”")
_DAY = Bilingual("ban hành hoặc nhắc đến ngày {day:%d/%m/%Y}", "issued on or naming {day:%d/%m/%Y}")
_PREFIX = Bilingual("có chữ bắt đầu bằng “{typed}”", "with a word that begins with “{typed}”")
_NEAR = Bilingual(
    "có “{first}” gần “{second}” (cách nhau không quá {between} chữ)",
    "with “{first}” near “{second}” (at most {between} words between)",
)
_BESIDE = Bilingual("có “{first}” và “{second}” liền nhau", "with “{first}” and “{second}” side by side")
_NO_WORD = Bilingual("không có chữ “{typed}”", "without “{typed}”")
_NO_PHRASE = Bilingual("không có cụm từ “{typed}”", "without the phrase “{typed}”")
_NO_PREFIX = Bilingual("không có chữ bắt đầu bằng “{typed}”", "without a word that begins with “{typed}”")
_NOT = Bilingual("trừ văn bản {told}", "except records {told}")
_BRACKETS = Bilingual("({told})", "({told})")
_AND = Bilingual(" và ", " and ")
_OR = Bilingual(" hoặc ", " or ")
_COMMA = Bilingual(", ", ", ")

_FROM_TO = Bilingual(
    "ban hành từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}", "issued from {first:%d/%m/%Y} to {last:%d/%m/%Y}"
)
_FROM = Bilingual("ban hành từ {first:%d/%m/%Y} trở đi", "issued from {first:%d/%m/%Y} on")
_TO = Bilingual("ban hành đến hết {last:%d/%m/%Y}", "issued up to {last:%d/%m/%Y}")
_ON = Bilingual("ban hành ngày {first:%d/%m/%Y}", "issued on {first:%d/%m/%Y}")

_FIELDS = {
    AskedField.NUMBER: Bilingual("số {told}", "numbered {told}"),
    AskedField.SYMBOL: Bilingual("ký hiệu {told}", "with the symbol {told}"),
    AskedField.KIND: Bilingual("loại {told}", "of the kind {told}"),
    AskedField.URGENCY: Bilingual("độ khẩn {told}", "of the urgency {told}"),
    AskedField.SECRECY: Bilingual("độ mật {told}", "of the secrecy {told}"),
    AskedField.ARRIVAL_NUMBER: Bilingual("số đến {told}", "with the arrival number {told}"),
    AskedField.ISSUER: Bilingual("cơ quan ban hành {told}", "of an issuer {told}"),
    AskedField.SUBJECT: Bilingual("trích yếu {told}", "of a subject {told}"),
    AskedField.SIGNER: Bilingual("người ký {told}", "of a signer {told}"),
    AskedField.DOSSIER: Bilingual("hồ sơ {told}", "of a dossier {told}"),
    AskedField.RECIPIENTS: Bilingual("nơi nhận {told}", "with recipients {told}"),
}

PUZZLES = {
    Puzzle.UNKNOWN_FIELD: Bilingual(
        "“{piece}”: không có trường nào tên như vậy, đã tìm như chữ thường.",
        "“{piece}”: no field is called so; looked for as words.",
    ),
    Puzzle.EMPTY_FIELD: Bilingual(
        "“{piece}”: sau dấu hai chấm chưa có gì để tìm.", "“{piece}”: nothing follows the colon."
    ),
    Puzzle.UNKNOWN_KIND: Bilingual(
        "“{piece}”: không rõ là loại văn bản nào, đã tìm như chữ thường.",
        "“{piece}”: no kind is called so; looked for as words.",
    ),
    Puzzle.UNKNOWN_URGENCY: Bilingual(
        "“{piece}”: không rõ là độ khẩn nào (Khẩn, Thượng khẩn, Hỏa tốc), đã tìm như chữ thường.",
        "“{piece}”: no urgency is called so; looked for as words.",
    ),
    Puzzle.UNKNOWN_SECRECY: Bilingual(
        "“{piece}”: không rõ là độ mật nào (Mật, Tối mật, Tuyệt mật), đã tìm như chữ thường.",
        "“{piece}”: no degree of secrecy is called so; looked for as words.",
    ),
    Puzzle.BAD_DATE: Bilingual(
        "“{piece}”: không rõ là ngày nào, đã tìm như chữ thường. "
        "Gõ như ngày:05/03/2018, ngày:2019, ngày:01/2019..06/2020.",
        "“{piece}”: no day; looked for as words. Type date:05/03/2018, date:2019 or date:01/2019..06/2020.",
    ),
    Puzzle.BAD_NUMBER: Bilingual(
        "“{piece}”: không rõ là số nào, đã tìm như chữ thường.", "“{piece}”: no number; looked for as words."
    ),
    Puzzle.BAD_PREFIX: Bilingual(
        "“{piece}”: dấu * chỉ dùng ở cuối một chữ có ít nhất hai chữ cái, đã tìm như chữ thường.",
        "“{piece}”: a star ends a word of two letters or more; looked for as words.",
    ),
    Puzzle.LONE_OPERATOR: Bilingual(
        "“{piece}”: thiếu một vế, đã bỏ qua.", "“{piece}”: one side is missing; passed over."
    ),
    Puzzle.TOO_MANY: Bilingual(
        "“{piece}”: câu hỏi có quá nhiều phần như vậy, phần này đã tìm như chữ thường.",
        "“{piece}”: too many of these in one question; looked for as words.",
    ),
    Puzzle.TOO_DEEP: Bilingual(
        "“{piece}”: sau dấu trừ, trong ngoặc chỉ nêu được chữ, cụm từ hay trường, cách nhau bằng “hoặc”; đã bỏ qua.",
        "“{piece}”: after a minus sign brackets hold words, phrases and fields with “or” between; passed over.",
    ),
}
"""What is said of a piece that was not understood."""


def told_back(parsed: ParsedQuery) -> Bilingual | None:
    """What is looked for, as a sentence without its full stop; None for an empty question."""
    parsed = replace(parsed, cut=False, puzzles=(), renamed=())
    alone = parsed.either[0] if len(parsed.either) == 1 else None
    told = _any_of(alone) if alone and parsed == ParsedQuery(either=(alone,)) else _joined(_parts(parsed), _COMMA)
    return _within(_RECORDS, told) if told else None


def puzzle_told(puzzle: NotUnderstood) -> Bilingual:
    """Why a piece was not understood, and what was made of it."""
    sentence = PUZZLES[puzzle.code]
    return Bilingual(sentence.vi.replace("{piece}", puzzle.piece), sentence.en.replace("{piece}", puzzle.piece))


def _joined(parts: Iterable[Bilingual], sign: Bilingual) -> Bilingual | None:
    told = list(parts)
    if not told:
        return None
    return Bilingual(sign.vi.join(one.vi for one in told), sign.en.join(one.en for one in told))


def _within(sentence: Bilingual, told: Bilingual) -> Bilingual:
    return Bilingual(sentence.vi.replace("{told}", told.vi), sentence.en.replace("{told}", told.en))


def _parts(parsed: ParsedQuery) -> Iterator[Bilingual]:
    """Fields first, as a person would say it, then words, then what is not wanted."""
    yield from map(_field, parsed.fields)
    yield from (_NUMBER.filled(typed=one.words.typed) for one in parsed.issue_numbers)
    yield from (_SYMBOL.filled(typed=one.words.typed) for one in parsed.symbols)
    yield from (_DAY.filled(day=one.day) for one in parsed.dates)
    yield from (_WORDS.filled(typed=words.typed) for words in parsed.words)
    yield from (_PHRASE.filled(typed=words.typed) for words in parsed.phrases)
    yield from (_PREFIX.filled(typed=one.typed) for one in parsed.prefixes)
    yield from map(_near, parsed.nears)
    yield from map(_either, parsed.either)
    yield from map(_without, parsed.excluded)
    yield from (_NO_PREFIX.filled(typed=one.typed) for one in parsed.excluded_prefixes)
    yield from (_within(_NOT, _field(wish)) for wish in parsed.excluded_fields)


def _near(wanted: WantedNear) -> Bilingual:
    if not wanted.between:
        return _BESIDE.filled(first=wanted.first.typed, second=wanted.second.typed)
    return _NEAR.filled(first=wanted.first.typed, second=wanted.second.typed, between=wanted.between)


def _either(alternatives: tuple[ParsedQuery, ...]) -> Bilingual:
    return _within(_BRACKETS, _any_of(alternatives))


def _any_of(alternatives: tuple[ParsedQuery, ...]) -> Bilingual:
    told = (_joined(_parts(one), _AND) for one in alternatives)
    return _joined((one for one in told if one), _OR) or Bilingual("", "")


def _without(words: Words) -> Bilingual:
    return (_NO_WORD if len(words.folded) == 1 else _NO_PHRASE).filled(typed=words.typed)


def _field(wish: FieldWish) -> Bilingual:
    if wish.name is AskedField.ISSUED:
        return _period(wish.first, wish.last)
    if wish.words is not None:
        told = (_PHRASE if wish.exact else _WORDS).filled(typed=wish.words.typed)
    else:
        told = _joined((Bilingual(one, one) for one in _values(wish)), _OR) or Bilingual("", "")
    return _within(_FIELDS[wish.name], told)


def _values(wish: FieldWish) -> tuple[str, ...]:
    return (wish.typed,) if wish.typed else wish.values


def _period(first: date | None, last: date | None) -> Bilingual:
    if first and first == last:
        return _ON.filled(first=first)
    if first and last:
        return _FROM_TO.filled(first=first, last=last)
    return _FROM.filled(first=first) if first else _TO.filled(last=last)
