"""Numbers from a queue's history: dataclasses in, dataclasses out.

This package is pure. It knows no web framework, no database and no clock: whoever calls it passes visits, shifts,
periods and, where it matters, ``now``. "No data" is ``None`` everywhere and never zero. Durations are seconds.
"""
