"""Refusals and faults: a page for people, problem+json for programs, and never what is inside."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from queue_app import queries
from queue_app.lifecycle import Action, IllegalMove, TicketState
from queue_app.routes.labels import error_text
from tests.office import SECRET

JSON = {"Accept": "application/json"}


@pytest.fixture
def broken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An app whose office page fails, served as in production."""

    def fail(*_: object) -> None:
        raise RuntimeError(f"the key is {SECRET}")

    monkeypatch.setattr(queries, "office_to_show", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def test_a_missing_page_says_so_and_leads_back(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    page = answer.get_data(as_text=True)
    assert "Tidak ditemukan" in page
    assert 'href="/"' in page


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/nowhere", JSON), ("/nowhere", {"Accept": "application/problem+json"}), ("/api/v1/nowhere", {})],
)
def test_a_program_gets_a_problem(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json is not None
    assert answer.json.keys() >= {"type", "title", "status", "detail", "code"}
    assert answer.json["code"] == "unknown_path"


@pytest.mark.parametrize("accept", ["text/html", "*/*", "", "text/html,application/json;q=0.9", "image/png"])
def test_whoever_does_not_prefer_json_gets_a_page(client: FlaskClient, accept: str) -> None:
    assert client.get("/nowhere", headers={"Accept": accept}).mimetype == "text/html"


def test_a_refusal_of_a_use_case_keeps_its_code_for_programs(client: FlaskClient) -> None:
    answer = client.get("/o/nowhere", headers=JSON)
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_office")


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.put("/signin")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_form_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/o/senapelan/A", data={"name": "x" * 1_000_000})
    assert answer.status_code == 413
    assert "Isian yang dikirim terlalu besar." in answer.get_data(as_text=True)


def test_a_form_without_token_tells_what_to_do(client: FlaskClient) -> None:
    answer = client.post("/o/senapelan/A", data={"day": "2026-11-24"}, headers={"Referer": "http://localhost/o/x/A"})
    assert answer.status_code == 400
    assert "Muat ulang halaman" in answer.get_data(as_text=True)
    assert 'href="/o/x/A"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "referrer", ["http://example.org/signin", "http://localhost//example.org", "javascript:alert(1)", "nonsense"]
)
def test_trying_again_never_leads_to_another_site(client: FlaskClient, referrer: str) -> None:
    page = client.post("/o/senapelan/A", headers={"Referer": referrer}).get_data(as_text=True)
    assert page.count('href="/"') == 3  # the mark, trying again, the start page
    assert 'href="//' not in page


def test_an_address_that_looks_like_another_site_is_not_offered_again(client: FlaskClient) -> None:
    assert (
        "example.org" not in client.get("http://localhost//example.org/?a=%00").get_data(as_text=True).split("<main")[1]
    )


@pytest.mark.parametrize(
    "path", ["/o/sena%00pelan", "/t/%00", "/o/senapelan/A?date=%00", "/o/senapelan/A?%00=1", "/t/abc%00/reschedule"]
)
def test_a_nul_in_an_address_is_a_bad_request(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("field", [{"username": "a\x00b"}, {"pass\x00word": "x"}])
def test_a_nul_in_a_form_is_a_bad_request(app: Flask, field: dict[str, str]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert app.test_client().post("/signin", data=field).status_code == 400


@pytest.mark.parametrize("path", ["/o/%ff%fe", "/t/%ED%A0%80", "/o/" + "x" * 5000, "/o/😀/A", "/t/../../etc/passwd"])
def test_strange_addresses_are_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_fault_is_logged_and_shows_nothing_from_inside(broken: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = broken.test_client().get("/o/senapelan?x=1")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "Ada gangguan di sistem kami" in page
    assert 'href="/o/senapelan?x=1"' in page
    assert SECRET not in page
    assert "RuntimeError" not in page
    assert SECRET in caplog.text


def test_a_fault_is_a_problem_for_programs(broken: Flask) -> None:
    answer = broken.test_client().get("/o/senapelan", headers=JSON)
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert SECRET not in answer.get_data(as_text=True)


def test_a_fault_page_does_not_ask_the_database_who_is_signed_in(
    broken: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = broken.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "1"

    def down(*_: object) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr(broken.extensions["antrean_database"], "read", down)
    answer = client.get("/o/senapelan")
    assert answer.status_code == 500
    assert "Ada gangguan di sistem kami" in answer.get_data(as_text=True)


def test_states_and_actions_are_said_in_the_persons_language(app: Flask) -> None:
    error = IllegalMove(Action.CANCEL, TicketState.SERVING)
    with app.test_request_context("/"):
        assert (
            error_text(error)
            == "“Batalkan” tidak dapat dilakukan: tiket ini sekarang sedang dilayani. Pilih langkah lain."
        )
    with app.test_request_context("/", headers={"Cookie": "lang=en"}):
        assert error_text(error) == "“Cancel” is not possible: this ticket is now “being served”. Choose another step."


def test_every_answer_carries_the_policy(client: FlaskClient) -> None:
    for path in ("/o/senapelan", "/nowhere", "/signin"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/o/senapelan", "/o/senapelan/A", "/signin", "/nowhere"])
def test_no_page_has_inline_script_or_style(client: FlaskClient, path: str) -> None:
    page = client.get(path).get_data(as_text=True)
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script type="module" src=')
    assert " onclick=" not in page
