"""Arrival slots, and places of them that a program keeps while its user fills in a form."""

from http import HTTPMethod

from queue_app import arrival, booking, clock, opening, queries, stops
from queue_app.crowd import advice
from queue_app.errors import N_, NotFound
from queue_app.extensions import database
from queue_app.models import Channel
from queue_app.representation import instant
from queue_app.routes import admission, limits, turnstile
from queue_app.routes.api.citizen.asked import Holding, SlotsQuery
from queue_app.routes.api.citizen.crowd_answers import UsualWait
from queue_app.routes.api.citizen.slot_answers import ArrivalSlot, GivenUp, HoldAnswer, Slots
from queue_app.routes.api.frame.operation import operation
from queue_app.routes.api.refusals import DAY, PLACE, READ, STAFF, WRITE


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/services/{service}/slots",
    tag="offices",
    answer=Slots,
    refusals=(*READ, *DAY),
)
def list_slots(office: str, service: str, query: SlotsQuery) -> Slots:
    """The arrival slots of a day that can still be booked, full ones too.

    A closed, past or too distant day is refused, and the refusal names the next possible day. Nothing remains on a day
    for which no more numbers are given. usual_wait says how long one usually waits at that weekday and hour, null
    where the past is too thin; is_shorter marks slots at which it is surely less than the service's usual. Where an
    office opens a day's online places in shares, opens_at says when the next one opens.
    """
    now = clock.now()
    with database().read() as session:
        offered = queries.offered(session, office, service)
        zone = offered.office.zone
        day = query.date or opening.local_day(offered.office, now)
        channel = Channel(query.channel or "online")
        is_stopped = stops.is_issuing_stopped(offered, day)
        opens = arrival.next_opening(offered, day, now) if channel is Channel.ONLINE else None
        found = arrival.slots(session, offered, day, now, channel)
        usual = advice.of_day(session, offered, day, found, (), now).slots
        return Slots(
            date=day,
            service=offered.code,
            slots=[
                ArrivalSlot(
                    slot=slot.name,
                    start=instant(slot.start, zone),
                    end=instant(slot.end, zone),
                    capacity=slot.capacity,
                    remaining=0 if is_stopped else slot.remaining,
                    usual_wait=UsualWait.of(known.usual if (known := usual.get(slot.start_minute)) else None),
                    is_shorter=known is not None and known.is_best and not is_stopped,
                )
                for slot in found
            ],
            opens_at=instant(opens, zone) if opens else None,
        )


@operation(
    HTTPMethod.POST,
    "/api/v1/offices/{office}/services/{service}/holds",
    tag="tickets",
    answer=HoldAnswer,
    status=201,
    refusals=(*WRITE, *PLACE, *STAFF, "other_office", "too_many_requests", "waiting_room"),
    headers=("Queue-Pass",),
    example={"date": "2026-11-25", "slot": "08:30"},
)
@limits.limit(limits.HOLDING, "hold")
def hold_slot(office: str, service: str, body: Holding) -> HoldAnswer:
    """Keep a place of a slot for five minutes.

    It counts as taken meanwhile. Send its hold with the ticket to turn it into a booking; it can be used once.
    """
    now = clock.now()
    with turnstile.passing(Channel(body.channel)), database().write() as session:
        offered = queries.offered(session, office, service)
        admission.require_staff(session, offered.office, Channel(body.channel), now)
        kept = booking.hold(session, offered, now, day=body.date, slot=body.slot, channel=Channel(body.channel))
        return HoldAnswer(
            hold=kept.token,
            service=offered.code,
            date=kept.day,
            slot=opening.clock_text(kept.start_minute),
            expires_at=instant(kept.expires_at, offered.office.zone),
        )


@operation(
    HTTPMethod.DELETE,
    "/api/v1/offices/{office}/services/{service}/holds/{hold}",
    tag="tickets",
    answer=GivenUp,
    refusals=WRITE,
)
def give_up_hold(office: str, service: str, hold: str) -> GivenUp:
    """Let go of a held place before its time is over."""
    with database().write() as session:
        if not booking.give_up(session, queries.offered(session, office, service), hold, clock.now()):
            raise NotFound("unknown_hold", N_("Tempat itu tidak (lagi) dipegang."))
    return GivenUp(hold=hold)
