"""Commands on an office: settings, closed days, holidays."""

import shlex
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from queue_app import office_calendar, office_settings, opening
from queue_app.models import Decision, Holiday, Office, Service
from tests.office import Desk

TODAY = date(2026, 11, 24)
Closed = Callable[..., dict[date, str]]


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)


@pytest.fixture
def closed(desk: Desk) -> Closed:
    def closed(year: int = 2027) -> dict[date, str]:
        with desk.db.read() as session:
            return opening.closed_days(session, desk.office(session), date(year, 1, 1), date(year, 12, 31))

    return closed


def run(app: Flask, line: str) -> Result:
    return app.test_cli_runner().invoke(args=shlex.split(line))


def done(app: Flask, line: str) -> str:
    result = run(app, line)
    assert result.exit_code == 0, result.output
    return result.output


def service(desk: Desk, code: str = "A") -> Service:
    with desk.db.read() as session:
        return desk.service(session, code)


class TestSettings:
    def test_it_sets_an_offices_settings(self, app: Flask, desk: Desk) -> None:
        done(app, "office set senapelan booking_days_ahead=14 overbooking=true remind_evening_minute=19:30")
        with desk.db.read() as session:
            office = desk.office(session)
            assert (office.booking_days_ahead, office.overbooking, office.remind_evening_minute) == (14, True, 1170)
        assert "overbooking=true" in done(app, "office show senapelan")

    def test_it_sets_a_services_settings(self, app: Flask, desk: Desk) -> None:
        done(
            app, "service set senapelan A daily_quota=60 online_quota=40 lead_minutes=30 release=7@07:00=50,1@12:00=50"
        )
        found = service(desk)
        assert (found.daily_quota, found.online_quota, found.lead_minutes) == (60, 40, 30)
        assert found.release[1] == {"days_before": 1, "minute": 720, "percent": 50}
        assert "release=7@07:00=50,1@12:00=50" in done(app, "service show senapelan A")
        done(app, "service set senapelan A daily_quota=none release=none lead_minutes=none")
        assert (service(desk).daily_quota, service(desk).release, service(desk).lead_minutes) == (None, [], None)

    def test_slots_have_other_places_from_a_time_on(self, app: Flask, desk: Desk) -> None:
        done(app, "service set senapelan A slot_plan=10:30=8,08:00=0")
        assert service(desk).slot_plan == [{"minute": 480, "capacity": 0}, {"minute": 630, "capacity": 8}]
        assert "slot_plan=08:00=0,10:30=8" in done(app, "service show senapelan A")
        done(app, "service set senapelan A slot_plan=none")
        assert service(desk).slot_plan == []

    def test_it_sets_all_services_at_once(self, app: Flask, desk: Desk) -> None:
        done(app, "service set senapelan all online_share_percent=60")
        assert {service(desk, code).online_share_percent for code in "ABCDEF"} == {60}

    def test_what_it_shows_can_be_given_again(self, desk: Desk) -> None:
        with desk.db.write() as session:
            office = desk.office(session)
            office_settings.change_office(session, office, office_settings.texts_of(office), desk.now)
            for found in office.services:
                before = office_settings.shown(found)
                office_settings.change_service(session, office, found, office_settings.texts_of(found), desk.now)
                assert office_settings.shown(found) == before

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("office set senapelan colour=green", "colour"),
            ("office set senapelan booking_days_ahead=many", "booking_days_ahead"),
            ("office set senapelan booking_days_ahead=-1", "booking_days_ahead"),
            ("office set senapelan timezone=Asia/Atlantis", "Asia/Jakarta"),
            ("office set senapelan remind_evening_minute=25:00", "18:00"),
            ("office set senapelan overbooking_cap_percent=51", "50"),
            ("office set senapelan id=7", "id"),
            ("office set nowhere overbooking=true", "tidak ditemukan"),
            ("service set senapelan A online_share_percent=101", "100"),
            ("service set senapelan A release=7@07:00=50", "100 per cent"),
            ("service set senapelan A release=soon", "7@07:00=50"),
            ("service set senapelan A slot_plan=10:30=8,10:30=9", "each time once"),
            ("service set senapelan A slot_plan=10:30=1001", "1000"),
            ("service set senapelan A slot_plan=25:00=1", "18:00"),
            ("service set senapelan A slot_plan=early", "10:30=8"),
            ("service set senapelan A slot_minutes=0", "slot_minutes"),
            ("service set senapelan A daily_quota=x", "daily_quota"),
            ("service set senapelan A slot_capacity", "key=value"),
            ("service set senapelan Z active=false", "no service"),
            ("holidays load --office senapelan --year 1850", "2000"),
        ],
    )
    def test_it_refuses_what_cannot_be_and_says_why(self, app: Flask, desk: Desk, line: str, words: str) -> None:
        result = run(app, line)
        assert result.exit_code != 0
        assert words in result.output
        assert "Traceback" not in result.output
        assert service(desk).online_share_percent == 100

    def test_of_several_settings_one_wrong_changes_none(self, app: Flask, desk: Desk) -> None:
        assert run(app, "service set senapelan A daily_quota=5 slot_minutes=x").exit_code != 0
        assert service(desk).daily_quota is None

    def test_every_column_that_can_be_set_is_a_setting(self) -> None:
        """Or is named here, with where it is set instead."""
        elsewhere = {"id", "slug", "version", "office_id", "code", "prefix", "documents", "pairing"}
        elsewhere |= {
            "issuing_stopped_on",
            "calls_paused_on",
            "alert_address_sealed",
        }  # by the supervisor, on the page of levers
        elsewhere |= {"merged_into_id", "merged_at", "reported_together", "was_active"}  # by merging services
        for table, model in ((Office, office_settings.OfficeSettings), (Service, office_settings.ServiceSettings)):
            assert {column.name for column in table.__table__.columns} - elsewhere == set(model.model_fields)


