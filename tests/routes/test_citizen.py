"""The citizen's pages as forms, without any script: find the office, book, follow, move and give up a place."""

import gzip
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from queue_app import clock
from queue_app.models import Closure, Office, OpeningHours, Service, Ticket
from tests.office import Desk
from tests.routes.browsing import Person

TODAY = date(2026, 11, 24)
BOOK = "/o/senapelan/A"
READY = {"ready": "yes"}
SENDS = "csrf_token"
"""Only in the form that books; its neighbour of the same address shows another day."""
STATIC = Path(__file__).parents[2] / "queue_app" / "static"

Book = Callable[..., str]


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def visitor(app: Flask) -> Person:
    return Person(app)


@pytest.fixture
def book(visitor: Person) -> Book:
    """Book by the page; the path of the ticket that it led to."""

    def book(service: str = "A", day: date = TODAY, **typed: str) -> str:
        visitor.open(f"/o/senapelan/{service}?date={day}")
        return visitor.press(f"/o/senapelan/{service}", SENDS, **{**READY, **typed}).request.path

    return book


def open_only(desk: Desk, *hours: tuple[int, int, int]) -> None:
    """Open the office at these (weekday, from, until) alone, in minutes from midnight."""
    with desk.db.write() as session:
        office = desk.office(session)
        session.execute(delete(OpeningHours))
        session.add_all(
            OpeningHours(office_id=office.id, weekday=day, opens_minute=opens, closes_minute=closes)
            for day, opens, closes in hours
        )


