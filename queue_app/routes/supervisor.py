"""Pages of the supervisor: the office now, and how fast it serves, fairly compared."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.speed import DEFAULT_RULES
from queue_app import (
    alerts,
    announcements,
    clock,
    contested,
    dashboard,
    finality,
    kept_settings,
    no_shows,
    opening,
    oversight,
    report,
)
from queue_app.auth import signed_in_user
from queue_app.errors import QueueError
from queue_app.extensions import database, waiting_room
from queue_app.models import ANNOUNCEMENT_LENGTH, Office, User
from queue_app.routes import desk_forms, interval_chart, lever_forms, period_choice
from queue_app.routes.figure_words import EXCLUDED

bp = Blueprint("supervisor", __name__, url_prefix="/supervisor")


@dataclass(frozen=True, slots=True)
class Tried:
    """A lever that could not be pulled: which, why, and what was typed."""

    lever: str
    refusal: QueueError
    typed: Mapping[str, str]


@bp.get("")
def show() -> ResponseReturnValue:
    return page()


def page(tried: Tried | None = None) -> tuple[str, int]:
    """The whole page; ``tried``: with the refusal of a lever, opened as it was left."""
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        today = opening.local_day(office, now)
        choice = period_choice.of(office, today)
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
            periods=period_choice.PERIODS,
            speed=speed,
            beside=dashboard.beside_speed(session, office, ended, now) if ended else {},
            least=dashboard.LEAST,
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
def live() -> ResponseReturnValue:
    """The part of the page that changes by itself, as it is now."""
    now = clock.now()
    with database().read() as session:
        office = kept_settings.office(session, current_user.office_id) or signed_in_user(session).office
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
        "rush": waiting_room().standing(office.slug),
    }


def _names(session: Session, usernames: set[str]) -> dict[str, str]:
    """What the officers are called on the screen, by user name."""
    rows = session.execute(select(User.username, User.display_name).where(User.username.in_(usernames)))
    return dict(rows.all())
