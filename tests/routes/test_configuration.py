"""The administrator's page of the whole configuration: take it away, bring one in after a look."""

import html
import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from queue_app.configuration import checking
from queue_app.models import ConfigurationChange
from tests.office import Desk
from tests.routes.browsing import Person

PAGE = "/manage/configuration"


@pytest.fixture
def admin(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    app.config.update(WTF_CSRF_ENABLED=False)
    return Person(app, "admin")


def upload(admin: Person, text: str) -> TestResponse:
    return admin.client.post(f"{PAGE}/preview", data={"file": (io.BytesIO(text.encode()), "office.yaml")})


def agree(admin: Person, preview: TestResponse) -> TestResponse:
    """Press the button of a preview, with what its form carries."""
    content = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", preview.text, re.DOTALL)
    seen = re.search(r'name="seen" value="(\w+)"', preview.text)
    assert content is not None
    assert seen is not None
    form: dict[str, Any] = {"content": html.unescape(content[1]).replace("\n", "\r\n"), "seen": seen[1]}
    return admin.client.post(PAGE, data=form, content_type="multipart/form-data")


def test_it_is_taken_away_as_a_file(admin: Person) -> None:
    answer = admin.client.get(f"{PAGE}/file")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="antrean-senapelan-2026-11-24.yaml"'
    wanted, _ = checking.check(answer.data)
    assert wanted["office"]["name"] == "Disdukcapil Senapelan"
    assert "sama dengan pengaturan sekarang" in upload(admin, answer.text).text


def test_it_is_brought_in_after_a_look(admin: Person, desk: Desk) -> None:
    text = "version: 1\noffice:\n  address: Jalan <b>Baru</b> & lain\nhours:\n  - mon-fri 08:00-16:00\n"
    looked = upload(admin, text)
    assert looked.status_code == 200
    assert "Jalan &lt;b&gt;Baru&lt;/b&gt; &amp; lain" in looked.text
    assert "terlihat warga" in looked.text
    with desk.db.read() as session:
        assert session.scalars(select(ConfigurationChange)).all() == []
    assert agree(admin, looked).status_code == 303
    with desk.db.read() as session:
        assert desk.office(session).address == "Jalan <b>Baru</b> & lain"
        rows = session.scalars(select(ConfigurationChange).order_by(ConfigurationChange.seq)).all()
        assert {(row.subject, row.actor_id) for row in rows} == {
            (subject, desk.user(session, "admin").id) for subject in ("office", "hours")
        }


def test_of_two_managers_the_second_looks_again(admin: Person, desk: Desk) -> None:
    first = upload(admin, "version: 1\noffice: {grace_minutes: 15}\n")
    second = upload(admin, "version: 1\noffice: {grace_minutes: 45}\n")
    assert agree(admin, first).status_code == 303
    late = agree(admin, second)
    assert late.status_code == 409
    assert "berubah sejak pratinjau ini" in late.text
    assert "<del>15</del> → <ins>45</ins>" in late.text  # and not 60, which it was before
    with desk.db.read() as session:
        assert desk.office(session).grace_minutes == 15
    assert agree(admin, late).status_code == 303


def test_what_cannot_be_is_named_with_its_line(admin: Person) -> None:
    answer = upload(admin, "version: 1\noffice:\n  warna: merah\n")
    assert answer.status_code == 422
    assert "baris 3, office.warna: Nama ini tidak dikenal." in answer.text
    assert upload(admin, "a: &x [1]\nb: *x\n").status_code == 422
    assert upload(admin, "# " + "x" * 140_000).status_code == 422
    assert admin.client.post(f"{PAGE}/preview", data={}).status_code == 422
    assert admin.client.post(PAGE, data={"content": "nonsense", "seen": ""}).status_code == 422


def test_a_file_of_the_largest_size_goes_all_the_way(admin: Person, desk: Desk) -> None:
    text = "version: 1\noffice: {grace_minutes: 20}\n" + "# x\n" * 32_000
    assert agree(admin, upload(admin, text)).status_code == 303
    with desk.db.read() as session:
        assert desk.office(session).grace_minutes == 20


def test_supervisors_have_no_such_page(app: Flask) -> None:
    assert Person(app, "supervisor").client.get(PAGE).status_code == 403
