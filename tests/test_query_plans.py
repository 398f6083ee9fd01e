"""No page and no operation reads all that an office ever had: seen in how SQLite goes about each statement.

Times are measured by ``benchmarks.growth``; here every address is asked once of a small office, and a statement must
not go through a table that grows with the years, nor through all of an office's rows in it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from benchmarks import every_address, past_visits
from benchmarks.every_address import Visitors
from queue_app import create_app
from queue_app.config import Config
from tests.office import SECRET

GROWING = {"ticket", "event", "feedback", "survey_form", "wait_forecast", "shift", "visit_day", "stay_day"}
GROWING |= {"sign_in_event", "complaint_entry"}
STEP = re.compile(
    r"(?P<how>SCAN|SEARCH) (?P<table>[a-z]+(?:_[a-z]+)*)(_\d+)?"
    r"( USING (?P<index>(COVERING )?INDEX \w+)( \((?P<by>.*)\))?)?"
)
TOO_LITTLE = {
    *("/api/v1/offices/{office}/imports/{past_import}/rejected", "/manage/import/{import_id}/errors.csv"),
    *(
        f"/supervisor/{what}/{{key}}.{form}"
        for what in ("interventions/{number}", "monitoring")
        for form in ("csv", "png")
    ),
    "/supervisor/interventions/{number}.pdf",
    "/supervisor/kepuasan/{key}.png",
}
"""A small office has nothing there."""
READ_WHOLE = {"/supervisor/privacy"}
"""What is past its term is counted there, in what is still kept."""


@pytest.fixture
def visitors(tmp_path: Path) -> Iterator[Visitors]:
    url = f"sqlite:///{tmp_path / 'antrean.sqlite'}"
    past_visits.fill(url, 60, 40, past_visits.yesterday())
    past_visits.let_wait(url, 3)
    app = create_app(Config(url, SECRET, instance_dir=tmp_path, testing=True))
    app.config["WTF_CSRF_ENABLED"] = False
    yield Visitors(app)
    app.extensions["antrean_database"].dispose()


def test_no_address_reads_all_that_there_ever_was(visitors: Visitors) -> None:
    known = every_address.made(visitors.app, visitors)
    addresses, _ = every_address.addresses(visitors.app, known)
    engine: Engine = visitors.app.extensions["antrean_database"].engine
    asked: list[tuple[str, object]] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, data, *_: asked.append((sql, data)))
    refused, read_whole = {}, {}
    for what, address in addresses.items():
        asked.clear()
        answer = visitors.ask(address)
        if answer.status_code >= 400 or "/signin" in (answer.location or ""):
            refused[what] = answer.status
        statements = list(asked)
        with engine.connect() as connection:
            found = {step: sql for sql, data in statements for step in endless(connection, sql, data)}
        if found:
            read_whole[what] = found
    assert set(refused) <= TOO_LITTLE, refused
    assert {what: found for what, found in read_whole.items() if what not in READ_WHOLE} == {}


def endless(connection: Connection, sql: str, data: object) -> list[str]:
    """The steps of a statement that take longer with every year."""
    if not sql.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE")) or "0 = 1" in sql:
        return []
    steps = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", data)]  # type: ignore[arg-type]
    if "LIMIT" in sql and not any("TEMP B-TREE FOR ORDER BY" in step for step in steps):
        return []  # it stops where it has enough
    return [step for step in steps if _is_endless(STEP.match(step))]


def _is_endless(step: re.Match[str] | None) -> bool:
    if step is None or step["table"] not in GROWING or "COVERING" in (step["index"] or ""):
        return False
    of_waiting_or_live = re.search(r"ix_ticket_(waiting|apart|live|personal|import)", step["index"] or "")
    return of_waiting_or_live is None and (step["how"] == "SCAN" or step["by"] in ("office_id=?", "service_id=?"))
