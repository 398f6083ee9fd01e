"""The whole survey: who is asked, what is kept, and what the results show without showing anybody."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from metrics.accuracy import Part
from metrics.periods import Period
from queue_app import accuracy, booking, feedback
from queue_app.complaints import steps
from queue_app.errors import Invalid, QueueError
from queue_app.models import Question, Resolution, Severity, Subject, SurveyForm, Ticket, User
from queue_app.survey import form, reading, results, sample
from tests.domain.complaining import Case
from tests.office import Desk

ALL_GOOD = dict.fromkeys(form.ASKED, 3)


def ask_everybody(desk: Desk, percent: str = "100") -> None:
    with desk.db.write() as session:
        sample.set_share(session, desk.office(session), percent, desk.now - timedelta(days=1))


def keep(desk: Desk, ticket: Ticket, answers: dict[Question, int], **about: str) -> SurveyForm:
    with desk.db.write() as session:
        return form.keep(session, booking.find(session, ticket.public_id, for_change=True), answers, about, desk.now)


def answered(desk: Desk, n: int, answer: int = 3, service: str = "A", **about: str) -> None:
    """So many visits of one minute, each with a whole form."""
    for _ in range(n):
        keep(desk, desk.serve(service, minutes=1), dict.fromkeys(form.ASKED, answer), **about)


def shown(desk: Desk, first: date, last: date) -> results.Results:
    with desk.db.read() as session:
        office = desk.office(session)
        return results.of_office(session, office, Period(first, last, office.zone), desk.now)


class TestSample:
    def test_a_share_is_met_and_a_larger_one_asks_the_same_and_more(self) -> None:
        ids = [f"ticket-{n}" for n in range(4000)]
        some, more = ([name for name in ids if sample.is_below(name, percent)] for percent in (20, 60))
        assert set(some) < set(more)
        assert 0.17 < len(some) / len(ids) < 0.23
        assert [sum(sample.is_below(name, percent) for name in ids) for percent in (0, 100)] == [0, 4000]

    def test_a_new_share_holds_from_tomorrow_and_the_past_keeps_its_own(self, desk: Desk) -> None:
        today = desk.now.date()
        with desk.db.write() as session:
            office = desk.office(session)
            for typed in ("40", "50"):
                sample.set_share(session, office, typed, desk.now)
            found = sample.shares(session, office.id)
            days = [sample.percent_on(found, today + timedelta(days=n)) for n in (0, 1, 9)]
        assert days == [sample.DEFAULT_PERCENT, 50, 50]

    @pytest.mark.parametrize("typed", ["", "-1", "101", "12.5", "1e2", "٤"])
    def test_a_share_that_is_none_is_refused(self, desk: Desk, typed: str) -> None:
        with pytest.raises(Invalid, match="bad_share"):
            ask_everybody(desk, typed)


class TestForm:
    def test_it_can_be_gone_on_with_until_the_ninth_answer_and_then_stays(self, desk: Desk) -> None:
        desk.open()
        ticket = desk.serve(minutes=5)
        assert keep(desk, ticket, {Question.TIME: 1, Question.COST: 4}, sex="female").completed_at is None
        desk.wait(hours=3)
        whole = keep(desk, ticket, ALL_GOOD)
        assert whole.completed_at == desk.now
        assert (whole.answers["cost"], whole.about) == (3, {"sex": "female"})
        again = keep(desk, ticket, dict.fromkeys(form.ASKED, 1))
        assert set(again.answers.values()) == {3}

    def test_it_refuses_what_is_off_the_scale_and_keeps_what_was_there(self, desk: Desk) -> None:
        desk.open()
        ticket = desk.serve(minutes=5)
        keep(desk, ticket, {Question.TIME: 2})
        for wrong in ({Question.TIME: 5}, {Question.TIME: 0}, {Question.SATISFACTION: 3}):
            with pytest.raises(Invalid, match="bad_answer"):
                keep(desk, ticket, wrong)
        with pytest.raises(Invalid, match="bad_about"):
            keep(desk, ticket, {Question.COST: 3}, sex="unknown")
        with desk.db.read() as session:
            assert session.scalars(select(SurveyForm)).one().answers == {"time": 2}

    def test_it_opens_with_the_visit_s_end_and_needs_an_answer(self, desk: Desk) -> None:
        with pytest.raises(QueueError, match="not_served_yet"):
            keep(desk, desk.join(), ALL_GOOD)
        desk.open()
        with pytest.raises(Invalid, match="no_answer"):
            keep(desk, desk.serve(minutes=5), {})

    def test_a_program_s_nine_answers_are_a_form_too(self, desk: Desk) -> None:
        desk.open()
        ticket = desk.serve(minutes=5)
        with desk.db.write() as session:
            found = booking.find(session, ticket.public_id, for_change=True)
            feedback.give(session, desk.vault, found, ALL_GOOD | {Question.INFORMATION: 4}, None, desk.now)
            assert form.of_ticket(session, found) is not None


class TestResults:
    def test_a_figure_has_ten_answers_behind_it_of_days_that_are_over(self, desk: Desk) -> None:
        day = desk.now.date()
        ask_everybody(desk)
        desk.open()
        answered(desk, 9, answer=4)
        desk.wait(days=1)
        assert (shown(desk, day, day).result, shown(desk, day, day).waiting) == (None, 9)
        desk.open("petugas2", 2)
        for _ in range(3):
            keep(desk, desk.serve("B", "petugas2", 2, minutes=1), dict.fromkeys(form.ASKED, 1))
        assert shown(desk, day, day + timedelta(days=1)).result is None, "today is not over"
        desk.wait(days=1)
        whole = shown(desk, day, day + timedelta(days=1))
        assert whole.result is not None
        assert (whole.result.n, whole.result.ikm) == (12, Decimal("81.25"))
        assert shown(desk, day, day).result is None, "nine alone are too few, and would tell of the other three"
        assert all(row.result is None for row in whole.services), "either service would tell of the other"

    def test_officers_see_their_own_when_enough_have_answered(self, desk: Desk) -> None:
        day = desk.now.date()
        ask_everybody(desk)
        desk.open()
        answered(desk, 10, sex="female")
        desk.open("petugas2", 2)
        keep(desk, desk.serve("A", "petugas2", 2, minutes=1), ALL_GOOD)
        desk.wait(days=1)
        with desk.db.read() as session:
            office = desk.office(session)
            own = results.of_officers(session, office, Period(day, day, office.zone), desk.now)
        assert own["petugas1"].result is not None
        assert own["petugas2"] == results.Own(None, None, None)
        about = shown(desk, day, day).about["sex"]
        assert about == {"female": None, "male": 0, "": None}, "the one who did not say would be told by the others"

    def test_an_officer_s_own_is_the_same_from_the_last_days_as_from_everything(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        day = desk.now.date()
        ask_everybody(desk)
        for n, answer in ((4, 1), (7, 2), (3, 3), (10, 4), (6, 1), (8, 4), (5, 2)):
            desk.open()
            answered(desk, n, answer=answer)
            desk.wait(days=1)
        with desk.db.read() as session:
            officer = session.scalars(select(User).where(User.username == "petugas1")).one()
            periods = [
                Period(day + timedelta(days=a), day + timedelta(days=b), officer.office.zone)
                for a in range(8)
                for b in range(a, 8)
            ]
            found = {}
            for look_back in ((), (1, 2), (3,), reading.LOOK_BACK):
                monkeypatch.setattr(reading, "LOOK_BACK", look_back)
                found[look_back] = [results.own(session, officer, period, desk.now) for period in periods]
            of_all = [results.of_officers(session, officer.office, period, desk.now) for period in periods]
        everything = found.pop(())
        assert any(own.result for own in everything)
        assert all(own == everything for own in found.values())
        nothing = results.Own(None, None, None)
        assert [of.get("petugas1", nothing) for of in of_all] == everything

    def test_a_service_that_is_renamed_or_no_longer_offered_keeps_its_answers(self, desk: Desk) -> None:
        day = desk.now.date()
        ask_everybody(desk)
        desk.open()
        answered(desk, 10)
        desk.wait(days=1)
        desk.change_service("A", name_id="Akta lahir dan mati", active=False)
        (row,) = [row for row in shown(desk, day, day).services if row.result is not None]
        assert (row.service.name_id, row.result and row.result.n) == ("Akta lahir dan mati", 10)

    def test_who_did_not_answer_is_counted(self, desk: Desk) -> None:
        day = desk.now.date()
        ask_everybody(desk)
        desk.open()
        answered(desk, 2)
        keep(desk, desk.serve(minutes=1), {Question.TIME: 2})
        desk.serve(minutes=1)
        found = shown(desk, day, day).response
        assert (found.visits, found.asked, found.begun, found.completed, found.unanswered) == (4, 4, 3, 2, 2)
        assert found.needed == 4

    def test_who_was_not_asked_is_in_no_figure(self, desk: Desk) -> None:
        ask_everybody(desk, "0")
        desk.open()
        answered(desk, 10)
        desk.wait(days=1)
        found = shown(desk, desk.now.date() - timedelta(days=1), desk.now.date())
        assert (found.result, found.response.asked, found.response.completed) == (None, 0, 0)


def test_accuracy_takes_the_survey_s_question_and_has_no_data_where_there_is_none(desk: Desk) -> None:
    day = desk.now.date()
    desk.open()
    for n in range(12):
        ticket = desk.serve(minutes=1)
        with desk.db.write() as session:
            found = booking.find(session, ticket.public_id, for_change=True)
            feedback.give(session, desk.vault, found, {Question.INFORMATION: 2 if n < 3 else 4}, None, desk.now)
    desk.wait(days=1)
    with desk.db.read() as session:
        office = desk.office(session)
        loaded = accuracy.load(session, office, Period(day, day, office.zone), desk.now)
        future = accuracy.load(
            session, office, Period(day + timedelta(days=9), day + timedelta(days=9), office.zone), desk.now
        )
    information = loaded.office.of(Part.INFORMATION)
    assert (information.wrong, information.n, information.right) == (3, 12, 0.75)
    assert loaded.office.of(Part.REWORK).right is None
    assert loaded.office.of(Part.WRONG_SERVICE).right == 1
    assert set(loaded.officers) == {"petugas1"}
    assert loaded.officers["petugas1"].of(Part.INFORMATION).n == 12
    assert (future.office.value, future.officers) == (None, {})


def test_an_upheld_complaint_about_information_counts_against_accuracy(desk: Desk) -> None:
    day = desk.now.date()
    desk.open()
    tickets = [desk.serve(minutes=1) for _ in range(12)]
    case = Case(desk)
    case.file(tickets[0], subject=Subject.INFORMATION)
    case.staff(steps.classify, Subject.INFORMATION, Severity.LIGHT, case.user_id("petugas1"))
    case.staff(steps.reply, "Kami periksa.")
    for expected in (0, 1):
        if expected:
            case.staff(steps.decide, Resolution.UPHELD, "Daftar berkas di papan memang keliru.")
        with desk.db.read() as session:
            office = desk.office(session)
            loaded = accuracy.load(session, office, Period(day, day, office.zone), desk.now + timedelta(days=1))
        for one in (loaded.office, loaded.officers["petugas1"]):
            assert (one.of(Part.COMPLAINTS).wrong, one.of(Part.COMPLAINTS).n) == (expected, 12)


def test_what_an_office_promises_is_reckoned_again_only_when_a_form_has_come(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_everybody(desk)
    desk.open()
    read, asked = results.satisfaction, []
    monkeypatch.setattr(results, "satisfaction", lambda forms: asked.append(len(forms)) or read(forms))

    def ikm() -> Decimal | None:
        with desk.db.read() as session:
            office, day = desk.office(session), desk.now.date()
            year = Period(day - timedelta(days=364), day, office.zone)
            found = results.result_of_office(session, office, year, desk.now)
            return found and found.ikm

    answered(desk, 12)
    assert ikm() is None  # the day goes on
    desk.close()
    desk.wait(days=1)
    assert [ikm(), ikm()] == [Decimal(75), Decimal(75)]
    assert asked == [0, 12]
    desk.open()
    answered(desk, 12, answer=4)
    desk.close()
    desk.wait(days=1)
    assert ikm() == Decimal("87.5")
    assert asked == [0, 12, 24]
