"""What a board says, and that it says it of one instant."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from queue_app import tickets
from queue_app.database import Database
from queue_app.display import board
from queue_app.errors import NotFound
from queue_app.models import Ticket, VoiceReading
from queue_app.personal import Holder
from queue_app.speech.clip_bank import ClipBank
from queue_app.speech.engine import Engine, EngineName
from queue_app.speech.studio import Studio
from tests.office import SLUG, Desk


def board_of(desk: Desk) -> dict[str, Any]:
    with desk.db.read() as session:
        return board.snapshot(session, board.find_office(session, SLUG), desk.now)


SILENT = Studio(Engine(EngineName.NONE), ClipBank(Path("no such folder")), Path("no such folder"))


def announced(desk: Desk, studio: Studio = SILENT) -> list[dict[str, Any]]:
    with desk.db.read() as session:
        return board.announcements(session, board.find_office(session, SLUG), desk.now, studio)


def call(desk: Desk, officer: int = 1) -> Ticket:
    called = desk.call_next(f"petugas{officer}", officer)
    assert called is not None
    return called


def test_an_empty_office_has_an_empty_board(desk: Desk) -> None:
    shown = board_of(desk)
    assert (shown["now_serving"], shown["recent"], shown["open_counters"]) == ([], [], 0)
    assert [(w["service"], w["count"]) for w in shown["waiting"]] == [(code, 0) for code in "ABCDEF"]
    assert shown["office"] == SLUG
    assert shown["as_of"] == "2026-11-24T09:00:00.000+07:00"


def test_of_calls_in_the_same_moment_the_later_one_is_the_newest(desk: Desk) -> None:
    for officer in (1, 2):
        desk.open(f"petugas{officer}", officer)
        desk.join("A")
    first, second = call(desk), call(desk, 2)
    assert [each["label"] for each in board_of(desk)["now_serving"]] == [second.label, first.label]
    desk.act(tickets.recall, first)
    assert [each["label"] for each in board_of(desk)["now_serving"]] == [first.label, second.label]


def test_it_shows_who_is_called_where_and_how_many_wait(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    for service in "AABC":
        desk.join(service)
    desk.wait(minutes=1)
    first = call(desk)
    desk.wait(minutes=1)
    second = call(desk, 2)
    desk.act(tickets.start, first)
    shown = board_of(desk)
    assert shown["now_serving"] == [
        {
            "label": second.label,
            "counter": 2,
            "state": "CALLED",
            "called_at": "2026-11-24T09:02:00.000+07:00",
            "service": "A",
        },
        {
            "label": first.label,
            "counter": 1,
            "state": "SERVING",
            "called_at": "2026-11-24T09:01:00.000+07:00",
            "service": "A",
        },
    ]
    assert {w["service"]: w["count"] for w in shown["waiting"] if w["count"]} == {"B": 1, "C": 1}
    assert shown["waiting"][0]["name"] == {"id": "Akta kelahiran", "en": "Birth certificate"}
    assert shown["open_counters"] == 2


def test_a_paused_counter_is_not_open(desk: Desk) -> None:
    desk.open()
    desk.pause()
    assert board_of(desk)["open_counters"] == 0


def test_a_recall_is_the_newest_call(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    desk.join()
    desk.join()
    first = call(desk)
    desk.wait(seconds=20)
    call(desk, 2)
    desk.wait(seconds=20)
    desk.act(tickets.recall, first)
    assert [entry["counter"] for entry in board_of(desk)["now_serving"]] == [1, 2]


def test_recent_has_each_ticket_once_newest_first_and_none_that_is_at_a_counter(desk: Desk) -> None:
    desk.open()
    served = desk.serve(minutes=2)
    desk.join()
    missed = call(desk)
    desk.wait(minutes=1)
    missed = desk.act(tickets.recall, missed)
    recalled_at = desk.now
    desk.act(tickets.no_show, missed)
    desk.join()
    present = call(desk)
    shown = board_of(desk)
    assert [(entry["label"], entry["state"]) for entry in shown["recent"]] == [
        (missed.label, "NO_SHOW"),
        (served.label, "SERVED"),
    ]
    assert datetime.fromisoformat(shown["recent"][0]["called_at"]) == recalled_at
    assert shown["recent"][0]["counter"] == 1
    assert [entry["label"] for entry in shown["now_serving"]] == [present.label]


def test_recent_is_bounded_and_of_today(desk: Desk) -> None:
    desk.open()
    for _ in range(board.RECENT + 3):
        desk.serve(seconds=90)
    shown = board_of(desk)
    assert [entry["label"] for entry in shown["recent"]] == [f"A-{n:03d}" for n in range(13, 3, -1)]
    desk.wait(days=1)
    assert board_of(desk)["recent"] == []


def test_it_never_holds_a_name_a_phone_or_an_id(desk: Desk) -> None:
    desk.open()
    holder = Holder(name="Siti Rahma", phone="081234567890", nik="1471055708900001")
    ticket = desk.join(holder=holder)
    call(desk)
    with desk.db.read() as session:
        text = json.dumps(board.message(session, board.find_office(session, SLUG), desk.now, SILENT))
    for secret in ("Siti", "Rahma", "0812", "1471", "0001", "petugas", ticket.public_id):
        assert secret not in text.replace(ticket.label, "")


def test_its_version_is_the_last_event_of_the_same_instant(desk: Desk, database_url: str) -> None:
    desk.join()
    other = Desk(Database(database_url), desk.now)
    with desk.db.read() as session:
        office = board.find_office(session, SLUG)
        other.join("B")  # committed by another connection after this snapshot began
        shown = board.snapshot(session, office, desk.now)
    assert shown["version"] == desk.events()[-2].seq
    assert {w["service"]: w["count"] for w in shown["waiting"] if w["count"]} == {"A": 1}
    assert board_of(desk)["version"] == desk.events()[-1].seq
    other.db.dispose()


def test_an_unknown_office_has_no_board(desk: Desk) -> None:
    with desk.db.read() as session, pytest.raises(NotFound) as refused:
        board.find_office(session, "tidak-ada")
    assert refused.value.code == "unknown_office"


def test_a_call_is_announced_for_a_minute(desk: Desk) -> None:
    desk.open("petugas3", 3)
    ticket = desk.join()
    call(desk, 3)
    assert announced(desk) == [
        {
            "id": desk.events(ticket)[-1].seq,
            "label": "A-001",
            "counter": 3,
            "at": "2026-11-24T09:00:00.000+07:00",
            "text_id": "Nomor antrean A nol nol satu, silakan menuju loket tiga.",
            "text_en": "Queue number A zero zero one, please go to counter three.",
            "audio": [],
        }
    ]
    desk.wait(seconds=59)
    assert len(announced(desk)) == 1
    desk.wait(seconds=1)
    assert announced(desk) == []


def test_a_recall_is_announced_again_in_its_order(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    desk.join()
    desk.join()
    first = call(desk)
    desk.wait(seconds=5)
    call(desk, 2)
    desk.wait(seconds=5)
    first = desk.act(tickets.recall, first)
    assert [a["label"] for a in announced(desk)] == ["A-001", "A-002", "A-001"]
    desk.act(tickets.start, first)
    assert len(announced(desk)) == 3


@pytest.mark.parametrize("move", [tickets.put_back, tickets.no_show, tickets.transfer], ids=lambda move: move.__name__)
def test_a_call_that_was_taken_back_is_not_announced_any_more(desk: Desk, move: Callable[..., Ticket]) -> None:
    desk.open()
    desk.open("petugas2", 2)
    desk.join()
    first = call(desk)
    desk.act(move, first, *(["B"] if move is tickets.transfer else []))
    assert announced(desk) == []


def test_called_anew_after_a_return_only_the_new_call_is_announced(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    ticket = desk.join()
    desk.act(tickets.put_back, call(desk))
    desk.wait(seconds=5)
    call(desk)
    (again,) = announced(desk)
    assert again["id"] == desk.events(ticket)[-1].seq


def test_it_names_a_recording_for_each_language_that_can_be_said(desk: Desk, tmp_path: Path) -> None:
    studio = Studio(Engine(), ClipBank(tmp_path / "clips"), tmp_path / "made")
    desk.change_office(voice_languages=["id", "min", "en"])
    desk.open()
    desk.join()
    call(desk)
    (announcement,) = announced(desk, studio)
    assert [made["language"] for made in announcement["audio"]] == ["id", "en"], "nobody recorded Minangkabau"
    for made in announcement["audio"]:
        assert re.fullmatch(rf"/display/{SLUG}/voice/[0-9a-f]{{32}}\.ogg", made["url"])
    desk.change_office(voice=False)
    assert announced(desk, studio)[0]["audio"] == []


def test_the_office_says_how_numbers_are_read(desk: Desk) -> None:
    desk.change_office(voice_reading=VoiceReading.NUMBER)
    desk.open("petugas3", 3)
    for _ in range(12):
        desk.serve(officer="petugas3", counter=3, seconds=61)
    desk.join()
    call(desk, 3)
    (announcement,) = announced(desk)
    assert announcement["text_id"] == "Nomor antrean A tiga belas, silakan menuju loket tiga."
    assert announcement["text_en"] == "Queue number A thirteen, please go to counter three."
