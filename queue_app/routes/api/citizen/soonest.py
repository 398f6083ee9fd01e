"""Where one is served soonest, over several offices."""

from http import HTTPMethod
from typing import Any
from zoneinfo import ZoneInfo

from queue_app import clock, soonest
from queue_app.extensions import database
from queue_app.representation import instant
from queue_app.routes.api.citizen.asked import SoonestQuery
from queue_app.routes.api.citizen.ticket_answer import WaitEstimate
from queue_app.routes.api.frame.fields import Answer, Instant, example
from queue_app.routes.api.frame.operation import operation
from queue_app.routes.api.refusals import READ
from queue_app.routes.portal import named


class ServiceChance(Answer):
    """``takes``: whether who comes in person gets a number now: open, sold_out, closed or stopped. ``wait`` is theirs,
    null where nothing honest can be said; ``next_slot``: the next start that can be booked online; ``soonest``: when
    one who decides now is probably called."""

    service: str
    name_id: str
    name_en: str
    takes: str
    waiting: int
    wait: WaitEstimate | None
    next_slot: Instant | None
    soonest: Instant | None


class OfficeNext(Answer):
    """An office, its services soonest first."""

    office: str
    name: str
    is_open: bool
    services: list[ServiceChance]


class Soonest(Answer):
    """The office that serves soonest first."""

    model_config = example(
        offices=[
            {
                "office": "senapelan",
                "name": "Disdukcapil Senapelan",
                "is_open": True,
                "services": [
                    {
                        "service": "A",
                        "name_id": "KTP-el",
                        "name_en": "Electronic ID card",
                        "takes": "open",
                        "waiting": 4,
                        "wait": {"low_minutes": 8, "high_minutes": 25},
                        "next_slot": "2026-11-24T09:30:00.000+07:00",
                        "soonest": "2026-11-24T09:25:00.000+07:00",
                    }
                ],
            }
        ]
    )

    offices: list[OfficeNext]


@operation(HTTPMethod.GET, "/api/v1/soonest", tag="offices", answer=Soonest, refusals=(*READ, "unknown_office"))
def list_soonest(query: SoonestQuery) -> dict[str, Any]:
    """Where one is served soonest: the waits now and the next slots of several offices.

    Up to a minute old. Without ``offices`` the first 60 by name.
    """
    with database().read() as session:
        offices, _ = soonest.of_offices(session, clock.now(), named(query.offices or ""), query.service or "")
    return {
        "offices": [
            {
                "office": office.slug,
                "name": office.name,
                "is_open": office.status.is_open,
                "services": [_as_told(chance, office.zone) for chance in office.chances],
            }
            for office in offices
        ]
    }


def _as_told(chance: soonest.Chance, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "service": chance.code,
        "name_id": chance.name_id,
        "name_en": chance.name_en,
        "takes": chance.offer.value,
        "waiting": chance.waiting,
        "wait": chance.wait.as_told() if chance.wait else None,
        "next_slot": instant(chance.slot, zone) if chance.slot else None,
        "soonest": instant(chance.soonest, zone) if chance.soonest else None,
    }
