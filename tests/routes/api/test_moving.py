"""Moving in by a program: a file is given, looked at, read through, brought in and taken back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from queue_app import moving_program
from queue_app.config import Config
from queue_app.models import PastImport, ReportJob, Ticket
from queue_app.moving_in import keeping
from queue_app.reports import jobs
from queue_app.routes.api.data import moving
from tests.moving.foreign import ROWS, csv_of
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal, uploaded

IMPORTS = "/offices/senapelan/imports"
FILE = "application/octet-stream"
COLUMNS = {"day": 0, "arrived": 1, "started": 2, "ended": 3, "service": 4, "officer": 5, "counter": 6, "outcome": 7}
HOW = {"header": 1, "zone": "Asia/Jakarta", "dates": "dmy", "columns": COLUMNS}


@pytest.fixture(autouse=True)
def _beside_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the server, where nothing of Flask is known there."""
    monkeypatch.setattr(moving, "in_thread", lambda work: ThreadPoolExecutor(1).submit(work).result())


@pytest.fixture
def table(tmp_path: Path) -> bytes:
    return csv_of(tmp_path / "kunjungan.csv", ROWS).read_bytes()


def work(program: Program, config: Config, moment: Moment) -> None:
    with program.db.write() as session:
        taken = jobs.claim(session, moment.now)
    assert taken is not None
    moving_program.make(program.db, config, *taken, 60.0)


def post(program: Program, made: dict[str, Any], deed: str, body: Any = None) -> Any:
    return program.post(f"{IMPORTS}/{made['id']}/{deed}", body, "admin")


def tickets(program: Program) -> int:
    with program.db.read() as session:
        return session.scalar(select(func.count()).where(Ticket.import_id.is_not(None))) or 0


def test_a_table_is_looked_at_read_brought_in_and_taken_back(
    program: Program, config: Config, moment: Moment, table: bytes
) -> None:
    made = uploaded(program, f"{IMPORTS}?kind=csv&name=kunjungan.csv", table, "admin")
    assert (made["status"], made["name"], made["size"], made["has_file"]) == (
        *("UPLOADED", "kunjungan.csv", len(table), True),
    )
    assert made["found"] is made["made"] is made["undone"] is made["problem"] is None
    path = f"{IMPORTS}/{made['id']}"
    look = program.get(f"{path}/look", "admin").get_json()
    assert look["plan"]["columns"] == made["plan"]["columns"]
    assert len(look["rows"]) > 2
    assert {"arrived", "service"} <= set(look["fields"])
    assert refusal(program.get(f"{path}/rejected", "admin")) == (404, "unknown_import")

    read = post(program, made, "read", HOW)
    assert read.get_json()["work"] == {"deed": "check", "status": "QUEUED", "step": 0, "steps": 0}
    assert refusal(post(program, made, "read", HOW)) == (409, "import_not_open")
    assert refusal(post(program, made, "bring", {})) == (409, "import_not_open")
    work(program, config, moment)
    checked = program.get(path, "admin").get_json()
    found = checked["found"]
    assert (checked["status"], checked["work"]["status"]) == ("CHECKED", "DONE")
    assert found["good"] > 0
    assert found["bad"] == len(found["wrong"])
    assert set(checked["suggested"]["services"]) == set(found["services"])
    rejected = program.get(f"{path}/rejected", "admin")
    assert rejected.mimetype == "text/csv"
    assert len(rejected.text.splitlines()) == found["bad"] + 1
    assert tickets(program) == 0

    [service, *_] = found["services"]
    for wrong in ({"services": {service: "ZZ"}}, {"services": {"tak ada": "A"}}, {"services": {service: "-"}}):
        assert refusal(post(program, made, "bring", wrong)) == (422, "bad_plan"), wrong
    assert post(program, made, "bring", {"services": {service: "A"}}).status_code == 200
    work(program, config, moment)
    brought = program.get(path, "admin").get_json()
    assert (brought["status"], brought["made"]["tickets"], brought["has_file"]) == ("DONE", found["good"], True)
    assert brought["plan"]["services"][service] == "A"
    assert tickets(program) == found["good"]
    assert refusal(program.send("DELETE", path, "admin")) == (409, "import_not_open")

    assert post(program, made, "undo").status_code == 200
    work(program, config, moment)
    gone = program.get(path, "admin").get_json()
    assert (gone["status"], gone["undone"]) == ("UNDONE", {"withdrawn": found["good"], "left": 0})


