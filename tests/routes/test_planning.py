"""Planning: asked for on a page, computed once, told with ranges; a new office is told that it has no past."""

from datetime import timedelta

import pytest
from flask import Flask

from metrics.planning.durations import Learned, Observed
from queue_app import clock, planning_program
from queue_app.config import Config
from queue_app.models import JobStatus, ReportJob
from queue_app.planning import answers, inputs
from queue_app.planning.inputs import Inputs
from queue_app.reports import jobs
from tests.office import Desk
from tests.routes.browsing import Person

PAGE = "/supervisor/planning"
WHAT_IF = f"{PAGE}/what-if"
COUNTER = {"weekday": "0", "kind-1": "counter", "from-1": "09:00", "to-1": "12:00"}


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer days are played: these tests are about what is read and told."""
    monkeypatch.setattr(answers, "_count", lambda *_: 4)


@pytest.fixture
def citra(app: Flask) -> Person:
    return Person(app, "supervisor")


def weeks(desk: Desk, count: int = 4, people: int = 22) -> None:
    """So many days of one weekday, two officers at work; somebody forgot to press finish for nine hours once."""
    for week in range(count):
        begun = desk.now
        desk.open()
        desk.open("petugas2", 2)
        for n in range(people // 2):
            desk.serve("AB"[n % 2], minutes=4 + n % 5)
            desk.serve("AB"[n % 2], "petugas2", 2, minutes=5 + n % 5 if week or n else 9 * 60)
        desk.close()
        desk.close("petugas2", 2)
        desk.now = begun + timedelta(days=7)


def usual(desk: Desk, weekday: int) -> Inputs:
    with desk.db.read() as session:
        return inputs.read(session, desk.office(session), weekday, desk.now)


def computed(desk: Desk, config: Config) -> JobStatus:
    with desk.db.write() as session:
        taken = jobs.claim(session, desk.now)
    assert taken is not None
    planning_program.make(desk.db, config, *taken)
    with desk.db.read() as session:
        job = session.get_one(ReportJob, taken[0])
        assert job.step == job.steps
        return job.status


def test_a_usual_day_is_that_of_the_past(desk: Desk) -> None:
    weekday = 1  # the tests' clock begins on a Tuesday
    weeks(desk)
    found = usual(desk, weekday)
    assert (found.basis.days, found.basis.visits, found.basis.enough) == (4, 88, True)
    assert found.basis.source == "shifts"
    assert [one.number for one in found.plan.desks] == [1, 2]
    come = {stream.service: sum(stream.expected) for stream in found.plan.demand.walk_ins if stream.numbered}
    assert come == {"A": pytest.approx(12.0), "B": pytest.approx(10.0)}
    mean_s = {one.code: one.time.mean_s for one in found.plan.services}
    assert 240 < mean_s["A"] < 900, "a record of nine hours moves nothing"
    assert all(isinstance(one.time, Learned | Observed) for one in found.plan.services)


def test_a_new_office_is_planned_by_its_settings_and_told_so(citra: Person, desk: Desk, config: Config) -> None:
    desk.change_service("A", daily_quota=40, standard_minutes=10)
    found = usual(desk, 0)
    assert (found.basis.enough, found.basis.days, found.basis.source) == (False, 0, "counters")
    assert sum(next(s.expected for s in found.plan.demand.walk_ins if s.service == "A")) == pytest.approx(40)
    assert next(s.time.mean_s for s in found.plan.services if s.code == "A") == pytest.approx(600, rel=0.01)
    citra.open(PAGE)
    citra.press(WHAT_IF, **COUNTER)
    assert computed(desk, config) is JobStatus.DONE
    citra.open(f"{PAGE}?weekday=0&kind-1=counter&from-1=09:00&to-1=12:00")
    assert "Belum cukup data" in citra.page


def test_what_was_asked_stands_in_the_address_and_is_computed_once(
    app: Flask, citra: Person, desk: Desk, config: Config
) -> None:
    citra.open(PAGE)
    for _ in range(2):  # a doubled click
        citra.press(WHAT_IF, **COUNTER, **{"kind-2": "rule", "rule-2": "strict"})
    assert "data-live" in citra.page
    assert computed(desk, config) is JobStatus.DONE
    with desk.db.write() as session:
        assert jobs.claim(session, desk.now) is None
    query = "?weekday=0&kind-1=counter&from-1=09:00&to-1=12:00&kind-2=rule&rule-2=strict"
    citra.open(PAGE + query)
    for words in ("Satu loket lagi, 09:00–12:00", "8 dari 10 hari", "tidak ada perbedaan yang jelas"):
        assert words in citra.page
    assert "data-live" not in citra.page
    rows = citra.client.get(f"{PAGE}/what-if.csv{query}").get_data(as_text=True).splitlines()
    assert rows[0].startswith("scenario,figure,mean,low,high")
    assert len(rows) == 1 + 3 * 7
    citra.open("/supervisor/reports")
    assert "Belum ada laporan" in citra.page  # a plan is no monthly report
    desk.change_service("A", daily_quota=3)  # another office by now
    citra.open(PAGE + query)
    assert "Belum dihitung hari ini" in citra.page


def test_needed_counters_are_shown_by_hour(citra: Person, desk: Desk, config: Config) -> None:
    desk.change_office(wait_target_minutes=20)
    citra.open(PAGE)
    citra.press(f"{PAGE}/needs")
    assert computed(desk, config) is JobStatus.DONE
    citra.open(PAGE)
    assert "<svg" in citra.page
    assert "Loket yang diperlukan" in citra.page
    rows = citra.client.get(f"{PAGE}/needs.csv").get_data(as_text=True).splitlines()
    assert len(rows) > 7


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"from-1": "9"}, "Isi jam seperti"),
        ({"from-1": "13:00", "to-1": "12:00"}, "di dalam jam buka"),
        ({"kind-1": "break", "counter-1": "77", "at-1": "10:00"}, "Pilih loket"),
        ({"kind-1": "break", "counter-1": "1", "at-1": "23:30"}, "di dalam jam buka"),
        ({"kind-1": "quota", "service-1": "A", "amount-1": "-3"}, "Isi jumlah"),
        ({"kind-1": "slots", "service-1": "<b>", "amount-1": "2"}, "Pilih layanan"),
        ({"kind-1": "=cmd"}, "Pilih perubahan"),
        ({"weekday": "9"}, "Pilih hari"),
    ],
)
def test_what_cannot_be_is_said_in_words_and_nothing_is_lost(
    app: Flask, citra: Person, wrong: dict[str, str], said: str
) -> None:
    citra.open(PAGE)
    assert citra.press(WHAT_IF, **{**COUNTER, **wrong}).status_code == 422
    assert said in citra.page
    assert f'value="{wrong.get("from-1", "09:00")}"' in citra.page
