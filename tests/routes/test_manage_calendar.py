"""The administrator's calendar: hours of a week with breaks, days closed and opened again, holidays decided on."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from queue_app import opening, opening_hours
from tests.office import Desk
from tests.routes.managing import Manager

PAGE = "/manage/calendar"
FRIDAY = date(2026, 11, 27)
WORKDAYS = {
    f"{day}-{end}": time
    for day in ("mon", "tue", "wed", "thu")
    for end, time in (("opens", "08:00"), ("closes", "16:00"))
}
WEEK: dict[str, Any] = {**WORKDAYS, "fri-opens": ["13:30", "08:00"], "fri-closes": ["16:00", "11:30"]}
ALL_DAY = ["mon-sun 00:00-24:00"]


@pytest.fixture
def manager(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Manager:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    return Manager(app, desk.db)


def hours(desk: Desk, service: str = "") -> list[str]:
    with desk.db.read() as session:
        return opening_hours.lines(session, desk.office(session), desk.service(session, service) if service else None)


def closed(desk: Desk) -> dict[date, str]:
    with desk.db.read() as session:
        return opening.closed_days(session, desk.office(session), desk.now.date(), date(2027, 12, 31))


def test_a_week_with_a_break_on_friday(manager: Manager, desk: Desk) -> None:
    manager.open(PAGE)
    assert manager.send(f"{PAGE}/hours", do="save", **WEEK).status_code == 303
    assert hours(desk) == ["mon-thu 08:00-16:00", "fri 08:00-11:30 13:30-16:00"]
    assert manager.history() == [("hours", {"hours": ALL_DAY}, {"hours": hours(desk)})]
    page = manager.open(PAGE)
    assert 'name="fri-closes" value="11:30"' in page
    assert 'name="sat-opens"' not in page


def test_spans_are_added_taken_away_and_copied_on_the_page_alone(manager: Manager, desk: Desk) -> None:
    page = manager.send(f"{PAGE}/hours", do="add-sat", **WEEK).text
    assert page.count('name="sat-opens"') == 1
    page = manager.send(f"{PAGE}/hours", do="remove-fri-0", **WEEK).text
    assert [f'name="fri-opens" value="{time}"' in page for time in ("08:00", "13:30")] == [True, False]
    page = manager.send(f"{PAGE}/hours", do="copy", copy_from="fri", copy_to=["sat", "sun"], **WEEK).text
    assert page.count('name="sun-closes" value="11:30"') == 1
    assert hours(desk) == ALL_DAY
    assert manager.history() == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"mon-opens": "16:00", "mon-closes": "08:00"}, "“16:00-08:00” tutup sebelum buka"),
        ({"mon-opens": "08:00", "mon-closes": ""}, "“08:00-” bukan jam"),
        ({"fri-opens": ["08:00", "11:00"], "fri-closes": ["12:00", "16:00"]}, "bertumpuk"),
        (dict.fromkeys(WEEK, ""), "harus buka paling sedikit satu hari"),
    ],
)
def test_hours_that_cannot_be_are_said_at_their_day(
    manager: Manager, desk: Desk, typed: dict[str, Any], words: str
) -> None:
    refused = manager.send(f"{PAGE}/hours", do="save", **{**WEEK, **typed})
    assert refused.status_code == 422
    assert words in refused.text
    assert 'name="tue-opens" value="08:00"' in refused.text or "harus buka" in words  # what was typed stays
    assert hours(desk) == ALL_DAY


def agreement(asked: TestResponse) -> str:
    """What the button says yes to."""
    return asked.text.partition('name="agreed" value="')[2].partition('"')[0]


def test_who_is_booked_outside_is_counted_and_agreed_to(manager: Manager, desk: Desk) -> None:
    desk.book(day=FRIDAY, slot=720)  # in the break
    desk.book(day=FRIDAY, slot=600)
    manager.open(PAGE)
    asked = manager.send(f"{PAGE}/hours", do="save", **WEEK)
    assert asked.status_code == 409
    assert "Jumat, 27 November 2026: 1 pendaftaran akan berada di luar jam buka" in asked.text
    assert 'name="fri-closes" value="11:30"' in asked.text
    assert hours(desk) == ALL_DAY
    desk.book(day=FRIDAY, slot=750)  # meanwhile one more
    more = manager.send(f"{PAGE}/hours", agreed=agreement(asked), **WEEK)
    assert more.status_code == 409
    assert manager.send(f"{PAGE}/hours", agreed=agreement(more), **WEEK).status_code == 303
    assert hours(desk)[1] == "fri 08:00-11:30 13:30-16:00"
    assert manager.send(f"{PAGE}/hours", do="save", **WEEK).status_code == 409  # an old page, see below
    manager.open(PAGE)
    assert manager.send(f"{PAGE}/hours", do="save", **WEEK).status_code == 303  # nobody anew


def test_of_two_managers_the_second_is_told_what_the_first_did(manager: Manager, desk: Desk) -> None:
    manager.open(PAGE)
    old = manager.seen
    assert manager.send(f"{PAGE}/hours", do="save", **WEEK).status_code == 303
    late = manager.send(f"{PAGE}/hours", do="save", **{**WEEK, "mon-opens": "09:00", "seen": old})
    assert late.status_code == 409
    assert "mon-thu 08:00-16:00" in late.text
    assert 'name="mon-opens" value="09:00"' in late.text
    assert hours(desk)[0] == "mon-thu 08:00-16:00"
    again = manager.send(f"{PAGE}/hours", do="save", **{**WEEK, "mon-opens": "09:00"})  # with what it now has seen
    assert again.status_code == 303
    assert hours(desk)[0] == "mon 09:00-16:00"


def test_a_service_has_hours_of_its_own_until_it_follows_the_office(manager: Manager, desk: Desk) -> None:
    assert 'name="tue-opens" value="00:00"' in manager.open(f"{PAGE}?service=B")  # the office's, to begin with
    typed = {"tue-opens": "09:00", "tue-closes": "00:00"}
    assert manager.send(f"{PAGE}/hours", do="save", service="B", **typed).location == f"{PAGE}?service=B"
    assert hours(desk, "B") == ["tue 09:00-24:00"]
    assert 'value="as-office"' in manager.open(f"{PAGE}?service=B")
    assert manager.send(f"{PAGE}/hours", do="as-office", service="B", **typed).status_code == 303
    assert hours(desk, "B") == []
    assert manager.send(f"{PAGE}/hours", do="save", service="Z", **typed).status_code == 404


def test_days_are_closed_and_opened_again(manager: Manager, desk: Desk) -> None:
    desk.book(day=FRIDAY)
    manager.open(PAGE)
    typed = {"day": "2026-11-26", "until": "2026-11-28", "reason": "Pemeliharaan <listrik>"}
    asked = manager.send(f"{PAGE}/close", **typed)
    assert asked.status_code == 409
    assert "27 November 2026: 1 pendaftaran" in asked.text
    assert closed(desk) == {}
    assert manager.send(f"{PAGE}/close", agreed=agreement(asked), **typed).status_code == 303
    assert closed(desk) == {date(2026, 11, day): "Pemeliharaan <listrik>" for day in (26, 27, 28)}
    page = manager.open(PAGE)
    assert "Pemeliharaan &lt;listrik&gt;" in page
    assert manager.send(f"{PAGE}/open", day="2026-11-27").status_code == 303
    assert FRIDAY not in closed(desk)
    assert [subject for subject, _, _ in manager.history()] == [f"day:2026-11-{day}" for day in (26, 27, 28, 27)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": "", "reason": "x"}, "Isi tanggalnya"),
        ({"day": "2026-11-23", "reason": "x"}, "sudah lewat"),
        ({"day": "2026-11-26", "until": "2026-11-25", "reason": "x"}, "sama atau sesudahnya"),
        ({"day": "2026-11-26", "until": "2027-11-25", "reason": "x"}, "paling banyak 31 hari"),
        ({"day": "2026-11-26", "reason": " "}, "Tulis alasannya"),
        ({"day": "2026-11-26", "reason": "x" * 121}, "paling banyak 120 huruf"),
    ],
)
def test_a_day_that_cannot_be_closed_is_said_at_its_field(
    manager: Manager, desk: Desk, typed: dict[str, Any], words: str
) -> None:
    refused = manager.send(f"{PAGE}/close", **typed)
    assert refused.status_code == 422
    assert words in refused.text
    assert closed(desk) == {}


def test_holidays_are_loaded_as_suggestions_and_decided_on(manager: Manager, desk: Desk) -> None:
    christmas = date(2026, 12, 25)
    assert manager.send(f"{PAGE}/load", year="2026").status_code == 303
    assert closed(desk) == {}
    page = manager.open(PAGE)
    assert "Jumat, 25 Desember 2026" in page
    assert "usulan" in page
    assert manager.send(f"{PAGE}/confirm", year="2026").status_code == 303
    assert christmas in closed(desk)
    manager.open(PAGE)
    assert manager.send(f"{PAGE}/open", day=christmas.isoformat()).status_code == 303
    assert christmas not in closed(desk)
    manager.open(PAGE)
    assert manager.send(f"{PAGE}/close", day=christmas.isoformat()).status_code == 303  # for the holiday it is
    assert "Natal" in closed(desk)[christmas]
    assert manager.send(f"{PAGE}/load", year="1800").status_code == 422


def test_confirming_holidays_asks_before_it_leaves_somebody_outside(manager: Manager, desk: Desk) -> None:
    manager.send(f"{PAGE}/load", year="2026")
    desk.book(day=date(2026, 12, 24))
    manager.open(PAGE)
    asked = manager.send(f"{PAGE}/confirm", year="2026")
    assert asked.status_code == 409
    assert closed(desk) == {}
    assert manager.send(f"{PAGE}/confirm", year="2026", agreed=agreement(asked)).status_code == 303
    assert date(2026, 12, 24) in closed(desk)


def open_at(desk: Desk, day: date, service: str = "A") -> list[tuple[int, int]]:
    with desk.db.read() as session:
        of_day = opening.calendar(session, desk.office(session), day, day)
        return of_day.intervals(desk.service(session, service), day)


def test_a_day_has_hours_of_its_own_until_it_has_not(manager: Manager, desk: Desk) -> None:
    desk.book(day=FRIDAY, slot=600)
    desk.book(day=FRIDAY, slot=480)
    manager.open(PAGE)
    typed: dict[str, Any] = {"day": FRIDAY.isoformat(), "reason": "Rapat kota"}
    typed |= {"special-opens": ["13:30", "08:00"], "special-closes": ["15:00", "10:00"]}
    asked = manager.send(f"{PAGE}/close", **typed)
    assert asked.status_code == 409
    assert "1 pendaftaran akan berada di luar jam buka" in asked.text
    assert 'name="special-closes" value="15:00"' in asked.text
    assert open_at(desk, FRIDAY) == [(0, 1440)]
    assert manager.send(f"{PAGE}/close", agreed=agreement(asked), **typed).status_code == 303
    assert open_at(desk, FRIDAY) == [(480, 600), (810, 900)]
    assert closed(desk) == {}
    assert manager.history()[-1][2] == {"hours": "08:00-10:00 13:30-15:00", "reason": "Rapat kota"}
    assert "jam khusus 08:00-10:00 13:30-15:00" in manager.open(PAGE)
    assert "08:00–10:00, 13:30–15:00" in manager.client.get("/o/senapelan").text
    assert manager.send(f"{PAGE}/open", day=FRIDAY.isoformat()).status_code == 303
    assert open_at(desk, FRIDAY) == [(0, 1440)]


def test_special_hours_open_a_holiday_and_bound_a_service_of_own_hours(manager: Manager, desk: Desk) -> None:
    christmas = date(2026, 12, 25)
    manager.send(f"{PAGE}/load", year="2026")
    manager.send(f"{PAGE}/confirm", year="2026")
    manager.open(f"{PAGE}?service=B")
    manager.send(f"{PAGE}/hours", do="save", service="B", **{"fri-opens": "09:00", "fri-closes": "12:00"})
    assert open_at(desk, christmas) == []
    manager.open(PAGE)
    typed = {"day": christmas.isoformat(), "special-opens": "08:00", "special-closes": "10:00"}
    assert manager.send(f"{PAGE}/close", **typed).status_code == 303
    assert open_at(desk, christmas) == [(480, 600)]
    assert open_at(desk, christmas, "B") == [(540, 600)]
    manager.open(PAGE)
    assert manager.send(f"{PAGE}/open", day=christmas.isoformat()).status_code == 303
    assert open_at(desk, christmas) == []  # the holiday again, as it was decided


def test_special_hours_that_cannot_be_are_said_there(manager: Manager, desk: Desk) -> None:
    typed = {"day": FRIDAY.isoformat(), "reason": "Rapat", "special-opens": "10:00", "special-closes": "08:00"}
    refused = manager.send(f"{PAGE}/close", **typed)
    assert refused.status_code == 422
    assert "“10:00-08:00” tutup sebelum buka" in refused.text
    assert open_at(desk, FRIDAY) == [(0, 1440)]
