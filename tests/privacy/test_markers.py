"""Unmistakable words are given through pages, API and use cases, a day is played, and everything that comes out is
searched for them: pages of every role, boards and sockets, exports, logs, the database itself, a backup."""

import io
import logging
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from queue_app import booking, clock, feedback, opening, standby, tickets
from queue_app.capacity import Place
from queue_app.complaints import filing, own, steps
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.config import Config
from queue_app.database import Base, Database
from queue_app.flask_extensions import socketio
from queue_app.messages import contacts
from queue_app.messages.contacts import Reach
from queue_app.messages.post_office import PostOffice
from queue_app.models import Channel, Complaint, Question, Resolution, Role, Subject, Ticket
from queue_app.permissions import ENDPOINTS
from queue_app.personal import Holder
from queue_app.privacy import retention
from tests.office import SLUG
from tests.routes.town import SITE, Town, is_refused, some_address

NAME, PHONE, NIK = "Zqxpenandanama Zqxpenandawarga", "081277665544", "1471055708900001"
LISTED = Holder("Zqxpenandatunggu", "081266554433", "1471051708900002")
MAIL, STORY, COMMENT = (
    "zqxpenandasurat@contoh.id",
    "Zqxpenandakeluhan tentang tunggu lama.",
    "Zqxpenandasaran: tambah kursi.",
)
REPLY = "Zqxpenandajawaban kepada pelapor."
MARKERS = (
    "zqxpenanda",
    PHONE[1:],
    LISTED.phone[1:] if LISTED.phone else "",
    NIK,
    LISTED.nik or "",
)
"""In small letters; a phone number in any writing ends alike."""

_COMPLAINTS_STAFF = frozenset({Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR})
ALLOWED = {
    **{f"complaints.{view}": _COMPLAINTS_STAFF for view in ("show", "one", "file")},
    **{f"api.{operation}": _COMPLAINTS_STAFF for operation in ("show_complaint", "export_complaints")},
    "quality.satisfaction": _COMPLAINTS_STAFF,
    "quality.satisfaction_file": _COMPLAINTS_STAFF,
}
"""Where the data map says that somebody reads them: complaints and free words of the survey, by who oversees. And the
pages of the ticket and of the complaint themselves, whose addresses only their person has, are not walked."""


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


@pytest.fixture
def played(town: Town, caplog: pytest.LogCaptureFixture, config: Config) -> Ticket:
    """The day of one person, from the booking to the complaint, with everything that may be told."""
    caplog.set_level(logging.DEBUG)
    desk, app = town.desk, town.app
    citizen = app.test_client()
    body = {"service": "A", "channel": "online", "name": NAME, "phone": PHONE, "nik": NIK}
    made = citizen.post(f"/api/v1/offices/{SLUG}/tickets", json=body)
    assert made.status_code == 201, made.text
    refused = citizen.post(f"/api/v1/offices/{SLUG}/tickets", json={**body, "nik": NIK[:15], "service": "zqxpenanda"})
    assert refused.status_code in (404, 422)
    public_id = made.get_json()["id"]
    vault = app.extensions["antrean_vault"]
    with town.db.write() as session:
        ticket = booking.find(session, public_id, for_change=True)
        contacts.add(session, vault, ticket, Reach("email", MAIL), "id", desk.now)
        contacts.keep_own_phone(session, ticket, "whatsapp", "id", desk.now)
    with town.db.read() as session:
        ticket = booking.find(session, public_id)
    PostOffice(config, town.db, vault, clock.now).collect(desk.now)
    waiting = desk.check_in(ticket)
    desk.open()
    called = desk.call_next()
    assert called is not None
    assert called.id == waiting.id
    started = desk.act(tickets.start, called)
    desk.wait(minutes=5)
    served = desk.act(tickets.finish, started)
    join_list(town)
    with town.db.write() as session:
        ticket = booking.find(session, public_id, for_change=True)
        feedback.give(session, vault, ticket, {Question.SATISFACTION: 3}, COMMENT, desk.now)
        filed = Filed(Subject.WAIT, STORY, NAME, PHONE)
        complaint = filing.about_ticket(session, vault, ticket, filed, Deed(desk.now, "k1"))
        number, public = complaint.number, complaint.public_id
    answer_complaint(town, number, public)
    retention.erase_all(town.db, desk.now)
    PostOffice(config, town.db, vault, clock.now).collect(desk.now)
    return served


def join_list(town: Town) -> None:
    desk = town.desk
    with town.db.write() as session:
        service = desk.service(session, "B")
        service.daily_quota = 1
    desk.join("B")
    with town.db.write() as session:
        place = Place(
            desk.service(session, "B"), opening.local_day(desk.office(session), desk.now), None, Channel.ONLINE
        )
        standby.join(session, desk.vault, place, LISTED, desk.now, browser="peramban")


def answer_complaint(town: Town, number: int, public_id: str) -> None:
    desk, vault = town.desk, town.app.extensions["antrean_vault"]
    with town.db.write() as session:
        boss = desk.user(session, "supervisor")
        steps.assign(session, Deed(desk.now, "k2", boss), number, boss.id)
        steps.reply(session, vault, Deed(desk.now, "k3", boss), number, REPLY)
        own.write(session, vault, Deed(desk.now, "k4"), public_id, STORY)
        steps.decide(session, vault, Deed(desk.now, "k5", boss), number, Resolution.UPHELD, "Sudah diperiksa.")


