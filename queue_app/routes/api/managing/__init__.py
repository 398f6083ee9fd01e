"""The management of an office for an administrator's program: a module for each card of the settings' home."""

from queue_app.routes.api.managing import (
    calendar,
    configuration,
    counters,
    history,
    kiosks,
    offered,
    printers,
    settings,
    skills,
    voice,
)

__all__ = [
    "calendar",
    "configuration",
    "counters",
    "history",
    "kiosks",
    "offered",
    "printers",
    "settings",
    "skills",
    "voice",
]
