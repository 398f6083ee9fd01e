"""The performance dialogue: who may do what, what is kept, and what never changes afterwards."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from metrics.predikat import Level, Predikat
from queue_app.dialogue import achieved, course, deeds, record, spans, view
from queue_app.dialogue.record import Step
from queue_app.errors import Forbidden, Invalid, NotFound, QueueError
from queue_app.models import (
    ActionKind,
    Deed,
    Dialogue,
    DialogueEntry,
    DialogueState,
    Feedback,
    Indicator,
    Span,
    Ticket,
)
from tests.office import Desk

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


class Talk:
    """The November dialogue of petugas1; each step sees the newest version unless told otherwise."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with desk.db.write() as session:
            officer = desk.user(session, "petugas1")
            self.id = course.start(session, self.step(session, "supervisor"), officer.id, Span.MONTH, NOVEMBER).id

    def step(self, session: Session, who: str, seen: int | None = None) -> Step:
        return Step(self.desk.user(session, who), self.desk.now, seen)

    def do(self, deed: Any, *args: Any, who: str = "supervisor", seen: int | None = None, **named: Any) -> None:
        with self.desk.db.write() as session:
            version = seen if seen is not None else session.get_one(Dialogue, self.id).version
            deed(session, self.step(session, who, version), self.id, *args, **named)

    def shown(self) -> view.Shown:
        with self.desk.db.read() as session:
            return view.shown(session, [session.get_one(Dialogue, self.id)], self.desk.now)[0]

    def ready_to_close(self) -> None:
        self.do(course.open_to_officer)
        self.do(deeds.set_conduct, Level.AS, "ramah dan tertib")
        self.do(course.answer, "Saya setuju.", who="petugas1", acknowledged=True)
        self.desk.wait(days=14)


@pytest.fixture
def talk(desk: Desk) -> Talk:
    return Talk(desk)


def served_and_asked(desk: Desk, count: int = 40, answer: int = 4) -> list[Ticket]:
    """Visits of petugas1 within the standard, most with an answer, beside a colleague's."""
    desk.open()
    desk.open("petugas2", 2)
    own = [desk.serve(minutes=4 + n % 3) for n in range(count)]
    for n in range(count):
        desk.serve("A", "petugas2", 2, minutes=4 + n % 3)
    with desk.db.write() as session:
        officer = desk.user(session, "petugas1")
        for n, ticket in enumerate(own):
            session.add(
                Feedback(
                    ticket_id=ticket.id,
                    office_id=ticket.office_id,
                    service_id=ticket.service_id,
                    officer_id=officer.id,
                    answers={"satisfaction": answer if n % 5 else 3},
                    created_at=desk.now,
                )
            )
    return own


@pytest.mark.parametrize(
    ("span", "day", "days"),
    [
        (Span.MONTH, date(2026, 2, 14), (date(2026, 2, 1), date(2026, 2, 28))),
        (Span.QUARTER, date(2026, 11, 24), (date(2026, 10, 1), date(2026, 12, 31))),
        (Span.SEMESTER, date(2026, 7, 1), (date(2026, 7, 1), date(2026, 12, 31))),
        (Span.YEAR, date(2024, 2, 29), (date(2024, 1, 1), date(2024, 12, 31))),
    ],
)
def test_a_span_has_whole_months(span: Span, day: date, days: tuple[date, date]) -> None:
    assert spans.days_of(span, day) == days


def test_starting_twice_or_for_all_gives_everybody_one(desk: Desk, talk: Talk) -> None:
    with desk.db.write() as session:
        step = talk.step(session, "supervisor")
        assert course.start_all(session, step, Span.MONTH, NOVEMBER) == 4
        assert course.start_all(session, step, Span.MONTH, NOVEMBER) == 0
        again = course.start(session, step, desk.user(session, "petugas1").id, Span.MONTH, NOVEMBER)
        assert again.id == talk.id
        assert [target.indicator for target in again.targets] == [row[1] for row in course.DEFAULT_TARGETS]


