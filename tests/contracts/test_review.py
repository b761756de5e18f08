"""Reviewing over a real catalogue, on SQLite and on PostgreSQL: the queue, answers, second looks, reading again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.catalogue import Catalogue
from archive.disposing import ask_purge, confirm_purge, discard
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.quarantining import quarantine
from archive.rebuilding import rebuild_catalogue
from archive.rereading import read_again, with_corrections
from archive.review_tables import TABLES
from archive.sights import Sight
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import BadValue, NotFound
from kernel.people_errors import NotAllowed
from kernel.review_errors import NoAnswerToUndo, NotRead, ShownNoMore
from mappings.people import Person
from mappings.record import DescribedField, Page, RecordState
from mappings.rewording.correcting import Standing, Verdict
from search_api.access import Viewer
from search_api.access.policy import Permission
from search_api.access.rights import Rights
from search_api.reviewing.answering import Answer
from search_api.reviewing.options import ReviewOptions
from search_api.reviewing.service import ReviewService
from search_api.reviewing.showing import Mode, Shown
from tests.keeping import writer
from tests.records import described, enter, page_of
from tests.servers.postgresql import postgresql_database

TEXT = "ỦY BAN NHÂN DÂN\nQUYẾT ĐỊNH về việc thanh lập\nĐiều 1. Thành lập Tô số hóa"
CORRECT = frozenset({Permission.READ, Permission.CORRECT})
LAN, HOA, CUC = (
    Viewer(f"{name} ({account})", ("internal", "unit:office"), account, Rights({"office": CORRECT}))
    for name, account in (("Lan", "lan"), ("Hoa", "hoa"), ("Cúc", "cuc"))
)
ALWAYS = ReviewOptions(second_share=1.0, chance=lambda: 0.0)


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    if request.param == "sqlite":
        made = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
        yield made
        made.close()
        return
    with postgresql_database() as url:
        made = Catalogue.at_url(url, tmp_path)
        yield made
        made.close()


def unsure(text: str, *doubtful: str, trust: float = 0.4) -> Page:
    """A page as read, these words with little confidence."""
    page = page_of(1, text)
    words = tuple(replace(word, confidence=trust) if word.text in doubtful else word for word in page.words)
    return replace(page, words=words, confidence=0.8)


def read(catalogue: Catalogue, page: Page, record_id: str | None = None, **more: str) -> str:
    """A record with this page; `record_id`: of one that is read again."""
    if record_id is None:
        made = enter(catalogue, [page.text], **more)
        catalogue.write(lambda unit: _finished(unit, made, [page]))
        return made
    catalogue.write(lambda unit: _finished(unit, record_id, with_corrections(unit, record_id, [page])))
    return record_id


def _finished(unit: UnitOfWork, record_id: str, pages: list[Page]) -> None:
    unit.pages.save(record_id, pages)
    unit.records.finish(record_id, RecordState.SEARCHABLE)


def shown(catalogue: Catalogue, viewer: Viewer = LAN, mode: Mode = Mode.ALL, options: ReviewOptions = ALWAYS) -> Shown:
    found = ReviewService(catalogue, options=options).next(viewer, mode)
    assert found is not None
    return found


def answer(found: Shown, text: str | None = None, verdict: Verdict | None = None) -> Answer:
    return Answer(
        found.record.record.id,
        found.kind,
        found.place,
        found.text,
        found.offer if text is None else text,
        verdict,
        found.begin,
        found.again,
        found.sample,
        4.0,
    )


def page_now(catalogue: Catalogue, record_id: str) -> Page:
    with catalogue.reading() as unit:
        return unit.pages.page(record_id, 1)


def service(catalogue: Catalogue, options: ReviewOptions | None = None) -> ReviewService:
    return ReviewService(catalogue, options=options or ReviewOptions(second_share=0.0))


def test_a_line_is_shown_with_its_doubtful_words_and_corrected_to_text_boxes_and_outbox(catalogue: Catalogue) -> None:
    record_id = read(catalogue, unsure(TEXT, "thanh", "Tô"))
    first = shown(catalogue)
    assert (first.text, first.kind, first.page) == ("QUYẾT ĐỊNH về việc thanh lập", "page", 1)
    assert [first.offer[a:b] for a, b in first.doubtful] == ["thanh"]
    before = page_now(catalogue, record_id)
    with catalogue.reading() as unit:
        revision = unit.records.by_id(record_id).revision
    service(catalogue).answer(answer(first, "QUYẾT ĐỊNH về việc thành lập"), LAN)
    page = page_now(catalogue, record_id)
    assert page.text == TEXT.replace("thanh", "thành")
    assert [word.box for word in page.words] == [word.box for word in before.words]
    with catalogue.reading() as unit:
        assert [(one.record_id, one.revision) for one in unit.outbox.pending(9)] == [(record_id, revision + 1)]
        told = unit.events.of_record(record_id)[-1]
    assert (told.agent, told.detail["text"]["verdict"]) == ("Lan (lan)", "corrected")
    assert "thành" not in str(told.detail), "a chain forgets nothing: no words of the page in it"
    second = shown(catalogue)
    assert second.text == "Điều 1. Thành lập Tô số hóa"
    service(catalogue).answer(answer(second), LAN)
    assert service(catalogue).next(LAN) is None
    assert service(catalogue).waiting(LAN) == {"field": 0, "page": 0}


def test_the_doubtful_and_the_opened_come_first(catalogue: Catalogue) -> None:
    quiet = enter(catalogue, ["a"], {"number": "1", "subject": "x"})
    opened = enter(catalogue, ["b"], {"number": "2"})
    for record_id in (quiet, opened):
        fields = {name: replace(one, doubtful=True) for name, one in described({"number": "1"}).items()}
        catalogue.write(partial(_described, record_id=record_id, fields=fields))
    assert shown(catalogue).record.record.id == min(quiet, opened)
    catalogue.write(lambda unit: _open(unit, opened))
    assert shown(catalogue, HOA).record.record.id == opened


def _described(unit: UnitOfWork, record_id: str, fields: dict[str, DescribedField]) -> None:
    unit.records.describe(record_id, fields)
    unit.records.finish(record_id, RecordState.SEARCHABLE)


def _open(unit: UnitOfWork, record_id: str) -> None:
    person = Person("01jd3v8p7m6x1yq2w3e4r5t6y7", "x", "X", now(), None, None)
    unit.people.add(person)
    unit.sights.add([Sight(record_id, person.id, "opened", now())])


def test_what_is_in_one_hand_is_not_given_into_another_until_it_is_let_go(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {read(catalogue, unsure(TEXT, "thanh")), read(catalogue, unsure(TEXT, "thanh"))}
    one, other = shown(catalogue, LAN), shown(catalogue, HOA)
    assert {one.record.record.id, other.record.record.id} == ids
    assert shown(catalogue, LAN).record.record.id == one.record.record.id, "their own is given again"
    assert service(catalogue).next(CUC) is None, "and nobody waits for it: there is nothing else"
    assert service(catalogue, ReviewOptions(held=timedelta(minutes=-1))).next(LAN) is not None
    assert service(catalogue).next(CUC) is not None, "it was held too long"


def test_of_two_answers_to_the_same_only_the_first_is_taken(catalogue: Catalogue) -> None:
    read(catalogue, unsure(TEXT, "thanh"))
    found = shown(catalogue)
    service(catalogue).answer(answer(found, "QUYẾT ĐỊNH về việc thành lập"), LAN)
    with pytest.raises(ShownNoMore):
        service(catalogue).answer(answer(found, "QUYẾT ĐỊNH về việc thánh lập"), HOA)


def test_only_who_may_correct_a_record_is_handed_it_or_may_answer(catalogue: Catalogue) -> None:
    read(catalogue, unsure(TEXT, "thanh"), unit="other", access_class="public")
    seeing = Viewer("Lan (lan)", ("public", "unit:office"), "lan", Rights({"office": CORRECT}))
    assert service(catalogue).next(seeing) is None
    assert service(catalogue).waiting(seeing) == {"field": 0, "page": 0}
    there = replace(seeing, rights=Rights({"other": CORRECT}))
    found = service(catalogue).next(there)
    assert found is not None
    with pytest.raises(NotAllowed):
        service(catalogue).answer(answer(found), seeing)


def test_what_is_skipped_comes_to_another_person(catalogue: Catalogue) -> None:
    read(catalogue, unsure(TEXT, "thanh"))
    found = shown(catalogue)
    service(catalogue).answer(answer(found, verdict=Verdict.SKIPPED), LAN)
    assert service(catalogue).next(LAN) is None
    assert service(catalogue, ReviewOptions(held=timedelta(0))).next(HOA) is None, "Lan has it still"
    later = service(catalogue, ReviewOptions(passed=timedelta(0), held=timedelta(minutes=-1)))
    assert later.next(LAN) is not None
    assert service(catalogue).next(HOA) is not None


@pytest.mark.parametrize(("typed", "verdict"), [("", Verdict.BLANK), ("?", Verdict.UNREADABLE)])
def test_nothing_there_or_nobody_can_read_it(catalogue: Catalogue, typed: str, verdict: Verdict) -> None:
    record_id = read(catalogue, unsure(TEXT, "thanh"))
    done = service(catalogue).answer(answer(shown(catalogue), typed), LAN)
    assert done.verdict == verdict
    kept = TEXT if verdict is Verdict.UNREADABLE else "ỦY BAN NHÂN DÂN\nĐiều 1. Thành lập Tô số hóa"
    assert page_now(catalogue, record_id).text == kept
    assert service(catalogue).next(LAN) is None


@pytest.mark.parametrize("typed", ["QUYẾT ĐỊNH về việc thành lập", "", "?", "QUYẾT ĐỊNH về việc thanh lập"])
def test_an_answer_is_taken_back_to_the_letter(catalogue: Catalogue, typed: str) -> None:
    record_id = read(catalogue, unsure(TEXT, "thanh"))
    before = page_now(catalogue, record_id)
    service(catalogue).answer(answer(shown(catalogue), typed), LAN)
    assert service(catalogue).undo(LAN).given == typed.replace("?", "QUYẾT ĐỊNH về việc thanh lập")
    after = page_now(catalogue, record_id)
    assert (after.text, after.words) == (before.text, before.words)
    assert shown(catalogue).text == "QUYẾT ĐỊNH về việc thanh lập"
    with pytest.raises(NoAnswerToUndo):
        service(catalogue).undo(LAN)
    with catalogue.reading() as unit:
        assert "undone" in unit.events.of_record(record_id)[-1].detail["text"]


def test_a_field_is_confirmed_corrected_and_taken_back(catalogue: Catalogue) -> None:
    record_id = enter(catalogue, ["a"])
    doubtful = {name: replace(one, doubtful=True) for name, one in described({"issuer": "SO NOI VU"}).items()}
    catalogue.write(partial(_described, record_id=record_id, fields=doubtful))
    found = shown(catalogue, mode=Mode.FIELDS)
    assert (found.place, found.offer, found.boxes) == ("issuer", "SO NOI VU", doubtful["issuer"].boxes)
    service(catalogue).answer(answer(found, "SỞ NỘI VỤ"), LAN)
    with catalogue.reading() as unit:
        field = unit.records.fields([record_id])[record_id]["issuer"]
    assert (field.value, field.confirmed) == ("SỞ NỘI VỤ", True)
    assert service(catalogue).next(LAN) is None
    service(catalogue).undo(LAN)
    with catalogue.reading() as unit:
        assert unit.records.fields([record_id])[record_id]["issuer"] == doubtful["issuer"]
    assert shown(catalogue).place == "issuer"


def test_what_was_confirmed_stays_when_a_page_is_read_again(catalogue: Catalogue) -> None:
    record_id = read(catalogue, unsure(TEXT, "thanh", "Tô"))
    service(catalogue).answer(answer(shown(catalogue), "QUYẾT ĐỊNH về việc thành lập"), LAN)
    service(catalogue).answer(answer(shown(catalogue), "Điều 1. Thành lập Tổ số hóa"), LAN)
    catalogue.write(lambda unit: read_again(unit, record_id, "Lan"))
    with catalogue.reading() as unit:
        assert unit.pages.waiting(record_id) == (1,)
        assert unit.pages.page(record_id, 1).text, "until it is read anew its text stays"
    other = "ỦY BAN NHÂN DÂN\nQUYẾT ĐINH về viêc thanhlập\n~~~ ,, ## ww xx kk jj"
    read(catalogue, unsure(other, "thanhlập"), record_id)
    assert page_now(catalogue, record_id).text == other.replace("ĐINH về viêc thanhlập", "ĐỊNH về việc thành lập")
    with catalogue.reading() as unit:
        held = unit.corrections.held(record_id)
        assert {one.standing for one in held} == {Standing.STANDING, Standing.AGAIN}
        told = unit.events.of_record(record_id)[-1].detail["text"]
    assert told == {"pages": [1], "kept": 1, "again": 1}
    found = shown(catalogue)
    assert (found.text, found.offer) == ("~~~ ,, ## ww xx kk jj", "Điều 1. Thành lập Tổ số hóa")
    service(catalogue).answer(answer(found), LAN)
    assert page_now(catalogue, record_id).text == TEXT.replace("thanh", "thành").replace("Tô", "Tổ")
    assert service(catalogue).next(LAN) is None


def test_a_second_person_looks_without_the_first_ones_word_and_a_third_decides(catalogue: Catalogue) -> None:
    record_id = read(catalogue, unsure(TEXT, "thanh"))
    said = service(catalogue, ALWAYS)
    said.answer(answer(shown(catalogue), "QUYẾT ĐỊNH về việc thánh lập"), LAN)
    assert said.next(LAN) is None, "nobody looks at their own"
    second = shown(catalogue, HOA)
    assert (second.text, second.offer, second.readings) == ("QUYẾT ĐỊNH về việc thanh lập",) * 2 + ((),)
    assert said.next(CUC) is None, "Hoa has it in hand"
    said.answer(answer(second, "QUYẾT ĐỊNH về việc thành lập"), HOA)
    assert "thánh" in page_now(catalogue, record_id).text, "the first one's word stands until a third has looked"
    assert said.next(LAN) is None and said.next(HOA) is None
    third = shown(catalogue, CUC)
    assert set(third.readings) == {"QUYẾT ĐỊNH về việc thánh lập", "QUYẾT ĐỊNH về việc thành lập"}
    said.answer(answer(third, "QUYẾT ĐỊNH về việc thành lập"), CUC)
    assert "thành" in page_now(catalogue, record_id).text
    assert said.next(CUC) is None
    said.undo(CUC)
    assert "thánh" in page_now(catalogue, record_id).text
    assert shown(catalogue, CUC).sample


def test_two_who_agree_need_no_third(catalogue: Catalogue) -> None:
    read(catalogue, unsure(TEXT, "thanh"))
    said = service(catalogue, ALWAYS)
    said.answer(answer(shown(catalogue), "QUYẾT ĐỊNH về việc thành lập"), LAN)
    done = said.answer(answer(shown(catalogue, HOA), "QUYẾT ĐỊNH về việc thành lập"), HOA)
    assert (done.look, done.agrees) == (2, True)
    assert said.next(CUC) is None


def test_nothing_is_kept_of_what_is_purged_or_kept_apart(catalogue: Catalogue) -> None:
    ids = [read(catalogue, unsure(TEXT, "thanh")) for _ in range(2)]
    said = service(catalogue, ALWAYS)
    for _ in ids:
        said.answer(answer(shown(catalogue, mode=Mode.PAGES), "QUYẾT ĐỊNH về việc thành lập"), LAN)
    catalogue.write(lambda unit: quarantine(unit, ids[0], 1))
    catalogue.write(lambda unit: discard(unit, ids[1], "A", "nhầm"))
    catalogue.write(lambda unit: ask_purge(unit, ids[1], "A"))
    catalogue.write(lambda unit: confirm_purge(unit, ids[1], "B"))
    with catalogue.reading() as unit:
        rows = [unit._connection.execute(select(table)).all() for table in TABLES]
    assert rows == [[], [], [], []]
    assert said.next(HOA) is None
    with pytest.raises(NotRead):
        catalogue.write(lambda unit: read_again(unit, ids[0], "A"))


def test_what_was_said_comes_back_from_what_lies_beside_the_originals(catalogue: Catalogue, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data")
    layout.prepare()
    originals = FolderOriginals(layout.originals)
    record_id = enter(catalogue, [TEXT], originals=originals, scratch=tmp_path)
    catalogue.write(lambda unit: _finished(unit, record_id, [unsure(TEXT, "thanh", "Tô")]))
    service(catalogue).answer(answer(shown(catalogue), "QUYẾT ĐỊNH về việc thành lập"), LAN)
    writer(catalogue, layout).drain()
    other = Catalogue.sqlite(tmp_path / "other.sqlite")
    assert rebuild_catalogue(other, originals, layout).whole
    assert page_now(other, record_id).text == TEXT.replace("thanh", "thành")
    assert shown(other).text == "Điều 1. Thành lập Tô số hóa"
    read(other, unsure(TEXT, "thanh", "Tô"), record_id)
    assert page_now(other, record_id).text == TEXT.replace("thanh", "thành")
    other.close()


def test_what_is_passed_over_is_put_down_within_its_bounds(catalogue: Catalogue) -> None:
    record_id = read(catalogue, unsure(TEXT, "Tô"))
    for kind, place in (("page", "x" * 60), ("page", "1\x00")):
        with pytest.raises(NotFound):
            service(catalogue).answer(Answer(record_id, kind, place, "a", "", Verdict.SKIPPED), LAN)
    service(catalogue).answer(Answer(record_id, "field", "n" * 60, "a\x00b", "", Verdict.SKIPPED), LAN)
    with pytest.raises(BadValue):
        service(catalogue).answer(Answer(record_id, "page", "1", "a" * 5000, "", Verdict.SKIPPED), LAN)


def test_only_a_doubtful_field_is_answered_and_never_the_name_of_the_dossier(catalogue: Catalogue) -> None:
    record_id = enter(catalogue, ["a"], {"number": "1", "dossier": "Hồ sơ A"})

    def doubt(unit: UnitOfWork, doubtful: bool) -> None:
        for field in unit.records.fields([record_id])[record_id].values():
            unit.records.set_field(record_id, replace(field, doubtful=doubtful))

    catalogue.write(lambda unit: doubt(unit, False))
    with pytest.raises(ShownNoMore):
        service(catalogue).answer(Answer(record_id, "field", "number", "1", "2"), LAN)
    catalogue.write(lambda unit: doubt(unit, True))
    service(catalogue).answer(Answer(record_id, "field", "number", "1", "2"), LAN)
    with pytest.raises(ShownNoMore):
        service(catalogue).answer(Answer(record_id, "field", "number", "2", "3"), LAN)
    with pytest.raises(ShownNoMore):
        service(catalogue).answer(Answer(record_id, "field", "dossier", "Hồ sơ A", "Hồ sơ B"), LAN)
