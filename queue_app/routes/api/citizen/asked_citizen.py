"""What a citizen's program sends beyond its ticket's moves: the survey, the waiting list, who is told."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from queue_app.routes.api.desk.asked_staff import Words
from queue_app.routes.api.frame.asked import NineAnswers
from queue_app.routes.api.frame.fields import Asked, ClockTime, Day, Text


class OwnWords(Asked):
    """``text``: at most 4,000 letters, kept sealed."""

    text: Words


class AboutOneself(Asked):
    """What a respondent may say of himself, as the regulation's form asks it; never required."""

    sex: Literal["female", "male"] | None = None
    age: Literal["under_20", "20_29", "30_39", "40_49", "50_59", "60_up"] | None = None
    education: Literal["primary", "junior", "senior", "diploma", "bachelor", "master"] | None = None
    occupation: (
        Literal["civil_servant", "private", "self_employed", "farmer_fisher", "student", "home", "other"] | None
    ) = None


class SurveySent(Asked):
    """What is answered is kept at once; the rest can follow until all nine are there."""

    answers: NineAnswers = Field(default_factory=NineAnswers)
    about: AboutOneself = Field(default_factory=AboutOneself)


class WaitingWish(Asked):
    """``slot``: any time of that day when left out. ``language``: in which a message tells of a place."""

    date: Day
    slot: ClockTime | None = None
    name: Text | None = Field(default=None, description="Latin letters as on the identity card, at most 60.")
    phone: Text | None = Field(default=None, description="8 to 15 digits, with or without a leading +.")
    nik: Text | None = Field(default=None, description="The 16 digits of the identity number.")
    category: Literal["regular", "elderly", "disabled", "pregnant", "infant"] = "regular"
    relation: Literal["self", "child", "parent", "spouse", "other"] = "self"
    language: Literal["id", "en"] = "id"
    proof: Text | None = Field(default=None, description="The solved challenge of the office, base64.")


class ContactWish(Asked):
    """``channel``: one that the ticket's contacts offer; ``address``: a phone number, a mailbox or a chat, kept sealed.
    In place of both ``push``: a browser's subscription, as the browser gave it."""

    channel: Annotated[Text, StringConstraints(max_length=20)] | None = None
    address: Annotated[Text, StringConstraints(max_length=300)] | None = None
    push: dict[str, Any] | None = None
    language: Literal["id", "en"] = "id"