def tickets(desk: Desk) -> int:
    with desk.db.read() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def words(page: str) -> str:
    """The page's text, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_home_leads_to_the_only_office(visitor: Person) -> None:
    assert visitor.open("/").request.path == "/o/senapelan"


def test_home_lists_several_offices_with_whether_they_are_open(visitor: Person, desk: Desk) -> None:
    with desk.db.write() as session:
        session.add(Office(slug="rumbai", name="Disdukcapil Rumbai"))
    assert visitor.open("/").request.path == "/"
    assert 'href="/o/senapelan"' in visitor.page
    assert "Disdukcapil Rumbai Tutup" in words(visitor.page)


def test_the_office_page_says_how_many_wait_and_how_long(visitor: Person, desk: Desk) -> None:
    desk.open()
    for service in "AAB":
        desk.join(service)
    visitor.open("/o/senapelan")
    assert re.search(r"Akta kelahiran 2 menunggu datang sekarang: sekitar \d+–\d+ menit", words(visitor.page))
    assert "Kartu Identitas Anak (KIA) Tidak ada antrean" in words(visitor.page)


def test_no_wait_is_claimed_while_no_counter_is_open(visitor: Person, desk: Desk) -> None:
    desk.join("A")
    visitor.open("/o/senapelan")
    assert "1 menunggu" in words(visitor.page)
    assert "menit lagi" not in words(visitor.page)


@pytest.mark.parametrize(
    ("hours", "status"),
    [
        ([(1, 480, 960)], "Buka sampai pukul 16:00"),
        ([(1, 600, 960)], "Tutup Buka hari ini pukul 10:00"),
        ([(1, 420, 480), (3, 480, 960)], "Tutup Buka lagi Kamis, 26 November 2026 pukul 08:00"),
        ([], "Tutup"),
    ],
)
def test_the_office_page_says_whether_it_is_open_now(
    visitor: Person, desk: Desk, hours: list[tuple[int, int, int]], status: str
) -> None:
    open_only(desk, *hours)
    visitor.open("/o/senapelan")
    assert f"giliran Anda mendekat. {status} " in words(visitor.page)


def test_the_office_page_has_the_week_and_its_closed_days(visitor: Person, desk: Desk) -> None:
    open_only(desk, *((day, 480, 960) for day in range(4)), (4, 480, 690), (4, 810, 960))
    with desk.db.write() as session:
        session.add(Closure(office_id=desk.office(session).id, day=date(2026, 12, 9), reason="Libur daerah"))
    visitor.open("/o/senapelan")
    text = words(visitor.page)
    assert "Senin–Kamis 08:00–16:00 Jumat 08:00–11:30 13:30–16:00 salat Jumat 11:30–13:30 Sabtu–Minggu Tutup" in text
    assert "Rabu, 9 Desember 2026 Libur daerah" in text


def test_it_books_for_today(book: Book, visitor: Person, desk: Desk) -> None:
    path = book(name="Nama Warga", phone="0812 3456 7890", category="elderly")
    assert path.startswith("/t/")
    assert 'id="label">A-001<' in visitor.page
    assert "Hari ini, Selasa, 24 November 2026" in words(visitor.page)
    assert "Terdaftar" in visitor.page


def test_it_books_a_slot_on_a_later_day(book: Book, visitor: Person) -> None:
    book(day=TODAY + timedelta(days=3), slot="10:30")
    assert "Jumat, 27 November 2026" in visitor.page
    assert "10:30–11:00" in visitor.page


def test_a_doubled_tap_leads_to_the_same_ticket(visitor: Person, desk: Desk) -> None:
    visitor.open(BOOK)
    form = visitor.form(BOOK, SENDS).fields | READY
    first, second = visitor.send(BOOK, form), visitor.send(BOOK, form)
    assert first.request.path == second.request.path
    assert tickets(desk) == 1


def test_a_form_that_was_sent_and_changed_asks_once_more(visitor: Person, desk: Desk) -> None:
    visitor.open(BOOK)
    form = visitor.form(BOOK, SENDS).fields | READY
    visitor.send(BOOK, form)
    answer = visitor.send(BOOK, form | {"slot": "15:00"})
    assert answer.status_code == 422
    assert "sudah pernah dikirim" in visitor.page
    assert visitor.press(BOOK, SENDS).request.path.startswith("/t/")
    assert tickets(desk) == 2


def test_it_insists_on_the_documents(visitor: Person, desk: Desk) -> None:
    visitor.open(BOOK)
    assert "KTP-el kedua orang tua" in visitor.page
    assert visitor.press(BOOK, SENDS, name="Siti").status_code == 422
    assert "Centang ini bila dokumen sudah Anda siapkan." in visitor.page
    assert visitor.form(BOOK, SENDS).fields["name"] == "Siti"
    assert tickets(desk) == 0


def test_every_wrong_field_is_named_and_shown_again(visitor: Person) -> None:
    visitor.open(BOOK)
    typed = {"name": "张伟", "phone": "telepon", "nik": "123", "slot": "15:00", "category": "pregnant"}
    assert visitor.press(BOOK, SENDS, **READY, **typed).status_code == 422
    assert visitor.form(BOOK, SENDS).fields.items() >= (typed.items() - {("category", "pregnant")})
    assert '<option value="pregnant" selected>' in visitor.page
    for sentence in ("Tulis nama seperti di KTP", "Nomor telepon tidak benar", "NIK harus 16 angka."):
        assert sentence in visitor.page


@pytest.mark.parametrize("name", ["😀", "x" * 61, "<b>", "Ana\u202e", "0"])
def test_a_name_that_is_none_is_refused(visitor: Person, name: str) -> None:
    visitor.open(BOOK)
    assert visitor.press(BOOK, SENDS, **READY, name=name).status_code == 422
    assert "<b>" not in visitor.page.split('id="name"')[1].split("</div>")[0]


def test_an_unknown_category_counts_as_none(book: Book, desk: Desk) -> None:
    path = book(category="vip")
    with desk.db.read() as session:
        found = session.scalars(select(Ticket).where(Ticket.public_id == path.removeprefix("/t/"))).one()
    assert found.category.value == "regular"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("2026-11-25", "Layanan tutup pada hari itu."),
        ("2020-01-01", "Tanggal itu sudah lewat."),
        ("9999-12-31", "Tanggal itu terlalu jauh."),
    ],
)
def test_a_day_that_cannot_be_had_names_the_next_one(visitor: Person, desk: Desk, asked: str, reason: str) -> None:
    open_only(desk, (1, 480, 600), (3, 480, 960))
    visitor.open(f"{BOOK}?date={asked}")
    assert reason in visitor.page
    next_day = "26 November 2026" if asked == "2026-11-25" else "24 November 2026"
    assert next_day in words(visitor.page)
    assert f"{BOOK}?date=2026-11-{next_day[:2]}#times" in visitor.page
    answer = visitor.send(BOOK, READY | {"day": asked, "key": "k"})
    assert answer.status_code == 422
    assert reason in visitor.page
    assert tickets(desk) == 0


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "kemarin", "20261125", "0000-00-00", "２０２６-11-25", "😀", "2026-W48-2"]
)
def test_a_date_that_is_none_is_answered_with_days_that_are(visitor: Person, typed: str) -> None:
    assert visitor.open(f"{BOOK}?date={typed}").status_code == 200
    assert "Tanggal itu tidak ada." in visitor.page
    assert not visitor.form(BOOK, SENDS).disabled
    assert visitor.send(BOOK, READY | {"day": typed}).status_code == 422


@pytest.mark.parametrize("slot", ["25:00", "10:10", "07:30", "pagi", "１０:30"])
def test_a_slot_that_is_none_is_refused_beside_the_slots(visitor: Person, slot: str) -> None:
    visitor.open(BOOK)
    assert visitor.press(BOOK, SENDS, **READY, slot=slot).status_code in (404, 422)
    assert "Sesi kedatangan itu tidak ada atau sudah lewat." in visitor.page
    assert not visitor.form(BOOK, SENDS).disabled


def test_a_slot_that_filled_up_meanwhile_is_refused_and_shown_full(visitor: Person, desk: Desk) -> None:
    desk.change_service("A", slot_capacity=1)
    visitor.open(BOOK)
    desk.book("A", slot=10 * 60)
    assert visitor.press(BOOK, SENDS, **READY, slot="10:00").status_code == 409
    assert "Sesi kedatangan itu sudah penuh." in visitor.page
    assert re.search(r'value="10:00" disabled', visitor.page)


def test_a_day_whose_quota_is_used_up_leads_to_the_next(visitor: Person, desk: Desk) -> None:
    desk.change_service("A", daily_quota=1)
    visitor.open(BOOK)
    desk.book("A")
    assert visitor.press(BOOK, SENDS, **READY).status_code == 409
    assert "Kuota layanan ini untuk hari itu sudah habis." in visitor.page
    assert f"{BOOK}?date=2026-11-25#times" in visitor.page
    visitor.open(BOOK)
    assert visitor.form(BOOK, SENDS).fields["day"] == "2026-11-25"


def test_a_service_without_hours_says_so(visitor: Person, desk: Desk) -> None:
    open_only(desk)
    visitor.open(BOOK)
    assert "tidak ada hari yang bisa dipilih" in visitor.page
    assert visitor.form(BOOK, SENDS).disabled
    assert visitor.send(BOOK, READY | {"day": "2026-11-24"}).status_code == 422


@pytest.mark.parametrize("path", ["/o/nowhere", "/o/nowhere/A", "/o/senapelan/Z", "/t/none", "/t/none/reschedule"])
def test_what_does_not_exist_is_a_page_that_says_so(visitor: Person, path: str) -> None:
    assert visitor.open(path).status_code == 404
    assert "Ke halaman awal" in visitor.page


@pytest.mark.parametrize("action", ["check-in", "cancel", "reschedule"])
def test_nothing_can_be_done_with_a_ticket_that_does_not_exist(visitor: Person, action: str) -> None:
    visitor.open("/signin")
    assert visitor.send(f"/t/none/{action}", {"day": "2026-11-25"}).status_code == 404


def test_a_retired_service_is_not_offered(visitor: Person, desk: Desk) -> None:
    desk.change_service("A", active=False)
    visitor.open("/o/senapelan")
    assert "Akta kelahiran" not in visitor.page
    assert visitor.open(BOOK).status_code == 404


def test_the_citizen_checks_in_and_sees_position_and_a_range(book: Book, visitor: Person, desk: Desk) -> None:
    desk.open()
    for _ in range(3):
        desk.join("A")
    path = book()
    visitor.press(f"{path}/check-in")
    assert 'data-state="WAITING"' in visitor.page
    assert '<b class="figures" data-position>4</b>' in visitor.page
    low, high = (int(re.search(rf"<span data-{end}>(\d+)<", visitor.page)[1]) for end in ("low", "high"))  # type: ignore[index]
    assert low < high


def test_checking_in_twice_is_harmless(book: Book, visitor: Person, desk: Desk) -> None:
    path = book()
    visitor.send(f"{path}/check-in", {})
    assert visitor.send(f"{path}/check-in", {}).status_code == 200
    assert 'data-state="WAITING"' in visitor.page


def test_a_ticket_of_another_day_cannot_be_checked_in_today(book: Book, visitor: Person) -> None:
    path = book(day=TODAY + timedelta(days=1))
    assert not visitor.has(f"{path}/check-in")
    assert visitor.send(f"{path}/check-in", {}).status_code == 409
    assert "Tiket ini berlaku untuk Rabu, 25 November 2026, bukan hari ini." in visitor.page


def test_a_called_citizen_sees_the_counter(visitor: Person, desk: Desk) -> None:
    ticket = desk.join("A")
    desk.open(counter=4)
    desk.call_next(counter=4)
    visitor.open(f"/t/{ticket.public_id}")
    assert 'data-state="CALLED"' in visitor.page
    assert '<b class="figures" data-counter>4</b>' in visitor.page
    assert "<title>Loket 4 · A-001" in visitor.page


def test_the_citizen_cancels_and_the_place_is_free_again(book: Book, visitor: Person, desk: Desk) -> None:
    desk.change_service("A", daily_quota=1)
    path = book()
    visitor.press(f"{path}/cancel")
    assert 'data-state="CANCELLED"' in visitor.page
    assert visitor.send(f"{path}/cancel", {}).status_code == 200
    assert book().startswith("/t/")


def test_a_called_ticket_cannot_be_cancelled(visitor: Person, desk: Desk) -> None:
    ticket = desk.join("A")
    visitor.open(f"/t/{ticket.public_id}")
    desk.open()
    desk.call_next()
    assert visitor.press(f"/t/{ticket.public_id}/cancel").status_code == 409
    assert "tidak dapat dilakukan: tiket ini sekarang dipanggil. Pilih langkah lain." in visitor.page
    assert 'data-state="CALLED"' in visitor.page


def test_the_citizen_moves_to_another_day(book: Book, visitor: Person) -> None:
    path = book()
    visitor.open(f"{path}/reschedule?date=2026-11-26")
    assert visitor.press(f"{path}/reschedule", SENDS, slot="09:00").request.path == path
    assert "Jadwal sudah diganti." in visitor.page
    assert "Kamis, 26 November 2026" in visitor.page
    assert "09:00–09:30" in visitor.page


def test_moving_twice_with_the_same_press_moves_once(book: Book, visitor: Person, desk: Desk) -> None:
    desk.change_service("A", slot_capacity=1)
    path = book()
    visitor.open(f"{path}/reschedule?date=2026-11-26")
    form = visitor.form(f"{path}/reschedule", SENDS).fields | {"slot": "09:00"}
    visitor.send(f"{path}/reschedule", form)
    assert visitor.send(f"{path}/reschedule", form).status_code == 200
    with desk.db.read() as session:
        found = session.scalars(select(Ticket)).one()
    assert desk.actions(found) == ["book", "reschedule"]


def test_a_move_that_cannot_be_had_keeps_the_booking(book: Book, visitor: Person, desk: Desk) -> None:
    desk.change_service("A", slot_capacity=1)
    desk.book("A", day=TODAY, slot=15 * 60)
    path = book(slot="14:00")
    visitor.open(f"{path}/reschedule")
    assert visitor.press(f"{path}/reschedule", SENDS, slot="15:00").status_code == 409
    assert "Sesi kedatangan itu sudah penuh." in visitor.page
    visitor.open(path)
    assert "14:00–14:30" in visitor.page


def test_a_waiting_ticket_is_not_moved(visitor: Person, desk: Desk) -> None:
    ticket = desk.join("A")
    visitor.open(f"/t/{ticket.public_id}")
    assert f"/t/{ticket.public_id}/reschedule" not in re.sub(
        r"<span [^>]*hidden>.*?</span></a></span>", "", visitor.page
    )
    assert visitor.open(f"/t/{ticket.public_id}/reschedule").status_code == 409
    assert visitor.send(f"/t/{ticket.public_id}/reschedule", {"day": "2026-11-26"}).status_code == 409


def test_the_ticket_page_shows_no_personal_data(book: Book, visitor: Person) -> None:
    visitor.open(book(name="Nama Warga", phone="081234567890", nik="1471014107900001"))
    for secret in ("Nama Warga", "0812345", "1471014107900001"):
        assert secret not in visitor.page
    assert "N.W." in visitor.page  # what the officer compares at the counter
    assert '<span class="figures">0001</span>' in visitor.page


def test_a_citizen_chooses_english(visitor: Person) -> None:
    visitor.open(BOOK)
    answer = visitor.press("/lang/en")
    assert answer.request.path == BOOK
    assert '<html lang="en">' in visitor.page
    assert "Birth certificate" in visitor.page
    assert "When will you come?" in visitor.page


@pytest.mark.parametrize("action", ["check-in", "cancel"])
def test_nothing_is_changed_by_opening_an_address(book: Book, visitor: Person, action: str) -> None:
    path = book()
    assert visitor.open(f"{path}/{action}").status_code == 405
    visitor.open(path)
    assert 'data-state="BOOKED"' in visitor.page


def test_a_form_without_its_token_is_refused(visitor: Person, desk: Desk) -> None:
    assert visitor.client.post(BOOK, data=READY | {"day": "2026-11-24"}).status_code == 400
    assert tickets(desk) == 0


def test_long_names_of_services_and_documents_are_shown(visitor: Person, desk: Desk) -> None:
    desk.change_service("A", name_id="Pencatatan<kelahiran>" + "x" * 90, documents=[])
    visitor.open(BOOK)
    assert "Pencatatan&lt;kelahiran&gt;" in visitor.page
    assert "Layanan ini tidak memerlukan dokumen khusus." in visitor.page


def test_the_page_of_a_ticket_is_light(book: Book, visitor: Person) -> None:
    """All of it but the font, packed as a server in front would, stays under 70 kB. Icons are fetched by the few who
    install it."""
    visitor.open(book())
    paths = set(re.findall(r'(?:href|src)="/static/([^"#]+)', visitor.page)) - {"favicon.svg", "icons/app-192.png"}
    scripts = [path for path in paths if path.endswith(".js")]
    while scripts:
        path = scripts.pop()
        imported = re.findall(r'^import .* from "(.+)";', (STATIC / path).read_text(), re.MULTILINE)
        found = {str((STATIC / path).parent.joinpath(name).resolve().relative_to(STATIC)) for name in imported}
        scripts += found - paths
        paths |= found
    assert len([path for path in paths if path.endswith(".js")]) >= 3
    packed = sum(len(gzip.compress((STATIC / path).read_bytes())) for path in paths)
    assert packed + len(gzip.compress(visitor.page.encode())) < 70_000


def test_service_documents_are_those_of_the_language(visitor: Person, desk: Desk) -> None:
    visitor.client.set_cookie("lang", "en")
    visitor.open(BOOK)
    assert "ID cards of both parents" in visitor.page
    with desk.db.read() as session:
        assert session.scalar(select(Service.name_en).where(Service.code == "A")) in visitor.page
