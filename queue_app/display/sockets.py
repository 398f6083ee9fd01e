"""The sockets: who may listen to what, and the whole truth for each who connects.

A socket joins its room before the snapshot is read: whatever happens in between is sent to it as well, and its page
keeps the newer of the two.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import request
from flask_login import current_user
from flask_socketio import ConnectionRefusedError, join_room  # type: ignore[attr-defined] # the stubs forget the first

from queue_app import auth, booking, clock, permissions, queries
from queue_app.devices import seen
from queue_app.display import board, screens
from queue_app.display.part import Parts
from queue_app.display.push import pusher, ticket_message
from queue_app.display.rooms import DESK, DISPLAY, TICKET, office_room, screen_room, screens_room, ticket_room
from queue_app.errors import QueueError
from queue_app.extensions import database, site
from queue_app.flask_extensions import socketio
from queue_app.models import Office
from queue_app.representation import instant, ticket_json

log = logging.getLogger(__name__)

LONGEST_NAME = 64
"""Nothing that a socket may ask for has a longer name."""

Message = dict[str, Any]
Handler = TypeVar("Handler", bound=Callable[..., Any])


def refusing(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Turn every failure to connect into a refusal with a code; an unanswered client would wait for ever."""

    @wraps(connect)
    def guarded(auth: object = None) -> None:
        try:
            connect(auth)
        except Exception as error:
            pusher().desks.remove(_sid())
            pusher().subscribers.remove(_sid())  # a refused socket is not told apart when it goes
            if isinstance(error, ConnectionRefusedError):
                raise
            if isinstance(error, QueueError):
                raise ConnectionRefusedError(error.code) from error
            log.exception("a socket could not be connected")
            raise ConnectionRefusedError("unavailable") from error

    return guarded


def allowed(event: str, namespace: str) -> Callable[[Handler], Handler]:
    """Listen to a message from those whom the table of permissions lets send it; others get no answer, and for
    ``connect`` a refusal. Asked at every message, for who has connected may have signed out since."""
    roles = permissions.of_message(namespace, event)

    def listen(handler: Handler) -> Handler:
        @wraps(handler)
        def checked(*sent: Any) -> Any:
            if permissions.CITIZEN in roles or auth.who() in roles:
                return handler(*sent)
            if event == "connect":
                raise ConnectionRefusedError("unauthorized")
            return None

        socketio.on(event, namespace=namespace)(refusing(checked) if event == "connect" else checked)
        return handler

    return listen


@allowed("connect", DISPLAY)
def connect_display(auth: object) -> None:
    """``auth={"office": slug}``, and of a paired screen its display's id under ``screen``."""
    slug = _named(auth, "office", "unknown_office")
    with database().read() as session:
        office_id = board.office_id(session, slug)
        screen = None
        if isinstance(auth, dict) and "screen" in auth:
            screen = screens.require(session, slug, auth["screen"]).token_digest
    if screen is None:
        _follow(office_id)
    else:
        _follow_as_screen(office_id, screen)
    pusher().send(DISPLAY, "board", _sid(), _board(office_id))


@allowed("snapshot", DISPLAY)
def answer_display(_message: object = None) -> Message:
    """The board again, for a display that missed something."""
    return _board(pusher().subscribers.office_of(_sid()))


@allowed("seen", DISPLAY)
def note_seen(message: object = None) -> None:
    """A paired screen tells that it is there, and the page and resolution that it has."""
    screen = pusher().subscribers.screen_of(_sid())
    if screen is not None:
        screens.heard().note(screen, seen.read(message), clock.now())


@allowed("connect", TICKET)
def connect_ticket(auth: object) -> None:
    public_id = _named(auth, "ticket", "unknown_ticket")
    with database().read() as session:
        office_id = booking.find(session, public_id).office_id
    join_room(ticket_room(public_id))
    _follow(office_id, public_id)
    pusher().send(TICKET, "ticket", _sid(), _ticket(public_id))


@allowed("connect", DESK)
def connect_desk(_auth: object) -> None:
    if current_user.is_covered(clock.now()):
        raise ConnectionRefusedError("covered")
    pusher().desks.add(_sid(), current_user.session_digest)
    _follow(current_user.office_id)
    with database().read() as session:
        office = session.get_one(Office, current_user.office_id)
        version, now = office.version, instant(clock.now(), office.zone)
    pusher().send(DESK, "changed", _sid(), {"version": version, "as_of": now})


@allowed("disconnect", DISPLAY)
@allowed("disconnect", TICKET)
@allowed("disconnect", DESK)
def forget(_reason: object = None) -> None:
    pusher().desks.remove(_sid())
    pusher().subscribers.remove(_sid())


def _follow(office_id: int, public_id: str | None = None) -> None:
    join_room(office_room(office_id))
    pusher().subscribers.add(_sid(), office_id, public_id, site())
    pusher().start()


def _follow_as_screen(office_id: int, screen: str) -> None:
    join_room(screens_room(office_id))
    join_room(screen_room(screen))
    pusher().subscribers.add(_sid(), office_id, screen=screen)
    pusher().start()


def _board(office_id: int) -> Message:
    """The board of the office, or the part that the asking screen shows of it."""
    whole = pusher().boards.of(office_id)
    if pusher().subscribers.screen_of(_sid()) is None:
        return whole
    with database().read() as session:
        device = screens.of_browser(session)
        return Parts(whole, device.office).of(device) if device else whole


def _ticket(public_id: str) -> Message:
    with database().read() as session:
        ticket = booking.find(session, public_id)
        body = ticket_json(queries.ticket_view(session, ticket, clock.now()), site())
        return ticket_message(body, ticket.office.version)


def _named(auth: object, key: str, refusal: str) -> str:
    """The text under ``key`` of what the client sent. Raises ConnectionRefusedError for anything else."""
    name = auth.get(key) if isinstance(auth, dict) else None
    if not isinstance(name, str) or "\0" in name or not 0 < len(name) <= LONGEST_NAME or not name.isascii():
        raise ConnectionRefusedError(refusal)
    return name


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined] # Flask-SocketIO puts it there
    return sid
