"""Visits of several services under one name: one number, in the order of the steps."""

import pytest

from queue_app import booking, queries, representation, tickets, visits
from queue_app.booking import BookingRequest
from queue_app.errors import Invalid, NotFound
from queue_app.lifecycle import TicketState
from queue_app.models import Channel, Ticket
from tests.office import Desk

VISIT = "bayi-lahir"
"""Of the demonstration office: A, then B, then F."""


def joined(desk: Desk, code: str = VISIT) -> Ticket:
    with desk.db.write() as session:
        wanted = visits.wanted(session, desk.office(session).id, code)
        template = wanted.template
        wish = BookingRequest(
            wanted.service, Channel.KIOSK, also=wanted.further, visit_id=template.id if template else None
        )
        ticket, _ = booking.issue(session, desk.vault, wish, desk.now)
        return ticket


def shown(desk: Desk, ticket: Ticket) -> tuple[object, ...]:
    """Service, visit, step and number of steps, as programs and the holder see them."""
    with desk.db.read() as session:
        found = booking.find(session, ticket.public_id)
        body = representation.ticket_json(queries.ticket_view(session, found, desk.now), "http://here/")
    return tuple(body.get(name) for name in ("service", "visit", "step", "steps", "also"))


def test_it_goes_from_step_to_step_with_one_number(desk: Desk) -> None:
    desk.open()
    ticket = joined(desk)
    assert ticket.label == "A-001"
    assert shown(desk, ticket) == ("A", VISIT, 1, 3, ["B", "F"])
    for step, code, rest in ((2, "B", ["F"]), (3, "F", None)):
        called = desk.call_next()
        assert called is not None
        desk.act(tickets.finish, desk.act(tickets.start, called))
        assert shown(desk, ticket) == (code, VISIT, step, 3, rest)
    assert desk.fresh(ticket).due_at == ticket.due_at


def test_a_step_may_be_sent_to_a_colleague(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    ticket = joined(desk)
    called = desk.call_next()
    assert called is not None
    sent = desk.send(desk.act(tickets.start, called), "petugas2", "F")
    assert shown(desk, sent) == ("F", VISIT, 2, 3, ["B"])
    again = desk.call_next("petugas2", 2)
    assert again is not None
    assert again.id == ticket.id
    done = desk.act(tickets.finish, desk.act(tickets.start, again, officer="petugas2"), officer="petugas2")
    assert (done.state, shown(desk, done)[0]) == (TicketState.WAITING, "B")


def test_it_is_as_good_as_its_services(desk: Desk) -> None:
    with desk.db.read() as session:
        office = desk.office(session)
        wanted = visits.wanted(session, office.id, VISIT)
        assert [service.code for service in wanted.services] == ["A", "B", "F"]
        assert (wanted.standard_minutes, wanted.cost_rupiah) == (35, 0)
        names = wanted.document_names("id")
        assert len(names) == len(set(names)) == 8
        assert [offer.code for offer in visits.offered(session, office.id)] == [VISIT]
    desk.change_service("F", active=False)
    with desk.db.read() as session:
        assert visits.offered(session, office.id) == []
        with pytest.raises(NotFound, match="unknown_visit"):
            visits.wanted(session, office.id, VISIT)


def test_who_has_it_goes_on_when_it_is_offered_no_longer(desk: Desk) -> None:
    desk.open()
    ticket = joined(desk)
    with desk.db.write() as session:
        visits.remove_template(session, desk.office(session), VISIT, desk.now)
    with desk.db.read() as session, pytest.raises(NotFound, match="unknown_service"):
        visits.wanted(session, desk.office(session).id, VISIT)
    assert shown(desk, ticket) == ("A", VISIT, 1, 3, ["B", "F"])


def test_its_code_is_none_of_a_service(desk: Desk) -> None:
    with desk.db.write() as session, pytest.raises(Invalid, match="bad_setting"):
        visits.set_template(session, desk.office(session), "A", desk.now, steps=["B", "C"], name_id="x", name_en="x")
