"""How many may come, when, and by which channel: holds, quotas, online shares, lead time, staged release."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from queue_app import arrival, booking, capacity, day_end, no_shows, release
from queue_app.capacity import Held
from queue_app.models import Channel, DailySequence, Relation, SlotHold, SlotUsage, Ticket
from queue_app.release import Stage
from tests.domain.refusing import refused
from tests.office import Desk

TODAY = date(2026, 11, 24)  # a Tuesday; it is 09:00
TOMORROW = TODAY + timedelta(days=1)
TEN = 600


def hold(desk: Desk, slot: int = TEN, day: date = TODAY, browser: str | None = None, code: str = "A") -> Held:
    with desk.db.write() as session:
        return booking.hold(session, desk.service(session, code), desk.now, day=day, slot=slot, browser=browser)


def remaining(desk: Desk, slot: int = TEN, day: date = TODAY, channel: Channel = Channel.ONLINE) -> int:
    with desk.db.read() as session:
        found = arrival.slots(session, desk.service(session, "A"), day, desk.now, channel)
        return next(s.remaining for s in found if s.start_minute == slot)


def counted(desk: Desk) -> tuple[dict[int, tuple[int, int]], dict[str, int]]:
    """Places taken: by slot (all, online), and of the days together by channel."""
    with desk.db.read() as session:
        slots = {u.start_minute: (u.taken, u.taken_online) for u in session.scalars(select(SlotUsage))}
        days = session.scalars(select(DailySequence)).all()
        names = ("taken", "taken_online", "taken_kiosk", "taken_reception")
        return slots, {name: sum(getattr(day, name) for day in days) for name in names}


def holds(desk: Desk) -> int:
    with desk.db.read() as session:
        return len(session.scalars(select(SlotHold.id)).all())


class TestHolds:
    def test_a_held_place_counts_as_taken_and_becomes_a_booking_once(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1, daily_quota=1)
        kept = hold(desk)
        assert remaining(desk) == 0
        with refused("quota_full"):
            desk.book(slot=TEN, day=TODAY)
        ticket = desk.book(slot=TEN, day=TODAY, hold=kept.token)
        assert (ticket.label, holds(desk)) == ("A-001", 0)
        assert counted(desk) == ({TEN: (1, 1)}, {"taken": 1, "taken_online": 1, "taken_kiosk": 0, "taken_reception": 0})
        with refused("hold_expired"):
            desk.book(slot=TEN, day=TODAY, hold=kept.token)

    def test_the_hold_alone_says_which_place(self, desk: Desk) -> None:
        kept = hold(desk, day=TOMORROW)
        ticket = desk.book(hold=kept.token)
        assert (ticket.day, ticket.slot_start) == (TOMORROW, datetime(2026, 11, 25, 3, tzinfo=desk.now.tzinfo))

    def test_a_place_held_keeps_its_place_of_the_day(self, desk: Desk) -> None:
        desk.change_service("A", daily_quota=1)
        kept = hold(desk)
        with refused("quota_full"):
            desk.join()
        assert desk.book(hold=kept.token).label == "A-001"

    def test_it_is_free_again_after_five_minutes_for_whoever_asks(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1, daily_quota=2)
        kept = hold(desk)
        desk.wait(minutes=4, seconds=59)
        with refused("slot_full"):
            desk.book(slot=TEN, day=TODAY)
        desk.change_service("A", daily_quota=1)
        with refused("quota_full"):
            desk.join()
        desk.wait(seconds=1)
        assert remaining(desk) == 1
        assert desk.book(slot=TEN, day=TODAY).label == "A-001"
        assert counted(desk)[0] == {TEN: (1, 1)}
        with refused("hold_expired"):
            desk.book(slot=TEN, day=TODAY, hold=kept.token)

    def test_the_servers_minute_frees_it_too(self, desk: Desk) -> None:
        hold(desk)
        hold(desk, 660, TOMORROW)
        hold(desk, 660, TOMORROW)
        desk.wait(minutes=5)
        live = hold(desk, 720)
        capacity.free_expired(desk.db, desk.now)
        assert counted(desk)[0] == {TEN: (0, 0), 660: (0, 0), 720: (1, 1)}
        assert counted(desk)[1]["taken"] == 1
        assert desk.book(hold=live.token)

    def test_a_browser_has_one_and_changing_it_lets_go_of_the_first(self, desk: Desk) -> None:
        first = hold(desk, browser="b1")
        assert hold(desk, browser="b1") == first
        other = hold(desk, 660, TOMORROW, browser="b1")
        assert (other.token != first.token, holds(desk)) == (True, 1)
        assert counted(desk)[0] == {TEN: (0, 0), 660: (1, 1)}
        hold(desk, 660, browser="b2")
        assert holds(desk) == 2

    def test_asking_again_gives_no_more_time(self, desk: Desk) -> None:
        first = hold(desk, browser="b1")
        desk.wait(minutes=3)
        assert hold(desk, browser="b1").expires_at == first.expires_at

    def test_the_first_stays_when_the_other_is_full(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        first = hold(desk, browser="b1")
        hold(desk, 660)
        with refused("slot_full"):
            hold(desk, 660, browser="b1")
        assert desk.book(hold=first.token)

    def test_it_can_be_let_go(self, desk: Desk) -> None:
        kept = hold(desk)
        with desk.db.write() as session:
            assert not capacity.give_up(session, desk.service(session, "B"), kept.token)
            assert capacity.give_up(session, desk.service(session, "A"), kept.token)
            assert not capacity.give_up(session, desk.service(session, "A"), kept.token)
        assert counted(desk)[0] == {TEN: (0, 0)}

    @pytest.mark.parametrize(
        "wish", [{"slot": 660}, {"day": TOMORROW, "slot": TEN}, {"service": "B"}, {"channel": Channel.KIOSK}]
    )
    def test_it_is_for_that_place_only_and_stays(self, desk: Desk, wish: dict[str, object]) -> None:
        kept = hold(desk)
        with refused("other_hold"):
            desk.book(**{"slot": TEN, "day": TODAY, **wish}, hold=kept.token)  # type: ignore[arg-type]
        assert desk.book(hold=kept.token)

    def test_a_doubled_booking_of_it_gives_the_first_answer(self, desk: Desk) -> None:
        kept = hold(desk)
        first, again = (desk.book(slot=TEN, day=TODAY, hold=kept.token, key="tap") for _ in range(2))
        assert first.id == again.id

    def test_no_place_is_held_without_a_slot_or_where_there_is_none(self, desk: Desk) -> None:
        with refused("slot_needed"), desk.db.write() as session:
            booking.hold(session, desk.service(session, "A"), desk.now, day=None, slot=None)
        with refused("unknown_slot"):
            hold(desk, 607)


class TestQuotasByChannel:
    def test_online_cannot_take_what_is_kept_for_people_who_come(self, desk: Desk) -> None:
        desk.change_service("A", daily_quota=3, online_quota=2)
        first = desk.book()
        desk.book()
        with refused("channel_quota_full", day=TODAY) as error:
            desk.book()
        assert "datang langsung" in error.value.message
        assert desk.join().label == "A-003"
        with refused("quota_full"):
            desk.book("A", Channel.RECEPTION)
        desk.cancel(first)
        assert desk.book().label == "A-004"

    @pytest.mark.parametrize("channel", [Channel.KIOSK, Channel.RECEPTION])
    def test_each_channel_has_its_own_most(self, desk: Desk, channel: Channel) -> None:
        desk.change_service("A", **{f"{channel.value}_quota": 1})
        gone = desk.book("A", channel)
        with refused("channel_quota_full"):
            desk.book("A", channel)
        assert desk.book()
        desk.cancel(gone)
        assert desk.book("A", channel)

    def test_moving_to_another_day_moves_the_count(self, desk: Desk) -> None:
        desk.change_service("A", online_quota=1)
        ticket = desk.book(slot=TEN)
        desk.reschedule(ticket, day=TOMORROW, slot=TEN)
        desk.book()
        with refused("channel_quota_full"):
            desk.book(day=TOMORROW)


class TestOnlineShare:
    def test_a_slot_keeps_places_for_the_others(self, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=4, online_share_percent=50)
        gone = desk.book(slot=TEN)
        hold(desk)
        assert (remaining(desk), remaining(desk, channel=Channel.RECEPTION)) == (0, 2)
        with refused("online_share_full", slot="10:00"):
            desk.book(slot=TEN)
        desk.book("A", Channel.RECEPTION, slot=TEN)
        desk.book("A", Channel.KIOSK, slot=TEN)
        with refused("slot_full"):
            desk.book("A", Channel.RECEPTION, slot=TEN)
        desk.cancel(gone)
        assert desk.book(slot=TEN)


class TestLeadTime:
    def test_it_closes_online_before_the_slot_begins(self, desk: Desk) -> None:
        desk.change_service("A", lead_minutes=60)  # it is 09:00
        with refused("lead_time_over", slot="10:00", minutes=60):
            desk.book(slot=TEN)
        assert desk.book(slot=TEN + 30)
        assert desk.book("A", Channel.RECEPTION, slot=TEN)
        with desk.db.read() as session:
            assert arrival.slots(session, desk.service(session, "A"), TODAY, desk.now)[0].name == "10:30"

    def test_without_one_a_slot_is_open_until_its_end(self, desk: Desk) -> None:
        desk.wait(minutes=29)
        assert desk.book(slot=540)
        desk.change_service("A", lead_minutes=0)
        with refused("lead_time_over"):
            desk.book(slot=540)


def test_a_service_can_insist_on_a_slot_online(desk: Desk) -> None:
    desk.change_service("A", online_needs_slot=True)
    with refused("slot_needed"):
        desk.book()
    ticket = desk.book(slot=TEN)
    with refused("slot_needed"):
        desk.reschedule(ticket, day=TOMORROW, slot=None)
    assert desk.join()


HALF_AND_REST = [Stage(7, 7 * 60, 50).as_stored(), Stage(1, 12 * 60, 50).as_stored()]
DAY = TODAY + timedelta(days=9)


class TestStagedRelease:
    def test_a_day_opens_by_the_clock(self, desk: Desk) -> None:
        desk.change_service("A", release=HALF_AND_REST, slot_capacity=2)
        with refused("not_released", opens="07:00", opens_date=DAY - timedelta(days=7), zone="WIB"):
            desk.book(day=DAY, slot=TEN)
        with refused("not_released", opens="07:00"):
            desk.book(day=DAY)
        desk.wait(days=1, hours=22)  # Thursday, 07:00
        assert desk.book(day=DAY, slot=TEN)
        with refused("not_released", opens="12:00", opens_date=DAY - timedelta(days=1)):
            desk.book(day=DAY, slot=TEN)
        assert desk.book("A", Channel.RECEPTION, day=DAY, slot=TEN + 30)  # not for those who come
        desk.wait(days=6, hours=5)
        assert desk.book(day=DAY, slot=TEN)
        with refused("slot_full"):
            desk.book(day=DAY, slot=TEN)

    def test_the_online_quota_opens_in_the_same_shares(self, desk: Desk) -> None:
        desk.change_service("A", release=HALF_AND_REST, online_quota=4)
        day = TODAY + timedelta(days=3)
        for _ in range(2):
            desk.book(day=day)
        with refused("not_released", opens="12:00"):
            desk.book(day=day)
        desk.wait(days=2, hours=3)
        for _ in range(2):
            desk.book(day=day)
        with refused("channel_quota_full"):
            desk.book(day=day)

    def test_half_of_single_places_is_every_second_slot(self, desk: Desk) -> None:
        desk.change_service("A", release=HALF_AND_REST, slot_capacity=1)
        with desk.db.read() as session:
            found = arrival.slots(session, desk.service(session, "A"), TODAY + timedelta(days=3), desk.now)
        assert [slot.remaining for slot in found[:6]] == [0, 1, 0, 1, 0, 1]
        assert sum(slot.remaining for slot in found) == 24

    @given(st.integers(1, 50), st.integers(0, 99), st.integers(0, 300))
    def test_what_is_open_stays_open(self, places: int, percent: int, index: int) -> None:
        before, after = (release.opened_places(places, p, index) for p in (percent, percent + 1))
        assert 0 <= before <= after <= places
        assert release.opened_places(places, 100, index) == places
        assert release.opened_places(places, 0, index) == 0

    @given(st.integers(1, 20), st.integers(1, 99), st.integers(8, 60))
    def test_the_days_share_is_kept(self, places: int, percent: int, slots: int) -> None:
        opened = sum(release.opened_places(places, percent, index) for index in range(slots))
        assert abs(opened - places * slots * percent / 100) < 4

    @pytest.mark.parametrize(
        "stages",
        [
            [Stage(7, 420, 50)],
            [Stage(7, 420, 60), Stage(1, 720, 60)],
            [Stage(-1, 420, 100)],
            [Stage(1, 1440, 100)],
            [Stage(1, 0, 0), Stage(0, 0, 100)],
        ],
    )
    def test_it_knows_a_plan_that_is_none(self, stages: list[Stage]) -> None:
        with pytest.raises(ValueError, match="per cent"):
            release.stages([stage.as_stored() for stage in stages])


def test_slots_have_other_places_from_a_time_of_the_day_on(desk: Desk) -> None:
    """None at ten while the morning's crowd is served, one from half past ten; before the plan begins as usual."""
    plan = [{"minute": 600, "capacity": 0}, {"minute": 630, "capacity": 1}]
    desk.change_service("A", slot_capacity=3, slot_plan=plan)
    with desk.db.read() as session:
        offered = arrival.slots(session, desk.service(session, "A"), TOMORROW, desk.now)
    assert [slot.remaining for slot in offered if 570 <= slot.start_minute <= 660] == [3, 1, 1]
    with refused("unknown_slot"):
        desk.book(slot=TEN, day=TOMORROW)
    desk.book(slot=630, day=TOMORROW)
    with refused("slot_full"):
        desk.book(slot=630, day=TOMORROW)


