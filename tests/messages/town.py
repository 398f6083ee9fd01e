"""The demonstration office, people who want to be told, a post office on the desk's clock, and a look at the outbox."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from queue_app.config import Config
from queue_app.messages import contacts
from queue_app.messages.contacts import PUSH, Reach
from queue_app.messages.courier import Courier
from queue_app.messages.outcome import DELIVERED, Outcome
from queue_app.messages.post_office import PostOffice
from queue_app.models import Contact, Message, MessageKind, Ticket
from queue_app.personal import Holder
from tests.office import SECRET, Desk

PHONE = "081234567890"
SITE = "https://antrean.example.go.id"


class Remembered:
    """A channel that only remembers what it was to hand over, and answers with the next of ``outcomes``."""

    def __init__(self, *outcomes: Outcome, repeats: bool = False) -> None:
        self.repeats = repeats
        self.handed: list[tuple[MessageKind, str, str]] = []
        self._outcomes = list(outcomes) or [DELIVERED]

    def hand_over(self, letter: Any, address: str, now: Any) -> Outcome:  # noqa: ARG002 - as every channel
        self.handed.append((letter.message.kind, letter.message.occurrence, address))
        return self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]


class Town:
    """``desk`` moves tickets, ``post`` tells of it. Phones are told by the channel ``whatsapp``."""

    def __init__(self, desk: Desk, tmp_path: Path, urls: Mapping[str, str] | None = None) -> None:
        self.desk = desk
        self.urls = urls or {"whatsapp": "json://127.0.0.1:1/?:to={phone}"}
        self.config = Config(
            str(desk.db.url.render_as_string(hide_password=False)),
            SECRET,
            instance_dir=tmp_path,
            notify_urls=self.urls,
            public_url=SITE,
            push_to_loopback=True,
        )
        self.post = PostOffice(self.config, desk.db, desk.vault, lambda: desk.now)

    def with_phone(self, service: str = "A", language: str = "id", **wish: Any) -> Ticket:
        """A booking by somebody who wants to be told at a phone number."""
        ticket = self.desk.book(service, holder=Holder(phone=PHONE), **wish)
        with self.desk.db.write() as session:
            contacts.keep_own_phone(session, session.get_one(Ticket, ticket.id), "whatsapp", language, self.desk.now)
        return ticket

    def follow(self, ticket: Ticket, address: str, channel: str = PUSH, language: str = "id") -> Contact:
        with self.desk.db.write() as session:
            reach = Reach(channel, address)
            found = session.get_one(Ticket, ticket.id)
            return contacts.add(session, self.desk.vault, found, reach, language, self.desk.now)

    def courier(self, **channels: Any) -> Courier:
        """A carrier by these channels, with no chance in its pauses."""
        return Courier(self.desk.db, self.desk.vault, channels, lambda: self.desk.now, chance=lambda: 0.0)

    def carry_all(self, courier: Courier) -> None:
        while courier.carry():
            assert courier.finish(30)

    def carry_on(self, courier: Courier, **duration: float) -> None:
        """Carry, and carry again every minute for so long."""
        end = self.desk.now + timedelta(**duration)
        while self.desk.now <= end:
            self.carry_all(courier)
            self.desk.wait(minutes=1)

    def told(self) -> list[tuple[str, str]]:
        """Kind and status of every message, oldest first."""
        return [(message.kind.value, message.status.value) for message in self.messages()]

    def messages(self) -> list[Message]:
        with self.desk.db.read() as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    def contacts(self) -> list[Contact]:
        with self.desk.db.read() as session:
            return list(session.scalars(select(Contact).order_by(Contact.id)))

    def change_messages(self, **values: Any) -> None:
        with self.desk.db.write() as session:
            session.execute(update(Message).values(**values))

    def reconfigured(self, **changes: Any) -> PostOffice:
        return PostOffice(replace(self.config, **changes), self.desk.db, self.desk.vault, lambda: self.desk.now)
