"""Accounts by a program: made, given roles, barred, signed out; and what only a person may do."""

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from queue_app.models import ConfigurationChange, Role, SignInEvent, SignInKind, User
from queue_app.signin import passwords
from tests.routes.api.program import Program, refusal

PEOPLE = "/offices/senapelan/people"
NEW = {"username": "petugas9", "name": " Petugas  Sembilan", "role": "officer"}


def user(program: Program, username: str) -> User:
    with program.db.read() as session:
        return session.scalars(select(User).where(User.username == username)).one()


def kinds(program: Program, username: str) -> list[SignInKind]:
    with program.db.read() as session:
        events = select(SignInEvent).join(SignInEvent.user).where(User.username == username).order_by(SignInEvent.id)
        return [event.kind for event in session.scalars(events)]


def test_an_account_is_made_with_a_password_for_one_sign_in(program: Program) -> None:
    answer = program.post(PEOPLE, NEW, "admin")
    assert answer.status_code == 201
    made = answer.get_json()
    assert (made["username"], made["name"], made["role"]) == ("petugas9", "Petugas Sembilan", "officer")
    assert made["must_change_password"]
    assert passwords.matches(user(program, "petugas9").password_hash, made["password"])
    assert kinds(program, "petugas9") == [SignInKind.CREATED]
    assert refusal(program.post(PEOPLE, NEW, "admin")) == (422, "username_taken")
    shown = program.get(f"{PEOPLE}/petugas9", "admin").get_json()
    assert shown["sessions"] == []
    assert "password" not in shown
    with program.db.read() as session:
        change = session.scalars(
            select(ConfigurationChange).where(ConfigurationChange.subject == "person:petugas9")
        ).one()
        assert change.after == {"role": "officer"}


@pytest.mark.parametrize("username", ["ab", "Á-rif", "a b c", "-abc", "x" * 61])
def test_a_name_that_cannot_be_one_is_refused(program: Program, username: str) -> None:
    assert program.post(PEOPLE, NEW | {"username": username}, "admin").status_code == 422


def test_the_list_comes_in_pages_and_a_wrong_cursor_is_refused(program: Program) -> None:
    found, cursor = [], ""
    for _ in range(20):
        page = program.get(f"{PEOPLE}?limit=3{cursor}", "admin").get_json()
        found += [each["username"] for each in page["people"]]
        if page["next"] is None:
            break
        cursor = f"&after={page['next']}"
    assert len(found) == len(set(found)) == 7
    for wrong in ("x", "%20", "cGVvcGxlIDE=", "dG9rZW5zIDE", "cGVvcGxlIDAx", "cGVvcGxlIC0x", "é", "a" * 80):
        assert refusal(program.get(f"{PEOPLE}?after={wrong}", "admin")) == (422, "bad_cursor"), wrong
    assert refusal(program.get(f"{PEOPLE}?after={'a' * 81}", "admin")) == (422, "invalid_request")
    assert refusal(program.get(f"{PEOPLE}?limit=201", "admin")) == (422, "invalid_request")


def role(program: Program, person: str, wanted: str, based: str | None = "*") -> TestResponse:
    headers = {} if based is None else {"If-Match": based}
    return program.post(f"{PEOPLE}/{person}/role", {"role": wanted}, "admin", headers=headers)


def test_a_role_is_changed_and_an_officer_at_a_counter_keeps_it(program: Program) -> None:
    assert role(program, "petugas2", "reception").get_json()["role"] == "reception"
    assert kinds(program, "petugas2") == [SignInKind.ROLE_CHANGED]
    program.open("petugas1")
    assert refusal(role(program, "petugas1", "reception")) == (409, "at_counter")
    assert refusal(program.post(f"{PEOPLE}/petugas1/deactivate", officer="admin")) == (409, "at_counter")
    assert refusal(role(program, "petugas2", "boss")) == (422, "invalid_request")


