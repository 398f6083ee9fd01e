"""The tables. Only the use cases write them; see ``queue_app.writer`` for tickets and the log."""

from queue_app.models.log import Event, LogIsAppendOnly
from queue_app.models.office import Closure, Counter, Office, OpeningHours, Service, counter_service
from queue_app.models.people import ApiToken, Role, Shift, User
from queue_app.models.ticket import Category, Channel, DailySequence, IdempotencyKey, SlotUsage, Ticket

__all__ = [
    "ApiToken",
    "Category",
    "Channel",
    "Closure",
    "Counter",
    "DailySequence",
    "Event",
    "IdempotencyKey",
    "LogIsAppendOnly",
    "Office",
    "OpeningHours",
    "Role",
    "Service",
    "Shift",
    "SlotUsage",
    "Ticket",
    "User",
    "counter_service",
]
