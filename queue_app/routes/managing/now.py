"""How the office's places and things are now, in a few words for their cards."""

from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app import opening_hours
from queue_app.models import Office, User, officer_service


def hours(session: Session, office: Office) -> str:
    """On how many days of a week the office is open."""
    count = sum(1 for spans in opening_hours.of_week(session, office).values() if spans)
    return str(gettext("buka %(count)s hari seminggu", count=count))


def counters(_session: Session, office: Office) -> str:
    return str(ngettext("%(num)s loket", "%(num)s loket", len(office.counters)))


def skilled(session: Session, office: Office) -> str:
    """How many officers cannot do everything."""
    there = select(func.count(User.id.distinct())).join(officer_service, officer_service.c.officer_id == User.id)
    count = session.scalar(there.where(User.office_id == office.id, User.active)) or 0
    said = ngettext("%(num)s petugas dengan keahlian khusus", "%(num)s petugas dengan keahlian khusus", count)
    return str(said)
