"""Pages of the supervisor: the office now, and how fast it serves, fairly compared."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.periods import Period
from metrics.speed import DEFAULT_RULES
from queue_app import alerts, announcements, clock, contested, finality, no_shows, opening, oversight, report
from queue_app.auth import OVERSIGHT, requires, signed_in_user
from queue_app.errors import N_, Invalid, QueueError
from queue_app.extensions import database
from queue_app.models import ANNOUNCEMENT_LENGTH, Office, User
from queue_app.routes import desk_forms, interval_chart, lever_forms
from queue_app.routes.figure_words import EXCLUDED
from queue_app.routes.labels import error_text

bp = Blueprint("supervisor", __name__, url_prefix="/supervisor")

FIRST_DAY = date(2000, 1, 1)
LONGEST_DAYS = 731

PERIODS: Mapping[str, tuple[str, int]] = {
    "today": (N_("Hari ini"), 1),
    "7d": (N_("7 hari"), 7),
    "30d": (N_("30 hari"), 30),
}
"""By the value in the address: what it is called, and its days up to and with today."""

DEFAULT_PERIOD = "30d"
CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Choice:
    """The period asked for: ``name`` one of PERIODS or ``custom``; ``typed`` the dates as they were given."""

    name: str
    period: Period
    typed: tuple[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """A lever that could not be pulled: which, why, and what was typed."""

    lever: str
    refusal: QueueError
    typed: Mapping[str, str]


@bp.get("")
@requires(OVERSIGHT)
def show() -> ResponseReturnValue:
    return page()


def page(tried: Tried | None = None) -> tuple[str, int]:
    """The whole page; ``tried``: with the refusal of a lever, opened as it was left."""
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        today = opening.local_day(office, now)
        choice = _choice(office, today)
        # Today's figures are the officers' own until the day is over.
        ended = finality.ended_part(choice.period, today)
        speed = report.officers(session, office, ended, now) if ended else None
        measured = speed.officers if speed else ()
        shown = render_template(
            "supervisor/supervisor.html",
            **_live_part(session, office, now),
            tried=tried,
            form_key=secrets.token_urlsafe(12),
            minutes=announcements.SHOWN_MINUTES,
            text_length=ANNOUNCEMENT_LENGTH,
            choice=choice,
            periods=PERIODS,
            speed=speed,
            min_visits=DEFAULT_RULES.min_visits,
            scale=interval_chart.scale_for(measured),
            chart=interval_chart,
            names=_names(session, {officer.officer for officer in measured}),
            open_claims=contested.open_count(session, office),
            excluded_labels=EXCLUDED,
            no_shows=no_shows.of_today(session, office, now),
        )
    if tried is not None:
        return shown, tried.refusal.status
    return shown, 422 if choice.problem else 200


@bp.get("/live")
@requires(OVERSIGHT)
def live() -> ResponseReturnValue:
    """The part of the page that changes by itself, as it is now."""
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        return render_template("supervisor/_live.html", **_live_part(session, office, now))


def _live_part(session: Session, office: Office, now: datetime) -> dict[str, Any]:
    """What ``_live.html`` shows."""
    return {
        "now": now,
        "office": office,
        "view": oversight.now_at(session, office, now),
        "alerts": alerts.still_open(session, office.id),
        "said": announcements.shown(session, office.id, now),
        "reasons": desk_forms,
        "lever_forms": lever_forms,
    }


def _choice(office: Office, today: date) -> Choice:
    typed = (request.args.get("from", "")[:20], request.args.get("to", "")[:20])
    name = request.args.get("period", "") or (CUSTOM if any(typed) else DEFAULT_PERIOD)
    if name in PERIODS:
        return Choice(name, _days_up_to(office, today, PERIODS[name][1]), typed)
    fallback = _days_up_to(office, today, PERIODS[DEFAULT_PERIOD][1])
    try:
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


def _names(session: Session, usernames: set[str]) -> dict[str, str]:
    """What the officers are called on the screen, by user name."""
    rows = session.execute(select(User.username, User.display_name).where(User.username.in_(usernames)))
    return dict(rows.all())
