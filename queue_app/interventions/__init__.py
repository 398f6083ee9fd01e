"""Interventions: planned before anybody looks, measured before and after their date, closed with what was learnt."""

from queue_app.interventions.course import UNKNOWN, change, close, find, of_office, propose, reopen, see
from queue_app.interventions.measuring import FEW, FEWEST_OFFICERS, Measured, Prepared, measure, prepare
from queue_app.interventions.plan import Step, Wish

__all__ = [
    "FEW",
    "FEWEST_OFFICERS",
    "UNKNOWN",
    "Measured",
    "Prepared",
    "Step",
    "Wish",
    "change",
    "close",
    "find",
    "measure",
    "of_office",
    "prepare",
    "propose",
    "reopen",
    "see",
]
