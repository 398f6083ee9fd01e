"""The page of what displays show: uploads that are taken, refused and served, and who may change it."""

import io
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from queue_app import clock
from queue_app.config import Config
from tests.domain.test_signage import MP4, picture
from tests.office import SLUG, Desk
from tests.routes.browsing import Person, forms

PAGE = "/manage/content"


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def citra(app: Flask) -> Person:
    person = Person(app, "supervisor")
    person.open(PAGE)
    return person


def upload(person: Person, content: bytes, name: str = "loket.jpg", **more: str) -> TestResponse:
    data = {"csrf_token": person.token(), "seconds": "10", "words": "", **more, "file": (io.BytesIO(content), name)}
    answer = person.client.post(f"{PAGE}/upload", data=data, follow_redirects=True)
    person.page = answer.get_data(as_text=True)
    return answer


def kept(config: Config) -> list[Path]:
    return [path for path in (config.instance_dir / "uploads").rglob("*") if path.is_file()]


def board(app: Flask) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = app.test_client().get(f"/display/{SLUG}/board").json["content"]  # type: ignore[index]
    return found


def test_what_is_uploaded_reaches_the_board_and_is_served_for_good(app: Flask, citra: Person, config: Config) -> None:
    assert "Berkas tampil di layar." in upload(citra, picture(), words="Alur KTP").text
    assert upload(citra, MP4, "../../film.exe").status_code == 200
    assert upload(citra, picture(kind="PNG"), **{"as": "logo"}).status_code == 200
    shown = board(app)
    assert [(one["kind"], one["words"]) for one in shown["media"]] == [("picture", "Alur KTP"), ("video", "")]
    anybody = app.test_client()
    for url, mimetype in (
        (shown["media"][0]["url"], "image/webp"),
        (shown["media"][1]["url"], "video/mp4"),
        (shown["logo"], "image/webp"),
    ):
        with anybody.get(str(url)) as answer:
            assert answer.mimetype == mimetype
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with anybody.get(shown["media"][1]["url"], headers={"Range": "bytes=4-7"}) as part:
        assert (part.status_code, part.data) == (206, b"ftyp")
    (form,) = [form for form in forms(citra.page) if form.fields.get("words") == "Alur KTP"]
    citra.send(form.action, {"do": "remove"})
    assert [one["kind"] for one in board(app)["media"]] == ["video"]
    assert anybody.get(shown["media"][0]["url"]).status_code == 404
    assert len(kept(config)) == 2
    assert anybody.get(f"/display/{SLUG}/media/..%2f..%2fsecret_key").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<svg onload=alert(1)>", "logo.svg", "bukan gambar"),
        (picture()[:-40], "potong.jpg", "rusak atau tidak utuh"),
        (b"", "kosong.png", "Pilih berkas"),
        (bytes(200 * 1024), "nol.mp4", "bukan gambar"),
    ],
)
def test_what_is_no_medium_is_refused_with_words_and_leaves_nothing(
    app: Flask, citra: Person, config: Config, content: bytes, name: str, words: str
) -> None:
    answer = upload(citra, content, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert board(app)["media"] == []
    assert kept(config) == []


def test_a_huge_upload_is_told_its_limit(app: Flask, citra: Person, config: Config) -> None:
    answer = upload(citra, bytes(51 * 1024 * 1024), "film.mp4")
    assert answer.status_code == 200
    assert "paling besar 50 MB" in answer.text
    assert kept(config) == []


def test_only_managers_may_send_more_than_a_form(app: Flask, citra: Person) -> None:
    large = bytes(200 * 1024)
    officer = Person(app, "petugas1")
    officer.open("/desk")
    assert "terlalu besar" in upload(officer, large).text
    assert officer.open(PAGE).status_code == 403
    stranger = Person(app)
    assert stranger.client.post(f"{PAGE}/upload", data={"file": (io.BytesIO(large), "a.jpg")}).status_code in {303, 413}
    elsewhere = citra.client.post(f"{PAGE}/lines", data={"csrf_token": citra.token(), "text": "x" * 200_000})
    assert elsewhere.status_code in {303, 413}
    assert board(app)["lines"] == []


def test_a_pair_of_colours_that_cannot_be_read_is_refused_with_what_was_typed(app: Flask, citra: Person) -> None:
    look = {"theme": "dark", "brand": "#ffee00", "accent": "#f6b92b"}
    answer = citra.press(f"{PAGE}/look", **look)
    assert answer.status_code == 422
    assert "kontras 1.20" in answer.text
    assert 'value="#ffee00"' in answer.text
    citra.press(f"{PAGE}/look", **{**look, "brand": "#003366"})
    assert (board(app)["look"]["theme"], board(app)["look"]["brand"]) == ("dark", "#003366")  # type: ignore[call-overload]


def test_a_line_is_shown_on_its_days(app: Flask, citra: Person, desk: Desk) -> None:
    citra.press(f"{PAGE}/lines", text="<b>Bawa</b> KK asli", until=str(desk.now.date()))
    assert board(app)["lines"] == ["<b>Bawa</b> KK asli"]
    assert "&lt;b&gt;Bawa" in citra.page
    answer = citra.press(f"{PAGE}/lines", **{"text": "Besok", "from": "31/12"})
    assert answer.status_code == 422
    assert 'value="Besok"' in answer.text
    desk.wait(days=1)
    assert board(app)["lines"] == []
