"""The first set-up of an installation: from the code to an office that works, and what stands in its way."""

import io
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from queue_app import create_app, queries, schema, server
from queue_app.audit import verify
from queue_app.config import Config
from queue_app.database import Database
from queue_app.models import Office, Service, User
from queue_app.setup import code
from tests.office import SECRET

PASSWORD = "sungai siak jernih"
OFFICE = {"name": "Kelurahan Sago", "slug": "sago", "address": "Jalan Sago 1", "timezone": "Asia/Jakarta"}
ADMIN = {"username": "kepala", "display_name": "Kepala", "password": PASSWORD, "again": PASSWORD}
HOURS = {"mon": ["08:00", "12:00", "13:00", "15:30"]}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of today's form with nothing in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/empty.sqlite"
    else:
        url = str(request.getfixturevalue("postgresql_server").new_database())
    database = Database(url)
    schema.upgrade(database)
    database.dispose()
    return url


@pytest.fixture
def app(empty: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(Config(empty, SECRET, instance_dir=tmp_path, testing=True))
    app.config.update(WTF_CSRF_ENABLED=False)
    yield app
    app.extensions["antrean_database"].dispose()


@pytest.fixture
def client(app: Flask, tmp_path: Path) -> FlaskClient:
    """Somebody who has read the code on the server."""
    client = app.test_client()
    client.post("/setup", data={"code": code.of(tmp_path)})
    return client


def go(client: FlaskClient, step: str, **form: Any) -> str:
    """To which step the form leads."""
    answer = client.post(f"/setup/{step}", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.location).rpartition("/")[2]


def refused(answer: TestResponse, words: str) -> None:
    assert answer.status_code == 422
    assert words in answer.text


def walk(client: FlaskClient, until: str = "summary") -> None:
    """All steps as somebody takes them who changes little."""
    steps: dict[str, dict[str, Any]] = {
        "language": {"language": "id", "speech": "id,en"},
        "office": OFFICE,
        "template": {"template": "kelurahan"},
        "services": {
            "take": ["A", "B"],
            "A-name_id": "Surat pengantar",
            "A-name_en": "Cover letter",
            "A-minutes": "12",
            "B-name_id": "Surat keterangan",
            "B-name_en": "Statement",
            "B-minutes": "",
        },
        "hours": HOURS,
        "counters": {"count": "2", "takes-1": ["A", "B"], "takes-2": ["B"]},
        "administrator": ADMIN,
    }
    for step, form in steps.items():
        if step == until:
            return
        go(client, step, **form)


class TestTheCode:
    def test_without_an_office_the_first_page_leads_to_the_code(self, app: Flask) -> None:
        stranger = app.test_client()
        assert stranger.get("/").location == "/setup"
        page = stranger.get("/setup").text
        assert "Kode penyiapan" in page
        for step in ("language", "administrator", "summary"):
            assert stranger.get(f"/setup/{step}").location == "/setup"
            assert stranger.post(f"/setup/{step}", data=ADMIN).location == "/setup"

    def test_it_is_kept_for_the_owner_alone_and_the_same_for_all(self, tmp_path: Path) -> None:
        first = code.of(tmp_path)
        assert code.of(tmp_path) == first
        assert stat.S_IMODE(os.stat(tmp_path / "setup_code").st_mode) == 0o600
        assert code.is_right(tmp_path, f" {first.upper().replace('-', ' ')} ")
        assert not code.is_right(tmp_path, "")

    def test_guessing_is_refused_and_slowed_down(self, app: Flask) -> None:
        stranger = app.test_client()
        answers = [stranger.post("/setup", data={"code": "aaaa-bbbb-cccc-dddd"}) for _ in range(7)]
        assert [answer.status_code for answer in answers[:5]] == [422] * 5
        assert answers[-1].status_code == 429
        assert answers[-1].headers["Retry-After"]
        assert stranger.get("/setup/language").location == "/setup"

    def test_a_pass_of_another_code_is_worth_nothing(self, client: FlaskClient, tmp_path: Path) -> None:
        assert client.get("/setup/language").status_code == 200
        code.void(tmp_path)
        assert client.get("/setup/language").location == "/setup"

    def test_the_servers_words_name_address_and_code(self, app: Flask, tmp_path: Path) -> None:
        said = app.test_cli_runner().invoke(args=["init"]).output
        assert code.of(tmp_path) in said
        assert "/setup" in said
        assert server.setup_words(app.extensions["antrean_config"], "http://x").count(code.of(tmp_path)) == 1


class TestTheSteps:
    def test_from_nothing_to_an_office_that_works(self, app: Flask, client: FlaskClient, tmp_path: Path) -> None:
        walk(client)
        page = client.get("/setup/summary").text
        assert "Kelurahan Sago" in page
        assert "Surat pengantar" in page
        answer = client.post("/setup/summary", data={})
        assert answer.location == "/signin"
        with app.extensions["antrean_database"].read() as session:
            office = queries.office(session, "sago")
            assert (office.name, office.voice_languages, office.timezone) == (
                OFFICE["name"],
                ["id", "en"],
                "Asia/Jakarta",
            )
            services = session.scalars(select(Service).order_by(Service.code)).all()
            assert [(s.code, s.name_id, s.standard_minutes, s.active) for s in services] == [
                ("A", "Surat pengantar", 12, True),
                ("B", "Surat keterangan", None, True),
            ]
            assert services[0].document_names("en")[0].startswith("Letter from")
            assert [[s.code for s in counter.services] for counter in office.counters] == [["A", "B"], ["B"]]
            assert not any(found.breach for found in verify.check(session, office))
            assert session.scalars(select(User.role)).all() == ["admin"]
        signed_in = client.post("/signin", data={"username": "kepala", "password": PASSWORD})
        assert signed_in.location == "/supervisor"
        assert client.get("/o/sago").status_code == 200
        assert not (tmp_path / "setup_code").exists()
        assert not (tmp_path / "setup.json").exists()

    def test_afterwards_there_is_nothing_to_set_up(self, app: Flask, client: FlaskClient) -> None:
        other = app.test_client()
        walk(client)
        assert client.post("/setup/summary").status_code == 303
        for address in ("/setup", "/setup/language", "/setup/summary"):
            assert client.get(address).status_code == 404
            assert other.post(address, data={"code": "x"}).status_code == 404
        assert other.get("/").location == "/o/sago"

    def test_a_reload_and_a_restart_lose_nothing(self, client: FlaskClient, empty: str, tmp_path: Path) -> None:
        walk(client, until="hours")
        assert "12" in client.get("/setup/services").text
        again = create_app(Config(empty, SECRET, instance_dir=tmp_path, testing=True))
        again.config.update(WTF_CSRF_ENABLED=False)
        later = again.test_client()
        later.post("/setup", data={"code": code.of(tmp_path)})
        assert later.get("/setup").location == "/setup/hours"
        assert "Surat pengantar" in later.get("/setup/services").text
        walk(later)
        assert later.post("/setup/summary").location == "/signin"
        again.extensions["antrean_database"].dispose()

    def test_a_step_is_reached_by_those_before_it(self, client: FlaskClient) -> None:
        assert client.get("/setup/summary").location == "/setup/language"
        assert client.post("/setup/administrator", data=ADMIN).location == "/setup/language"
        walk(client, until="template")
        assert client.get("/setup/services").location == "/setup/template"
        assert client.get("/setup/office").status_code == 200
        assert client.get("/setup/nothing").status_code == 404

    def test_two_who_finish_at_once_make_one_office(self, app: Flask, client: FlaskClient) -> None:
        walk(client)
        from queue_app import clock
        from queue_app.errors import QueueError
        from queue_app.setup import draft, finish
        from queue_app.signin.where import Where

        said = draft.load(app.extensions["antrean_config"].instance_dir)
        database = app.extensions["antrean_database"]
        with database.write() as session:
            finish.finish(session, said, Where(), clock.now())
        with pytest.raises(QueueError, match="set_up_already"), database.write() as session:
            finish.finish(session, said, Where(), clock.now())
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(Office)) == 1

    def test_the_draft_has_no_password(self, client: FlaskClient, tmp_path: Path) -> None:
        walk(client)
        kept = (tmp_path / "setup.json").read_text(encoding="utf-8")
        assert PASSWORD not in kept
        assert stat.S_IMODE(os.stat(tmp_path / "setup.json").st_mode) == 0o600


