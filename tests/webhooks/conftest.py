"""The demonstration office with webhooks that lead to this machine, on the desk's clock."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from queue_app import tickets
from queue_app.guarded_post import Patience
from queue_app.models import Delivery, Webhook
from queue_app.webhooks import subscribing
from queue_app.webhooks.kinds import of_group
from queue_app.webhooks.sender import Sender
from queue_app.webhooks.targets import read_allowed
from tests.office import Desk
from tests.webhooks.receiver import Receiver

HERE = read_allowed(("127.0.0.1",))


class Hooks:
    """``desk`` moves tickets, ``sender`` tells of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sender = self.new_sender()

    def new_sender(self, whole_s: float = 10.0) -> Sender:
        """As after a restart."""
        patience = Patience(connect_s=0.5, step_s=whole_s, whole_s=whole_s, read_at_most=64 * 1024)
        desk = self.desk
        return Sender(desk.db, desk.vault, HERE, lambda: desk.now, patience=patience, chance=lambda: 0.0)

    def to(self, url: str, kinds: Collection[str] = (), name: str = "Situs kota") -> tuple[Webhook, str]:
        """A webhook for these kinds, all of tickets when left out; with its secret."""
        with self.desk.db.write() as session:
            return subscribing.create(
                session,
                self.desk.vault,
                self.desk.office(session),
                name=name,
                url=url,
                kinds=kinds or of_group("ticket"),
                allowed=HERE,
                now=self.desk.now,
            )

    def deliveries(self) -> list[Delivery]:
        with self.desk.db.read() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))

    def webhook(self) -> Webhook:
        with self.desk.db.read() as session:
            return session.scalars(select(Webhook).order_by(Webhook.id).limit(1)).one()

    def until_done(self, step: timedelta = timedelta(seconds=10), most: int = 500) -> int:
        """Let time pass until nothing waits; how many rounds it took."""
        for rounds in range(most):
            self.sender.empty()
            if all(delivery.status != "QUEUED" for delivery in self.deliveries()):
                return rounds
            self.desk.now += step
        raise AssertionError("it never ends")


@pytest.fixture
def hooks(desk: Desk) -> Hooks:
    return Hooks(desk)


@pytest.fixture
def receive() -> Iterator[Callable[..., Receiver]]:
    receivers: list[Receiver] = []

    def start(*args: object, **options: object) -> Receiver:
        receivers.append(Receiver(*args, **options))  # type: ignore[arg-type]
        return receivers[-1]

    yield start
    for receiver in receivers:
        receiver.stop()


def serve(desk: Desk) -> None:
    """One citizen after another, from the line to the end."""
    called = desk.call_next("petugas1", 1)
    assert called is not None
    desk.act(tickets.finish, desk.act(tickets.start, called))
