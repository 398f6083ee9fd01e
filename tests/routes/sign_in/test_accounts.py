"""Accounts: made, given another role, helped by commands; tokens revoked."""

from flask import Flask

from queue_app.models import Role, User
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.sign_in.people import NEW, change, sign_in


def test_an_administrator_makes_an_account_and_its_password_is_changed_first(app: Flask) -> None:
    admin = Person(app, "admin")
    admin.open("/manage/people")
    admin.press("/manage/people", name="Citra", username="citra", role="supervisor")
    temporary = admin.page.partition("Kata sandi sementara citra: ")[2].partition(". Catat")[0]
    citra = Person(app)
    assert sign_in(citra, "citra", temporary) == 200
    assert "Kata sandi Anda dibuat oleh orang lain." in citra.page
    assert citra.open("/supervisor").request.path == "/account/password"
    for new, again, refusal in (
        ("short", "short", "paling sedikit 8"),
        ("rahasia123", "rahasia123", "mudah ditebak"),
        (temporary, temporary, "harus lain"),
        (NEW, "else", "tidak sama"),
    ):
        citra.press("/account/password", old=temporary, new=new, again=again)
        assert refusal in citra.page
    assert citra.press("/account/password", old=temporary, new=NEW, again=NEW).request.path == "/supervisor"
    assert sign_in(Person(app), "citra", temporary) == 422
    assert sign_in(Person(app), "citra", NEW) == 200


def test_the_last_administrator_and_who_serves_stay(app: Flask, desk: Desk) -> None:
    admin = Person(app, "admin")
    desk.open("petugas1", 1)
    with desk.db.read() as session:
        ids = {name: desk.user(session, name).id for name in ("admin", "petugas1")}
    for name, refusal in (("admin", "harus tetap punya"), ("petugas1", "masih membuka loket")):
        admin.open(f"/manage/people/{ids[name]}")
        assert admin.press(f"/manage/people/{ids[name]}/deactivate").status_code == 409
        assert refusal in admin.page
    with desk.db.read() as session:
        assert all(session.get_one(User, user_id).active for user_id in ids.values())


def test_roles_change_at_the_next_request(app: Flask, desk: Desk) -> None:
    supervisor = Person(app, "supervisor")
    assert supervisor.client.get("/supervisor").status_code == 200
    change(desk, "supervisor", role=Role.OFFICER)
    assert supervisor.client.get("/supervisor").status_code == 403


def test_a_token_that_was_seen_by_others_is_revoked(app: Flask) -> None:
    runner = app.test_cli_runner()
    token = runner.invoke(args=["token", "create", "supervisor"]).output.strip()

    def ask() -> tuple[int, str]:
        answer = app.test_client().get(
            "/api/v1/offices/senapelan/metrics/waits", headers={"Authorization": f"Bearer {token}"}
        )
        return answer.status_code, (answer.get_json() or {}).get("code", "")

    assert ask() == (200, "")
    assert "1 tokens" in runner.invoke(args=["token", "revoke", "supervisor"]).output
    assert ask() == (401, "token_unknown")


def test_the_commands_help_who_lost_everything(app: Flask, desk: Desk) -> None:
    runner = app.test_cli_runner()
    change(desk, "admin", totp_since=desk.now, totp_sealed=desk.vault.seal("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"))
    password = runner.invoke(args=["user", "reset", "admin"]).output.strip()
    assert runner.invoke(args=["user", "reset", "admin", "--second-step"]).exit_code == 0
    admin = Person(app)
    assert sign_in(admin, "admin", password) == 200
    assert "Kata sandi Anda dibuat oleh orang lain." in admin.page
