"""Old months leave the log while the office goes on, and nothing that was in them is lost or another."""

import multiprocessing
import threading
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask

from metrics.periods import Period
from queue_app import accounts, contested, history, visit_days
from queue_app.archived.packing import Packed
from queue_app.audit import story
from queue_app.claims import Verdict
from queue_app.database import Database
from queue_app.errors import Forbidden, QueueError
from queue_app.event_months import archive, back, waiting
from queue_app.models import Ticket
from tests.event_months.log import NOVEMBER, ROWS, breaches, in_months, run
from tests.event_months.old_months import LEFT, Command, archive_all, claim, decide, figures, rewrite
from tests.office import Desk
from tests.services.waiting import wait_until

pytestmark = pytest.mark.postgresql

STARTS_WITHIN_S = 60


def test_kept_days_are_made_anew_from_archived_rows(old: Desk) -> None:
    # As after every new version that folds otherwise.
    with old.db.read() as session:
        office_id = old.office(session).id
    archive_all(old)
    assert visit_days.rebuild(old.db, office_id, old.now) > 800
    with old.db.read() as session:
        assert visit_days.first_difference(session, old.office(session))[1] is None
        legs = visit_days.legs(
            session, old.office(session), Period(date(2026, 11, 1), date(2026, 12, 31), old.office(session).zone)
        )
        assert len(legs) == 6


def test_the_office_goes_on_also_when_all_it_did_is_archived(desk: Desk) -> None:
    desk.open()
    desk.serve("A", minutes=4)
    desk.close()
    desk.wait(days=800)
    archive.carry_out(desk.db, NOVEMBER, desk.now)
    assert run(desk.db, "SELECT count(*) FROM event") == [(0,)]
    desk.open()
    ticket = desk.serve("A", minutes=4)
    assert breaches(desk) == []
    with desk.db.read() as session:
        assert all(one.fits for one in story.of(session, session.get_one(Ticket, ticket.id)))


def test_it_is_written_into_the_history_of_the_settings(old: Desk) -> None:
    archive.carry_out(old.db, NOVEMBER, old.now)
    back.bring_back(old.db, NOVEMBER, old.now)
    query = "SELECT subject, after FROM configuration_change WHERE subject LIKE 'log:%' ORDER BY seq"
    (first, done), (second, undone) = run(old.db, query)
    assert first == second == "log:2026-11"
    assert isinstance(done, dict)
    assert done["archived"] == 13
    assert [run[:2] for run in done["runs"]] == [[1, 13]]
    assert undone == {"archived": 0}


def test_a_visit_is_told_whole_and_its_rows_are_held_against_their_digests(old: Desk) -> None:
    with old.db.read() as session:
        ticket = session.query(Ticket).order_by(Ticket.id).first()
        assert ticket is not None
        before = [(one.name, one.seq, one.counter, one.fits) for one in story.of(session, ticket)]
    archive_all(old)
    with old.db.read() as session:
        assert [(one.name, one.seq, one.counter, one.fits) for one in story.of(session, ticket)] == before
    rewrite(old, lambda row: Packed(row.id, row.text.replace('"seq":9', '"seq":9,"reason":"x"')))
    with old.db.read() as session:
        assert {one.fits for one in story.of(session, ticket)} == {False}


