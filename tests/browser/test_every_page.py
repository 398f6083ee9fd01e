"""Every page, in both languages, on a small phone or the kiosk: no barriers, large text, read out in its order."""

from functools import partial

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, ViewportSize, expect
from werkzeug.exceptions import BadRequest, Conflict, InternalServerError, TooManyRequests

from queue_app import create_app
from queue_app.config import Config
from tests.browser import everything
from tests.browser.axe import barriers
from tests.browser.everything import OFFICE, Addresses
from tests.browser.pages import Pages
from tests.browser.staff import signed_in
from tests.live_server import LiveServer
from tests.office import SECRET

SMALL = ViewportSize(width=360, height=740)
KIOSK = ViewportSize(width=1080, height=1920)
REFUSED = r"the server responded with a status of 4"
SETTINGS = (
    *("/manage", "/manage/services", "/manage/services/A", "/manage/history"),
    *(f"/manage/settings/{topic}" for topic in ("queue", "voice", "privacy")),
)
LANGUAGES = pytest.mark.parametrize("language", ["id", "en"])

BESIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Headings that skip a level, and how often a heading of the first level stands there when that is not once.
HEADINGS = """() => {
  const shown = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((one) => one.checkVisibility());
  const levels = shown.map((one) => Number(one.tagName[1]));
  const skips = shown.filter((_, at) => levels[at] > (levels[at - 1] ?? 0) + 1).map((one) => one.textContent.trim());
  const tops = levels.filter((level) => level === 1).length;
  return tops === 1 ? skips : [...skips, `h1: ${tops}`];
}"""

# What the Tab key reaches later although it stands above what it reached before.
OUT_OF_ORDER = """() => {
  const reached = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex >= 0)
    .filter((one) => !one.closest(".book-bar, .kiosk__bar")) // these stay at the edge of the window
    .map((one) => ({ box: one.getBoundingClientRect(), name: one.outerHTML.slice(0, 90) }));
  return reached.slice(1)
    .filter(({ box }, at) => {
      const before = reached[at].box;
      const isAbove = box.bottom <= before.top + 1;
      const isLeft = box.right <= before.left + 1 && box.top < before.bottom && box.bottom > before.top;
      return isAbove || isLeft;
    })
    .map(({ name }) => name);
}"""

# Texts that are cut off, that lie on one another, or that did not grow with the browser's letters.
DOUBLED = """() => {
  const UNSEEN = ".visually-hidden, .skip-link, noscript, option";
  const texts = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      const isShown = parent.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      if (!walker.currentNode.data.trim() || !isShown || parent.closest(UNSEEN)) continue;
      found.push({ node: walker.currentNode, parent });
    }
    return found;
  };
  const before = new Map(texts().map(({ parent }) => [parent, parseFloat(getComputedStyle(parent).fontSize)]));
  document.documentElement.style.fontSize = "200%";
  const wrong = [];
  const boxes = [];
  for (const { node, parent } of texts()) {
    const name = `${parent.className || parent.tagName}: ${node.data.trim().slice(0, 40)}`;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    const was = before.get(parent);
    const isLargest = was > 60; // a ticket's number is as large as the window lets it be
    if (was && !isLargest && size < was * 1.2) wrong.push(`did not grow (${size}px) ${name}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.right > innerWidth + 1 || box.left < -1) wrong.push(`beside the window ${name}`);
      for (let over = parent; over; over = over.parentElement) {
        const style = getComputedStyle(over);
        if (style.overflowX === "visible" && style.overflowY === "visible") continue;
        const edge = over.getBoundingClientRect();
        const isCutBelow = style.overflowY === "hidden" && box.bottom > edge.bottom + 4;
        if (box.right > edge.right + 2 || isCutBelow) wrong.push(`cut off ${name}`);
        break;
      }
      if (!parent.closest(".book-bar")) boxes.push({ box, name, parent });
    }
  }
  boxes.sort((one, other) => one.box.top - other.box.top);
  boxes.forEach(({ box: a, name, parent }, one) => {
    for (let next = one + 1; next < boxes.length && boxes[next].box.top < a.bottom; next += 1) {
      const b = boxes[next].box;
      if (boxes[next].parent === parent) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const line = Math.min(a.height, b.height);
      if (wide > 3 && high > line * 0.45) wrong.push(`${name} lies on ${boxes[next].name}`);
    }
  });
  return [...new Set(wrong)];
}"""


