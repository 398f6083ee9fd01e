"""What is not archived, and what nobody can do to archived rows."""

from collections.abc import Callable

import pytest
from sqlalchemy.exc import DBAPIError

from queue_app.archived.packing import Packed
from queue_app.errors import QueueError
from queue_app.event_months import archive, back, waiting
from tests.event_months.log import DECEMBER, NOVEMBER, ROWS, breaches, in_months, run
from tests.event_months.old_months import archive_all, claim, complain, decide, rewrite
from tests.office import Desk

pytestmark = pytest.mark.postgresql


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        (lambda row: Packed(row.id, row.text.replace("2026-11-", "2026-10-")), 1),
        (lambda row: Packed(row.id, row.text.replace('"seq":20,', '"seq":77,')), 20),
        (lambda row: Packed(row.id, row.text.replace('"action"', "action")), 1),
    ],
    ids=["another time", "a row is gone", "no JSON"],
)
def test_what_is_packed_cannot_be_changed_unnoticed(old: Desk, change: Callable[[Packed], Packed], seq: int) -> None:
    archive_all(old)
    rewrite(old, change)
    [breach] = breaches(old)
    assert getattr(breach, "seq", None) == seq
    with pytest.raises((QueueError, ValueError)):
        back.bring_back(old.db, NOVEMBER if seq == 1 else DECEMBER, old.now)


def test_the_database_refuses_to_change_or_remove_packed_rows(old: Desk) -> None:
    archive_all(old)
    for table in ("archived_day", "archived_run"):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET month = '2026-10'", f"TRUNCATE {table}"):
            with pytest.raises(DBAPIError, match="the log is append-only"):
                run(old.db, change)


def test_a_log_that_is_not_whole_is_not_archived(old: Desk) -> None:
    run(old.db, "ALTER TABLE event_months.y2026m11 DISABLE TRIGGER ALL")
    run(old.db, "UPDATE event SET reason = 'another' WHERE seq = 5")
    with pytest.raises(QueueError, match="log_not_whole"):
        archive.carry_out(old.db, NOVEMBER, old.now)
    assert run(old.db, "SELECT count(*) FROM archived_day") == [(0,)]
    assert "event_months.y2026m11" in in_months(old)


def test_packed_rows_that_are_not_those_of_the_table_keep_it(old: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # Between the two transactions somebody changes what was packed.
    other = lambda row: Packed(row.id, row.text.replace('"seq":5,', '"seq":5,"reason":"x",'))  # noqa: E731
    monkeypatch.setattr(waiting, "for_those_before", lambda _database: rewrite(old, other))
    before = run(old.db, ROWS)
    with pytest.raises(RuntimeError, match="about to be lost"):
        archive.carry_out(old.db, NOVEMBER, old.now)
    assert run(old.db, ROWS) == before
    assert breaches(old) == []


@pytest.mark.parametrize("what", ["young", "ticket", "shift", "claim", "complaint"])
def test_a_month_stays_while_something_in_it_is_not_over(desk: Desk, what: str) -> None:
    desk.open()
    ticket = desk.serve("A", minutes=4)
    if what == "claim":
        claim(desk, ticket)
    if what == "complaint":
        complain(desk, ticket)
    if what == "ticket":
        desk.join("A")
    if what != "shift":
        desk.close()
    desk.wait(days=700 if what == "young" else 800)
    code = {"young": "month_too_young", "ticket": "month_has_live_tickets"}.get(what, f"month_has_open_{what}s")
    with pytest.raises(QueueError, match=code):
        archive.carry_out(desk.db, NOVEMBER, desk.now)
    assert run(desk.db, "SELECT count(*) FROM archived_day") == [(0,)]
    if what == "claim":
        decide(desk, ticket)
        archive.carry_out(desk.db, NOVEMBER, desk.now)