def test_check_says_how_many_months_are_archived(old: Desk, command: Command) -> None:
    assert "archived months" not in command("check")[1]
    archive_all(old)
    assert "ok    archived months: 2" in command("check")[1]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM archived_day WHERE month = '2026-11'", "2026-11 has 0 packed rows in place of 13"),
        ("UPDATE archived_run SET before = repeat('1', 64)", "2026-11 does not follow the row 0 before it"),
        ("UPDATE archived_day SET content = 'x'", "2026-12 cannot be unpacked"),
        ("UPDATE archived_run SET digest = repeat('1', 64) WHERE month = '2026-12'", "2026-12 is not what was packed"),
    ],
)
def test_check_finds_archived_months_that_are_not_whole(old: Desk, command: Command, damage: str, said: str) -> None:
    archive_all(old)
    for table in ("archived_day", "archived_run"):
        run(old.db, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    run(old.db, damage)
    code, told = command("check")
    assert code == 1
    assert f"FAIL  archived months: 2, senapelan: {said}" in told
    assert "-> run: flask --app queue_app audit verify" in told


def archive_until(url: str, now: datetime, packed: Path) -> None:
    """In a process of its own: all is packed and compared, the table is about to be dropped, when it is killed."""

    def stay(*_anything: object) -> None:
        packed.touch()
        time.sleep(600)

    archive._remove = stay
    archive.carry_out(Database(url), NOVEMBER, now)


def test_a_process_that_is_killed_in_the_middle_loses_nothing_and_the_next_goes_on(old: Desk, tmp_path: Path) -> None:
    before, told, packed = run(old.db, ROWS), figures(old), tmp_path / "packed"
    url = old.db.url.render_as_string(hide_password=False)
    process = multiprocessing.get_context("spawn").Process(target=archive_until, args=(url, old.now, packed))
    process.start()
    is_packed = wait_until(packed.exists, within_s=STARTS_WITHIN_S)
    process.kill()
    process.join()
    assert is_packed
    # Every row is in both now, and counts once.
    assert run(old.db, "SELECT sum(rows) FROM archived_day") == [(13,)]
    assert run(old.db, ROWS) == before
    assert figures(old) == told
    assert breaches(old) == []
    assert archive.carry_out(old.db, NOVEMBER, old.now).rows == 13
    assert run(old.db, "SELECT sum(rows) FROM archived_day") == [(13,)]
    assert figures(old) == told


def test_who_began_to_read_before_is_waited_for_and_sees_all(old: Desk) -> None:
    told, done = figures(old), []
    with old.db.read() as session:
        office = old.office(session)
        worker = threading.Thread(target=lambda: done.append(archive.carry_out(old.db, NOVEMBER, old.now)))
        worker.start()
        assert wait_until(lambda: run(old.db, "SELECT count(*) FROM archived_day") != [(0,)])
        time.sleep(0.5)
        assert not done
        period = Period(date(2026, 11, 1), old.now.date(), office.zone)
        assert history.legs(session, office, period) == told[0]
    worker.join(60)
    assert [one.rows for one in done] == [13]


def test_numbers_are_given_while_a_month_is_packed(old: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    given = []
    monkeypatch.setattr(waiting, "for_those_before", lambda _database: given.append(old.join("A")))
    archive.carry_out(old.db, NOVEMBER, old.now)
    assert len(given) == 1
    assert breaches(old) == []


def test_what_was_said_of_an_archived_leg_is_still_known(
    desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    desk.open()
    ticket = desk.serve("A", minutes=4)
    claim(desk, ticket)
    decide(desk, ticket)
    desk.close()

    def said() -> object:
        with desk.db.read() as session:
            return contested.said_of(session, desk.office(session), [ticket.id])

    before = said()
    desk.wait(days=800)
    with desk.db.write() as session:
        token = accounts.create_token(session, "supervisor", desk.now)
    archive.carry_out(desk.db, NOVEMBER, desk.now)
    told = app.test_client().get("/api/v1/offices/senapelan/claims", headers={"Authorization": f"Bearer {token}"}).json
    assert told == {"open": 0, "archived_through": "2026-11-24", "claims": []}
    assert said() == before
    with pytest.raises(Forbidden, match="own_claim"):
        decide(desk, ticket, "petugas1", Verdict.DECLINED, "accepted")


def test_other_installations_are_told_that_they_do_not_need_it(one_table: Desk, new_sqlite_url: str) -> None:
    for database in (one_table.db, Database(new_sqlite_url)):
        for step in (archive.plan, archive.carry_out):
            with pytest.raises(QueueError, match="tidak perlu"):
                step(database, NOVEMBER, one_table.now)
    database.dispose()


def test_the_command_says_what_it_would_do_and_then_does_it(old: Desk, command: Command) -> None:
    code, said = command("log", "archive", "--before", "2029-03")
    assert code == 0
    assert "2026-11: 13 rows" in said
    assert "senapelan 13" in said
    assert "stays: Bulan 2029-02 terlalu baru" in said
    assert "Nothing was changed" in said
    assert len(in_months(old)) == 3
    code, said = command("log", "archive", "--before", "2029-03", "--yes")
    assert code == 0
    assert said.count("archived,") == 3  # an empty one goes as well
    assert in_months(old) == LEFT
    assert command("log", "bring-back") == (0, "2026-11: 13 rows\n2026-12: 13 rows\n")
    assert command("log", "bring-back", "2026-11") == (0, "2026-11: 13 rows are in the log again.\n")
    code, said = command("log", "bring-back", "2026-11")
    assert code == 1
    assert "tidak diarsipkan" in said
    assert command("log", "archive", "--before", "nonsense")[0] == 2
