"""READ who was asked for the whole survey, and who answered. Nothing here changes anything."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.periods import Period, day_of
from metrics.satisfaction import sample_needed
from queue_app import finality, visit_days
from queue_app.lifecycle import TicketState
from queue_app.models import Channel, Office, SurveyForm, Ticket
from queue_app.survey import sample


@dataclass(frozen=True, slots=True)
class Response:
    """Of the period's ``visits`` so many were ``asked`` for the whole survey, so many began and finished it.
    ``needed``: how many answers the visits need (Krejcie and Morgan)."""

    visits: int
    asked: int
    begun: int
    completed: int

    @property
    def needed(self) -> int:
        return sample_needed(self.visits)

    @property
    def unanswered(self) -> int:
        return self.asked - self.completed


def response(session: Session, office: Office, period: Period, now: datetime) -> Response:
    """By the day of the visit. Past records that were imported could not be asked."""
    ended = finality.ended_part(period, day_of(now, office.zone))
    past = (0, 0)
    if ended:
        asked = ("asked", ended, *((share.from_day, share.percent) for share in sample.shares(session, office.id)))
        reading = visit_days.read(session, office, ended)
        # While a past day's legs are as they were kept, so are its tickets.
        past = reading.of_past(ended.end_day, asked, lambda: _asked(session, office, ended))
    first = max(period.start_day, day_of(now, office.zone))
    going_on = Period(first, period.end_day, office.zone) if first <= period.end_day else None
    today = _asked(session, office, going_on) if going_on else (0, 0)
    forms = _forms(session, office, period)
    return Response(
        visits=past[0] + today[0],
        asked=past[1] + today[1],
        begun=len(forms),
        completed=sum(completed_at is not None for completed_at in forms),
    )


def _asked(session: Session, office: Office, period: Period) -> tuple[int, int]:
    """How many visits there were, and how many of them were asked."""
    served = session.execute(
        select(Ticket.public_id, Ticket.day).where(
            Ticket.office_id == office.id,
            Ticket.day.between(period.start_day, period.end_day),
            Ticket.state == TicketState.SERVED,
            Ticket.channel != Channel.IMPORTED,
        )
    ).all()
    shares = sample.shares(session, office.id)
    percents = {day: sample.percent_on(shares, day) for day in {day for _, day in served}}
    return len(served), sum(sample.is_below(public_id, percents[day]) for public_id, day in served)


def _forms(session: Session, office: Office, period: Period) -> list[datetime | None]:
    """When each form of the sample was completed. None of them was begun before its visit's day."""
    first = period.bounds[0]
    forms = (
        select(SurveyForm.completed_at)
        .join(Ticket, Ticket.id == SurveyForm.ticket_id)
        .where(
            SurveyForm.office_id == office.id,
            SurveyForm.begun_at >= first,
            SurveyForm.is_asked,
            Ticket.day.between(period.start_day, period.end_day),
        )
    )
    # Each by its part of the index; both at once are looked for among all forms there ever were.
    parts = (SurveyForm.completed_at >= first, SurveyForm.completed_at.is_(None))
    return [at for part in parts for at in session.scalars(forms.where(part))]