class TestHours:
    WEEK = "office hours senapelan 'mon-thu 08:00-12:00 13:00-16:00' 'fri 08:00-11:30 13:30-16:00'"

    def test_it_sets_the_week_and_shows_it(self, app: Flask, desk: Desk) -> None:
        printed = "mon-thu 08:00-12:00 13:00-16:00\nfri 08:00-11:30 13:30-16:00\n"
        assert done(app, self.WEEK) == f"Coming bookings outside the opening hours: 0.\n{printed}"
        assert done(app, "office hours senapelan") == printed
        assert printed in done(app, "office show senapelan")
        friday, saturday = date(2026, 11, 27), date(2026, 11, 28)
        with desk.db.read() as session:
            found = desk.service(session, "A")
            calendar = opening.calendar(session, found.office, friday, saturday)
            assert calendar.intervals(found, friday) == [(480, 690), (810, 960)]
            assert calendar.intervals(found, saturday) == []

    def test_a_service_may_have_its_own_and_give_them_up(self, app: Flask) -> None:
        done(app, "office hours senapelan 'mon-sun 08:00-16:00'")
        done(app, "office hours senapelan --service B 'tue,thu 09:00-24:00'")
        assert done(app, "office hours senapelan") == ("mon-sun 08:00-16:00\nB: tue 09:00-24:00\nB: thu 09:00-24:00\n")
        done(app, "office hours senapelan --service B --as-office")
        assert done(app, "office hours senapelan") == "mon-sun 08:00-16:00\n"

    def test_it_counts_the_bookings_that_stand_outside(self, app: Flask, desk: Desk) -> None:
        desk.book(day=date(2026, 11, 27), slot=720)  # Friday at noon
        desk.book(day=date(2026, 11, 28))
        desk.book(day=date(2026, 11, 27), slot=600)
        assert "outside the opening hours: 2." in done(app, self.WEEK)

    @pytest.mark.parametrize(
        ("lines", "words"),
        [
            ("'mon 08:00-16:00' 'mon 17:00-18:00'", "dua kali"),
            ("'mon 08:00-12:00 11:00-16:00'", "bertumpuk"),
            ("'mon 13:00-16:00 08:00-12:00'", "bertumpuk"),
            ("'mon 08:00-12:00 12:00-16:00'", "bertumpuk"),
            ("'mon 16:00-08:00'", "tutup sebelum buka"),
            ("'mon 08:00-08:00'", "tutup sebelum buka"),
            ("'mon 08:00-24:01'", "bukan jam"),
            ("'mon 08:60-16:00'", "bukan jam"),
            ("'mon 8-16'", "bukan jam"),
            ("'fri-mon 08:00-16:00'", "bukan hari"),
            ("'someday 08:00-16:00'", "bukan hari"),
            ("mon", "tidak menyebut jam"),
            ("''", "tidak menyebut jam"),
            ("--service Z 'mon 08:00-16:00'", "tidak ada di kantor ini"),
            ("--as-office", "--service"),
            ("--service A --as-office 'mon 08:00-16:00'", "--as-office"),
        ],
    )
    def test_it_refuses_what_cannot_be_and_changes_nothing(self, app: Flask, lines: str, words: str) -> None:
        result = run(app, f"office hours senapelan {lines}")
        assert result.exit_code != 0
        assert words in result.output
        assert done(app, "office hours senapelan") == "mon-sun 00:00-24:00\n"


