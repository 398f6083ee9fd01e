"""WRITE: what a person wants erased is erased at once; the log, the figures and who answered for what stay."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from queue_app.errors import N_, QueueError
from queue_app.models import Contact, Feedback, IdempotencyKey, Office, PrivacyDeed, PrivacyDeedKind, User
from queue_app.privacy import record, retention
from queue_app.privacy.persons import Person


def erase(session: Session, office: Office, person: Person, actor: User | None, now: datetime) -> PrivacyDeed:
    """Forget names, phones, hashes, contacts and free texts of a person's finished tickets and complaints, and record
    it. Repeatable. Raises QueueError ``nothing_to_erase``: all of it is live, open, or there is nothing.
    """
    tickets, complaints = person.erasable, person.closed
    if not tickets and not complaints:
        raise QueueError(
            "nothing_to_erase", N_("Belum ada yang dapat dihapus: tiketnya masih berjalan atau pengaduannya terbuka.")
        )
    ids = [ticket.id for ticket in tickets]
    retention.forget_tickets(session, ids)
    retention.forget_contacts(
        session, list(session.scalars(select(Contact.id).where(Contact.ticket_id.in_(ids))).all())
    )
    retention.forget_comments(
        session, list(session.scalars(select(Feedback.id).where(Feedback.ticket_id.in_(ids))).all())
    )
    session.execute(
        delete(IdempotencyKey).where(IdempotencyKey.ticket_id.in_(ids)).execution_options(synchronize_session=False)
    )
    of_complaints = [complaint.id for complaint in complaints]
    retention.forget_complainants(session, of_complaints)
    retention.forget_complaints(session, of_complaints)
    numbers = Person(person.by, tickets, complaints).numbers
    count = len(tickets) + len(complaints)
    return record.add(session, office, PrivacyDeedKind.ERASE, person.by.value, count, now, actor=actor, tickets=numbers)
