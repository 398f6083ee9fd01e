"""What the soak says of the API's figures: nothing when they are what people saw, and each that is not."""

import copy
from datetime import date
from typing import Any

import pytest

from benchmarks import soaked_figures
from benchmarks.soaked_office import Served, Tally

TODAY = date(2026, 11, 24)
SEEN = {
    "officers": {
        "served": 1,
        "excluded": {"not_started": 1},
        "officers": [{"officer": "petugas1", "served": 1, "excluded": {"not_started": 1}, "median_s": 150.0}],
    },
    "services": {"services": [{"service": "A", "served": 1, "median_s": 150.0}]},
    "waits": {"waits": [{"service": "A", "called": 2, "no_show": 1}]},
}


def found(monkeypatch: pytest.MonkeyPatch, said: dict[str, Any]) -> list[str]:
    tally = Tally(visits=[Served("petugas1", "A", 100.0, 200.0)], no_show=1)
    tally.called["A"] = 2
    monkeypatch.setattr(soaked_figures, "_asked", lambda _url, _token, what, *_: said[what])
    return soaked_figures.disagreements("", "", {TODAY: tally}, TODAY, TODAY)


def test_figures_that_are_what_people_saw_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, SEEN) == []


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (("officers", "served"), 2),
        (("officers", "officers", 0, "served"), 0),
        (("officers", "officers", 0, "median_s"), 500.0),
        (("services", "services", 0, "served"), 2),
        (("services", "services", 0, "median_s"), None),
        (("services", "services"), []),
        (("waits", "waits", 0, "called"), 1),
        (("waits", "waits", 0, "no_show"), 0),
    ],
)
def test_a_figure_that_is_not_is_found(
    monkeypatch: pytest.MonkeyPatch, where: tuple[str | int, ...], said: object
) -> None:
    wrong: Any = copy.deepcopy(SEEN)
    place = wrong
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = said
    assert len(found(monkeypatch, wrong)) == 1
