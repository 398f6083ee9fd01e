"""When to leave for the office: on the ticket's page without any script, and for programs."""

from datetime import date

import pytest
from flask import Flask

from queue_app import clock
from tests.office import Desk
from tests.routes.api.program import Program, refusal
from tests.routes.browsing import Person

TOMORROW = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def visitor(app: Flask) -> Person:
    return Person(app)


@pytest.fixture
def program(app: Flask, desk: Desk) -> Program:
    return Program(app, desk.db)


def shown(page: str, part: str) -> bool:
    """Whether the part of the answer that ``data-leave-...`` names stands on the page and is not hidden."""
    return "hidden" not in page.split(f"data-leave-{part}", 1)[1].split(">", 1)[0]


def test_a_booked_slot_less_the_way_less_the_margin_kept_for_the_next_ticket(visitor: Person, desk: Desk) -> None:
    path = f"/t/{desk.book(day=TOMORROW, slot=600).public_id}"
    assert not shown(visitor.open(path).text, "answer")
    visitor.press(f"{path}/way", way="25")
    page = visitor.open(path).text
    assert shown(page, "later")
    assert "09:25</b> WIB" in page
    assert "08:25</b> WIB" in visitor.open(f"/t/{desk.book(day=TOMORROW, slot=540).public_id}").text


@pytest.mark.parametrize("typed", ["-5", "9999", "601", "", "soon", "٣٠", "1e2"])
def test_a_way_that_cannot_be_is_refused_in_words(visitor: Person, desk: Desk, typed: str) -> None:
    path = f"/t/{desk.book(day=TOMORROW, slot=600).public_id}"
    visitor.open(path)
    answer = visitor.press(f"{path}/way", way=typed)
    assert answer.status_code == 422
    assert "isi angka 0 sampai 600 menit" in answer.text
    assert not shown(answer.text, "answer")


def test_a_slot_of_today_ends_in_go_now_and_then_in_nothing(program: Program, desk: Desk) -> None:
    """At 09:00: a slot at 10:00 to 10:30, and an hour of grace."""
    ticket = desk.book(slot=600)

    def leave_by() -> str | None:
        found: str | None = program.get(f"/tickets/{ticket.public_id}?way_minutes=60").get_json().get("leave_by")
        return found

    assert leave_by() == "2026-11-24T08:50:00.000+07:00"  # go now
    desk.wait(minutes=150)
    assert leave_by() is not None
    desk.wait(minutes=1)
    assert leave_by() is None


def test_the_low_end_of_the_range_counts_while_waiting_and_nothing_after_the_call(
    program: Program, visitor: Person, desk: Desk
) -> None:
    desk.open()
    for _ in range(12):
        desk.join("A")
    last = desk.join("A")
    path = f"/t/{last.public_id}"
    ticket = program.get(f"/tickets/{last.public_id}?way_minutes=5").get_json()
    minutes = ticket["estimate"]["low_minutes"] - 15
    assert minutes > 0
    assert ticket["leave_by"].startswith(f"2026-11-24T{9 + minutes // 60:02d}:{minutes % 60:02d}")
    visitor.open(path)
    visitor.press(f"{path}/way", way="600")
    assert shown(visitor.open(path).text, "now")
    desk.call_chosen(last, note="uji")
    assert "leave_by" not in program.get(f"/tickets/{last.public_id}?way_minutes=5").get_json()
    assert "hidden" in visitor.open(path).text.split('id="leave"', 1)[1].split(">", 1)[0]


def test_without_a_slot_or_a_counter_it_says_that_it_is_not_known(visitor: Person, desk: Desk) -> None:
    for ticket, words in ((desk.book(), "tanpa jam kedatangan"), (desk.join(), "Belum diketahui kapan giliran Anda")):
        path = f"/t/{ticket.public_id}"
        visitor.open(path)
        visitor.press(f"{path}/way", way="20")
        page = visitor.open(path).text
        assert shown(page, "unknown")
        assert words in page


@pytest.mark.parametrize("asked", ["-5", "9999", "soon", "1.5"])
def test_a_program_with_a_way_that_cannot_be_is_told_so(program: Program, desk: Desk, asked: str) -> None:
    answer = program.get(f"/tickets/{desk.join().public_id}?way_minutes={asked}")
    assert refusal(answer) == (422, "invalid_request")
    assert "leave_by" not in program.get(f"/tickets/{desk.join().public_id}").get_json()
