"""The Antrean side: the same people, each using the product; what the product decides is not modelled.

Only the people and the clock are simulated. Booking, slots and their places, the waiting list, check-in, who is called,
no-shows and their return, forecasts and the end of the day are the product's own use cases on a database.
"""

import heapq
import itertools
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from benchmarks.office_day.office import DrivenOffice
from benchmarks.office_day.people import OFFICERS, OPEN_S, TO_COUNTER_S, Assumptions, Person
from benchmarks.office_day.stays import Day, End, Stay
from queue_app import tickets
from queue_app.errors import QueueError
from queue_app.models import Ticket

AT_KIOSK_S = 60.0
GIVE_UP_S = 120.0
"""So long a counter waits for somebody who does not come."""

LOOKS_EVERY_S = 300.0
RESERVE_S = 600.0
"""What the ticket's page takes from the earliest turn, beside the way, to say when to leave."""

_BOOKING_OPENS, _CANCELLED, _MORNING = timedelta(hours=-12), timedelta(hours=-10), timedelta(hours=-1)


def run(office: DrivenOffice, day: date, people: Sequence[Person], a: Assumptions) -> Day:
    """Drive one day from the evening before to its end. Raises AssertionError when the log does not say of each person
    what the simulation says."""
    return _Driver(office, day, people, a).run()


