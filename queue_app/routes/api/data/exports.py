"""What leaves for other programs: the log as a file, its dictionary, the visits, the address of the bookings'
calendar."""

import tempfile
from datetime import timedelta
from http import HTTPMethod
from pathlib import Path

from flask import Response, url_for

from metrics.periods import Period as Days
from queue_app import booking_feed, clock, event_export
from queue_app.database import Database
from queue_app.errors import N_, Invalid
from queue_app.event_loop import in_thread
from queue_app.extensions import database, site
from queue_app.models import Office, User
from queue_app.routes.api.data.asked import LogFileQuery
from queue_app.routes.api.figures.metrics import period_of
from queue_app.routes.api.frame.fields import Answer, Instant, example, told
from queue_app.routes.api.frame.files import CSV, PARQUET, XES, file
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office, own_user
from queue_app.routes.api.refusals import READ, WRITE

LONGEST_DAYS = 92
"""A longer log is written by the command."""

_OFFICE = "/api/v1/offices/{office}"
_FEED = _OFFICE + "/bookings-calendar"
_TAG = "metrics"
_KINDS = {"csv": CSV, "parquet": PARQUET, "xes": XES, "bpjs": CSV}
_ENDINGS = {"csv": "csv", "parquet": "parquet", "xes": "xes", "bpjs": "bpjs.csv"}


class LogField(Answer):
    """A column of the log: its name, its kind and what it means (in Indonesian)."""

    name: str
    kind: str
    meaning: str


class LogFields(Answer):
    model_config = example(fields=[{"name": "seq", "kind": "integer", "meaning": "Nomor urut"}])

    fields: list[LogField]


class CalendarAddress(Answer):
    """The address of the bookings' calendar: ``since`` when there is one (null: there is none). ``url`` is told this
    once, when it was made; null otherwise."""

    model_config = example(since="2026-11-24T09:00:00.000+07:00", url=None)

    since: Instant | None
    url: str | None


@operation(
    HTTPMethod.GET,
    f"{_OFFICE}/events/file",
    tag=_TAG,
    media=(PARQUET, XES, CSV),
    refusals=(*READ, "other_office", "bad_period"),
)
def export_events(office: str, query: LogFileQuery, caller: Caller) -> Response:
    """The log of up to 92 days as a file: CSV, Parquet, XES (process mining), or CSV with BPJS's column names.

    No name, phone, NIK or typed text is in it.
    """
    form = query.form or "csv"
    with database().read() as session:
        here = own_office(session, office, caller)
        period, office_id = period_of(query, here), here.id
    if (period.end_day - period.start_day) // timedelta(days=1) + 1 > LONGEST_DAYS:
        raise Invalid(
            "bad_period",
            N_("Tanggal awal harus sebelum tanggal akhir, paling lama %(days)s hari."),
            days=LONGEST_DAYS,
        )
    data = database()
    content = in_thread(lambda: _written(data, form, office_id, period))
    return file(content, _KINDS[form], f"antrean-{office}-{period.start_day}-{period.end_day}.{_ENDINGS[form]}")


def _written(data: Database, form: str, office_id: int, period: Days) -> bytes:
    """The file's content; written beside the server's other work, in a real thread."""
    how = event_export.FORMATS[form]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        with data.figures() as session:
            here = session.get_one(Office, office_id)
            how.write(event_export.rows(session, here, period, by_ticket=how.by_ticket), path)
        return path.read_bytes()


@operation(HTTPMethod.GET, f"{_OFFICE}/events/fields", tag=_TAG, answer=LogFields, refusals=(*READ, "other_office"))
def list_event_fields(office: str, caller: Caller) -> LogFields:
    """The dictionary of the log: what each column means."""
    with database().read() as session:
        own_office(session, office, caller)
    return LogFields(
        fields=[LogField(name=one.name, kind=one.kind, meaning=one.meaning) for one in event_export.FIELDS]
    )


@operation(HTTPMethod.GET, _FEED, tag=_TAG, answer=CalendarAddress, refusals=(*READ, "other_office"))
def get_calendar_address(office: str, caller: Caller) -> CalendarAddress:
    """Whether the bookings' calendar has an address."""
    with database().read() as session:
        here = own_office(session, office, caller)
        return CalendarAddress(since=told(booking_feed.made_at(session, here), here.zone), url=None)


@operation(HTTPMethod.POST, _FEED, tag=_TAG, answer=CalendarAddress, status=201, refusals=(*WRITE, "other_office"))
def renew_calendar_address(office: str, caller: Caller) -> CalendarAddress:
    """A new address for the bookings' calendar; the one before is over. How many are booked when is in it, not who."""
    now = clock.now()
    with database().write() as session:
        who: User = own_user(session, office, caller)
        secret = booking_feed.renew(session, who.office, who, now)
        url = site() + url_for("data_out.calendar", slug=office, secret=secret)
        return CalendarAddress(since=told(now, who.office.zone), url=url)


@operation(HTTPMethod.DELETE, _FEED, tag=_TAG, answer=CalendarAddress, refusals=(*WRITE, "other_office"))
def stop_calendar_address(office: str, caller: Caller) -> CalendarAddress:
    """The address is over, and there is no other. Doing it twice is harmless."""
    with database().write() as session:
        who = own_user(session, office, caller)
        booking_feed.stop(session, who.office, who, clock.now())
    return CalendarAddress(since=None, url=None)
