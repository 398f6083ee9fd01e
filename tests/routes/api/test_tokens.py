"""A program's own token, and those that it makes: never for more, never for longer, and gone with its own."""

from datetime import timedelta

from sqlalchemy import select

from queue_app import api_tokens
from queue_app.models import ApiToken, Role, Scope, User
from queue_app.permissions import scopes_of, usual_scopes_of
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

TOKENS = "/offices/senapelan/tokens"
NEW = {"name": "Situs kota", "person": "petugas1", "scopes": ["tickets"], "days": 90}


def let_in(program: Program, moment: Moment, *scopes: Scope, days: int = 365) -> None:
    """``as``: an administrator's token for these scopes."""
    with program.db.write() as session:
        admin = session.scalars(select(User).where(User.username == "admin")).one()
        program._tokens["as"] = api_tokens.create(session, None, admin, "uji", scopes, days, moment.now)


def test_a_token_says_what_it_is(program: Program, moment: Moment) -> None:
    let_in(program, moment, Scope.FIGURES, days=10)
    own = program.get("/token", "as").get_json()
    assert (own["person"], own["role"], own["office"], own["scopes"]) == ("admin", "admin", "senapelan", ["figures"])
    assert (own["state"], own["made_by"], own["expires_at"][:10]) == ("ends_soon", None, "2026-12-04")
    assert refusal(program.get("/token")) == (401, "token_missing")


def test_it_makes_none_that_can_do_more_or_lasts_longer(program: Program, moment: Moment) -> None:
    let_in(program, moment, Scope.PEOPLE, Scope.TICKETS, days=100)
    assert program.post(TOKENS, NEW | {"days": 100}, "as").status_code == 201
    answer = program.post(TOKENS, NEW | {"days": 101}, "as")
    assert refusal(answer) == (403, "longer_than_own")
    assert answer.get_json()["days"] == 100
    answer = program.post(TOKENS, NEW | {"scopes": ["tickets", "levers"]}, "as")
    assert refusal(answer) == (403, "more_than_own")
    assert answer.get_json()["scopes"] == "levers"
    moment.now += timedelta(hours=1)
    assert refusal(program.post(TOKENS, NEW | {"days": 100}, "as")) == (403, "longer_than_own")
    made = program.post(TOKENS, {name: NEW[name] for name in ("name", "person", "scopes")}, "as").get_json()
    assert made["expires_at"] == "2027-03-03T10:00:00.000+07:00"  # 99 days: not one beyond its maker's end
    moment.now += timedelta(days=99, hours=1)
    short = {"name": "x", "person": "petugas1", "scopes": ["tickets"]}
    assert refusal(program.post(TOKENS, short, "as")) == (403, "longer_than_own")


def test_what_the_persons_role_does_not_reach_is_refused(program: Program, moment: Moment) -> None:
    let_in(program, moment, Scope.PEOPLE, Scope.TICKETS)
    assert refusal(program.post(TOKENS, NEW | {"scopes": ["people"]}, "as")) == (422, "scope_not_for_role")
    assert refusal(program.post(TOKENS, NEW | {"scopes": ["all"]}, "as")) == (422, "invalid_request")
    assert refusal(program.post(TOKENS, NEW | {"person": "nobody"}, "as")) == (404, "unknown_user")
    assert refusal(program.post(TOKENS, NEW | {"name": "\n"}, "as")) == (422, "bad_token_name")


def test_what_was_made_with_a_token_ends_with_it(program: Program, moment: Moment) -> None:
    let_in(program, moment, Scope.PEOPLE, Scope.TICKETS)
    wish = {"name": "anak", "person": "admin", "scopes": ["people", "tickets"]}
    program._tokens["child"] = program.post(TOKENS, wish, "as").get_json()["token"]
    made = program.post(TOKENS, NEW | {"days": 30}, "child").get_json()
    program._tokens["grandchild"] = made["token"]
    own = program.get("/token", "grandchild").get_json()
    assert (own["person"], own["made_by"]) == ("petugas1", "admin")
    assert own["made_with"] == program.get("/token", "child").get_json()["id"]
    assert program.send("DELETE", "/token", "as").get_json()["state"] == "revoked"
    for gone in ("as", "child", "grandchild"):
        assert refusal(program.get("/token", gone)) == (401, "token_unknown")


def test_a_repeat_makes_no_second_token_and_tells_nothing_again(program: Program, moment: Moment) -> None:
    let_in(program, moment, Scope.PEOPLE, Scope.TICKETS)
    key = {"Idempotency-Key": "7f3d"}
    first = program.post(TOKENS, NEW, "as", headers=key).get_json()
    again = program.post(TOKENS, NEW, "as", headers=key).get_json()
    assert first["token"].startswith(first["beginning"])
    assert again == first | {"token": None}
    assert refusal(program.post(TOKENS, NEW | {"days": 80}, "as", headers=key)) == (422, "idempotency_key_reused")
    with program.db.read() as session:
        assert len(session.scalars(select(ApiToken)).all()) == 2


def test_they_are_listed_and_revoked(program: Program, moment: Moment) -> None:
    let_in(program, moment, Scope.PEOPLE, Scope.TICKETS)
    made = [program.post(TOKENS, NEW, "as").get_json()["id"] for _ in range(3)]
    page = program.get(f"{TOKENS}?limit=2", "as").get_json()
    assert [each["id"] for each in page["tokens"]] == made[:0:-1]
    rest = program.get(f"{TOKENS}?after={page['next']}", "as").get_json()
    assert [each["id"] for each in rest["tokens"]] == [made[0], made[0] - 1]
    for _ in range(2):
        answer = program.send("DELETE", f"{TOKENS}/{made[0]}", "as")
        assert answer.get_json()["state"] == "revoked"
    for wrong in ("0", "999", "x", "9" * 30):
        assert refusal(program.send("DELETE", f"{TOKENS}/{wrong}", "as")) == (404, "unknown_token")
    people = {"after": program.get("/offices/senapelan/people?limit=1", "as").get_json()["next"]}
    assert refusal(program.get(TOKENS, "as", query_string=people)) == (422, "bad_cursor")


def test_accounts_and_personal_data_must_be_asked_for_by_name(program: Program) -> None:
    made = program.app.test_cli_runner().invoke(args=["token", "create", "admin"])
    program._tokens["usual"] = made.stdout.strip()
    answer = program.get(TOKENS, "usual")
    assert refusal(answer) == (403, "wrong_scope")
    assert answer.get_json()["scope"] == "people"
    assert set(scopes_of(Role.ADMIN)) - set(usual_scopes_of(Role.ADMIN)) == {Scope.PEOPLE, Scope.PRIVACY}
