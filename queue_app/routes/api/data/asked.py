"""What programs ask of the log."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from queue_app.routes.api.figures.asked import PeriodQuery
from queue_app.routes.api.frame.fields import Asked, whole_text


class EventsQuery(Asked):
    """``after``: the number of the last row that is known; from the first when left out. ``limit``: at most so many."""

    after: Annotated[int, Field(ge=0, le=999_999_999), BeforeValidator(whole_text)] | None = None
    limit: Annotated[int, Field(ge=1, le=500), BeforeValidator(whole_text)] | None = None


class LogFileQuery(PeriodQuery):
    """Local days, both included, 92 at most. ``to``: today when left out; ``from``: 27 days before ``to`` when left
    out. ``form`` of the file; csv when left out."""

    form: Literal["csv", "parquet", "xes", "bpjs"] | None = None
