"""A server that is killed between the number and its paper."""

import http.cookiejar
import re
import urllib.parse
import urllib.request
from collections.abc import Callable

from sqlalchemy import select

from queue_app.database import Database
from queue_app.models import Printer
from queue_app.printing.device import Problem
from tests.live_server import LiveServer
from tests.office import SLUG
from tests.printing.tcp_printer import TcpPrinter
from tests.services.waiting import wait_until

TAKE = f"/kiosk/{SLUG}/services/A/regular"


def take_number(server: LiveServer) -> str:
    """The address of the number's page, as a browser without a script gets there."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = browser.open(server.url + TAKE).read().decode()
    fields = dict(re.findall(r'name="(csrf_token|key)" value="([^"]+)"', page))
    answer = browser.open(server.url + TAKE, data=urllib.parse.urlencode(fields).encode())
    return str(answer.url)


def problem(database: Database) -> str | None:
    """What the server knows to be wrong with the printer."""
    with database.read() as session:
        return session.scalar(select(Printer.problem))


def test_the_receipt_is_printed_once_after_the_restart(
    live_server: LiveServer, new_printer: Callable[..., TcpPrinter]
) -> None:
    printer = new_printer("offline")
    live_server.run("printer", "add", "lobi", "--office", SLUG, "--address", printer.address)
    number = take_number(live_server)
    database = Database(live_server.database_url)
    assert wait_until(lambda: problem(database) == Problem.OFFLINE)
    database.dispose()
    assert "PROBLEM: offline" in live_server.run("printer", "list", "--office", SLUG)
    live_server.kill()
    printer.mood = "well"
    live_server.start()
    # At once; or, if it was killed while it held the printer, when that claim has run out.
    assert wait_until(lambda: len(printer.slips()) > 0, within_s=90)
    assert printer.slips()[0].codes[0].rpartition("/")[2] == number.rpartition("/")[2]
    assert "lobi: printed." in live_server.run("printer", "test", "lobi", "--office", SLUG)
    labels = [line.text for slip in printer.slips() for line in slip.lines if line.size > 1]
    assert labels == ["A-001", "X-000"]  # once, and the test's own
