"""A complaint's whole course: filed, worked on against a deadline, decided, appealed."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import DatabaseError

from queue_app import alerts, office_calendar, tickets
from queue_app.complaints import course, export, filing, heard, own, reads, record, steps
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.errors import Forbidden, Invalid, QueueError
from queue_app.models import (
    Alert,
    AlertKind,
    Complaint,
    ComplaintEntry,
    ComplaintState,
    ComplaintStep,
    LogIsAppendOnly,
    Resolution,
    Severity,
    Subject,
    Ticket,
)
from tests.domain.complaining import NAME, STORY, Case
from tests.office import Desk

S, Step = ComplaintState, ComplaintStep


class TestFiling:
    def test_it_is_tied_to_the_visit_numbered_and_sealed(self, desk: Desk, case: Case, served: Ticket) -> None:
        first, second = case.file(served, phone="0812 3456 7890"), case.file(served)
        assert [first.label, second.label] == ["P-0001", "P-0002"]
        assert (first.service_id, first.officer_id) == (served.service_id, served.officer_id)
        for sealed, plain in (
            (first.text_sealed, STORY),
            (first.name_sealed, NAME),
            (first.phone_sealed, "081234567890"),
        ):
            assert sealed is not None
            assert plain.encode() not in sealed
            assert desk.vault.open(sealed) == plain

    def test_a_doubled_press_is_one(self, case: Case, served: Ticket) -> None:
        assert case.file(served, key="press").id == case.file(served, key="press").id
        assert case.file(key="press").id == case.file(key="press").id

    def test_it_is_heard_from_who_was_missed_too(self, desk: Desk, case: Case) -> None:
        desk.join()
        desk.open()
        called = desk.call_next()
        assert called is not None
        assert case.file(desk.act(tickets.no_show, called)).number == 1

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"text": None}, "complaint_too_short"),
            ({"text": " \r\n "}, "complaint_too_short"),
            ({"text": "x" * 20_000}, "text_too_long"),
            ({"phone": "satu dua"}, "bad_phone"),
        ],
    )
    def test_what_cannot_be_is_refused_and_leaves_nothing(
        self, case: Case, served: Ticket, said: dict[str, Any], code: str
    ) -> None:
        with pytest.raises(Invalid, match=code):
            case.file(served, **said)
        assert case.file(served).number == 1

    def test_one_visit_has_room_for_three_within_two_weeks(self, desk: Desk, case: Case, served: Ticket) -> None:
        desk.wait(days=14)
        for _ in range(3):
            case.file(served)
        with pytest.raises(QueueError, match="too_many_complaints"):
            case.file(served)
        desk.wait(days=1)
        with pytest.raises(QueueError, match="feedback_over"):
            case.file(served)


class TestDeadline:
    """Tuesday 24 November 2026 is now."""

    @pytest.fixture(autouse=True)
    def _weekdays(self, desk: Desk) -> None:
        with desk.db.write() as session:
            session.execute(text("DELETE FROM opening_hours WHERE weekday > 4"))
            office_calendar.close_day(session, desk.office(session), date(2026, 11, 26), "Libur", desk.now)

    @pytest.mark.parametrize(
        ("subject", "due"),
        [
            (Subject.FACILITIES, date(2026, 11, 27)),
            (Subject.INFORMATION, date(2026, 12, 2)),
            (Subject.CONDUCT, date(2026, 12, 15)),
            (Subject.COST, date(2027, 2, 17)),
        ],
    )
    def test_it_counts_the_working_days_of_the_office(self, case: Case, subject: Subject, due: date) -> None:
        assert case.file(subject=subject).due_on == due

    def test_another_severity_counts_from_the_day_it_came_and_an_appeal_anew(self, desk: Desk, case: Case) -> None:
        case.file(subject=Subject.CONDUCT)
        desk.wait(days=6)
        assert case.staff(steps.classify, Subject.CONDUCT, Severity.NORMATIVE).due_on == date(2026, 12, 2)
        for step in (Step.ASSIGN, Step.DECIDE, Step.APPEAL):
            case.take(step)
        assert case.now.due_on == date(2026, 12, 7)

    def test_an_overdue_one_raises_an_alert_once_and_it_ends_with_the_decision(self, desk: Desk, case: Case) -> None:
        case.file(subject=Subject.FACILITIES)
        desk.wait(days=3)
        assert alerts.watch(desk.db, desk.now) == 0
        desk.wait(days=1)
        assert [alerts.watch(desk.db, desk.now) for _ in range(2)] == [1, 0]
        with desk.db.read() as session:
            alert = session.scalars(select(Alert).where(Alert.kind == AlertKind.COMPLAINT_OVERDUE)).one()
            assert (alert.facts, alert.cleared_at) == ({"number": "P-0001"}, None)
            overdue = reads.listed(session, desk.office(session), reads.Choice(overdue=True), desk.now)
            assert [each.label for each in overdue.complaints] == ["P-0001"]
        case.take(Step.ASSIGN)
        case.take(Step.DECIDE)
        alerts.watch(desk.db, desk.now)
        with desk.db.read() as session:
            assert alerts.still_open(session, desk.office(session).id) == []


WAYS: dict[ComplaintState, tuple[ComplaintStep, ...]] = {
    S.RECEIVED: (),
    S.IN_PROGRESS: (Step.ASSIGN,),
    S.DECIDED: (Step.ASSIGN, Step.DECIDE),
    S.APPEALED: (Step.ASSIGN, Step.DECIDE, Step.APPEAL),
    S.CLOSED: (Step.WITHDRAW,),
}
"""How each state is reached from the filing."""


def test_every_step_from_every_state_does_what_the_table_says(desk: Desk, case: Case) -> None:
    for state, step in product(ComplaintState, set(ComplaintStep) - {Step.FILE}):
        case.file()
        with desk.db.write() as session:
            session.get_one(Complaint, case.id).officer_id = desk.user(session, "petugas1").id
        for before in WAYS[state]:
            case.take(before)
        assert case.now.state is state
        leads_to = course.STEPS[step].leads.get(state)
        if leads_to is None:
            version = case.now.version
            with pytest.raises(QueueError) as refused:
                case.take(step)
            assert (refused.value.code, refused.value.status) == ("illegal_complaint_step", 409)
            assert (case.now.state, case.now.version) == (state, version)
        else:
            assert case.take(step).state is leads_to, (state, step)
        now = case.now
        assert (now.finished_at is None) == (now.resolution is None) == (now.state in course.OPEN)
        with desk.db.read() as session:
            last = session.scalars(select(ComplaintEntry).where(ComplaintEntry.complaint_id == case.id)).all()[-1]
            assert last.to_state is now.state


class TestSteps:
    def test_a_doubled_deed_is_done_once_and_an_outdated_one_is_told(self, desk: Desk, case: Case) -> None:
        case.file()
        for _ in range(2):
            case.staff(steps.reply, "Kami periksa.", key="press")
        with desk.db.read() as session:
            course_of = reads.whole_course(session, desk.vault, session.get_one(Complaint, case.id))
        assert [moment.step for moment in course_of] == [Step.FILE, Step.REPLY]
        with pytest.raises(QueueError, match="complaint_moved"):
            case.staff(steps.decide, Resolution.UPHELD, "Benar.", seen=1)

    def test_replies_go_both_ways_and_the_officer_s_view_stays_inside(
        self, desk: Desk, case: Case, served: Ticket
    ) -> None:
        case.file(served)
        case.take(Step.ASSIGN)
        case.staff(steps.reply, "Pukul berapa Anda tiba?")
        case.citizen(own.write, "Pukul delapan.")
        case.staff(steps.state_view, "Sistem pusat mati.", who="petugas1")
        case.staff(steps.decide, Resolution.PARTLY, "Sistem pusat terganggu.")
        with desk.db.read() as session:
            complaint = session.get_one(Complaint, case.id)
            seen = [moment.words for moment in reads.own_course(session, desk.vault, complaint)]
            all_of_it = [moment.words for moment in reads.whole_course(session, desk.vault, complaint)]
        assert seen == [None, None, "Pukul berapa Anda tiba?", "Pukul delapan.", "Sistem pusat terganggu."]
        assert "Sistem pusat mati." in all_of_it

    @pytest.mark.parametrize(
        "text", [f"Ibu {NAME.split()[1].upper()} menunggu.", "Hubungi 0812-3456-7890.", "Nomor A-012."]
    )
    def test_what_the_officer_reads_names_nobody(self, case: Case, text: str) -> None:
        case.file()
        case.take(Step.ASSIGN)
        for step, args in ((steps.summarise, (text,)), (steps.decide, (Resolution.UPHELD, text))):
            with pytest.raises(Invalid, match="names_complainant"):
                case.staff(step, *args)

    def test_an_appeal_is_decided_by_somebody_else_where_there_is_one(self, case: Case) -> None:
        case.file()
        for step in (Step.ASSIGN, Step.DECIDE, Step.APPEAL):
            case.take(step)
        with pytest.raises(Forbidden, match="same_decider"):
            case.staff(steps.decide, Resolution.UPHELD, "Tetap.")
        assert case.staff(steps.decide, Resolution.NOT_UPHELD, "Sudah diperiksa ulang.", who="admin").state is S.CLOSED

    def test_an_appeal_comes_in_time(self, desk: Desk, case: Case) -> None:
        case.file()
        case.take(Step.ASSIGN)
        case.take(Step.DECIDE)
        desk.wait(days=15)
        with pytest.raises(QueueError, match="appeal_over"):
            case.take(Step.APPEAL)

    def test_others_and_other_officers_see_nothing_of_it(self, desk: Desk, case: Case, served: Ticket) -> None:
        case.file(served)
        with desk.db.read() as session:
            with pytest.raises(QueueError, match="unknown_complaint"):
                record.of_office(session, desk.user(session, "petugas2"), case.now.number)
            assert heard.by(session, desk.vault, desk.user(session, "petugas2")) == []

    def test_its_log_is_append_only(self, desk: Desk, case: Case) -> None:
        case.file()
        with pytest.raises(LogIsAppendOnly), desk.db.write() as session:
            session.scalars(select(ComplaintEntry)).one().key = "other"
        with pytest.raises(DatabaseError, match="append-only"), desk.db.engine.begin() as connection:
            connection.execute(update(ComplaintEntry).values(key="other"))


def test_a_file_of_many_asks_no_more_than_one_of_few(desk: Desk) -> None:
    asked: list[str] = []
    event.listen(desk.db.engine, "before_cursor_execute", lambda _c, _k, sql, *_: asked.append(sql))
    desk.open()
    counts = []
    for days in range(2):
        for _ in range(3):
            ticket = desk.serve(minutes=5)
            with desk.db.write() as session:
                filed = Filed(Subject.WAIT, "Menunggu lama sekali, dua jam.")
                filing.about_ticket(session, desk.vault, session.get_one(Ticket, ticket.id), filed, Deed(desk.now, "k"))
        asked.clear()
        with desk.db.read() as session:
            found = reads.listed(session, desk.office(session), reads.Choice(), desk.now, most=100)
            rows = export.rows(session, desk.vault, found.complaints)
        counts.append(len(asked))
        assert [row[4] for row in rows] == [each.created_at.date().isoformat() for each in found.complaints]
        assert len(rows) == 3 * (days + 1)
        desk.wait(days=1)
    assert counts[0] == counts[1]