class TestBadInput:
    def test_the_office(self, client: FlaskClient) -> None:
        walk(client, until="office")
        refused(client.post("/setup/office", data=OFFICE | {"slug": "Sa go"}), "huruf kecil")
        refused(client.post("/setup/office", data=OFFICE | {"name": " "}), "1 sampai 120")
        refused(client.post("/setup/office", data=OFFICE | {"timezone": "Mars"}), "zona waktu")
        page = client.post("/setup/office", data=OFFICE | {"slug": "Sa go"}).text
        assert "Jalan Sago 1" in page  # what was typed stays

    def test_the_template_and_the_file(self, client: FlaskClient) -> None:
        import io

        walk(client, until="template")
        assert client.post("/setup/template", data={"template": "../x"}).status_code == 404
        bomb = {"file": (io.BytesIO(b"a: &x [1, 2]\nb: *x\n"), "bomb.yaml")}
        refused(client.post("/setup/template", data=bomb), "Jangkar")
        unknown = {"file": (io.BytesIO(b"version: 1\nservices:\n  - code: A\n    nama: x\n"), "x.yaml")}
        refused(client.post("/setup/template", data=unknown), "baris 4, services[1].nama")
        refused(client.post("/setup/template", data={"file": (io.BytesIO(b"version: 1\n"), "x.yaml")}), "layanan")
        large = {"file": (io.BytesIO(b"# " + b"x" * 140_000), "x.yaml")}
        refused(client.post("/setup/template", data=large), "128 KiB")

    def test_an_own_file_is_taken(self, client: FlaskClient) -> None:
        import io

        walk(client, until="template")
        text = b"version: 1\nservices: [{code: K, name_id: Klinik, name_en: Clinic}]\ncounters: [{number: 1}]\n"
        assert client.post("/setup/template", data={"file": (io.BytesIO(text), "own.yaml")}).status_code == 303
        assert "Klinik" in client.get("/setup/services").text

    def test_every_break_of_a_day_stays(self, client: FlaskClient) -> None:
        walk(client, until="template")
        text = b"version: 1\nhours: ['mon 08:00-10:00 10:15-12:00 13:00-15:00', tue 08:00-15:00]\n"
        text += b"services: [{code: K, name_id: Klinik, name_en: Clinic}]\ncounters: [{number: 1}]\n"
        go(client, "template", file=(io.BytesIO(text), "own.yaml"))
        go(client, "services", take="K", **{"K-name_id": "Klinik", "K-name_en": "Clinic", "K-minutes": ""})
        shown = re.findall(r'name="mon" value="([^"]*)"', client.get("/setup/hours").text)
        assert shown == ["08:00", "10:00", "10:15", "12:00", "13:00", "15:00"]
        go(client, "hours", mon=shown, tue=["08:00", "", "", "15:00"], wed=["", "", "", ""])
        assert re.findall(r'name="mon" value="([^"]*)"', client.get("/setup/hours").text) == shown

    def test_services_hours_and_counters(self, client: FlaskClient) -> None:
        walk(client, until="services")
        refused(client.post("/setup/services", data={"take": []}), "paling sedikit satu layanan")
        names = {"take": ["A"], "A-name_id": "x", "A-name_en": "x"}
        refused(client.post("/setup/services", data=names | {"A-minutes": "lama"}), "480 menit")
        refused(client.post("/setup/services", data=names | {"A-name_id": ""}), "1 sampai 120")
        walk(client, until="hours")
        refused(client.post("/setup/hours", data={"mon": ["", "", "", ""]}), "paling sedikit satu hari")
        refused(client.post("/setup/hours", data={"mon": ["08:00", "16:00", "13:00", "15:30"]}), "tidak berurutan")
        refused(client.post("/setup/hours", data={"mon": ["08:00", "", "", "sore"]}), "bukan jam")
        walk(client, until="counters")
        refused(client.post("/setup/counters", data={"count": "0"}), "1 sampai 50")
        refused(client.post("/setup/counters", data={"count": "2", "takes-1": ["A"]}), "untuk loket 2")
        form = {"count": "2", "takes-1": ["A"], "takes-2": ["A"]}
        refused(client.post("/setup/counters", data=form), "Belum ada loket untuk layanan Surat keterangan")
        assert go(client, "counters", count="3") == "counters"  # stays, to look at the third
        assert "Loket 3" in client.get("/setup/counters").text

    def test_the_administrator(self, client: FlaskClient) -> None:
        walk(client, until="administrator")
        for change, words in (
            ({"username": "K"}, "3 sampai 60"),
            ({"password": "pendek", "again": "pendek"}, "paling sedikit 8"),
            ({"password": "kepala123", "again": "kepala123"}, "mudah ditebak"),
            ({"again": "lain sekali lagi"}, "tidak sama"),
        ):
            refused(client.post("/setup/administrator", data=ADMIN | change), words)


class TestTheCommand:
    def run(self, app: Flask, *args: str, password: str = PASSWORD) -> Result:
        line = ["setup", "--office", "sago", "--name", "Kelurahan Sago", "--admin", "kepala", "--password-stdin", *args]
        return app.test_cli_runner().invoke(args=line, input=f"{password}\n")

    def test_it_makes_the_same(self, app: Flask) -> None:
        assert self.run(app, "--template", "disdukcapil", password="12345678").exit_code == 1
        assert self.run(app, "--template", "tidak-ada").exit_code == 1
        made = self.run(app, "--template", "disdukcapil")
        assert made.exit_code == 0, made.output
        assert app.test_client().get("/o/sago").status_code == 200
        assert app.test_client().get("/setup").status_code == 404
        again = self.run(app, "--template", "klinik")
        assert again.exit_code == 1
        assert "Kantor sudah disiapkan." in again.output
