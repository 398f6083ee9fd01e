"""Past records become tickets with their events, once."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from metrics.periods import Period
from metrics.visit import Visit
from queue_app import claims, history, history_import, past_names, queries, writer
from queue_app.display import board
from queue_app.lifecycle import TicketState
from queue_app.models import Office, Role, Service, User
from queue_app.past_life import PastTicket
from tests.history.past import JAKARTA, NINE, bring_in, log_numbers, past_tickets, served, write
from tests.office import Desk

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), JAKARTA)


def legs(desk: Desk) -> list[Visit]:
    with desk.db.read() as session:
        return history.visits(session, desk.office(session), MARCH)


def at(minute: int) -> datetime:
    return datetime(2026, 3, 2, 2, 0, tzinfo=UTC) + timedelta(minutes=minute)


def test_a_served_record_is_told_as_moves(desk: Desk, tmp_path: Path) -> None:
    bring_in(desk, write(tmp_path / "past.csv", [served(600)]))
    (ticket,) = past_tickets(desk)
    assert (ticket.state, ticket.label, ticket.day) == (TicketState.SERVED, "A-001", date(2026, 3, 2))
    assert [(e.action, e.at, e.ticket_version) for e in desk.events(ticket)] == [
        ("join", at(0), 1),
        ("call", at(1), 2),
        ("start", at(1), 3),
        ("finish", at(11), 4),
    ]
    assert all(e.data == {"imported": True} for e in desk.events(ticket))
    (leg,) = legs(desk)
    assert (leg.officer, leg.service, leg.channel, leg.end) == ("s1", "A", "imported", "finished")
    assert (leg.wait_s, leg.serve_s) == (60, 600)


def test_who_left_and_who_did_not_come_are_told_apart(desk: Desk, tmp_path: Path) -> None:
    rows = [
        f"{NINE},,2026-03-02 09:20:00,,A,abandoned",
        f"{NINE},,,,A,abandoned",
        f"{NINE},2026-03-02 09:05:00,2026-03-02 09:07:00,s1,A,no_show",
        f"{NINE},,2026-03-02 09:09:00,,A,no-show",
    ]
    done = bring_in(desk, write(tmp_path / "past.csv", rows))
    assert done.outcomes == {"abandoned": 2, "no_show": 2}
    left, left_unseen, absent, absent_too = legs(desk)
    assert (left.end, left.called_at) == ("abandoned", None)
    assert (left_unseen.end, left_unseen.called_at) == ("abandoned", None)
    assert (absent.end, absent.called_at, absent.officer) == ("no_show", at(5), "s1")
    assert (absent_too.end, absent_too.called_at, absent_too.officer) == ("no_show", at(9), None)
    found = past_tickets(desk)
    assert [t.state.value for t in found] == ["CANCELLED", "EXPIRED", "NO_SHOW", "NO_SHOW"]
    assert desk.events(found[1])[-1].at == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # midnight in Pekanbaru


def test_a_served_record_without_an_officer_counts_in_nobodys_figures(desk: Desk, tmp_path: Path) -> None:
    done = bring_in(desk, write(tmp_path / "past.csv", [served(600, ""), served(700)]))
    assert done.served_by_nobody == 1
    assert [leg.officer for leg in legs(desk)] == [None, "s1"]


def test_unknown_services_and_officers_are_made_as_past_ones(desk: Desk, tmp_path: Path) -> None:
    rows = [served(600, "Ibu Sari / 2", "legalisir akta"), served(600, "s", "a")]
    done = bring_in(desk, write(tmp_path / "past.csv", rows))
    assert done.services_made == ["a", "legalisir akta"]
    assert done.officers_made == ["Ibu-Sari-2", "s"]
    with desk.db.read() as session:
        service = session.scalars(select(Service).where(Service.code == "legalisir akta")).one()
        assert (service.active, service.prefix) == (False, "LEGALISI")
        assert session.scalars(select(Service.prefix).where(Service.code == "a")).one() == "A2"
        user = session.scalars(select(User).where(User.username == "Ibu-Sari-2")).one()
        assert (user.display_name, user.active, user.password_hash) == ("Ibu Sari / 2", False, None)
        assert user.role is Role.OFFICER
        offered = [s.code for s in queries.office(session, "senapelan").services if s.active]
    assert offered == ["A", "B", "C", "D", "E", "F"]


def test_known_services_and_officers_are_used(desk: Desk, tmp_path: Path) -> None:
    done = bring_in(desk, write(tmp_path / "past.csv", [served(600, "petugas3", "C")]))
    assert (done.services_made, done.officers_made) == ([], [])
    assert legs(desk)[0].officer == "petugas3"


def test_a_name_made_before_is_found_again(desk: Desk, tmp_path: Path) -> None:
    bring_in(desk, write(tmp_path / "one.csv", [served(600, "Budi S.", "X")]))
    done = bring_in(desk, write(tmp_path / "two.csv", [served(601, "Budi S.", "X")]))
    assert (done.tickets, done.services_made, done.officers_made) == (1, [], [])
    assert [leg.officer for leg in legs(desk)] == ["Budi-S", "Budi-S"]


def test_an_officer_of_another_office_is_another_person(desk: Desk, tmp_path: Path) -> None:
    with desk.db.write() as session:
        elsewhere = Office(slug="elsewhere", name="Elsewhere")
        session.add(elsewhere)
        session.flush()
        session.add(User(username="s01", display_name="s01", role=Role.OFFICER, office_id=elsewhere.id, active=False))
    done = bring_in(desk, write(tmp_path / "past.csv", [served(600, "s01")]))
    assert done.officers_made == ["s01-2"]


def test_the_same_file_again_adds_nothing(desk: Desk, tmp_path: Path) -> None:
    path = write(tmp_path / "past.csv", [served(600), served(601), f"{NINE},,2026-03-02 09:20:00,,A,abandoned"])
    assert bring_in(desk, path).tickets == 3
    log = log_numbers(desk)
    again = bring_in(desk, path)
    assert (again.tickets, again.events, again.present) == (0, 0, 3)
    assert log_numbers(desk) == log


def test_the_same_record_written_otherwise_is_the_same_record(desk: Desk, tmp_path: Path) -> None:
    bring_in(desk, write(tmp_path / "past.csv", [f"{NINE},,2026-03-02 09:20:00,,A,abandoned"]))
    other = write(tmp_path / "other.csv", ["2026-03-02T02:00:00Z,,2026-03-02T11:20:00+09:00,,A,Abandoned"])
    assert bring_in(desk, other).present == 1


def test_equal_rows_of_one_file_are_different_citizens(desk: Desk, tmp_path: Path) -> None:
    path = write(tmp_path / "past.csv", [served(600)] * 3)
    assert bring_in(desk, path).tickets == 3
    assert bring_in(desk, path).tickets == 0
    longer = write(tmp_path / "longer.csv", [served(600)] * 4)
    assert bring_in(desk, longer).tickets == 1


def test_an_import_broken_off_goes_on_where_it_stopped(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_import, "BATCH", 4)
    path = write(tmp_path / "past.csv", [served(600 + n, service="X") for n in range(10)])
    written = writer.append_past
    batches: list[int] = []

    def failing(session: object, office_id: int, past: list[PastTicket]) -> int:
        if len(batches) == 2:
            raise OSError("the disk is full")
        batches.append(len(past))
        return written(session, office_id, past)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "append_past", failing)
    with pytest.raises(OSError, match="disk is full"):
        bring_in(desk, path)
    assert len(past_tickets(desk)) == 8
    monkeypatch.setattr(writer, "append_past", written)
    done = bring_in(desk, path)
    assert (done.tickets, done.present) == (2, 8)
    assert sorted(t.number for t in past_tickets(desk)) == list(range(1, 11))
    assert sorted(leg.serve_s or 0 for leg in legs(desk)) == [600 + n for n in range(10)]


def test_numbers_go_on_in_each_days_sequence_by_arrival(desk: Desk, tmp_path: Path) -> None:
    late, early = NINE + timedelta(hours=1), NINE
    next_day = NINE + timedelta(days=1)
    bring_in(desk, write(tmp_path / "one.csv", [served(60, arrival=late), served(60, arrival=early)]))
    bring_in(desk, write(tmp_path / "two.csv", [served(61, arrival=early), served(61, arrival=next_day)]))
    assert [t.label for t in past_tickets(desk)] == ["A-002", "A-001", "A-003", "A-001"]


def test_todays_numbers_are_not_given_twice(desk: Desk, tmp_path: Path) -> None:
    first = desk.join("A")
    today = desk.now.astimezone(JAKARTA).replace(tzinfo=None)
    bring_in(desk, write(tmp_path / "past.csv", [served(60, arrival=today - timedelta(hours=1))]))
    second = desk.join("A")
    (past,) = past_tickets(desk)
    assert [first.label, past.label, second.label] == ["A-001", "A-002", "A-003"]


def test_the_log_keeps_counting_without_gaps(desk: Desk, tmp_path: Path) -> None:
    desk.open()
    desk.serve(minutes=5)
    bring_in(desk, write(tmp_path / "past.csv", [served(600), f"{NINE},,2026-03-02 09:20:00,,A,abandoned"]))
    desk.act(claims.flag, desk.serve(minutes=5), "keliru")
    assert log_numbers(desk) == list(range(1, len(log_numbers(desk)) + 1))
    with desk.db.read() as session:
        assert desk.office(session).version == log_numbers(desk)[-1]


def test_an_import_of_today_shows_no_call_without_a_counter(desk: Desk, tmp_path: Path) -> None:
    today = desk.now.astimezone(JAKARTA)
    row = served(60, arrival=today.replace(tzinfo=None) - timedelta(hours=1))
    bring_in(desk, write(tmp_path / "past.csv", [row]))
    with desk.db.read() as session:
        assert board.snapshot(session, desk.office(session), desk.now)["recent"] == []


@pytest.mark.parametrize(
    ("server", "taken", "expected"),
    [
        ("s1a2b3", set(), "s1a2b3"),
        ("=cmd|'/c calc'!A1", set(), "cmd-c-calc-A1"),
        ("José Müller", set(), "Jose-Muller"),
        ("王", set(), "petugas"),
        ("王", {"petugas"}, "petugas-2"),
        ("..a..", set(), "a"),
        ("a" * 60, {"a" * 53}, "a" * 53 + "-2"),
    ],
)
def test_user_names_are_safe_and_free(server: str, taken: set[str], expected: str) -> None:
    assert past_names.username_for(server, taken) == expected


@pytest.mark.parametrize(
    ("code", "taken", "expected"),
    [
        ("PS", set(), "PS"),
        ("ps", {"PS"}, "PS2"),
        ("kartu keluarga", {"KARTUKEL", "KARTUKE2"}, "KARTUKE3"),
        ("?!", set(), "X"),
    ],
)
def test_prefixes_are_short_and_free(code: str, taken: set[str], expected: str) -> None:
    assert past_names.prefix_for(code, taken) == expected
