"""What a person may ask: found by ticket, NIK or phone; copied; erased, while log and figures stay."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from metrics.periods import Period
from queue_app import booking, documents, feedback, opening, report, tickets
from queue_app.audit import verify
from queue_app.complaints import steps
from queue_app.errors import Invalid, QueueError
from queue_app.messages import contacts
from queue_app.messages.contacts import Reach
from queue_app.models import (
    ComplaintMessage,
    ComplaintStep,
    Contact,
    Feedback,
    Office,
    PrivacyDeed,
    Question,
    Resolution,
    Ticket,
)
from queue_app.personal import Holder
from queue_app.privacy import copy, erasure, persons
from queue_app.privacy.persons import By, Person
from queue_app.routes import personal_copy
from tests.domain.complaining import Case
from tests.office import SLUG, Desk
from tests.routes.browsing import Person as Browser

HOLDER = Holder("Zubaidah Rahasia", "081234567890", "1471055708900001")
OTHER = Holder("Orang Lain", "081299998888", "1471051708900002")


@pytest.fixture
def served(desk: Desk) -> Ticket:
    """A person who was served, told of it, answered, and complained; and somebody else's visit beside it."""
    desk.open()
    visits = []
    for holder in (HOLDER, OTHER):
        joined = desk.join(holder=holder)
        if holder is HOLDER:
            with desk.db.write() as session:
                ticket = session.get_one(Ticket, joined.id)
                contacts.add(session, desk.vault, ticket, Reach("email", "zubaidah@contoh.id"), "id", desk.now)
        called = desk.call_next()
        assert called is not None
        started = desk.act(tickets.start, called)
        desk.wait(minutes=7)
        visits.append(desk.act(tickets.finish, started))
    with desk.db.write() as session:
        ticket = booking.find(session, visits[0].public_id, for_change=True)
        feedback.give(session, desk.vault, ticket, {Question.SATISFACTION: 4}, "Saya Zubaidah, terima kasih", desk.now)
    return visits[0]


def find(desk: Desk, by: By, text: str) -> Person:
    with desk.db.read() as session:
        office = desk.office(session)
        return persons.find(session, desk.vault, office, by, text, opening.local_day(office, desk.now))


def erase(desk: Desk, by: By, text: str) -> PrivacyDeed:
    with desk.db.write() as session:
        office = desk.office(session)
        person = persons.find(session, desk.vault, office, by, text, opening.local_day(office, desk.now))
        return erasure.erase(session, office, person, desk.user(session, "admin"), desk.now)


def figures(desk: Desk) -> object:
    with desk.db.read() as session:
        office: Office = desk.office(session)
        today = opening.local_day(office, desk.now)
        period = Period(today, today, office.zone)
        return (
            report.officers(session, office, period, desk.now),
            report.services(session, office, period, desk.now),
            report.waits(session, office, period, desk.now),
        )


class TestFinding:
    def test_a_person_is_found_by_ticket_nik_and_phone_in_any_writing(self, desk: Desk, served: Ticket) -> None:
        texts = {
            By.TICKET: f"https://antrean.example/t/{served.public_id} {served.label}/{served.day}",
            By.NIK: "1471 0557 0890 0001",
            By.PHONE: "+62 812-3456-7890",
        }
        for by, text in texts.items():
            assert [ticket.id for ticket in find(desk, by, text).tickets] == [served.id], by

    def test_complaints_without_a_ticket_are_found_by_their_phone(self, desk: Desk) -> None:
        case = Case(desk)
        case.file(phone="0812 3456 7890")
        Case(desk).file(phone="081299998888", key="other")
        assert [found.id for found in find(desk, By.PHONE, "081234567890").complaints] == [case.id]

    @pytest.mark.parametrize(
        ("by", "text"),
        [(By.NIK, "123"), (By.PHONE, "x"), (By.PHONE, " "), (By.TICKET, " "), (By.TICKET, "A-1/2026-99-99")],
    )
    def test_what_cannot_be_right_is_refused(self, desk: Desk, by: By, text: str) -> None:
        with pytest.raises(Invalid):
            find(desk, by, text)

    def test_another_offices_tickets_are_not_found(self, desk: Desk, served: Ticket) -> None:
        with desk.db.write() as session:
            other = Office(slug="lain", name="Kantor Lain")
            session.add(other)
            session.flush()
            today = opening.local_day(other, desk.now)
            assert persons.find(session, desk.vault, other, By.TICKET, served.public_id, today).tickets == []
            assert persons.chosen(session, other, By.TICKET, [served.public_id], []).tickets == []


