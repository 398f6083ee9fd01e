"""The sizing table is of a simulation: people are neither lost nor served twice, and more servers help."""

import math

import pytest

from benchmarks.nation import SITES, Figures, Site, breaks_at, play

FIGURES = Figures(0.01, 0.0008, 400, 100)


def test_a_server_that_manages_all_makes_nobody_wait() -> None:
    found = play(Site("an office", 1, 5, 1), FIGURES)
    assert (found.waiting, found.first) == (0, "nothing")
    assert found.wait_s < 1


def test_without_waiting_room_answers_the_drain_is_what_arithmetic_says() -> None:
    found = play(Site("a rush", 30, 1_000, 1), Figures(0.01, 0.0, 1e9, 1e9))
    assert found.drained_s == pytest.approx(found.people / 80, rel=0.05)


def test_what_holds_back_is_named() -> None:
    assert play(Site("x", 1, 500, 50), FIGURES).first == "office's row"
    assert play(Site("x", 500, 5_000, 500), FIGURES).first == "database"
    assert play(Site("x", 500, 500, 2), FIGURES).first == "processes"


@pytest.mark.parametrize("site", SITES[3:5])
def test_more_processes_bear_more(site: Site) -> None:
    more = Site(site.name, site.offices, site.peak, 2 * site.processes, site.databases)
    assert breaks_at(more, FIGURES) > 1.5 * breaks_at(site, FIGURES)
    assert play(more, FIGURES).drained_s <= play(site, FIGURES).drained_s
    assert math.isfinite(play(site, FIGURES).drained_s)
