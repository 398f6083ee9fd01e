"""Signals of ended days, told once whoever looks; annotations, and calls that were given up at once."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from metrics.periods import Period
from queue_app import monitoring, tickets
from queue_app.errors import QueueError
from queue_app.models import IndicatorSignal, Monitored
from tests.office import Desk

DAYS = 12


def a_day(desk: Desk, minutes: float) -> None:
    """Six people who each wait about so long; the next morning comes."""
    begun = desk.now
    desk.open()
    for _ in range(6):
        ticket = desk.join("A")
        desk.wait(minutes=minutes)
        assert desk.call_next() is not None
        desk.act(tickets.start, desk.fresh(ticket))
        desk.wait(minutes=3)
        desk.act(tickets.finish, desk.fresh(ticket))
    desk.close()
    desk.now = begun + timedelta(days=1)


@pytest.fixture
def one_bad_day(desk: Desk) -> Desk:
    dice = random.Random(5)
    desk.now = desk.now.replace(hour=3) - timedelta(days=DAYS + 1)
    for _ in range(DAYS):
        a_day(desk, 5 + dice.random())
    a_day(desk, 25)
    return desk


def kept(desk: Desk) -> list[IndicatorSignal]:
    with desk.db.read() as session:
        return list(session.scalars(select(IndicatorSignal).order_by(IndicatorSignal.id)))


def test_an_unusual_day_is_told_once_whoever_looks_and_seen_by_a_person(one_bad_day: Desk) -> None:
    desk = one_bad_day
    assert monitoring.watch(desk.db, desk.now) >= 1
    signals = kept(desk)
    yesterday = (desk.now - timedelta(days=1)).date()
    assert {(one.indicator, one.day) for one in signals} == {(Monitored.WAIT, yesterday)}
    assert signals[0].facts["value"] > signals[0].facts["high"]
    assert monitoring.watch(desk.db, desk.now) == 0
    assert len(kept(desk)) == len(signals)

    with desk.db.write() as session:
        for _ in range(2):
            monitoring.mark_seen(session, desk.user(session, "supervisor"), signals[0].id, desk.now)
    assert kept(desk)[0].seen_at == desk.now
    log = [event.action for event in desk.events() if event.action.startswith("signal")]
    assert log == ["signal"] * len(signals) + ["signal_seen"]


def test_an_episode_that_goes_on_is_no_new_signal(one_bad_day: Desk) -> None:
    desk = one_bad_day
    monitoring.watch(desk.db, desk.now)
    before = len([one for one in kept(desk) if one.rule == "xmr"])
    a_day(desk, 25)
    monitoring.watch(desk.db, desk.now)
    assert len([one for one in kept(desk) if one.rule == "xmr"]) == before


def test_an_annotation_is_written_once_shown_and_taken_out(desk: Desk) -> None:
    today = desk.now.date()
    period = Period(today, today, desk_zone(desk))
    for _ in range(2):
        written = annotated(desk, text="  Pelatihan   akta ")
    with desk.db.read() as session:
        shown = monitoring.shown(session, desk.office(session).id, period)
        assert [(one.text, one.end_day) for one in shown] == [("Pelatihan akta", today)]
    with desk.db.write() as session:
        monitoring.remove(session, desk.user(session, "supervisor"), written, desk.now)
    with desk.db.read() as session:
        assert not monitoring.shown(session, desk.office(session).id, period)
    actions = [event.action for event in desk.events() if event.action.startswith("annot")]
    assert actions == ["annotate", "annotation_remove"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "feast"}, "annotation_kind"),
        ({"text": "   "}, "annotation_empty"),
        ({"text": "x" * 20_000}, "annotation_too_long"),
        ({"end": timedelta(days=-1)}, "annotation_days"),
    ],
)
def test_a_wrong_annotation_is_refused(desk: Desk, wrong: dict[str, object], code: str) -> None:
    with pytest.raises(QueueError) as refused:
        annotated(desk, **wrong)
    assert refused.value.code == code


def annotated(desk: Desk, kind: str = "training", text: str = "Pelatihan", end: timedelta = timedelta(0)) -> int:
    today = desk.now.date()
    with desk.db.write() as session:
        who = desk.user(session, "supervisor")
        return monitoring.annotate(session, who, kind, today, today + end, text, desk.now).id


def desk_zone(desk: Desk) -> ZoneInfo:
    with desk.db.read() as session:
        return desk.office(session).zone


def test_a_call_that_was_given_up_at_once_is_told_from_one_that_was_waited_for(desk: Desk) -> None:
    desk.open()
    quick, slow = desk.join("A"), desk.join("A")
    for ticket, seconds in ((quick, 12), (slow, 200)):
        assert desk.call_next() is not None
        desk.wait(seconds=seconds)
        desk.act(tickets.no_show, desk.fresh(ticket))
    with desk.db.read() as session:
        office = desk.office(session)
        today = desk.now.astimezone(office.zone).date()
        assert monitoring.given_up(session, office, Period(today, today, office.zone)) == {quick.id}
