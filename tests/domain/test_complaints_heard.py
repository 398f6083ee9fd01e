"""What a complaint's officer hears, what is forgotten of it in time, and what is counted."""

from datetime import date

from sqlalchemy import select

from metrics.periods import Period
from queue_app.complaints import figures, heard, own, steps
from queue_app.models import (
    ComplaintMessage,
    ComplaintState,
    ComplaintStep,
    Resolution,
    Subject,
    Ticket,
)
from queue_app.privacy import retention
from tests.domain.complaining import NAME, Case
from tests.office import Desk

S, Step = ComplaintState, ComplaintStep


class TestHeard:
    def test_the_officer_hears_the_substance_at_once_and_never_who(self, desk: Desk, case: Case) -> None:
        desk.open()
        served = [desk.serve(minutes=3) for _ in range(heard.FEWEST_ALIKE - 1)]
        case.file(served[0], text=f"Saya {NAME}, menunggu dua jam.")
        with desk.db.read() as session:
            [at_once] = heard.by(session, desk.vault, desk.user(session, "petugas1"))
            assert heard.unanswered_count(session, desk.user(session, "petugas1")) == 1
        assert (at_once.subject, at_once.day, at_once.month) == (Subject.WAIT, None, date(2026, 11, 1))
        assert at_once.substance is None
        desk.serve(minutes=3)
        case.staff(steps.summarise, "Waktu tunggu lama tanpa penjelasan.")
        with desk.db.read() as session:
            [later] = heard.by(session, desk.vault, desk.user(session, "petugas1"))
        assert (later.substance, later.day) == ("Waktu tunggu lama tanpa penjelasan.", date(2026, 11, 24))
        assert "Zubaidah" not in repr((at_once, later))


class TestForgetting:
    def test_identity_goes_after_a_month_words_after_a_year_and_the_decision_stays(
        self, desk: Desk, case: Case
    ) -> None:
        case.file()
        case.take(Step.ASSIGN)
        case.citizen(own.write, "Nama saya ada di sini.")
        case.take(Step.DECIDE)
        desk.wait(days=30)
        retention.erase_all(desk.db, desk.now)
        assert case.now.name_sealed is not None
        desk.wait(days=1)
        retention.erase_all(desk.db, desk.now)
        assert (case.now.name_sealed, case.now.text_sealed is None) == (None, False)
        desk.wait(days=365)
        retention.erase_all(desk.db, desk.now)
        assert case.now.text_sealed is None
        with desk.db.read() as session:
            kept = session.scalars(select(ComplaintMessage.words_sealed).order_by(ComplaintMessage.id)).all()
            assert [words is None for words in kept] == [True, False]
            assert {each.rows for each in retention.check(session, desk.office(session), desk.now)} == {0}

    def test_an_open_one_keeps_all(self, desk: Desk, case: Case) -> None:
        case.file()
        desk.wait(days=500)
        retention.erase_all(desk.db, desk.now)
        assert case.now.name_sealed is not None


def test_upheld_complaints_are_counted_by_service_and_officer(desk: Desk, case: Case, served: Ticket) -> None:
    for resolution in (Resolution.UPHELD, Resolution.PARTLY, Resolution.NOT_UPHELD):
        case.file(served, subject=Subject.INFORMATION)
        case.take(Step.ASSIGN)
        case.staff(steps.decide, resolution, "Sudah diperiksa.")
    case.file(subject=Subject.WAIT)
    with desk.db.read() as session:
        office = desk.office(session)
        period = Period(date(2026, 11, 24), date(2026, 11, 24), office.zone)
        found = figures.outcomes(session, office, period)
        assert found == {
            (served.service_id, served.officer_id): figures.Outcomes(upheld=1, partly=1, not_upheld=1),
            (None, None): figures.Outcomes(open=1),
        }
        received = figures.received(session, office, period, date(2027, 6, 1))
        assert received == {
            Subject.INFORMATION: figures.Outcomes(upheld=1, partly=1, not_upheld=1),
            Subject.WAIT: figures.Outcomes(open=1, late=1),
        }
        later = Period(date(2026, 11, 25), date(2026, 11, 30), office.zone)
        assert figures.outcomes(session, office, later) == {}