def test_the_next_period_begins_with_the_targets_of_the_last(desk: Desk, talk: Talk) -> None:
    talk.do(deeds.set_target, None, "Membimbing", Indicator.WORDS, None, "dua petugas baru")
    with desk.db.write() as session:
        officer = desk.user(session, "petugas1")
        days = spans.days_of(Span.MONTH, date(2026, 12, 1))
        following = course.start(session, talk.step(session, "supervisor"), officer.id, Span.MONTH, days)
        assert [target.words for target in following.targets][-1] == "dua petugas baru"


def test_the_officer_sees_it_once_it_is_open_and_nobody_else_ever(desk: Desk, talk: Talk) -> None:
    def sees(username: str) -> bool:
        with desk.db.read() as session:
            try:
                record.find(session, desk.user(session, username), talk.id)
            except NotFound:
                return False
            return True

    assert [sees(who) for who in ("petugas1", "petugas2", "supervisor")] == [False, False, True]
    talk.do(course.open_to_officer)
    assert [sees(who) for who in ("petugas1", "petugas2", "supervisor")] == [True, False, True]


def test_only_the_officer_answers_and_says_that_it_was_read(talk: Talk) -> None:
    talk.do(course.open_to_officer)
    with pytest.raises(Forbidden, match="not_yours"):
        talk.do(course.answer, "baik", acknowledged=True)
    with pytest.raises(Invalid, match="not_acknowledged"):
        talk.do(course.answer, "baik", who="petugas1", acknowledged=False)
    talk.do(course.answer, "baik", who="petugas1", acknowledged=True)
    assert talk.shown().dialogue.state is DialogueState.ANSWERED


def test_a_change_after_the_answer_asks_for_a_new_one(talk: Talk) -> None:
    talk.ready_to_close()
    talk.do(deeds.agree, ActionKind.TRAINING, "pelatihan SIAK", date(2027, 1, 31))
    assert talk.shown().dialogue.state is DialogueState.OPEN
    with pytest.raises(Invalid, match="reason_needed"):
        talk.do(course.close, Predikat.GOOD, None)


def test_of_two_who_decide_from_the_same_page_one_is_told(talk: Talk) -> None:
    talk.ready_to_close()
    version = talk.shown().dialogue.version
    talk.do(course.close, Predikat.GOOD, "sesuai catatan", seen=version)
    with pytest.raises(QueueError, match="dialogue_moved"):
        talk.do(course.close, Predikat.POOR, "lain", who="admin", seen=version)
    with pytest.raises(QueueError, match="dialogue_closed"):
        talk.do(deeds.set_conduct, Level.BELOW, "lain")
    assert talk.shown().dialogue.predikat is Predikat.GOOD


def test_it_closes_only_when_its_figures_are_final(talk: Talk) -> None:
    talk.do(course.open_to_officer)
    with pytest.raises(Invalid, match="no_conduct"):
        talk.do(course.close, Predikat.GOOD, "cukup")
    talk.do(deeds.set_conduct, Level.AS, "tertib")
    with pytest.raises(QueueError, match="figures_not_final"):
        talk.do(course.close, Predikat.GOOD, "cukup")


def test_what_was_achieved_is_computed_and_suggests_with_reasons(desk: Desk, talk: Talk) -> None:
    served_and_asked(desk)
    talk.ready_to_close()
    shown = talk.shown()
    levels = {row.target.indicator: row.level for row in shown.rows}
    assert levels[Indicator.WITHIN_STANDARD] is Level.ABOVE
    assert levels[Indicator.SATISFACTION] is Level.ABOVE
    assert levels[Indicator.SPEED_INDEX] is Level.AS
    assert shown.suggestion.predikat is Predikat.GOOD
    assert shown.suggestion.results is Level.ABOVE


def test_a_decision_beside_the_suggestion_needs_its_reason(desk: Desk, talk: Talk) -> None:
    served_and_asked(desk)
    talk.ready_to_close()
    with pytest.raises(Invalid, match="reason_needed"):
        talk.do(course.close, Predikat.VERY_GOOD, "  ")
    talk.do(course.close, Predikat.GOOD, None)
    assert talk.shown().dialogue.predikat is Predikat.GOOD


