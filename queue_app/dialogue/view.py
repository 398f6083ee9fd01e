"""READ for screens and exports: dialogues of an office or an officer, with their figures, frozen and as of now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from metrics.periods import Period
from metrics.predikat import Suggestion, suggest
from queue_app import finality
from queue_app.dialogue import achieved
from queue_app.dialogue.achieved import Achieved, Row
from queue_app.models import Deed, Dialogue, DialogueEntry, DialogueState, Office, Role, Span, User

_WITH_ALL = (
    selectinload(Dialogue.targets),
    selectinload(Dialogue.actions),
    selectinload(Dialogue.entries).selectinload(DialogueEntry.actor),
    selectinload(Dialogue.officer),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A dialogue with everything beside it. ``frozen``: the figures of the last closing while it is closed; ``differs``
    when computed anew they are not what was frozen. ``closable``: the period's figures are final.
    """

    dialogue: Dialogue
    rows: Sequence[Row]
    achieved: Achieved
    suggestion: Suggestion
    frozen: Mapping[str, Any] | None
    closing: DialogueEntry | None
    differs: bool
    closable: bool


def of_period(session: Session, office: Office, span: Span, first: date) -> list[tuple[User, Dialogue | None]]:
    """The officers who work here or have a dialogue of that period, by name, each with it."""
    dialogues = session.scalars(
        select(Dialogue)
        .where(Dialogue.office_id == office.id, Dialogue.span == span, Dialogue.start_day == first)
        .options(selectinload(Dialogue.officer), selectinload(Dialogue.actions))
    ).all()
    by_officer = {dialogue.officer_id: dialogue for dialogue in dialogues}
    active = session.scalars(select(User).where(User.office_id == office.id, User.role == Role.OFFICER, User.active))
    people = {user.id: user for user in (*active, *(dialogue.officer for dialogue in dialogues))}
    ordered = sorted(people.values(), key=lambda user: (user.display_name.casefold(), user.id))
    return [(user, by_officer.get(user.id)) for user in ordered]


def of_officer(session: Session, officer: User) -> list[Dialogue]:
    """The officer's own dialogues that are no drafts, the latest first."""
    return list(
        session.scalars(
            select(Dialogue)
            .where(Dialogue.officer_id == officer.id, Dialogue.state != DialogueState.DRAFT)
            .order_by(Dialogue.start_day.desc(), Dialogue.id.desc())
        )
    )


def shown(session: Session, dialogues: Sequence[Dialogue], now: datetime) -> list[Shown]:
    """These dialogues, of one period and office, with their figures: the log is read once for all."""
    if not dialogues:
        return []
    office = dialogues[0].office
    whole = select(Dialogue).where(Dialogue.id.in_([d.id for d in dialogues])).options(*_WITH_ALL)
    loaded = {dialogue.id: dialogue for dialogue in session.scalars(whole)}
    period = Period(dialogues[0].start_day, dialogues[0].end_day, office.zone)
    figures = achieved.of_officers(session, office, period, now)
    closable = finality.first_provisional(session, office, now) > period.end_day
    return [
        _shown(loaded[dialogue.id], figures.get(dialogue.officer_id, achieved.NO_DATA), closable=closable)
        for dialogue in dialogues
    ]


def _shown(dialogue: Dialogue, figures: Achieved, *, closable: bool) -> Shown:
    closing = next((entry for entry in reversed(dialogue.entries) if entry.deed is Deed.CLOSE), None)
    frozen = closing.data["frozen"] if closing and dialogue.state is DialogueState.CLOSED else None
    return Shown(
        dialogue=dialogue,
        rows=achieved.rows(dialogue.targets, figures),
        achieved=figures,
        suggestion=suggest(achieved.goals(dialogue.targets, figures), dialogue.conduct),
        frozen=frozen,
        closing=closing if frozen is not None else None,
        differs=frozen is not None and achieved.frozen(dialogue.targets, figures)["digest"] != frozen["digest"],
        closable=closable,
    )
