"""How full the office will be: counted once, shown to everybody, advice only where it is real."""

from collections.abc import Iterable
from datetime import UTC, date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from metrics.crowd.days import PastDay
from queue_app import clock, visit_days
from queue_app.crowd import counting
from queue_app.crowd.counting import FORM, as_stored
from queue_app.models import Closure, CrowdDay, OpeningHours, VisitDay
from queue_app.visit_days.legs import columns
from queue_app.visit_days.packing import form, pack
from tests.metrics.crowd import offices
from tests.office import Desk
from tests.routes.api.program import Program
from tests.routes.browsing import Person

TODAY = date(2026, 11, 24)
CROWD = "/o/senapelan/ramai"


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    with desk.db.write() as session:
        office = desk.office(session)
        session.execute(delete(OpeningHours))
        session.add_all(
            OpeningHours(office_id=office.id, weekday=day, opens_minute=480, closes_minute=960) for day in range(5)
        )


@pytest.fixture
def visitor(app: Flask) -> Person:
    return Person(app)


@pytest.fixture
def program(app: Flask, desk: Desk) -> Program:
    return Program(app, desk.db)


def keep(desk: Desk, past: Iterable[PastDay], service: str = "A") -> None:
    """Have counted days in the database, moved so that they end before today on the same weekdays."""
    days = list(past)
    away = (TODAY - days[-1].day).days // 7 * 7
    with desk.db.write() as session:
        office, of = desk.office(session), desk.service(session, service)
        for one in days:
            day = one.day + timedelta(days=away)
            if day < TODAY:
                waits = {**one.waits, of.id: one.waits[0]} if one.waits else {}
                moved = as_stored(PastDay(day, one.arrivals, waits))
                session.add(VisitDay(office_id=office.id, day=day, form=form(), made=1, content=pack(columns([]))))
                session.flush()
                session.add(CrowdDay(office_id=office.id, day=day, form=FORM, content=moved))


def counted(desk: Desk) -> int:
    with desk.db.read() as session:
        return session.scalar(select(func.count()).select_from(CrowdDay)) or 0


def test_days_are_counted_once_and_thrown_away_with_what_they_were_made_of(desk: Desk) -> None:
    desk.open()
    for _ in range(2):
        desk.serve("A", minutes=5)
    desk.close()
    ended = desk.join("B")
    yesterday, desk.now = desk.now, desk.now + timedelta(days=1)
    with desk.db.read() as session:
        office_id = desk.office(session).id
    visit_days.fill_all(desk.db, desk.now)
    assert counting.fill_all(desk.db) == 1
    assert counting.fill_all(desk.db) == 0
    with desk.db.read() as session:
        row = session.scalars(select(CrowdDay)).one()
        past = counting.from_stored(row.day, row.content)
        service_id = desk.service(session, "A").id
    assert past.arrivals == {9: 3}
    assert {service: hours[9].n for service, hours in past.waits.items()} == {0: 2, service_id: 2}
    assert yesterday.astimezone(UTC).date() == past.day
    desk.cancel(ended)  # a row of the log about that day
    assert counted(desk) == 0
    visit_days.fill(desk.db, office_id, desk.now)
    assert counting.fill(desk.db, office_id) == 1


def test_without_a_past_it_says_that_it_is_not_known(visitor: Person, program: Program) -> None:
    assert "Belum diketahui" in visitor.open(CROWD).text
    answer = program.get("/offices/senapelan/crowd").get_json()
    assert answer["learned_from"] == 0
    assert len(answer["days"]) == 14
    assert {hour["people"] for day in answer["days"] for hour in day["hours"]} == {None}
    slots = program.get("/offices/senapelan/services/A/slots?date=2026-11-25").get_json()["slots"]
    assert {(slot["usual_wait"], slot["is_shorter"]) for slot in slots} == {(None, False)}
    assert "mnt" not in visitor.open("/o/senapelan/A?date=2026-11-25").text
    assert visitor.open("/o/nowhere/ramai").status_code == 404


def test_the_fortnight_names_closed_days_and_foretells_the_others(
    visitor: Person, program: Program, desk: Desk
) -> None:
    keep(desk, offices.arrivals(1))
    with desk.db.write() as session:
        session.add(Closure(office_id=desk.office(session).id, day=date(2026, 11, 26), reason="<Hari jadi kota>"))
    page = visitor.open(CROWD).text
    assert "&lt;Hari jadi kota&gt;" in page
    days = {day["date"]: day for day in program.get("/offices/senapelan/crowd").get_json()["days"]}
    assert (days["2026-11-26"]["open"], days["2026-11-26"]["hours"]) == (False, [])
    assert days["2026-11-28"]["open"] is False  # a Saturday
    monday, friday = days["2026-11-30"], days["2026-12-04"]
    assert [hour["hour"] for hour in monday["hours"]] == [f"{hour:02d}:00" for hour in range(8, 16)]
    assert monday["people"]["mean"] > friday["people"]["mean"] > 40
    assert all(0 <= hour["people"]["low"] <= hour["people"]["high"] for hour in monday["hours"])


def test_a_shorter_time_is_advised_and_thin_data_are_not(visitor: Person, program: Program, desk: Desk) -> None:
    keep(desk, offices.waits(1, quiet=(1, 10)))
    page = visitor.open("/o/senapelan/A?date=2026-11-25").text
    assert "Selasa pukul 10:00 biasanya" in page
    assert "?date=2026-12-01#times" in page  # today's at ten is Tuesday, too, but the past of a day is not its future
    slots = program.get("/offices/senapelan/services/A/slots?date=2026-12-01").get_json()["slots"]
    assert [slot["slot"] for slot in slots if slot["is_shorter"]] == ["10:00", "10:30"]
    assert slots[0]["usual_wait"]["days"] == 13
    assert "biasanya" not in visitor.open("/o/senapelan/B?date=2026-11-25").text.split("Kapan kantor biasanya")[0]


def test_the_supervisor_sees_how_good_it_is_and_takes_the_figures_along(app: Flask, desk: Desk) -> None:
    boss = Person(app, "supervisor")
    assert "Belum dapat dinilai" in boss.open("/supervisor/crowd").text
    keep(desk, offices.arrivals(2, 80))
    with desk.db.write() as session:
        session.add(Closure(office_id=desk.office(session).id, day=date(2026, 11, 26), reason="=1+1"))
    page = boss.open("/supervisor/crowd").text
    assert "Hari yang sama pekan lalu" in page
    file = boss.open("/supervisor/crowd.csv")
    assert file.mimetype == "text/csv"
    lines = file.text.splitlines()
    assert lines[0].startswith("date,hour,open,expected,low,high")
    assert any(line.startswith("2026-11-30,08:00,1,") for line in lines)
    assert not any(line.endswith(",=1+1") for line in lines)
    assert "/signin" in Person(app).open("/supervisor/crowd").request.path


def test_the_command_compares_with_plain_ways(app: Flask, desk: Desk) -> None:
    run = app.test_cli_runner().invoke
    refused = run(args=["history", "backtest-crowd", "--office", "senapelan"])
    assert (refused.exit_code, "Too few past days" in refused.output) == (1, True)
    keep(desk, offices.arrivals(3, 60))
    done = run(args=["history", "backtest-crowd", "--office", "senapelan"])
    assert done.exit_code == 0, done.output
    assert "same weekday last week" in done.output
    assert "7 days ahead" in done.output
    long_ago = run(args=["history", "backtest-crowd", "--office", "senapelan", "--before", "1999-03-01"])
    assert (long_ago.exit_code, "Too few past days" in long_ago.output) == (1, True)
