"""A backup is of one moment however busy the office is, comes back as it was, and is refused when it is not whole."""

import gzip
import hashlib
import io
import json
import os
import resource
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app import tickets
from queue_app.audit import verify
from queue_app.backup import BackupFailed, make, restore
from queue_app.backup.archive import Manifest
from queue_app.database import Database
from queue_app.models import Event, Ticket
from tests.audit.tampering import tamper
from tests.office import SECRET, Desk

pytestmark = pytest.mark.by_month


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """An office with a picture of its own."""
    picture = tmp_path / "uploads" / "display" / "1" / "abc"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")
    return {"uploads": tmp_path / "uploads", "voice": tmp_path / "voice"}


@pytest.fixture
def other_url(db: Database, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing is yet: a database of the same kind."""
    if db.is_sqlite:
        return f"sqlite:///{tmp_path / 'other' / 'other.sqlite'}"
    return str(request.getfixturevalue("postgresql_server").new_database())


def backed_up(desk: Desk, folders: dict[str, Path], path: Path) -> tuple[Path, Manifest]:
    return make.make(desk.db, folders, path, desk.now, SECRET)


@contextmanager
def at_work(desk: Desk) -> Iterator[None]:
    """The office gives numbers and calls them for as long."""
    over = threading.Event()

    def issue() -> None:
        while not over.is_set():
            desk.join("B")

    def call(number: int) -> None:
        while not over.is_set():
            if ticket := desk.call_next(f"petugas{number}", number):
                with desk.db.write() as session:
                    who = desk.user(session, f"petugas{number}")
                    tickets.no_show(session, who, ticket.public_id, ticket.version, desk.now)

    for number in (1, 2):
        desk.open(f"petugas{number}", number)
    people = [threading.Thread(target=issue), *(threading.Thread(target=call, args=(n,)) for n in (1, 2))]
    for each in people:
        each.start()
    try:
        while any(each.is_alive() for each in people) and len(desk.events()) < 30:
            time.sleep(0.05)
        yield
    finally:
        over.set()
        for each in people:
            each.join(20)


def consistent(session: Session, manifest: Manifest) -> bool:
    """Every ticket is where its last row of the log says, and the logs hold and are as long as the manifest says."""
    moves = select(func.count()).where(Event.ticket_id == Ticket.id).scalar_subquery()
    odd = session.scalars(select(Ticket.label).where(Ticket.version != moves)).all()
    ends = [end for office in [Desk.office(session)] for end in make.ends(session, office)]
    return odd == [] and ends == manifest.chains and not any(end["breach"] for end in ends)


def test_a_backup_under_load_comes_back_as_one_moment(
    desk: Desk, folders: dict[str, Path], other_url: str, tmp_path: Path
) -> None:
    with at_work(desk):
        path, manifest = backed_up(desk, folders, tmp_path / "kept")
        assert len(desk.events()) > manifest.tables["event"]["rows"] > 20  # nobody had to wait for it
    assert [path] == list((tmp_path / "kept").iterdir())
    assert path.stat().st_mode & 0o777 == 0o600
    elsewhere = {"uploads": tmp_path / "elsewhere"}
    restore.restore(path, other_url, elsewhere, desk.now, force=False)
    assert (tmp_path / "elsewhere/display/1/abc").read_bytes() == b"a picture"
    other = Desk(Database(other_url), desk.now)
    with other.db.read() as session:
        assert consistent(session, manifest)
    again = backed_up(other, folders, tmp_path / "again.tar.gz")[1]
    stamped = "settings_stamp"
    assert again.tables[stamped] != manifest.tables[stamped]  # whoever remembers the old settings reads anew
    same = again.tables | {stamped: manifest.tables[stamped]}
    assert (same, again.files, again.key) == (manifest.tables, manifest.files, manifest.key)
    assert other.join("B").label > "B-0"  # the office goes on: numbers, ids and chain
    other.open("petugas3", 3)
    with other.db.read() as session:
        assert not any(found.breach for found in verify.check(session, other.office(session)))
    other.db.dispose()


@pytest.mark.postgresql
def test_a_file_becomes_a_server_and_back(
    new_sqlite_url: str, request: pytest.FixtureRequest, now: Any, tmp_path: Path
) -> None:
    desk = Desk(Database(new_sqlite_url), now)
    desk.open()
    desk.serve(minutes=3)
    path, manifest = backed_up(desk, {}, tmp_path / "a.tar.gz")
    url = request.getfixturevalue("postgresql_server").new_database()
    for number, target in enumerate((url, f"sqlite:///{tmp_path / 'back.sqlite'}")):
        restore.restore(path, target, {}, now, force=False)
        moved = Desk(Database(target), now)
        with moved.db.read() as session:
            assert consistent(session, manifest)
        path, _ = backed_up(moved, {}, tmp_path / f"{number}.tar.gz")
        moved.db.dispose()
    desk.db.dispose()


def repacked(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """The backup with other members."""
    with tarfile.open(path) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4])


def damaged(path: Path) -> None:
    repacked(path, lambda members: members.update({"tables/office": members["tables/office"].replace(b"S", b"T")}))


def without_a_table(path: Path) -> None:
    repacked(path, lambda members: members.pop("tables/event") and None)


def no_backup(path: Path) -> None:
    path.write_bytes(gzip.compress(b"not a tar at all" * 999))


def changed_manifest(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    def rewrite(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        change(manifest)
        members["manifest.json"] = json.dumps(manifest).encode()

    repacked(path, rewrite)


def newer(path: Path) -> None:
    changed_manifest(path, lambda manifest: manifest.update(schema="9999"))


def leading_out(path: Path) -> None:
    def lead_out(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        manifest["files"]["uploads/../../out"] = manifest["files"].pop("uploads/display/1/abc")
        members["manifest.json"] = json.dumps(manifest).encode()
        members["files/uploads/../../out"] = members.pop("files/uploads/display/1/abc")

    repacked(path, lead_out)


def with_another_log(path: Path) -> None:
    """A row of the log was changed, and the sums made to fit."""

    def forge(members: dict[str, bytes]) -> None:
        members["tables/event"] = members["tables/event"].replace(b'"join"', b'"book"', 1)
        manifest = json.loads(members["manifest.json"])
        manifest["tables"]["event"]["sha256"] = hashlib.sha256(members["tables/event"]).hexdigest()
        members["manifest.json"] = json.dumps(manifest).encode()

    repacked(path, forge)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (cut_off, "damaged"),
        (damaged, "not what was written"),
        (without_a_table, "is missing"),
        (no_backup, "damaged"),
        (newer, "newer version"),
        (leading_out, "leads out"),
        (with_another_log, "not the one that was backed up"),
    ],
)
def test_what_is_not_whole_is_refused_and_changes_nothing(
    desk: Desk, folders: dict[str, Path], tmp_path: Path, spoil: Callable[[Path], None], why: str
) -> None:
    desk.join()
    path, _ = backed_up(desk, folders, tmp_path / "kept.tar.gz")
    spoil(path)
    desk.join()
    url = desk.db.url.render_as_string(hide_password=False)
    desk.db.dispose()
    (folders["uploads"] / "display/1/abc").write_bytes(b"a newer picture")
    with pytest.raises(BackupFailed, match=why):
        restore.restore(path, url, folders, desk.now, force=True)
    assert [event.action for event in desk.events()] == ["join", "join"]
    assert (folders["uploads"] / "display/1/abc").read_bytes() == b"a newer picture"
    assert not (tmp_path / "out").exists()


def test_it_replaces_only_when_told_and_only_what_nobody_uses(desk: Desk, tmp_path: Path) -> None:
    path, _ = backed_up(desk, {}, tmp_path / "kept.tar.gz")
    desk.join()
    url = desk.db.url.render_as_string(hide_password=False)
    with pytest.raises(BackupFailed, match="--force"):
        restore.restore(path, url, {}, desk.now, force=False)
    if desk.db.is_sqlite:
        desk.events()  # and the connection stays open, as a server's does
        with pytest.raises(BackupFailed, match="stop the server"):
            restore.restore(path, url, {}, desk.now, force=True)
    assert len(desk.events()) == 1
    desk.db.dispose()
    restore.restore(path, url, {}, desk.now, force=True)
    assert desk.events() == []
    if desk.db.is_sqlite:
        [kept] = tmp_path.glob("*.before-restore-*")
        assert len(Desk(Database(f"sqlite:///{kept}"), desk.now).events()) == 1
    tamper(desk.db)  # the guards of the log came back with it
    assert desk.join().label == "A-001"


def test_a_full_disk_leaves_no_half_backup(desk: Desk, folders: dict[str, Path], tmp_path: Path) -> None:
    (folders["uploads"] / "large").write_bytes(b"x" * 300_000)
    killed = tmp_path / "kept" / ".antrean-20260101T000000Z.tar.gz.abc"  # by one that could not clean up
    killed.mkdir(parents=True)
    os.utime(killed, (0, 0))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        with pytest.raises(BackupFailed, match="No backup was made"):
            backed_up(desk, folders, tmp_path / "kept")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "kept").iterdir()) == []


def test_the_commands(app: Flask, desk: Desk, tmp_path: Path) -> None:
    desk.join()
    run = app.test_cli_runner().invoke
    folder = tmp_path / "nightly"
    folder.mkdir()
    for name in ("antrean-20200101T000000Z.tar.gz", "antrean-20200102T000000Z.tar.gz", "else.tar.gz"):
        (folder / name).write_bytes(b"")
    done = run(args=["backup", "--to", str(folder), "--keep", "2"])
    assert (done.exit_code, "SECRET_KEY" in done.output) == (0, True)
    assert len(list(folder.glob("antrean-*"))) == 2
    assert not (folder / "antrean-20200101T000000Z.tar.gz").exists()
    newest = max(folder.glob("antrean-*"))
    checked = run(args=["restore", str(newest), "--check"])
    assert (checked.exit_code, "is whole" in checked.output) == (0, True)
    refused = run(args=["restore", str(newest)])
    assert (refused.exit_code, "--force" in refused.output) == (1, True)
    tamper(desk.db, "UPDATE event SET reason = 'lain'")
    broken = run(args=["backup", "--to", str(folder / "broken.tar.gz")])
    assert (broken.exit_code, "BROKEN" in broken.output) == (1, True)
