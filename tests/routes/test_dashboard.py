"""The supervisor's dashboard: every figure recomputed from what it exports; wrong addresses are answered."""

import csv
import io
import statistics
from collections import Counter
from datetime import datetime
from functools import partial

import pytest
from flask import Flask

from metrics.periods import Period
from queue_app import clock, dashboard, tickets
from queue_app.dashboard import Filters, Share
from queue_app.lifecycle import Outcome
from queue_app.outcomes import Result
from tests.office import Desk
from tests.routes.browsing import Person


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def citra(app: Flask) -> Person:
    return Person(app, "supervisor")


def two_days(desk: Desk) -> None:
    """Two officers over two days, the second of them not over; a citizen still waits."""
    for _day in range(2):
        desk.open()
        desk.open("petugas2", 2)
        for n in range(12):
            waiting = desk.join("AB"[n % 2])
            desk.wait(minutes=n % 4)
            officer, counter = (("petugas1", 1), ("petugas2", 2))[n % 3 == 0]
            assert desk.call_next(officer, counter) is not None
            called = desk.fresh(waiting)
            desk.act(tickets.start, called, officer=officer)
            desk.wait(minutes=4 + 3 * (n % 5))
            desk.act(tickets.finish, desk.fresh(waiting), officer=officer)
        desk.join("C")
        desk.close()
        desk.close("petugas2", 2)
        if not _day:
            desk.wait(days=1)


def loaded(desk: Desk, **chosen: object) -> dashboard.Dashboard:
    with desk.db.read() as session:
        office = desk.office(session)
        today = desk.now.astimezone(office.zone).date()
        period = Period(today.replace(day=1), today, office.zone)
        return dashboard.load(session, office, period, Filters(**chosen), desk.now)  # type: ignore[arg-type]


def first_weekday(rows: list[dict[str, str]]) -> int:
    return datetime.fromisoformat(rows[0]["arrived_at"]).weekday()


def exported(citra: Person, query: str = "") -> list[dict[str, str]]:
    text = citra.client.get(f"/supervisor/visits.csv{query}").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text)))


def test_every_figure_is_recomputed_from_the_exported_visits(desk: Desk, citra: Person) -> None:
    two_days(desk)
    figures, rows = loaded(desk), exported(citra)

    def seconds(row: dict[str, str], first: str, last: str) -> float:
        return (datetime.fromisoformat(row[last]) - datetime.fromisoformat(row[first])).total_seconds()

    times = [seconds(r, "started_at", "finished_at") - float(r["hold_s"]) for r in rows if r["finished_at"]]
    assert figures.now.served == len(times) == 12
    assert figures.now.serve_median_s == pytest.approx(statistics.median(times))
    standard = {"A": figures.standards_s["A"], "B": figures.standards_s["B"]}
    within = [t <= standard[r["service"]] for t, r in zip(times, [r for r in rows if r["finished_at"]], strict=True)]
    assert figures.now.speed == Share(sum(within), len(within))
    ended = {r["ticket"]: seconds(r, "arrived_at", "called_at") for r in rows if r["called_at"]}
    counted = [r for r in rows if r["finished_at"] and not r["excluded"]]
    right = [r["outcome"] in ("", "done") and r["service_given"] in ("", r["service"]) for r in counted]
    assert figures.now.accuracy == Share(sum(right), len(right))
    assert {name: of.accuracy.n for name, of in figures.officers.items()} == Counter(r["officer"] for r in counted)
    assert figures.speed is not None
    assert {o.officer: o.median_s for o in figures.speed.officers} == {
        name: pytest.approx(statistics.median(t for t, r in zip(times, counted, strict=True) if r["officer"] == name))
        for name in {r["officer"] for r in counted}
    }
    hours = Counter(datetime.fromisoformat(r["arrived_at"]).hour for r in rows if r["called_at"])
    by_hour = {hour: len(waits) for (day, hour), waits in figures.heat.items() if day == first_weekday(rows)}
    assert by_hour == hours
    assert sum(map(len, figures.serve_s.values())) == len(counted)
    assert sum(day.waited for day in figures.days) == figures.now.waited
    first_day = figures.days[[d.waited > 0 for d in figures.days].index(True)]
    assert (first_day.waited, first_day.wait_median_s) == (12, pytest.approx(statistics.median(ended.values())))
    on_time = sum(wait <= 3600 for wait in ended.values())
    assert first_day.in_time == Share(on_time, 12 + 1)  # and who was never called, nor ended: that was not in time
    assert first_day.in_time.n < figures.now.in_time.n < 25  # today only who came an hour ago and longer
    assert figures.now.waited == 24  # today's waits count, today's serve times are the officers' own until it is over


def test_filters_narrow_the_figures_and_stay_in_every_link(desk: Desk, citra: Person) -> None:
    two_days(desk)
    assert loaded(desk, service="A").now.served == 6
    assert loaded(desk, officer="petugas2").now.served == loaded(desk, counter=2).now.served == 4
    assert loaded(desk, category="elderly").now.served == 0
    assert {row["officer"] for row in exported(citra, "?officer=petugas2")} == {"petugas2"}
    page = citra.client.get("/supervisor/figures?service=A&officer=petugas1&period=7d").get_data(as_text=True)
    assert "/supervisor/visits?period=7d&amp;service=A&amp;officer=petugas1" in page
    assert '<option value="A" selected>' in page


