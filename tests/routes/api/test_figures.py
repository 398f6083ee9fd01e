"""The figures of an office, for its supervisor's programs."""

import pytest

from queue_app import accounts, report
from queue_app.models import Office, Role
from tests.office import PASSWORD, Desk
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

FIGURES = ["officers", "services", "waits"]


def figures(program: Program, name: str, query: str = "?from=2026-11-24&to=2026-11-24") -> dict[str, object]:
    answer = program.get(f"/offices/senapelan/metrics/{name}{query}", "supervisor")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.get_json()
    return found


@pytest.fixture
def served(desk: Desk, moment: Moment) -> Desk:
    """Three tickets of service A served by one officer, for 5, 10 and 15 minutes."""
    desk.open()
    for minutes in (5, 10, 15):
        desk.serve("A", minutes=minutes)
    moment.now = desk.now
    return desk


def test_officers_have_their_times_and_no_index_from_too_few(program: Program, served: Desk) -> None:
    found = figures(program, "officers")
    assert found["period"] == {"from": "2026-11-24", "to": "2026-11-24"}
    (officer,) = found["officers"]  # type: ignore[misc]
    assert (officer["officer"], officer["served"]) == ("petugas1", 3)
    assert officer["median_s"] == 600.0
    assert (officer["index"], officer["enough"]) == (None, False)


def test_they_are_the_figures_of_the_report(program: Program, served: Desk, moment: Moment) -> None:
    from metrics.periods import Period

    with served.db.read() as session:
        office = served.office(session)
        period = Period(served.now.date(), served.now.date(), office.zone)
        (expected,) = report.officers(session, office, period, moment.now).officers
    (officer,) = figures(program, "officers")["officers"]  # type: ignore[misc]
    beside = {name: officer.pop(name) for name in ("accuracy", "satisfaction", "standing")}
    assert officer == {name: getattr(expected, name) for name in officer}
    assert beside == dict.fromkeys(beside), "three services and no answer are too few"


def test_services_have_their_times_and_the_share_within_the_standard(program: Program, served: Desk) -> None:
    rows = {row["service"]: row for row in figures(program, "services")["services"]}  # type: ignore[attr-defined]
    assert rows["A"] == {
        "service": "A",
        "served": 3,
        "median_s": 600.0,
        "p80_s": rows["A"]["p80_s"],
        "p90_s": rows["A"]["p90_s"],
        "standard_s": 900.0,
        "within_standard_share": 1.0,
        "includes": [],
    }
    assert rows["B"]["served"] == 0
    assert rows["B"]["median_s"] is None


def test_waits_count_those_who_still_wait(program: Program, served: Desk, moment: Moment) -> None:
    served.join("B")
    served.wait(minutes=7)
    program.get("/offices")
    rows = {row["service"]: row for row in figures(program, "waits")["waits"]}  # type: ignore[attr-defined]
    assert (rows["A"]["called"], rows["A"]["median_s"]) == (3, 0.0)
    assert rows["B"]["still_waiting"] == 1
    assert (rows["A"]["target_s"], rows["A"]["judged"], rows["A"]["within_target_share"]) == (3600.0, 0, None)
    served.wait(minutes=54)
    moment.now = served.now
    rows = {row["service"]: row for row in figures(program, "waits")["waits"]}  # type: ignore[attr-defined]
    assert (rows["A"]["judged"], rows["A"]["within_target"], rows["A"]["within_target_share"]) == (3, 3, 1.0)
    assert (rows["B"]["judged"], rows["B"]["within_target"]) == (1, 0), "an hour and nobody called"


def test_without_days_it_is_the_last_four_weeks(program: Program) -> None:
    assert figures(program, "officers", "")["period"] == {"from": "2026-10-28", "to": "2026-11-24"}
    assert figures(program, "waits", "?to=2026-10-28")["period"] == {"from": "2026-10-01", "to": "2026-10-28"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("from=2026-11-24&to=2026-11-23", "bad_period"),
        ("from=2027-01-01", "bad_period"),
        ("from=2020-01-01&to=2026-11-24", "bad_period"),
        ("from=2000-01-01&to=2199-12-31", "bad_period"),
        ("from=24-11-2026", "invalid_request"),
        ("form=2026-11-24", "invalid_request"),
        ("from=2026-11-24&from=2026-11-25", "invalid_request"),
        ("from=0001-01-01&to=0001-01-02", "invalid_request"),
    ],
)
def test_days_that_cannot_be_right_are_refused(program: Program, query: str, code: str) -> None:
    for name in FIGURES:
        assert refusal(program.get(f"/offices/senapelan/metrics/{name}?{query}", "supervisor")) == (422, code)


@pytest.mark.parametrize("day", ["2000-01-01", "2199-12-31"])
def test_days_far_away_have_no_figures(program: Program, day: str) -> None:
    for name in FIGURES:
        assert program.get(f"/offices/senapelan/metrics/{name}?from={day}&to={day}", "supervisor").status_code == 200


def test_they_are_for_supervisors_and_administrators(program: Program) -> None:
    for name in FIGURES:
        path = f"/offices/senapelan/metrics/{name}"
        assert program.get(path, "admin").status_code == 200
        assert refusal(program.get(path, "petugas1")) == (403, "wrong_role")
        assert refusal(program.get(path)) == (401, "token_missing")


def test_they_are_for_the_offices_own_supervisor(program: Program, desk: Desk) -> None:
    with desk.db.write() as session:
        office = Office(slug="rumbai", name="Disdukcapil Rumbai")
        session.add(office)
        session.flush()
        accounts.create_user(session, office=office, username="jauh", role=Role.SUPERVISOR, password=PASSWORD)
    for name in FIGURES:
        assert refusal(program.get(f"/offices/senapelan/metrics/{name}", "jauh")) == (403, "other_office")
        assert refusal(program.get(f"/offices/nowhere/metrics/{name}", "jauh")) == (404, "unknown_office")
