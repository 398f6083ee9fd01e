"""WRITE: what a dialogue holds: targets, conduct, agreed actions and notes.

A change of what was agreed names the version that its page showed: of two supervisors at once, one is told that the
other was first. What the officer has not seen cannot be closed: a change after the answer opens the dialogue again.
"""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from metrics.predikat import Level
from queue_app.dialogue import record
from queue_app.dialogue.record import REASON_LENGTH, WORDS_LENGTH, Step
from queue_app.errors import N_, Invalid, NotFound
from queue_app.models import ActionKind, AgreedAction, Deed, Indicator, Target

MOST_TARGETS = 20
MOST_ACTIONS = 30


def set_target(
    session: Session,
    step: Step,
    dialogue_id: int,
    target_id: int | None,
    result: str,
    indicator: Indicator,
    goal: float | None,
    words: str | None,
) -> None:
    """Add a target (``target_id`` None) or change one. A target in words has no goal.

    Raises Invalid ``words_needed``, ``text_too_long``, ``bad_goal`` or ``too_many_targets``, NotFound
    ``unknown_target``, QueueError ``dialogue_closed`` or ``dialogue_moved``.
    """
    dialogue = record.to_change(session, step, dialogue_id)
    result = record.needed_words(result, 240)
    if indicator is Indicator.WORDS:
        goal, words = None, record.needed_words(words or "", 240)
    else:
        words = None
        if goal is None or not 0 < goal <= 1000:
            raise Invalid("bad_goal", N_("Isi target sebagai angka, lebih dari 0 dan paling banyak 1000."))
    target = next((t for t in dialogue.targets if t.id == target_id), None)
    if target is None:
        if target_id is not None:
            raise NotFound("unknown_target", N_("Target itu sudah tidak ada."))
        if len(dialogue.targets) >= MOST_TARGETS:
            raise Invalid("too_many_targets", N_("Paling banyak %(most)s target."), most=MOST_TARGETS)
        target, before = Target(), None
        dialogue.targets.append(target)
    else:
        before = _of_target(target)
    target.result, target.indicator, target.goal, target.words = result, indicator, goal, words
    record.changed(session, dialogue, step, Deed.TARGET, data={"before": before, "after": _of_target(target)})


def remove_target(session: Session, step: Step, dialogue_id: int, target_id: int) -> None:
    """Raises NotFound ``unknown_target``, QueueError ``dialogue_closed`` or ``dialogue_moved``."""
    dialogue = record.to_change(session, step, dialogue_id)
    target = next((t for t in dialogue.targets if t.id == target_id), None)
    if target is None:
        raise NotFound("unknown_target", N_("Target itu sudah tidak ada."))
    dialogue.targets.remove(target)
    record.changed(session, dialogue, step, Deed.TARGET_REMOVED, data={"before": _of_target(target)})


def set_conduct(session: Session, step: Step, dialogue_id: int, level: Level, reason: str) -> None:
    """How the officer's conduct was, against what is expected, and why. Raises as ``set_target``."""
    dialogue = record.to_change(session, step, dialogue_id)
    before = {"level": dialogue.conduct, "reason": dialogue.conduct_reason}
    dialogue.conduct, dialogue.conduct_reason = level, record.needed_words(reason, REASON_LENGTH)
    record.changed(session, dialogue, step, Deed.CONDUCT, reason, {"before": before, "after": level.value})


def agree(session: Session, step: Step, dialogue_id: int, kind: ActionKind, text: str, due_day: date) -> None:
    """Agree on something to be done. Raises as ``set_target``, and Invalid ``too_many_actions``."""
    dialogue = record.to_change(session, step, dialogue_id)
    if len(dialogue.actions) >= MOST_ACTIONS:
        raise Invalid("too_many_actions", N_("Paling banyak %(most)s tindak lanjut."), most=MOST_ACTIONS)
    action = AgreedAction(kind=kind, text=record.needed_words(text, 500), due_day=due_day)
    dialogue.actions.append(action)
    record.changed(session, dialogue, step, Deed.ACTION, action.text, {"kind": kind.value, "due": due_day.isoformat()})


def mark_done(session: Session, step: Step, dialogue_id: int, action_id: int, day: date) -> None:
    """An agreed action was done; also after the closing. Raises NotFound ``unknown_action``."""
    dialogue = record.find(session, step.who, dialogue_id, for_change=True)
    action = next((a for a in dialogue.actions if a.id == action_id), None)
    if action is None:
        raise NotFound("unknown_action", N_("Tindak lanjut itu tidak ada."))
    if action.done_day is None:
        action.done_day = day
        record.enter(session, dialogue, step, Deed.ACTION_DONE, action.text, {"action": action.id})


def note(session: Session, step: Step, dialogue_id: int, text: str) -> None:
    """Words of either side. The same words of the same person at once again are the same note.

    Raises Invalid ``words_needed`` or ``text_too_long``, QueueError ``dialogue_closed``.
    """
    dialogue = record.find(session, step.who, dialogue_id, for_change=True)
    record.require_not_closed(dialogue)
    words = record.needed_words(text, WORDS_LENGTH)
    last = dialogue.entries[-1] if dialogue.entries else None
    if last and (last.deed, last.actor_id, last.words) == (Deed.NOTE, step.who.id, words):
        return
    record.enter(session, dialogue, step, Deed.NOTE, words)


def _of_target(target: Target) -> dict[str, Any]:
    return {
        "result": target.result,
        "indicator": target.indicator.value,
        "goal": target.goal,
        "words": target.words,
    }
