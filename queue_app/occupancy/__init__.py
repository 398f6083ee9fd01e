"""What the time of shifts went to, per officer and per counter: serving, called, idle, paused. That of days that are
over is kept by day (``keeping``) and read from there (``stays``); other shifts are measured from the log (``spans``).
"""

from queue_app.occupancy.keeping import Difference, fill, fill_all, first_difference
from queue_app.occupancy.stays import Stay, by_counter, by_officer, stays

__all__ = ["Difference", "Stay", "by_counter", "by_officer", "fill", "fill_all", "first_difference", "stays"]
