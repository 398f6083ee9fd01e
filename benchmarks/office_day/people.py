"""Who wants to come on a day, and how each behaves: the assumptions, and the persons drawn by them.

The persons of a day are the same on paper and in Antrean, with the same service and serve time; and in every scenario
as far as it allows: what an assumption decides is compared with a number that belongs to the person.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from benchmarks.office_day.records import CLOSES_H, OPENS_H, Arrival

OFFICERS = 5
OPEN_S = (CLOSES_H - OPENS_H) * 3600.0
TO_COUNTER_S = 20.0
"""From the call to the start of the service, on both sides."""

CATEGORIES: Mapping[str, float] = {"regular": 0.77, "elderly": 0.10, "disabled": 0.03, "pregnant": 0.04, "infant": 0.06}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Shares are 0 to 1, times minutes.

    ``online``: who book a slot the day before; of the elderly its square. ``phone``: of the others, who have one.
    ``elsewhere``: of those with a phone, who take a number at the kiosk and wait elsewhere, ``travel`` away, until the
    ticket's page says "Berangkat sekarang". ``no_show``: of those who booked, who do not come, ``cancel`` of them
    with a cancellation the evening before. ``load``: expected work of those who come, of what the officers can do while
    the office is open. ``door``: who without a booking stand at the door at opening (on paper: of all); the others come
    at the recorded time. ``early`` and ``early_sd``: how long before the slot who booked come, normally distributed.
    ``after_crowd``: slots begin when those who stood at the door are expected to be served, and have what is left;
    otherwise all slots of the day are alike, and so much may be booked as book. An office reads both from its figures.
    ``slots_end``: so long before closing the last slot begins at the latest.
    ``overtime``: so long after closing the officers go on; who is not called by then is sent away.
    """

    online: float = 0.6
    phone: float = 0.7
    elsewhere: float = 0.0
    no_show: float = 0.12
    cancel: float = 0.5
    load: float = 0.95
    door: float = 1.0
    early: float = 5.0
    early_sd: float = 10.0
    travel: float = 15.0
    after_crowd: bool = True
    slots_end: float = 0.0
    overtime: float = 60.0

    @property
    def walk_in_share(self) -> float:
        """Of those who come, who have not booked."""
        elderly = CATEGORIES["elderly"]
        booking = (1 - elderly) * self.online + elderly * self.online**2
        return (1 - booking) / (1 - booking * self.no_show)

    def in_words(self) -> str:
        return ", ".join(f"{field.name} {getattr(self, field.name)}" for field in fields(self))


@dataclass(frozen=True, slots=True)
class Person:
    """``at_s``: seconds from opening at which this person comes without a booking; ``wish_s``: the recorded time, which
    is when who books wishes to come. ``early_s``: before the slot, when
    booked (negative: late). ``turn``: the order in which who stands at the door at opening, or who books, is first."""

    number: int
    service: str
    serve_s: float
    category: str
    at_s: float
    wish_s: float
    books: bool
    comes: bool
    cancels: bool
    has_phone: bool
    waits_elsewhere: bool
    early_s: float
    travel_s: float
    turn: float


def draw(day: Sequence[Arrival], standards_s: Mapping[str, float], a: Assumptions, seed: str) -> list[Person]:
    """People of a recorded day, drawn at random until those who come make the load. Work is counted at the standard
    times, so that days differ as real ones do."""
    chance = random.Random(seed)
    order = list(day)
    chance.shuffle(order)
    wanted_s = a.load * OFFICERS * OPEN_S
    people: list[Person] = []
    work_s = 0.0
    for number, arrival in enumerate(order, start=1):
        person = _person(number, arrival, a, random.Random(f"{seed} {number}"))
        if work_s >= wanted_s:
            break
        people.append(person)
        if person.comes:
            work_s += standards_s[person.service] + TO_COUNTER_S
    return people


def _person(number: int, arrival: Arrival, a: Assumptions, chance: random.Random) -> Person:
    category = chance.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
    online, no_show, cancel, door, phone, elsewhere = (chance.random() for _ in range(6))
    books = online < (a.online**2 if category == "elderly" else a.online)
    comes = not (books and no_show < a.no_show)
    has_phone = books or phone < a.phone
    early_s = 60 * chance.gauss(a.early, a.early_sd)
    return Person(
        number=number,
        service=arrival.service,
        serve_s=arrival.serve_s,
        category=category,
        at_s=0.0 if door < a.door else arrival.at_s,
        wish_s=arrival.at_s,
        books=books,
        comes=comes,
        cancels=not comes and cancel < a.cancel,
        has_phone=has_phone,
        waits_elsewhere=not books and has_phone and elsewhere < a.elsewhere,
        early_s=early_s,
        travel_s=60 * a.travel * chance.uniform(0.7, 1.4),
        turn=chance.random(),
    )
