"""The waiting list of a full slot or day: first come, first placed, by itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from queue_app import booking, opening, standby
from queue_app.capacity import Place
from queue_app.errors import QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Channel, Closure, Office, Outcome, Service, Standby, Ticket
from queue_app.personal import Holder
from tests.office import Desk

TODAY = date(2026, 11, 24)  # a Tuesday; it is 09:00
TOMORROW = TODAY + timedelta(days=1)
TEN = 600
ELEVEN = 660
NIKS = [f"14710160109000{number:02d}" for number in range(1, 60)]


def refused(code: str) -> "pytest.RaisesExc[QueueError]":
    return pytest.RaisesExc(QueueError, check=lambda error: error.code == code)


def join(desk: Desk, who: int, slot: int | None = TEN, day: date = TODAY, **wish: Any) -> Standby:
    """The person number ``who`` stands in the list of service A."""
    wish = {"browser": f"browser {who}", **wish}
    holder = wish.pop("holder", Holder(nik=NIKS[who]))
    with desk.db.write() as session:
        place = Place(desk.service(session, "A"), day, slot, Channel.ONLINE)
        entry, _ = standby.join(session, desk.vault, place, holder, desk.now, **wish)
        return entry


def fresh(desk: Desk, entry: Standby) -> Standby:
    with desk.db.read() as session:
        return standby.find(session, entry.public_id)


def placed(desk: Desk, entry: Standby) -> Ticket | None:
    with desk.db.read() as session:
        ticket_id = standby.find(session, entry.public_id).ticket_id
        return session.get(Ticket, ticket_id) if ticket_id is not None else None


def fill(desk: Desk, places: int = 1, slot: int | None = TEN, day: date = TODAY, **service: int) -> list[Ticket]:
    """Service A with ``places`` in each slot, all of them taken."""
    desk.change_service("A", **(service or {"slot_capacity": places}))
    return [desk.book("A", slot=slot, day=day) for _ in range(places)]


class TestJoining:
    def test_only_where_nothing_is_free(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        with refused("place_available"):
            join(desk, 1)
        desk.book("A", slot=TEN)
        entry = join(desk, 1)
        with desk.db.read() as session:
            assert standby.position(session, fresh(desk, entry)) == 1
            slot = desk.service(session, "A")
            assert opening.local_instant(slot.office, TODAY, TEN) == entry.slot_start

    def test_trying_takes_no_place_and_no_number(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        with refused("place_available"):
            join(desk, 1)
        assert desk.book("A", slot=TEN).number == 1

    def test_one_entry_for_each_person_and_service(self, desk: Desk) -> None:
        fill(desk)
        desk.book("A", slot=ELEVEN)
        join(desk, 1)
        with refused("already_listed"):
            join(desk, 1, slot=ELEVEN, browser="another browser")
        phone = Holder(phone="081234567890")
        join(desk, 2, holder=phone)
        with refused("already_listed"):
            join(desk, 3, holder=Holder(phone="+6281234567890"))
        join(desk, 4, holder=Holder())
        with refused("already_listed"):
            join(desk, 4, holder=Holder(name="Siti"))

    def test_a_doubled_tap_gets_the_same_entry(self, desk: Desk) -> None:
        fill(desk)
        assert join(desk, 1, key="one tap").public_id == join(desk, 1, key="one tap").public_id

    def test_whoever_has_a_ticket_for_the_service_needs_no_place(self, desk: Desk) -> None:
        fill(desk)
        desk.book("A", slot=ELEVEN, holder=Holder(nik=NIKS[1]))
        with refused("nik_has_ticket"):
            join(desk, 1)

    def test_it_asks_for_the_nik_where_the_office_does(self, desk: Desk) -> None:
        fill(desk)
        desk.change_office(nik_required=True)
        with refused("nik_required"):
            join(desk, 1, holder=Holder())

    def test_it_closes_half_an_hour_before(self, desk: Desk) -> None:
        fill(desk)
        desk.wait(minutes=29)
        join(desk, 1)
        desk.wait(minutes=1)
        with refused("too_late"):
            join(desk, 2)

    def test_it_closes_earlier_where_the_slot_does(self, desk: Desk) -> None:
        fill(desk)
        desk.change_service("A", lead_minutes=45)
        desk.wait(minutes=15)
        with refused("lead_time_over"):
            join(desk, 1)

    def test_it_does_not_grow_beyond_hope(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(standby, "LONGEST", 2)
        fill(desk)
        join(desk, 1)
        join(desk, 2)
        with refused("list_full"):
            join(desk, 3)

    def test_before_its_places_are_released_a_day_has_no_list(self, desk: Desk) -> None:
        desk.change_service("A", release=[{"days_before": 0, "minute": 720, "percent": 100}])
        with refused("not_released"):
            join(desk, 1)


class TestPlacing:
    def test_a_cancelled_place_goes_to_the_first_in_the_list(self, desk: Desk) -> None:
        [ticket] = fill(desk)
        first, second = join(desk, 1, holder=Holder("Siti", "081234567890", NIKS[1])), join(desk, 2)
        desk.cancel(ticket)
        given = placed(desk, first)
        assert given is not None
        assert (given.state, given.slot_start, given.nik_last4) == (TicketState.BOOKED, first.slot_start, NIKS[1][-4:])
        assert desk.vault.open(given.name_sealed) == "Siti"
        assert fresh(desk, second).outcome is None
        assert [event.data for event in desk.events(given)] == [{"standby": first.id}]

    def test_what_is_known_of_the_person_stays_with_the_ticket_alone(self, desk: Desk) -> None:
        [ticket] = fill(desk)
        entry = join(desk, 1, holder=Holder("Siti", "081234567890", NIKS[1]))
        desk.cancel(ticket)
        ended = fresh(desk, entry)
        assert ended.outcome is Outcome.PLACED
        kept = [ended.name_sealed, ended.phone_sealed, ended.nik_hash, ended.nik_last4, ended.holder_key]
        assert kept == [None] * 5

    def test_nobody_else_gets_it(self, desk: Desk) -> None:
        [ticket] = fill(desk)
        join(desk, 1)
        desk.cancel(ticket)
        with refused("slot_full"):
            desk.book("A", slot=TEN)

    def test_whoever_does_not_want_it_passes_it_on(self, desk: Desk) -> None:
        [ticket] = fill(desk)
        first, second = join(desk, 1), join(desk, 2)
        desk.cancel(ticket)
        given = placed(desk, first)
        assert given is not None
        desk.cancel(given)
        assert placed(desk, second) is not None

    def test_a_moved_booking_leaves_its_place_to_the_list(self, desk: Desk) -> None:
        [ticket] = fill(desk)
        entry = join(desk, 1)
        desk.reschedule(ticket, day=TODAY, slot=ELEVEN)
        assert placed(desk, entry) is not None

    def test_a_full_day_has_a_list_of_its_own(self, desk: Desk) -> None:
        tickets = fill(desk, places=2, slot=None, daily_quota=2)
        any_time, at_ten = join(desk, 1, slot=None), join(desk, 2)
        desk.cancel(tickets[0])
        given = placed(desk, any_time)
        assert given is not None
        assert given.slot_start is None
        desk.cancel(tickets[1])
        assert placed(desk, at_ten) is not None

    def test_who_came_later_is_placed_when_only_that_slot_is_free(self, desk: Desk) -> None:
        fill(desk)
        at_eleven = desk.book("A", slot=ELEVEN)
        ten, eleven = join(desk, 1), join(desk, 2, slot=ELEVEN)
        desk.cancel(at_eleven)
        assert placed(desk, ten) is None
        assert placed(desk, eleven) is not None

    def test_who_found_a_ticket_elsewhere_is_passed_over(self, desk: Desk) -> None:
        [ticket] = fill(desk)
        first, second = join(desk, 1), join(desk, 2)
        desk.book("A", slot=ELEVEN, holder=Holder(nik=NIKS[1]))
        desk.cancel(ticket)
        assert fresh(desk, first).outcome is Outcome.HAS_TICKET
        assert placed(desk, second) is not None

    def test_who_left_is_passed_over(self, desk: Desk) -> None:
        [ticket] = fill(desk)
        first, second = join(desk, 1), join(desk, 2)
        with desk.db.write() as session:
            standby.leave(standby.find(session, first.public_id, for_change=True), desk.now)
        desk.cancel(ticket)
        assert fresh(desk, first).outcome is Outcome.LEFT
        assert placed(desk, second) is not None

    def test_a_place_that_was_given_cannot_be_left_by_leaving_the_list(self, desk: Desk) -> None:
        [ticket] = fill(desk)
        entry = join(desk, 1)
        desk.cancel(ticket)
        with refused("already_placed"), desk.db.write() as session:
            standby.leave(standby.find(session, entry.public_id), desk.now)

    def test_a_walk_in_does_not_get_what_the_list_waits_for(self, desk: Desk) -> None:
        [ticket] = fill(desk, slot=None, daily_quota=1)
        entry = join(desk, 1, slot=None)
        desk.cancel(ticket)
        with refused("quota_full"):
            desk.join("A")
        assert placed(desk, entry) is not None

    def test_people_in_the_list_are_told_their_place_in_it(self, desk: Desk) -> None:
        [ticket] = fill(desk)
        desk.book("A", slot=ELEVEN)
        entries = [join(desk, 1), join(desk, 2, slot=ELEVEN), join(desk, 3)]
        with desk.db.read() as session:
            assert [standby.position(session, fresh(desk, entry)) for entry in entries] == [1, 1, 2]
        desk.cancel(ticket)
        with desk.db.read() as session:
            assert [standby.position(session, fresh(desk, entry)) for entry in entries] == [None, 1, 1]


class TestPlacesThatComeFreeByTime:
    def hold(self, desk: Desk, browser: str = "somebody") -> str:
        with desk.db.write() as session:
            return booking.hold(
                session, desk.service(session, "A"), desk.now, day=TODAY, slot=TEN, browser=browser
            ).token

    def test_a_hold_that_ran_out_goes_to_the_list_by_itself(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        self.hold(desk)
        entry = join(desk, 1)
        standby.tend(desk.db, desk.now)
        assert placed(desk, entry) is None
        desk.wait(minutes=6)
        standby.tend(desk.db, desk.now)
        assert placed(desk, entry) is not None

    def test_and_not_to_whoever_asks_first(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        self.hold(desk)
        entry = join(desk, 1)
        desk.wait(minutes=6)
        with refused("slot_full"):
            desk.book("A", slot=TEN)
        standby.tend(desk.db, desk.now)  # the refused booking was rolled back, and with it what it had given
        assert placed(desk, entry) is not None

    def test_nor_to_whoever_holds_next(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        self.hold(desk)
        join(desk, 1)
        desk.wait(minutes=6)
        with refused("slot_full"):
            self.hold(desk, "somebody else")

    def test_a_hold_that_was_given_up_goes_to_the_list_at_once(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        token = self.hold(desk)
        entry = join(desk, 1)
        with desk.db.write() as session:
            assert booking.give_up(session, desk.service(session, "A"), token, desk.now)
        assert placed(desk, entry) is not None

    def test_a_hold_that_was_exchanged_goes_to_the_list_at_once(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        self.hold(desk)
        entry = join(desk, 1)
        with desk.db.write() as session:
            booking.hold(session, desk.service(session, "A"), desk.now, day=TODAY, slot=ELEVEN, browser="somebody")
        assert placed(desk, entry) is not None

    def test_more_capacity_goes_to_the_list(self, desk: Desk) -> None:
        fill(desk)
        first, second = join(desk, 1), join(desk, 2)
        desk.change_service("A", slot_capacity=2)
        standby.tend(desk.db, desk.now)
        assert (placed(desk, first) is None, placed(desk, second) is None) == (False, True)

    def test_an_entry_lapses_when_nobody_could_come_in_time(self, desk: Desk) -> None:
        [ticket] = fill(desk)
        entry = join(desk, 1)
        desk.wait(minutes=30)
        desk.cancel(ticket)
        assert fresh(desk, entry).outcome is Outcome.LAPSED
        desk.book("A", slot=TEN)

    def test_an_entry_for_any_time_lapses_before_the_office_closes(self, desk: Desk) -> None:
        fill(desk, slot=None, daily_quota=1)
        entry = join(desk, 1, slot=None)
        desk.wait(hours=14, minutes=29)
        standby.tend(desk.db, desk.now)
        assert fresh(desk, entry).outcome is None
        desk.wait(minutes=1)
        standby.tend(desk.db, desk.now)
        assert fresh(desk, entry).outcome is Outcome.LAPSED

    def test_entries_of_a_day_on_which_the_office_closes_lapse(self, desk: Desk) -> None:
        fill(desk, day=TOMORROW)
        entry = join(desk, 1, day=TOMORROW)
        with desk.db.write() as session:
            session.add(Closure(office_id=desk.office(session).id, day=TOMORROW, reason="Banjir"))
        standby.tend(desk.db, desk.now)
        assert fresh(desk, entry).outcome is Outcome.LAPSED


def test_an_unknown_entry_is_not_found(desk: Desk) -> None:
    with refused("unknown_entry"), desk.db.read() as session:
        standby.find(session, "guessed")


def test_an_id_cannot_be_guessed(desk: Desk) -> None:
    fill(desk)
    ids = {join(desk, who).public_id for who in range(1, 6)}
    assert len(ids) == 5
    assert all(len(public_id) >= 22 for public_id in ids)  # 128 bits


def test_a_place_from_the_list_that_was_missed_is_no_reason_to_cool_off(desk: Desk) -> None:
    """It came by itself; whoever did not hear of it did nothing wrong."""
    from queue_app import cooling_off, day_end

    desk.change_office(cooling_off=True)
    for day in (TODAY, TOMORROW):
        [ticket] = fill(desk, day=day)
        join(desk, 1, day=day)
        desk.cancel(ticket)
        desk.wait(days=1)
        with desk.db.write() as session:
            day_end.close_day(session, desk.office(session), day, desk.now)
    with desk.db.read() as session:
        office: Office = desk.office(session)
        service = session.scalars(select(Service).where(Service.office_id == office.id, Service.code == "A")).one()
        missed = session.scalars(
            select(Ticket).where(Ticket.service_id == service.id, Ticket.nik_last4 == NIKS[1][-4:])
        ).all()
        assert [ticket.state for ticket in missed] == [TicketState.EXPIRED] * 2
        assert cooling_off.of(session, office, missed[0].nik_hash, desk.now) is None
