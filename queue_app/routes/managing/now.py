"""How the office's places and things are now, in a few words for their cards."""

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from queue_app import inventory, opening_hours
from queue_app.models import Office
from queue_app.printing import printers as of_printers


def hours(session: Session, office: Office) -> str:
    """On how many days of a week the office is open."""
    count = sum(1 for spans in opening_hours.of_week(session, office).values() if spans)
    return str(gettext("buka %(count)s hari seminggu", count=count))


def counters(_session: Session, office: Office) -> str:
    return str(ngettext("%(num)s loket", "%(num)s loket", len(office.counters)))


def skilled(session: Session, office: Office) -> str:
    """How many officers cannot do everything."""
    count = inventory.skilled(session, office)
    said = ngettext("%(num)s petugas dengan keahlian khusus", "%(num)s petugas dengan keahlian khusus", count)
    return str(said)


def printers(session: Session, office: Office) -> str:
    """How many are in use, and of how many of them something is wrong."""
    there = [printer for printer in of_printers.of_office(session, office) if printer.active]
    count = str(ngettext("%(num)s pencetak", "%(num)s pencetak", len(there)))
    wrong = sum(printer.problem is not None for printer in there)
    return str(gettext("%(count)s, %(wrong)s bermasalah", count=count, wrong=wrong)) if wrong else count


def voices(session: Session, office: Office) -> str:
    """How many of the registered displays speak."""
    count = inventory.speaking(session, office) if office.voice else 0
    return str(ngettext("%(num)s layar bersuara", "%(num)s layar bersuara", count))


def kiosks(_session: Session, office: Office) -> str:
    return f"/kiosk/{office.slug}"
