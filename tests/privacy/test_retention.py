"""What is past its term goes, in batches, with a record; a machine that was off catches up."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from queue_app import office_settings
from queue_app.audit import verify
from queue_app.errors import Invalid
from queue_app.models import LogIsAppendOnly, PrivacyDeed, Ticket
from queue_app.personal import Holder
from queue_app.privacy import retention
from queue_app.privacy.terms import TERMS, Kind
from tests.office import SLUG, Desk

TODAY = date(2026, 11, 24)
HOLDER = Holder("Nama Warga", "081234567890", "1471055708900001")


def runs(desk: Desk, kind: Kind) -> list[tuple[int, date | None]]:
    with desk.db.read() as session:
        found = session.scalars(select(PrivacyDeed).where(PrivacyDeed.subject == kind.value).order_by(PrivacyDeed.id))
        return [(deed.rows, deed.up_to) for deed in found]


def set_office(desk: Desk, **settings: str) -> None:
    with desk.db.write() as session:
        office_settings.change_office(session, desk.office(session), settings, desk.now)


def known(desk: Desk, *tickets: Ticket) -> list[bool]:
    return [desk.fresh(ticket).name_sealed is not None for ticket in tickets]


def test_it_erases_names_phones_and_nik_after_their_time(desk: Desk) -> None:
    old, young = desk.book("A", holder=HOLDER), desk.book("B", holder=HOLDER, day=TODAY + timedelta(days=1))
    desk.wait(days=30)
    retention.erase_all(desk.db, desk.now)
    assert known(desk, old, young) == [True, True]
    desk.wait(days=1)
    assert retention.erase_all(desk.db, desk.now) == 1
    gone, kept = desk.fresh(old), desk.fresh(young)
    assert (gone.name_sealed, gone.phone_sealed, gone.nik_hash, gone.nik_last4, gone.phone_hash) == (None,) * 5
    assert desk.vault.open(kept.name_sealed) == "Nama Warga"


def test_each_day_is_recorded_once_even_when_nothing_was_due(desk: Desk) -> None:
    for _ in range(3):
        retention.erase_all(desk.db, desk.now)
    desk.wait(days=1)
    retention.erase_all(desk.db, desk.now)
    assert runs(desk, Kind.PEOPLE) == [(0, TODAY - timedelta(days=31)), (0, TODAY - timedelta(days=30))]


def test_a_machine_that_was_off_catches_up_in_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    tickets = [desk.join(holder=Holder("Siti")) for _ in range(5)]
    desk.wait(days=100)
    assert retention.erase_all(desk.db, desk.now) == 5
    assert not any(known(desk, *tickets))
    assert runs(desk, Kind.PEOPLE) == [(2, None), (2, None), (1, TODAY + timedelta(days=69))]


def test_stopped_between_two_batches_it_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    tickets = [desk.join(holder=Holder("Siti")) for _ in range(3)]
    desk.wait(days=40)
    with desk.db.write() as session:
        retention._one_batch(session, desk.office(session).id, Kind.PEOPLE, desk.now)
    assert sum(known(desk, *tickets)) == 1
    retention.erase_all(desk.db, desk.now)
    assert not any(known(desk, *tickets))


def test_the_office_sets_the_terms_and_a_shorter_one_holds_at_once(desk: Desk) -> None:
    ticket = desk.join(holder=HOLDER)
    desk.wait(days=20)
    retention.erase_all(desk.db, desk.now)
    assert known(desk, ticket) == [True]
    set_office(desk, kept_people_days="14")
    retention.erase_all(desk.db, desk.now)
    assert known(desk, ticket) == [False]


@pytest.mark.parametrize("term", TERMS.values(), ids=TERMS)
def test_terms_have_bounds(desk: Desk, term: object) -> None:
    assert term in TERMS.values()
    setting, least, most = term.setting, term.least, term.most  # type: ignore[attr-defined]
    for value in (least - 1, most + 1):
        with pytest.raises(Invalid, match="bad_setting"):
            set_office(desk, **{setting: str(value)})
    set_office(desk, **{setting: str(least)})
    set_office(desk, **{setting: str(most)})


def test_the_check_finds_what_was_not_erased(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    desk.join(holder=HOLDER)
    desk.wait(days=33)
    found = app.test_cli_runner().invoke(args=["privacy", "check"])
    assert (found.exit_code, "people: 1 rows of" in found.output) == (1, True)
    assert "1 rows erased" in app.test_cli_runner().invoke(args=["privacy", "erase-due"]).output
    found = app.test_cli_runner().invoke(args=["privacy", "check"])
    assert (found.exit_code, f"{SLUG} people: nothing left" in found.output) == (0, True)


def test_the_record_is_append_only_and_chained(desk: Desk) -> None:
    retention.erase_all(desk.db, desk.now)
    with pytest.raises(LogIsAppendOnly), desk.db.write() as session:
        session.delete(session.scalars(select(PrivacyDeed)).first())
    for statement in ("UPDATE privacy_deed SET rows = 7", "DELETE FROM privacy_deed"):
        with pytest.raises(DBAPIError, match="append-only"), desk.db.write() as session:
            session.execute(text(statement))
    with desk.db.read() as session:
        checked = {each.log: each for each in verify.check(session, desk.office(session))}
    assert (checked["privacy"].rows, checked["privacy"].breach) == (len(Kind), None)