def test_of_two_who_change_a_role_the_second_is_told(program: Program) -> None:
    read = program.get(f"{PEOPLE}/petugas2", "admin").headers["ETag"]
    assert refusal(role(program, "petugas2", "reception", None)) == (428, "precondition_required")
    changed = role(program, "petugas2", "reception", read)
    assert changed.status_code == 200
    assert refusal(role(program, "petugas2", "supervisor", read)) == (412, "version_conflict")
    assert user(program, "petugas2").role is Role.RECEPTION
    program.post(f"{PEOPLE}/petugas3/deactivate", officer="admin")  # somebody else's account
    assert role(program, "petugas2", "supervisor", changed.headers["ETag"]).status_code == 200
    program.post(f"{PEOPLE}/petugas2/deactivate", officer="admin")
    assert refusal(role(program, "petugas2", "officer", changed.headers["ETag"])) == (412, "version_conflict")


def test_who_is_barred_has_no_token_any_more_until_let_in_again(program: Program) -> None:
    program.token("petugas2")
    for _ in range(2):
        assert program.post(f"{PEOPLE}/petugas2/deactivate", officer="admin").get_json()["active"] is False
    assert refusal(program.get("/token", "petugas2")) == (401, "token_unknown")
    for _ in range(2):
        assert program.post(f"{PEOPLE}/petugas2/activate", officer="admin").get_json()["active"] is True
    assert program.get("/token", "petugas2").status_code == 200
    assert kinds(program, "petugas2") == [SignInKind.DEACTIVATED, SignInKind.ACTIVATED]


def test_a_password_is_reset_and_told_once(program: Program) -> None:
    first = user(program, "petugas2").password_hash
    made = program.post(f"{PEOPLE}/petugas2/password", officer="admin").get_json()
    assert user(program, "petugas2").password_hash != first
    assert passwords.matches(user(program, "petugas2").password_hash, made["password"])
    assert made["must_change_password"]


def test_an_administrators_account_is_for_people_only(program: Program) -> None:
    """A token that leaked would otherwise be worth an administrator who can do everything."""
    before = user(program, "admin").password_hash
    for path, body in (
        ("", NEW | {"role": "admin"}),
        ("/petugas2/role", {"role": "admin"}),
        ("/admin/role", {"role": "officer"}),
        ("/admin/deactivate", None),
        ("/admin/activate", None),
        ("/admin/password", None),
    ):
        based = {"If-Match": "*"}
        assert refusal(program.post(PEOPLE + path, body, "admin", headers=based)) == (403, "admin_by_hand"), path
    assert user(program, "admin").password_hash == before
    assert user(program, "petugas2").role is Role.OFFICER
    assert program.post(f"{PEOPLE}/admin/second-step", officer="admin").status_code == 404


def test_sessions_end_and_what_happened_is_listed(program: Program) -> None:
    assert program.post(f"{PEOPLE}/petugas1/end-sessions", officer="admin").status_code == 200
    assert program.post(f"{PEOPLE}/petugas2/end-sessions", officer="admin").status_code == 200
    page = program.get("/offices/senapelan/sign-ins?limit=1", "admin").get_json()
    assert [(each["person"], each["what"], each["by"]) for each in page["sign_ins"]] == [
        ("petugas2", "session_ended", "admin")
    ]
    page = program.get(f"/offices/senapelan/sign-ins?after={page['next']}", "admin").get_json()
    assert [each["person"] for each in page["sign_ins"]] == ["petugas1"]
    assert page["next"] is None
    of_one = program.get("/offices/senapelan/sign-ins?person=petugas1", "admin").get_json()["sign_ins"]
    assert [each["person"] for each in of_one] == ["petugas1"]
    assert refusal(program.get("/offices/senapelan/sign-ins?person=nobody", "admin")) == (404, "unknown_user")


def test_nobody_of_another_role_or_name_is_reached(program: Program) -> None:
    assert refusal(program.get(PEOPLE, "supervisor")) == (403, "wrong_role")
    assert refusal(program.get(f"{PEOPLE}/nobody", "admin")) == (404, "unknown_user")
