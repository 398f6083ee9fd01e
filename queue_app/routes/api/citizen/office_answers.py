"""What anybody is told of an office, and what its displays show."""

from datetime import date

from queue_app.lifecycle import ShiftState, TicketState
from queue_app.routes.api.frame.fields import Answer, Instant, example


class OfficeName(Answer):
    slug: str
    name: str
    address: str
    timezone: str


class Offices(Answer):
    model_config = example(
        offices=[
            {
                "slug": "senapelan",
                "name": "Disdukcapil Senapelan",
                "address": "Senapelan, Pekanbaru, Riau",
                "timezone": "Asia/Jakarta",
            }
        ]
    )

    offices: list[OfficeName]


class Document(Answer):
    """A document to bring, in Indonesian and English."""

    id: str
    en: str


class OfferedService(Answer):
    """``standard_minutes`` null: none was set. ``cost_rupiah`` 0: free of charge. ``waiting`` counts those who wait for
    it today. ``paused``: nobody is called for it now; ``issuing_stopped``: no more numbers for today."""

    code: str
    prefix: str
    name_id: str
    name_en: str
    documents: list[Document]
    standard_minutes: int | None
    cost_rupiah: int
    waiting: int
    paused: bool
    issuing_stopped: bool


class OfferedVisit(Answer):
    """Several services under one name; ``steps`` are their codes, in order."""

    code: str
    name_id: str
    name_en: str
    steps: list[str]


class CounterNow(Answer):
    """``services`` are codes, ``pool`` that of its group of counters (null: none); ``state`` is that of the officer's
    time at it, CLOSED when nobody is there."""

    id: int
    number: int
    services: list[str]
    pool: str | None
    state: ShiftState


class ClosedDay(Answer):
    """``reason`` is empty when none was given."""

    date: date
    reason: str


class OfficeNow(OfficeName):
    """``today`` is the local day; bookings go up to ``booking_days_ahead`` days later, without ``closed_days``."""

    model_config = example(
        slug="senapelan",
        name="Disdukcapil Senapelan",
        address="Senapelan, Pekanbaru, Riau",
        timezone="Asia/Jakarta",
        today="2026-11-24",
        booking_days_ahead=30,
        services=[
            {
                "code": "B",
                "prefix": "B",
                "name_id": "Kartu keluarga",
                "name_en": "Family card",
                "documents": [{"id": "KTP-el asli", "en": "Original ID card (KTP-el)"}],
                "standard_minutes": 10,
                "cost_rupiah": 0,
                "waiting": 3,
                "paused": False,
                "issuing_stopped": False,
            }
        ],
        visits=[],
        counters=[{"id": 1, "number": 1, "services": ["A", "B"], "pool": None, "state": "OPEN"}],
        closed_days=[{"date": "2026-12-25", "reason": "Hari Raya Natal"}],
    )

    today: date
    booking_days_ahead: int
    closed_days: list[ClosedDay]
    services: list[OfferedService]
    visits: list[OfferedVisit]
    counters: list[CounterNow]


class BoardCall(Answer):
    label: str
    counter: int
    state: TicketState
    called_at: Instant
    service: str


class Names(Answer):
    id: str
    en: str


class BoardWaiting(Answer):
    """``paused``: a supervisor has paused the service, so nobody is called for it."""

    service: str
    prefix: str
    name: Names
    count: int
    paused: bool


class BoardCounter(Answer):
    """``services``: the codes that it takes now. ``pool``: the counters that share its line, as on a sign ("1–3")."""

    number: int
    state: ShiftState
    services: list[str]
    pool: str | None


class BoardMessage(Answer):
    """What is told to everyone who waits, or to those for one ``service``."""

    text: str
    service: str | None


class BoardAnswer(Answer):
    """What a display shows. ``version`` grows with every event of the office; a higher one replaces a lower one."""

    model_config = example(
        office="senapelan",
        office_name="Disdukcapil Senapelan",
        timezone="Asia/Jakarta",
        version=41,
        as_of="2026-11-24T09:00:05.120+07:00",
        open_counters=1,
        counters=[{"number": 1, "state": "OPEN", "services": ["A", "B"], "pool": None}],
        now_serving=[
            {
                "label": "A-012",
                "counter": 1,
                "state": "CALLED",
                "called_at": "2026-11-24T09:00:05.000+07:00",
                "service": "A",
            }
        ],
        waiting=[
            {
                "service": "A",
                "prefix": "A",
                "name": {"id": "Akta kelahiran", "en": "Birth certificate"},
                "count": 2,
                "paused": False,
            }
        ],
        messages=[{"text": "Sistem pusat sedang pelan; antrean tetap berjalan.", "service": None}],
        recent=[],
    )

    office: str
    office_name: str
    timezone: str
    version: int
    as_of: Instant
    open_counters: int
    counters: list[BoardCounter]
    now_serving: list[BoardCall]
    waiting: list[BoardWaiting]
    messages: list[BoardMessage]
    recent: list[BoardCall]
