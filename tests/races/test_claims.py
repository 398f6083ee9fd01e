"""Claims said and decided at the same moment, on both databases."""

from typing import Any

from sqlalchemy import select

from queue_app import claims
from queue_app.claims import LegName, Verdict
from queue_app.models import Ticket
from tests.office import Desk
from tests.races.crowd import rush

CROWD = {"processes": 2, "threads": 3}


def _served(desk: Desk) -> list[Ticket]:
    with desk.db.read() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def contest_all(desk: Desk, number: int) -> list[Any]:
    """One by one, or as an outage: the same legs, contested over and over."""
    if number % 2:
        with desk.db.write() as session:
            officer = desk.user(session, "petugas1")
            return [claims.flag_span(session, officer, desk.now.replace(hour=1), desk.now, desk.now, "padam")]
    for ticket in _served(desk):
        desk.act(claims.flag, ticket, "padam")
    return []


def decide_all(desk: Desk, number: int) -> list[Any]:
    """Half accept and half decline what all of them saw open, named in opposite orders."""
    names = [LegName(ticket.public_id, ticket.version) for ticket in _served(desk)]
    verdict = Verdict.ACCEPTED if number % 2 else Verdict.DECLINED
    with desk.db.write() as session:
        decider = desk.user(session, "supervisor" if number % 2 else "admin")
        ordered = names if number % 2 else names[::-1]
        return [claims.decide(session, decider, ordered, verdict, "open", desk.now, "putusan")]


def test_each_leg_is_contested_and_decided_once_however_many_do_it_at_once(desk: Desk, database_url: str) -> None:
    desk.open()
    served = [desk.serve(minutes=5) for _ in range(4)]
    rush(database_url, desk.now, contest_all, **CROWD)
    assert [desk.actions(ticket).count("flag") for ticket in served] == [1] * 4
    answers = rush(database_url, desk.now, decide_all, **CROWD)
    assert sorted(map(str, (answer[-1] for answer in answers))) == ["0", "0", "4", *["claim_moved"] * 3]
    assert len({desk.actions(ticket)[-1] for ticket in served}) == 1
    assert [len(desk.actions(ticket)) for ticket in served] == [len(desk.actions(served[0]))] * 4
