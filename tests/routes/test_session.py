"""Signing in and out, and choosing the language."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from queue_app.models import Role
from tests.office import PASSWORD, Desk
from tests.routes.browsing import Person


@pytest.fixture
def visitor(app: Flask) -> Person:
    return Person(app)


def sign_in(person: Person, username: str, password: str = PASSWORD, **more: str) -> int:
    person.open("/signin")
    return person.press("/signin", username=username, password=password, **more).status_code


@pytest.mark.parametrize(
    ("username", "page"), [("petugas1", "/desk"), ("supervisor", "/supervisor"), ("admin", "/supervisor")]
)
def test_each_comes_to_the_own_workplace(visitor: Person, username: str, page: str) -> None:
    visitor.open("/signin")
    answer = visitor.press("/signin", username=username, password=PASSWORD)
    assert answer.request.path == page
    assert visitor.client.get("/signin").location == page


def test_the_name_may_be_written_with_capitals_and_spaces(visitor: Person) -> None:
    assert sign_in(visitor, " Petugas1 ") == 200
    assert visitor.client.get("/desk").status_code == 200


@pytest.mark.parametrize(
    ("username", "password"),
    [("petugas1", "wrong"), ("nobody", PASSWORD), ("", ""), ("petugas1", ""), ("😀" * 50, "x" * 5000)],
)
def test_a_wrong_sign_in_says_so_and_keeps_the_name(visitor: Person, username: str, password: str) -> None:
    assert sign_in(visitor, username, password) == 422
    assert "Nama pengguna atau kata sandi tidak cocok." in visitor.page
    assert visitor.form("/signin").fields["username"] == username
    assert visitor.client.get("/desk").status_code == 302


def test_a_user_who_was_retired_cannot_sign_in(visitor: Person, desk: Desk) -> None:
    with desk.db.write() as session:
        desk.user(session, "petugas1").active = False
    assert sign_in(visitor, "petugas1") == 422


def test_a_page_that_needs_signing_in_is_reached_afterwards(visitor: Person) -> None:
    answer = visitor.open("/supervisor")
    assert answer.request.path == "/signin"
    assert "Silakan masuk dahulu untuk membuka halaman itu." in visitor.page
    assert visitor.press("/signin", username="admin", password=PASSWORD).request.path == "/supervisor"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/desk",
        "//example.org",
        "/\\example.org",
        "javascript:alert(1)",
        "/desk\r\nSet-Cookie: a=b",
        "/nowhere",
        "/signout",
        "\t//example.org",
    ],
)
def test_signing_in_never_leads_elsewhere(visitor: Person, elsewhere: str) -> None:
    visitor.open("/signin")
    form = visitor.form("/signin").fields | {"username": "petugas1", "password": PASSWORD, "next": elsewhere}
    assert visitor.client.post("/signin", data=form).location == "/desk"


def test_signing_in_starts_a_new_session(visitor: Person) -> None:
    with visitor.client.session_transaction() as session:
        session["planted"] = "before"
    assert sign_in(visitor, "petugas1") == 200
    with visitor.client.session_transaction() as session:
        assert "planted" not in session
        assert session.permanent


def test_signing_out_ends_it(visitor: Person) -> None:
    sign_in(visitor, "petugas1")
    visitor.open("/desk")
    assert visitor.press("/signout").request.path == "/signin"
    assert "Anda sudah keluar." in visitor.page
    assert visitor.client.get("/desk").status_code == 302


def test_a_cookie_that_was_copied_is_worth_nothing_after_signing_out(visitor: Person, app: Flask) -> None:
    sign_in(visitor, "petugas1")
    stolen = visitor.client.get_cookie("session")
    assert stolen is not None
    thief = app.test_client()
    thief.set_cookie("session", stolen.value)
    assert thief.get("/desk").status_code == 200
    visitor.open("/desk")
    visitor.press("/signout")
    assert thief.get("/desk").status_code == 302
    assert "/signin" in thief.get("/desk").location


def test_signing_out_needs_a_press_of_the_button(visitor: Person) -> None:
    sign_in(visitor, "petugas1")
    assert visitor.client.get("/signout").status_code == 405
    assert visitor.client.post("/signout").status_code == 400
    assert visitor.client.get("/desk").status_code == 200


def test_the_language_stays_and_the_page_too(visitor: Person) -> None:
    visitor.open("/o/senapelan/A?date=2026-11-25")
    answer = visitor.press("/lang/en")
    assert answer.request.full_path == "/o/senapelan/A?date=2026-11-25"
    assert "Get a number" in visitor.page
    visitor.open("/signin")
    assert "User name" in visitor.page
    visitor.press("/lang/id")
    assert "Nama pengguna" in visitor.page


def test_refusals_are_in_the_language_too(visitor: Person) -> None:
    visitor.client.set_cookie("lang", "en")
    assert sign_in(visitor, "petugas1", "wrong") == 422
    assert "The user name or password does not match." in visitor.page


@pytest.mark.parametrize("place", ["//example.org/", "https://example.org/", "/nowhere", "", "/o/senapelan\x01"])
def test_choosing_a_language_never_leads_elsewhere(visitor: Person, place: str) -> None:
    visitor.open("/signin")
    data = {"csrf_token": visitor.token(), "next": place}
    assert visitor.client.post("/lang/en", data=data).location == "/"


def test_choosing_a_language_goes_back_to_where_the_person_was(visitor: Person) -> None:
    visitor.open("/signin")
    answer = visitor.client.post(
        "/lang/en", data={"csrf_token": visitor.token()}, headers={"Referer": "http://localhost/signin?next=/desk"}
    )
    assert answer.location == "/signin"


def test_an_unknown_language_is_not_found(visitor: Person) -> None:
    visitor.open("/signin")
    assert visitor.send("/lang/xx", {}).status_code == 404


def test_a_language_in_the_cookie_that_is_none_counts_as_indonesian(client: FlaskClient) -> None:
    client.set_cookie("lang", "../../etc")
    assert '<html lang="id">' in client.get("/signin").get_data(as_text=True)


@pytest.mark.parametrize(
    ("role", "page", "refused"), [("reception", "/reception", "/supervisor"), ("auditor", "/supervisor", "/reception")]
)
def test_the_command_makes_people_of_every_role_who_see_their_own_pages(
    app: Flask, visitor: Person, role: str, page: str, refused: str
) -> None:
    command = ["user", "create", f"new-{role}", "--role", role, "--office", "senapelan", "--password-stdin"]
    made = app.test_cli_runner().invoke(args=command, input=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    visitor.open("/signin")
    assert visitor.press("/signin", username=f"new-{role}", password=PASSWORD).request.path == page
    assert visitor.open(page).status_code == 200
    assert visitor.open(refused).status_code == 403


def test_who_audits_changes_nothing(app: Flask, visitor: Person, desk: Desk) -> None:
    with desk.db.write() as session:
        desk.user(session, "supervisor").role = Role.AUDITOR
    sign_in(visitor, "supervisor")
    visitor.open("/supervisor")
    assert visitor.send("/supervisor/stop", {"reason": "x"}).status_code == 403
