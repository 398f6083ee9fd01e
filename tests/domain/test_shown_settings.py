"""Pages that only read go by what is remembered of their office, and show what it is now."""

import pytest
from sqlalchemy import event, update

from queue_app import booking, kept_settings, opening, queries, visits
from queue_app.errors import NotFound
from queue_app.models import OpeningHours, Service, Ticket, VisitTemplate
from tests.office import SLUG, Desk


def shown_services(desk: Desk) -> list[tuple[str, bool]]:
    with desk.db.read() as session:
        office = queries.office_to_show(session, SLUG)
        assert all(service.office is office for service in office.services)
        return [(service.code, service.active) for service in office.services]


def test_an_office_that_is_shown_has_its_services_as_they_are_now(desk: Desk) -> None:
    with desk.db.read() as session:
        asked = [(service.code, service.active) for service in queries.office(session, SLUG).services]
    assert shown_services(desk) == shown_services(desk) == asked
    with desk.db.engine.begin() as connection:
        connection.execute(update(Service.__table__).where(Service.code == "A").values(active=False))
    assert ("A", True) in asked
    assert ("A", False) in shown_services(desk)


def test_an_office_that_is_shown_has_the_version_of_this_moment(desk: Desk) -> None:
    for _ in range(2):
        desk.join()
        with desk.db.read() as session:
            office = queries.office_to_show(session, SLUG)
            assert office.version == desk.events()[-1].seq
            by_id = kept_settings.office(session, office.id)
            assert by_id is office


def test_an_office_that_is_shown_again_costs_one_statement(desk: Desk) -> None:
    shown_services(desk)
    seen: list[str] = []
    event.listen(desk.db.engine, "before_cursor_execute", lambda _c, _u, statement, *_rest: seen.append(statement))
    shown_services(desk)
    assert len([each for each in seen if each.startswith("SELECT")]) == 1


def test_no_office_is_shown_where_there_is_none(desk: Desk) -> None:
    with desk.db.read() as session:
        assert kept_settings.office(session, 0) is None
        with pytest.raises(NotFound, match="unknown_office"):
            queries.office_to_show(session, "tidak-ada")


def test_a_ticket_that_is_shown_is_the_one_that_is_found(desk: Desk) -> None:
    desk.open()
    desk.join()
    called = desk.call_next()
    assert called is not None
    with desk.db.read() as session, desk.db.read() as other:
        shown, found = booking.find_to_show(session, called.public_id), booking.find(other, called.public_id)
        names = [column.key for column in Ticket.__table__.columns]
        assert [getattr(shown, name) for name in names] == [getattr(found, name) for name in names]
        assert (shown.office.slug, shown.service.code) == (found.office.slug, found.service.code)
        assert shown.counter is not None
        assert found.counter is not None
        assert shown.counter.number == found.counter.number == 1


def test_a_ticket_that_is_shown_names_its_service_as_it_is_now(desk: Desk) -> None:
    ticket = desk.join()
    for name in ("Lain", "Lagi"):
        with desk.db.engine.begin() as connection:
            connection.execute(update(Service.__table__).where(Service.code == "A").values(name_id=name))
        with desk.db.read() as session:
            assert booking.find_to_show(session, ticket.public_id).service.name_id == name


def test_a_ticket_that_nobody_has_is_not_shown(desk: Desk) -> None:
    with desk.db.read() as session, pytest.raises(NotFound, match="unknown_ticket"):
        booking.find_to_show(session, "tidak-ada")


def test_visits_and_hours_that_are_shown_are_those_of_now(desk: Desk) -> None:
    def shown() -> tuple[list[str], int, int | None]:
        with desk.db.read() as session:
            office = queries.office_to_show(session, SLUG)
            wanted = visits.wanted_of(session, office, "PAKET") if offered else None
            hours = opening.usual_hours(session, office)
            codes = [each.template.code for each in visits.offered(session, office.id) if each.template]
            return codes, len(hours), len(wanted.further) if wanted else None

    offered = False
    codes, hours, _ = shown()
    assert "PAKET" not in codes
    with desk.db.write() as session:
        office = desk.office(session)
        session.add(
            VisitTemplate(office_id=office.id, code="PAKET", name_id="P", name_en="P", steps=["A", "B"], active=True)
        )
        session.add(OpeningHours(office_id=office.id, weekday=6, opens_minute=1, closes_minute=2))
    offered = True
    assert shown() == (sorted([*codes, "PAKET"]), hours + 1, 1)
    with desk.db.engine.begin() as connection:
        connection.execute(update(VisitTemplate.__table__).values(steps=["B", "A", "C"]))
    assert shown()[2] == 2


def test_what_is_wanted_of_an_office_that_is_shown_must_be_offered(desk: Desk) -> None:
    desk.change_service("B", active=False)
    with desk.db.read() as session:
        office = queries.office_to_show(session, SLUG)
        assert visits.wanted_of(session, office, "A").service is next(s for s in office.services if s.code == "A")
        for code in ("B", "tidak-ada"):
            with pytest.raises(NotFound, match="unknown_service"):
                visits.wanted_of(session, office, code)
