"""The language of questions: fields, OR, NEAR, beginnings, brackets; and how it is told back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_api.query.grouping import MOST_ALTERNATIVES
from search_api.query.parsing import MOST_CLAUSES, MOST_TERMS, parse
from search_api.query.planning import plan
from search_api.query.telling import PUZZLES, puzzle_told, told_back
from search_api.query.wishes import AskedField, FieldWish, ParsedQuery, Puzzle


def folded(runs: object) -> list[str]:
    return [" ".join(words.folded) for words in runs]  # type: ignore[attr-defined]


def wishes(question: str) -> dict[str, object]:
    """Each wish of a field: its words, its days or its values."""
    return {wish.name.value: told(wish) for wish in parse(question).fields}


def told(wish: FieldWish) -> object:
    if wish.words is not None:
        text = " ".join(wish.words.folded)
        return f'"{text}"' if wish.exact else text
    return (wish.first, wish.last) if wish.name is AskedField.ISSUED else wish.values


def vietnamese(question: str) -> str:
    sentence = told_back(parse(question))
    return sentence.vi if sentence else ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("số:5", {"number": ("5",)}),
        ("so: 05, 12B", {"number": ("5", "12b")}),
        ("number:5", {"number": ("5",)}),
        ("ký hiệu:QĐ-UBND", {"symbol": ("qdubnd",)}),
        ("kí hiệu: SGD&ĐT - VP", {"symbol": ("sgddtvp",)}),
        ("loại:QĐ", {"kind": ("Quyết định",)}),
        ("loai: quyet dinh dat dai", {"kind": ("Quyết định",)}),
        ("type:QĐ,TB", {"kind": ("Quyết định", "Thông báo")}),
        ('loại:"tờ trình", kế hoạch', {"kind": ("Tờ trình", "Kế hoạch")}),
        ("cơ quan: Sở Văn hóa, Thể thao", {"issuer": "so van hoa the thao"}),
        ('coquan:"so noi vu"', {"issuer": '"so noi vu"'}),
        ("issuer:UBND", {"issuer": "ubnd"}),
        ("trích yếu: cải cách; họp", {"subject": "cai cach"}),
        ("người ký:Nguyễn Văn A loại:TB", {"signer": "nguyen van a", "kind": ("Thông báo",)}),
        ("độ khẩn:hỏa tốc hẹn giờ", {"urgency": ("Hỏa tốc hẹn giờ",)}),
        ("do mat: toi mat", {"secrecy": ("Tối mật",)}),
        ("hồ sơ:01.TCCB", {"dossier": "01 tccb"}),
        ("nơi nhận: Sở Y tế", {"recipients": "so y te"}),
        ("số đến: 2352", {"arrival_number": ("2352",)}),
        ("cơ quan： Sở Y tế", {"issuer": "so y te"}),
    ],
)
def test_fields_have_names_in_both_languages_with_and_without_diacritics(
    question: str, expected: dict[str, object]
) -> None:
    assert wishes(question) == expected
    assert not parse(question).puzzles


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("loại: quyết định đất đai", ["dat dai"]),
        ("ngày:2019 đất đai", ["dat dai"]),
        ("đất đai ngày: từ 2019 đến 06/2020 nhà", ["dat dai", "nha"]),
        ("trích yếu: cải cách; họp", ["hop"]),
        ('trích yếu:"cải cách" họp', ["hop"]),
        ("số: 5 họp", ["hop"]),
        ("Kính gửi: Sở Y tế", ["kinh gui so y te"]),
        ("lúc 8:30 http://a.vn", ["luc 8 30 http a vn"]),
    ],
)
def test_a_value_ends_where_it_ends_by_itself(question: str, words: list[str]) -> None:
    assert folded(parse(question).words) == words


YEAR = (date(2019, 1, 1), date(2019, 12, 31))


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("2019", YEAR),
        ("năm 2019", YEAR),
        ("01/2019..06/2020", (date(2019, 1, 1), date(2020, 6, 30))),
        ("01/2019 .. 06/2020", (date(2019, 1, 1), date(2020, 6, 30))),
        ("2019-2020", (date(2019, 1, 1), date(2020, 12, 31))),
        ("từ 05/03/2018 đến 5/4/2018", (date(2018, 3, 5), date(2018, 4, 5))),
        ("05/03/2018", (date(2018, 3, 5), date(2018, 3, 5))),
        ("2018-03-05", (date(2018, 3, 5), date(2018, 3, 5))),
        ("ngày 5 tháng 3 năm 2018", (date(2018, 3, 5), date(2018, 3, 5))),
        ("tháng 2 năm 2020", (date(2020, 2, 1), date(2020, 2, 29))),
        ("2/2019", (date(2019, 2, 1), date(2019, 2, 28))),
        ("quý II/2019", (date(2019, 4, 1), date(2019, 6, 30))),
        ("2019..", (date(2019, 1, 1), None)),
        ("..2019", (None, date(2019, 12, 31))),
        ("trước 2019", (None, date(2018, 12, 31))),
        ("sau 2019", (date(2020, 1, 1), None)),
        (">=2019", (date(2019, 1, 1), None)),
        ("từ 2019", (date(2019, 1, 1), None)),
        ('"2019"', YEAR),
    ],
)
def test_days_of_issue(value: str, days: object) -> None:
    for name in ("ngày:", "ngay: ", "date:"):
        assert wishes(name + value) == {"issued": days}


@pytest.mark.parametrize(
    ("question", "code", "words"),
    [
        ("abc:def", Puzzle.UNKNOWN_FIELD, ["abc def"]),
        ("loại:linh tinh", Puzzle.UNKNOWN_KIND, ["loai linh tinh"]),
        ("độ khẩn:vừa", Puzzle.UNKNOWN_URGENCY, ["do khan vua"]),
        ("độ mật:vừa", Puzzle.UNKNOWN_SECRECY, ["do mat vua"]),
        ("ngày: hôm qua", Puzzle.BAD_DATE, ["ngay hom qua"]),
        ("ngày:31/02/2019", Puzzle.BAD_DATE, ["ngay 31 02 2019"]),
        ("ngày:2020..2019", Puzzle.BAD_DATE, ["ngay 2020 2019"]),
        ("số:năm", Puzzle.BAD_NUMBER, ["so nam"]),
        ("họp loại:", Puzzle.EMPTY_FIELD, ["hop loai"]),
        ("a* họp", Puzzle.BAD_PREFIX, ["a hop"]),
        ("b*c", Puzzle.BAD_PREFIX, ["b c"]),
        ("họp OR", Puzzle.LONE_OPERATOR, ["hop"]),
        ("họp gần/5", Puzzle.LONE_OPERATOR, ["hop"]),
        ("hoặc", Puzzle.LONE_OPERATOR, ["hoac"]),
        ("họp NOT", Puzzle.LONE_OPERATOR, ["hop NOT".lower()]),
    ],
)
def test_what_is_not_understood_is_read_as_words_and_told(question: str, code: Puzzle, words: list[str]) -> None:
    parsed = parse(question)
    assert [puzzle.code for puzzle in parsed.puzzles] == [code]
    assert folded(parsed.words) == words
    assert puzzle_told(parsed.puzzles[0]).vi.startswith(f"“{parsed.puzzles[0].piece}”")


def test_every_puzzle_can_be_told() -> None:
    assert set(PUZZLES) == set(Puzzle)


def test_a_number_after_its_name_is_an_issue_number_if_it_is_one() -> None:
    assert [one.key for one in parse("Số: 123/QĐ-UBND").issue_numbers] == ["123qdubnd"]
    assert not parse("Số: 123/QĐ-UBND").fields


@pytest.mark.parametrize(
    "question", ["đất đai hoặc khiếu nại", "đất đai OR khiếu nại", "đất đai | khiếu nại", "đất đai|khiếu nại"]
)
def test_or_parts_everything_to_its_sides(question: str) -> None:
    ((one, other),) = parse(question).either
    assert (folded(one.words), folded(other.words)) == (["dat dai"], ["khieu nai"])


def test_brackets_bound_an_or_and_are_nothing_without_one() -> None:
    parsed = parse("họp (đất đai hoặc nhà) xã")
    assert folded(parsed.words) == ["hop", "xa"]
    assert [folded(one.words) for one in parsed.either[0]] == [["dat dai"], ["nha"]]
    assert folded(parse("họp (đất đai) xã").words) == ["hop dat dai xa"]


def test_hoac_in_a_long_text_is_a_word_but_or_is_not() -> None:
    long = "hỗ trợ người lao động bị mất việc hoặc người sử dụng lao động bị ảnh hưởng"
    assert not parse(long).either
    assert parse(long.replace("hoặc", "OR")).either


def test_a_field_of_one_side_holds_for_all_but_not_if_both_sides_have_it_or_it_stands_alone() -> None:
    shared = parse("loại:QĐ đất đai hoặc nhà -Huế")
    assert [wish.values for wish in shared.fields] == [("Quyết định",)]
    assert folded(shared.excluded) == ["hue"]
    each = parse("loại:QĐ đất hoặc loại:TB nhà")
    assert not each.fields
    assert [one.fields[0].values for one in each.either[0]] == [("Quyết định",), ("Thông báo",)]
    assert [one.fields[0].values for one in parse("số:5 hoặc số:6").either[0]] == [("5",), ("6",)]


@pytest.mark.parametrize(
    ("question", "between"),
    [
        ('"đất đai" gần/5 "khiếu nại"', 5),
        ("đất đai NEAR/5 khiếu nại", 5),
        ("đất đai GẦN khiếu nại", 10),
        ("đất đai NEAR khiếu nại", 10),
        ("đất đai near/9999 khiếu nại", 100),
    ],
)
def test_near_takes_the_words_to_both_sides(question: str, between: int) -> None:
    parsed = parse(question)
    (near,) = parsed.nears
    assert (near.first.folded, near.second.folded, near.between) == (("dat", "dai"), ("khieu", "nai"), between)
    assert not parsed.words
    assert not parsed.puzzles


def test_near_goes_on_and_a_phrase_may_be_loose() -> None:
    chain = parse('"đất" gần/3 "rừng" gần/4 "biển"').nears
    assert [(one.first.typed, one.second.typed, one.between) for one in chain] == [
        ("đất", "rừng", 3),
        ("rừng", "biển", 4),
    ]
    assert [(one.first.typed, one.second.typed) for one in parse('"đất rừng biển"~3').nears] == [
        ("đất", "rừng"),
        ("rừng", "biển"),
    ]


@pytest.mark.parametrize("question", ["nhà gần chợ", "không khí", "không có đất", "NHÀ GẦN CHỢ", "ĐẤT VÀ RỪNG KHÔNG"])
def test_small_words_and_a_question_all_in_capitals_are_words(question: str) -> None:
    assert folded(parse(question).words) == [" ".join(parse(question).words[0].folded)]
    assert not (parse(question).nears or parse(question).excluded)


def test_stars_and_exclusions() -> None:
    parsed = parse("thủy* -tố* NOT đất KHÔNG rừng -loại:QĐ AND nhà")
    assert [one.folded for one in parsed.prefixes] == ["thuy"]
    assert [one.folded for one in parsed.excluded_prefixes] == ["to"]
    assert folded(parsed.excluded) == ["dat", "rung"]
    assert [wish.values for wish in parsed.excluded_fields] == [("Quyết định",)]
    assert folded(parsed.words) == ["nha"]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            'loại:QĐ ngày:01/2019..06/2020 "cải cách hành chính" -nại',
            "Văn bản loại Quyết định, ban hành từ 01/01/2019 đến 30/06/2020, có cụm từ “cải cách hành chính”, "
            "không có chữ “nại”",
        ),
        ("đất đai hoặc nhà", "Văn bản có chữ “đất đai” hoặc có chữ “nhà”"),
        (
            "họp (đất đai loại:QĐ hoặc nhà loại:TB)",
            "Văn bản có chữ “họp”, (loại Quyết định và có chữ “đất đai” hoặc loại Thông báo và có chữ “nhà”)",
        ),
        ("đất gần/5 rừng", "Văn bản có “đất” gần “rừng” (cách nhau không quá 5 chữ)"),
        ("ngày:05/03/2018", "Văn bản ban hành ngày 05/03/2018"),
        ('số:5 người ký:"Văn A" -loại:TB', "Văn bản số 5, người ký có cụm từ “Văn A”, trừ văn bản loại Thông báo"),
        ("đất gần/0 rừng", "Văn bản có “đất” và “rừng” liền nhau"),
        ("đất -(rừng)", "Văn bản có chữ “đất”, không có chữ “rừng”"),
        ("đất NOT (rừng)", "Văn bản có chữ “đất”, không có chữ “rừng”"),
        (
            'đất -(rừng hoặc "nhà ở" hoặc loại:TB hoặc thủy*)',
            "Văn bản có chữ “đất”, không có chữ “rừng”, không có cụm từ “nhà ở”, không có chữ bắt đầu bằng “thủy”, "
            "trừ văn bản loại Thông báo",
        ),
        ("loại:QĐ -(khiếu nại)", "Văn bản loại Quyết định, không có cụm từ “khiếu nại”"),
        ("họp ngày 05/03/2018", "Văn bản ban hành hoặc nhắc đến ngày 05/03/2018, có chữ “họp”"),
        ("họp Ngày: 5-3-2018", "Văn bản ban hành ngày 05/03/2018, có chữ “họp”"),
        ("hằngngày 5/3/2018", "Văn bản ban hành hoặc nhắc đến ngày 05/03/2018, có chữ “hằngngày”"),
        ("QĐ-UBND 2019 thủy*", "Văn bản có ký hiệu “QĐ-UBND 2019”, có chữ bắt đầu bằng “thủy”"),
        ("", ""),
    ],
)
def test_a_question_is_told_back(question: str, sentence: str) -> None:
    assert vietnamese(question) == sentence


def clauses(parsed: ParsedQuery) -> int:
    groups = list(parsed.groups())
    return sum(len(one.fields) + len(one.nears) + len(one.prefixes) + len(one.issue_numbers) for one in groups)


def test_a_hostile_question_stays_bounded() -> None:
    parsed = parse("ab* " * 200)
    assert len(parsed.prefixes) == MOST_CLAUSES
    assert Puzzle.TOO_MANY in [one.code for one in parsed.puzzles]
    for question in ("(a|b)" * 200, "((((a|b" * 140, "loại:QĐ " * 120, "a gần/5 " * 120, "|" * 900, ")" * 900):
        parsed = parse(question)
        assert clauses(parsed) <= 4 * MOST_CLAUSES
        assert len(parsed.puzzles) <= MOST_CLAUSES
        plan(parsed)


SIGNS = st.sampled_from(
    [
        "loại:",
        "ngày:",
        "số:",
        "cơ quan:",
        '"',
        "(",
        ")",
        "|",
        " hoặc ",
        " OR ",
        " gần/5 ",
        " GẦN ",
        "*",
        "-",
        " NOT ",
        "~3",
        "đất đai",
        "QĐ",
        "2019",
        "..",
        "123/QĐ-UBND",
        " ",
        "x",
        "05/03/2018",
        "-loại:",
        ";",
        ",",
        "trước ",
    ]
)


@given(st.lists(SIGNS, max_size=25).map("".join))
def test_any_heap_of_signs_is_a_question_with_a_plan_and_a_sentence(question: str) -> None:
    parsed = parse(question)
    plan(parsed)
    sentence = told_back(parsed)
    assert sentence is None or sentence.vi.startswith("Văn bản ")
    assert (sentence is None) == (not parsed.wants_something and not parsed.uses_language)
    runs = [words for group in parsed.groups() for words in (*group.words, *group.phrases, *group.excluded)]
    assert sum(len(words.folded) for words in runs) <= MOST_TERMS


PLAIN = st.lists(st.sampled_from(["đất", "rừng", "nhà ở", "hồ sơ lưu"]), min_size=1, max_size=3, unique=True)


@given(PLAIN, PLAIN, st.integers(1, 9999))
def test_what_is_put_together_is_what_is_read(words: list[str], phrases: list[str], number: int) -> None:
    question = " ".join([*words, *(f'"{one}"' for one in phrases), f"số:{number}", "-biển"])
    parsed = parse(question)
    assert " ".join(one.typed for one in parsed.words) == " ".join(words)
    assert [one.typed for one in parsed.phrases] == phrases
    assert [wish.values for wish in parsed.fields] == [(str(number),)]
    assert [one.typed for one in parsed.excluded] == ["biển"]


def test_what_cannot_be_left_out_is_not_looked_for_instead() -> None:
    parsed = parse("đất -(rừng loại:TB hoặc nhà)")
    assert [one.code for one in parsed.puzzles] == [Puzzle.TOO_DEEP]
    assert vietnamese("((((đất -(nhà)))))") == "Văn bản có chữ “đất”, không có chữ “nhà”"
    assert vietnamese("đất -(rừng loại:TB hoặc nhà)") == "Văn bản có chữ “đất”"


def test_alternatives_beyond_the_bound_are_cut_off_and_said_to_be() -> None:
    parsed = parse(" OR ".join(f"từ{number}" for number in range(20)))
    assert (len(parsed.either[0]), parsed.cut, parsed.puzzles) == (MOST_ALTERNATIVES, True, ())