def test_a_copy_has_everything_that_is_kept_of_the_person_and_nobody_else(desk: Desk, served: Ticket) -> None:
    Case(desk).file(served, text="Isi pengaduan saya yang panjang.")
    with desk.db.read() as session:
        office = desk.office(session)
        person = persons.find(session, desk.vault, office, By.NIK, HOLDER.nik or "", served.day)
        text = json.dumps(copy.of(session, desk.vault, office, person), ensure_ascii=False)
    for expected in ("Zubaidah Rahasia", "081234567890", "0001", "zubaidah@contoh.id", "terima kasih", "panjang"):
        assert expected in text
    for other in ("Orang Lain", "1471055708900001", "nik_hash"):
        assert other not in text


def test_in_the_paper_the_way_to_a_person_has_its_name(app: Flask, desk: Desk, served: Ticket) -> None:
    with desk.db.read() as session, app.test_request_context():
        office = desk.office(session)
        person = persons.find(session, desk.vault, office, By.TICKET, served.public_id, served.day)
        (visit,) = personal_copy.sections(copy.of(session, desk.vault, office, person))
        assert ("Alamat untuk kabar", "E-mail: zubaidah@contoh.id") in visit.facts


class TestErasing:
    def test_the_person_is_gone_and_figures_and_logs_are_what_they_were(self, desk: Desk, served: Ticket) -> None:
        case = Case(desk)
        case.file(served)
        case.take(ComplaintStep.ASSIGN)
        case.staff(steps.reply, "Ibu Zubaidah, terima kasih.")
        case.staff(steps.decide, Resolution.UPHELD, "Sudah diperiksa.")
        before = figures(desk)
        deed = erase(desk, By.NIK, "1471055708900001")
        assert deed.tickets == [f"{served.label} {served.day}", "P-0001"]
        gone = desk.fresh(served)
        assert (gone.name_sealed, gone.phone_sealed, gone.nik_hash, gone.nik_last4, gone.phone_hash) == (None,) * 5
        assert (case.now.name_sealed, case.now.text_sealed) == (None, None)
        with desk.db.read() as session:
            assert session.scalars(select(Contact)).all() == []
            assert session.scalars(select(Feedback.comment_sealed)).all() == [None]
            words = session.scalars(select(ComplaintMessage.words_sealed).order_by(ComplaintMessage.id)).all()
            assert [desk.vault.open(each) for each in words] == [None, "Sudah diperiksa."]
            assert [each.breach for each in verify.check(session, desk.office(session))] == [None] * 6
            others = session.scalars(select(Ticket).where(Ticket.name_sealed.is_not(None))).all()
            assert [desk.vault.open(ticket.name_sealed) for ticket in others] == ["Orang Lain"]
        assert figures(desk) == before
        assert find(desk, By.NIK, "1471055708900001").tickets == []

    def test_a_live_ticket_and_an_open_complaint_still_need_their_person(self, desk: Desk) -> None:
        ticket = desk.book(holder=HOLDER, day=desk.now.date() + timedelta(days=1))
        Case(desk).file(phone="081234567890")
        with pytest.raises(QueueError, match="nothing_to_erase"):
            erase(desk, By.PHONE, "081234567890")
        assert desk.fresh(ticket).name_sealed is not None


