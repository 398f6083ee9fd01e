"""What a supervisor's program sends about interventions."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from queue_app.routes.api.frame.fields import Asked, Code, Day, RowId, Text, Version, Words, whole

IndicatorName = Literal["wait", "speed", "accuracy", "satisfaction"]


GroupName = Literal["office", "services", "officers", "counters"]


ControlName = Literal["services", "officers", "counters", "others"]


InterventionName = Literal["training", "procedure", "booking", "resources", "other"]


class InterventionWish(Asked):
    """``primary``: the indicators that are to change. ``group``: whom it concerns; ``members`` are codes of services,
    usernames of officers, or numbers of counters (as text), none for the office. ``control``: whom it is compared with.
    ``expected``: the change of times in per cent, -90 to 200 and not 0. ``washout``: days after the date that count
    neither way. ``annotation``: the number of a note of the charts."""

    kind: InterventionName
    name: Annotated[Text, StringConstraints(max_length=240)]
    done: Words
    date: Day
    washout: Annotated[int, Field(ge=0, le=60), BeforeValidator(whole)] = 0
    group: GroupName = "office"
    members: Annotated[list[Code], Field(max_length=100)] = Field(default_factory=list)
    control: ControlName | None = None
    control_members: Annotated[list[Code], Field(max_length=100)] = Field(default_factory=list)
    primary: Annotated[list[IndicatorName], Field(min_length=1, max_length=4)]
    expected: float | None = None
    annotation: RowId | None = None


class InterventionChange(InterventionWish):
    """``version``: that of the intervention as it was read. ``why``: needed once the results were opened."""

    why: Words | None = None
    version: Version


class InterventionWords(Asked):
    """``text``: what was learnt, or why it is opened again. ``version``: that of the intervention as it was read."""

    text: Words
    version: Version
