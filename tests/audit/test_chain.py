"""Whoever edits, removes or inserts a row of a log is found out, and the first such row is named."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from queue_app import writer
from queue_app.audit import anchors, changes, verify
from queue_app.audit.chain import START, canonical, digest_of
from queue_app.audit.verify import Checked
from queue_app.complaints import filing
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.lifecycle import Action, OfficeAction
from queue_app.models import Channel, Event, Office, Subject
from queue_app.past_life import PastMove, PastTicket
from queue_app.writer import Entry
from tests.audit.tampering import tamper
from tests.office import Desk
from tests.races.crowd import rush

pytestmark = pytest.mark.by_month

# As JSONB gives it back: numbers without a fraction are whole, names are text, tuples are lists.
ODD = {"whole": 3.0, "tiny": 1e-07, "huge": 1e16, "text": "é “antrean” 🙂", 7: [1, (2.5, None)], "no": False}


def lived(desk: Desk) -> Desk:
    """An office with a few moves of tickets, shifts and the office, a complaint and a change of the settings."""
    desk.open()
    desk.serve(minutes=3)
    desk.wait(days=1)
    desk.serve(minutes=5)
    with desk.db.write() as session:
        office, who = desk.office(session), desk.user(session, "supervisor")
        writer.record_office(session, office.id, OfficeAction.ANNOUNCE, Entry(desk.now, who, "“kata”", dict(ODD)))
        filed = Filed(Subject.WAIT, "Menunggu lama sekali, dua jam.")
        filing.without_ticket(session, desk.vault, office, filed, Deed(desk.now, "k1"), Channel.KIOSK)
        changes.record(session, office, who, "office", {"name": "A", "voice": True}, {"name": "B"}, desk.now)
    return desk


def check(desk: Desk, known: verify.Known | None = None) -> dict[str, Checked]:
    with desk.db.read() as session:
        return {found.log: found for found in verify.check(session, desk.office(session), known)}


def check_in_parts(desk: Desk, rows: int) -> dict[str, Checked]:
    """Each part in a session of its own, and from no more than the one before came to."""
    with desk.db.read() as session:
        checked = verify.unchecked(desk.office(session))
    while not all(one.ended for one in checked):
        known = [Checked(one.office, one.log, one.rows, one.digest, one.breach, one.ended) for one in checked]
        with desk.db.read() as session:
            verify.check_part(session, desk.office(session), known, rows)
        assert sum(one.rows for one in known) <= sum(one.rows for one in checked) + rows
        checked = known
    return {one.log: one for one in checked}


def without_anchors(checked: dict[str, Checked]) -> list[tuple[Any, ...]]:
    return [(one.log, one.rows, one.digest, one.breach, one.ended) for one in checked.values()]


def breaches(desk: Desk, known: verify.Known | None = None) -> list[tuple[str, int, str]]:
    found = [each.breach for each in check(desk, known).values()]
    return [(breach.log, breach.seq, breach.why.partition(":")[0]) for breach in found if breach]


def test_the_form_of_a_digest_stays_as_it_is() -> None:
    """Written down outside the code as well (docs/security.md): anchors of today must fit in ten years."""
    row = {"id": 5, "seq": 1, "at": datetime(2026, 11, 24, 2, 0, tzinfo=UTC), "reason": None, "data": ODD, "digest": ""}
    assert canonical(row) == (
        '{"at":"2026-11-24T02:00:00.000000+00:00","data":{"7":[1,[2.5,null]],"huge":10000000000000000,"no":false,'
        '"text":"\\u00e9 \\u201cantrean\\u201d \\ud83d\\ude42","tiny":1e-07,"whole":3},"seq":1}'
    )
    assert digest_of("event", START, row) == "cb3869e6d2b6d8fe35db7f1c33ab09a22ba84e1b542cd065a7f9ad64db666619"


def test_what_was_written_holds(desk: Desk, app: Flask) -> None:
    found = check(lived(desk))
    assert {log: each.rows for log, each in found.items()} == {
        "moves": desk.events()[-1].seq,
        "complaints": 1,
        "dialogues": 0,
        "interventions": 0,
        "configuration": 1,
        "privacy": 0,
    }
    assert breaches(desk) == []
    for rows in (1, 3, 5, 10, 11, 100):
        assert without_anchors(check_in_parts(desk, rows)) == without_anchors(found), rows
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (done.exit_code, done.output.count(": OK, ")) == (0, 6)
    assert found["moves"].digest in done.output


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE event SET reason = 'lain' WHERE seq = 3", ("moves", 3, "edited or inserted")),
        ("UPDATE event SET at = '1999-01-01 00:00:00.000000' WHERE seq = 2", ("moves", 2, "edited or inserted")),
        ("UPDATE event SET data = '{\"a\":1}' WHERE seq = 4", ("moves", 4, "edited or inserted")),
        ("UPDATE event SET to_state = 'nonsense' WHERE seq = 4", ("moves", 4, "edited")),
        ("DELETE FROM event WHERE seq IN (3, 5)", ("moves", 3, "removed")),
        ("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)", ("moves", 10, "removed")),
        (
            "INSERT INTO event (office_id, seq, at, action, data) SELECT office_id, 11, at, 'announce', '{}'"
            " FROM event WHERE seq = 1",
            ("moves", 11, "inserted"),
        ),
        ("UPDATE complaint_entry SET step = 'withdraw'", ("complaints", 1, "edited or inserted")),
        ("DELETE FROM complaint_entry", ("complaints", 1, "removed")),
        ("UPDATE configuration_change SET actor_id = NULL", ("configuration", 1, "edited or inserted")),
    ],
)
def test_a_row_that_was_tampered_with_is_named(desk: Desk, app: Flask, statement: str, first: Any) -> None:
    tamper(lived(desk).db, statement)
    assert breaches(desk) == [first]
    for rows in (1, 2, 3, 4, 10):
        assert without_anchors(check_in_parts(desk, rows)) == without_anchors(check(desk)), rows
    log, row, why = first
    done = app.test_cli_runner().invoke(args=["audit", "verify", "--office", "senapelan"])
    assert done.exit_code == 1
    assert f"senapelan {log}: BROKEN at row {row}: {why}" in done.output


@pytest.mark.parametrize("form", ["json", "csv"])
def test_anchors_find_what_was_written_anew_or_cut_off(desk: Desk, app: Flask, tmp_path: Any, form: str) -> None:
    kept = tmp_path / "anchors"
    lived(desk)
    kept.write_text(app.test_cli_runner().invoke(args=["audit", "anchors", "--format", form]).output)
    known = anchors.read(kept.read_text())
    assert [(anchor.seq, anchor.day.day) for anchor in known["senapelan", "moves"]] == [(5, 24), (10, 25)]
    assert breaches(desk, known) == []
    last = desk.events()[-1]
    tamper(desk.db, "DELETE FROM event WHERE seq = 10", "UPDATE office SET version = 9")
    assert breaches(desk) == []  # the database alone cannot tell
    assert breaches(desk, known) == [("moves", 10, "cut off")]
    with desk.db.write() as session:  # the last row again, a little different, and its digest made to fit
        row = {column.name: getattr(last, column.name) for column in Event.__table__.columns if column.name != "digest"}
        row |= {"reason": "lain"}
        before = session.scalars(select(Event.digest).where(Event.seq == 9)).one()
        session.add(Event(**row, digest=digest_of("event", before, row)))
        session.get_one(Office, last.office_id).version = 10
    assert breaches(desk) == []
    assert breaches(desk, known) == [("moves", 10, "rewritten")]
    done = app.test_cli_runner().invoke(args=["audit", "verify", "--anchors", str(kept)])
    assert (done.exit_code, "rewritten" in done.output) == (1, True)


def test_a_file_without_anchors_is_refused(app: Flask, tmp_path: Any) -> None:
    for text in ("", "{}", json.dumps({"anchors": [{"office": "x"}]}), "office,log\nx,y\n", "\0\0"):
        (tmp_path / "kept").write_text(text)
        done = app.test_cli_runner().invoke(args=["audit", "verify", "--anchors", str(tmp_path / "kept")])
        assert (done.exit_code, done.output.startswith("Error: ")) == (1, True)


def test_past_records_are_chained_like_the_rest(desk: Desk) -> None:
    lived(desk)
    with desk.db.write() as session:
        office, service = desk.office(session), desk.service(session, "A")
        columns = {
            "public_id": "lama",
            "service_id": service.id,
            "numbered_by_id": service.id,
            "day": desk.now.date(),
            "number": 900,
            "label": "A-900",
            "channel": Channel.KIOSK,
            "category": "regular",
        }
        past = PastTicket(columns, [PastMove(Action.JOIN, desk.now), PastMove(Action.CANCEL, desk.now)])
        assert writer.append_past(session, office.id, [past]) == 2
    desk.join()
    assert breaches(desk) == []


def crowd_work(desk: Desk, number: int) -> list[Any]:
    for turn in range(5):
        desk.join("ABC"[number % 3])
        with desk.db.write() as session:
            changes.record(session, desk.office(session), None, "office", {}, {f"{number}": turn + 1}, desk.now)
    return []


def test_many_at_once_make_one_chain(desk: Desk, database_url: str) -> None:
    rush(database_url, desk.now, crowd_work, processes=2, threads=4)
    found = check(desk)
    assert (found["moves"].rows, found["configuration"].rows, breaches(desk)) == (40, 40, [])


def test_nothing_is_written_where_nothing_changed(desk: Desk) -> None:
    with desk.db.write() as session:
        office = desk.office(session)
        assert changes.record(session, office, None, "office", {"name": "A"}, {"name": "A"}, desk.now) is None
        kept = changes.record(session, office, None, "office", {"name": "A", "x": 1}, {"name": "B", "x": 1}, desk.now)
        assert kept is not None
        assert (kept.before, kept.after) == ({"name": "A"}, {"name": "B"})
