"""YAML as text becomes plain values, each with the line on which it stands. Pure.

Only what a configuration needs is taken: mappings, lists, texts, numbers, yes and no, nothing. Anchors and aliases (by
which a small file grows without end), tags, a name that stands twice, deep nesting and large files are refused. The
values are made from the parser's events alone, so nothing in a file can make an object or run anything. Plain words are
read by YAML 1.2: ``on``, ``no``, ``18:00`` and dates are texts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import yaml

from queue_app.errors import N_, Invalid, Param

LARGEST_BYTES = 128 * 1024
DEEPEST = 8

Path = tuple[str | int, ...]
"""Where a value stands: names of mappings and places in lists, from the top."""

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})", re.ASCII)
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}", re.ASCII)
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file, and where: ``path`` like ``services[2].name_id``, ``line`` from 1 where it is known."""

    message: str
    path: str = ""
    line: int | None = None
    params: Mapping[str, Param] = field(default_factory=lambda: MappingProxyType({}))


class BadConfiguration(Invalid):
    """A file that cannot be taken; ``problems`` names all that was found, in the file's order."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("bad_configuration", N_("Berkas konfigurasi ini belum dapat dipakai."))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Read:
    """The values of a file, and the line of each."""

    data: dict[str, Any]
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int | None:
        """Where a value stands, or what it belongs to where it is missing."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read(content: bytes) -> Read:
    """Raises BadConfiguration."""
    if len(content) > LARGEST_BYTES:
        raise BadConfiguration(
            Problem(N_("Berkas terlalu besar: paling besar %(limit)s KiB."), params={"limit": LARGEST_BYTES // 1024})
        )
    try:
        text = content.decode("utf-8-sig")
        return _Reader().read(yaml.parse(text, Loader=_LOADER))
    except UnicodeDecodeError as error:
        raise BadConfiguration(Problem(N_("Berkas bukan teks UTF-8."))) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadConfiguration(
            Problem(N_("Ini bukan YAML yang dapat dibaca."), line=mark.line + 1 if mark else None)
        ) from error


def shown(path: Path) -> str:
    """``("services", 2, "name_id")`` as ``services[2].name_id``."""
    parts = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")


@dataclass(slots=True)
class _Open:
    """A mapping or list that has begun; ``name``: of the next value of a mapping, None while a name is awaited."""

    values: dict[str, Any] | list[Any]
    path: Path
    name: str | None = None

    def next_path(self) -> Path:
        return (*self.path, len(self.values) if isinstance(self.values, list) else self.name or "")

    def put(self, value: Any) -> None:
        if isinstance(self.values, list):
            self.values.append(value)
        else:
            self.values[self.name or ""] = value
            self.name = None


class _Reader:
    """Builds values from events, without recursion: depth costs nothing."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.lines: dict[Path, int] = {}
        self.documents: list[Any] = []

    def read(self, events: Iterator[yaml.Event]) -> Read:
        for event in events:
            self._take(event)
        if len(self.documents) != 1 or not isinstance(self.documents[0], dict):
            raise BadConfiguration(Problem(N_("Berkas harus berisi satu daftar nama dan nilai.")))
        return Read(self.documents[0], self.lines)

    def _take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self._bad(N_("Jangkar dan alias YAML (& dan *) tidak diterima."), line)
        if getattr(event, "tag", None) is not None:
            raise self._bad(N_("Tanda tipe YAML (!) tidak diterima."), line)
        awaits_name = bool(self.open) and isinstance(self.open[-1].values, dict) and self.open[-1].name is None
        match event:
            case yaml.ScalarEvent() if awaits_name:
                self._name(str(event.value), line)
            case yaml.ScalarEvent():
                self._value(_plain(event.value) if event.implicit[0] else event.value, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                if awaits_name:
                    raise self._bad(N_("Nama harus berupa teks."), line)
                self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.open.pop()

    def _name(self, name: str, line: int) -> None:
        inside = self.open[-1]
        inside.name = name
        if name in inside.values:
            raise self._bad(N_("Nama ini disebut dua kali."), line, inside.next_path())
        self.lines[inside.next_path()] = line

    def _value(self, value: Any, line: int) -> None:
        if not self.open:
            self.documents.append(value)
            return
        self.lines.setdefault(self.open[-1].next_path(), line)
        self.open[-1].put(value)

    def _begin(self, values: dict[str, Any] | list[Any], line: int) -> None:
        path = self.open[-1].next_path() if self.open else ()
        if len(self.open) >= DEEPEST:
            raise self._bad(N_("Terlalu dalam bertingkat: paling dalam %(deepest)s."), line, path, deepest=DEEPEST)
        self._value(values, line)
        self.open.append(_Open(values, path))

    def _bad(self, message: str, line: int, path: Path | None = None, **params: Param) -> BadConfiguration:
        where = path if path is not None else self.open[-1].next_path() if self.open else ()
        return BadConfiguration(Problem(message, shown(where), line, params))


def _plain(word: str) -> Any:
    """An unquoted word as YAML 1.2 reads it."""
    if word in _WORDS:
        return _WORDS[word]
    if _WHOLE.fullmatch(word):
        return int(word)
    return float(word) if _DECIMAL.fullmatch(word) else word
