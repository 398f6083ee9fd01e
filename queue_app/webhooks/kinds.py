"""The kinds of events that a webhook may ask for, from what the log calls them. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from queue_app.lifecycle import Action, OfficeAction, ShiftAction

_OF_OFFICE = (
    OfficeAction.SERVICE_PAUSE,
    OfficeAction.SERVICE_RESUME,
    OfficeAction.ISSUING_STOP,
    OfficeAction.ISSUING_RESUME,
    OfficeAction.ANNOUNCE,
    OfficeAction.ANNOUNCE_END,
    OfficeAction.DAY_CLOSE,
)
_OF_DISPLAYS = (
    OfficeAction.DISPLAY_CHANGE,
    OfficeAction.DISPLAY_PAIR,
    OfficeAction.DISPLAY_REVOKE,
    OfficeAction.CONTENT_CHANGE,
)

KINDS: Mapping[str, str] = MappingProxyType(
    {
        **{action.value: f"ticket.{action}" for action in Action},
        **{action.value: f"counter.{action.removeprefix('shift_')}" for action in ShiftAction},
        **{action.value: f"office.{action}" for action in _OF_OFFICE},
        **{action.value: f"display.{action.removeprefix('display_')}" for action in _OF_DISPLAYS},
    }
)
"""By the log's name of what happened."""

TEST = "test"
"""Sent by hand, to see whether it arrives."""

GROUPS = ("ticket", "counter", "office", "display")


def of_group(group: str) -> list[str]:
    return [kind for kind in KINDS.values() if kind.startswith(f"{group}.")]
