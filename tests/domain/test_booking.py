"""Getting a place: numbers, days, slots, quotas, check-in, cancel, reschedule."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from queue_app import arrival, booking, opening
from queue_app.errors import Invalid, NotFound, QueueError, StaleTicket
from queue_app.lifecycle import IllegalMove, TicketState
from queue_app.models import Channel, Closure, OpeningHours, SlotUsage
from queue_app.personal import Holder
from tests.office import Desk

TODAY = date(2026, 11, 24)


def office_hours(desk: Desk, *spans: tuple[int, int], weekdays: range = range(5)) -> None:
    """Replace the office's hours by ``spans`` (minutes) on ``weekdays``."""
    with desk.db.write() as session:
        office = desk.office(session)
        session.execute(delete(OpeningHours))
        session.add_all(
            OpeningHours(office_id=office.id, weekday=day, opens_minute=opens, closes_minute=closes)
            for day in weekdays
            for opens, closes in spans
        )


def test_it_numbers_each_service_from_one_each_local_day(desk: Desk) -> None:
    assert [desk.join("A").label, desk.join("A").label, desk.join("B").label] == ["A-001", "A-002", "B-001"]
    desk.wait(hours=14, minutes=59)  # 23:59 in Pekanbaru, already tomorrow's 16:59 nowhere
    assert desk.join("A").label == "A-003"
    desk.wait(minutes=1)
    fresh_day = desk.join("A")
    assert (fresh_day.label, fresh_day.day) == ("A-001", TODAY + timedelta(days=1))


def test_it_books_online_and_joins_at_the_kiosk_and_the_reception(desk: Desk) -> None:
    assert desk.book("A", Channel.ONLINE).state is TicketState.BOOKED
    assert desk.book("A", Channel.KIOSK).state is TicketState.WAITING
    assert desk.book("A", Channel.RECEPTION).state is TicketState.WAITING
    assert desk.book("A", Channel.RECEPTION, day=TODAY + timedelta(days=1)).state is TicketState.BOOKED


def test_it_gives_ids_that_cannot_be_guessed(desk: Desk) -> None:
    ids = {desk.join().public_id for _ in range(20)}
    assert len(ids) == 20
    assert all(len(public_id) >= 20 for public_id in ids)


def test_it_checks_in_on_the_day_and_only_then(desk: Desk) -> None:
    tomorrow = desk.book(day=TODAY + timedelta(days=1))
    with pytest.raises(QueueError, match="not_today"):
        desk.check_in(tomorrow)
    desk.wait(days=1)
    assert desk.check_in(tomorrow).state is TicketState.WAITING


def test_it_takes_a_doubled_check_in_and_cancel_as_one(desk: Desk) -> None:
    ticket = desk.check_in(desk.book())
    again = desk.check_in(ticket)
    assert (again.state, again.version) == (TicketState.WAITING, ticket.version)
    gone = desk.cancel(again)
    assert desk.cancel(gone).version == gone.version
    assert desk.actions(ticket) == ["book", "check_in", "cancel"]


def test_it_refuses_to_cancel_what_is_called(desk: Desk) -> None:
    ticket = desk.join()
    desk.open()
    desk.call_next()
    with pytest.raises(IllegalMove) as refused:
        desk.cancel(ticket)
    assert refused.value.params["state"] is TicketState.CALLED


def test_it_refuses_a_stale_version(desk: Desk) -> None:
    ticket = desk.book()
    with desk.db.write() as session, pytest.raises(StaleTicket):
        booking.cancel(session, booking.find(session, ticket.public_id), desk.now, version=99)


