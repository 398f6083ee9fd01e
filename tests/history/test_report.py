"""The office's figures over a period, and the files they are given out in."""

import csv
import io
import json
import math
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import fmean, quantiles, stdev

import openpyxl
import pytest

from metrics.periods import Period
from metrics.speed import OfficeSpeed
from queue_app import claims, report, report_files
from tests.history.past import JAKARTA, NINE, bring_in, served, write
from tests.office import Desk

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), JAKARTA)
PACE = {"s1": 1.0, "s2": 0.8, "s3": 1.25, "s4": 1.0}


def times(server: str, service: str, visits: int = 40) -> list[int]:
    """Spread evenly on the log scale around 10 minutes for A and 3 for X, faster or slower by the officer's pace."""
    middle = 600 if service == "A" else 180
    steps = [(n - (visits - 1) / 2) / visits for n in range(visits)]
    return [round(middle * PACE[server] * math.exp(1.5 * step)) for step in steps]


@pytest.fixture
def office(desk: Desk, tmp_path: Path) -> Desk:
    """Four officers in March, one of them (s4) with few visits; some records that may not enter."""
    rows = []
    for day, (server, service) in enumerate((server, service) for server in PACE for service in "AX"):
        arrival = NINE + timedelta(days=day)
        visits = 5 if server == "s4" else 40
        rows += [served(s, server, service, arrival=arrival) for s in times(server, service, visits)]
    rows += [served(5, "s1"), served(9, "s1"), served(600, ""), f"{NINE},,2026-03-02 09:20:00,,A,abandoned"]
    rows += [served(5 * 3600, "=2+3"), served(700, "s1", arrival=NINE - timedelta(days=60))]
    bring_in(desk, write(tmp_path / "past.csv", rows))
    return desk


def officers(desk: Desk, period: Period = MARCH) -> OfficeSpeed:
    with desk.db.read() as session:
        return report.officers(session, desk.office(session), period, desk.now)


def test_each_officers_figures_are_those_of_a_plain_calculation(office: Desk) -> None:
    found = {officer.officer: officer for officer in officers(office).officers}
    for server in ("s1", "s2", "s3"):
        mine = times(server, "A") + times(server, "X")
        assert found[server].served == 80
        assert found[server].median_s == pytest.approx(quantiles(mine, n=2, method="inclusive")[0])
        assert found[server].p80_s == pytest.approx(quantiles(mine, n=5, method="inclusive")[3])
        assert found[server].p90_s == pytest.approx(quantiles(mine, n=10, method="inclusive")[8])
        assert found[server].enough
    assert [found[s].index and round(found[s].index or 0) for s in ("s2", "s1", "s3")] == sorted(
        [round(found[s].index or 0) for s in ("s1", "s2", "s3")], reverse=True
    )


def test_expected_times_are_the_other_officers(office: Desk) -> None:
    """s2's difference before shrinkage, by hand: visits of other officers in the reference, the one of January too."""
    effect = next(o.effect for o in officers(office).officers if o.officer == "s2")
    assert effect is not None
    weighted = weight = 0.0
    for service in "AX":
        others = [math.log(s) for o in ("s1", "s3") for s in times(o, service)]
        others += [math.log(s) for s in times("s4", service, 5)]
        others += [math.log(700)] if service == "A" else []
        own = [math.log(s) for s in times("s2", service)]
        w = len(own) / stdev(others) ** 2
        weighted += w * (fmean(own) - fmean(others))
        weight += w
    assert effect.d == pytest.approx(weighted / weight)


def test_too_few_visits_have_no_index(office: Desk) -> None:
    few = next(o for o in officers(office).officers if o.officer == "s4")
    assert (few.served, few.enough, few.index, few.index_low) == (10, False, None, None)


def test_what_was_left_out_is_counted(office: Desk) -> None:
    speed = officers(office)
    assert {reason.value: n for reason, n in speed.excluded.items()} == {
        "too_short": 2,
        "no_officer": 1,
        "not_started": 1,
        "too_long": 1,
    }
    assert speed.served == 250


def test_the_reference_is_the_ninety_days_up_to_the_period(now: datetime) -> None:
    week = Period(date(2026, 3, 2), date(2026, 3, 8), JAKARTA)
    assert report.reference_period(week, now).start_day == date(2025, 12, 9)
    assert report.reference_period(week, now).end_day == date(2026, 3, 8)


def test_the_reference_of_a_long_period_is_the_period(now: datetime) -> None:
    year = Period(date(2025, 1, 1), date(2025, 12, 31), JAKARTA)
    assert report.reference_period(year, now) == year


def test_the_reference_of_a_running_period_reaches_back_from_today(now: datetime) -> None:
    month = Period(date(2026, 11, 1), date(2026, 11, 30), JAKARTA)
    assert report.reference_period(month, now).start_day == date(2026, 8, 27)
    assert report.reference_period(month, now).end_day == date(2026, 11, 30)


def test_all_figures_at_once_are_the_same_as_one_by_one(office: Desk) -> None:
    with office.db.read() as session:
        here = office.office(session)
        whole = report.whole(session, here, MARCH, office.now)
        assert whole.speed == report.officers(session, here, MARCH, office.now)
        assert whole.services == report.services(session, here, MARCH, office.now)
        assert whole.waits == report.waits(session, here, MARCH, office.now)


