"""Guessing, sessions, the second step and the cover, as people and attackers meet them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from queue_app import create_app
from queue_app.config import Config
from queue_app.flask_extensions import socketio
from queue_app.models import Role, SignInEvent, SignInKind, User
from queue_app.models.log import LogIsAppendOnly
from queue_app.signin import passwords
from tests.office import PASSWORD, Desk
from tests.routes.browsing import Person

NEW = "kopi-hujan-sepeda"


class Moment:
    """The time that the routes see."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def wait(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@pytest.fixture
def database_url(new_sqlite_url: str) -> str:
    """SQLite alone: what differs on PostgreSQL is in `tests/races/test_sign_in.py` and `test_session.py`."""
    return new_sqlite_url


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The shared app, whose push task ends before its database goes."""
    yield app
    app.extensions["antrean_push"].stop()


@pytest.fixture
def moment(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Moment:
    moment = Moment(now)
    monkeypatch.setattr("queue_app.clock.now", lambda: moment.now)
    return moment


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guess takes no time, so that many can be tried: only whether it is right."""
    monkeypatch.setattr(passwords, "matches", lambda kept, typed: kept is not None and typed in (PASSWORD, NEW, "2846"))


def sign_in(person: Person, username: str, password: str = PASSWORD, address: str = "198.51.100.7") -> int:
    person.client.environ_base["REMOTE_ADDR"] = address
    person.open("/signin")
    return person.press("/signin", username=username, password=password).status_code


def kinds(desk: Desk, username: str) -> list[SignInKind]:
    with desk.db.read() as session:
        user = desk.user(session, username)
        return list(
            session.scalars(select(SignInEvent.kind).where(SignInEvent.user_id == user.id).order_by(SignInEvent.id))
        )


def change(desk: Desk, username: str, **values: object) -> None:
    with desk.db.write() as session:
        for name, value in values.items():
            setattr(desk.user(session, username), name, value)


@pytest.mark.usefixtures("quick_hashes")
def test_guesses_are_slowed_down_more_and_more(app: Flask, moment: Moment) -> None:
    attacker = Person(app)
    assert [sign_in(attacker, "petugas1", "wrong") for _ in range(6)] == [422] * 5 + [429]
    assert "Terlalu banyak percobaan. Tunggu 1 detik" in attacker.page
    waits = []
    for _ in range(4):
        moment.wait(seconds=sum(waits[-1:], 1))
        sign_in(attacker, "petugas1", "wrong")
        answer = attacker.press("/signin", username="petugas1", password=PASSWORD)
        assert answer.status_code == 429, "even the right one is not looked at"
        waits.append(int(answer.headers["Retry-After"]))
    assert waits == [2, 4, 8, 16]
    assert sign_in(attacker, "petugas2") == 200, "another name is another matter"


@pytest.mark.usefixtures("quick_hashes")
def test_nobody_is_locked_out_from_elsewhere(app: Flask, moment: Moment) -> None:
    own, elsewhere, storm = Person(app), Person(app), Person(app)
    assert sign_in(own, "petugas1", address="203.0.113.5") == 200
    own.press("/signout")
    for number in range(60):
        sign_in(storm, "petugas1", "wrong", address=f"198.51.{number}.7")
    assert sign_in(elsewhere, "petugas1", address="192.0.2.9") == 429
    assert sign_in(own, "petugas1", address="203.0.113.5") == 200, "a browser that the officer has used is let through"
    moment.wait(seconds=61)
    assert sign_in(elsewhere, "petugas1", address="192.0.2.9") == 200, "at most a minute for everybody else"


@pytest.mark.usefixtures("quick_hashes")
def test_an_unknown_name_is_refused_in_the_same_words_and_slowed_down_alike(app: Flask, moment: Moment) -> None:
    answers = {}
    for name in ("petugas1", "nobody"):
        person = Person(app)
        codes = [sign_in(person, name, "wrong", address=f"192.0.2.{len(name)}") for _ in range(7)]
        answers[name] = (codes, person.page.replace(name, "NAME").partition("<main")[2].partition("csrf_token")[0])
    assert answers["petugas1"] == answers["nobody"]


