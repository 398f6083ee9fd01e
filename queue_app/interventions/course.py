"""WRITE: the course of an intervention: proposed, changed, its results opened, closed, opened again; and its READ."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from queue_app.audit import chain
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.interventions.plan import DONE_LENGTH, Step, Wish, checked, words
from queue_app.models import Intervention, InterventionDeed, InterventionEntry, User
from queue_app.opening import local_day

UNKNOWN = N_("Intervensi itu tidak ada di kantor Anda.")

_PLAN = (
    *("kind", "name", "done", "start_day", "washout", "group", "members", "control", "control_members"),
    *("primary", "expected", "annotation_id"),
)


def of_office(session: Session, office_id: int) -> Sequence[Intervention]:
    """All of an office, the latest date first."""
    chosen = select(Intervention).where(Intervention.office_id == office_id)
    return session.scalars(chosen.order_by(Intervention.start_day.desc(), Intervention.id.desc())).all()


def find(session: Session, who: User, intervention_id: int, *, for_change: bool = False) -> Intervention:
    """One of the own office. Raises NotFound ``unknown_intervention``."""
    chosen = select(Intervention).where(Intervention.id == intervention_id, Intervention.office_id == who.office_id)
    whole = selectinload(Intervention.entries).selectinload(InterventionEntry.actor)
    found = session.scalar(chosen.with_for_update() if for_change else chosen.options(whole))
    if found is None:
        raise NotFound("unknown_intervention", UNKNOWN)
    return found


def propose(session: Session, step: Step, wish: Wish) -> Intervention:
    """Write the plan down; the same one again, by a doubled click, is the first.

    Raises Invalid, see ``plan.checked``.
    """
    values = checked(session, step, wish)
    same = session.scalar(
        select(Intervention).where(
            Intervention.office_id == step.who.office_id,
            Intervention.name == values["name"],
            Intervention.start_day == values["start_day"],
            Intervention.closed_at.is_(None),
        )
    )
    if same is not None and _plain(_of(same)) == _plain(values):
        return same
    made = Intervention(office_id=step.who.office_id, version=1, **values)
    session.add(made)
    session.flush()
    _enter(session, made, step, InterventionDeed.PROPOSE, None, {"plan": _plain(values)})
    return made


def change(session: Session, step: Step, intervention_id: int, wish: Wish, reason: str) -> Intervention:
    """Change the plan. Once its results were opened a reason is needed, and the page says for good that it was changed
    afterwards.

    Raises Invalid (see ``plan.checked``, and ``reason_needed``), QueueError ``intervention_closed`` or
    ``intervention_moved``.
    """
    found = _to_change(session, step, intervention_id)
    values = checked(session, step, wish)
    before, after = _plain(_of(found)), _plain(values)
    if before == after:
        return found
    if found.seen_at is not None and not reason.strip():
        raise Invalid("reason_needed", N_("Hasilnya sudah dibuka. Tuliskan mengapa rencana diubah."))
    for name, value in values.items():
        setattr(found, name, value)
    said = words(reason, DONE_LENGTH) if reason.strip() else None
    different = {name: [before[name], after[name]] for name in _PLAN if before[name] != after[name]}
    _moved(session, found, step, InterventionDeed.CHANGE, said, {"changed": different, "seen": bool(found.seen_at)})
    return found


def see(session: Session, step: Step, intervention_id: int) -> Intervention:
    """Open the results: from now on a change of the plan is a change after the fact. Doing it twice is harmless.

    Raises QueueError ``not_begun`` before there is a day of it that is over.
    """
    found = find(session, step.who, intervention_id, for_change=True)
    if found.start_day >= local_day(step.who.office, step.now):
        raise QueueError("not_begun", N_("Intervensi ini belum mulai, atau hari pertamanya belum selesai."))
    if found.seen_at is None:
        found.seen_at = step.now
        _moved(session, found, step, InterventionDeed.SEE, None, {"plan": _plain(_of(found))})
    return found


def close(
    session: Session, step: Step, intervention_id: int, conclusion: str, figures: Mapping[str, Any]
) -> Intervention:
    """End it with what was learnt; the figures of now are kept beside it.

    Raises Invalid ``words_needed``, QueueError ``results_not_seen``, ``intervention_closed`` or ``intervention_moved``.
    """
    found = _to_change(session, step, intervention_id)
    if found.seen_at is None:
        raise QueueError("results_not_seen", N_("Buka dahulu hasilnya, lalu tutup dengan kesimpulan."))
    said = words(conclusion, DONE_LENGTH)
    found.closed_at = step.now
    _moved(session, found, step, InterventionDeed.CLOSE, said, {"figures": dict(figures)})
    return found


def reopen(session: Session, step: Step, intervention_id: int, reason: str) -> Intervention:
    """Raises Invalid ``words_needed``, QueueError ``intervention_moved``."""
    found = find(session, step.who, intervention_id, for_change=True)
    _require_current(found, step)
    if found.closed_at is not None:
        said = words(reason, DONE_LENGTH)
        found.closed_at = None
        _moved(session, found, step, InterventionDeed.REOPEN, said, {})
    return found


def changed_after(found: Intervention) -> list[InterventionEntry]:
    """The changes of the plan that were made after its results had been opened."""
    return [e for e in found.entries if e.deed is InterventionDeed.CHANGE and e.data.get("seen")]


def _to_change(session: Session, step: Step, intervention_id: int) -> Intervention:
    found = find(session, step.who, intervention_id, for_change=True)
    _require_current(found, step)
    if found.closed_at is not None:
        raise QueueError("intervention_closed", N_("Intervensi ini sudah ditutup. Buka lagi dengan alasan."))
    return found


def _require_current(found: Intervention, step: Step) -> None:
    if step.seen is not None and step.seen != found.version:
        raise QueueError(
            "intervention_moved", N_("Intervensi ini baru saja diubah orang lain. Lihat dahulu yang sekarang.")
        )


def _of(found: Intervention) -> dict[str, Any]:
    return {name: getattr(found, name) for name in _PLAN}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the log keeps them."""
    found = {}
    for name in _PLAN:
        value = values[name]
        if isinstance(value, StrEnum):
            value = value.value
        elif isinstance(value, date):
            value = value.isoformat()
        found[name] = value
    return found


def _moved(
    session: Session,
    found: Intervention,
    step: Step,
    deed: InterventionDeed,
    said: str | None,
    data: dict[str, Any],
) -> None:
    found.version += 1
    _enter(session, found, step, deed, said, data)


def _enter(
    session: Session,
    found: Intervention,
    step: Step,
    deed: InterventionDeed,
    said: str | None,
    data: dict[str, Any],
) -> None:
    chain.append(
        session,
        InterventionEntry(
            office_id=found.office_id,
            intervention_id=found.id,
            at=step.now,
            actor_id=step.who.id,
            deed=deed,
            words=said,
            data={"version": found.version, **data},
        ),
    )