class TestDays:
    def test_it_refuses_a_past_date_and_names_the_next_day(self, desk: Desk) -> None:
        with pytest.raises(Invalid) as refused:
            desk.book(day=TODAY - timedelta(days=1))
        assert (refused.value.code, refused.value.params["next_date"]) == ("past_date", TODAY)

    def test_it_refuses_a_date_beyond_the_window(self, desk: Desk) -> None:
        assert desk.book(day=TODAY + timedelta(days=30)).day == TODAY + timedelta(days=30)
        with pytest.raises(Invalid, match="too_far_ahead"):
            desk.book(day=TODAY + timedelta(days=31))

    def test_it_names_the_next_open_day_of_a_closed_one(self, desk: Desk) -> None:
        office_hours(desk, (480, 960))  # Monday to Friday
        saturday = date(2026, 11, 28)
        with pytest.raises(Invalid) as refused:
            desk.book(day=saturday)
        assert (refused.value.code, refused.value.params["next_date"]) == ("closed_day", date(2026, 11, 30))

    def test_it_passes_over_closures(self, desk: Desk) -> None:
        office_hours(desk, (480, 960))
        with desk.db.write() as session:
            for day in (28, 29, 30):
                session.add(Closure(office_id=desk.office(session).id, day=date(2026, 11, day)))
        with pytest.raises(Invalid) as refused:
            desk.book(day=date(2026, 11, 30))
        assert refused.value.params["next_date"] == date(2026, 12, 1)

    def test_it_says_when_a_service_has_no_hours_at_all(self, desk: Desk) -> None:
        office_hours(desk)
        with pytest.raises(Invalid) as refused:
            desk.book()
        assert refused.value.params["next_date"] is None
        assert "belum memiliki jam buka" in refused.value.message

    def test_it_lets_a_service_have_hours_of_its_own(self, desk: Desk) -> None:
        with desk.db.write() as session:
            service = desk.service(session, "E")
            session.add(
                OpeningHours(
                    office_id=service.office_id, service_id=service.id, weekday=3, opens_minute=540, closes_minute=600
                )
            )
        with pytest.raises(Invalid) as refused:
            desk.book("E")
        assert refused.value.params["next_date"] == date(2026, 11, 26)  # the Thursday
        assert desk.book("A").day == TODAY

    def test_it_refuses_a_walk_in_before_opening_and_after_closing(self, desk: Desk) -> None:
        office_hours(desk, (600, 690), (810, 960))  # 10:00-11:30, 13:30-16:00; it is 09:00
        with pytest.raises(Invalid) as refused:
            desk.join()
        assert (refused.value.code, refused.value.params["opens"]) == ("closed_now", "10:00")
        desk.wait(hours=3)  # 12:00, the break
        with pytest.raises(Invalid) as refused:
            desk.join()
        assert refused.value.params["opens"] == "13:30"
        desk.wait(hours=4)  # 16:00
        with pytest.raises(Invalid) as refused:
            desk.join()
        assert (refused.value.code, refused.value.params["next_date"]) == ("closed_day", date(2026, 11, 25))


class TestSlots:
    def test_it_lists_the_slots_of_the_open_hours(self, desk: Desk) -> None:
        office_hours(desk, (480, 570), (780, 800))
        with desk.db.read() as session:
            slots = arrival.slots(session, desk.service(session, "A"), TODAY + timedelta(days=1), desk.now)
        assert [slot.name for slot in slots] == ["08:00", "08:30", "09:00", "13:00"]
        assert [slot.start.time() for slot in slots] == [time(8), time(8, 30), time(9), time(13)]
        assert slots[-1].end.time() == time(13, 20)

    def test_it_leaves_out_slots_that_have_ended(self, desk: Desk) -> None:
        office_hours(desk, (480, 600))  # it is 09:00
        with desk.db.read() as session:
            slots = arrival.slots(session, desk.service(session, "A"), TODAY, desk.now)
        assert [slot.name for slot in slots] == ["09:00", "09:30"]

    def test_it_never_sells_a_slot_twice_and_frees_it_again(self, desk: Desk) -> None:
        taken = [desk.book(slot=600) for _ in range(4)]
        with pytest.raises(QueueError, match="slot_full"):
            desk.book(slot=600)
        desk.cancel(taken[0])
        assert desk.book(slot=600).slot_start == taken[0].slot_start

    def test_it_refuses_a_slot_that_does_not_exist(self, desk: Desk) -> None:
        with pytest.raises(NotFound, match="unknown_slot"):
            desk.book(slot=607)

    def test_it_makes_a_booked_citizen_due_at_the_slot(self, desk: Desk) -> None:
        early = desk.book(slot=600)  # 10:00
        desk.check_in(early)  # at 09:00
        walk_in = desk.join()
        desk.wait(hours=2)
        late = desk.book(slot=600 + 60)  # 11:00
        desk.check_in(late)  # at 11:00
        desk.open()
        called = [desk.call_next()]
        assert called[0] is not None
        assert called[0].id == walk_in.id
        assert desk.fresh(early).due_at == early.slot_start


