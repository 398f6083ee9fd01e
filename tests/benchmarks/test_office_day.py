"""A day on paper and in Antrean: nobody is lost, nobody made up, and the figures are those of the persons."""

from pathlib import Path

import pytest

from benchmarks.office_day import records
from benchmarks.office_day.people import OPEN_S, Assumptions, draw
from benchmarks.office_day.scenarios import STANDARDS_S, compare
from benchmarks.office_day.stays import Day, End, Stay, pairs


def numbers(day: Day) -> list[int]:
    return sorted(stay.person.number for stay in day.stays)


def test_each_person_ends_once_on_both_sides(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small overloaded day with bookings, cancellations, a waiting list, people sent away and people who wait
    elsewhere. That the log says the same of each is asserted by the driver itself."""
    monkeypatch.setattr("benchmarks.office_day.people.OFFICERS", 1)
    monkeypatch.setattr("benchmarks.office_day.paper.OFFICERS", 1)
    monkeypatch.setattr("benchmarks.office_day.office.OFFICERS", 1)
    monkeypatch.setattr("benchmarks.office_day.antrean.OFFICERS", 1)
    profile = records.built_in(STANDARDS_S, seed=4, days=1)
    a = Assumptions(load=1.1, online=0.5, no_show=0.3, elsewhere=1.0, overtime=0)
    done = compare(profile, a, days=1, seed=4, template=sqlite_template)
    (paper,), (antrean,) = done.paper, done.antrean
    assert numbers(paper) == numbers(antrean) == list(range(1, len(paper.stays) + 1))
    for day in (paper, antrean):
        assert all(stay.end is not None and stay.entered_s is None for stay in day.stays)
        assert {stay.person.number for stay in day.ended(End.NO_SHOW)} == {
            stay.person.number for stay in day.stays if not stay.person.comes
        }
        assert all(0 <= stay.inside_s <= stay.whole_s + 1e-6 for stay in day.ended(End.SERVED))
        assert all(stay.called_s <= OPEN_S for stay in day.ended(End.SERVED) if stay.called_s is not None)
    assert paper.ended(End.SENT_AWAY)
    assert antrean.reused
    assert {stay.how for stay in antrean.ended(End.SERVED)} == {"booked", "kiosk", "elsewhere"}
    elsewhere = [stay for stay in antrean.ended(End.SERVED) if stay.how == "elsewhere"]
    assert all(stay.inside_s < stay.whole_s for stay in elsewhere)
    for pair in pairs(done.paper, done.antrean):
        assert pair.paper.person == pair.antrean.person


def test_assumptions_change_only_whom_they_are_about() -> None:
    """The same persons in every scenario: whoever books at 25 % books at 75 %, with the same service and serve time."""
    day = records.built_in(STANDARDS_S, seed=1, days=1).days["day 0"]
    few, many = (
        {person.number: person for person in draw(day, STANDARDS_S, Assumptions(online=share), "seed")}
        for share in (0.25, 0.75)
    )
    for number in few.keys() & many.keys():
        assert many[number].books or not few[number].books
        assert (few[number].serve_s, few[number].category) == (many[number].serve_s, many[number].category)


def test_records_keep_the_shape_of_serve_times_and_only_full_days(tmp_path: Path) -> None:
    head = "arrival_ts,service_start_ts,service_end_ts,server_id,service_type,outcome\n"
    rows = [
        f"2026-03-02 09:{n % 60:02d}:00,2026-03-02 10:00:00,2026-03-02 10:{1 + n % 2:02d}:00,s1,PS,served\n"
        for n in range(450)
    ]
    rows += [
        "2026-03-03 09:00:00,2026-03-03 10:00:00,2026-03-03 10:01:00,s1,PS,served\n",
        "2026-03-02 09:00:00,,2026-03-02 09:03:00,,PS,abandoned\n",
        "2026-03-02 09:00:00,2026-03-02 09:00:00,2026-03-02 09:00:05,s1,PS,served\n",
        "2026-03-02 16:00:00,2026-03-02 16:00:00,2026-03-02 16:05:00,s1,PS,served\n",
    ]
    file = tmp_path / "days.csv"
    file.write_text(head + "".join(rows))
    read = records.read(file, STANDARDS_S)
    assert {day: len(of) for day, of in read.days.items()} == {"2026-03-02": 450}
    times = {round(arrival.serve_s) for arrival in read.days["2026-03-02"]}
    assert times == {400, 800}  # the standard of C is ten minutes; one and two minutes, with a mean of ten
    file.write_text(head + rows[-1])
    with pytest.raises(ValueError, match="no day"):
        records.read(file, STANDARDS_S)


def test_a_person_cannot_end_twice() -> None:
    day = records.built_in(STANDARDS_S, seed=1, days=1).days["day 0"]
    stay = Stay(draw(day, STANDARDS_S, Assumptions(), "seed")[0])
    stay.enter(60.0)
    stay.finish(120.0, End.SERVED)
    assert stay.inside_s == 60.0
    with pytest.raises(RuntimeError, match="ends twice"):
        stay.finish(180.0, End.SENT_AWAY)
