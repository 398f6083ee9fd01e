"""Periods of targets: which days a month, quarter, semester or year has."""

from datetime import date, timedelta

from queue_app.errors import N_, Invalid
from queue_app.models import Span

MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.SEMESTER: 6, Span.YEAR: 12}


def days_of(span: Span, day: date) -> tuple[date, date]:
    """The first and the last day of the span that ``day`` lies in."""
    months = MONTHS[span]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = first.year * 12 + first.month - 1 + months
    return first, date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def asked(span: str, start: str, today: date) -> tuple[Span, date, date]:
    """The span named in an address or a form. Raises Invalid ``unknown_span``."""
    try:
        kind = Span(span)
        day = date.fromisoformat(start)
    except ValueError as error:
        raise Invalid("unknown_span", N_("Pilih masa dari daftar.")) from error
    if not 2000 <= day.year <= today.year + 1:
        raise Invalid("unknown_span", N_("Pilih masa dari daftar."))
    return (kind, *days_of(kind, day))


def choices(today: date) -> list[tuple[Span, date]]:
    """Spans to choose from: the running one and those before it, of each kind."""
    found: list[tuple[Span, date]] = []
    for span, count in ((Span.MONTH, 6), (Span.QUARTER, 4), (Span.SEMESTER, 3), (Span.YEAR, 2)):
        day = today
        for _ in range(count):
            first, _last = days_of(span, day)
            found.append((span, first))
            day = first - timedelta(days=1)
    return found
