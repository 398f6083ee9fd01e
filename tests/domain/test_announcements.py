"""A message to everyone who waits: shown to whom it concerns, told once to those who left a contact."""

import pytest
from sqlalchemy import select

from queue_app import announcements, booking, queries
from queue_app.display import board
from queue_app.errors import QueueError
from queue_app.messages import contacts, due
from queue_app.messages.contacts import Reach
from queue_app.models import ANNOUNCEMENT_LENGTH, Announcement, Message, MessageKind, Ticket
from queue_app.representation import ticket_json
from tests.office import Desk


def say(desk: Desk, text: str, code: str | None = None, minutes: int = 60, key: str = "a form") -> Announcement:
    with desk.db.write() as session:
        sent, _ = announcements.tell_all(session, desk.user(session, "supervisor"), text, code, minutes, key, desk.now)
        return sent


def heard(desk: Desk, ticket: Ticket) -> list[str]:
    with desk.db.read() as session:
        view = queries.ticket_view(session, booking.find(session, ticket.public_id), desk.now)
        found: list[str] = ticket_json(view, "/").get("messages", [])
        return found


def on_the_board(desk: Desk) -> list[tuple[str, str | None]]:
    with desk.db.read() as session:
        shown = board.snapshot(session, desk.office(session), desk.now)
    return [(said["text"], said["service"]) for said in shown["messages"]]


def with_contact(desk: Desk, ticket: Ticket, chat: str) -> Ticket:
    with desk.db.write() as session:
        found = booking.find(session, ticket.public_id)
        contacts.add(session, desk.vault, found, Reach("telegram", chat), "id", desk.now)
    return ticket


def told(desk: Desk) -> dict[str, str]:
    with desk.db.read() as session:
        rows = session.execute(
            select(Ticket.label, Message.params)
            .join(Ticket, Ticket.id == Message.ticket_id)
            .where(Message.kind == MessageKind.NOTICE)
        ).all()
        return {label: params["text"] for label, params in rows}


def test_it_is_shown_to_those_it_concerns_until_its_time_is_over(desk: Desk) -> None:
    here, other = desk.join("A"), desk.join("B")
    say(desk, "  Listrik padam,   tunggu sebentar ")
    say(desk, "Blangko habis", "A", minutes=30, key="another form")
    assert heard(desk, here) == ["Blangko habis", "Listrik padam, tunggu sebentar"]
    assert heard(desk, other) == ["Listrik padam, tunggu sebentar"]
    assert on_the_board(desk) == [("Blangko habis", "A"), ("Listrik padam, tunggu sebentar", None)]
    desk.wait(minutes=31)
    assert heard(desk, here) == ["Listrik padam, tunggu sebentar"]
    desk.wait(minutes=30)
    assert heard(desk, here) == []
    assert on_the_board(desk) == []


def test_sent_twice_it_is_one_and_taken_back_it_is_gone(desk: Desk) -> None:
    ticket = desk.join("A")
    sent = say(desk, "Listrik padam")
    assert say(desk, "Listrik padam").id == sent.id
    for _ in range(2):
        with desk.db.write() as session:
            announcements.take_back(session, desk.user(session, "supervisor"), sent.id, desk.now)
    assert heard(desk, ticket) == []
    assert [event.action for event in desk.events() if event.ticket_id is None] == ["announce", "announce_end"]


def test_those_who_waited_then_are_told_once(desk: Desk) -> None:
    waiting = with_contact(desk, desk.join("A"), "1234567")
    booked = with_contact(desk, desk.book("A"), "1234568")
    with_contact(desk, desk.join("B"), "1234569")
    gone = with_contact(desk, desk.join("A"), "1234570")
    desk.cancel(gone)
    desk.wait(minutes=1)
    say(desk, "Listrik padam", "A")
    desk.wait(minutes=1)
    with_contact(desk, desk.join("A"), "1234571")
    assert due.announced(desk.db, desk.now) == 2
    assert due.announced(desk.db, desk.now) == 0
    assert told(desk) == {waiting.label: "Listrik padam", booked.label: "Listrik padam"}


@pytest.mark.parametrize(
    ("text", "minutes", "code"),
    [
        ("   ", 60, "announcement_empty"),
        ("x" * (ANNOUNCEMENT_LENGTH + 1), 60, "announcement_too_long"),
        ("Listrik padam", 61, "bad_duration"),
    ],
)
def test_an_empty_or_endless_message_is_refused(desk: Desk, text: str, minutes: int, code: str) -> None:
    with pytest.raises(QueueError, match=code):
        say(desk, text, minutes=minutes)
    assert desk.events() == []