def test_sending_people_away_makes_accuracy_worse_not_speed_better(desk: Desk) -> None:
    desk.open()
    desk.serve("A", minutes=5)
    ticket = desk.join("A")
    desk.call_next()
    desk.act(tickets.start, desk.fresh(ticket))
    desk.wait(minutes=1)
    away = Result(Outcome.REDIRECTED)
    desk.act(partial(tickets.finish, result=away), desk.fresh(ticket))
    desk.close()
    desk.wait(days=1)
    assert loaded(desk).now.accuracy == Share(1, 2)


def test_no_data_is_not_zero(citra: Person) -> None:
    page = citra.client.get("/supervisor/figures")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Tidak ada data. Itu bukan nol." in text
    assert 'indicator__figure">0' not in text
    assert citra.client.get("/supervisor/visits").status_code == 200


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("period=custom&from=2026-11-20&to=2026-11-10", "Tanggal akhir mendahului tanggal awal."),
        ("period=custom&from=kemarin&to=", "Isi kedua tanggal"),
        ("period=month&month=2026-13", "Isi bulan seperti"),
        ("period=selamanya", "Pilihan masa itu tidak dikenal."),
    ],
)
def test_a_period_that_cannot_be_is_answered_with_a_sentence(citra: Person, query: str, sentence: str) -> None:
    page = citra.client.get(f"/supervisor/figures?{query}")
    assert page.status_code == 422
    assert sentence in page.get_data(as_text=True)


def test_one_visit_is_too_little_for_an_officer(desk: Desk, citra: Person) -> None:
    desk.open()
    desk.serve("A", minutes=5)
    desk.close()
    desk.wait(days=1)
    assert "terlalu sedikit data (1 kunjungan)" in citra.client.get("/supervisor/figures").get_data(as_text=True)


def test_each_chart_is_a_picture_and_a_table(desk: Desk, citra: Person) -> None:
    for _ in range(6):
        two_days(desk)
        desk.wait(days=1)
    for key in ("heat", "waits", "in-time", "in-time-services", "standard", "times", "officers", "funnel", "occupancy"):
        picture = citra.client.get(f"/supervisor/figures/{key}.png")
        assert picture.data.startswith(b"\x89PNG")
        assert (
            len(
                list(csv.reader(io.StringIO(citra.client.get(f"/supervisor/figures/{key}.csv").get_data(as_text=True))))
            )
            > 1
        )
    assert citra.client.get("/supervisor/figures/nothing.png").status_code == 404


def test_the_time_of_shifts_adds_up_and_follows_the_choice_of_officer_and_counter(desk: Desk, citra: Person) -> None:
    two_days(desk)  # one of them is over
    whole = occupied(citra)
    assert [row[:2] for row in whole] == [
        ["Petugas", "Petugas 1"], ["Petugas", "Petugas 2"], ["Loket", "Loket 1"], ["Loket", "Loket 2"],
    ]  # fmt: skip
    assert all(sum(map(float, row[2:6])) == pytest.approx(float(row[6])) for row in whole)
    assert sum(float(row[2]) for row in whole[:2]) == sum(4 + 3 * (n % 5) for n in range(12))
    assert occupied(citra, "?officer=petugas2") == occupied(citra, "?counter=2") == whole[1::2]
    assert occupied(citra, "?officer=petugas2&counter=1") == []


def occupied(citra: Person, query: str = "") -> list[list[str]]:
    text = citra.client.get(f"/supervisor/figures/occupancy.csv{query}").get_data(as_text=True)
    return list(csv.reader(io.StringIO(text)))[1:]


def test_a_visit_tells_its_story_once_its_day_is_over(desk: Desk, citra: Person) -> None:
    desk.open()
    ticket = desk.serve("A", minutes=5)
    assert citra.client.get(f"/supervisor/visits/{ticket.public_id}").status_code == 404
    desk.close()
    desk.wait(days=1)
    story = citra.client.get(f"/supervisor/visits/{ticket.public_id}").get_data(as_text=True)
    assert all(word in story for word in ("Ambil nomor", "Panggil", "Mulai layani", "Selesaikan"))


def test_an_officer_may_not_see_it(app: Flask) -> None:
    for address in (
        "/supervisor/figures",
        "/supervisor/visits",
        "/supervisor/visits.csv",
        "/supervisor/figures/heat.png",
    ):
        assert Person(app, "petugas1").client.get(address).status_code == 403


def test_the_public_promise_says_nothing_of_few_visits_and_the_share_of_enough(desk: Desk, app: Flask) -> None:
    desk.open()
    for n in range(32):
        desk.serve("A", minutes=10 if n < 24 else 20)
    desk.serve("B", minutes=5)
    desk.close()
    desk.wait(days=1)
    page = Person(app).client.get("/o/senapelan/janji")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "75\N{NO-BREAK SPACE}%" in text
    assert "kurang dari 30" in text
    assert "petugas1" not in text
