"""The indicators watched from day to day: control charts, signals told once, and what happened around them."""

from queue_app.monitoring.annotations import annotate, remove, shown
from queue_app.monitoring.course import Watched, asked, course, given_up
from queue_app.monitoring.signals import mark_seen, raised, watch

__all__ = ["Watched", "annotate", "asked", "course", "given_up", "mark_seen", "raised", "remove", "shown", "watch"]
