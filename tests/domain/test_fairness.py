"""One live ticket per person and service; a mild cooling-off after missed bookings."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text, update

from queue_app import cooling_off, day_end, issuing, personal, schema, tickets
from queue_app.database import Database
from queue_app.errors import QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Channel, Closure, Ticket
from queue_app.personal import Holder, Vault
from tests.domain.refusing import refused
from tests.office import Desk

TODAY = date(2026, 11, 24)  # a Tuesday; it is 09:00
SITI = Holder(name="Nama Warga", nik="1471016010900001")
BUDI = Holder(name="Budi", nik="1471011201850002")


def today_of(desk: Desk) -> date:
    with desk.db.read() as session:
        return desk.now.astimezone(desk.office(session).zone).date()


class TestOneTicketPerPerson:
    def test_a_second_ticket_for_the_same_service_is_refused_without_a_word_of_the_first(self, desk: Desk) -> None:
        first = desk.book("A", holder=SITI, slot=600)
        with pytest.raises(QueueError) as refusal:
            desk.book("A", holder=SITI, day=TODAY + timedelta(days=3))
        assert refusal.value.code == "nik_has_ticket"
        assert dict(refusal.value.params) == {}
        assert first.label not in str(refusal.value)

    def test_it_takes_no_place_and_no_number(self, desk: Desk) -> None:
        desk.book("A", holder=SITI)
        with refused("nik_has_ticket"):
            desk.book("A", holder=SITI)
        assert desk.book("A", holder=BUDI).number == 2

    def test_other_services_other_people_and_people_without_a_nik_are_free(self, desk: Desk) -> None:
        desk.book("A", holder=SITI)
        desk.book("B", holder=SITI)
        desk.book("A", holder=BUDI)
        desk.book("A", holder=Holder(name="Nama Warga"))
        desk.book("A")

    @pytest.mark.parametrize("channel", [Channel.ONLINE, Channel.KIOSK, Channel.RECEPTION])
    def test_it_holds_for_every_channel(self, desk: Desk, channel: Channel) -> None:
        desk.join("A", holder=SITI)
        with refused("nik_has_ticket"):
            desk.book("A", channel, holder=SITI)

    def test_a_new_ticket_is_possible_once_the_first_has_ended(self, desk: Desk) -> None:
        desk.cancel(desk.book("A", holder=SITI))
        desk.join("A", holder=SITI)
        desk.open()
        called = desk.call_next()
        assert called is not None
        desk.act(tickets.finish, desk.act(tickets.start, called))
        desk.book("A", holder=SITI)

    def test_moving_ones_own_booking_is_possible(self, desk: Desk) -> None:
        ticket = desk.book("A", holder=SITI, slot=600)
        desk.reschedule(ticket, day=TODAY + timedelta(days=1), slot=600)

    def test_a_retry_gets_the_first_ticket_again(self, desk: Desk) -> None:
        first = desk.book("A", key="one tap", holder=SITI)
        assert desk.book("A", key="one tap", holder=SITI).public_id == first.public_id

    def test_the_database_itself_refuses_a_second(self, desk: Desk) -> None:
        desk.book("A", holder=SITI)
        second = desk.book("A")
        with (
            refused("nik_has_ticket"),
            desk.db.write() as session,
            issuing.one_per_person(session, issuing.nik_has_ticket()),
        ):
            same = desk.vault.nik_hash(SITI.nik)
            session.execute(update(Ticket).where(Ticket.id == second.id).values(nik_hash=same))

    def test_a_transfer_to_where_the_person_waits_already_is_refused(self, desk: Desk) -> None:
        desk.book("B", holder=SITI)
        ticket = desk.join("A", holder=SITI)
        desk.open()
        called = desk.call_next()
        assert called is not None
        started = desk.act(tickets.start, called)
        with refused("holder_waits_there", service="B"):
            desk.act(tickets.transfer, started, "B")
        assert desk.fresh(ticket).state is TicketState.SERVING
        assert desk.act(tickets.transfer, started, "C").state is TicketState.WAITING

    def test_a_no_show_who_took_another_number_meanwhile_is_not_put_back(self, desk: Desk) -> None:
        desk.join("A", holder=SITI)
        desk.open()
        called = desk.call_next()
        assert called is not None
        missed = desk.act(tickets.no_show, called)
        desk.join("A", holder=SITI)
        with refused("holder_waits_there"):
            desk.act(tickets.put_back, missed)

    def test_an_office_may_ask_for_the_nik_online(self, desk: Desk) -> None:
        desk.change_office(nik_required=True)
        with refused("nik_required"):
            desk.book("A")
        desk.book("A", holder=SITI)
        desk.join("A")


def test_initials_say_no_name() -> None:
    assert personal.initials("Nama Warga") == "N.W."
    assert personal.initials(None) == ""


def test_a_person_is_told_apart_by_nik_else_phone_else_browser(vault: Vault) -> None:
    def who(nik: str | None = None, phone: str | None = None, browser: str = "b1") -> str:
        return vault.person(Holder(nik=nik, phone=phone), browser)

    assert who(SITI.nik, "081234567890", "b1") == who(SITI.nik, None, "b2")
    assert who(phone="081234567890") == who(phone="+6281234567890", browser="b2") == who(phone="6281234567890")
    assert len({who(SITI.nik), who(phone="081234567890"), who(browser="b1"), who(browser="b2")}) == 4


_OFFICE = (
    "id, slug, name, address, timezone, version,"
    " booking_days_ahead, grace_minutes, rule_name, rates, longest_wait_minutes"
)
_SERVICE = "id, office_id, code, prefix, name_id, name_en, documents, slot_minutes, slot_capacity, active"
_TICKET = (
    "id, public_id, office_id, service_id, numbered_by_id,"
    " day, number, label, channel, category, version, state, nik_hash"
)


def test_an_older_database_keeps_all_tickets_and_each_nik_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'older.sqlite'}")
    with database.engine.begin() as connection:
        command.upgrade(schema._alembic(connection), "0002")
        connection.execute(
            text(f"INSERT INTO office ({_OFFICE}) VALUES (1, 'k', 'K', '', 'Asia/Jakarta', 0, 30, 60, 'x', '', 1)")
        )
        connection.execute(text(f"INSERT INTO service ({_SERVICE}) VALUES (1, 1, 'A', 'A', 'A', 'A', '[]', 30, 4, 1)"))
        people = [("BOOKED", "siti"), ("WAITING", "siti"), ("SERVED", "siti"), ("BOOKED", "budi"), ("BOOKED", None)]
        for number, (state, nik) in enumerate(people, start=1):
            values = ":n, :n, 1, 1, 1, '2026-11-24', :n, :n, 'online', 'regular', 1, :state, :nik"
            row = {"n": number, "state": state, "nik": nik}
            connection.execute(text(f"INSERT INTO ticket ({_TICKET}) VALUES ({values})"), row)
    schema.upgrade(database)
    with database.read() as session:
        rows = session.execute(text("SELECT id, nik_hash FROM ticket ORDER BY id")).all()
    assert [nik for _, nik in rows] == ["siti", None, "siti", "budi", None]
    database.dispose()


class TestCoolingOff:
    @pytest.fixture(autouse=True)
    def on(self, desk: Desk) -> None:
        desk.change_office(cooling_off=True)

    def miss(self, desk: Desk, holder: Holder = SITI, service: str = "A") -> Ticket:
        """Book for today, and never come: the day is closed at its end."""
        ticket = desk.book(service, holder=holder)
        today = today_of(desk)
        desk.wait(days=1)
        with desk.db.write() as session:
            day_end.close_day(session, desk.office(session), today, desk.now)
        return desk.fresh(ticket)

    def book_ahead(self, desk: Desk, days: int, holder: Holder = SITI) -> Ticket:
        return desk.book("B", holder=holder, day=today_of(desk) + timedelta(days=days))

    def test_after_two_missed_bookings_online_reaches_no_further_than_tomorrow(self, desk: Desk) -> None:
        self.miss(desk)
        desk.cancel(self.book_ahead(desk, 10))
        self.miss(desk)
        today = today_of(desk)
        with refused("cooling_off", missed=2, until=today + timedelta(days=14), last_day=today + timedelta(days=1)):
            self.book_ahead(desk, 2)
        self.book_ahead(desk, 1)

    def test_it_ends(self, desk: Desk) -> None:
        self.miss(desk)
        self.miss(desk)
        desk.wait(days=14)
        with refused("cooling_off"):
            self.book_ahead(desk, 2)
        desk.wait(days=1)
        self.book_ahead(desk, 2)

    def test_a_walk_in_is_always_possible_and_so_are_other_people(self, desk: Desk) -> None:
        self.miss(desk)
        self.miss(desk)
        desk.join("B", holder=SITI)
        self.book_ahead(desk, 9, BUDI)

    def test_a_booking_cannot_be_moved_around_it(self, desk: Desk) -> None:
        self.miss(desk)
        self.miss(desk)
        ticket = self.book_ahead(desk, 1)
        with refused("cooling_off"):
            desk.reschedule(ticket, day=ticket.day + timedelta(days=5), slot=600)

    def test_called_in_vain_counts_and_put_back_does_not(self, desk: Desk) -> None:
        self.miss(desk)
        ticket = desk.check_in(desk.book("A", holder=SITI))
        desk.open()
        called = desk.call_next()
        assert called is not None
        missed = desk.act(tickets.no_show, called)
        with refused("cooling_off"):
            self.book_ahead(desk, 2)
        desk.act(tickets.put_back, missed)
        self.book_ahead(desk, 2)
        assert desk.fresh(ticket).state is TicketState.WAITING

    @pytest.mark.parametrize("excused", ["cancelled", "waited in vain", "closed day", "kiosk"])
    def test_what_is_nobodys_fault_does_not_count(self, desk: Desk, excused: str) -> None:
        self.miss(desk)
        today = today_of(desk)
        if excused == "kiosk":
            desk.join("A", holder=SITI)
        else:
            ticket = desk.book("A", holder=SITI)
        if excused == "cancelled":
            desk.cancel(ticket)
        if excused == "waited in vain":
            desk.check_in(ticket)
        if excused == "closed day":
            with desk.db.write() as session:
                session.add(Closure(office_id=desk.office(session).id, day=today, reason="Listrik padam"))
        desk.wait(days=1)
        with desk.db.write() as session:
            day_end.close_day(session, desk.office(session), today, desk.now)
        self.book_ahead(desk, 9)

    def test_the_office_can_switch_it_off(self, desk: Desk) -> None:
        self.miss(desk)
        self.miss(desk)
        desk.change_office(cooling_off=False)
        self.book_ahead(desk, 9)

    def test_old_ones_are_forgotten(self, desk: Desk) -> None:
        self.miss(desk)
        desk.wait(days=29)
        self.miss(desk)
        self.book_ahead(desk, 9)

    def test_nobody_without_a_nik_is_counted(self, desk: Desk) -> None:
        with desk.db.read() as session:
            assert cooling_off.of(session, desk.office(session), None, desk.now) is None
