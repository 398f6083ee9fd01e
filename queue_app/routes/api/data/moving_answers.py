"""What is told of past records that are brought in."""

from datetime import date
from typing import Any

from queue_app.models import ImportStatus, JobStatus, SourceKind
from queue_app.routes.api.frame.fields import Answer, Instant, example

_PLAN: dict[str, Any] = {
    "table": "",
    "header": 1,
    "columns": {"arrived": 0, "service": 2},
    "dates": "dmy",
    "zone": "Asia/Jakarta",
    "services": {},
    "officers": {},
    "counters": {},
}
_IMPORT: dict[str, Any] = {
    "id": 3,
    "kind": "csv",
    "status": "CHECKED",
    "name": "kunjungan-2026.csv",
    "size": 48211,
    "created_at": "2026-11-24T09:00:00.000+07:00",
    "done_at": None,
    "undone_at": None,
    "has_file": True,
    "work": None,
}


class Work(Answer):
    """What is or was last being done: ``deed`` is check, run or undo. ``step`` of ``steps`` rows; 0 of 0: not known."""

    deed: str
    status: JobStatus
    step: int
    steps: int


class ImportAnswer(Answer):
    """``has_file``: the file is kept for a day, or until all of it was brought in."""

    model_config = example(**_IMPORT)

    id: int
    kind: SourceKind
    status: ImportStatus
    name: str
    size: int
    created_at: Instant
    done_at: Instant | None
    undone_at: Instant | None
    has_file: bool
    work: Work | None


class ImportPlan(Answer):
    """How it is read: ``columns`` are places (from 0) by field; ``services``, ``officers`` and ``counters`` say what
    each of the source's names is here."""

    table: str
    header: int
    columns: dict[str, int]
    dates: str
    zone: str
    services: dict[str, str]
    officers: dict[str, str]
    counters: dict[str, str]


class WrongRow(Answer):
    """A row as people count it in the table, and why it cannot be brought in. ``column`` is empty for the whole row."""

    row: int
    column: str
    why: str


class Found(Answer):
    """What the dry run found: ``good`` and ``bad`` rows; of the good ones those that were brought in before
    (``present``), the served without an end (``untimed``), how many by outcome and by each of the source's names, and
    the days from ``first`` to ``last``. ``wrong``: the first bad rows; all of them are in the file of rejected
    rows."""

    good: int
    bad: int
    present: int
    untimed: int
    outcomes: dict[str, int]
    services: dict[str, int]
    officers: dict[str, int]
    counters: dict[str, int]
    first: date | None
    last: date | None
    wrong: list[WrongRow]


class Made(Answer):
    """What was brought in: visits, those that were there before, and what was made for their names."""

    tickets: int
    present: int
    services: list[str]
    officers: list[str]
    counters: list[str]


class Undone(Answer):
    """``withdrawn`` visits; ``left``: somebody complained of them, or contested them."""

    withdrawn: int
    left: int


class ImportNow(ImportAnswer):
    """``found``, ``made`` and ``undone`` are null before they are. ``suggested``: what each name would be here, to be
    sent with bring; + makes something new, - leaves it out. ``problem``: why the file cannot be read."""

    model_config = example(
        **_IMPORT,
        plan=_PLAN,
        found=None,
        suggested={"services": {"KTP": "A"}, "officers": {}, "counters": {}},
        made=None,
        undone=None,
        problem=None,
    )

    plan: ImportPlan
    found: Found | None
    suggested: dict[str, dict[str, str]]
    made: Made | None
    undone: Undone | None
    problem: str | None


class Imports(Answer):
    """The newest first; without those that were given up."""

    model_config = example(imports=[_IMPORT], next=None)

    imports: list[ImportAnswer]
    next: str | None


class FirstLook(Answer):
    """The beginning of one table of the file: ``tables`` are its sheets, ``rows`` the first rows as text, ``plan``
    what can be guessed of it. ``fields``: the names that columns can be given."""

    model_config = example(
        tables=[""],
        table="",
        rows=[["Waktu datang", "Petugas", "Layanan"], ["02/03/2026 08:00", "Ani", "KTP"]],
        plan=_PLAN,
        fields=["arrived", "service"],
    )

    tables: list[str]
    table: str
    rows: list[list[str]]
    plan: ImportPlan
    fields: list[str]
