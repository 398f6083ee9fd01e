"""Who signs in, and what of it is looked at."""

from datetime import datetime, timedelta

from sqlalchemy import select

from queue_app.models import SignInEvent, SignInKind
from tests.office import PASSWORD, Desk
from tests.routes.browsing import Person

NEW = "kopi-hujan-sepeda"


class Moment:
    """The time that the routes see."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def wait(self, **duration: float) -> None:
        self.now += timedelta(**duration)


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