class TestThePage:
    def test_an_administrator_searches_copies_and_erases_and_all_of_it_is_recorded(
        self, app: Flask, desk: Desk, served: Ticket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        admin = Browser(app, "admin")
        admin.open("/manage/privacy")
        found = admin.press("/manage/privacy", by="nik", text="1471055708900001")
        assert served.label in found.text
        assert "1471055708900001" not in found.text
        monkeypatch.setattr(documents, "to_pdf", str.encode)
        for form in ("json", "pdf"):
            admin.open("/manage/privacy")
            admin.press("/manage/privacy", by="nik", text="1471055708900001")
            answer = admin.press("/manage/privacy/copy", form=form)
            assert "Zubaidah Rahasia" in answer.text
            assert answer.headers["Content-Disposition"].endswith(f'.{form}"')
        for words in ("Selesaikan", "Umum", "E-mail: zubaidah@contoh.id", "4 dari 4"):
            assert words in answer.text
        admin.open("/manage/privacy")
        admin.press("/manage/privacy", by="nik", text="1471055708900001")
        assert admin.press("/manage/privacy/erase").status_code == 422
        assert desk.fresh(served).name_sealed is not None
        assert "notice--success" in admin.press("/manage/privacy/erase", sure="yes").text
        assert desk.fresh(served).name_sealed is None
        with desk.db.read() as session:
            deeds = session.scalars(select(PrivacyDeed).order_by(PrivacyDeed.seq)).all()
            kinds = [deed.deed.value for deed in deeds]
            assert kinds == ["search", "search", "export", "search", "export", "search", "erase"]
            assert {deed.actor.username for deed in deeds if deed.actor} == {"admin"}
        page = admin.open("/supervisor/privacy").text
        assert f"{served.label} {served.day}" in page
        assert "name_sealed" in page

    @pytest.mark.parametrize("data", [{}, {"by": "x"}, {"by": "nik", "text": "1"}, {"by": "ticket", "text": ""}])
    def test_bad_input_is_explained(self, app: Flask, data: dict[str, str]) -> None:
        admin = Browser(app, "admin")
        admin.open("/manage/privacy")
        answer = admin.send("/manage/privacy", data)
        assert answer.status_code == 422
        assert "notice--error" in answer.text

    def test_nothing_chosen_is_not_found(self, app: Flask) -> None:
        admin = Browser(app, "admin")
        admin.open("/manage/privacy")
        token = admin.token()
        for data in ({"by": "nik"}, {"by": "nik", "ticket": "x"}):
            assert admin.send("/manage/privacy/erase", {"csrf_token": token, **data}).status_code == 404

    def test_a_supervisor_sees_the_map_and_searches_nobody(self, app: Flask) -> None:
        supervisor = Browser(app, "supervisor")
        assert supervisor.open("/supervisor/privacy").status_code == 200
        assert supervisor.open("/manage/privacy").status_code == 403


def test_the_command_does_the_same(app: Flask, desk: Desk, served: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    line = ["privacy", "person", "--office", SLUG, "--by", "phone"]
    run = app.test_cli_runner().invoke
    assert "Zubaidah Rahasia" in run(args=[*line, "--copy"], input="081234567890\n").output
    assert run(args=[*line, "--erase"], input="081234567890\n").exit_code == 2
    assert f"Erased: {served.label}" in run(args=[*line, "--erase", "--yes"], input="081234567890\n").output
    assert desk.fresh(served).name_sealed is None


def test_the_notice_says_the_offices_own_terms_and_whom_to_ask(app: Flask, desk: Desk) -> None:
    with desk.db.write() as session:
        office = desk.office(session)
        office.kept_people_days, office.privacy_contact = 21, "Ibu Ani, 0761-12345"
    page = app.test_client().get(f"/o/{SLUG}/privasi").text
    assert "21 hari" in page
    assert "Ibu Ani, 0761-12345" in page
    booking_page = app.test_client().get(f"/o/{SLUG}/A").text
    assert f'href="/o/{SLUG}/privasi"' in booking_page
    assert "21 hari" in booking_page


def test_a_note_that_stays_for_good_holds_no_number_and_no_mailbox(desk: Desk) -> None:
    desk.open()
    desk.join()
    called = desk.call_next()
    assert called is not None
    for words in ("NIK 1471055708900001", "telepon 0812-3456-7890", "surat ke siti@contoh.id"):
        with pytest.raises(Invalid, match="note_names_somebody"):
            desk.act(tickets.start, called, words)
    desk.act(tickets.start, called, "Berkas tahun 2026 kurang 2 lembar")
