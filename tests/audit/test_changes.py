"""What is changed of an office is written down with who, when, before and after, and is part of a chain."""

from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from queue_app import office_calendar, opening_hours
from queue_app.audit import verify
from queue_app.devices import register
from queue_app.models import ConfigurationChange
from queue_app.signage import content
from tests.office import Desk


def history(desk: Desk) -> list[tuple[str, Any, Any]]:
    with desk.db.read() as session:
        rows = session.scalars(select(ConfigurationChange).order_by(ConfigurationChange.seq)).all()
        assert not any(found.breach for found in verify.check(session, desk.office(session)))
        return [(row.subject, row.before, row.after) for row in rows]


def test_commands_leave_what_they_changed(app: Flask, desk: Desk) -> None:
    for line in (
        "office set senapelan booking_days_ahead=14 voice=true",
        "office set senapelan booking_days_ahead=14",
        "service set senapelan A slot_capacity=9",
        "counter set senapelan 3 services=A:1,B:2",
        "officer skills petugas1 A",
        "visit remove senapelan bayi-lahir",
        "office alert-to senapelan json://127.0.0.1/x",
    ):
        assert app.test_cli_runner().invoke(args=line.split()).exit_code == 0, line
    found = history(desk)
    assert found[0] == ("office", {"booking_days_ahead": "30"}, {"booking_days_ahead": "14"})
    assert found[1] == ("service:A", {"slot_capacity": "4"}, {"slot_capacity": "9"})
    assert found[2][2] == {"services": "A:1,B:2"}
    assert found[3] == ("officer:petugas1", {"services": "all"}, {"services": "A"})
    assert [subject for subject, _, _ in found[4:]] == ["visit:bayi-lahir", "office"]
    assert found[5][1:] == ({"alert_address": "none"}, {"alert_address": "new"})  # and never what it is


def test_use_cases_leave_who_it_was(desk: Desk) -> None:
    with desk.db.write() as session:
        office, who = desk.office(session), desk.user(session, "supervisor")
        opening_hours.replace(session, office, opening_hours.read(["mon-fri 08:00-16:00"]), desk.now, None, who)
        office_calendar.close_day(session, office, date(2026, 12, 1), "Listrik padam", desk.now, who)
        office_calendar.open_day(session, office, date(2026, 12, 1), desk.now, who)
        device = register.create(session, who, "Lobi", desk.now)
        content.set_look(session, who, desk.now, theme="light", brand="#0b5848", accent="#ffd54f", shows_next=True)
        device_id = device.id
    found = history(desk)
    assert found[0] == ("hours", {"hours": ["mon-sun 00:00-24:00"]}, {"hours": ["mon-fri 08:00-16:00"]})
    assert found[1:3] == [
        ("day:2026-12-01", {}, {"closed": "Listrik padam"}),
        ("day:2026-12-01", {"closed": "Listrik padam"}, {}),
    ]
    assert found[3] == (f"display:{device_id}", {}, {"name": "Lobi", "counters": [], "services": [], "speaks": True})
    with desk.db.read() as session:
        actors = session.scalars(select(ConfigurationChange.actor_id).distinct()).all()
        assert actors == [desk.user(session, "supervisor").id]
