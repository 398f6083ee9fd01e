"""What the forms of the calendar carry: a week with any number of spans a day, and days to be closed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import opening, opening_hours, stretch
from queue_app.errors import Invalid
from queue_app.models import Office
from queue_app.opening import Interval
from queue_app.opening_hours import DAYS, Week
from queue_app.routes import lever_forms
from queue_app.routes.labels import error_text
from queue_app.stretch import Stretch

MOST_SPANS = 6
"""Of a day: more are a mistake."""

_MIDNIGHT = {"00:00": "24:00"}
"""As a closing time is meant that stands at the end of the day."""

Span = tuple[str, str]
"""When it opens and closes as it was typed, like 08:00; empty where nothing was."""


@dataclass(slots=True)
class Day:
    """A weekday (0 Monday) as the form has it; ``wrong``: what cannot be, in the reader's language."""

    number: int
    spans: list[Span] = field(default_factory=list)
    wrong: str = ""

    @property
    def code(self) -> str:
        return DAYS[self.number]


def of_week(week: Week) -> list[Day]:
    """The week as it is kept."""
    return [Day(number, [_typed(opens, closes) for opens, closes in week.get(number, ())]) for number in range(7)]


def typed_week() -> list[Day]:
    """The week as it was typed."""
    return [Day(number, _spans(code)) for number, code in enumerate(DAYS)]


def read(days: Sequence[Day]) -> Week | None:
    """The week that the form means; None, and ``wrong`` says so at each day, where something cannot be.

    A span of which nothing is typed is none. A closing time of 00:00 is the midnight at the end of the day.
    """
    week = {}
    for day in days:
        texts = _texts(day.spans)
        try:
            if texts:
                week[day.number] = opening_hours.intervals(texts)
        except Invalid as error:
            day.wrong = error_text(error)
    return None if any(day.wrong for day in days) else week


def rearranged(days: Sequence[Day], deed: str) -> bool:
    """Add an empty span (``add-mon``), take one away (``remove-mon-0``) or ``copy`` a day; whether it was one of these.

    Nothing is kept yet: the page shows the form again.
    """
    what, _, rest = deed.partition("-")
    code, _, place = rest.partition("-")
    by_code = {day.code: day for day in days}
    match what:
        case "add" if code in by_code and len(by_code[code].spans) < MOST_SPANS:
            by_code[code].spans.append(("", ""))
        case "remove" if code in by_code and place.isdigit() and int(place) < len(by_code[code].spans):
            del by_code[code].spans[int(place)]
        case "copy" if (source := by_code.get(request.form.get("copy_from", ""))) is not None:
            for target in request.form.getlist("copy_to"):
                if target in by_code:
                    by_code[target].spans = list(source.spans)
        case _:
            return False
    return True


def typed_stretch(session: Session, office: Office, now: datetime) -> tuple[Stretch | None, dict[str, str]]:
    """The days that were typed; or None and what is wrong, by field."""
    wrong: dict[str, str] = {}
    hours = _special_hours(wrong)
    first, reason = lever_forms.day("day"), " ".join(lever_forms.text("reason").split())
    if first is None:
        return None, {**wrong, "day": gettext("Isi tanggalnya.")}
    asked = Stretch(first, lever_forms.day("until") or first, reason, hours)
    wrong |= {field: error_text(error) for field, error in stretch.wrong(session, office, asked, now).items()}
    return (None if wrong else asked), wrong


def typed_special() -> list[Span]:
    """The special hours as they were typed, with room for two spans."""
    return [*_spans("special"), ("", ""), ("", "")][:2]


def _special_hours(wrong: dict[str, str]) -> Sequence[Interval]:
    try:
        return opening_hours.intervals(_texts(_spans("special")))
    except Invalid as error:
        wrong["hours"] = error_text(error)
        return ()


def _texts(spans: Sequence[Span]) -> list[str]:
    """In order; a span of which nothing was typed is none."""
    return sorted(f"{opens}-{'24:00' if closes == '00:00' else closes}" for opens, closes in spans if opens or closes)


def _spans(code: str) -> list[Span]:
    opens, closes = (
        [text.strip()[:5] for text in request.form.getlist(f"{code}-{end}")[:MOST_SPANS]] for end in ("opens", "closes")
    )
    return list(zip(opens, closes, strict=False))


def _typed(opens: int, closes: int) -> Span:
    return opening.clock_text(opens), opening.clock_text(closes % 1440)
