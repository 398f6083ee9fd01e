"""My figures and the claims about them in a real browser: the officer contests, the supervisor answers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from queue_app import claims
from queue_app.claims import Kind, LegName, Verdict
from queue_app.models import Ticket
from tests.browser.axe import barriers
from tests.browser.pages import DESK, Pages
from tests.browser.staff import beyond_the_window, clean_office, signed_in, tab_to
from tests.live_server import LiveServer
from tests.office import Desk
from tests.routes import test_wait_accuracy as forecasts

SMALL_PHONE = ViewportSize(width=360, height=740)


@pytest.fixture
def office(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server) as desk:
        yield desk


def a_busy_day(office: Desk) -> list[Ticket]:
    """Two officers at their counters, ending now; the tickets of petugas1."""
    office.now = datetime.now(UTC) - timedelta(hours=2)
    office.open()
    office.open("petugas2", 2)
    for n in range(34):
        office.serve("AB"[n % 2], "petugas2", 2, seconds=40 + 5 * (n % 7))
    own = [office.serve("AB"[n % 2], seconds=50 + 6 * (n % 5)) for n in range(33)]
    office.now = datetime.now(UTC)
    return own


def in_all_states(office: Desk, own: list[Ticket]) -> None:
    """One claim waits, one is accepted, one declined."""
    for ticket, kind in zip(own[-3:], (Kind.SYSTEM, Kind.COMPLEX, Kind.SLIP), strict=True):
        office.act(claims.flag, ticket, "Gangguan sistem: server kabupaten tidak menjawab", kind)
    with office.db.write() as session:
        supervisor = office.user(session, "supervisor")
        for ticket, verdict in zip(own[-2:], Verdict, strict=True):
            name = LegName(ticket.public_id, ticket.version)
            claims.decide(session, supervisor, [name], verdict, "open", office.now, "sudah dicocokkan dengan catatan")


def fits_and_has_no_barriers(page: Page) -> None:
    for window in (DESK, SMALL_PHONE):
        page.set_viewport_size(window)
        assert barriers(page) == []
        assert beyond_the_window(page)[0] <= 0


@pytest.mark.parametrize("language", ["id", "en"])
def test_both_pages_have_no_barriers_and_fit(new_page: Pages, server: LiveServer, office: Desk, language: str) -> None:
    own = signed_in(new_page, server, "petugas1", language=language)
    own.goto("/desk/figures")
    supervisor = signed_in(new_page, server, "supervisor", language=language)
    supervisor.goto("/supervisor/claims")
    fits_and_has_no_barriers(own)
    fits_and_has_no_barriers(supervisor)
    in_all_states(office, a_busy_day(office))
    own.reload()
    own.locator(".figures-how summary").click()
    own.locator(".contest summary").first.click()
    own.locator(".contest--span summary").click()
    fits_and_has_no_barriers(own)
    supervisor.reload()
    fits_and_has_no_barriers(supervisor)


def test_the_officer_contests_the_supervisor_declines_and_the_officer_reads_it(
    new_page: Pages, server: LiveServer, office: Desk
) -> None:
    last = a_busy_day(office)[-1]
    own = signed_in(new_page, server, "petugas1")
    own.get_by_role("link", name="Angka saya", exact=True).click()
    row = own.locator(f"#visit-{last.public_id}-{last.version}")
    expect(row).to_be_visible()
    tab_to(own, f"#visit-{last.public_id}-{last.version} summary")
    own.keyboard.press("Enter")
    own.keyboard.press("Tab")
    own.keyboard.press("Space")
    row.get_by_label("Gangguan sistem").check()
    row.get_by_label("Keterangan").fill("printer macet")
    row.get_by_label("Keterangan").press("Enter")
    expect(row).to_contain_text("Menunggu putusan Gangguan sistem: printer macet")

    supervisor = signed_in(new_page, server, "supervisor")
    supervisor.goto("/supervisor")
    supervisor.get_by_role("link", name="sanggahan menunggu putusan").click()
    claim = supervisor.get_by_role("article").filter(has_text="printer macet")
    expect(claim).to_contain_text(last.label)
    claim.get_by_label("Penjelasan untuk petugas").fill("printer loket 1 baik hari ini")
    claim.get_by_role("button", name="Tolak").click()
    expect(supervisor.get_by_text("Sanggahan ditolak.")).to_be_visible()

    own.reload()
    expect(row).to_contain_text("Ditolak (Supervisor")
    expect(row).to_contain_text("printer loket 1 baik hari ini")


def test_the_forecasts_page_has_no_barriers_and_fits(new_page: Pages, server: LiveServer, office: Desk) -> None:
    office.now = datetime.now(UTC)
    forecasts.told(office, 30, 660)
    forecasts.told(office, 12, 1200)
    page = signed_in(new_page, server, "supervisor")
    page.goto("/supervisor/forecast")
    expect(page.get_by_role("row", name="batas atas")).to_contain_text("90")
    fits_and_has_no_barriers(page)
