"""How long after a visit answers and complaints are taken."""

from datetime import datetime, timedelta

from queue_app import opening
from queue_app.errors import N_, QueueError
from queue_app.models import Ticket

OPEN_FOR = timedelta(days=14)
"""How long after the ticket's day answers and complaints are taken."""


def require_open(ticket: Ticket, now: datetime) -> None:
    """Raises QueueError ``feedback_over``."""
    if opening.local_day(ticket.office, now) > ticket.day + OPEN_FOR:
        raise QueueError(
            "feedback_over",
            N_("Jawaban dan pengaduan diterima sampai %(days)s hari setelah kunjungan. Silakan hubungi kantor."),
            days=OPEN_FOR.days,
        )
