"""Exports as files, written row by row so that a large log needs no memory."""

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from queue_app.event_export.fields import FIELDS, Kind, utc
from queue_app.event_export.row import Row
from queue_app.lifecycle import Action
from queue_app.report_files import Cell, cell

_SQL_TYPES: Mapping[Kind, str] = MappingProxyType(
    {"text": "VARCHAR", "whole": "BIGINT", "instant": "TIMESTAMP_MS", "day": "DATE", "flag": "BOOLEAN"}
)

_BPJS_TASKS: Mapping[str, int] = MappingProxyType(
    {
        Action.JOIN.value: 3,
        Action.CHECK_IN.value: 3,
        Action.START.value: 4,
        Action.FINISH.value: 5,
        Action.CANCEL.value: 99,
        Action.NO_SHOW.value: 99,
    }
)
"""Task ids of BPJS's antrean: 3 the wait begins, 4 is served, 5 is finished, 99 cancelled or absent."""

_BPJS_COLUMNS = ("kodebooking", "nomorantrean", "angkaantrean", "kodepoli", "tanggalperiksa", "taskid", "waktu")

_EXTENSIONS = (("Concept", "concept"), ("Time", "time"), ("Organizational", "org"), ("Lifecycle", "lifecycle"))
"""Standard extensions of XES that the file uses."""


def csv_lines(rows: Iterable[Row]) -> Iterator[list[Cell]]:
    """The heading and a line for each row; nothing is an empty cell."""
    yield [field.name for field in FIELDS]
    for row in rows:
        yield [cell(field.value(row)) for field in FIELDS]


def bpjs_lines(rows: Iterable[Row]) -> Iterator[list[Cell]]:
    """The same log by the names of BPJS's antrean web service, for those steps that it knows; ``waktu`` in
    milliseconds since 1970. A step that was taken back is left out."""
    yield list(_BPJS_COLUMNS)
    for row in rows:
        task = _BPJS_TASKS.get(row.action)
        if task is None or row.undone or row.case is None or row.day is None:
            continue
        stamp = round(row.at.timestamp() * 1000)
        yield [row.case, row.label, row.number, row.service, row.day.isoformat(), task, stamp]


def write_csv(rows: Iterable[Row], path: Path) -> int:
    return _lines_to(path, csv_lines(rows))


def write_bpjs(rows: Iterable[Row], path: Path) -> int:
    return _lines_to(path, bpjs_lines(rows))


def write_parquet(rows: Iterable[Row], path: Path) -> int:
    """The CSV with the types of the dictionary; an instant is UTC without saying so, to the millisecond."""
    import duckdb  # noqa: PLC0415 - no other command should pay for loading it

    lines = path.with_name(f"{path.name}.csv")
    types = {field.name: _SQL_TYPES[field.kind] for field in FIELDS}
    try:
        written = write_csv(rows, lines)
        with duckdb.connect() as engine:
            table = engine.read_csv(str(lines), header=True, columns=types)
            table.write_parquet(str(path), compression="zstd")
    finally:
        lines.unlink(missing_ok=True)
    return written


def write_xes(rows: Iterable[Row], path: Path) -> int:
    """An event log for process mining (IEEE 1849-2016): a trace for each ticket, whose rows must come together."""
    with path.open("wb") as file:
        return _xes_to(rows, file)


def _xes_to(rows: Iterable[Row], file: BinaryIO) -> int:
    document = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
    document.startDocument()
    document.startElement("log", AttributesImpl({"xes.version": "1849-2016", "xmlns": "http://www.xes-standard.org/"}))
    for name, prefix in (
        ("Concept", "concept"),
        ("Time", "time"),
        ("Organizational", "org"),
        ("Lifecycle", "lifecycle"),
    ):
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        _empty(document, "extension", {"name": name, "prefix": prefix, "uri": uri})
    _empty(document, "classifier", {"name": "Action", "keys": "concept:name"})
    written = 0
    for case, of_case in itertools.groupby(rows, key=lambda row: row.case):
        steps = list(of_case)
        document.startElement("trace", AttributesImpl({}))
        first = steps[0]
        _attributes(
            document,
            {
                "concept:name": str(case),
                "label": first.label,
                "channel": first.channel,
                "category": first.category,
                "day": first.day.isoformat() if first.day else None,
            },
        )
        for step in steps:
            _event(document, step)
        written += len(steps)
        document.endElement("trace")
    document.endElement("log")
    document.endDocument()
    return written


def _event(document: XMLGenerator, step: Row) -> None:
    document.startElement("event", AttributesImpl({}))
    _attributes(
        document,
        {
            "concept:name": step.action,
            "lifecycle:transition": "complete",
            "org:resource": step.officer,
            "org:role": step.actor,
            "service": step.service,
            "from_state": step.from_state,
            "to_state": step.to_state,
            "outcome": step.outcome,
            "why": step.why,
        },
    )
    _empty(document, "date", {"key": "time:timestamp", "value": utc(step.at)})
    _empty(document, "boolean", {"key": "undone", "value": "true" if step.undone else "false"})
    if step.counter is not None:
        _empty(document, "int", {"key": "counter", "value": str(step.counter)})
    document.endElement("event")


def _attributes(document: XMLGenerator, texts: Mapping[str, str | None]) -> None:
    for key, value in texts.items():
        if value is not None:
            _empty(document, "string", {"key": key, "value": value})


def _empty(document: XMLGenerator, name: str, attributes: Mapping[str, str]) -> None:
    document.startElement(name, AttributesImpl(attributes))
    document.endElement(name)


def _lines_to(path: Path, lines: Iterable[list[Cell]]) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        return sum(1 for line in lines if writer.writerow(line)) - 1


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. ``by_ticket``: it wants a ticket's rows together."""

    write: Callable[[Iterable[Row], Path], int]
    by_ticket: bool = False


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "csv": Format(write_csv),
        "parquet": Format(write_parquet),
        "xes": Format(write_xes, by_ticket=True),
        "bpjs": Format(write_bpjs),
    }
)
