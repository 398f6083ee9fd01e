"""From an officer's call to the waiting room: p50 and p99 with 1, 20 and 200 displays.

    python -m benchmarks.call_to_screen [--calls 100]

One of the displays is a real Chromium, timed to the frame in which the number is drawn; the others are sockets that
speak the product's protocol, timed to the message's arrival. The time runs from before the POST of the call. All runs
on one machine and its cores: with 200 displays the sockets' own process is in the way, too. About three minutes.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Page, async_playwright

from benchmarks import processes
from benchmarks.displaying import PATIENCE_S, Api, Display, product_display
from benchmarks.straight_way import OFFICE, QUIET_S, machine, prepare
from tests.browser.conftest import LAUNCH_OPTIONS
from tests.browser.pages import TV
from tests.services import components

DISPLAYS = (1, 20, 200)

# Each number with the wall clock's milliseconds of the first frame that has it.
_WATCH = """
  window.drawn = {};
  new MutationObserver(() => {
    const label = document.querySelector(".newest__label")?.textContent;
    if (!label || label in window.drawn) return;
    window.drawn[label] = null;
    requestAnimationFrame(() => { window.drawn[label] = performance.timeOrigin + performance.now(); });
  }).observe(document, { subtree: true, childList: true });
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=100)
    calls: int = parser.parse_args().calls
    print(machine())
    print(f"\nCall to display, ms, of {calls} calls")
    print(
        f"{'displays':<10}{'answer p50':>12}{'p99':>8}{'a socket p50':>15}{'p99':>8}{'the last p50':>15}{'p99':>8}",
        end="",
    )
    print(f"{'on screen p50':>16}{'p99':>8}")
    with tempfile.TemporaryDirectory(prefix="antrean-screen-") as name:
        asyncio.run(_measure(Path(name), calls))


async def _measure(folder: Path, calls: int) -> None:
    url = f"sqlite:///{folder / 'office.sqlite'}"
    token = prepare(url)
    with processes.product(url, folder) as port:
        api = Api(port, token)
        await api.open()
        await api.post("/counters/1/open")
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=components.chromium(), args=LAUNCH_OPTIONS)
            page = await (await browser.new_context(viewport=TV)).new_page()
            await page.add_init_script(_WATCH)
            await page.goto(f"http://127.0.0.1:{port}/display/{OFFICE}")
            for count in DISPLAYS:
                await _with_displays(api, page, port, count, calls)
            await browser.close()
        api.close()


async def _with_displays(api: Api, page: Page, port: int, count: int, calls: int) -> None:
    """``count`` displays, of which Chromium is one; with one, a socket listens besides."""
    answers: list[float] = []
    each: list[float] = []
    last: list[float] = []
    begun_at: dict[str, float] = {}
    async with AsyncExitStack() as stack:
        displays = [await product_display(stack, port, OFFICE) for _ in range(max(1, count - 1))]
        for _ in range(calls):
            label, arrivals = await _call(api, displays, answers, begun_at)
            each += arrivals
            last.append(max(arrivals))
            await page.wait_for_function("label => window.drawn[label]", arg=label)
    drawn = await page.evaluate("window.drawn")
    screen = [drawn[label] - at for label, at in begun_at.items()]
    print(
        f"{count:<10}{_p(answers, 50):>12.0f}{_p(answers, 99):>8.0f}{_p(each, 50):>15.0f}{_p(each, 99):>8.0f}", end=""
    )
    print(f"{_p(last, 50):>15.0f}{_p(last, 99):>8.0f}{_p(screen, 50):>16.0f}{_p(screen, 99):>8.0f}", flush=True)


async def _call(
    api: Api, displays: Sequence[Display], answers: list[float], begun_at: dict[str, float]
) -> tuple[str, list[float]]:
    """One citizen comes, is called and served; the label, and the milliseconds to each socket's message."""
    await api.post(f"/offices/{OFFICE}/tickets", {"service": "A", "channel": "kiosk"})
    await asyncio.sleep(QUIET_S)
    for display in displays:
        display.forget()
    wall, begun = time.time(), time.perf_counter()
    ticket = await api.post("/counters/1/call-next")
    answers.append(1000 * (time.perf_counter() - begun))
    mark = f'"label":"{ticket["label"]}","counter":1,"state":"CALLED"'
    arrivals = await asyncio.wait_for(asyncio.gather(*(one.arrival_of(mark) for one in displays)), PATIENCE_S)
    begun_at[ticket["label"]] = 1000 * wall
    started = await api.post(f"/tickets/{ticket['id']}/start", {"version": ticket["version"]})
    await api.post(f"/tickets/{ticket['id']}/finish", {"version": started["version"]})
    return ticket["label"], [1000 * (at - begun) for at in arrivals]


def _p(values: Sequence[float], percent: int) -> float:
    """A percentile, by interpolation between the neighbouring values."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    main()
