"""All that an office owns goes out as one ZIP, and says the same when it is read back."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from queue_app import clock
from queue_app.audit.chain import START, digest_of
from queue_app.complaints import filing
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.config import Config
from queue_app.configuration import checking
from queue_app.models import Channel, ConfigurationChange, Event, PrivacyDeed, Subject
from tests.office import SLUG, Desk

NAME, WORDS = "Budi Santosa", "Menunggu lama sekali, dua jam."


@pytest.fixture
def lived(desk: Desk, config: Config, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    desk.open()
    desk.serve("A", minutes=7)
    desk.book("B")
    with desk.db.write() as session:
        office = desk.office(session)
        filing.without_ticket(
            session, desk.vault, office, Filed(Subject.WAIT, WORDS, name=NAME), Deed(desk.now, "k1"), Channel.KIOSK
        )
        picture = config.uploads_folder / "display" / str(office.id) / "abc"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")
    return desk


def taken(app: Flask, path: Path, *more: str) -> dict[str, bytes]:
    result = app.test_cli_runner().invoke(args=["moving", "out", str(path), "--office", SLUG, *more])
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def rows(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def test_it_says_what_the_office_has_and_nothing_of_persons(app: Flask, lived: Desk, tmp_path: Path) -> None:
    with lived.db.read() as session:
        events = session.scalar(select(func.count()).select_from(Event))
    found = taken(app, tmp_path / "kantor.zip")
    manifest = json.loads(found.pop("manifest.json"))
    assert {name: one["sha256"] for name, one in manifest["files"].items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items()
    }
    assert (manifest["office"], manifest["personal"]) == (SLUG, False)
    wanted, _ = checking.check(found["configuration.yaml"])
    assert wanted["office"]["name"] == "Disdukcapil Senapelan"
    assert len(list(csv.reader(io.StringIO(found["events.csv"].decode())))) - 1 == events
    assert found["events.parquet"][:4] == b"PAR1"
    (visit,) = [row for row in csv.DictReader(io.StringIO(found["visits.csv"].decode())) if row["end"] == "finished"]
    assert (visit["service"], visit["officer"], visit["serve_s"]) == ("A", "petugas1", "420.0")
    assert len(rows(found["tables/complaint.jsonl"])) == 1
    assert [row["seq"] for row in rows(found["audit/event.jsonl"])] == list(range(1, (events or 0) + 1))
    assert found["uploads/abc"] == b"a picture"
    assert "tables/contact.jsonl" not in found
    whole = b"".join(found.values())
    assert NAME.encode() not in whole
    assert WORDS.encode() not in whole
    with lived.db.read() as session:
        assert session.scalars(select(PrivacyDeed)).all() == []
        change = session.scalars(select(ConfigurationChange)).one()
        assert (change.subject, change.after["personal"]) == ("export", False)


def test_personal_data_go_out_when_they_are_asked_for_and_that_is_recorded(
    app: Flask, lived: Desk, tmp_path: Path
) -> None:
    found = taken(app, tmp_path / "kantor.zip", "--personal")
    (complaint,) = rows(found["tables/complaint.jsonl"])
    assert (complaint["name"], complaint["text"]) == (NAME, WORDS)
    assert b"argon2" not in b"".join(found.values())
    previous = START
    for row in rows(found["audit/event.jsonl"]):  # the chain can be held against its digests without this program
        assert row["digest"] == digest_of("event", previous, row)
        previous = row["digest"]
    with lived.db.read() as session:
        deed = session.scalars(select(PrivacyDeed)).one()
        assert (deed.deed.value, deed.subject, deed.rows) == ("export", "office", 2)
    assert (tmp_path / "kantor.zip").stat().st_mode & 0o077 == 0


def test_an_office_that_is_not_there_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["moving", "out", str(tmp_path / "a.zip"), "--office", "nowhere"])
    assert result.exit_code == 1
    assert list(tmp_path.glob("*a.zip*")) == []
