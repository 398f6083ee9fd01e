"""Interventions: what a plan must say, that nobody fishes unseen, and what is measured from the log."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from metrics.effect import Claimed, Effect, TooLittle, Verdict, Why, percent, verdict
from queue_app import interventions, visit_days
from queue_app.errors import QueueError
from queue_app.interventions import Step, Wish, course, figures
from queue_app.models import Feedback, Intervention, InterventionEntry, LogIsAppendOnly, Monitored, Ticket
from tests.office import Desk
from tests.past_office import remember

PLAN = Wish("training", "Pelatihan akta", "Dua hari, semua petugas.", date(2026, 9, 1), ["speed"])


def step(desk: Desk, session: object, seen: int | None = None, who: str = "supervisor") -> Step:
    return Step(desk.user(session, who), desk.now, seen)  # type: ignore[arg-type]


def propose(desk: Desk, wish: Wish = PLAN) -> int:
    with desk.db.write() as session:
        return interventions.propose(session, step(desk, session), wish).id


def refused(desk: Desk, wish: Wish) -> str:
    with pytest.raises(QueueError) as found:
        propose(desk, wish)
    return found.value.code


WRONG: list[tuple[dict[str, object], str]] = [
    ({"kind": "magic"}, "intervention_kind"),
    ({"name": "  "}, "words_needed"),
    ({"done": "x" * 2001}, "text_too_long"),
    ({"start_day": None}, "bad_day"),
    ({"start_day": date(1999, 1, 1)}, "bad_day"),
    ({"start_day": date(2028, 1, 1)}, "bad_day"),
    ({"washout": -1}, "bad_washout"),
    ({"washout": None}, "bad_washout"),
    ({"primary": []}, "no_indicator"),
    ({"primary": ["speed", "luck"]}, "no_indicator"),
    ({"expected": 0.0}, "bad_expected"),
    ({"expected": -95.0}, "bad_expected"),
    ({"group": "services"}, "bad_group"),
    ({"group": "services", "members": [999]}, "bad_group"),
    ({"group": "others"}, "bad_group"),
    ({"control": "others"}, "bad_control"),
    ({"group": "services", "members": [1], "control": "services", "control_members": [1, 2]}, "bad_control"),
    ({"group": "services", "members": [1], "control": "services"}, "bad_control"),
    ({"annotation_id": 7}, "unknown_annotation"),
]


def test_a_plan_that_cannot_be_right_is_refused_and_nothing_is_kept(desk: Desk) -> None:
    for wrong, code in WRONG:
        assert refused(desk, replace(PLAN, **wrong)) == code, wrong  # type: ignore[arg-type]
    with desk.db.read() as session:
        assert session.scalar(select(func.count(Intervention.id))) == 0


def test_a_change_after_the_results_were_seen_needs_a_reason_and_stays_visible(desk: Desk) -> None:
    number = propose(desk)
    assert propose(desk) == number  # a doubled click
    with desk.db.write() as session:
        interventions.change(session, step(desk, session, 1), number, replace(PLAN, primary=["wait"]), "")
    with desk.db.write() as session, pytest.raises(QueueError, match="intervention_moved"):
        interventions.change(session, step(desk, session, 1), number, PLAN, "")
    for _ in range(2):
        with desk.db.write() as session:
            interventions.see(session, step(desk, session), number)
    with desk.db.write() as session, pytest.raises(QueueError, match="reason_needed"):
        interventions.change(session, step(desk, session), number, PLAN, " ")
    with desk.db.write() as session:
        interventions.change(session, step(desk, session), number, PLAN, "Salah pilih.")
    with desk.db.write() as session:
        interventions.close(session, step(desk, session), number, "Diteruskan.", {"speed": {"verdict": "lower"}})
    with desk.db.write() as session, pytest.raises(QueueError, match="intervention_closed"):
        interventions.change(session, step(desk, session), number, replace(PLAN, washout=3), "Coba lagi.")
    with desk.db.write() as session:
        interventions.reopen(session, step(desk, session), number, "Data baru.")
    with desk.db.read() as session:
        found = interventions.find(session, desk.user(session, "supervisor"), number)
        assert [e.deed.value for e in found.entries] == ["propose", "change", "see", "change", "close", "reopen"]
        (late,) = course.changed_after(found)
        assert late.words == "Salah pilih."
        assert late.data["changed"] == {"primary": [["wait"], ["speed"]]}
        assert found.entries[4].data["figures"] == {"speed": {"verdict": "lower"}}
        assert found.entries[0].actor.username == "supervisor"


def test_its_history_is_append_only_in_code_and_in_the_database(desk: Desk) -> None:
    number = propose(desk)
    with desk.db.write() as session:
        entry = session.scalars(select(InterventionEntry).where(InterventionEntry.intervention_id == number)).one()
        entry.words = "lain"
        with pytest.raises(LogIsAppendOnly):
            session.flush()
        session.rollback()
    for statement in ("UPDATE intervention_entry SET words = 'lain'", "DELETE FROM intervention_entry"):
        with pytest.raises(DatabaseError), desk.db.write() as session:
            session.execute(text(statement))


def test_a_date_to_come_is_a_plan_without_results(desk: Desk) -> None:
    number = propose(desk, replace(PLAN, start_day=desk.now.date() + timedelta(days=9)))
    with desk.db.write() as session, pytest.raises(QueueError, match="not_begun"):
        interventions.see(session, step(desk, session), number)
    with desk.db.read() as session:
        found = interventions.find(session, desk.user(session, "supervisor"), number)
        assert interventions.measure(interventions.prepare(session, found, desk.now)) == {}


def measured(desk: Desk, wish: Wish) -> tuple[Intervention, interventions.Measured, interventions.Prepared]:
    number = propose(desk, wish)
    with desk.db.read() as session:
        found = interventions.find(session, desk.user(session, "supervisor"), number)
        prepared = interventions.prepare(session, found, desk.now)
        return found, interventions.measure(prepared), prepared


def test_the_effect_is_measured_where_it_was_and_not_elsewhere(desk: Desk, tmp_path: Path) -> None:
    remember(desk, tmp_path, days=100, changed=40, factor=0.6)
    began = desk.now.date() - timedelta(days=40)
    with desk.db.read() as session:
        a, b = (desk.service(session, code).id for code in "AB")
    about_a = replace(PLAN, start_day=began, group="services", members=[a], control="others", expected=-20.0)
    found, effects, prepared = measured(desk, about_a)
    speed = effects[Monitored.SPEED]
    assert isinstance(speed, Effect)
    assert verdict(speed) is Verdict.LOWER
    assert percent(speed.average.value) == pytest.approx(-40, abs=6)
    assert percent(speed.resampled.value) == pytest.approx(-40, abs=6)
    assert speed.control is not None
    assert figures.claim(found, Monitored.SPEED, speed) is Claimed.CONFIRMED
    assert not prepared.is_personal
    waited = effects[Monitored.WAIT]
    assert isinstance(waited, Effect)
    assert verdict(waited) is Verdict.NOT_CLEAR
    satisfied = effects[Monitored.SATISFACTION]
    assert isinstance(satisfied, TooLittle)
    assert satisfied.why is Why.NO_DATA
    assert figures.plain(found, effects)["satisfaction"]["verdict"] is None

    _, effects, _ = measured(desk, replace(about_a, name="Yang lain", members=[b], control=""))
    assert prepared.key == b""  # read from the log, nothing of it is remembered
    assert visit_days.fill(desk.db, found.office_id, desk.now) > 90
    _, kept, prepared = measured(desk, about_a)
    assert prepared.key
    assert figures.plain(found, kept)["speed"] == figures.plain(found, {Monitored.SPEED: speed})["speed"]
    again = _prepared_again(desk, found.id)
    assert (again.measured, again.cases) == (kept, {})
    assert (again.period, again.officers, again.key) == (prepared.period, prepared.officers, prepared.key)
    with desk.db.write() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.day == began, Ticket.service_id == a)).first()
        assert ticket is not None
        of = {"office_id": ticket.office_id, "service_id": ticket.service_id, "ticket_id": ticket.id}
        answered_at = datetime(began.year, began.month, began.day, 5, tzinfo=UTC)
        session.add(Feedback(**of, answers={"satisfaction": 4}, created_at=answered_at))
    answered = _prepared_again(desk, found.id)
    assert answered.measured is None  # one answer more: it is measured anew
    assert [one.value.tolist() for one in answered.cases[Monitored.SATISFACTION]] == [[100.0], []]
    elsewhere = effects[Monitored.SPEED]
    assert isinstance(elsewhere, Effect)
    assert verdict(elsewhere) is Verdict.NOT_CLEAR

    _, effects, prepared = measured(desk, replace(about_a, group="officers", members=_ids(desk, 2), control="others"))
    assert prepared.is_personal
    assert prepared.officers == 2
    _, effects, _ = measured(desk, replace(about_a, name="Kemarin", start_day=desk.now.date() - timedelta(days=1)))
    one_day = effects[Monitored.SPEED]
    assert isinstance(one_day, TooLittle)
    assert one_day.why is Why.FEW_DAYS


def _prepared_again(desk: Desk, number: int) -> interventions.Prepared:
    with desk.db.read() as session:
        return interventions.prepare(session, session.get_one(Intervention, number), desk.now)


def _ids(desk: Desk, count: int) -> list[int]:
    with desk.db.read() as session:
        return [desk.user(session, f"petugas{n + 1}").id for n in range(count)]