def test_a_file_is_given_once_and_given_up(program: Program, config: Config, table: bytes) -> None:
    sent = {"data": table, "content_type": FILE, "headers": {"Idempotency-Key": "x"}}
    first, again = (program.send("POST", f"{IMPORTS}?kind=csv", "admin", **sent).get_json() for _ in range(2))
    assert first == again
    assert len(list(keeping.folder(config.instance_dir).glob("*"))) == 1
    path = f"{IMPORTS}/{first['id']}"
    assert program.send("DELETE", path, "admin").get_json()["status"] == "DROPPED"
    assert list(keeping.folder(config.instance_dir).glob("*")) == []
    assert refusal(program.get(f"{path}/look", "admin")) == (409, "import_not_open")
    assert program.get(IMPORTS, "admin").get_json() == {"imports": [], "next": None}


def test_what_cannot_be_read_is_refused_and_not_kept(program: Program, config: Config, table: bytes) -> None:
    for query, content, code in (
        ("kind=xlsx", table, "unreadable_source"),
        ("kind=fqm", table, "unreadable_source"),
        ("kind=theq", table, "unknown_kind"),
        ("", table, "unknown_kind"),
        ("kind=csv", b"", "empty_file"),
        ("kind=pdf", table, "invalid_request"),
    ):
        answer = program.send("POST", f"{IMPORTS}?{query}", "admin", data=content, content_type=FILE)
        assert refusal(answer) == (422, code), query
    answer = program.send("POST", f"{IMPORTS}?kind=csv", "admin", data=table, content_type="text/csv")
    assert refusal(answer) == (415, "not_a_file")
    assert [path for path in keeping.folder(config.instance_dir).glob("*") if path.is_file()] == []
    with program.db.read() as session:
        assert session.scalars(select(PastImport)).all() == []


def test_a_plan_that_cannot_be_is_refused(program: Program, table: bytes) -> None:
    made = uploaded(program, f"{IMPORTS}?kind=csv", table, "admin")
    for wrong in (
        {"zone": "Asia/Senapelan"},
        {"dates": "ymd"},
        {"columns": {"arrived": 0}},
        {"columns": {"arrived": 0, "service": 0}},
        {"columns": {"arrived": 0, "service": 1, "umur": 2}},
        {"columns": {"arrived": 0, "service": 200}},
    ):
        assert refusal(post(program, made, "read", HOW | wrong)) == (422, "bad_plan"), wrong
    for wrong in ({"header": 0}, {"columns": {"arrived": "a"}}, {"columns": [1]}, {"sheet": "x"}):
        assert refusal(post(program, made, "read", HOW | wrong)) == (422, "invalid_request"), wrong
    with program.db.read() as session:
        assert session.scalars(select(ReportJob)).all() == []


def test_the_list_comes_in_pages(program: Program, table: bytes) -> None:
    made = [uploaded(program, f"{IMPORTS}?kind=csv", table, "admin")["id"] for _ in range(3)]
    page = program.get(f"{IMPORTS}?limit=2", "admin").get_json()
    assert [each["id"] for each in page["imports"]] == made[:0:-1]
    page = program.get(f"{IMPORTS}?after={page['next']}", "admin").get_json()
    assert ([each["id"] for each in page["imports"]], page["next"]) == (made[:1], None)
    assert refusal(program.get(f"{IMPORTS}?after=x", "admin")) == (422, "bad_cursor")
