"""How a step of a dialogue is looked up, checked and written down; shared by ``course`` and ``deeds``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.audit import chain
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.models import Deed, Dialogue, DialogueEntry, DialogueState, Role, User

WORDS_LENGTH = 4000
REASON_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Step:
    """Who does it, when, and (for a change) which version the page showed."""

    who: User
    now: datetime
    seen: int | None = None


def find(session: Session, who: User, dialogue_id: int, *, for_change: bool = False) -> Dialogue:
    """A dialogue that ``who`` may see: the own one once it is open, or one of the own office for who oversees it.

    Raises NotFound ``unknown_dialogue``; also for somebody else's, so that nothing is said of it.
    """
    chosen = select(Dialogue).where(Dialogue.id == dialogue_id, Dialogue.office_id == who.office_id)
    found = session.scalar(chosen.with_for_update() if for_change else chosen)
    if found is not None and who.role is Role.OFFICER:
        is_shown = found.officer_id == who.id and found.state is not DialogueState.DRAFT
        found = found if is_shown else None
    if found is None:
        raise NotFound("unknown_dialogue", N_("Dialog itu tidak ada, atau bukan milik Anda."))
    return found


def to_change(session: Session, step: Step, dialogue_id: int) -> Dialogue:
    dialogue = seen(find(session, step.who, dialogue_id, for_change=True), step)
    require_not_closed(dialogue)
    return dialogue


def seen(dialogue: Dialogue, step: Step) -> Dialogue:
    if step.seen != dialogue.version:
        raise QueueError("dialogue_moved", N_("Dialog ini baru saja diubah orang lain. Lihat dahulu yang sekarang."))
    return dialogue


def require_not_closed(dialogue: Dialogue) -> None:
    if dialogue.state is DialogueState.CLOSED:
        raise QueueError("dialogue_closed", N_("Dialog ini sudah ditutup. Buka lagi dengan alasan untuk mengubahnya."))


def changed(
    session: Session,
    dialogue: Dialogue,
    step: Step,
    deed: Deed,
    words: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """A change of what the officer answered to asks for a new answer."""
    if dialogue.state is DialogueState.ANSWERED:
        dialogue.state = DialogueState.OPEN
    moved(session, dialogue, step, deed, words, data)


def moved(
    session: Session,
    dialogue: Dialogue,
    step: Step,
    deed: Deed,
    words: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    dialogue.version += 1
    enter(session, dialogue, step, deed, words, data)


def enter(
    session: Session,
    dialogue: Dialogue,
    step: Step,
    deed: Deed,
    words: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    entry = DialogueEntry(
        office_id=dialogue.office_id,
        dialogue_id=dialogue.id,
        at=step.now,
        actor_id=step.who.id,
        deed=deed,
        words=words,
        data={"version": dialogue.version, **(data or {})},
    )
    chain.append(session, entry)


def needed_words(text: str, longest: int) -> str:
    words = optional_words(text, longest)
    if words is None:
        raise Invalid("words_needed", N_("Isi bagian ini dengan kata-kata."))
    return words


def optional_words(text: str | None, longest: int) -> str | None:
    tidy = (text or "").replace("\r\n", "\n").strip()
    tidy = "".join(c if c.isprintable() or c == "\n" else " " for c in tidy)
    if len(tidy) > longest:
        raise Invalid("text_too_long", N_("Tulisan terlalu panjang: paling banyak %(length)s huruf."), length=longest)
    return tidy or None