class TestClosedDays:
    def test_it_closes_a_day_and_counts_what_stands_on_it(self, app: Flask, desk: Desk, closed: Closed) -> None:
        desk.book(day=date(2026, 12, 9))
        desk.cancel(desk.book(day=date(2026, 12, 9)))
        assert "Bookings that stand on that day: 1" in done(
            app, "office close-day senapelan 2026-12-09 --reason Pilkada"
        )
        assert closed(2026) == {date(2026, 12, 9): "Pilkada"}
        done(app, "office close-day senapelan 2026-12-09 --reason Renovasi")
        assert closed(2026) == {date(2026, 12, 9): "Renovasi"}
        done(app, "office open-day senapelan 2026-12-09")
        assert closed(2026) == {}


class TestHolidays:
    def test_loading_closes_nothing(self, app: Flask, closed: Closed) -> None:
        assert "added" in done(app, "holidays load --office senapelan --year 2027")
        assert closed() == {}

    def test_they_have_their_indonesian_names_and_marks(self, app: Flask, desk: Desk) -> None:
        done(app, "holidays load --office senapelan --year 2027")
        with desk.db.read() as session:
            found = {h.day: h for h in session.scalars(select(Holiday))}
        assert found[date(2027, 8, 17)].name == "Hari Kemerdekaan Republik Indonesia"
        assert not found[date(2027, 8, 17)].is_estimate
        estimates = [holiday for holiday in found.values() if holiday.is_estimate]
        assert estimates
        assert all("(perkiraan)" in holiday.name for holiday in estimates)
        assert any("Cuti Bersama" in holiday.name for holiday in found.values())  # joint leave
        assert {holiday.decision for holiday in found.values()} == {Decision.SUGGESTED}

    def test_confirming_closes_on_certain_dates_only(self, app: Flask, closed: Closed) -> None:
        done(app, "holidays load --office senapelan --year 2027")
        done(app, "holidays confirm --office senapelan --year 2027")
        assert closed()[date(2027, 8, 17)] == "Hari Kemerdekaan Republik Indonesia"
        assert not any("(perkiraan)" in name for name in closed().values())

    def test_an_office_can_follow_them_and_still_open_one(self, app: Flask, closed: Closed) -> None:
        done(app, "office set senapelan holidays_close=true")
        assert "The office closes on those" in done(app, "holidays load --office senapelan --year 2027")
        done(app, "office open-day senapelan 2027-08-17")
        assert date(2027, 8, 17) not in closed()
        assert date(2027, 12, 25) in closed()
        assert not any("(perkiraan)" in name for name in closed().values())

    def test_an_estimated_day_is_closed_by_name(self, app: Flask, desk: Desk, closed: Closed) -> None:
        done(app, "holidays load --office senapelan --year 2027")
        with desk.db.read() as session:
            day, name = session.execute(
                select(Holiday.day, Holiday.name).where(Holiday.is_estimate).order_by(Holiday.day)
            ).first() or (None, "")
        done(app, f"office close-day senapelan {day}")
        assert closed() == {day: name}

    def test_loading_again_keeps_decisions_and_moves_suggestions(
        self,
        app: Flask,
        desk: Desk,
        monkeypatch: pytest.MonkeyPatch,
        closed: Closed,
    ) -> None:
        eid, moved, fixed = date(2027, 3, 10), date(2027, 3, 11), date(2027, 8, 17)
        monkeypatch.setattr(office_calendar, "names", lambda _year: {eid: "Idul Fitri (perkiraan)", fixed: "HUT RI"})
        done(app, "holidays load --office senapelan --year 2027")
        done(app, f"office close-day senapelan {fixed}")
        monkeypatch.setattr(office_calendar, "names", lambda _year: {moved: "Idul Fitri", fixed: "Merdeka"})
        assert "1 added, 0 renamed, 1 withdrawn" in done(app, "holidays load --office senapelan --year 2027")
        with desk.db.read() as session:
            found = {h.day: (h.name, h.is_estimate) for h in session.scalars(select(Holiday))}
        assert found == {moved: ("Idul Fitri", False), fixed: ("HUT RI", False)}
        assert closed() == {fixed: "HUT RI"}

    def test_it_lists_what_each_day_is(self, app: Flask) -> None:
        done(app, "holidays load --office senapelan --year 2026")
        done(app, "office close-day senapelan 2026-12-25")
        done(app, "office close-day senapelan 2026-12-09 --reason Pilkada")
        listed = done(app, "holidays list --office senapelan")
        assert "2026-12-25 Fri  closed     Hari Raya Natal" in listed
        assert "2026-12-24 Thu  suggested  Cuti Bersama Hari Raya Natal" in listed
        assert "2026-12-09 Wed  closed     Pilkada" in listed