def found_in(content: bytes) -> list[str]:
    lowered = content.lower()
    return [marker for marker in MARKERS if marker.encode() in lowered]


def unpacked(content: bytes) -> bytes:
    """A workbook's sheets, or the content itself."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return b"\n".join(file.read(name) for name in file.namelist())


def pages(town: Town) -> Iterator[tuple[str, str, bytes]]:
    """Endpoint, who opened it, what came: every address of the site that needs no secret one, as everybody."""
    for who in ("citizen", *Role):
        client, headers = town.client(who), town.token(who)
        for rule in town.app.url_map.iter_rules():
            secret = {"public_id", "ticket", "complaint", "key", "token"} & rule.arguments
            if "GET" not in (rule.methods or ()) or secret or rule.endpoint == "static":
                continue
            path = some_address(rule, slug=SLUG, office=SLUG, code="A", service="A", number=1, device_id=town.display)
            sent = headers if rule.endpoint.startswith("api.") else {}
            answer = client.get(path, headers=sent, base_url=SITE)
            if not is_refused(answer):
                yield rule.endpoint, who, answer.get_data()


def stored(db: Database) -> Iterator[tuple[str, bytes]]:
    """Every value of every column, and of SQLite the bytes of its files, as they are."""
    with db.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(text(f"SELECT * FROM {table.name}")).mappings():
                for column, value in row.items():
                    yield (
                        f"{table.name}.{column}",
                        bytes(value)
                        if isinstance(value, memoryview)
                        else (value if isinstance(value, bytes) else str(value).encode()),
                    )
    if db.is_sqlite and db.url.database:
        for path in Path(db.url.database).parent.glob("antrean.sqlite*"):
            yield path.name, path.read_bytes()


def test_no_page_of_anybody_and_no_log_shows_them_but_where_the_map_says(
    town: Town, played: Ticket, caplog: pytest.LogCaptureFixture
) -> None:
    assert played.label
    shown = {(endpoint, who): found for endpoint, who, content in pages(town) if (found := found_in(unpacked(content)))}
    assert ("complaints.one", Role.SUPERVISOR) in shown, "what is searched for can be found"
    assert {where for where in shown if where[1] not in ALLOWED.get(where[0], ())} == set()
    assert set(ALLOWED) <= set(ENDPOINTS)
    assert caplog.records
    assert found_in(caplog.text.encode()) == []


def test_neither_do_the_tickets_page_the_desk_the_board_and_the_sockets(town: Town, played: Ticket) -> None:
    desk, app = town.desk, town.app
    body = {"service": "A", "channel": "kiosk", "name": NAME, "phone": PHONE, "nik": NIK}
    headers = town.token(Role.RECEPTION)
    made = app.test_client().post(f"/api/v1/offices/{SLUG}/tickets", json=body, headers=headers)
    assert made.status_code == 201, made.text
    hellos = {"/display": {"office": SLUG}, "/ticket": {"ticket": made.get_json()["id"]}}
    sockets = {name: socketio.test_client(app, namespace=name, auth=hello) for name, hello in hellos.items()}
    called = desk.call_next()
    assert called is not None
    heard = repr([sockets[name].get_received(name) for name in hellos])
    outputs = {
        "ticket": app.test_client().get(f"/t/{called.public_id}").data,
        "api": app.test_client().get(f"/api/v1/tickets/{called.public_id}").data,
        "desk": town.client(Role.OFFICER).get("/desk", base_url=SITE).data,
        "story": town.client(Role.AUDITOR).get(f"/supervisor/audit/{played.public_id}", base_url=SITE).data,
        "sockets": heard.encode(),
        "issued": made.data,
    }
    assert {name: found for name, content in outputs.items() if (found := found_in(content))} == {}


def test_the_database_a_backup_and_commands_hold_none_of_them(
    town: Town, played: Ticket, tmp_path: Path, app: Flask
) -> None:
    assert played.label
    with town.db.read() as session:
        sealed = session.query(Complaint).one().text_sealed
        assert town.desk.vault.open(sealed) == STORY, "it is there, and sealed"
    assert {where for where, content in stored(town.db) if found_in(content)} == set()
    target = tmp_path / "backups"
    target.mkdir()
    done = app.test_cli_runner().invoke(args=["backup", "--to", str(target)])
    assert done.exit_code == 0, done.output
    assert found_in(done.output.encode()) == []
    [archive] = target.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        for member in file.getmembers():
            content = file.extractfile(member)
            assert found_in(content.read() if content else b"") == [], member.name
    report = ["metrics", "report", "--office", SLUG, "--from", "2020-01-01", "--to", "2030-01-01", "--format", "json"]
    for line in (report, ["audit", "anchors"], ["privacy", "check"], ["keys", "status"]):
        assert found_in(app.test_cli_runner().invoke(args=line).output.encode()) == [], line
