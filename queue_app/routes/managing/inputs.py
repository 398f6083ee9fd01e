"""Inputs made from the models of settings: each with its words, bounds and choices; and what a form carries of them.

What cannot be (a word where a number belongs) goes on as it was typed, and the configuration's check names it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from flask import request
from flask_babel import gettext
from pydantic import BaseModel

from queue_app.errors import N_
from queue_app.models import Category, Office, Service
from queue_app.office_settings import NONE, TIMEZONES, OfficeSettings, ServiceSettings, texts_of
from queue_app.representation import CATEGORY_NAMES
from queue_app.routes.managing import words
from queue_app.routes.managing.words import Words

_WHOLE = re.compile(r"[-+]?\d{1,9}", re.ASCII)
_LONGEST = 1000

_GROUPS = tuple(category for category in Category if category is not Category.REGULAR)
_SPOKEN: Mapping[str, str] = {
    "id": N_("Indonesia"),
    "id,en": N_("Indonesia, lalu Inggris"),
    "id,min": N_("Indonesia, lalu Minang"),
    "id,min,en": N_("Indonesia, Minang, lalu Inggris"),
}


class Kind(StrEnum):
    """How an input looks. ``RATES``: a number for each priority group."""

    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    CHECK = "check"
    SELECT = "select"
    RATES = "rates"


@dataclass(frozen=True, slots=True)
class Input:
    """One setting as it is asked for. ``value`` is its text, ``error`` what is wrong with it."""

    name: str
    words: Words
    kind: Kind
    value: str
    least: int | None = None
    most: int | None = None
    longest: int | None = None
    is_optional: bool = False
    options: Sequence[tuple[str, str]] = ()
    error: str = ""

    @property
    def rates(self) -> list[tuple[str, str, str]]:
        """The priority groups: the name of the input, what the group is called, its number."""
        given = dict(part.partition("=")[::2] for part in self.value.split(","))
        return [
            (f"{self.name}-{group}", str(gettext(CATEGORY_NAMES[group])), given.get(group.value, "1"))
            for group in _GROUPS
        ]


def of_row(
    row: Office | Service, names: Sequence[str], typed: Mapping[str, Any] | None, errors: Mapping[str, str]
) -> list[Input]:
    """The inputs of these settings as they are, or as they were ``typed``."""
    texts = texts_of(row) | {name: _as_text(value) for name, value in (typed or {}).items()}
    model, called = (OfficeSettings, words.OFFICE) if isinstance(row, Office) else (ServiceSettings, words.SERVICE)
    return [_input(model, name, called[name], texts[name], errors.get(name, "")) for name in names]


def typed(model: type[BaseModel], names: Sequence[str]) -> dict[str, Any]:
    """What the form carries of these settings, as a configuration file would say it."""
    return {name: _read(model, name) for name in names}


@cache
def shape(model: type[BaseModel], name: str) -> Mapping[str, Any]:
    """What may stand in a setting, in the words of JSON Schema."""
    whole = model.model_json_schema()
    found: dict[str, Any] = dict(whole["properties"][name])
    for one in found.pop("anyOf", []):
        found |= {"optional": True} if one.get("type") == "null" else one
    if reference := found.pop("$ref", ""):
        found |= whole["$defs"][reference.rpartition("/")[2]]
    return found


def kind_of(model: type[BaseModel], name: str) -> Kind:
    found = shape(model, name)
    match name, found.get("type"):
        case ("rates", _):
            return Kind.RATES
        case ("remind_evening_minute", _):
            return Kind.TIME
        case (("timezone" | "voice_languages"), _):
            return Kind.SELECT
        case (_, "boolean"):
            return Kind.CHECK
        case (_, "integer"):
            return Kind.NUMBER
    return Kind.SELECT if "enum" in found else Kind.TEXT


def _input(model: type[BaseModel], name: str, called: Words, text: str, error: str) -> Input:
    found, kind = shape(model, name), kind_of(model, name)
    is_optional = found.get("optional", False) or name in ("slot_plan", "release")
    return Input(
        name,
        called,
        kind,
        "" if is_optional and text == NONE else text,
        least=found.get("minimum"),
        most=found.get("maximum"),
        longest=found.get("maxLength"),
        is_optional=is_optional or (kind is Kind.TEXT and not found.get("minLength")),
        options=_options(name, found, text) if kind is Kind.SELECT else (),
        error=error,
    )


def _options(name: str, found: Mapping[str, Any], text: str) -> list[tuple[str, str]]:
    match name:
        case "timezone":
            choices = {zone: zone for zone in TIMEZONES}
        case "voice_languages":
            choices = {value: str(gettext(said)) for value, said in _SPOKEN.items()}
        case _:
            choices = {value: str(gettext(words.option_text(value))) for value in found["enum"]}
    return list(({text: text} | choices if text not in choices else choices).items())


def _read(model: type[BaseModel], name: str) -> Any:
    kind, text = kind_of(model, name), request.form.get(name, "")[:_LONGEST].strip()
    if kind is Kind.CHECK:
        return text == "yes"
    if kind is Kind.RATES:
        given = [(group.value, request.form.get(f"{name}-{group}", "")[:9].strip() or "1") for group in _GROUPS]
        return ",".join(f"{group}={number.replace(',', '.')}" for group, number in given)
    if kind is Kind.NUMBER:
        if not text and shape(model, name).get("optional"):
            return None
        return int(text) if _WHOLE.fullmatch(text) else text
    return text or NONE if name in ("slot_plan", "release") else text


def _as_text(value: Any) -> str:
    if value is None:
        return NONE
    return str(value).lower() if isinstance(value, bool) else str(value)
