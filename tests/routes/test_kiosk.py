"""Taking a number at the kiosk without a script: every step is a link or a form, and none leads out of the kiosk."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from queue_app import create_app
from queue_app.config import Config
from queue_app.lifecycle import TicketState
from queue_app.models import Category, Channel, PrinterKind, PrintJob, Ticket
from queue_app.printing import printers
from queue_app.printing.press import Press
from tests.office import SLUG, Desk
from tests.printing.tcp_printer import TcpPrinter
from tests.routes.browsing import Person, forms

KIOSK = f"/kiosk/{SLUG}"
TAKE = f"{KIOSK}/services/A/elderly"


@pytest.fixture
def desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The routes see the desk's clock."""
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    return desk


@pytest.fixture
def citizen(app: Flask, desk: Desk) -> Person:
    return Person(app)


@pytest.fixture
def tcp_printer(desk: Desk) -> Iterator[TcpPrinter]:
    printer = TcpPrinter()
    connect(desk, "lobi", printer.address)
    yield printer
    printer.close()


def connect(desk: Desk, name: str, address: str) -> None:
    with desk.db.write() as session:
        printers.add(session, desk.office(session), name, PrinterKind.NETWORK, address, now=desk.now)


def words(page: str) -> str:
    """What the page shows: nothing hidden, no tags, no dialogs that the script opens."""
    shown = re.sub(r"<dialog.*?</dialog>", "", page, flags=re.DOTALL)
    shown = re.sub(r"<(\w+)[^>]* hidden[^>]*>.*?</\1>", "", shown, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def ways(page: str) -> set[str]:
    """Where the page's links and forms lead."""
    return set(re.findall(r'<a [^>]*href="([^"]+)"', page)) | {form.action for form in forms(page)}


def tickets(desk: Desk) -> list[Ticket]:
    with desk.db.read() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def test_a_number_in_four_steps(citizen: Person, desk: Desk) -> None:
    desk.join()
    citizen.open(KIOSK)
    for step in (f"{KIOSK}/services", f"{KIOSK}/services/A", TAKE):
        assert step in ways(citizen.page)
        citizen.open(step)
    assert "1 orang menunggu" in words(citizen.page)
    assert "Lanjut usia" in words(citizen.page)
    answer = citizen.press(TAKE)
    _, ticket = tickets(desk)
    assert (ticket.label, ticket.channel, ticket.category) == ("A-002", Channel.KIOSK, Category.ELDERLY)
    assert ticket.state is TicketState.WAITING
    assert answer.request.path == f"{KIOSK}/ticket/{ticket.public_id}"
    shown = words(citizen.page)
    assert "A-002" in shown
    assert "Foto nomor ini" in shown  # there is no printer
    assert "Cetak" not in shown
    assert (ticket.name_sealed, ticket.phone_sealed, ticket.nik_hash) == (None, None, None)


def test_no_link_leads_out_of_the_kiosk(citizen: Person, desk: Desk) -> None:
    ticket = desk.join()
    pages = ("", "/services", "/services/A", "/services/A/regular", "/check-in", f"/check-in/{ticket.public_id}")
    for path in (*pages, f"/ticket/{ticket.public_id}", "/ticket/nothing", "/services/Q"):
        citizen.open(KIOSK + path)
        inside = {way for way in ways(citizen.page) if way == KIOSK or way.startswith((f"{KIOSK}/", "#"))}
        assert ways(citizen.page) - inside == {"/lang/en"}, path


def test_a_doubled_tap_gives_one_number_and_one_receipt(citizen: Person, desk: Desk, tcp_printer: TcpPrinter) -> None:
    citizen.open(TAKE)
    form = citizen.form(TAKE)
    first = citizen.send(TAKE, form.fields)
    second = citizen.send(TAKE, form.fields)
    assert first.request.path == second.request.path
    [ticket] = tickets(desk)
    with desk.db.read() as session:
        [job] = session.scalars(select(PrintJob)).all()
    assert (job.ticket_id, job.site) == (ticket.id, "http://localhost")


def test_the_page_says_how_far_the_receipt_is(citizen: Person, desk: Desk, tcp_printer: TcpPrinter) -> None:
    press = Press(desk.db, lambda: desk.now)
    tcp_printer.mood = "offline"
    citizen.open(TAKE)
    page = citizen.press(TAKE).request.path
    public_id = page.rpartition("/")[2]
    assert "sedang dicetak" in words(citizen.page)
    assert citizen.client.get(f"{page}/printed").get_json() == {"state": "printing"}
    press.work(desk.now)
    assert press.finish(10)
    citizen.open(page)
    assert "Pencetak tidak menjawab" in words(citizen.page)
    assert citizen.client.get(f"{page}/printed").get_json() == {"state": "trouble"}
    tcp_printer.mood = "well"
    desk.wait(seconds=3)
    press.work(desk.now)
    assert press.finish(10)
    citizen.open(page)
    assert "Ambil kertas Anda" in words(citizen.page)
    for _ in range(2):
        citizen.open(page)
        citizen.press(f"{page}/print")
        press.work(desk.now)
        assert press.finish(10)
    citizen.open(page)
    assert citizen.press(f"{page}/print").status_code == 409
    assert "sudah dicetak ulang" in words(citizen.page)
    assert [slip.codes[0].endswith(public_id) for slip in tcp_printer.slips()] == [True] * 3
    assert len(tickets(desk)) == 1


@pytest.mark.parametrize("path", ["", "/services", "/check-in", "/ticket/x/printed"])
def test_an_office_that_does_not_exist_is_not_found(citizen: Person, path: str) -> None:
    assert citizen.open(f"/kiosk/nowhere{path}").status_code == 404


def test_a_kiosk_keeps_its_own_printer(citizen: Person, desk: Desk, app: Flask) -> None:
    connect(desk, "lobi", "10.0.0.1:9100")
    connect(desk, "atas", "10.0.0.2:9100")
    citizen.open(f"{KIOSK}?printer=atas")
    for person in (citizen, Person(app)):
        person.open(TAKE)
        person.press(TAKE)
    with desk.db.read() as session:
        jobs = session.scalars(select(PrintJob).order_by(PrintJob.id)).all()
        assert [job.printer.name for job in jobs] == ["atas", "lobi"]


class TestNoNumber:
    def test_sold_out_is_said_with_the_way_out(self, citizen: Person, desk: Desk) -> None:
        desk.change_service("A", kiosk_quota=0)
        citizen.open(f"{KIOSK}/services")
        assert "Nomor untuk hari ini sudah habis. Silakan tanya di meja penerimaan." in words(citizen.page)
        assert f"{KIOSK}/services/A" not in ways(citizen.page)
        assert f"{KIOSK}/services/B" in ways(citizen.page)
        assert citizen.open(TAKE).request.path == f"{KIOSK}/services"
        desk.change_service("A", kiosk_quota=1)
        citizen.open(TAKE)
        form = citizen.form(TAKE)
        desk.join()  # the last one goes to somebody else meanwhile
        assert citizen.send(TAKE, form.fields).status_code == 409
        assert f"{KIOSK}/again" in ways(citizen.page)
        assert len(tickets(desk)) == 1

    def test_everything_sold_out_is_said_at_the_start(self, citizen: Person, desk: Desk) -> None:
        for code in "ABCDEF":
            desk.change_service(code, daily_quota=0)
        citizen.open(KIOSK)
        assert "Nomor untuk hari ini sudah habis" in words(citizen.page)
        assert f"{KIOSK}/check-in" in ways(citizen.page)

    def test_closed_says_when_it_opens_again(self, citizen: Person, desk: Desk) -> None:
        from queue_app import opening_hours

        with desk.db.write() as session:
            hours = opening_hours.read(["mon-fri 10:00-16:00"])
            opening_hours.replace(session, desk.office(session), hours, desk.now, None)
        citizen.open(KIOSK)
        assert "Kantor sedang tutup. Buka lagi pukul 10:00 WIB." in words(citizen.page)
        assert f"{KIOSK}/services" not in ways(citizen.page)
        citizen.open(f"{KIOSK}/services")
        assert "Tutup sekarang. Buka lagi pukul 10:00." in words(citizen.page)
        desk.wait(hours=9)
        citizen.open(KIOSK)
        assert "Buka lagi Rabu, 25 November 2026 pukul 10:00 WIB." in words(citizen.page)

    def test_what_a_supervisor_stopped_is_said(self, citizen: Person, desk: Desk) -> None:
        desk.change_office(issuing_stopped_on=desk.now.date())
        citizen.open(KIOSK)
        assert "Pengambilan nomor dihentikan untuk hari ini" in words(citizen.page)


class TestNextCitizen:
    def test_language_and_reach_last_until_the_next_one(self, citizen: Person) -> None:
        citizen.open(f"{KIOSK}/services")
        citizen.press("/lang/en")
        assert "What have you come for?" in words(citizen.page)
        citizen.press(f"{KIOSK}/reach")
        assert "kiosk--reach" in citizen.page
        assert "What have you come for?" in words(citizen.page)  # it stays on the page
        citizen.press(f"{KIOSK}/reach")
        assert "kiosk--reach" not in citizen.page
        citizen.press(f"{KIOSK}/reach")
        citizen.open(f"{KIOSK}/again")
        assert "Selamat datang" in words(citizen.page)
        assert "kiosk--reach" not in citizen.page

    @pytest.mark.parametrize("target", ["https://example.org/", "//example.org", f"/o/{SLUG}", f"{KIOSK}/../../o"])
    def test_the_reach_button_leads_nowhere_else(self, citizen: Person, target: str) -> None:
        citizen.open(KIOSK)
        answer = citizen.send(f"{KIOSK}/reach", {"on": "yes", "next": target})
        assert answer.request.path.startswith(KIOSK)


class TestProduction:
    @pytest.fixture
    def production(self, config: Config) -> Iterator[Flask]:
        app = create_app(replace(config, production=True))
        app.config["SESSION_COOKIE_SECURE"] = False
        yield app
        app.extensions["antrean_database"].dispose()

    def test_only_a_paired_browser_is_a_kiosk(self, production: Flask, desk: Desk) -> None:
        stranger, kiosk = Person(production), Person(production, "supervisor")
        for path in ("", "/services", "/services/A/regular"):
            assert stranger.open(KIOSK + path).status_code == 403
            assert "Peramban ini bukan kios kantor" in words(stranger.page)
            assert "tekan “Ini kios”" in words(stranger.page)
        kiosk.open("/reception")
        kiosk.press("/reception/device", "kiosk", kind="kiosk")
        kiosk.client.delete_cookie("__Host-session")
        cookie = kiosk.client.get_cookie("__Host-device")
        assert cookie is not None
        kiosk.client.set_cookie("__Host-device", cookie.value)  # as over HTTPS
        assert kiosk.open(KIOSK).status_code == 200
        kiosk.open(TAKE)
        assert kiosk.press(TAKE).status_code == 200
        assert [ticket.label for ticket in tickets(desk)] == ["A-001"]


class TestReception:
    def test_the_staff_print_a_number_again(self, app: Flask, desk: Desk, tcp_printer: TcpPrinter) -> None:
        ticket, officer = desk.book(), Person(app, "petugas1")
        officer.open(f"/reception/slip/{ticket.public_id}")
        officer.press("/reception/print")
        assert f"{ticket.label} dikirim ke pencetak lobi." in words(officer.page)
        press = Press(desk.db, lambda: desk.now)
        press.work(desk.now)
        assert press.finish(10)
        [slip] = tcp_printer.slips()
        assert "Cetak ulang" in slip.text
        with desk.db.read() as session:
            [job] = session.scalars(select(PrintJob)).all()
            assert job.wanted_by is not None
            assert job.wanted_by.username == "petugas1"

    def test_without_a_printer_the_browser_prints(self, app: Flask, desk: Desk) -> None:
        ticket, officer = desk.book(), Person(app, "petugas1")
        officer.open(f"/reception/slip/{ticket.public_id}")
        assert not officer.has("/reception/print")
        answer = officer.send("/reception/print", {"ticket": ticket.public_id})
        assert answer.request.path == f"/reception/slip/{ticket.public_id}"

    def test_who_prints_is_signed_in(self, citizen: Person, desk: Desk) -> None:
        ticket = desk.book()
        citizen.open(KIOSK)
        assert "/signin" in citizen.send("/reception/print", {"ticket": ticket.public_id}).request.path

    def test_a_printer_in_trouble_is_said(self, app: Flask, desk: Desk, tcp_printer: TcpPrinter) -> None:
        tcp_printer.mood = "no_paper"
        citizen, officer = Person(app), Person(app, "petugas1")
        citizen.open(TAKE)
        citizen.press(TAKE)
        press = Press(desk.db, lambda: desk.now)
        press.work(desk.now)
        assert press.finish(10)
        officer.open("/reception")
        assert "Pencetak lobi kehabisan kertas. Nomor tetap diberikan" in words(officer.page)
