"""What a display's page holds in memory while three days of calls go over it.

    python -m benchmarks.display_memory [--days 3] [--calls 400]

The real page in a real Chromium, whose websocket is answered by this script: every board that a day of so many calls
brings (called, serving, gone; with announcements and a recording of its own for each call, while the voice is on), and
heartbeats between. The office's clock runs days in minutes. The heap is read after a garbage collection. About two
minutes; loopback only.
"""

import argparse
import itertools
import json
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, WebSocketRoute, sync_playwright

from benchmarks import processes
from benchmarks.straight_way import OFFICE, machine, prepare
from tests.browser.conftest import LAUNCH_OPTIONS
from tests.browser.pages import TV
from tests.services import components

CHIME = Path(__file__).parents[1] / "queue_app/static/sounds/chime.ogg"
COUNTERS = 5
HEARTBEATS = 5
LOOKS = 6
"""How often the memory is read, besides the start."""

Board = dict[str, Any]


class Socket:
    """The page's websocket, answered as the server does; ``say`` sends it a message."""

    def __init__(self, page: Page) -> None:
        self._route: WebSocketRoute | None = None
        self.board: Board = {}
        page.route_web_socket("**/socket.io/**", self._open)

    def say(self, event: str, message: Board) -> None:
        assert self._route is not None
        self._route.send("42/display," + json.dumps([event, message]))

    def _open(self, route: WebSocketRoute) -> None:
        self._route = route
        route.on_message(self._hear)
        route.send("0" + json.dumps({"sid": "one", "upgrades": [], "pingInterval": 10**8, "pingTimeout": 10**8}))

    def _hear(self, text: str | bytes) -> None:
        said = str(text)
        if said.startswith("40/display,") and self._route is not None:
            self._route.send('40/display,{"sid":"one"}')
        elif said.startswith("42/display,") and self._route is not None:
            number = said.removeprefix("42/display,").partition("[")[0]
            self._route.send(f"43/display,{number}" + json.dumps([self.board]))


def boards(first: Board, calls: int, days: int) -> Iterator[Board]:
    """Each board of these days, three for a call; the newest call stands first."""
    now = datetime.fromisoformat(first["as_of"])
    step = timedelta(days=1) / calls / 3
    serving: list[Board] = []
    recent: list[Board] = []
    said: list[Board] = []
    for number in range(calls * days):
        label, counter = f"A-{number % calls + 1:03d}", number % COUNTERS + 1
        call = {"label": label, "counter": counter, "state": "CALLED", "called_at": now.isoformat(), "service": "A"}
        url = f"/display/{OFFICE}/voice/{number:064x}.ogg"
        words = {"text_id": f"Nomor {label}", "text_en": f"Number {label}"}
        said = [
            {"id": first["version"] + number, "label": label, "counter": counter, "at": call["called_at"], **words}
            | {"audio": [{"language": "id", "url": url}]}
        ]
        gone = [one for one in serving if one["counter"] == counter]
        serving = [call, *(one for one in serving if one not in gone)]
        for state in ("CALLED", "SERVING", "SERVING"):
            serving[0] = call | {"state": state}
            recent = [*gone, *recent][:10]
            gone = []
            now += step
            waiting = [one | {"count": (number + index) % 9} for index, one in enumerate(first["waiting"])]
            yield first | {
                "version": first["version"] + 3 * number,
                "as_of": now.isoformat(timespec="milliseconds"),
                "now_serving": list(serving),
                "recent": recent,
                "waiting": waiting,
                "announcements": said,
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--calls", type=int, default=400, help="of a day")
    arguments = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="antrean-memory-") as name:
        url = f"sqlite:///{Path(name) / 'office.sqlite'}"
        prepare(url)
        with processes.product(url, Path(name)) as port, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=components.chromium(), args=LAUNCH_OPTIONS)
            page = browser.new_context(viewport=TV).new_page()
            _run(page, port, arguments.calls, arguments.days)
            browser.close()


def _run(page: Page, port: int, calls: int, days: int) -> None:
    base = f"http://127.0.0.1:{port}"
    first: Board = page.request.get(f"{base}/display/{OFFICE}/board").json()
    first["voice"] |= {"on": True, "languages": ["id"], "repeat": 1, "chime": True, "displays": "all"}
    socket = Socket(page)
    socket.board = first
    page.route("**/voice/*.ogg", lambda route: route.fulfill(path=CHIME, content_type="audio/ogg"))
    page.route("**/board", lambda route: route.fulfill(json=socket.board))
    page.goto(f"{base}/display/{OFFICE}")
    page.wait_for_timeout(1000)
    socket.say("board", first)
    page.get_by_role("button", name="Aktifkan suara").click()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    all_boards = boards(first, calls, days)
    for board in itertools.islice(all_boards, 150):  # the page as it is in use
        _show(socket, board)
    print(f"\nA display's page while {days} days of {calls} calls each go over it")
    print(f"{'hours':>6}{'boards':>9}{'heap, MB':>10}{'DOM nodes':>11}{'listeners':>11}")
    total, shown = calls * days * 3, 150
    _tell(session, 24 * days * shown / total, shown)
    for board in all_boards:
        _show(socket, board)
        shown += 1
        if shown % (total // LOOKS) == 0:
            page.wait_for_function(
                "label => document.querySelector('.newest__label')?.textContent === label",
                arg=board["now_serving"][0]["label"],
            )
            _tell(session, 24 * days * shown / total, shown)


def _show(socket: Socket, board: Board) -> None:
    socket.board = board
    socket.say("board", board)
    for _ in range(HEARTBEATS):
        socket.say("heartbeat", {"version": board["version"], "as_of": board["as_of"]})


def _tell(session: CDPSession, hours: float, shown: int) -> None:
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    heap = found["JSHeapUsedSize"] / 1e6
    print(f"{hours:>6.0f}{shown:>9}{heap:>10.2f}{found['Nodes']:>11.0f}{found['JSEventListeners']:>11.0f}", flush=True)


if __name__ == "__main__":
    main()
