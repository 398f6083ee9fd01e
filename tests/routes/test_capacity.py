"""The citizen's pages where places are few: kept slots, quotas, shares that open later, hours, closed days, costs."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from queue_app import clock, day_end
from queue_app.models import Closure, Decision, Holiday, OpeningHours, Relation, SlotHold, SlotUsage, Ticket
from queue_app.release import Stage
from tests.office import Desk
from tests.routes.browsing import Person

TODAY = date(2026, 11, 24)  # a Tuesday, 09:00
BOOK = "/o/senapelan/A"
HOLD = f"{BOOK}/hold"
READY = {"ready": "yes"}
SENDS = "csrf_token"


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def visitor(app: Flask) -> Person:
    return Person(app)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def keep(person: Person, slot: str = "10:00", **typed: str) -> int:
    """Press the button that keeps the chosen slot."""
    return person.send(HOLD, person.form(BOOK, SENDS).fields | {"slot": slot} | typed).status_code


def taken(desk: Desk) -> dict[int, int]:
    with desk.db.read() as session:
        return {usage.start_minute: usage.taken for usage in session.scalars(select(SlotUsage))}


def count(desk: Desk, table: type[Ticket] | type[SlotHold]) -> int:
    with desk.db.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


class TestKeptSlots:
    def test_a_slot_is_kept_while_the_form_is_filled(self, visitor: Person, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        visitor.open(BOOK)
        assert keep(visitor, name="Siti", category="pregnant") == 200
        assert "Pukul 10:00 kami simpan untuk Anda sampai pukul 09:05 WIB." in words(visitor.page)
        form = visitor.form(BOOK, SENDS)
        assert (form.fields["slot"], form.fields["name"]) == ("10:00", "Siti")
        assert '<option value="pregnant" selected>' in visitor.page
        assert taken(desk) == {600: 1}
        desk.wait(minutes=4)
        assert visitor.press(BOOK, SENDS, **READY).request.path.startswith("/t/")
        assert (taken(desk), count(desk, SlotHold)) == ({600: 1}, 0)

    def test_another_visitor_sees_it_full(self, app: Flask, visitor: Person, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        visitor.open(BOOK)
        keep(visitor)
        other = Person(app)
        other.open(BOOK)
        assert re.search(r'value="10:00" disabled', other.page)
        assert keep(other) == 409
        assert "Sesi kedatangan itu sudah penuh." in other.page

    def test_a_kept_slot_is_found_again_after_leaving_the_page(self, visitor: Person) -> None:
        visitor.open(f"{BOOK}?date=2026-11-26")
        keep(visitor)
        visitor.open("/o/senapelan")
        visitor.open(BOOK)
        assert visitor.form(BOOK, SENDS).fields.items() >= {("slot", "10:00"), ("day", "2026-11-26")}

    def test_choosing_anew_lets_go_of_the_first(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        keep(visitor)
        keep(visitor, "11:00")
        assert taken(desk) == {600: 0, 660: 1}
        keep(visitor, "")
        assert taken(desk) == {600: 0, 660: 0}
        assert "kami simpan" not in visitor.page

    def test_booking_another_slot_lets_go_of_the_kept_one(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        keep(visitor)
        visitor.press(BOOK, SENDS, **READY, slot="11:00")
        assert taken(desk) == {600: 0, 660: 1}

    def test_a_slot_kept_too_long_is_booked_when_it_is_still_free(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        keep(visitor)
        desk.wait(minutes=6)
        assert visitor.press(BOOK, SENDS, **READY).request.path.startswith("/t/")
        assert taken(desk) == {600: 1}

    def test_a_slot_kept_too_long_and_gone_is_told_so(self, visitor: Person, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=1)
        visitor.open(BOOK)
        keep(visitor)
        desk.wait(minutes=5)
        desk.book(slot=600)
        assert visitor.press(BOOK, SENDS, **READY).status_code == 409
        assert "Waktu memegang tempat sudah habis. Sesi kedatangan itu sudah penuh." in words(visitor.page)
        assert count(desk, Ticket) == 1

    def test_a_refused_form_keeps_the_slot(self, visitor: Person) -> None:
        visitor.open(BOOK)
        keep(visitor)
        assert visitor.press(BOOK, SENDS, **READY, name="<b>").status_code == 422
        assert "kami simpan untuk Anda" in visitor.page

    def test_going_back_and_sending_again_leads_to_the_same_ticket(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        keep(visitor)
        form = visitor.form(BOOK, SENDS).fields | READY
        first, second = visitor.send(BOOK, form), visitor.send(BOOK, form)
        assert first.request.path == second.request.path
        assert (count(desk, Ticket), taken(desk)) == (1, {600: 1})

    def test_keeping_before_anything_is_typed_leads_to_a_page_that_can_be_come_back_to(self, visitor: Person) -> None:
        visitor.open(BOOK)
        answer = visitor.client.post(HOLD, data=visitor.form(BOOK, SENDS).fields | {"slot": "10:00"})
        assert (answer.status_code, answer.location) == (303, f"{BOOK}?date=2026-11-24#times")

    def test_the_way_back_never_gives_a_second_number_unasked(self, visitor: Person, desk: Desk) -> None:
        """Pages are never cached: the way back brings a new form with what was typed."""
        visitor.open(BOOK)
        first = visitor.press(BOOK, SENDS, **READY, slot="10:00", name="Nama Warga").request.path
        visitor.open(BOOK)
        assert visitor.press(BOOK, SENDS, **READY, slot="10:00", name="Nama Warga").status_code == 409
        assert "Formulir yang sama baru saja Anda kirim." in visitor.page
        assert f'href="{first}"' in visitor.page
        assert count(desk, Ticket) == 1
        assert visitor.press(BOOK, SENDS).request.path not in ("", first)  # meant: another of the family
        assert count(desk, Ticket) == 2

    def test_another_form_and_a_later_one_are_new(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        visitor.press(BOOK, SENDS, **READY)
        visitor.open(BOOK)
        assert visitor.press(BOOK, SENDS, **READY, name="Nama Warga").request.path.startswith("/t/")
        desk.wait(minutes=15)
        visitor.open(BOOK)
        assert visitor.press(BOOK, SENDS, **READY, name="Nama Warga").request.path.startswith("/t/")
        assert count(desk, Ticket) == 3

    def test_enter_books_rather_than_keeps(self, visitor: Person) -> None:
        """Without a script the browser presses the form's first button."""
        visitor.open(BOOK)
        buttons = re.findall(r"<button[^>]*>", visitor.page.split("data-once")[1])
        assert "formaction" not in buttons[0]
        assert sum("formaction" in button for button in buttons) == 1

    @pytest.mark.parametrize("typed", [{"day": "2020-01-01"}, {"day": "x"}, {"slot": "10:10"}, {"day": "2027-11-25"}])
    def test_what_cannot_be_kept_is_a_page_that_says_why(
        self, visitor: Person, desk: Desk, typed: dict[str, str]
    ) -> None:
        visitor.open(BOOK)
        assert keep(visitor, **typed) in (404, 409, 422)
        assert "Nomor belum diambil." in visitor.page
        assert count(desk, SlotHold) == 0

    def test_nothing_is_kept_where_there_is_nothing(self, visitor: Person) -> None:
        visitor.open(BOOK)
        form = visitor.form(BOOK, SENDS).fields
        assert visitor.send("/o/senapelan/Z/hold", form).status_code == 404
        assert visitor.client.get(HOLD).status_code == 405