@pytest.fixture(scope="module")
def addresses(server: LiveServer) -> Addresses:
    return everything.prepare(server)


@pytest.fixture(scope="module")
def app(server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The program, for documents that a sound server does not give."""
    return create_app(Config(server.database_url, SECRET, instance_dir=tmp_path_factory.mktemp("app"), testing=True))


def phone(new_page: Pages, server: LiveServer, language: str) -> Page:
    page = new_page(viewport=SMALL, base_url=server.url, reduced_motion="reduce")
    page.context.add_cookies([{"name": "lang", "value": language, "url": server.url}])
    return page


def wrong(page: Page) -> list[str]:
    """What is wrong with the page that is open, by axe and by its order."""
    found = [*barriers(page), *(f"heading: {text}" for text in page.evaluate(HEADINGS))]
    beside = page.evaluate(BESIDE)
    found += [f"{beside} px beside the window"] if beside > 0 else []
    return found + [f"reached out of order: {name}" for name in page.evaluate(OUT_OF_ORDER)]


@LANGUAGES
def test_every_page_is_free_of_barriers_and_in_order(
    new_page: Pages, server: LiveServer, addresses: Addresses, language: str
) -> None:
    new_page.allow(REFUSED)
    page = phone(new_page, server, language)
    seen = {}
    for name, address in addresses.items():
        page.set_viewport_size(KIOSK if name.startswith("kiosk") else SMALL)
        page.goto(address())
        seen[name] = wrong(page) if name not in {"display", "counter light"} else barriers(page)
    page.set_viewport_size(SMALL)
    page.goto("/tickets")  # of all that were opened
    seen["my tickets"] = wrong(page)
    assert {name: what for name, what in seen.items() if what} == {}
    assert len(seen) >= 42


@LANGUAGES
def test_refused_forms_too(new_page: Pages, server: LiveServer, addresses: Addresses, language: str) -> None:
    new_page.allow(REFUSED)
    page = phone(new_page, server, language)
    seen = {}
    page.goto(f"{OFFICE}/A")
    page.locator("[name=ready]").check()
    page.locator("#nik").fill("123")
    page.locator("#phone").fill("x")
    page.locator(".book-bar button").click()
    expect(page.locator(".notice--error")).to_be_visible()
    seen["booking, refused"] = wrong(page)
    page.goto(addresses["waiting list"]())
    page.locator("#nik").fill("123")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".notice--error")).to_be_visible()
    seen["waiting list, refused"] = wrong(page)
    page.set_viewport_size(KIOSK)
    page.goto(addresses["kiosk"]())
    page.locator("#code").fill("A-001 x")
    page.keyboard.press("Enter")
    expect(page.locator(".notice--error")).to_be_visible()
    seen["kiosk, refused"] = wrong(page)
    page.set_viewport_size(SMALL)
    page.goto(addresses["survey"]())
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("[role=alert]")).to_be_visible()
    seen["survey, refused"] = wrong(page)
    assert {name: what for name, what in seen.items() if what} == {}


@LANGUAGES
def test_the_pages_of_the_staff_too(new_page: Pages, server: LiveServer, addresses: Addresses, language: str) -> None:
    new_page.allow(REFUSED)
    page = signed_in(new_page, server, "supervisor", language=language)
    label = page.request.get(f"/api/v1{addresses['ticket, booked for today']().replace('/t/', '/tickets/')}").json()[
        "label"
    ]
    seen = {}
    complaints = ("/reception/complaint", "/supervisor/complaints", "/supervisor/complaints/1")
    measured = ("/supervisor/interventions", "/supervisor/interventions/1", "/supervisor/crowd")
    own = ("/account", "/account/password", "/account/second-step")
    for path in ("/reception", f"/reception?q={label}", "/reception?q=X-999", *complaints, *own, *measured):
        page.goto(path)
        seen[path] = [*barriers(page), *page.evaluate(HEADINGS)]
    page = signed_in(new_page, server, "admin", language=language)
    page.set_viewport_size(SMALL)
    places = [f"/manage/{name}" for name in ("calendar", "counters", "skills", "printers", "voice", "kiosks")]
    for path in ("/manage", *places):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.name = ''; one.open = true; })")
        beside = page.evaluate(BESIDE)
        seen[path] = [*barriers(page), *page.evaluate(HEADINGS), *([f"{beside} px beside"] if beside > 0 else [])]
    for step in ("people", "person", *SETTINGS, "/manage/settings/queue, refused", "cover"):
        match step:
            case "people":
                page.goto("/manage/people")
            case "person":
                page.get_by_role("link", name="Petugas 1").click()
            case "/manage/settings/queue, refused":
                page.goto("/manage/settings/queue")
                page.locator("main form").evaluate("form => form.noValidate = true")
                page.locator("#recall_limit").fill("0")
                page.locator("main form button[type=submit]").click()
            case step if step in SETTINGS:
                page.goto(step)
            case "cover":
                page.goto("/manage/people")
                page.evaluate("document.querySelector('main form').action = '/lock'")
                page.locator("main form button").first.click()
        expect(page.locator("h1")).to_be_visible()
        beside = page.evaluate(BESIDE)
        seen[step] = [*barriers(page), *page.evaluate(HEADINGS), *([f"{beside} px beside"] if beside > 0 else [])]
    assert {name: what for name, what in seen.items() if what} == {}


def _give(status: int, body: str, route: Route) -> None:
    route.fulfill(status=status, body=body, content_type="text/html")


@LANGUAGES
def test_pages_of_trouble_too(new_page: Pages, server: LiveServer, app: Flask, language: str) -> None:
    """Of a form that is too old, of somebody in a hurry, of a fault: as the program writes them."""
    new_page.allow(r"status of [45]")
    page = phone(new_page, server, language)
    seen = {}
    for error in (BadRequest(), Conflict(), TooManyRequests(), InternalServerError()):
        with app.test_request_context(OFFICE, headers={"Cookie": f"lang={language}"}):
            answer = app.make_response(app.handle_http_exception(error))
        page.route("**/trouble", partial(_give, answer.status_code, answer.get_data(as_text=True)))
        page.goto("/trouble")
        expect(page.locator("h1")).to_be_visible()
        seen[error.code] = wrong(page)
        page.unroute("**/trouble")
    assert {name: what for name, what in seen.items() if what} == {}


@LANGUAGES
def test_letters_of_twice_the_size_fit(
    new_page: Pages, server: LiveServer, addresses: Addresses, language: str
) -> None:
    new_page.allow(REFUSED)
    page = phone(new_page, server, language)
    seen = {}
    for name, address in addresses.items():
        if name in {"display", "counter light", "screen, not paired"} or name.startswith("kiosk"):
            continue  # of a size of their own, on the office's screens
        page.goto(address())
        seen[name] = page.evaluate(DOUBLED)
        beside = page.evaluate(BESIDE)
        seen[name] += [f"{beside} px beside the window"] if beside > 0 else []
    assert {name: what for name, what in seen.items() if what} == {}


def test_a_booking_is_read_out_in_the_order_of_its_steps(new_page: Pages, server: LiveServer) -> None:
    page = phone(new_page, server, "id")
    page.goto(f"{OFFICE}/A")
    expect(page.locator("main")).to_match_aria_snapshot("""
        - main:
          - heading "Akta kelahiran" [level=1]
          - region "Kapan Anda datang?":
            - heading "Kapan Anda datang?" [level=2]
            - list "Hari"
            - group
            - group /Jam kedatangan/
          - region "Dokumen yang dibawa":
            - heading "Dokumen yang dibawa" [level=2]
            - list
            - checkbox "Dokumen ini sudah saya siapkan"
          - region "Data yang akan datang":
            - heading "Data yang akan datang" [level=2]
            - combobox "Nomor ini untuk siapa?"
            - textbox /Nama/
            - textbox /Nomor telepon/
            - textbox /NIK/
            - combobox "Perlu didahulukan?"
          - button "Ambil nomor"
    """)


def test_a_ticket_says_its_number_then_its_state_then_what_can_be_done(
    new_page: Pages, server: LiveServer, addresses: Addresses
) -> None:
    page = phone(new_page, server, "id")
    page.goto(addresses["ticket, in line"]())
    expect(page.locator("main")).to_match_aria_snapshot("""
        - main:
          - article /B-\\d+/:
            - heading /B-\\d+/ [level=1]
            - paragraph: Menunggu
            - paragraph: /Urutan Anda \\d+/
          - region "Dokumen yang dibawa"
          - region "Pilihan"
    """)
    now = page.locator("[data-now]")
    expect(now).to_have_attribute("aria-live", "polite")
    expect(now).to_have_attribute("aria-atomic", "true")  # the whole is said, not one figure without its name
