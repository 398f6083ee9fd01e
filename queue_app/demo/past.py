"""An invented past of the demonstration office: visits, shifts, answers, contested times, complaints, a training.

By a fixed seed, so it is the same each time but for its dates. Nobody in it has a name. It makes use of the same use
cases as real people do, with the time of then; only the visits' moves are written in one go.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from string import ascii_letters, digits
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.periods import day_start
from queue_app import claims, feedback, issuing, monitoring, opening, shifts, writer
from queue_app.claims import LegName, Verdict
from queue_app.demo.words import invent_complaints
from queue_app.lifecycle import Action, Outcome, TicketState
from queue_app.models import (
    AnnotationKind,
    Category,
    Channel,
    Counter,
    Office,
    Question,
    Role,
    Service,
    Ticket,
    User,
)
from queue_app.past_life import PastMove, PastTicket
from queue_app.personal import Vault
from queue_app.survey import form, sample

_SEED = 20140717
_WEIGHTS = {"A": 20, "B": 25, "C": 30, "D": 8, "E": 5, "F": 12}
_PACES = (0.93, 0.98, 1.0, 1.03, 1.08)
"""How long each officer takes, as a share of what is usual."""

_CONTENT = (0.92, 0.9, 0.88, 0.93, 0.94)
"""How often each officer's answers are good ones."""

_OPENS, _NOON, _BACK, _LAST, _CLOSES = (timedelta(hours=h) for h in (8, 12, 12.75, 14.5, 15))
_TRAINED_BEFORE = timedelta(days=14)
_CATEGORIES = (Category.REGULAR,) * 17 + (Category.ELDERLY, Category.DISABLED, Category.INFANT)


@dataclass(slots=True)
class _Cast:
    """The people and things of the office."""

    office: Office
    officers: list[User]
    counters: list[Counter]
    services: dict[str, Service]
    supervisor: User


@dataclass(slots=True)
class _Made:
    """Finished visits of one day: by public id the officer's place."""

    day: date
    tickets: list[PastTicket] = field(default_factory=list)
    served: dict[str, int] = field(default_factory=dict)


def invent(session: Session, vault: Vault, slug: str, days: int, now: datetime) -> int:
    """Give the office a past of the weekdays of the last ``days`` days; how many visits. Once, in a new office."""
    office = session.scalars(select(Office).where(Office.slug == slug)).one()
    cast, chance = _cast(session, office), Random(_SEED)  # noqa: S311 - an invention, no secret
    today = opening.local_day(office, now)
    working = [day for day in (today - timedelta(days=n) for n in range(days, 0, -1)) if day.weekday() < 5]
    made = [_a_day(session, cast, chance, day, today) for day in working]
    if not made:
        return 0
    _contest(session, cast, made[-8:], now)
    _answer(session, vault, cast, chance, made)
    invent_complaints(session, vault, cast.supervisor, _some_tickets(session, made[-12:]), now)
    trained = max((day.day for day in made if day.day <= today - _TRAINED_BEFORE), default=made[0].day)
    words = "Pelatihan: memeriksa berkas dengan daftar periksa (contoh)"
    monitoring.annotate(
        session, cast.supervisor, AnnotationKind.TRAINING, trained, None, words, _at(cast, trained, _CLOSES)
    )
    return sum(len(day.tickets) for day in made)


def _cast(session: Session, office: Office) -> _Cast:
    people = session.scalars(select(User).where(User.office_id == office.id).order_by(User.id)).all()
    return _Cast(
        office=office,
        officers=[one for one in people if one.role is Role.OFFICER],
        counters=list(session.scalars(select(Counter).where(Counter.office_id == office.id).order_by(Counter.number))),
        services={s.code: s for s in session.scalars(select(Service).where(Service.office_id == office.id))},
        supervisor=next(one for one in people if one.role is Role.SUPERVISOR),
    )


def _at(cast: _Cast, day: date, clock: timedelta) -> datetime:
    return day_start(day, cast.office.zone) + clock


def _a_day(session: Session, cast: _Cast, chance: Random, day: date, today: date) -> _Made:
    made, numbers = _Made(day), dict.fromkeys(cast.services, 0)
    pace = 0.94 if day > today - _TRAINED_BEFORE else 1.0
    for place, (officer, counter) in enumerate(zip(cast.officers, cast.counters, strict=True)):
        _sit(session, officer, counter, [_at(cast, day, clock) for clock in (_OPENS, _NOON, _BACK, _CLOSES)])
        at = _OPENS + timedelta(minutes=chance.uniform(1, 20))
        while at < _LAST:
            if _NOON - timedelta(minutes=20) < at < _BACK:
                at = _BACK + timedelta(minutes=chance.uniform(1, 10))
            at = _a_visit(cast, chance, made, numbers, place, counter, _at(cast, day, at), pace) - _at(
                cast, day, timedelta(0)
            )
            at += timedelta(minutes=chance.expovariate(1 / 16))
    writer.append_past(session, cast.office.id, made.tickets)
    return made


def _sit(session: Session, officer: User, counter: Counter, times: list[datetime]) -> None:
    opens, noon, back, closes = times
    shifts.open_counter(session, officer, counter.id, opens)
    shifts.pause(session, officer, counter.id, noon, "istirahat")
    shifts.open_counter(session, officer, counter.id, back)
    shifts.close(session, officer, counter.id, closes)


