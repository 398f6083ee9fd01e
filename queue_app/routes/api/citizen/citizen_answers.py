"""What the API answers a citizen beside the ticket: the whole survey, a place in a waiting list, who is told."""

from datetime import date
from typing import Annotated

from queue_app.models import StandbyOutcome
from queue_app.routes.api.frame.fields import Answer, Instant, example, one_of

OutcomeName = Annotated[str, *one_of(StandbyOutcome)]


class SurveyAnswer(Answer):
    """The nine questions of a visit. ``answers`` and ``about`` are what was kept so far; ``left`` the elements without
    an answer. ``asked``: this visit is in the office's sample. Answers are taken until ``open_until``."""

    model_config = example(
        ticket="Yp3xJ0mT1qK8v2Zb4nQw7A",
        questions=["requirements", "procedure"],
        answers={"requirements": 4},
        about={"sex": "female"},
        left=["procedure"],
        complete=False,
        asked=True,
        open_until="2026-12-08",
    )

    ticket: str
    questions: list[str]
    answers: dict[str, int]
    about: dict[str, str]
    left: list[str]
    complete: bool
    asked: bool
    open_until: date


class WaitingPlace(Answer):
    """A place in the waiting list of a full day or slot. ``position`` is null once the waiting ended; ``outcome`` then:
    placed (with the ``ticket`` that it became), left, lapsed or has_ticket. A place can come until ``lapses_at``."""

    model_config = example(
        entry="u3Yp3xJ0mT1qK8v2Zb4nQw",
        service="A",
        date="2026-11-25",
        slot=None,
        position=3,
        outcome=None,
        ticket=None,
        lapses_at="2026-11-25T14:30:00.000+07:00",
    )

    entry: str
    service: str
    date: date
    slot: str | None
    position: int | None
    outcome: OutcomeName | None
    ticket: str | None
    lapses_at: Instant


class ContactAnswer(Answer):
    """One way in which the holder is told. ``own_phone``: the number that was given with the ticket. An address is
    never given back."""

    model_config = example(id=3, channel="whatsapp", own_phone=True)

    id: int
    channel: str
    own_phone: bool


class ContactsAnswer(Answer):
    """``offered``: channels that can be asked for, and the kind of address that each takes: phone, email or chat.
    ``push_key``: with which a browser subscribes to Web Push; null where there is none."""

    model_config = example(
        contacts=[{"id": 3, "channel": "whatsapp", "own_phone": True}],
        offered={"whatsapp": "phone"},
        push_key="BNc…",
    )

    contacts: list[ContactAnswer]
    offered: dict[str, str]
    push_key: str | None