def test_what_happened_is_shown_to_the_person_and_cannot_be_changed(app: Flask, desk: Desk) -> None:
    person = Person(app)
    person.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    assert sign_in(person, "petugas1", "wrong") == 422
    assert sign_in(person, "petugas1") == 200
    person.open("/account")
    for words in ("Kata sandi salah", "Firefox, Windows", "198.51.100.0/24"):
        assert words in person.page
    assert "198.51.100.7" not in person.page
    with pytest.raises(LogIsAppendOnly), desk.db.write() as session:
        session.delete(session.scalars(select(SignInEvent)).first())


@pytest.mark.usefixtures("passwords_in_use")
def test_a_password_kept_by_weaker_parameters_is_hashed_anew(app: Flask, desk: Desk) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    change(desk, "petugas1", password_hash=weak)
    assert sign_in(Person(app), "petugas1") == 200
    with desk.db.read() as session:
        kept = str(desk.user(session, "petugas1").password_hash)
    assert "$argon2id$" in kept
    assert "m=65536,t=3,p=4" in kept


@pytest.mark.parametrize(
    ("password", "is_common"),
    [
        ("password", True),
        ("P@ssw0rd2026!", True),
        ("Rahasia123", True),
        ("12345678", True),
        ("qwertyuiop", True),
        ("petugas1-2026", True),
        ("aaaaaaaaaa", True),
        (NEW, False),
        ("t7Gq-x2Lm-9pRw", False),
    ],
)
def test_common_passwords_are_known(password: str, is_common: bool) -> None:
    assert passwords.is_common(password, "petugas1") is is_common


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


def test_sessions_are_listed_and_ended(app: Flask) -> None:
    here, there, third = (Person(app, "petugas1") for _ in range(3))
    stranger = Person(app, "petugas2")
    here.open("/account")
    there.open("/account")
    ends = [form.action for form in _forms(here) if form.action.endswith("/end")]
    assert len(ends) == 2
    stranger.open("/account")
    assert stranger.send(ends[0], {}).status_code == 404, "not somebody else's"
    here.press(ends[-1])
    assert sorted(person.client.get("/desk").status_code for person in (there, third)) == [200, 302]
    here.press("/account/sessions/end-others")
    assert [person.client.get("/desk").status_code for person in (here, there, third)] == [200, 302, 302]


def _forms(person: Person) -> list[object]:
    from tests.routes.browsing import forms

    return list(forms(person.page))


@pytest.mark.parametrize("deed", ["sign out", "end", "role", "deactivate", "password"])
def test_live_sockets_end_with_the_session(app: Flask, deed: str) -> None:
    officer, admin = Person(app, "petugas1"), Person(app, "admin")
    socket = socketio.test_client(app, namespace="/desk", flask_test_client=officer.client)
    other = socketio.test_client(app, namespace="/desk", flask_test_client=Person(app, "petugas2").client)
    assert socket.is_connected("/desk")
    if deed == "sign out":
        officer.open("/desk")
        officer.press("/signout")
    elif deed == "end":
        elsewhere = Person(app, "petugas1")
        elsewhere.open("/account")
        elsewhere.press("/account/sessions/end-others")
    else:
        admin.open("/manage/people")
        page = next(part for part in admin.page.split('href="') if "Petugas 1<" in part).partition('"')[0]
        admin.open(page)
        admin.press(f"{page}/{deed}", **({"role": "reception"} if deed == "role" else {}))
    assert not socket.is_connected("/desk")
    assert other.is_connected("/desk")
    assert officer.client.get("/desk").status_code == 302
    again = socketio.test_client(app, namespace="/desk", flask_test_client=officer.client)
    assert not again.is_connected("/desk"), "the same cookie opens none"