def _a_visit(
    cast: _Cast, chance: Random, made: _Made, numbers: dict[str, int], place: int, counter: Counter,
    called: datetime, pace: float,
) -> datetime:  # fmt: skip
    """One citizen from coming to going; when the counter is free again."""
    (code,) = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
    service, officer = cast.services[code], cast.officers[place]
    numbers[code] += 1
    peak = 1.8 if 9 <= called.astimezone(cast.office.zone).hour < 11 else 1.0
    arrived = called - timedelta(minutes=min(90.0, chance.lognormvariate(2.3, 0.7) * peak))
    online = chance.random() < 0.3
    moves = [PastMove(Action.JOIN, arrived)]
    if online:
        moves = [PastMove(Action.BOOK, arrived - timedelta(days=2), data={"checklist": True})]
        moves.append(PastMove(Action.CHECK_IN, arrived))
    public_id = "".join(chance.choices(ascii_letters + digits, k=22))
    seat: dict[str, Any] = {"officer_id": officer.id, "counter_id": counter.id}
    kind, free = chance.random(), called
    if kind < 0.03:
        moves.append(PastMove(Action.CANCEL, called))
    else:
        moves.append(PastMove(Action.CALL, called, **seat))
        if kind < 0.06:
            free = called + timedelta(minutes=3)
            moves.append(PastMove(Action.NO_SHOW, free, **seat))
        else:
            started = called + timedelta(seconds=chance.uniform(15, 70))
            minutes = (service.standard_minutes or 10) * 0.72 * _PACES[place] * pace * chance.lognormvariate(0, 0.42)
            outcome = _outcome(chance)
            if outcome is not Outcome.DONE:
                minutes *= 0.4
            free = started + timedelta(minutes=max(minutes, 0.7))
            moves.append(PastMove(Action.START, started, **seat))
            if kind > 0.96:
                held = started + (free - started) / 3
                moves.append(PastMove(Action.HOLD, held, **seat))
                moves.append(PastMove(Action.RESUME, held + timedelta(minutes=4), **seat))
                free += timedelta(minutes=4)
            data = {
                "outcome": outcome.value,
                "service_given": code,
                "correction": chance.random() < 0.015,
                "known": online,
            }
            moves.append(PastMove(Action.FINISH, free, **seat, data=data))
            made.served[public_id] = place
    made.tickets.append(
        PastTicket(
            columns={
                "public_id": public_id,
                "service_id": service.id,
                "numbered_by_id": service.id,
                "day": made.day,
                "number": numbers[code],
                "label": issuing.label(service, numbers[code]),
                "channel": Channel.ONLINE if online else Channel.KIOSK,
                "category": chance.choice(_CATEGORIES),
                "due_at": arrived,
                "officer_id": officer.id,
            },
            moves=moves,
        )
    )
    return free


def _outcome(chance: Random) -> Outcome:
    kinds = {Outcome.DONE: 92, Outcome.PAPERS_MISSING: 5, Outcome.REDIRECTED: 2, Outcome.NOT_ELIGIBLE: 1}
    return chance.choices(list(kinds), list(kinds.values()))[0]


def _some_tickets(session: Session, made: list[_Made]) -> list[Ticket]:
    """The first served ticket of each day."""
    first = [next(iter(day.served)) for day in made if day.served]
    found = session.scalars(select(Ticket).where(Ticket.public_id.in_(first)).order_by(Ticket.day, Ticket.id))
    return list(found)


def _contest(session: Session, cast: _Cast, made: list[_Made], now: datetime) -> None:
    """Two times of each of these days are contested; all but those of the last day are decided."""
    for day in made:
        for public_id, place in list(day.served.items())[3:30:20]:
            ticket = session.scalars(select(Ticket).where(Ticket.public_id == public_id)).one()
            evening = _at(cast, day.day, _CLOSES)
            officer = cast.officers[place]
            claims.flag(session, officer, public_id, ticket.version, evening, "Jaringan terputus (contoh)")
            if day is not made[-1]:
                verdict = Verdict.ACCEPTED if place % 2 else Verdict.DECLINED
                decided = min(evening + timedelta(hours=18), now)
                name = [LegName(public_id, ticket.version)]
                claims.decide(session, cast.supervisor, name, verdict, "open", decided, "Sudah diperiksa (contoh)")


def _answer(session: Session, vault: Vault, cast: _Cast, chance: Random, made: list[_Made]) -> None:
    """A fifth of those served answer the two questions, four in ten of those asked the whole survey."""
    shares = sample.shares(session, cast.office.id)
    for day in made:
        tickets = session.scalars(
            select(Ticket).where(
                Ticket.office_id == cast.office.id, Ticket.day == day.day, Ticket.state == TicketState.SERVED
            )
        ).all()
        evening = _at(cast, day.day, timedelta(hours=17))
        for ticket in sorted(tickets, key=lambda one: one.public_id):
            good = _CONTENT[day.served[ticket.public_id]]
            if chance.random() < 0.2:
                two = {question: _value(chance, good) for question in (Question.SATISFACTION, Question.INFORMATION)}
                feedback.give(session, vault, ticket, two, None, evening)
            if sample.is_below(ticket.public_id, sample.percent_on(shares, day.day)) and chance.random() < 0.4:
                nine = {question: _value(chance, good) for question in form.ASKED}
                about = {name: chance.choice(values) for name, values in form.ABOUT.items() if chance.random() < 0.8}
                form.keep(session, ticket, nine, about, evening)


def _value(chance: Random, good: float) -> int:
    return chance.choice((3, 3, 4)) if chance.random() < good else chance.choice((1, 2, 2))