def test_closed_figures_stay_as_they_were_and_stand_beside_those_of_now(desk: Desk, talk: Talk) -> None:
    served_and_asked(desk)
    talk.ready_to_close()
    talk.do(course.close, Predikat.GOOD, None)
    closed = talk.shown()
    assert closed.frozen is not None
    assert not closed.differs
    assert closed.frozen["digest"] == achieved.digest(closed.frozen)
    with desk.db.write() as session:  # fewer answers than then
        for row in session.scalars(select(Feedback).order_by(Feedback.id.desc()).limit(5)):
            session.delete(row)
    later = talk.shown()
    assert later.differs
    assert later.frozen == closed.frozen
    assert later.dialogue.predikat is Predikat.GOOD


def test_reopening_needs_a_reason_and_keeps_what_was_decided(talk: Talk) -> None:
    talk.ready_to_close()
    talk.do(course.close, Predikat.GOOD, "tidak ada saran")
    with pytest.raises(Invalid, match="words_needed"):
        talk.do(course.reopen, " ")
    talk.do(course.reopen, "surat keberatan")
    shown = talk.shown()
    assert (shown.dialogue.state, shown.dialogue.predikat) == (DialogueState.OPEN, None)
    kept = [entry for entry in shown.dialogue.entries if entry.deed is Deed.CLOSE]
    assert kept[0].data["predikat"] == "good"


def test_its_history_cannot_be_changed_in_the_database_either(desk: Desk, talk: Talk) -> None:
    talk.do(deeds.note, "catatan", who="supervisor")
    talk.do(deeds.note, "catatan", who="supervisor")  # a doubled click
    with desk.db.read() as session:
        rows = session.scalars(select(DialogueEntry).where(DialogueEntry.deed == Deed.NOTE)).all()
        assert [row.words for row in rows] == ["catatan"]
    for statement in ("UPDATE dialogue_entry SET words = 'lain'", "DELETE FROM dialogue_entry"):
        with pytest.raises(DBAPIError, match="append-only"), desk.db.write() as session:
            session.execute(text(statement))


def test_an_agreed_action_is_done_once_also_after_the_closing(talk: Talk) -> None:
    talk.do(deeds.agree, ActionKind.RESOURCES, "pemindai baru", date(2027, 2, 1))
    talk.ready_to_close()
    talk.do(course.close, Predikat.GOOD, "belum ada data")
    action = talk.shown().dialogue.actions[0]
    for _ in range(2):
        talk.do(deeds.mark_done, action.id, date(2027, 1, 5), who="petugas1")
    shown = talk.shown()
    assert shown.dialogue.actions[0].done_day == date(2027, 1, 5)
    assert [entry.deed for entry in shown.dialogue.entries].count(Deed.ACTION_DONE) == 1


@pytest.mark.parametrize(
    ("result", "indicator", "goal", "words", "code"),
    [
        ("", Indicator.SPEED_INDEX, 100.0, None, "words_needed"),
        ("a" * 20_000, Indicator.SPEED_INDEX, 100.0, None, "text_too_long"),
        ("Cepat", Indicator.SPEED_INDEX, None, None, "bad_goal"),
        ("Cepat", Indicator.SPEED_INDEX, float("nan"), None, "bad_goal"),
        ("Cepat", Indicator.SPEED_INDEX, -5.0, None, "bad_goal"),
        ("Bimbingan", Indicator.WORDS, None, "", "words_needed"),
    ],
)
def test_a_target_that_cannot_be_right_is_refused(
    talk: Talk, result: str, indicator: Indicator, goal: float | None, words: str | None, code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        talk.do(deeds.set_target, None, result, indicator, goal, words)


def test_an_empty_month_has_no_figures_and_no_suggestion(desk: Desk, talk: Talk) -> None:
    desk.now += timedelta(days=14)
    shown = talk.shown()
    assert {row.measured.value for row in shown.rows} == {None}
    assert shown.suggestion.predikat is None