class TestOverbooking:
    def past(self, desk: Desk, came: int, missed: int, cancelled: int = 0) -> None:
        """Booked tickets of yesterday, as their day left them."""
        for number in range(came + missed + cancelled):
            ticket = desk.book("F", day=TODAY)
            if number < came:
                desk.check_in(ticket)
            elif number >= came + missed:
                desk.cancel(ticket)
        desk.wait(days=1)
        with desk.db.write() as session:
            day_end.close_day(session, desk.office(session), TODAY, desk.now)

    def test_it_is_off_until_the_office_wants_it(self, desk: Desk) -> None:
        self.past(desk, came=5, missed=15)
        desk.change_service("A", slot_capacity=10)
        assert remaining(desk, day=TOMORROW) == 10
        desk.change_office(overbooking=True)
        assert remaining(desk, day=TOMORROW) == 12  # the cap, 20 %
        desk.change_office(overbooking_cap_percent=50)
        assert remaining(desk, day=TOMORROW) == 15  # 15 of 20; Wilson's lower bound is 53 %
        desk.change_service("A", slot_capacity=1)
        assert remaining(desk, day=TOMORROW) == 1

    def test_few_cases_count_for_little_and_cancelled_places_for_nothing(self, desk: Desk) -> None:
        self.past(desk, came=7, missed=3, cancelled=6)
        with desk.db.read() as session:
            found = no_shows.measured(session, desk.office(session), desk.now)
        assert (found.booked, found.missed, found.last) == (10, 3, TODAY)
        assert found.low == pytest.approx(0.1078, abs=1e-4)
        assert found.rate == found.low

    def test_the_extra_places_are_sold_and_no_more(self, desk: Desk) -> None:
        self.past(desk, came=0, missed=20)
        desk.change_service("A", slot_capacity=5)
        desk.change_office(overbooking=True)
        for _ in range(6):
            desk.book(slot=TEN, day=TOMORROW)
        with refused("slot_full"):
            desk.book(slot=TEN, day=TOMORROW)


def test_a_quota_never_counts_below_nothing(desk: Desk) -> None:
    """Rows from before channels were counted know only the sum."""
    ticket = desk.book(slot=TEN)
    with desk.db.write() as session:
        for usage in session.scalars(select(SlotUsage)):
            usage.taken_online = 0
    desk.cancel(ticket)
    assert counted(desk)[0] == {TEN: (0, 0)}


def test_a_booking_says_whose_data_it_has_and_no_more(desk: Desk) -> None:
    ticket = desk.book(relation=Relation.PARENT)
    with desk.db.read() as session:
        assert session.get_one(Ticket, ticket.id).relation is Relation.PARENT
    assert desk.book().relation is Relation.SELF


def test_a_refusal_of_a_slot_takes_no_place_of_the_day(desk: Desk) -> None:
    desk.change_service("A", slot_capacity=1)
    desk.book(slot=TEN)
    for _ in range(3):
        with refused("slot_full"):
            desk.book(slot=TEN)
    assert counted(desk)[1]["taken"] == 1
