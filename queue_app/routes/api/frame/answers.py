"""What the API answers. The views make the smaller ones from these models; ``representation`` and ``display.board``
make tickets and boards, and the tests hold every answer against these forms."""

from datetime import date

from pydantic import ConfigDict

from queue_app.lifecycle import ShiftState, TicketState
from queue_app.routes.api.citizen.crowd_answers import UsualWait
from queue_app.routes.api.frame.fields import LEFT_OUT, Answer, Instant, example


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


class ArrivalSlot(Answer):
    """``slot`` ("HH:MM") is what a booking names. ``capacity`` is of all channels, ``remaining`` what the channel that
    was asked for may still take of it. ``usual_wait`` null: not known; ``is_shorter``: surely less than usual."""

    slot: str
    start: Instant
    end: Instant
    capacity: int
    remaining: int
    usual_wait: UsualWait | None
    is_shorter: bool


class Slots(Answer):
    """``opens_at``: when more online places of the day open; null when all are open."""

    model_config = example(
        date="2026-11-25",
        service="A",
        opens_at="2026-11-24T12:00:00.000+07:00",
        slots=[
            {
                "slot": "08:00",
                "start": "2026-11-25T08:00:00.000+07:00",
                "end": "2026-11-25T08:30:00.000+07:00",
                "capacity": 4,
                "remaining": 3,
                "usual_wait": {"low_minutes": 5, "median_minutes": 16, "high_minutes": 40, "days": 24},
                "is_shorter": False,
            }
        ],
    )

    date: date
    service: str
    slots: list[ArrivalSlot]
    opens_at: Instant | None


class HoldAnswer(Answer):
    """A place that is kept until ``expires_at``. Send ``hold`` with the booking; it can be used once."""

    model_config = example(
        hold="Yp3xJ0mT1qK8v2Zb4nQw7A",
        service="A",
        date="2026-11-25",
        slot="08:30",
        expires_at="2026-11-24T09:05:00.000+07:00",
    )

    hold: str
    service: str
    date: date
    slot: str
    expires_at: Instant


class GivenUp(Answer):
    """``hold`` is held no longer."""

    model_config = example(hold="Yp3xJ0mT1qK8v2Zb4nQw7A")

    hold: str


class ShiftAnswer(Answer):
    """An officer's time at a counter: ``counter`` is its id, ``number`` the number on the desk, ``officer`` the user
    name."""

    model_config = example(
        id=7, counter=1, number=1, officer="petugas1", state="OPEN", opened_at="2026-11-24T08:00:00.000+07:00"
    )

    id: int
    counter: int
    number: int
    officer: str
    state: ShiftState
    opened_at: Instant


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


class WrongField(Answer):
    field: str
    message: str


class Problem(Answer):
    """A refusal (RFC 9457). Branch on ``code``; ``detail`` is a sentence for people in the request's language.

    ``request_id`` stands in the server's log too. ``errors`` names each wrong field. A refusal may carry further
    members: state, day, next_date, label, number.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str = LEFT_OUT
    errors: list[WrongField] = LEFT_OUT


class OpenApiDocument(Answer):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(extra="allow")

    openapi: str


class FeedbackAnswer(Answer):
    """What was kept, by question."""

    model_config = example(
        ticket="Yp3xJ0mT1qK8v2Zb4nQw7A",
        answers={"satisfaction": 4, "information": 3},
        received_at="2026-11-24T10:12:00.000+07:00",
    )

    ticket: str
    answers: dict[str, int]
    received_at: Instant
