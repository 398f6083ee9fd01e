"""The figures of an office recomputed from its exported CSV files alone, with arithmetic of the test's own: nothing of
``metrics`` is used here, and no spreadsheet would need more.
"""

import csv
import io
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean, median, quantiles, stdev

import pytest
from flask import Flask

from queue_app import clock, tickets
from tests.history.past import bring_in, served, write
from tests.office import Desk
from tests.routes.api.program import Program
from tests.routes.browsing import Person
from tests.routes.test_quality import ten_answers

Rows = list[dict[str, str]]
PACE = {"petugas1": 0.8, "petugas2": 1.0, "petugas3": 1.0, "petugas4": 1.3}
MINUTES = {"A": 12, "B": 5}


@pytest.fixture
def office(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Two weeks of four officers with unequal mixes of two services, all in the morning and of one group."""
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    dice = random.Random(4)
    nine = desk.now.replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0)
    rows = []
    for place, (officer, pace) in enumerate(PACE.items()):
        for n in range(60 + 10 * place):
            service = "A" if dice.random() < 0.2 + 0.2 * place else "B"
            seconds = round(60 * MINUTES[service] * pace * math.exp(dice.gauss(0, 0.4)))
            arrival = nine - timedelta(days=1 + n % 12, minutes=-dice.randrange(60))
            rows.append(served(seconds, officer, service, arrival=arrival, wait_s=dice.randrange(5, 1500)))
    bring_in(desk, write(tmp_path / "past.csv", rows))
    return desk


def exported(app: Flask, address: str) -> Rows:
    answer = Person(app, "supervisor").client.get(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


def from_api(app: Flask, desk: Desk, name: str) -> dict[str, dict[str, float]]:
    key = name.removesuffix("s")
    rows = Program(app, desk.db).get(f"/offices/senapelan/metrics/{name}", "supervisor").get_json()[name]
    return {row[key if key in row else "service"]: row for row in rows}


def seconds(row: Mapping[str, str], first: str, last: str) -> float:
    return (datetime.fromisoformat(row[last]) - datetime.fromisoformat(row[first])).total_seconds()


def counted(rows: Rows) -> Iterable[tuple[str, str, float]]:
    """Officer, service and serve time of each visit that the file doesn't say is left out."""
    for row in rows:
        if not row["excluded"]:
            yield row["officer"], row["service"], seconds(row, "started_at", "finished_at") - float(row["hold_s"])


def test_the_speed_index(app: Flask, office: Desk) -> None:
    """Each officer against all others, service by service; then shrunk by how far officers differ."""
    times = defaultdict[tuple[str, str], list[float]](list)
    for officer, service, serve_s in counted(exported(app, "/supervisor/visits.csv?period=90d")):
        times[officer, service].append(math.log(serve_s))
    found = {officer: _difference(officer, times) for officer in PACE}
    tau2 = _between(list(found.values()))
    shown = from_api(app, office, "officers")
    for officer, (d, v) in found.items():
        theta, half = d * tau2 / (tau2 + v), 1.96 * math.sqrt(tau2 * v / (tau2 + v))
        expected = [100 * math.exp(-x) for x in (theta, theta + half, theta - half)]
        assert [shown[officer][name] for name in ("index", "index_low", "index_high")] == pytest.approx(expected, 1e-4)
    assert shown["petugas1"]["index"] > 110
    assert shown["petugas4"]["index"] < 95


def _difference(officer: str, times: Mapping[tuple[str, str], list[float]]) -> tuple[float, float]:
    weight = weighted = error = 0.0
    for service in MINUTES:
        own = times[officer, service]
        others = [x for (who, what), logs in times.items() if what == service and who != officer for x in logs]
        w = len(own) / stdev(others) ** 2
        weight += w
        weighted += w * (fmean(own) - fmean(others))
        error += w * w * stdev(others) ** 2 / len(others)
    return weighted / weight, 1 / weight + error / weight**2


def _between(effects: list[tuple[float, float]]) -> float:
    """The tau^2 at which tau^2 times its likelihood is greatest, among 200,000."""

    def height(log_tau2: float) -> float:
        tau2 = math.exp(log_tau2)
        return log_tau2 - sum(math.log(tau2 + v) + d * d / (tau2 + v) for d, v in effects) / 2

    return math.exp(max((-15 + n * 1e-4 for n in range(200_000)), key=height))


def test_medians_and_percentiles_of_serve_times_and_waits(app: Flask, office: Desk) -> None:
    rows = exported(app, "/supervisor/visits.csv?period=30d")
    times, waits = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    for _, service, serve_s in counted(rows):
        times[service].append(serve_s)
    for row in rows:
        if row["called_at"]:
            waits[row["service"]].append(seconds(row, "arrived_at", "called_at"))
    for name, values in (("services", times), ("waits", waits)):
        shown = from_api(app, office, name)
        for service, found in values.items():
            assert shown[service]["median_s"] == pytest.approx(median(found))
            assert shown[service]["p90_s"] == pytest.approx(quantiles(found, n=10, method="inclusive")[8])
    office.change_service("A", wait_target_minutes=10)
    shown = from_api(app, office, "waits")
    assert shown["A"]["within_target_share"] == pytest.approx(sum(w <= 600 for w in waits["A"]) / len(waits["A"]))
    page = exported(app, "/supervisor/figures/in-time-services.csv")
    assert float(page[0]["Dalam target (persen)"]) == pytest.approx(100 * shown["A"]["within_target_share"], abs=0.05)


def test_the_ikm(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine means, a ninth each, times 25."""
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    ten_answers(desk)
    rows = exported(app, "/supervisor/kepuasan/elements.csv?period=7d")
    ikm = sum(float(row["Nilai (1 sampai 4)"]) for row in rows) / 9 * 25
    assert len(rows) == 9
    page = Person(app, "supervisor").client.get("/supervisor/kepuasan?period=7d").get_data(as_text=True)
    assert f"{ikm:.2f}".replace(".", ",") in page


def test_what_shifts_went_to(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two officers with holds, a pause, a no-show and idle time, second by second of the exported log."""
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    desk.open()
    desk.open("petugas2", 2)
    desk.serve("A", minutes=7)
    held = desk.join("A")
    desk.wait(minutes=3)
    desk.call_next()
    desk.wait(minutes=1)
    desk.act(tickets.start, desk.fresh(held))
    desk.wait(minutes=4)
    desk.act(tickets.hold, desk.fresh(held))
    desk.serve("B", "petugas2", 2, minutes=6)
    desk.act(tickets.resume, desk.fresh(held))
    desk.wait(minutes=2)
    desk.act(tickets.finish, desk.fresh(held))
    desk.pause()
    desk.wait(minutes=9)
    desk.open()
    absent = desk.join("A")
    desk.call_next("petugas2", 2)
    desk.wait(minutes=5)
    desk.act(tickets.no_show, desk.fresh(absent), officer="petugas2")
    desk.close()
    desk.close("petugas2", 2)
    desk.wait(days=1)
    found = _minutes(exported(app, "/supervisor/data/events.csv?period=7d"))
    shown = {row["Nama"]: row for row in exported(app, "/supervisor/figures/occupancy.csv?period=7d")}
    names = ("sedang melayani (menit)", "memanggil, belum mulai (menit)", "siap (menit)", "jeda (menit)")
    for officer, name in (("petugas1", "Petugas 1"), ("petugas2", "Petugas 2")):
        parts = found[officer]
        expected = [parts[part] for part in ("serving", "called", "idle", "paused")]
        assert [float(shown[name][column]) for column in names] == pytest.approx(expected, abs=0.06)
        assert float(shown[name]["Seluruhnya (menit)"]) == pytest.approx(sum(expected), abs=0.06)
    assert found["petugas1"]["paused"] == pytest.approx(9)


AFTER = {
    "shift_open": "idle", "shift_resume": "idle", "shift_pause": "paused", "call": "called", "start": "serving",
    "resume": "serving", "hold": "idle", "finish": "idle", "no_show": "idle",
}  # fmt: skip


def _minutes(log: Rows) -> dict[str, dict[str, float]]:
    """Each officer's minutes by what was done: from one row of the log to the officer's next."""
    spent = defaultdict[str, dict[str, float]](lambda: defaultdict(float))
    doing: dict[str, tuple[str, str]] = {}
    for row in log:
        officer = row["officer"]
        if not officer or row["action"] not in (*AFTER, "shift_close"):
            continue
        if officer in doing:
            what, since = doing.pop(officer)
            spent[officer][what] += seconds({"from": since, "to": row["at"]}, "from", "to") / 60
        if row["action"] in AFTER:
            doing[officer] = AFTER[row["action"]], row["at"]
    return spent
