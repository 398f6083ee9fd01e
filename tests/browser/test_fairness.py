"""The proof of work and the waiting list as a citizen meets them on a phone."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from queue_app import opening
from queue_app.database import Database
from queue_app.models import ProofOfWork, Ticket
from tests.browser.axe import barriers
from tests.browser.pages import Pages
from tests.live_server import LiveServer
from tests.office import SLUG, Desk

SMALL = ViewportSize(width=360, height=740)
BOOK = f"/o/{SLUG}/A"
TICKET = re.compile(r"/t/[\w-]+$")
ENTRY = re.compile(r"/w/[\w-]+$")
SLOT = 600


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all: starting one takes longer than any of these tests."""
    folder = tmp_path_factory.mktemp("fairness")
    path = folder / "antrean.sqlite"
    shutil.copy(sqlite_template, path)
    server = LiveServer(f"sqlite:///{path}", folder / "instance", {})
    server.start()
    yield server
    server.stop()


@pytest.fixture
def desk(server: LiveServer) -> Iterator[Desk]:
    """Another process on the server's database."""
    desk = Desk(Database(server.database_url), datetime.now(UTC))
    yield desk
    desk.change_office(proof_of_work=ProofOfWork.PROFILE)
    desk.db.dispose()


@pytest.fixture
def demanding(desk: Desk) -> None:
    """The office demands a proof of work."""
    desk.change_office(proof_of_work=ProofOfWork.ON)


@pytest.fixture
def phone(new_page: Pages, server: LiveServer) -> Callable[..., Page]:
    def open_phone(**options: object) -> Page:
        return new_page(viewport=SMALL, base_url=server.url, has_touch=True, **options)

    return open_phone


def full_day(desk: Desk, service: str) -> tuple[str, Ticket]:
    """Tomorrow, of which the slot at ten is full; the ticket that has it."""
    desk.change_service(service, slot_capacity=1)
    with desk.db.read() as session:
        day = opening.local_day(desk.office(session), desk.now) + timedelta(days=1)
    return day.isoformat(), desk.book(service, slot=SLOT, day=day)


def fill_in(page: Page) -> None:
    page.get_by_label("Dokumen ini sudah saya siapkan").check()


def take(page: Page) -> None:
    page.get_by_role("button", name="Ambil nomor").click()


class TestProof:
    @pytest.mark.usefixtures("demanding")
    def test_it_is_found_while_the_form_is_filled_in(self, phone: Callable[..., Page]) -> None:
        page = phone()
        page.goto(BOOK)
        expect(page.locator("input[name=proof]")).to_have_value("")
        fill_in(page)
        expect(page.locator("input[name=proof]")).not_to_have_value("")
        take(page)
        expect(page).to_have_url(TICKET)

    @pytest.mark.usefixtures("demanding")
    def test_nothing_of_it_is_loaded_before_the_form_is_touched(self, phone: Callable[..., Page]) -> None:
        page = phone()
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url))
        page.goto(BOOK, wait_until="networkidle")
        assert not [url for url in loaded if "altcha" in url or "challenge" in url]

    def test_nothing_of_it_is_loaded_where_none_is_demanded(self, phone: Callable[..., Page]) -> None:
        page = phone()
        page.goto(BOOK)
        assert page.locator("input[name=proof]").count() == 0
        assert "proof.js" not in page.content()

    @pytest.mark.usefixtures("demanding")
    def test_who_is_faster_waits_a_moment_and_is_told(self, phone: Callable[..., Page]) -> None:
        page = phone()
        asked: list[Route] = []

        def keep(route: Route) -> None:
            asked.append(route)

        page.route("**/challenge", keep)
        page.goto(BOOK)
        fill_in(page)
        take(page)
        busy = page.get_by_text("pemeriksaan keamanan masih berjalan")
        expect(busy).to_be_visible()
        assert barriers(page) == []
        asked[0].continue_()
        expect(page).to_have_url(TICKET)

    @pytest.mark.usefixtures("demanding")
    def test_where_it_cannot_be_found_the_form_is_sent_without(
        self, phone: Callable[..., Page], new_page: Pages
    ) -> None:
        new_page.allow("503|422")
        page = phone()
        page.route("**/challenge", lambda route: route.fulfill(status=503))
        page.goto(BOOK)
        fill_in(page)
        take(page)
        expect(page.get_by_text("dikirim terlalu cepat")).to_be_visible()  # so says the server, of the form's own token

    @pytest.mark.usefixtures("demanding")
    def test_a_proof_is_not_kept_for_the_way_back(self, phone: Callable[..., Page]) -> None:
        page = phone()
        page.goto(BOOK)
        fill_in(page)
        take(page)
        expect(page).to_have_url(TICKET)
        page.go_back()
        expect(page.locator("input[name=proof]")).to_have_value("")


class TestWaitingList:
    def test_a_citizen_waits_for_a_full_slot_and_gets_it(self, desk: Desk, phone: Callable[..., Page]) -> None:
        day, ticket = full_day(desk, "B")
        page = phone()
        page.goto(f"/o/{SLUG}/B?date={day}")
        page.get_by_text("Jam yang Anda mau penuh?").click()
        page.get_by_role("link", name="10:00").click()
        expect(page.get_by_role("heading", name="Daftar tunggu")).to_be_visible()
        assert barriers(page) == []
        page.get_by_label("NIK").fill("1471016010900001")
        page.get_by_role("button", name="Masuk daftar tunggu").click()
        expect(page).to_have_url(ENTRY)
        expect(page.locator(".list-entry__figure")).to_have_text("1")
        assert barriers(page) == []
        desk.cancel(ticket)
        page.reload()
        expect(page.get_by_text("Anda mendapat tempat")).to_be_visible()
        assert barriers(page) == []
        page.get_by_role("link", name="Buka tiket").click()
        expect(page).to_have_url(TICKET)
        expect(page.get_by_text("Tempat ini dari daftar tunggu")).to_be_visible()

    def test_the_page_changes_by_itself_when_it_is_seen_again(self, desk: Desk, phone: Callable[..., Page]) -> None:
        day, ticket = full_day(desk, "C")
        page = phone()
        page.goto(f"/o/{SLUG}/C/list?date={day}&slot=10:00")
        page.get_by_role("button", name="Masuk daftar tunggu").click()
        expect(page).to_have_url(ENTRY)
        desk.cancel(ticket)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.get_by_text("Anda mendapat tempat")).to_be_visible()

    @pytest.mark.usefixtures("demanding")
    def test_it_works_without_a_script_and_in_english(
        self, desk: Desk, phone: Callable[..., Page], new_page: Pages
    ) -> None:
        new_page.allow("422")
        day, _ = full_day(desk, "D")
        page = phone(java_script_enabled=False)
        page.goto(f"/o/{SLUG}/D/list?date={day}&slot=10:00")
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", name="Waiting list")).to_be_visible()
        join = page.get_by_role("button", name="Join the waiting list")
        join.click()
        expect(page.get_by_text("sent too fast")).to_be_visible()
        while "/w/" not in page.url:  # until some seconds have passed since the form was opened
            join.click()
        expect(page.get_by_text("Your place in the list", exact=True)).to_be_visible()
        page.get_by_text("Leave the list").click()
        page.get_by_role("button", name="Yes, give it up").click()
        expect(page.get_by_text("You have left the waiting list")).to_be_visible()
