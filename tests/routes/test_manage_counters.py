"""The administrator's counters and what officers can do: set on pages as by the commands, and refused in words."""

import re

import pytest
from flask import Flask

from queue_app import counter_settings
from tests.office import Desk
from tests.routes.managing import Manager

COUNTERS, SKILLS = "/manage/counters", "/manage/skills"


@pytest.fixture
def manager(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Manager:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    return Manager(app, desk.db)


def takes(desk: Desk, number: int) -> tuple[str, str]:
    with desk.db.read() as session:
        counter = counter_settings.find(session, desk.office(session), number)
        return counter_settings.services_text(session, counter), counter.pool.code if counter.pool else ""


def numbers(desk: Desk) -> list[int]:
    with desk.db.read() as session:
        return [counter.number for counter in desk.office(session).counters]


def skills(desk: Desk, officer: str) -> str:
    with desk.db.read() as session:
        return counter_settings.skills_text(session, desk.user(session, officer))


def row(desk: Desk, officer: str, *codes: str) -> dict[str, object]:
    """A row of the table as the form sends it; without codes: everything."""
    with desk.db.read() as session:
        who = desk.user(session, officer).id
    return {"officer": [str(who)]} | ({f"can-{who}": list(codes)} if codes else {f"all-{who}": "yes"})


def test_a_counter_takes_what_is_chosen_in_its_order(manager: Manager, desk: Desk) -> None:
    desk.open("petugas2", 2)
    page = manager.open(COUNTERS)
    assert "Petugas 2" in page
    typed = {"takes-A": "2", "takes-B": "1", "takes-C": "0", "takes-D": "99", "pool": ""}
    assert manager.send(f"{COUNTERS}/3/change", **typed).status_code == 303
    assert takes(desk, 3) == ("B:1,A:2", "")
    assert manager.history()[0][2] == {"services": "B:1,A:2"}


def test_who_joins_a_pool_takes_what_it_takes(manager: Manager, desk: Desk) -> None:
    manager.open(COUNTERS)
    manager.send(f"{COUNTERS}/1/change", **{"takes-A": "1", "pool": "depan"})
    manager.open(COUNTERS)
    assert takes(desk, 1) == ("A:1", "depan")
    services, _ = takes(desk, 2)
    same = {f"takes-{part.split(':')[0]}": part.split(":")[1] for part in services.split(",")}
    assert manager.send(f"{COUNTERS}/2/change", pool="depan", **same).status_code == 303
    assert takes(desk, 2) == ("A:1", "depan")


@pytest.mark.parametrize("pool", ["ruang depan", "none", "x" * 41])
def test_a_pool_that_cannot_be_is_refused_and_what_was_chosen_stays(manager: Manager, desk: Desk, pool: str) -> None:
    before = takes(desk, 3)
    manager.open(COUNTERS)
    refused = manager.send(f"{COUNTERS}/3/change", **{"takes-B": "7", "pool": pool})
    assert refused.status_code == 422
    assert "Kode kelompok: paling banyak 40" in refused.text
    assert re.search(r'id="3-takes-B".*?value="7" selected', refused.text, re.DOTALL)
    assert takes(desk, 3) == before


def test_counters_are_added_and_taken_out_of_use_and_brought_back(manager: Manager, desk: Desk) -> None:
    there = numbers(desk)
    manager.open(COUNTERS)
    assert manager.send(f"{COUNTERS}/add", number="17").status_code == 303
    assert numbers(desk) == [*there, 17]
    twice = manager.send(f"{COUNTERS}/add", number="17")
    assert twice.status_code == 422
    assert "Loket 17 sudah ada" in twice.text
    assert manager.send(f"{COUNTERS}/add", number="0").status_code == 422
    assert manager.send(f"{COUNTERS}/add", number="1000").status_code == 422
    manager.open(COUNTERS)
    assert manager.send(f"{COUNTERS}/17/retire").status_code == 303
    assert numbers(desk) == there
    assert "Pakai lagi loket 17" in manager.open(COUNTERS)
    assert manager.send(f"{COUNTERS}/add", number="17").status_code == 303
    assert numbers(desk) == [*there, 17]


def test_a_counter_with_an_officer_stays(manager: Manager, desk: Desk) -> None:
    desk.open("petugas1", 1)
    manager.open(COUNTERS)
    refused = manager.send(f"{COUNTERS}/1/retire")
    assert refused.status_code == 409
    assert "Loket 1 sedang dibuka. Tutup dahulu." in refused.text
    assert 1 in numbers(desk)
    assert manager.send(f"{COUNTERS}/88/retire").status_code == 404


def test_of_two_managers_the_second_is_told(manager: Manager, desk: Desk) -> None:
    manager.open(COUNTERS)
    old = manager.seen
    manager.send(f"{COUNTERS}/1/change", **{"takes-A": "1", "pool": "depan"})
    other = manager.send(f"{COUNTERS}/2/change", seen=old, **{"takes-B": "1", "pool": ""})
    assert other.status_code == 303  # another counter is nobody's business
    late = manager.send(f"{COUNTERS}/1/change", seen=old, **{"takes-C": "1", "pool": ""})
    assert late.status_code == 409
    assert "A:1" in late.text
    assert takes(desk, 1) == ("A:1", "depan")
    skilled = row(desk, "petugas1", "A")
    manager.open(SKILLS)
    old = manager.seen
    assert manager.send(SKILLS, **skilled).status_code == 303
    assert manager.send(SKILLS, **{**row(desk, "petugas1", "B"), "seen": old}).status_code == 409
    assert skills(desk, "petugas1") == "A"


def test_the_table_of_skills_is_saved_as_a_whole(manager: Manager, desk: Desk) -> None:
    manager.open(SKILLS)
    first, second = row(desk, "petugas1", "A", "C"), row(desk, "petugas2")
    both = {**first, **second, "officer": [*first["officer"], *second["officer"]]}  # type: ignore[misc]
    assert manager.send(SKILLS, **both).status_code == 303
    assert (skills(desk, "petugas1"), skills(desk, "petugas2"), skills(desk, "petugas3")) == ("A,C", "all", "all")
    assert [subject for subject, _, _ in manager.history()] == ["officer:petugas1"]  # who did not change has no row
    manager.open(SKILLS)
    assert manager.send(SKILLS, **row(desk, "petugas1")).status_code == 303
    assert skills(desk, "petugas1") == "all"


def test_a_row_with_nothing_in_it_keeps_all_from_being_saved(manager: Manager, desk: Desk) -> None:
    manager.open(SKILLS)
    first, second = row(desk, "petugas1", "A"), row(desk, "petugas2", "no such service")
    both = {**first, **second, "officer": [*first["officer"], *second["officer"]]}  # type: ignore[misc]
    refused = manager.send(SKILLS, **both)
    assert refused.status_code == 422
    assert "Belum ada yang dipilih" in refused.text
    assert refused.text.count('value="A" aria-label') or 'value="A"' in refused.text
    assert (skills(desk, "petugas1"), skills(desk, "petugas2")) == ("all", "all")


def test_services_that_nobody_takes_are_named(manager: Manager, desk: Desk) -> None:
    assert "tidak diterima loket mana pun" not in manager.open(COUNTERS)
    for number in numbers(desk):
        desk.equip(number, "B:1")
    assert "A · Akta kelahiran tidak diterima loket mana pun" in manager.open(COUNTERS)
