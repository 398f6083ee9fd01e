"""What an officer's program sees of the desk: everything that the desk's page shows, in one answer."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPMethod
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from queue_app import alerts, announcements, clock, desk_view
from queue_app.complaints import heard
from queue_app.desk_lists import Listed
from queue_app.desk_view import Current, DeskView, Next
from queue_app.extensions import database, vault
from queue_app.models import User
from queue_app.personal import initials
from queue_app.representation import instant
from queue_app.routes.api.citizen.office_answers import BoardMessage
from queue_app.routes.api.desk import desk_answers as answers
from queue_app.routes.api.desk.ticket_rows import row_of
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.refusals import READ
from queue_app.routes.api.supervision.oversight import alert_answer, handover_answer


@operation(HTTPMethod.GET, "/api/v1/desk", tag="desk", answer=answers.DeskAnswer, refusals=READ)
def show_desk(caller: Caller) -> answers.DeskAnswer:
    """The officer's desk now: the ticket at the counter, who is next and why, who waits, is held, or was missed."""
    now = clock.now()
    with database().read() as session:
        officer = session.get_one(User, caller.user_id)
        return _desk(session, officer, desk_view.desk(session, officer, now), now)


def _desk(session: Session, officer: User, view: DeskView | None, now: datetime) -> answers.DeskAnswer:
    office, zone = officer.office, officer.office.zone
    codes = {service.id: service.code for service in office.services}
    open_alerts = [each for each in alerts.still_open(session, office.id) if each.kind not in alerts.FOR_SUPERVISORS]
    return answers.DeskAnswer(
        version=view.version if view else office.version,
        shift=_shift(view, zone) if view else None,
        current=_current(view.current, zone) if view and view.current else None,
        next=_next(view.next) if view and view.next else None,
        waiting=_rows(view.waiting if view else ()),
        waiting_total=view.waiting_total if view else 0,
        slip=_slip(view) if view else None,
        left=_left(view) if view else None,
        handed_over=[handover_answer(each, zone) for each in view.handed_over] if view else [],
        held=_rows(view.held if view else ()),
        recent=_rows(view.recent if view else (), is_finished=True),
        no_shows=_rows(view.no_shows if view else ()),
        own=answers.DeskDay.model_validate(view.own) if view else None,
        counters=[
            answers.DeskCounter(
                counter=seat.counter.id,
                number=seat.counter.number,
                officer=seat.shift.officer.username if seat.shift else None,
            )
            for seat in desk_view.seats(session, office.id)
        ],
        messages=[
            BoardMessage(text=said.text, service=codes[said.service_id] if said.service_id else None)
            for said in announcements.said(session, office.id, now)
        ],
        alerts=[alert_answer(each, zone) for each in open_alerts],
        unanswered=heard.unanswered_count(session, officer),
    )


def _shift(view: DeskView, zone: ZoneInfo) -> answers.DeskShift:
    shift = view.shift
    return answers.DeskShift(
        counter=shift.counter_id,
        number=shift.counter.number,
        state=shift.state,
        since=instant(view.since, zone),
        reason=view.pause_reason,
        services=[service.code for service in view.seat.services],
    )


def _current(current: Current, zone: ZoneInfo) -> answers.DeskCurrent:
    ticket = current.ticket
    return answers.DeskCurrent(
        **row_of(ticket),
        called_s=current.called_s,
        calls=current.calls,
        called_enough=current.called_enough,
        waited_s=current.waited_s,
        serving_s=current.serving_s,
        standard_s=current.standard_s,
        initials=initials(vault().shown(ticket.name_sealed)),
        notes=[
            answers.DeskNote(words=note.words, at=instant(note.at, zone), counter=note.counter)
            for note in current.notes
        ],
    )


def _next(found: Next) -> answers.DeskNext:
    return answers.DeskNext(ticket=_row(found.row), why=found.reason.why.value)


def _slip(view: DeskView) -> answers.DeskSlip | None:
    if view.slip is None:
        return None
    ticket = view.slip.ticket
    return answers.DeskSlip(
        ticket=ticket.public_id, version=ticket.version, action=view.slip.action.value, left_s=view.slip.left_s
    )


def _left(view: DeskView) -> answers.DeskLeft:
    left = view.left
    return answers.DeskLeft(waiting=left.waiting, first=list(left.first), held=[ticket.label for ticket in left.held])


def _rows(rows: Sequence[Listed], *, is_finished: bool = False) -> list[answers.DeskTicket]:
    return [_row(row, is_finished=is_finished) for row in rows]


def _row(row: Listed, *, is_finished: bool = False) -> answers.DeskTicket:
    ticket = row.ticket
    return answers.DeskTicket(
        **row_of(ticket),
        seconds=row.seconds,
        kept=row.is_kept,
        reason=row.reason,
        outcome=row.outcome if is_finished else None,
        contested=row.flagged,
    )
