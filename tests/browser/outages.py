"""A waiting room's display through outages: what the office does meanwhile, and how soon the screen is right again."""

import os
import signal
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from playwright.sync_api import Page
from sqlalchemy import select

from queue_app import tickets
from queue_app.lifecycle import TicketState
from queue_app.models import Ticket
from tests.office import SLUG, Desk

RIGHT_AGAIN_S = 5.0
TV_CLOCK_WRONG_S = -7 * 3600

# The TV's clock is hours off, and every 0.1 s is noted what somebody in the room sees.
_WRONG_CLOCK = """
  const right = Date;
  Date = class extends right {
    constructor(...given) { super(...(given.length ? given : [right.now() + %d])); }
    static now() { return right.now() + %d; }
  };
"""
_WATCH = """
  window.seen = [];
  const look = () => {
    const newest = document.getElementById("newest");
    if (!newest) return;
    const label = newest.querySelector(".newest__label")?.textContent ?? "";
    const at = (performance.timeOrigin + performance.now()) / 1000;
    window.seen.push([at, label, !document.getElementById("stale").hidden, newest.classList.contains("is-new")]);
  };
  setInterval(look, 100);
  new MutationObserver(look).observe(document, { subtree: true, attributes: true, attributeFilter: ["class"] });
"""
_IS_RIGHT = """
  (label) => document.querySelector(".newest__label")?.textContent === label && document.getElementById("stale").hidden
"""


@dataclass
class Seen:
    """What the screen showed at an instant (seconds of the epoch)."""

    at: float
    label: str
    is_stale: bool
    is_new: bool


@dataclass
class WaitingRoom:
    """One display, in the page, of an office that goes on calling; ``calls``: each label and when it was called."""

    page: Page
    desk: Desk
    calls: dict[str, float] = field(default_factory=dict)
    shown_from: dict[str, float] = field(default_factory=dict)
    _stopped: list[int] = field(default_factory=list)

    @classmethod
    def opened(cls, page: Page, desk: Desk, url: str) -> "WaitingRoom":
        """With one number called, on a TV whose clock is hours off."""
        page.add_init_script(_WRONG_CLOCK % (TV_CLOCK_WRONG_S * 1000, TV_CLOCK_WRONG_S * 1000))
        page.add_init_script(_WATCH)
        desk.open()
        room = cls(page, desk)
        label = room.call(seconds_ago=60)
        page.goto(f"{url}/display/{SLUG}")
        room.seconds_until_right(label)
        return room

    def call(self, seconds_ago: float = 0.0) -> str:
        """The officer is done with whoever is at the counter, and calls the next; the label."""
        desk = self.desk
        desk.now = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        with desk.db.read() as session:
            present = session.scalar(select(Ticket).where(Ticket.state == TicketState.CALLED))
        if present is not None:
            desk.act(tickets.finish, desk.act(tickets.start, present))
        desk.join()
        called = desk.call_next()
        assert called is not None
        self.calls[called.label] = time.time() - seconds_ago
        self.shown_from[called.label] = time.time()
        return called.label

    def seconds_until_right(self, label: str, within_s: float = 30.0) -> float:
        """How long from now until the screen shows ``label`` as the newest, and says that it is live."""
        begun = time.perf_counter()
        self.page.wait_for_function(_IS_RIGHT, arg=label, polling=20, timeout=within_s * 1000)
        return time.perf_counter() - begun

    def stop(self) -> None:
        """Give the page's process no more time, as in a TV that sleeps or a browser that froze the tab."""
        browser = self.page.context.browser
        assert browser is not None
        session = browser.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        self._stopped = [process["id"] for process in processes if process["type"] == "renderer"]
        for process in self._stopped:
            os.kill(process, signal.SIGSTOP)

    def go_on(self) -> None:
        for process in self._stopped:
            os.kill(process, signal.SIGCONT)

    def seen(self) -> list[Seen]:
        return [Seen(*one) for one in self.page.evaluate("window.seen")]

    def longest_lie_s(self) -> float:
        """For how long the screen showed at most, without its banner, a number that was no longer the newest."""
        order = list(self.calls)
        longest, since = 0.0, None
        for one, after in zip(seen := self.seen(), seen[1:], strict=False):
            newer = order[order.index(one.label) + 1 :] if one.label in order else order
            is_lie = not one.is_stale and bool(newer) and one.at > self.shown_from[newer[0]]
            ran_on = after.at - one.at < 1.0  # the page stood still in between: nothing can draw then
            if not is_lie:
                since = None
            elif since is None:
                since = one.at
            if since is not None and ran_on:
                longest = max(longest, after.at - since)
            elif not ran_on:
                since = None
        return longest

    def oldest_shown_as_new_s(self) -> float:
        """How old the oldest call was when the screen began to show it as new."""
        seen = self.seen()
        begun = [
            one for before, one in pairwise(seen) if one.is_new and (before.label, before.is_new) != (one.label, True)
        ]
        return max((one.at - self.calls[one.label] for one in begun), default=0.0)