class _Driver:
    def __init__(self, office: DrivenOffice, day: date, people: Sequence[Person], a: Assumptions) -> None:
        self.office, self.day, self.opens = office, day, office.opens(day)
        self.stays = {person.number: Stay(person) for person in people}
        self.last_call_s = OPEN_S + 60 * a.overtime
        self.tickets: dict[int, Ticket] = {}
        self.of_ticket: dict[str, int] = {}
        self.at_desk: dict[int, int] = {}
        """By person: the desk that calls or serves."""
        self.idle: set[int] = set()
        self.reused = self.without_place = 0
        self.given_up: set[int] = set()
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._count = itertools.count()

    def run(self) -> Day:
        self._evening_before()
        for desk in range(OFFICERS):
            self.office.open(desk, self.opens)
            self.idle.add(desk)
        for stay in self.stays.values():
            self._expect(stay)
        while self._events:
            at_s, _, act = heapq.heappop(self._events)
            act(at_s)
        self._end()
        return Day(list(self.stays.values()), self.reused, self.without_place)

    def now(self, at_s: float) -> datetime:
        return self.opens + timedelta(seconds=at_s)

    def _at(self, at_s: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (at_s, next(self._count), act))

    def _keep(self, person: Person, ticket: Ticket) -> None:
        self.tickets[person.number], self.of_ticket[ticket.public_id] = ticket, person.number

    # The evening before

    def _evening_before(self) -> None:
        booking = sorted((s.person for s in self.stays.values() if s.person.books), key=lambda person: person.turn)
        listed: dict[int, str] = {}
        for place, person in enumerate(booking):
            now = self.opens + _BOOKING_OPENS + timedelta(seconds=place)
            got = self.office.book(person.service, person.category, self.day, person.wish_s, now)
            if isinstance(got, Ticket):
                self._keep(person, got)
            else:
                listed[person.number] = got
        for place, person in enumerate(
            person for person in booking if person.cancels and person.number in self.tickets
        ):
            ticket = self.tickets.pop(person.number)
            self.office.cancel(ticket, self.opens + _CANCELLED + timedelta(seconds=place))
        for number, entry in listed.items():
            person = self.stays[number].person
            got = self.office.placed(entry) or self._look_again_in_the_morning(person, entry)
            if isinstance(got, Ticket):
                self.reused += 1
                self._keep(person, got)
            else:
                self.without_place += 1

    def _look_again_in_the_morning(self, person: Person, entry: str) -> Ticket | str:
        """The list gives the slot that was wished for; places of other slots that came free can be seen and booked."""
        now = self.opens + _MORNING + timedelta(seconds=person.number)
        self.office.leave_list(entry, now)
        return self.office.book(person.service, person.category, self.day, person.wish_s, now)

    # Coming

    def _expect(self, stay: Stay) -> None:
        person, ticket = stay.person, self.tickets.get(stay.person.number)
        if not person.comes:
            stay.finish(0.0, End.NO_SHOW)
            return
        at_s = person.at_s
        if ticket is not None and ticket.slot_start is not None:
            stay.how, stay.due_s = "booked", (ticket.slot_start - self.opens).total_seconds()
            at_s = max(0.0, stay.due_s - person.early_s)
        # Of those who stand at the door together the first is the same as on paper.
        self._at(at_s + person.turn / 1000, lambda now_s: self._come(stay, now_s))

    def _come(self, stay: Stay, at_s: float) -> None:
        person = stay.person
        stay.enter(at_s)
        if person.number in self.tickets:
            self.tickets[person.number] = self.office.check_in(self.tickets[person.number], self.now(at_s))
        else:
            try:
                self._keep(person, self.office.join(person.service, person.category, self.now(at_s)))
            except QueueError:
                stay.finish(at_s, End.SENT_AWAY)
                return
            if person.waits_elsewhere:
                self._at(at_s + AT_KIOSK_S, lambda now_s: self._read_the_slip(stay, now_s))
        self._wake(at_s)

    def _read_the_slip(self, stay: Stay, at_s: float) -> None:
        """Go away only when there is more time than the way there and back."""
        slack_s = self._slack_s(stay, at_s)
        if stay.entered_s is not None and slack_s is not None and slack_s > stay.person.travel_s:
            stay.how = "elsewhere"
            stay.leave(at_s)
            self._look_again(stay, at_s)

    def _look_again(self, stay: Stay, at_s: float) -> None:
        self._at((at_s // LOOKS_EVERY_S + 1) * LOOKS_EVERY_S, lambda now_s: self._look(stay, now_s))

    def _look(self, stay: Stay, at_s: float) -> None:
        if stay.end is not None:
            return
        slack_s = self._slack_s(stay, at_s)
        if slack_s is not None and slack_s > 0:
            self._look_again(stay, at_s)
        else:
            self._at(at_s + stay.person.travel_s, lambda now_s: self._come_back(stay, now_s))

    def _slack_s(self, stay: Stay, at_s: float) -> float | None:
        """Until "Berangkat sekarang"; None when nothing can be said, or the number is called already."""
        low_s = self.office.low_estimate_s(self.tickets[stay.person.number], self.now(at_s))
        return None if low_s is None else low_s - stay.person.travel_s - RESERVE_S

    def _come_back(self, stay: Stay, at_s: float) -> None:
        number = stay.person.number
        if stay.end is not None:
            return
        stay.enter(at_s)
        if number in self.at_desk:
            self._at(at_s + TO_COUNTER_S, lambda now_s: self._start(stay, now_s))
        elif number in self.given_up:
            self.given_up.remove(number)
            self.tickets[number] = self.office.act(tickets.put_back, 0, self.tickets[number], self.now(at_s))
            self._wake(at_s)

    # At the counters

    def _wake(self, at_s: float) -> None:
        for desk in sorted(self.idle):
            if at_s > self.last_call_s:
                return
            self.idle.remove(desk)
            self._called(desk, self.office.call_next(desk, self.now(at_s)), at_s)
            if desk in self.idle:
                return

    def _called(self, desk: int, ticket: Ticket | None, at_s: float) -> None:
        if ticket is None:
            self.idle.add(desk)
            return
        number = self.of_ticket[ticket.public_id]
        stay, self.tickets[number], self.at_desk[number] = self.stays[number], ticket, desk
        stay.called_s = at_s
        if stay.entered_s is not None:
            self._at(at_s + TO_COUNTER_S, lambda now_s: self._start(stay, now_s))
        else:
            self._at(at_s + GIVE_UP_S, lambda now_s: self._give_up(stay, ticket, now_s))

    def _give_up(self, stay: Stay, called: Ticket, at_s: float) -> None:
        number = stay.person.number
        if stay.entered_s is not None or self.tickets[number].version != called.version:
            return
        desk = self.at_desk.pop(number)
        self.tickets[number] = self.office.act(tickets.no_show, desk, called, self.now(at_s))
        self.given_up.add(number)
        stay.in_vain += 1
        self._next(desk, at_s)

    def _start(self, stay: Stay, at_s: float) -> None:
        number = stay.person.number
        desk = self.at_desk[number]
        self.tickets[number] = self.office.act(tickets.start, desk, self.tickets[number], self.now(at_s))
        self._at(at_s + stay.person.serve_s, lambda now_s: self._finish(stay, now_s))

    def _finish(self, stay: Stay, at_s: float) -> None:
        number = stay.person.number
        desk, ticket = self.at_desk.pop(number), self.tickets[number]
        stay.finish(at_s, End.SERVED)
        if at_s > self.last_call_s:
            self.office.act(tickets.finish, desk, ticket, self.now(at_s))
            self.idle.add(desk)
        else:
            self._called(desk, self.office.finish_and_call_next(desk, ticket, self.now(at_s)), at_s)

    def _next(self, desk: int, at_s: float) -> None:
        self.idle.add(desk)
        self._wake(at_s)

    # The end

    def _end(self) -> None:
        last_s = max([self.last_call_s, *(stay.ended_s or 0.0 for stay in self.stays.values())])
        for desk in range(OFFICERS):
            self.office.close(desk, self.now(last_s))
        for stay in self.stays.values():
            if stay.end is None:
                stay.finish(self.last_call_s, End.SENT_AWAY)
        self.office.close_day(self.day, self.now(last_s))
        states = self.office.states(self.day)
        served = {self.tickets[n].public_id for n, stay in self.stays.items() if stay.end is End.SERVED}
        if {public_id for public_id, state in states.items() if state == "SERVED"} != served:
            raise AssertionError(f"the log of {self.day} has others as served")
