"""WRITE: the demonstration office, and a past for it, so that every page can be tried and shows something."""

from queue_app.demo.office import SLUG, Demo, seed
from queue_app.demo.past import invent

__all__ = ["SLUG", "Demo", "invent", "seed"]