@pytest.mark.usefixtures("quick_hashes")
@pytest.mark.parametrize("hours", [12, 3])
def test_a_session_ends_however_busy_and_the_counter_keeps_its_state(
    config: Config, desk: Desk, moment: Moment, hours: int
) -> None:
    app = create_app(replace(config, session_hours=hours))
    desk.open("petugas1", 1)
    desk.join("A")
    officer = Person(app)
    assert sign_in(officer, "petugas1") == 200
    socket = socketio.test_client(app, namespace="/desk", flask_test_client=officer.client)
    called = desk.call_next("petugas1", 1)
    assert called is not None
    for _ in range(hours * 4 - 1):  # busy all the time
        moment.wait(minutes=15)
        assert officer.open("/desk").request.path == "/desk"
    app.extensions["antrean_push"].beat()
    assert socket.is_connected("/desk")
    moment.wait(minutes=15)
    app.extensions["antrean_push"].beat()
    assert not socket.is_connected("/desk")
    assert officer.open("/desk").request.path == "/signin"
    assert sign_in(officer, "petugas1") == 200
    officer.open("/desk")
    assert called.label in officer.page, "the counter is open, with the same number"
    officer.open("/account")
    assert officer.page.count("account__row") == 1, "what is over is not listed"
    app.extensions["antrean_push"].stop()
    app.extensions["antrean_database"].dispose()


def test_a_session_that_another_process_ended_loses_its_socket_at_the_next_heartbeat(app: Flask, desk: Desk) -> None:
    officer = Person(app, "petugas1")
    socket = socketio.test_client(app, namespace="/desk", flask_test_client=officer.client)
    change(desk, "petugas1", active=False)
    app.extensions["antrean_push"].beat()
    assert not socket.is_connected("/desk")


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


def enrol(person: Person, moment: Moment) -> tuple[pyotp.TOTP, list[str]]:
    """Set up the second step; the phone, and the recovery codes."""
    person.open("/account/second-step")
    secret = person.page.partition('account__secret">')[2].partition("<")[0].replace(" ", "")
    phone = pyotp.TOTP(secret)
    person.press("/account/second-step", code=phone.at(moment.now))
    found = [part.partition("<")[0] for part in person.page.split("<code>")[1:]]
    assert len(found) == 8
    return phone, found


