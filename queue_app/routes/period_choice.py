"""Which days a page's figures are of: some ready periods, a month, or dates of one's own, kept in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import request

from metrics.periods import Period
from queue_app.errors import N_, Invalid
from queue_app.models import Office
from queue_app.routes.labels import error_text

FIRST_DAY = date(2000, 1, 1)
LONGEST_DAYS = 731

PERIODS: Mapping[str, tuple[str, int]] = {
    "today": (N_("Hari ini"), 1),
    "7d": (N_("7 hari"), 7),
    "30d": (N_("30 hari"), 30),
}
LONGER: Mapping[str, tuple[str, int]] = {**PERIODS, "90d": (N_("90 hari"), 90)}
"""By the value in the address: what it is called, and its days up to and with today."""

DEFAULT_PERIOD = "30d"
CUSTOM = "custom"
MONTH = "month"


@dataclass(frozen=True, slots=True)
class Choice:
    """The period asked for: ``name`` a ready period, ``month`` or ``custom``; ``typed`` the dates as given."""

    name: str
    period: Period
    typed: tuple[str, str]
    problem: str = ""


def of(office: Office, today: date, ready: Mapping[str, tuple[str, int]] = PERIODS, default: str = "30d") -> Choice:
    """What the address asks for; for what cannot be had the last 30 days, with the problem as a sentence."""
    typed = (request.args.get("from", "")[:20], request.args.get("to", "")[:20])
    name = request.args.get("period", "") or (CUSTOM if any(typed) else default)
    if name in ready:
        return Choice(name, _days_up_to(office, today, ready[name][1]), typed)
    fallback = _days_up_to(office, today, PERIODS[DEFAULT_PERIOD][1])
    try:
        if name == MONTH:
            return Choice(MONTH, _month(office, today, request.args.get("month", "")[:10]), typed)
        if name != CUSTOM:
            raise Invalid("unknown_period", N_("Pilihan masa itu tidak dikenal."))
        return Choice(CUSTOM, _custom(office, today, *typed), typed)
    except Invalid as error:
        return Choice(name, fallback, typed, error_text(error))


def _days_up_to(office: Office, today: date, days: int) -> Period:
    return Period(today - timedelta(days=days - 1), today, office.zone)


def _custom(office: Office, today: date, first: str, last: str) -> Period:
    """Raises Invalid ``bad_date``, ``reversed_dates``, ``future_date`` or ``period_too_long``."""
    start, end = _date(first), _date(last)
    if end < start:
        raise Invalid("reversed_dates", N_("Tanggal akhir mendahului tanggal awal."))
    if end > today:
        raise Invalid("future_date", N_("Tanggal itu belum tiba. Paling akhir hari ini: %(today)s."), today=today)
    if start < FIRST_DAY or (end - start).days >= LONGEST_DAYS:
        raise Invalid("period_too_long", N_("Masa terlalu panjang: paling banyak %(days)s hari."), days=LONGEST_DAYS)
    return Period(start, end, office.zone)


def _date(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise Invalid("bad_date", N_("Isi kedua tanggal, seperti 2026-11-24.")) from error


def _month(office: Office, today: date, typed: str) -> Period:
    """Raises Invalid ``bad_month`` or ``future_date``."""
    try:
        first = date.fromisoformat(f"{typed}-01")
    except ValueError as error:
        raise Invalid("bad_month", N_("Isi bulan seperti 2026-11.")) from error
    if first > today:
        raise Invalid("future_date", N_("Tanggal itu belum tiba. Paling akhir hari ini: %(today)s."), today=today)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, min(following - timedelta(days=1), today), office.zone)