class TestWhatIsLeft:
    def test_the_online_share_of_a_day_is_full(self, visitor: Person, desk: Desk) -> None:
        desk.change_service("A", daily_quota=10, online_quota=1)
        visitor.open(BOOK)
        desk.book()
        assert visitor.press(BOOK, SENDS, **READY).status_code == 409
        assert "sisanya disediakan bagi warga yang datang langsung" in visitor.page
        visitor.open(BOOK)
        assert visitor.form(BOOK, SENDS).fields["day"] == "2026-11-25"

    def test_the_online_share_of_a_slot_is_full(self, visitor: Person, desk: Desk) -> None:
        desk.change_service("A", slot_capacity=2, online_share_percent=50)
        visitor.open(BOOK)
        desk.book(slot=600)
        assert visitor.press(BOOK, SENDS, **READY, slot="10:00").status_code == 409
        assert "Tempat daring untuk sesi itu sudah habis" in visitor.page
        assert re.search(r'value="10:00" disabled', visitor.page)

    def test_a_slot_that_closes_early_is_refused(self, visitor: Person, desk: Desk) -> None:
        desk.change_service("A", lead_minutes=60)
        visitor.open(BOOK)
        assert 'value="10:00"' not in visitor.page
        assert visitor.press(BOOK, SENDS, **READY, slot="10:00").status_code == 422
        assert "ditutup 60 menit sebelumnya" in visitor.page

    def test_a_service_that_needs_a_slot_offers_nothing_else(self, visitor: Person, desk: Desk) -> None:
        desk.change_service("A", online_needs_slot=True)
        visitor.open(BOOK)
        assert "Kapan saja" not in visitor.page
        assert visitor.press(BOOK, SENDS, **READY, slot="").status_code == 422
        assert "Pilih jam kedatangan; layanan ini tidak dapat didaftar tanpa jam." in visitor.page

    def test_a_day_says_when_it_opens(self, visitor: Person, desk: Desk) -> None:
        plan = [Stage(2, 7 * 60, 50), Stage(1, 12 * 60, 50)]
        desk.change_service("A", release=[stage.as_stored() for stage in plan], slot_capacity=2)
        visitor.open(BOOK)
        assert "dibuka 26 Nov" in words(visitor.page)  # of Saturday, the 28th
        visitor.open(f"{BOOK}?date=2026-11-28")
        assert "dibuka Kamis, 26 November 2026 pukul 07:00 WIB." in words(visitor.page)
        assert visitor.form(BOOK, SENDS).disabled
        desk.wait(days=1, hours=22)  # Thursday, 07:00
        visitor.open(f"{BOOK}?date=2026-11-28")
        assert "berikutnya untuk hari ini dibuka Jumat, 27 November 2026 pukul 12:00 WIB." in words(visitor.page)
        assert "sisa 1" in visitor.page
        desk.wait(days=1, hours=5)
        visitor.open(f"{BOOK}?date=2026-11-28")
        assert "sisa 2" in visitor.page
        assert "Tempat daring berikutnya" not in visitor.page

    def test_it_says_what_it_costs(self, visitor: Person, desk: Desk) -> None:
        assert visitor.open(BOOK)
        assert "Biaya: gratis." in words(visitor.page)
        desk.change_service("A", cost_rupiah=1_250_000)
        visitor.open(BOOK)
        assert "Biaya: Rp1.250.000." in words(visitor.page)
        visitor.open("/o/senapelan")
        assert "Rp1.250.000" in visitor.page

    def test_a_number_can_be_for_somebody_of_the_family(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        visitor.press(BOOK, SENDS, **READY, relation="child")
        visitor.open(BOOK)
        visitor.press(BOOK, SENDS, **READY, relation="boss")
        with desk.db.read() as session:
            found = [ticket.relation for ticket in session.scalars(select(Ticket).order_by(Ticket.id))]
        assert found == [Relation.CHILD, Relation.SELF]


class TestHours:
    def open_with_breaks(self, desk: Desk) -> None:
        hours = [(day, *span) for day in range(5) for span in ((480, 720), (780, 960)) if day != 4]
        hours += [(4, 480, 690), (4, 810, 960)]
        with desk.db.write() as session:
            session.execute(delete(OpeningHours))
            session.add_all(
                OpeningHours(office_id=desk.office(session).id, weekday=day, opens_minute=opens, closes_minute=closes)
                for day, opens, closes in hours
            )

    def test_breaks_are_named_and_friday_prayer_by_its_name(self, visitor: Person, desk: Desk) -> None:
        self.open_with_breaks(desk)
        visitor.open("/o/senapelan")
        text = words(visitor.page)
        assert "Jam buka (WIB)" in text
        assert "Senin–Kamis 08:00–12:00 13:00–16:00 istirahat 12:00–13:00" in text
        assert "Jumat 08:00–11:30 13:30–16:00 salat Jumat 11:30–13:30" in text

    def test_a_break_is_no_closing(self, visitor: Person, desk: Desk) -> None:
        self.open_with_breaks(desk)
        desk.wait(hours=3, minutes=10)
        visitor.open("/o/senapelan")
        assert "Istirahat Buka lagi pukul 13:00 WIB" in words(visitor.page)

    def test_a_closed_day_says_why_and_when_it_opens(self, visitor: Person, desk: Desk) -> None:
        self.open_with_breaks(desk)
        with desk.db.write() as session:
            session.add(Closure(office_id=desk.office(session).id, day=TODAY, reason="Pemilihan kepala daerah"))
        visitor.open("/o/senapelan")
        text = words(visitor.page)
        assert "Tutup Hari ini tutup: Pemilihan kepala daerah. Buka lagi Rabu, 25 November 2026 pukul 08:00 WIB" in text
        visitor.open(f"{BOOK}?date={TODAY}")
        assert "Kantor tutup pada hari itu (Pemilihan kepala daerah)." in visitor.page

    @pytest.mark.parametrize(("zone", "name"), [("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")])
    def test_times_carry_the_name_of_the_offices_zone(self, visitor: Person, desk: Desk, zone: str, name: str) -> None:
        desk.change_office(timezone=zone)
        visitor.open("/o/senapelan")
        assert f"Jam buka ({name})" in words(visitor.page)
        visitor.open(BOOK)
        assert f"24 November 2026 ({name})" in words(visitor.page)
        keep(visitor, "15:00")
        assert re.search(rf"sampai pukul \d\d:05 {name}\.", words(visitor.page))
        visitor.press(BOOK, SENDS, **READY)
        assert f"15:00–15:30 {name}" in words(visitor.page)

    @pytest.mark.parametrize(
        ("decision", "follows", "is_estimate", "closed"),
        [
            (Decision.SUGGESTED, False, False, False),
            (Decision.SUGGESTED, True, False, True),
            (Decision.SUGGESTED, True, True, False),
            (Decision.CLOSED, False, True, True),
            (Decision.OPEN, True, False, False),
        ],
    )
    def test_a_holiday_closes_only_when_the_office_says_so(
        self, visitor: Person, desk: Desk, decision: Decision, follows: bool, is_estimate: bool, closed: bool
    ) -> None:
        desk.change_office(holidays_close=follows)
        day = TODAY + timedelta(days=1)
        with desk.db.write() as session:
            session.add(
                Holiday(
                    office_id=desk.office(session).id,
                    day=day,
                    name="Hari Guru",
                    is_estimate=is_estimate,
                    decision=decision,
                )
            )
        visitor.open("/o/senapelan")
        assert ("Rabu, 25 November 2026 Hari Guru" in words(visitor.page)) is closed
        visitor.open(f"{BOOK}?date={day}")
        assert ("Kantor tutup pada hari itu (Hari Guru)." in visitor.page) is closed


class TestTheSupervisorsPage:
    def past(self, desk: Desk, came: int, missed: int) -> None:
        for number in range(came + missed):
            ticket = desk.book()
            if number < came:
                desk.check_in(ticket)
        desk.wait(days=1)
        with desk.db.write() as session:
            day_end.close_day(session, desk.office(session), TODAY, desk.now)

    def test_it_explains_what_overbooking_would_do(self, app: Flask, desk: Desk) -> None:
        self.past(desk, came=7, missed=3)
        supervisor = Person(app, "supervisor")
        supervisor.open("/supervisor")
        text = words(supervisor.page)
        assert "Sel, 24 Nov: 10 janji, 3 di antaranya tidak dipakai (30%)." in text
        assert "sekurang-kurangnya 10,8%" in text
        assert "Kapasitas sesi tidak dilebihkan. Bila dinyalakan, sesi dengan 10 tempat akan menerima 11." in text
        desk.change_office(overbooking=True)
        supervisor.open("/supervisor")
        assert "Kapasitas sesi dilebihkan 10,8%. Paling banyak 20 %" in words(supervisor.page)
        assert "sesi dengan 10 tempat menerima 11, dengan 5 tempat 5." in words(supervisor.page)

    def test_without_bookings_there_is_no_figure(self, app: Flask) -> None:
        supervisor = Person(app, "supervisor")
        supervisor.open("/supervisor")
        assert "Belum ada janji dalam 60 hari terakhir" in words(supervisor.page)
