"""However many processes carry, each message is handed over once: on SQLite and on PostgreSQL, to a real gateway."""

import threading
from collections import Counter as Tally
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sqlalchemy import select, update

from queue_app.messages.courier import Courier
from queue_app.messages.gateway import GatewayChannel
from queue_app.messages.reader import LogReader
from queue_app.models import Message, MessageStatus
from tests.messages.listeners import Listener
from tests.messages.town import Town
from tests.office import Desk
from tests.races.crowd import rush

PEOPLE = 40


def read_and_carry(url: str, desk: Desk, _number: int) -> list[Any]:
    """What one process does, with everybody else doing the same."""
    LogReader(desk.db, "whatsapp").read(desk.now)
    courier = Courier(desk.db, desk.vault, {"whatsapp": GatewayChannel(url, None)}, lambda: desk.now)
    carried = 0
    while taken := courier.carry():
        carried += taken
        assert courier.finish(30)
    return [carried]


def test_without_the_claim_two_carriers_hand_over_the_same(town: Town) -> None:
    """Read what is queued, hand it over, then mark it: what many outboxes do."""
    town.with_phone()
    town.post.collect(town.desk.now)
    together = threading.Barrier(2)
    handed: list[int] = []

    def naive_carrier(_: int) -> None:
        with town.desk.db.read() as session:
            message = session.scalars(select(Message).where(Message.status == MessageStatus.QUEUED)).one()
        together.wait(10)  # both have read before either marks
        handed.append(message.id)
        with town.desk.db.write() as session:
            session.execute(update(Message).where(Message.id == message.id).values(status=MessageStatus.SENT))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(naive_carrier, range(2)))
    assert len(handed) == 2


def test_several_processes_tell_everybody_once(town: Town, database_url: str, listen: Callable[..., Listener]) -> None:
    listener = listen(200)
    numbers = {town.with_phone("ABCDEF"[n % 6]).label for n in range(PEOPLE)}
    work = partial(read_and_carry, f"json://127.0.0.1:{listener.port}/?:to={{phone}}&:message={{message}}")
    rush(database_url, town.desk.now, work, processes=4, threads=2)
    titles = Tally(body["title"] for body in listener.bodies)
    assert titles == {f"Nomor antrean Anda {number}": 1 for number in numbers}
    assert Tally(town.told()) == {("booked", "SENT"): PEOPLE}