def test_services_count_whoever_served(office: Desk) -> None:
    with office.db.read() as session:
        found = {s.service: s for s in report.services(session, office.office(session), MARCH, office.now)}
    assert found["A"].served == 3 * 40 + 5 + 1  # the visit that nobody is recorded for is in
    assert found["A"].standard_s == 900
    assert (found["B"].served, found["B"].median_s) == (0, None)


def test_waits_of_today_end_now(desk: Desk) -> None:
    desk.open()
    desk.serve("A", minutes=5)
    desk.join("A")
    desk.wait(minutes=12)
    desk.cancel(desk.join("A"))
    today = Period(date(2026, 11, 24), date(2026, 11, 24), JAKARTA)
    with desk.db.read() as session:
        (wait,) = report.waits(session, desk.office(session), today, desk.now)
    assert (wait.called, wait.still_waiting, wait.longest_waiting_s) == (1, 1, 720)
    assert wait.left == {"cancelled": 1}


def test_a_period_without_visits_has_no_officers(desk: Desk) -> None:
    speed = officers(desk)
    assert (speed.officers, speed.served, dict(speed.excluded)) == ((), 0, {})
    assert "0 served" in report_files.as_table(speed, "senapelan")
    assert json.loads(report_files.written(speed, "senapelan", "json"))["officers"] == []


def test_a_contested_ticket_leaves_the_figures_once_it_is_accepted(desk: Desk) -> None:
    desk.open()
    desk.serve(minutes=5)
    long = desk.act(claims.flag, desk.serve(minutes=90), "lupa menekan selesai")
    name = claims.LegName(long.public_id, long.version)
    with desk.db.write() as session:
        supervisor = desk.user(session, "supervisor")
        claims.decide(session, supervisor, [name], claims.Verdict.ACCEPTED, "open", desk.now, "benar")
    today = Period(date(2026, 11, 24), date(2026, 11, 24), JAKARTA)
    (mine,) = officers(desk, today).officers
    assert (mine.served, mine.median_s) == (1, 300)


def test_the_json_has_the_contracts_names(office: Desk) -> None:
    content = json.loads(report_files.written(officers(office), "senapelan", "json"))
    assert [list(row) for row in content["officers"]] == [
        ["officer", "served", "median_s", "p90_s", "index", "index_low", "index_high", "enough", "p80_s"]
    ] * 5
    rows = {row["officer"]: row for row in content["officers"]}
    assert rows["s4"]["index"] is None
    assert rows["s1"]["index_low"] < rows["s1"]["index"] < rows["s1"]["index_high"]
    assert content["minimums"] == {"visits": 30, "reference_visits": 30, "serve_s": 10.0, "serve_s_most": 14400.0}
    assert content["exclusions"]["all"]["too_short"] == 2
    assert content["exclusions"]["by_officer"]["s1"] == {"too_short": 2}
    assert [s["service"] for s in content["strata"]] == ["A", "X"]
    assert content["period"] == {"from": "2026-03-01", "to": "2026-03-31", "timezone": "Asia/Jakarta"}


def test_the_table_is_for_reading(office: Desk) -> None:
    lines = report_files.as_table(officers(office), "senapelan").splitlines()
    assert lines[0] == "senapelan, 2026-03-01 to 2026-03-31 (Asia/Jakarta)"
    few = next(line for line in lines if line.startswith("s4"))
    assert few.endswith("too few")
    assert lines[-1] == "Left out: no_officer 1, not_started 1, too_long 1, too_short 2."


def hostile(speed: OfficeSpeed, name: str) -> OfficeSpeed:
    return replace(speed, officers=(replace(speed.officers[0], officer=name),))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1"])
def test_no_cell_can_become_a_formula(office: Desk, name: str) -> None:
    speed = hostile(officers(office), name)
    (_, row) = csv.reader(io.StringIO(report_files.as_csv(speed), newline=""))
    assert row[0] == f"'{name}"
    sheet = openpyxl.load_workbook(io.BytesIO(report_files.as_xlsx(speed, "senapelan")))["officers"]
    assert sheet["A2"].data_type == "s"
    assert str(sheet["A2"].value).startswith("'")


def test_csv_has_empty_cells_for_no_data_and_numbers_as_numbers(office: Desk) -> None:
    rows = {row["officer"]: row for row in csv.DictReader(io.StringIO(report_files.as_csv(officers(office))))}
    assert (rows["s4"]["index"], rows["s4"]["enough"]) == ("", "false")
    assert float(rows["s1"]["index"]) > 0


def test_the_workbook_explains_itself(office: Desk) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report_files.as_xlsx(officers(office), "senapelan")))
    assert book.sheetnames == ["officers", "method", "exclusions", "contested", "strata"]
    method = dict(book["method"].values)
    assert method["office"] == "senapelan"
    assert method["minimums.visits"] == 30
    assert [row[0].value for row in book["officers"]] == [
        "officer",
        *(row.officer for row in officers(office).officers),
    ]