def test_the_second_step(app: Flask, desk: Desk, moment: Moment) -> None:
    desk.change_office(second_step=True)
    supervisor = Person(app)
    assert sign_in(supervisor, "supervisor") == 200
    assert "Pasang langkah kedua" in supervisor.page, "the office wants it"
    assert supervisor.open("/supervisor/figures").request.path == "/account/second-step"
    supervisor.open("/account/second-step")
    assert supervisor.press("/account/second-step", code="000000").status_code == 422
    phone, recovery = enrol(supervisor, moment)
    assert len({code for code in recovery if re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", code)}) == 8
    assert supervisor.client.get("/supervisor").status_code == 200
    moment.wait(minutes=5)

    def try_code(code: str) -> str:
        browser = Person(app)
        sign_in(browser, "supervisor")
        assert browser.client.get("/supervisor").status_code == 302, "the password alone is not enough"
        browser.press("/signin/code", code=code)
        return "in" if browser.client.get("/supervisor").status_code == 200 else "out"

    code = phone.at(moment.now)
    assert [try_code(code), try_code(code)] == ["in", "out"], "a code is taken once"
    moment.wait(minutes=2)
    assert try_code(phone.at(moment.now - timedelta(minutes=2))) == "out", "and not long after"
    assert [try_code(recovery[0].upper()), try_code(recovery[0])] == ["in", "out"]
    supervisor.open("/account")
    supervisor.press("/account/recovery-codes", old="wrong")
    assert try_code(recovery[1]) == "in", "they stay when the password was wrong"
    supervisor.press("/account/recovery-codes", old=PASSWORD)
    fresh = supervisor.page.split("<code>")[1].partition("<")[0]
    moment.wait(minutes=10)
    assert [try_code(recovery[2]), try_code(fresh)] == ["out", "in"]
    assert kinds(desk, "supervisor").count(SignInKind.RECOVERY_USED) == 3

    admin = Person(app, "admin")
    change(desk, "admin", totp_since=moment.now)
    with desk.db.read() as session:
        page = f"/manage/people/{desk.user(session, 'supervisor').id}"
    admin.open(page)
    admin.press(f"{page}/second-step")
    assert SignInKind.SECOND_STEP_RESET in kinds(desk, "supervisor")
    assert "oleh Administrator" in admin.page
    assert supervisor.client.get("/supervisor").status_code == 302, "all sessions have ended"


def test_codes_cannot_be_tried_through(app: Flask, desk: Desk, moment: Moment) -> None:
    supervisor = Person(app, "supervisor")
    phone, _ = enrol(supervisor, moment)
    moment.wait(minutes=5)
    thief = Person(app)
    sign_in(thief, "supervisor")
    answers = [thief.press("/signin/code", code="123456").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert thief.press("/signin/code", code=phone.at(moment.now)).status_code == 429
    moment.wait(minutes=6)
    assert thief.press("/signin/code", code=phone.at(moment.now)).request.path == "/signin", (
        "the password is asked anew"
    )


@pytest.mark.usefixtures("quick_hashes")
def test_the_cover(app: Flask, desk: Desk, moment: Moment) -> None:
    """Who is called stays called; what is pressed under the cover is not done; five wrong PINs ask for the password."""
    desk.change_office(lock_minutes=5)
    desk.open("petugas1", 1)
    ticket = desk.join()
    assert desk.call_next("petugas1", 1) is not None
    officer = Person(app)
    sign_in(officer, "petugas1")
    officer.open("/account")
    officer.press("/account/pin", pin="1234", old=PASSWORD)
    assert "bukan angka yang sama" in officer.page
    officer.press("/account/pin", pin="2846", old=PASSWORD)
    officer.open("/desk")
    desk_page = officer.page
    moment.wait(minutes=7)
    version = desk.fresh(ticket).version
    assert officer.client.get("/desk/live").status_code == 403
    officer.page = desk_page
    assert officer.send("/desk/start", {"ticket": ticket.public_id, "version": str(version)}).request.path == "/lock"
    assert desk.fresh(ticket).version == version
    assert not socketio.test_client(app, namespace="/desk", flask_test_client=officer.client).is_connected("/desk")
    for _ in range(4):
        officer.press("/lock/open", secret="0000")
    assert "PIN itu tidak cocok." in officer.page
    officer.press("/lock/open", secret="0000")
    assert "Kata sandi" in officer.page, "only the password opens it now"
    moment.wait(minutes=1)
    officer.press("/lock/open", secret=PASSWORD)
    assert officer.client.get("/desk").status_code == 200
    assert ticket.label in officer.page
    officer.open("/account")
    socket = socketio.test_client(app, namespace="/desk", flask_test_client=officer.client)
    assert officer.press("/lock").request.path == "/lock"
    assert not socket.is_connected("/desk")
    assert officer.press("/lock/open", secret="2846").status_code == 200
    assert kinds(desk, "petugas1").count(SignInKind.UNLOCKED) == 2


def test_touching_the_page_keeps_it_open_and_its_own_asking_does_not(app: Flask, desk: Desk, moment: Moment) -> None:
    desk.change_office(lock_minutes=5)
    touched, left = Person(app, "petugas1"), Person(app, "petugas2")
    for person in (touched, left):
        person.open("/desk")
    for _ in range(8):
        moment.wait(minutes=1)
        assert touched.send("/lock/active", {}).status_code == 204 or touched.open("/desk")
        touched.open("/desk")
        left.client.get("/desk/live")
    assert touched.client.get("/desk").status_code == 200
    assert "/lock" in str(left.client.get("/desk").location)


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
