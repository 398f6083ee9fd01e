"""The second step: enrolled, asked for, and not to be tried through."""

import re
from datetime import timedelta

import pyotp
from flask import Flask

from queue_app.models import SignInKind
from tests.office import PASSWORD, Desk
from tests.routes.browsing import Person
from tests.routes.sign_in.people import Moment, change, kinds, sign_in


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
