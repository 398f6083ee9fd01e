"""The shape of the code is checked like its behaviour: who imports whom, and which one module may do what.

The import rules are the contracts in `pyproject.toml`. The rules here look at the syntax of each module, and each comes
with breaches that it must notice.
"""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from queue_app import permissions
from queue_app.config import Config
from queue_app.factory import create_app
from queue_app.flask_extensions import socketio

ROOT = Path(__file__).parent.parent
LONGEST_MODULE = 350
SUBMODULES = {path.stem for path in (ROOT / "queue_app").iterdir() if path.suffix in {".py", ""}}
# Where work begins, with the time at which it does: requests, pushes, commands, the server's start and its minute hand.
EDGES = {
    "factory",
    "routes",
    "display",
    "server",
    "background",
    "gunicorn_settings",
    "monthly_program",
    "planning_program",
    "moving_program",
}
EDGES |= {
    "cli",
    "cli_audit",
    "cli_backup",
    "cli_config",
    "cli_setup",
    "cli_check",
    "cli_history",
    "cli_keys",
    "cli_log",
    "cli_office",
    "cli_people",
    "cli_messages",
    "cli_moving",
    "cli_printer",
    "cli_privacy",
    "cli_routing",
    "cli_voice",
    "cli_webhooks",
}
# The modules that may change rows: the use cases, and what they share. Everything else only reads.
WRITERS = {
    "accounts",
    "alerts",
    "api_tokens",
    "announcements",
    "audit",
    "backup",
    "booking",
    "booking_feed",
    "capacity",
    "claims",
    "complaints",
    "configuration",
    "counter_settings",
    "counting",
    "crowd",
    "day_end",
    "demo",
    "devices",
    "dialogue",
    "event_months",
    "feedback",
    "monitoring",
    "moving_in",
    "moving_out",
    "interventions",
    "history_import",
    "idempotency",
    "leases",
    "keeping",
    "occupancy",
    "levers",
    "migrations",
    "merging",
    "messages",
    "models",
    "more_time",
    "office_calendar",
    "office_settings",
    "opening",
    "opening_hours",
    "pairing",
    "past_names",
    "printing",
    "privacy",
    "reports",
    "proof",
    "services",
    "setup",
    "shifts",
    "signage",
    "signin",
    "speaker",
    "standby",
    "survey",
    "tickets",
    "visit_days",
    "visits",
    "waits",
    "webhooks",
    "writer",
    "database",
    "prepared",
    "session_rows",
    "group_commit",
}

Rule = Callable[[str, ast.AST], Iterator[str]]
"""Takes a module's path below the root and one node of its syntax; yields what is wrong with the node there."""


def sources() -> list[Path]:
    return sorted(path for package in ("queue_app", "metrics") for path in (ROOT / package).rglob("*.py"))


def room(path: str) -> str:
    """Return the module or folder of queue_app that a path belongs to: `tickets`, `routes`, `display`, ..."""
    parts = Path(path).with_suffix("").parts
    return parts[1] if parts[0] == "queue_app" else parts[0]


@cache
def nodes(text: str) -> Sequence[ast.AST]:
    """Of a module's syntax; kept, for each rule looks at all of them."""
    return list(ast.walk(ast.parse(text)))


def breaches(rule: Rule, path: str, text: str) -> list[str]:
    return [f"{path}:{getattr(node, 'lineno', 0)} {wrong}" for node in nodes(text) for wrong in rule(path, node)]


def only_the_writer_sets_a_state(path: str, node: ast.AST) -> Iterator[str]:
    """A ticket's state changes in writer.py, a shift's in shifts.py, a dialogue's and a complaint's in
    their packages, and nowhere else."""
    here = room(path)
    match node:
        case ast.Assign(targets=targets):
            assigned = targets
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            assigned = [target]
        case _:
            assigned = []
    for target in assigned:
        match target:
            case ast.Attribute(value=ast.Name(id="shift" | "dialogue" | "complaint" as what), attr="state") if (
                here.startswith(what)
            ):
                pass
            case ast.Attribute(value=ast.Name(id="self"), attr="state"):
                pass
            case ast.Attribute(attr="state") if here != "writer":
                yield f"assigns {ast.unparse(target)}"
    match node:
        case ast.Call(func=ast.Attribute(attr="values"), keywords=keywords) if here != "writer":
            if any(keyword.arg == "state" for keyword in keywords):
                yield "updates a state"
        case ast.Call(func=ast.Name(id="Ticket"), keywords=keywords):
            if any(keyword.arg == "state" for keyword in keywords):
                yield "makes a ticket with a state"
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value="state"), _]):
            yield "sets a state by setattr"


def only_the_display_emits(path: str, node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Attribute(attr="emit" | "send") | ast.Name(id="emit")) if room(path) != "display":
            yield f"sends by {ast.unparse(node.func)}"


def only_the_clock_asks_for_the_time(path: str, node: ast.AST) -> Iterator[str]:
    """No `datetime.now()` and no database's `now()` either: `now` is passed in."""
    if room(path) == "clock":
        return
    match node:
        case ast.Call(func=ast.Attribute(value=asked, attr="now" | "utcnow" | "today" | "current_timestamp")):
            if ast.unparse(asked) in {"datetime", "date", "datetime.datetime", "datetime.date", "func", "sa.func"}:
                yield f"asks {ast.unparse(node.func)}"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr="time")):
            yield "asks time.time"


def only_the_edges_use_the_clock(path: str, node: ast.AST) -> Iterator[str]:
    if room(path) in EDGES:
        return
    match node:
        case ast.ImportFrom(module="queue_app.clock"):
            yield "imports the clock"
        case ast.ImportFrom(module="queue_app", names=names) if any(name.name == "clock" for name in names):
            yield "imports the clock"


