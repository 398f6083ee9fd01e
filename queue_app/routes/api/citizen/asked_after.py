"""What a citizen's program sends after the visit: the survey and complaints."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from queue_app.routes.api.frame.fields import Asked, Text, Words, whole

Grade = Annotated[int, Field(ge=1, le=4), BeforeValidator(whole)]
"""1 not good, 2 less good, 3 good, 4 very good."""


class NineAnswers(Asked):
    """Any of the nine elements, each 1 to 4."""

    requirements: Grade | None = None
    procedure: Grade | None = None
    time: Grade | None = None
    cost: Grade | None = None
    product: Grade | None = None
    competence: Grade | None = None
    conduct: Grade | None = None
    complaints: Grade | None = None
    facilities: Grade | None = None


class Answers(NineAnswers):
    """Any of these questions, each 1 to 4."""

    satisfaction: Grade | None = None
    information: Grade | None = None


class GivenFeedback(Asked):
    """``comment`` is kept sealed."""

    answers: Answers
    comment: Text | None = None


SubjectName = Literal["wait", "information", "conduct", "cost", "facilities", "other"]


class SentComplaint(Asked):
    """``text`` is kept sealed: 10 to 4,000 letters."""

    subject: Literal["wait", "information", "conduct", "cost", "facilities", "other"]
    text: Text


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
