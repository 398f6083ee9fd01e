"""Changing a part of an office's configuration from a page, by the same way as a file.

Two things are asked for on the way. Whether somebody else has changed the same thing since the page was opened: the
history of the settings says so, and nothing is overwritten unseen. And whether people who have a number already are
affected: then nothing is changed before that was said and agreed to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from queue_app import agreement, opening
from queue_app.audit import since
from queue_app.audit.since import Touched
from queue_app.configuration import checking, export, form, importing
from queue_app.configuration.errand import Errand
from queue_app.configuration.importing import Preview
from queue_app.configuration.reading import Read

Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it is wanted. Of a list one ``row`` with what tells it from others; fields that are left out stay.

    ``gone``: the row is taken out of use. A section that is neither a list nor a mapping (``hours``) is ``row`` itself.
    """

    section: str
    row: Any
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page knew: the number of the last change when it was opened (-1: it doesn't say), what it shows, and the
    ``mark`` of the effects that were agreed to."""

    last: int
    touched: Touched
    agreed: str = ""


def save(errand: Errand, parts: Sequence[Part], seen: Seen) -> Preview:
    """Carry the parts out, or nothing of them; what was changed and what follows.

    Raises ChangedSince, BadConfiguration, Unagreed, and QueueError as the use cases behind do; then nothing must be
    committed.
    """
    importing.hold(errand.session, errand.office)
    since.require(errand.session, errand.office, seen.touched, seen.last)
    there = export.current(errand.session, errand.office, opening.local_day(errand.office, errand.now))
    return _carried_out(errand, {"version": form.VERSION, **whole(there, parts)}, seen)


def save_whole(errand: Errand, configuration: Plain, seen: Seen) -> Preview:
    """Likewise a whole configuration, as a file would say it. Raises likewise."""
    importing.hold(errand.session, errand.office)
    since.require(errand.session, errand.office, seen.touched, seen.last)
    return _carried_out(errand, configuration, seen)


def preview(errand: Errand, configuration: Plain) -> Preview:
    """What ``save_whole`` would do: tried, and taken back. Raises BadConfiguration."""
    importing.hold(errand.session, errand.office)
    trial = errand.session.begin_nested()
    try:
        return _applied(errand, configuration)
    finally:
        trial.rollback()


def _carried_out(errand: Errand, configuration: Plain, seen: Seen) -> Preview:
    told = _applied(errand, configuration)
    agreement.require(told.effects, seen.agreed)
    return told


def _applied(errand: Errand, configuration: Plain) -> Preview:
    read = Read(dict(configuration), MappingProxyType({}))
    return importing.apply_plain(errand, checking.check_read(read), read)


def whole(there: Plain, parts: Sequence[Part]) -> dict[str, Any]:
    """The sections as a file would say them, with the parts put into what is there."""
    wanted: dict[str, Any] = {}
    for part in parts:
        outer, _, inner = part.section.partition(".")
        section = wanted.get(outer, there.get(outer))
        if inner:
            found = section[inner] if section else []
            wanted[outer] = {**(section or {}), inner: _with_row(part, found)}
        elif part.section in checking.IDENTITIES:
            wanted[outer] = _with_row(part, section or [])
        elif isinstance(part.row, Mapping):
            # Of these two a file must say all; of the office it may say one thing.
            there_already = there.get(outer, {}) if outer in ("look", "survey") else {}
            wanted[outer] = {**there_already, **wanted.get(outer, {}), **part.row}
        else:
            wanted[outer] = part.row
    return wanted


def _with_row(part: Part, rows: Sequence[Plain]) -> list[Plain]:
    key = checking.IDENTITIES[part.section]
    identity = [part.row.get(name) for name in key]
    fits = [[row.get(name) for name in key] == identity for row in rows]
    if part.gone:
        return [row for row, is_it in zip(rows, fits, strict=True) if not is_it]
    if not any(fits):
        return [*rows, dict(part.row)]
    return [{**row, **part.row} if is_it else row for row, is_it in zip(rows, fits, strict=True)]