def only_the_config_reads_the_environment(path: str, node: ast.AST) -> Iterator[str]:
    if room(path) == "config":
        return
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv"):
            yield f"reads os.{node.attr}"
        case ast.ImportFrom(module="os", names=names) if {"environ", "getenv"} & {name.name for name in names}:
            yield "imports the environment"


def only_use_cases_write(path: str, node: ast.AST) -> Iterator[str]:
    if room(path) in WRITERS or not path.startswith("queue_app/"):
        return
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="session"), attr=verb)):
            if verb in {"add", "add_all", "delete", "merge", "flush", "commit"}:
                yield f"calls session.{verb}"
        case ast.ImportFrom(module=module, names=names) if (module or "").startswith("sqlalchemy"):
            for name in names:
                if name.name in {"insert", "update", "delete"}:
                    yield f"imports {name.name} from {module}"


def nobody_imports_from_the_package_itself(path: str, node: ast.AST) -> Iterator[str]:
    """`queue_app/__init__.py` is the door for servers; inside, each imports the module that it means."""
    match node:
        case ast.ImportFrom(module="queue_app", names=names):
            for name in names:
                if name.name not in SUBMODULES:
                    yield f"imports {name.name} from the package"
        case ast.Import(names=names) if any(name.name == "queue_app" for name in names):
            yield "imports the package"


BREACHES: list[tuple[Rule, str, str]] = [
    (only_the_writer_sets_a_state, "queue_app/tickets.py", "ticket.state = TicketState.CALLED"),
    (only_the_writer_sets_a_state, "queue_app/booking.py", "session.execute(update(Ticket).values(state='waiting'))"),
    (only_the_writer_sets_a_state, "queue_app/booking.py", "Ticket(state=TicketState.BOOKED)"),
    (only_the_writer_sets_a_state, "queue_app/writer.py", "setattr(ticket, 'state', target)"),
    (only_the_display_emits, "queue_app/routes/desk.py", "socketio.emit('board', {})"),
    (only_the_display_emits, "queue_app/tickets.py", "emit('board', {})"),
    (only_the_clock_asks_for_the_time, "queue_app/tickets.py", "at = datetime.now(UTC)"),
    (only_the_clock_asks_for_the_time, "queue_app/models/log.py", "mapped_column(server_default=func.now())"),
    (only_the_clock_asks_for_the_time, "metrics/waits.py", "date.today()"),
    (only_the_clock_asks_for_the_time, "queue_app/display/push.py", "time.time()"),
    (only_the_edges_use_the_clock, "queue_app/tickets.py", "from queue_app import clock, writer"),
    (only_the_edges_use_the_clock, "queue_app/queries.py", "from queue_app.clock import now"),
    (only_the_config_reads_the_environment, "queue_app/cli.py", "os.environ.get('PORT')"),
    (only_the_config_reads_the_environment, "queue_app/cli.py", "from os import environ"),
    (only_use_cases_write, "queue_app/routes/desk.py", "session.add(ticket)"),
    (only_use_cases_write, "queue_app/queries.py", "from sqlalchemy import select, update"),
    (nobody_imports_from_the_package_itself, "queue_app/cli.py", "from queue_app import create_app"),
    (nobody_imports_from_the_package_itself, "metrics/waits.py", "import queue_app"),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in BREACHES))


def test_imports_follow_the_contracts() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_endpoint_and_every_message_of_a_socket_has_its_permission(tmp_path: Path) -> None:
    """Who adds a page adds it to the table in `queue_app/permissions.py`; without that it is refused to everybody."""
    app = create_app(Config(f"sqlite:///{tmp_path}/none.sqlite", "a secret for tests only", instance_dir=tmp_path))
    messages = {(space, event) for space, handlers in socketio.server.handlers.items() for event in handlers}
    assert set(permissions.ENDPOINTS) == set(app.view_functions)
    assert set(permissions.SOCKETS) == messages
    app.extensions["antrean_database"].dispose()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule_that(rule: Rule) -> None:
    found = [
        breach
        for path in sources()
        for breach in breaches(rule, path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(("rule", "path", "text"), BREACHES, ids=[f"{r.__name__}: {text}" for r, _, text in BREACHES])
def test_a_breach_is_noticed(rule: Rule, path: str, text: str) -> None:
    assert len(breaches(rule, path, text)) == 1


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (only_the_writer_sets_a_state, "queue_app/writer.py", "ticket.state = lifecycle.target(action, None)"),
        (only_the_writer_sets_a_state, "queue_app/shifts.py", "shift.state = ShiftState.OPEN"),
        (only_the_display_emits, "queue_app/display/push.py", "socketio.emit('board', {})"),
        (only_the_clock_asks_for_the_time, "queue_app/clock.py", "datetime.now(UTC)"),
        (only_the_clock_asks_for_the_time, "queue_app/routes/desk.py", "clock.now()"),
        (only_the_config_reads_the_environment, "queue_app/config.py", "os.environ"),
        (only_use_cases_write, "queue_app/booking.py", "session.add(ticket)"),
        (nobody_imports_from_the_package_itself, "queue_app/cli.py", "from queue_app import tickets"),
    ],
)
def test_what_is_allowed_is_no_breach(rule: Rule, path: str, text: str) -> None:
    assert breaches(rule, path, text) == []


def test_no_module_is_too_long_to_read_in_one_go() -> None:
    """Migrations are written by a tool and never changed: they may be long."""
    written = [path for path in sources() if "migrations" not in path.parts]
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in written}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}
