"""What one of an office's displays shows of the board, which is built once for all of them."""

from collections.abc import Callable, Collection
from typing import Any

from queue_app.display.board import Board
from queue_app.lifecycle import ShiftState
from queue_app.models import Device, Office, VoiceDisplays
from queue_app.representation import instant


class Parts:
    """A whole board, and the parts of it that displays ask for; equal wishes are cut out once."""

    def __init__(self, whole: Board, office: Office) -> None:
        self._whole = whole
        self._office = office
        self._made: dict[tuple[tuple[int, ...], tuple[str, ...]], Board] = {}

    def of(self, device: Device) -> Board:
        """The display's board, with the key ``display``: ``id``, ``name``, ``reloads``, and ``identify_until``, when it
        was last to show its name."""
        wish = tuple(device.counters), tuple(device.services)
        if wish not in self._made:
            self._made[wish] = cut(self._whole, *wish)
        until = device.identify_until
        shown = self._made[wish] | {
            "display": {
                "id": device.id,
                "name": device.name,
                "reloads": device.reloads,
                "identify_until": instant(until, self._office.zone) if until else None,
            }
        }
        if not device.speaks and "voice" in shown:
            shown["voice"] = shown["voice"] | {"on": False}
        return shown


def cut(whole: Board, counters: Collection[int], services: Collection[str]) -> Board:
    """The part for these counters (numbers) and services (codes); none named: all.

    Calls are those at the counters, whatever they are for, so that nobody who is called in the room is missed; where no
    counter is named, those for the services. Lines, waits and messages are those of the services. What is said follows
    the calls that are shown, unless one display speaks for all: that one says all.
    """

    def is_called_here(call: dict[str, Any]) -> bool:
        return call["counter"] in counters if counters else _is_among(call["service"], services)

    def is_of_services(row: dict[str, Any]) -> bool:
        return row["service"] is None or _is_among(row["service"], services)

    part = dict(whole)
    part["counters"] = [one for one in whole["counters"] if _is_among(one["number"], counters)]
    if counters:
        part["open_counters"] = sum(one["state"] == ShiftState.OPEN.value for one in part["counters"])
    for name, belongs in (("now_serving", is_called_here), ("recent", is_called_here), ("waiting", is_of_services)):
        part[name] = _those(whole[name], belongs)
    part["messages"] = _those(whole["messages"], is_of_services)
    if "ahead" in whole:
        ahead = whole["ahead"]
        part["ahead"] = ahead | {name: _those(ahead[name], is_of_services) for name in ("services", "next")}
    if "announcements" in whole and whole["voice"]["displays"] != VoiceDisplays.ONE.value:
        labels = {call["label"] for call in part["now_serving"]}
        part["announcements"] = _those(whole["announcements"], lambda said: said["label"] in labels)
    return part


def _is_among(value: Any, chosen: Collection[Any]) -> bool:
    return not chosen or value in chosen


def _those(rows: list[dict[str, Any]], belongs: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    return [row for row in rows if belongs(row)]
