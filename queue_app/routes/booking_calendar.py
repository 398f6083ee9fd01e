"""An office's bookings as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext
from icalendar import Calendar, Event

from queue_app.booking_feed import Booked
from queue_app.models import Office

MEDIA_TYPE = "text/calendar; charset=utf-8"

_EVERY = timedelta(minutes=15)
"""How often calendars are asked to come again."""


def as_calendar(office: Office, booked: Iterable[Booked], now: datetime, language: str) -> bytes:
    """An event for each service and slot that somebody booked; a day without a time is a whole day.

    ``language``: of the services' names; other words are in the language of the request. The UID of a slot stays, so a
    calendar replaces the number of bookings instead of adding another event.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Antrean//Antrean//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", gettext("Pesanan %(office)s", office=office.name))
    calendar.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _EVERY)
    for one in booked:
        calendar.add_component(_event(office, one, now, language))
    calendar.add_missing_timezones(first_date=now.date(), last_date=now.date() + timedelta(days=400))
    file: bytes = calendar.to_ical()
    return file


def _event(office: Office, one: Booked, now: datetime, language: str) -> Event:
    event = Event()
    when = one.slot.strftime("%Y%m%dT%H%M%SZ") if one.slot else one.day.strftime("%Y%m%d")
    event.add("uid", f"{office.slug}-{one.service.code}-{when}@antrean")
    event.add("dtstamp", now)
    event.add(
        "summary", gettext("%(count)s dipesan · %(service)s", count=one.count, service=one.service.name(language))
    )
    if one.slot is None:
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        start = one.slot.astimezone(office.zone)
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=one.service.slot_minutes))
    return event
