"""The log for other programs: every format says the same, opens where it should, and names nobody."""

import csv
import io
import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.periods import Period
from queue_app import event_export, tickets, undo
from queue_app.event_export import Row, files
from queue_app.models import Ticket
from queue_app.personal import Holder
from tests.office import Desk

pytestmark = pytest.mark.by_month

NAME, PHONE, NIK = "Penanda Nama", "081200099900", "1471016010900001"
TYPED = "Penanda alasan"


def a_day(desk: Desk) -> tuple[Ticket, Ticket]:
    """One is served after a start that was taken back, one is cancelled."""
    desk.open()
    first = desk.join("A", holder=Holder(name=NAME, phone=PHONE, nik=NIK))
    second = desk.join("B")
    called = desk.call_chosen(first, note=TYPED)
    desk.wait(seconds=5)
    started = desk.act(tickets.start, called)
    called = desk.act(undo.undo, started)
    desk.wait(minutes=1)
    started = desk.act(tickets.start, called)
    desk.wait(minutes=4)
    desk.act(tickets.finish, started)
    desk.cancel(second)
    return first, second


def period(desk: Desk) -> Period:
    with desk.db.read() as session:
        zone = desk.office(session).zone
    today = desk.now.astimezone(zone).date()
    return Period(today, today, zone)


def rows(desk: Desk, **how: bool) -> list[Row]:
    with desk.db.read() as session:
        return list(event_export.rows(session, desk.office(session), period(desk), **how))


def lines(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_every_row_of_the_log_is_there_once_and_in_order(desk: Desk, tmp_path: Path) -> None:
    first, second = a_day(desk)
    written = files.write_csv(rows(desk), tmp_path / "log.csv")
    found = lines(tmp_path / "log.csv")
    assert written == len(found) == len(desk.events())
    assert [int(line["seq"]) for line in found] == list(range(int(found[0]["seq"]), int(found[0]["seq"]) + written))
    mine = [line for line in found if line["case"] == str(first.id)]
    assert [line["action"] for line in mine] == ["join", "call", "start", "undo", "start", "finish"]
    assert [line["undone"] for line in mine] == ["false", "false", "true", "false", "false", "false"]
    assert mine[-1]["outcome"] == "done"
    assert mine[1]["why"] == "chosen"
    assert {line["officer"] for line in mine[1:]} == {"petugas1"}
    assert [line["actor"] for line in found if line["case"] == str(second.id)] == ["citizen", "citizen"]


def test_days_outside_the_period_are_left_out(desk: Desk) -> None:
    a_day(desk)
    with desk.db.read() as session:
        office = desk.office(session)
        other = Period(date(2020, 1, 1), date(2020, 1, 2), office.zone)
        assert list(event_export.rows(session, office, other)) == []


@pytest.mark.parametrize("form", sorted(event_export.FORMATS))
def test_no_format_says_who_somebody_is(desk: Desk, tmp_path: Path, form: str) -> None:
    first, _ = a_day(desk)
    kind = event_export.FORMATS[form]
    kind.write(rows(desk, by_ticket=kind.by_ticket), tmp_path / "log")
    content = (tmp_path / "log").read_bytes()
    for marker in (NAME, PHONE, NIK, NIK[-4:] + '"', TYPED, first.public_id):
        assert marker.encode() not in content, marker
    assert (first.label.encode() in content) or form == "parquet"


def parquet(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as engine:
        table = engine.read_parquet(str(path))
        return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]


def test_parquet_holds_what_the_csv_holds_with_types(desk: Desk, tmp_path: Path) -> None:
    a_day(desk)
    assert files.write_parquet(rows(desk), tmp_path / "log.parquet") == len(desk.events())
    files.write_csv(rows(desk), tmp_path / "log.csv")
    found, told = parquet(tmp_path / "log.parquet"), lines(tmp_path / "log.csv")
    assert len(found) == len(told)
    for typed, texts in zip(found, told, strict=True):
        assert list(typed) == list(texts)
        assert typed["at"].replace(tzinfo=UTC) == datetime.fromisoformat(texts["at"])
        assert typed["undone"] is (texts["undone"] == "true")
        assert typed["seq"] == int(texts["seq"])
        assert typed["case"] == (int(texts["case"]) if texts["case"] else None)
        assert typed["day"] == (date.fromisoformat(texts["day"]) if texts["day"] else None)
        assert typed["service"] == (texts["service"] or None)
    assert not list(tmp_path.glob("*.parquet.csv"))


def test_parquet_of_nothing_is_a_table_without_rows(tmp_path: Path) -> None:
    assert files.write_parquet([], tmp_path / "log.parquet") == 0
    assert parquet(tmp_path / "log.parquet") == []


def test_process_mining_opens_the_log(desk: Desk, tmp_path: Path) -> None:
    first, second = a_day(desk)
    files.write_xes(rows(desk, by_ticket=True), tmp_path / "log.xes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own, about its future
        import pm4py

        frame = pm4py.read_xes(str(tmp_path / "log.xes"), show_progress_bar=False)
        log = pm4py.convert_to_event_log(frame)
    traces = {trace.attributes["concept:name"]: [event["concept:name"] for event in trace] for trace in log}
    assert traces == {
        str(first.id): ["join", "call", "start", "undo", "start", "finish"],
        str(second.id): ["join", "cancel"],
    }
    times = list(frame["time:timestamp"])
    assert times == [event.at for event in desk.events(first)] + [event.at for event in desk.events(second)]


def test_the_names_of_bpjs_tell_waiting_serving_and_the_end(desk: Desk, tmp_path: Path) -> None:
    first, second = a_day(desk)
    files.write_bpjs(rows(desk), tmp_path / "log.csv")
    found = lines(tmp_path / "log.csv")
    steps = [(line["kodebooking"], line["taskid"]) for line in found]
    assert steps == [
        (str(first.id), "3"),
        (str(second.id), "3"),
        (str(first.id), "4"),
        (str(first.id), "5"),
        (str(second.id), "99"),
    ]
    served = {line["taskid"]: int(line["waktu"]) for line in found if line["kodebooking"] == str(first.id)}
    assert served["5"] - served["4"] == 4 * 60_000