class TestQuota:
    def test_it_stops_at_the_quota_and_reuses_a_cancelled_place(self, desk: Desk) -> None:
        desk.change_service("A", daily_quota=2)
        first = desk.book()
        desk.book()
        with pytest.raises(QueueError, match="quota_full"):
            desk.book()
        desk.cancel(first)
        assert desk.book().label == "A-003"  # a number is never given twice


class TestReschedule:
    def test_it_gives_the_new_day_its_next_number_and_keeps_the_page(self, desk: Desk) -> None:
        desk.book(day=TODAY + timedelta(days=1))
        ticket = desk.book(slot=600)
        moved = desk.reschedule(ticket, day=TODAY + timedelta(days=1), slot=630)
        assert (moved.public_id, moved.label, moved.day) == (ticket.public_id, "A-002", TODAY + timedelta(days=1))
        assert desk.events(ticket)[-1].data == {"from_day": "2026-11-24", "from_label": "A-001"}
        with desk.db.read() as session:
            used = {(u.day, u.start_minute): u.taken for u in session.query(SlotUsage)}
        assert used == {(TODAY, 600): 0, (TODAY + timedelta(days=1), 630): 1}

    def test_it_moves_to_another_slot_of_the_day_with_the_same_number(self, desk: Desk) -> None:
        ticket = desk.book(slot=600)
        moved = desk.reschedule(ticket, day=TODAY, slot=660)
        assert moved.label == ticket.label

    def test_it_keeps_the_old_place_when_the_new_one_is_full(self, desk: Desk) -> None:
        ticket = desk.book(slot=600)
        for _ in range(4):
            desk.book(slot=660)
        with pytest.raises(QueueError, match="slot_full"):
            desk.reschedule(ticket, day=TODAY, slot=660)
        assert desk.fresh(ticket).slot_start == ticket.slot_start

    def test_it_refuses_once_checked_in(self, desk: Desk) -> None:
        with pytest.raises(IllegalMove):
            desk.reschedule(desk.check_in(desk.book()), day=TODAY, slot=None)


class TestIdempotency:
    def test_it_gives_the_first_answer_again(self, desk: Desk) -> None:
        first = desk.book(key="tap-1")
        again = desk.book(key="tap-1")
        assert (again.id, again.label) == (first.id, first.label)
        assert len(desk.events()) == 1

    def test_it_refuses_the_key_for_another_request(self, desk: Desk) -> None:
        desk.book("A", key="tap-1")
        with pytest.raises(Invalid, match="idempotency_key_reused"):
            desk.book("B", key="tap-1")

    def test_it_tries_again_after_a_refusal(self, desk: Desk) -> None:
        desk.change_service("A", daily_quota=0)
        with pytest.raises(QueueError, match="quota_full"):
            desk.book(key="tap-1")
        desk.change_service("A", daily_quota=None)
        assert desk.book(key="tap-1").label == "A-001"

    @pytest.mark.parametrize("key", ["", "x" * 81, "a\x00b", "a\nb"])
    def test_it_refuses_a_key_that_is_no_key(self, desk: Desk, key: str) -> None:
        with pytest.raises(Invalid, match="bad_idempotency_key"):
            desk.book(key=key)


def test_it_keeps_no_nik_and_seals_name_and_phone(desk: Desk) -> None:
    ticket = desk.book(holder=Holder("Nama Warga", "081234567890", "1471055708900001"))
    assert ticket.nik_last4 == "0001"
    assert ticket.nik_hash == desk.vault.nik_hash("1471055708900001")
    assert desk.vault.open(ticket.name_sealed) == "Nama Warga"
    stored = repr({column.name: getattr(ticket, column.name) for column in ticket.__table__.columns})
    for secret in ("Warga", "081234567890", "1471055708900001"):
        assert secret not in stored


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_it_turns_minutes_into_the_office_s_wall_clock(minute: int, length: int) -> None:
    class Here:
        zone = opening.Office(timezone="Asia/Jakarta").zone

    instant = opening.local_instant(Here, TODAY, minute)  # type: ignore[arg-type]
    assert instant.strftime("%H:%M") == opening.clock_text(minute)
    assert instant.utcoffset() == timedelta(hours=7)
    del length
