"""The desk in a real browser: by keyboard alone, for everyone, on one screen, live, and calm when things go wrong."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from queue_app import alerts, tickets
from queue_app.lifecycle import TicketState
from queue_app.models import Category
from queue_app.personal import Holder
from queue_app.signin import cover
from queue_app.signin.where import Where
from tests.browser.axe import barriers
from tests.browser.pages import DESK, PHONE, TV, Pages
from tests.browser.staff import (
    REFUSED,
    SERVER_IS_GONE,
    beyond_the_window,
    clean_office,
    signed_in,
    tab_to,
)
from tests.live_server import LiveServer
from tests.office import Desk

LONG_NAME = "Penerbitan kutipan akta kelahiran, pengesahan anak, dan perubahan data bagi warga yang pindah"


@pytest.fixture
def office(server: LiveServer) -> Iterator[Desk]:
    with clean_office(server, hours=1) as desk:
        yield desk


@pytest.fixture
def desk_page(new_page: Pages, server: LiveServer, office: Desk) -> Page:
    """petugas1 at counter 1, which is open; the page follows the office."""
    office.open()
    return at_desk(new_page, server)


def at_desk(new_page: Pages, server: LiveServer, language: str = "id", viewport: ViewportSize = DESK) -> Page:
    page = signed_in(new_page, server, "petugas1", viewport=viewport, language=language)
    expect(page.locator("body")).to_have_attribute("data-live", "socket")
    return page


def label(page: Page, text: str) -> None:
    expect(page.locator("#current-label")).to_have_text(text)


def crowd(office: Desk, waiting: int = 60, held: int = 4) -> None:
    """A bad morning: long names, many papers, many who wait and some who are parked."""
    office.change_service("C", name_id=LONG_NAME, name_en=LONG_NAME)
    paper = {"id": "Surat keterangan dari kelurahan atau kecamatan asal pemohon", "en": "Letter from the village"}
    office.change_service("C", documents=[paper] * 8)
    for _ in range(held):
        office.join("C", category=Category.DISABLED)
        called = office.call_next()
        assert called is not None
        started = office.act(tickets.start, called)
        office.act(tickets.hold, started, "Mengambil berkas yang kurang: surat nikah dan akta cerai")
    for n in range(4):
        office.serve("B", minutes=1 + n)
    holder = Holder(name="Siti Nur Aisyah binti Abdurrahman", nik="1471055708900001")
    for n in range(waiting):
        office.join("CABDEF"[n % 6], category=list(Category)[n % 5], holder=Holder() if n else holder)
    alerts.watch(office.db, datetime.now(UTC))  # so many who wait are told of on every desk


def test_a_whole_service_by_keyboard_alone(new_page: Pages, server: LiveServer, office: Desk) -> None:
    first = office.join("A")
    page = new_page(base_url=server.url)
    page.goto("/signin")
    tab_to(page, "[name=username]")
    page.keyboard.type("petugas1")
    page.keyboard.press("Tab")
    page.keyboard.type("rahasia-uji")
    page.keyboard.press("Enter")
    keys = page.keyboard
    expect(page.locator("body")).to_have_attribute("data-live", "socket")
    keys.press("1")
    expect(page.locator("#desk-told")).to_have_text("Loket 1 buka.")
    expect(page.locator("body")).to_have_attribute("data-live", "socket")
    keys.press("Space")
    expect(page.locator("#desk-told")).to_have_text(f"{first.label} dipanggil ke loket 1.")
    expect(page.locator("body")).to_have_attribute("data-live", "socket")
    keys.press("r")
    expect(page.locator("#desk-told")).to_have_text(f"{first.label} dipanggil ulang.")
    expect(page.locator("body")).to_have_attribute("data-live", "socket")
    keys.press("s")
    expect(page.get_by_text("Waktu layanan berjalan.")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-live", "socket")
    expect(page.locator(".current__clock")).not_to_have_text("0:00")

    keys.press("t")
    expect(page.get_by_role("dialog", name=f"Pindahkan {first.label}")).to_be_visible()
    keys.press("f")  # keys mean nothing while a question is open
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    keys.press("h")
    keys.press("ArrowDown")
    tab_to(page, "#hold-detail")
    keys.type("n s f x")
    keys.press("Enter")
    expect(page.locator(".list--held")).to_contain_text("Mengisi formulir: n s f x")
    expect(page.locator("body")).to_have_attribute("data-live", "socket")
    keys.press("l")
    expect(page.locator(".current--serving")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-live", "socket")

    keys.press("f")
    expect(page.get_by_role("dialog", name="Selesai secepat ini?")).to_be_visible()
    keys.press("Enter")  # what has the focus changes nothing
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert office.fresh(first).state is TicketState.SERVING
    keys.press("f")
    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(page.locator("#desk-told")).to_contain_text(f"{first.label} selesai dilayani.")

    assert office.actions(first)[1:] == ["call", "recall", "start", "hold", "resume", "finish"]


def test_a_wrong_time_and_a_pause_by_keyboard_alone(desk_page: Page, office: Desk) -> None:
    page, keys = desk_page, desk_page.keyboard
    first = office.serve("A", minutes=50)
    flag = f"#flag-{first.public_id}"
    expect(page.locator(flag)).to_be_visible()
    tab_to(page, flag)
    keys.press("Enter")
    expect(page.get_by_role("dialog", name="Waktu tidak benar")).to_contain_text(first.label)
    keys.press("Space")
    keys.press("Enter")
    expect(page.locator(f"#recent-{first.public_id}")).to_contain_text("disanggah")

    keys.press("p")
    keys.press("Enter")
    expect(page.get_by_text("Loket sedang jeda")).to_be_visible()
    keys.press("n")
    expect(page.locator("#desk-told")).to_have_text("Tombol N tidak berlaku sekarang.")
    keys.press("p")
    expect(page.locator("#desk-told")).to_contain_text("buka lagi")
    assert office.actions(first)[-1] == "flag"


def test_keys_can_be_switched_off(desk_page: Page, office: Desk) -> None:
    ticket = office.join("A")
    desk_page.keyboard.press("?")
    desk_page.get_by_label("Pakai tombol pintas di komputer ini").uncheck()
    desk_page.keyboard.press("Escape")
    expect(desk_page.get_by_role("dialog")).to_have_count(0)
    desk_page.keyboard.press("n")
    desk_page.reload()
    desk_page.keyboard.press("n")
    expect(desk_page.locator("kbd").first).to_be_hidden()
    label_seen = desk_page.locator(".current--free .current__label")
    expect(label_seen).to_have_text(ticket.label)
    assert office.fresh(ticket).state is TicketState.WAITING


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_state_fits_one_screen_and_has_no_barriers(
    new_page: Pages, server: LiveServer, office: Desk, language: str
) -> None:
    page = at_desk(new_page, server, language)
    seen: list[str] = []

    def look(state: str) -> None:
        if barriers(page):
            seen.append(f"{state}: {barriers(page)}")
        for window in (DESK, ViewportSize(width=1366, height=625), TV):
            page.set_viewport_size(window)
            if beyond_the_window(page) != (0, 0):
                seen.append(f"{state} at {window}: {beyond_the_window(page)} beyond the window")
            for button in page.locator(".current__deeds .btn").all():
                box = button.bounding_box()
                assert box is not None
                if box["y"] + box["height"] > window["height"] or box["height"] < 24:
                    seen.append(f"{state} at {window}: a button is cut off at {box}")
        page.set_viewport_size(PHONE)
        if beyond_the_window(page)[0] > 0:
            seen.append(f"{state}: wider than a phone")
        page.set_viewport_size(DESK)

    look("choosing a counter")
    page.keyboard.press("1")
    expect(page.locator("#primary")).to_be_visible()
    look("nobody waits")
    crowd(office)
    expect(page.locator(".list--waiting .count")).to_have_text("60")
    expect(page.locator(".desk-notices li").first).to_be_visible()
    look("free")
    for key, question in (("c", "choose"), ("p", "pause"), ("q", "close"), ("?", "keys")):
        page.keyboard.press(key)
        expect(page.locator(f"#ask-{question}")).to_be_visible()
        look(question)
        page.keyboard.press("Escape")
    page.locator("#do-choose").click()
    longest = page.locator("#choose-ticket option", has_text=LONG_NAME).first.get_attribute("value")
    page.locator("#choose-ticket").select_option(longest)
    page.locator("#ask-choose input[name=reason]").first.check()
    page.keyboard.press("Enter")
    expect(page.locator(".current--called")).to_be_visible()
    look("called")
    page.keyboard.press("s")
    expect(page.locator(".current--serving")).to_be_visible()
    look("serving")
    questions = (("h", "hold"), ("t", "transfer"), ("o", "outcome"), ("n", "finish-next"), ("f", "short"))
    for key, question in questions:
        page.keyboard.press(key)
        expect(page.locator(f"#ask-{question}")).to_be_visible()
        look(question)
        page.keyboard.press("Escape")
    assert seen == []


def test_what_others_do_appears_and_what_i_am_doing_stays(desk_page: Page, office: Desk) -> None:
    page = desk_page
    first = office.join("A")
    label_seen = page.locator(".current--free .current__label")
    expect(label_seen).to_have_text(first.label)
    page.keyboard.press("c")
    page.locator("#choose-detail").fill("datang bersama ibunya")
    second = office.join("B")
    expect(page.locator(".list--waiting")).to_contain_text(second.label)
    expect(page.locator("#choose-detail")).to_have_value("datang bersama ibunya")
    expect(page.locator("#choose-detail")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("#do-choose").focus()
    office.open("petugas2", 2)
    office.call_next("petugas2", 2)
    expect(label_seen).to_have_text(second.label)
    expect(page.locator("#do-choose")).to_be_focused()


def test_checked_papers_stay_checked_when_news_come(desk_page: Page, office: Desk) -> None:
    page = desk_page
    office.join("A")
    expect(page.locator(".list--waiting .count")).to_have_text("1")
    page.keyboard.press("n")
    paper = page.get_by_label("KTP-el kedua orang tua")
    paper.check()
    news = office.join("B")
    expect(page.locator(".list--waiting")).to_contain_text(news.label)
    expect(paper).to_be_checked()


def test_a_double_click_is_one_move(desk_page: Page, office: Desk) -> None:
    first, second = office.join("A"), office.join("A")
    page = desk_page
    expect(page.locator(".list--waiting .count")).to_have_text("2")
    page.locator("#primary").dblclick()
    label(page, first.label)
    expect(page.locator(".current--called")).to_be_visible()
    assert office.actions(first) == ["join", "call"]
    assert office.actions(second) == ["join"]


def test_an_old_tab_is_told_and_shown_what_is(desk_page: Page, new_page: Pages, office: Desk) -> None:
    new_page.allow(REFUSED)
    new_page.allow(SERVER_IS_GONE)
    new_page.allow("ERR_FAILED")
    ticket = office.join("A")
    expect(desk_page.locator(".list--waiting .count")).to_have_text("1")
    desk_page.keyboard.press("n")
    label(desk_page, ticket.label)
    old = new_page(beside=desk_page)
    old.route(re.compile(r"/desk/live|/socket\.io/"), lambda route: route.abort())
    old.route_web_socket(re.compile(r"/socket\.io/"), lambda socket: socket.close())
    old.goto(desk_page.url)
    desk_page.keyboard.press("s")
    expect(desk_page.locator(".current--serving")).to_be_visible()
    expect(old.locator(".current--called")).to_be_visible()
    old.keyboard.press("x")
    expect(old.locator("#desk-told")).to_contain_text("sekarang: sedang dilayani")
    expect(old.locator(".current--serving")).to_be_visible()
    assert office.fresh(ticket).state is TicketState.SERVING


def test_a_lost_server_is_said_and_nothing_is_sent_later(
    desk_page: Page, new_page: Pages, server: LiveServer, office: Desk
) -> None:
    new_page.allow(SERVER_IS_GONE)
    page, ticket = desk_page, office.join("A")
    expect(page.locator(".list--waiting .count")).to_have_text("1")
    server.kill()
    page.keyboard.press("n")
    expect(page.locator("#desk-told")).to_have_text("Server tidak menjawab. Periksa keadaan tiket, lalu coba lagi.")
    expect(page.locator("[data-stale]")).to_be_visible()
    server.start()
    # The link is back before the desk has been read again; keys are taken from then on, and the page says so.
    expect(page.locator("#desk-told")).to_have_text("Tersambung lagi. Ini keadaan sekarang.")
    expect(page.locator("[data-stale]")).to_be_hidden()
    assert office.fresh(ticket).state is TicketState.WAITING
    page.keyboard.press("n")
    label(page, ticket.label)
    assert office.actions(ticket) == ["join", "call"]


def test_the_running_time_does_not_ask_the_computers_clock(new_page: Pages, server: LiveServer, office: Desk) -> None:
    office.open()
    office.join("A")
    called = office.call_next()
    assert called is not None
    office.now = datetime.now(UTC) - timedelta(minutes=16)
    office.act(tickets.start, called)
    page = new_page(base_url=server.url)
    page.clock.install(time=datetime(2011, 1, 1, tzinfo=UTC))
    page.goto("/signin")
    page.locator("[name=username]").fill("petugas1")
    page.locator("[name=password]").fill("rahasia-uji")
    page.locator("[name=password]").press("Enter")
    expect(page.locator(".current__clock")).to_have_text(re.compile("^16:"))
    expect(page.locator(".current__standard")).to_have_text("Standar 15 menit · sudah lewat")


def test_it_works_without_scripts(new_page: Pages, server: LiveServer, office: Desk) -> None:
    first = office.join("A")
    page = signed_in(new_page, server, "petugas1", java_script_enabled=False)
    page.get_by_role("button", name="Buka loket 1").click()
    page.get_by_role("button", name="Panggil berikutnya").click()
    page.get_by_role("button", name="Mulai layani").click()
    page.get_by_role("button", name="Tahan").click()
    page.locator("#ask-hold").get_by_role("button", name="Tahan").click()
    page.get_by_role("button", name=f"Lanjutkan {first.label}").click()
    page.get_by_role("button", name="Selesai", exact=True).click()
    page.get_by_role("button", name="Ya, selesai").click()
    expect(page.get_by_text(f"{first.label} selesai dilayani.")).to_be_visible()
    page.get_by_role("button", name=f"Waktu tidak benar {first.label}").click()
    page.get_by_label("Salah tekan").check()
    page.get_by_role("button", name="Tandai").click()
    assert office.actions(first)[1:] == ["call", "start", "hold", "resume", "finish", "flag"]


def test_a_screen_that_nobody_touches_is_covered_and_opened_by_keyboard(
    new_page: Pages, server: LiveServer, office: Desk
) -> None:
    new_page.allow(r"status of (422|403)")  # a wrong PIN; what the open page still asks for when it is covered
    office.open()
    waiting = office.join("A")
    office.change_office(lock_minutes=5)
    with office.db.write() as session:
        cover.set_pin(session, office.user(session, "petugas1"), "2846", Where(), office.now)
    page = at_desk(new_page, server)
    page.keyboard.press("Space")
    label(page, waiting.label)
    page.clock.install()
    page.goto("/desk")
    label(page, waiting.label)
    page.clock.fast_forward("06:00")
    page.wait_for_url("**/lock?**")
    assert barriers(page) == []
    page.goto("/desk")
    expect(page.get_by_role("heading", name="Layar tertutup")).to_be_visible()
    for pin in ("9999", "2846"):
        page.keyboard.type(pin)
        page.keyboard.press("Enter")
        if pin == "9999":
            expect(page.get_by_role("alert")).to_have_text("PIN itu tidak cocok.")
    page.wait_for_url("**/desk")
    label(page, waiting.label)
    office.change_office(lock_minutes=0)