class TestRouting:
    def test_it_sets_what_counters_take_and_officers_can(self, app: Flask, desk: Desk) -> None:
        assert done(app, "counter set senapelan 2 services=C:1,A:2 pool=foto").splitlines() == [
            "2 services=C:1,A:2 pool=foto"
        ]
        assert done(app, "counter set senapelan 3 pool=foto") == "3 services=C:1,A:2 pool=foto\n"
        assert done(app, "counter set senapelan 3 services=C").splitlines() == [
            "2 services=C:1 pool=foto",
            "3 services=C:1 pool=foto",
        ]
        assert done(app, "counter show senapelan").splitlines()[0].startswith("1 services=A:1,B:1,")
        assert done(app, "officer skills petugas1") == "petugas1: all\n"
        assert done(app, "officer skills petugas1 C,A") == "petugas1: A,C\n"
        desk.open("petugas1", 2)
        for line, said in [
            ("counter set senapelan 9 services=A", "Loket itu tidak ada"),
            ("counter set senapelan 1 services=A,Z", "Layanan Z tidak ada di kantor ini. Yang ada: A, B, C, D, E, F"),
            ("counter set senapelan 1 services=A:0", "a preference is a number from 1 to 9"),
            ("counter set senapelan 1 queue=A", "Yang ada: services, pool"),
            ("officer skills supervisor A", "Petugas supervisor tidak ada"),
        ]:
            failed = run(app, line)
            assert (failed.exit_code, said in failed.output) == (1, True), failed.output

    def test_it_offers_visits_of_several_services(self, app: Flask) -> None:
        done(app, "visit set senapelan ktp-baru steps=B,C name_id=KTP-baru")
        new = "ktp-baru steps=B,C name_id=KTP-baru name_en=KTP-baru"
        assert done(app, "visit show senapelan").splitlines()[1:] == [new]
        done(app, "visit remove senapelan ktp-baru")
        assert new not in done(app, "visit show senapelan")
        for line, said in [
            ("visit remove senapelan ktp-baru", "tidak ada di kantor ini"),
            ("visit set senapelan x steps=A name_id=Satu", "2 to 4 services, each once"),
            ("visit set senapelan x steps=A,A name_id=Dua", "2 to 4 services, each once"),
            ("visit set senapelan x steps=A,Z name_id=Z", "Layanan Z tidak ada"),
            ("visit set senapelan x steps=A,B", "1 to 120 letters"),
        ]:
            failed = run(app, line)
            assert (failed.exit_code, said in failed.output) == (1, True), failed.output
