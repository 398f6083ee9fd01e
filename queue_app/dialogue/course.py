"""WRITE: the course of a dialogue: begun, opened to the officer, answered, closed, opened again. See ``record``."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.periods import Period
from metrics.predikat import Predikat, suggest
from queue_app import database, finality
from queue_app.dialogue import achieved, record
from queue_app.dialogue.record import REASON_LENGTH, WORDS_LENGTH, Step
from queue_app.errors import N_, Forbidden, Invalid, NotFound, QueueError
from queue_app.models import Deed, Dialogue, DialogueState, Indicator, Role, Span, Target, User

DEFAULT_TARGETS: tuple[tuple[str, Indicator, float], ...] = (
    ("Pelayanan yang cepat", Indicator.SPEED_INDEX, 100.0),
    ("Pelayanan dalam waktu standar", Indicator.WITHIN_STANDARD, 80.0),
    ("Informasi yang akurat", Indicator.ACCURACY, 90.0),
    ("Masyarakat yang puas", Indicator.SATISFACTION, 76.61),
)
"""With what a first dialogue begins; each can be changed. 76.61 is where the survey's class B begins."""


def start(session: Session, step: Step, officer_id: int, span: Span, days: tuple[date, date]) -> Dialogue:
    """The dialogue of an officer and a period, as a draft; the one that is there already, if there is one.

    It begins with the targets of the officer's latest dialogue. Raises NotFound ``unknown_officer``.
    """
    officer = session.get(User, officer_id)
    if officer is None or officer.office_id != step.who.office_id or officer.role is not Role.OFFICER:
        raise NotFound("unknown_officer", N_("Petugas itu tidak ada di kantor Anda."))
    first, last = days
    made = database.insert_or_ignore(
        session,
        Dialogue,
        office_id=officer.office_id,
        officer_id=officer.id,
        span=span,
        start_day=first,
        end_day=last,
        state=DialogueState.DRAFT,
        version=1,
    )
    found = session.scalars(
        select(Dialogue).where(Dialogue.officer_id == officer.id, Dialogue.span == span, Dialogue.start_day == first)
    ).one()
    if made:
        found.targets.extend(_first_targets(session, found))
        record.enter(session, found, step, Deed.START)
    return found


def start_all(session: Session, step: Step, span: Span, days: tuple[date, date]) -> int:
    """A draft for every officer who works here and has none; how many were made."""
    has_one = select(Dialogue.officer_id).where(Dialogue.span == span, Dialogue.start_day == days[0])
    officers = session.scalars(
        select(User.id)
        .where(User.office_id == step.who.office_id, User.role == Role.OFFICER, User.active, User.id.not_in(has_one))
        .order_by(User.id)
    ).all()
    for officer_id in officers:
        start(session, step, officer_id, span, days)
    return len(officers)


def open_to_officer(session: Session, step: Step, dialogue_id: int) -> None:
    """From now on the officer sees all of it. Raises Invalid ``no_targets``, QueueError ``dialogue_moved``."""
    dialogue = record.to_change(session, step, dialogue_id)
    if not dialogue.targets:
        raise Invalid("no_targets", N_("Tuliskan sekurang-kurangnya satu target dahulu."))
    if dialogue.state is DialogueState.DRAFT:
        dialogue.state = DialogueState.OPEN
        record.moved(session, dialogue, step, Deed.OPEN)


def answer(
    session: Session, step: Step, dialogue_id: int, text: str, *, acknowledged: bool, agrees: bool | None = None
) -> None:
    """The officer's reply: what the officer thinks of it, and that it was read. Reading is not agreeing: ``agrees`` is
    said apart (None: nothing is said of it).

    Raises Forbidden ``not_yours``, Invalid ``not_acknowledged``, ``words_needed`` or ``text_too_long``, QueueError
    ``dialogue_closed`` or ``dialogue_moved``.
    """
    dialogue = record.to_change(session, step, dialogue_id)
    if dialogue.officer_id != step.who.id:
        raise Forbidden("not_yours", N_("Tanggapan ditulis oleh petugas sendiri."))
    if not acknowledged:
        raise Invalid("not_acknowledged", N_("Tandai dahulu bahwa Anda sudah membacanya."))
    words = record.needed_words(text, WORDS_LENGTH)
    dialogue.state = DialogueState.ANSWERED
    record.moved(session, dialogue, step, Deed.ANSWER, words, {"version": dialogue.version, "agrees": agrees})


