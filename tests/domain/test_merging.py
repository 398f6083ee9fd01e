"""Two services become one: figures go on over the merge, the log stays as it is, and all of it can be taken back."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from metrics.periods import Period, day_of
from metrics.services import ServiceSummary
from metrics.waits import WaitSummary
from queue_app import clock, dashboard, merging, report, services, tickets
from queue_app.dashboard import Dashboard, Filters
from queue_app.errors import Invalid, NotFound
from queue_app.models import ConfigurationChange, Event, Ticket
from tests.office import SLUG, Desk
from tests.routes.browsing import Person


@pytest.fixture
def past(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    """Yesterday: three of A within 10 minutes, one not; two of B within 20, one not. Somebody waits for B now."""
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    desk.change_service("A", standard_minutes=10)
    desk.change_service("B", standard_minutes=20)
    desk.wait(days=-1)
    desk.open()
    for service, minutes in (("A", 4), ("A", 8), ("A", 9), ("A", 14), ("B", 12), ("B", 18), ("B", 30)):
        desk.serve(service, minutes=minutes)
    desk.close()
    desk.wait(days=1)
    return desk.join("B")


def merge(desk: Desk, service: str = "B", into: str = "A", *, together: bool = True) -> None:
    with desk.db.write() as session:
        office, actor = desk.office(session), desk.user(session, "admin")
        pair = services.find(session, office, service), services.find(session, office, into)
        merging.merge(session, office, *pair, desk.now, actor, together=together)


def undo(desk: Desk) -> None:
    with desk.db.write() as session:
        office = desk.office(session)
        merging.undo(session, office, services.find(session, office, "B"), desk.now, desk.user(session, "admin"))


def figures(desk: Desk) -> tuple[dict[str, ServiceSummary], dict[str, WaitSummary]]:
    with desk.db.read() as session:
        office = desk.office(session)
        today = day_of(desk.now, office.zone)
        period = Period(today - timedelta(days=1), today - timedelta(days=1), office.zone)
        served = report.services(session, office, period, desk.now)
        waits = report.waits(session, office, period, desk.now)
    return {row.service: row for row in served}, {row.service: row for row in waits}


def shown(desk: Desk, service: str = "") -> Dashboard:
    with desk.db.read() as session:
        office = desk.office(session)
        today = day_of(desk.now, office.zone)
        period = Period(today - timedelta(days=6), today, office.zone)
        return dashboard.load(session, office, period, Filters(service=service), desk.now)


def logged(desk: Desk) -> int:
    with desk.db.read() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


def test_past_visits_are_reported_under_the_other_and_held_to_their_own_standard(desk: Desk, past: Ticket) -> None:
    assert past.state == "WAITING"
    (before, waits_before), rows = figures(desk), logged(desk)
    a, b = before["A"], before["B"]
    assert (a.served, a.within_standard_share) == (4, 3 / 4)
    assert (b.served, b.within_standard_share) == (3, 2 / 3)
    earlier = shown(desk)

    merge(desk)
    after, waits = figures(desk)
    assert "B" not in after
    assert (after["A"].served, after["A"].within_standard_share) == (4 + 3, (3 + 2) / 7)
    assert (after["A"].standard_s, after["A"].includes) == (600, ("B",))
    assert waits["A"].called == waits_before["A"].called + waits_before["B"].called
    assert waits["A"].within_target == waits_before["A"].within_target + waits_before["B"].within_target
    assert shown(desk, "A").now.served == 7
    assert shown(desk, "B").now.served == 3, "what B was can still be looked at alone"
    together = shown(desk)
    assert (together.now, together.speed, together.days) == (earlier.now, earlier.speed, earlier.days)
    assert (set(earlier.serve_s), set(together.serve_s)) == ({"A", "B"}, {"A"})
    assert len(together.serve_s["A"]) == 7
    assert logged(desk) == rows

    undo(desk)
    assert figures(desk) == (before, waits_before)
    again = shown(desk)
    assert (again.now, again.speed, again.days, set(again.serve_s)) == (
        together.now,
        together.speed,
        together.days,
        {*"AB"},
    )
    assert logged(desk) == rows


def test_figures_may_stay_apart(desk: Desk, past: Ticket) -> None:
    before = figures(desk)
    merge(desk, together=False)
    assert figures(desk) == before
    with pytest.raises(NotFound):
        desk.join("B")
    assert desk.fresh(past).state == "WAITING"


def test_who_has_a_number_keeps_it_and_is_served(desk: Desk, past: Ticket) -> None:
    merge(desk)
    with pytest.raises(NotFound):
        desk.join("B")
    desk.open()
    assert (called := desk.call_next()) is not None
    assert called.label == past.label
    desk.act(tickets.start, desk.fresh(past))
    desk.wait(minutes=3)
    desk.act(tickets.finish, desk.fresh(past))
    assert desk.fresh(past).state == "SERVED"
    undo(desk)
    assert desk.join("B").label.startswith("B")


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        (("B", "A"), ("B", "C"), "already_merged"),
        (("B", "A"), ("A", "B"), "merge_into_retired"),
        (None, ("A", "A"), "merge_into_itself"),
    ],
)
def test_what_cannot_be_merged(desk: Desk, first: tuple[str, str] | None, then: tuple[str, str], code: str) -> None:
    if first:
        merge(desk, *first)
    with pytest.raises(Invalid) as refused:
        merge(desk, *then)
    assert refused.value.code == code


def test_a_chain_is_reported_under_its_last(desk: Desk, past: Ticket) -> None:
    assert past.id
    merge(desk, "B", "A")
    merge(desk, "A", "C")
    after, _ = figures(desk)
    assert (after["C"].served, after["C"].includes) == (7, ("A", "B"))
    with pytest.raises(Invalid) as refused:
        merge(desk, "C", "B")
    assert refused.value.code == "merge_into_retired"


def test_it_is_written_down_and_pages_and_files_name_both(desk: Desk, app: Flask, past: Ticket) -> None:
    assert past.id
    run = app.test_cli_runner().invoke
    assert run(args=["service", "merge", SLUG, "B", "A"]).exit_code == 0
    with desk.db.read() as session:
        changes = session.scalars(select(ConfigurationChange).order_by(ConfigurationChange.seq)).all()
    assert changes[-1].subject == "service:B"
    assert changes[-1].after == {"active": "false", "merged_into": "A", "reported_together": "true"}

    desk.wait(days=1)
    citra = Person(app, "supervisor")
    rows = list(csv.DictReader(io.StringIO(citra.client.get("/supervisor/visits.csv?service=A").text)))
    assert {(row["service"], row["reported_under"]) for row in rows} == {("A", "A"), ("B", "A")}
    page = citra.client.get("/supervisor/monitoring?service=A").text
    assert "Layanan B digabung ke layanan A" in page
    assert "Layanan B digabung" not in citra.client.get("/supervisor/monitoring?service=C").text
    assert '<option value="B"' not in citra.client.get("/supervisor/figures").text

    assert run(args=["service", "unmerge", SLUG, "B"]).exit_code == 0
    assert "Layanan B digabung" not in citra.client.get("/supervisor/monitoring").text
    assert '<option value="B"' in citra.client.get("/supervisor/figures").text
    assert run(args=["service", "unmerge", SLUG, "B"]).exit_code != 0


def test_an_administrator_merges_on_the_services_page_and_takes_it_back(desk: Desk, app: Flask, past: Ticket) -> None:
    assert past.id
    admin, action = Person(app, "admin"), "/manage/services/B/merge"
    admin.open("/manage/services/B")
    admin.press(action, into="A", figures="together")
    assert "Kunjungan lamanya dilaporkan di sana." in admin.page
    assert figures(desk)[0]["A"].includes == ("B",)
    admin.press(action)
    assert figures(desk)[0]["A"].includes == ()
    assert "Layanan ini digabung" not in admin.page
