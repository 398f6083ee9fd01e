"""What leaves for other programs: the log as files and by the API, the bookings as a calendar."""

import re
from datetime import date, datetime

import pytest
from flask import Flask
from icalendar import Calendar

from queue_app import clock
from queue_app.models import Channel
from queue_app.personal import Holder
from tests.event_export.test_files import NAME, a_day
from tests.office import Desk
from tests.routes.api.program import Program
from tests.routes.browsing import Person

PAGE = "/supervisor/data"
CALENDAR = f"{PAGE}/calendar"


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def supervisor(app: Flask, desk: Desk) -> Person:
    return Person(app, "supervisor")


@pytest.fixture
def program(app: Flask, desk: Desk) -> Program:
    return Program(app, desk.db)


def address(page: str) -> str:
    found = re.search(r'<code class="data-address">http://localhost(\S+)</code>', page)
    assert found is not None
    return found[1]


def events_of(content: bytes) -> list[tuple[str, date | datetime]]:
    calendar = Calendar.from_ical(content)
    return [(str(event["summary"]), event.decoded("dtstart")) for event in calendar.walk("VEVENT")]


@pytest.mark.parametrize(
    ("form", "starts"), [("csv", b"seq,at,"), ("parquet", b"PAR1"), ("xes", b"<?xml"), ("bpjs", b"kodebooking,")]
)
def test_the_log_comes_as_a_file(desk: Desk, supervisor: Person, form: str, starts: bytes) -> None:
    a_day(desk)
    answer = supervisor.client.get(f"{PAGE}/events.{form}?period=today")
    assert answer.status_code == 200
    assert answer.data.startswith(starts)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_period_that_cannot_be_had_is_said_and_nothing_is_written(supervisor: Person) -> None:
    answer = supervisor.open(f"{PAGE}/events.csv?from=2026-02-30&to=2026-01-01")
    assert answer.status_code == 422
    assert "Isi kedua tanggal" in answer.text
    page = supervisor.open(f"{PAGE}/events.csv?from=2025-01-01&to=2026-01-01")
    assert "paling banyak 92 hari" in page.text
    assert supervisor.open(f"{PAGE}/events.exe").status_code == 404


def test_the_calendar_counts_bookings_and_names_nobody(desk: Desk, supervisor: Person, app: Flask) -> None:
    with desk.db.read() as session:
        zone = desk.office(session).zone
    tomorrow = date.fromordinal(desk.now.astimezone(zone).date().toordinal() + 1)
    for _ in range(2):
        desk.book("A", day=tomorrow, slot=540, holder=Holder(name=NAME))
    gone = desk.book("A", day=tomorrow, slot=540)
    desk.book("B", Channel.ONLINE, day=tomorrow)
    desk.cancel(gone)
    supervisor.open(PAGE)
    supervisor.press(CALENDAR)
    feed = address(supervisor.page)
    answer = Person(app).open(feed)
    assert answer.mimetype == "text/calendar"
    assert NAME not in answer.text
    told = events_of(answer.data)
    at_nine = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 9, tzinfo=zone)
    assert [(text.split(" · ")[0], when) for text, when in told] == [("1 dipesan", tomorrow), ("2 dipesan", at_nine)]
    english = events_of(Person(app).open(feed.replace("lang=id", "lang=en")).data)
    assert [text.split(" · ")[0] for text, _ in english] == ["1 booked", "2 booked"]


def test_an_address_is_shown_once_and_a_new_one_ends_it(desk: Desk, supervisor: Person, app: Flask) -> None:
    supervisor.open(PAGE)
    supervisor.press(CALENDAR)
    first = address(supervisor.page)
    assert "data-address" not in supervisor.open(PAGE).text
    supervisor.press(CALENDAR)
    second = address(supervisor.page)
    stranger = Person(app)
    assert stranger.open(first).status_code == 404
    assert stranger.open(second).status_code == 200
    assert stranger.open(second.replace("/senapelan/", "/dumai/")).status_code == 404
    supervisor.press(CALENDAR, do="stop")
    assert stranger.open(second).status_code == 404
    assert "Belum ada alamat" in supervisor.open(PAGE).text


def test_an_officer_has_no_such_page(app: Flask) -> None:
    officer = Person(app, "petugas1")
    assert officer.open(PAGE).status_code == 403
    assert officer.open(f"{PAGE}/events.csv").status_code == 403


def test_a_program_follows_the_log_without_missing_or_doubling(desk: Desk, program: Program) -> None:
    a_day(desk)
    seen: list[int] = []
    after = 0
    while True:
        answer = program.get(f"/offices/senapelan/events?after={after}&limit=3", "supervisor").get_json()
        if not answer["events"]:
            break
        seen += [event["seq"] for event in answer["events"]]
        after = answer["next"]
    assert seen == [event.seq for event in desk.events()]
    assert program.get(f"/offices/senapelan/events?after={after}", "supervisor").get_json() == {
        "events": [],
        "next": after,
    }


@pytest.mark.parametrize("wrong", ["after=-1", "after=x", "limit=0", "limit=501", "before=1"])
def test_a_wrong_cursor_is_refused_by_name(program: Program, wrong: str) -> None:
    answer = program.get(f"/offices/senapelan/events?{wrong}", "supervisor")
    assert answer.status_code == 422
    assert wrong.split("=", maxsplit=1)[0] in answer.get_json()["detail"]