def close(session: Session, step: Step, dialogue_id: int, predikat: Predikat, reason: str | None) -> None:
    """Decide the predikat and freeze the figures it rests on.

    A reason is needed where nothing was suggested, where the decision is another than the suggestion, and where the
    officer has not answered or does not agree. Raises QueueError ``dialogue_is_draft``, ``figures_not_final``,
    ``dialogue_closed`` or ``dialogue_moved``, Invalid ``reason_needed`` or ``no_conduct``.
    """
    dialogue = record.to_change(session, step, dialogue_id)
    if dialogue.state is DialogueState.DRAFT:
        raise QueueError("dialogue_is_draft", N_("Buka dahulu dialog ini untuk petugas."))
    if dialogue.conduct is None:
        raise Invalid("no_conduct", N_("Isi dahulu penilaian perilaku, dengan alasannya."))
    if finality.first_provisional(session, dialogue.office, step.now) <= dialogue.end_day:
        raise QueueError(
            "figures_not_final",
            N_("Angka masa ini belum final. Dialog dapat ditutup setelah %(day)s dan hari kerja berikutnya."),
            day=dialogue.end_day,
        )
    period = Period(dialogue.start_day, dialogue.end_day, dialogue.office.zone)
    figures = achieved.of_officers(session, dialogue.office, period, step.now).get(
        dialogue.officer_id, achieved.NO_DATA
    )
    suggested = suggest(achieved.goals(dialogue.targets, figures), dialogue.conduct).predikat
    words = record.optional_words(reason, REASON_LENGTH)
    settled = dialogue.state is DialogueState.ANSWERED and _last_agreement(dialogue) is not False
    if words is None and (predikat is not suggested or not settled):
        raise Invalid(
            "reason_needed",
            N_(
                "Tuliskan alasannya: putusan berbeda dari saran, saran tidak ada, petugas belum menanggapi, "
                "atau petugas tidak setuju."
            ),
        )
    dialogue.predikat, dialogue.predikat_reason = predikat, words
    answered = dialogue.state is DialogueState.ANSWERED
    dialogue.state = DialogueState.CLOSED
    data = {
        "predikat": predikat.value,
        "suggested": suggested.value if suggested else None,
        "conduct": dialogue.conduct.value,
        "answered": answered,
        "frozen": achieved.frozen(dialogue.targets, figures),
    }
    record.moved(session, dialogue, step, Deed.CLOSE, words, data)


def reopen(session: Session, step: Step, dialogue_id: int, reason: str) -> None:
    """Open a closed dialogue again; what was decided, and its figures, stay in the history.

    Raises Invalid ``words_needed``, QueueError ``dialogue_moved`` or ``dialogue_not_closed``.
    """
    dialogue = record.seen(record.find(session, step.who, dialogue_id, for_change=True), step)
    if dialogue.state is not DialogueState.CLOSED:
        raise QueueError("dialogue_not_closed", N_("Dialog ini belum ditutup."))
    words = record.needed_words(reason, REASON_LENGTH)
    before = {"predikat": dialogue.predikat, "reason": dialogue.predikat_reason}
    dialogue.state = DialogueState.OPEN
    dialogue.predikat = dialogue.predikat_reason = None
    record.moved(session, dialogue, step, Deed.REOPEN, words, {"before": before})


def _last_agreement(dialogue: Dialogue) -> bool | None:
    """What the officer's last answer says of agreeing."""
    last = next((entry for entry in reversed(dialogue.entries) if entry.deed is Deed.ANSWER), None)
    return last.data.get("agrees") if last is not None else None


def _first_targets(session: Session, dialogue: Dialogue) -> list[Target]:
    latest = session.scalar(
        select(Dialogue)
        .where(Dialogue.officer_id == dialogue.officer_id, Dialogue.id != dialogue.id)
        .order_by(Dialogue.start_day.desc(), Dialogue.id.desc())
        .limit(1)
    )
    source: Sequence[tuple[str, Indicator, float | None, str | None]] = (
        [(t.result, t.indicator, t.goal, t.words) for t in latest.targets]
        if latest is not None and latest.targets
        else [(result, indicator, goal, None) for result, indicator, goal in DEFAULT_TARGETS]
    )
    return [Target(result=r, indicator=i, goal=g, words=w) for r, i, g, w in source]
