"""What an officer does by the desk's page before a test begins, and what is looked at afterwards."""

import re
from collections.abc import Callable

from queue_app import shifts
from queue_app.lifecycle import ShiftState
from queue_app.models import Ticket
from tests.office import Desk
from tests.routes.browsing import Person

Signed = Callable[[str], Person]

POSTS = [
    *("open", "close", "pause", "continue", "call-next", "call", "recall", "start", "finish"),
    *("finish-next", "hold", "resume", "transfer", "return", "no-show", "undo", "flag"),
]
TICKET_MOVES = POSTS[POSTS.index("call") :]


def called(ana: Person, desk: Desk, service: str = "A") -> Ticket:
    """A walk-in whom ana has called by the page."""
    ticket = desk.join(service)
    ana.open("/desk")
    ana.press("/desk/call-next")
    return desk.fresh(ticket)


def serving(ana: Person, desk: Desk, service: str = "A", minutes: float = 5) -> Ticket:
    """A walk-in whom ana has been serving for some minutes."""
    ticket = called(ana, desk, service)
    ana.press("/desk/start")
    desk.wait(minutes=minutes)
    ana.open("/desk")
    return desk.fresh(ticket)


def told(person: Person) -> str:
    """What the page says came of the last move."""
    found = re.search(r'class="told told--\w+">.*?<span>(.*?)(?:<span|</span>)', person.page, re.DOTALL)
    return found.group(1) if found else ""


def shift_state(desk: Desk, officer: str = "petugas1") -> ShiftState | None:
    with desk.db.read() as session:
        shift = shifts.current(session, desk.user(session, officer))
        return shift.state if shift else None
