"""What may be asked of the planning, checked: texts of a form or of a program become a wish of plain values.

A wish is kept as JSON with its job: ``{"question": "needs"}``, or ``{"question": "what_if", "weekday": 0, "scenarios":
[{"kind": "counter", "from": 540, "to": 720}, ...]}``; times are minutes from midnight.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from metrics.planning.demand import MOST_PLACES
from metrics.planning.scenario import (
    AddSlots,
    Change,
    ChangeDiscipline,
    ChangeQuota,
    MoveBreak,
    OneMoreCounter,
)
from queue_app import opening
from queue_app.discipline import RuleName
from queue_app.errors import N_, Invalid, NotFound
from queue_app.models import Office
from queue_app.planning.inputs import opening_spans

FIELDS: Mapping[str, Sequence[str]] = {
    "counter": ("from", "to"),
    "break": ("counter", "from", "to", "at"),
    "quota": ("service", "amount"),
    "slots": ("service", "from", "to", "amount", "instead"),
    "rule": ("rule",),
}
"""What each kind of change is described by."""

MOST_SCENARIOS = 3
MOST_QUOTA = 9_999

Scenario = Mapping[str, Any]
"""``kind`` and what belongs to it: counter ``from, to``; break ``counter, from, to, at``; quota ``service, amount``
(None: no end); slots ``service, from, to, amount, instead``; rule ``rule``."""

_TIME = re.compile(r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9])", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,5}", re.ASCII)


def needs() -> dict[str, Any]:
    return {"question": "needs"}


def what_if(
    session: Session, office: Office, weekday: str, asked: Sequence[Mapping[str, str]], now: datetime
) -> dict[str, Any]:
    """The wish of up to three scenarios on a weekday ("0" Monday); texts as typed.

    Raises Invalid ``closed_weekday``, ``bad_weekday``, ``too_many_scenarios``, ``unknown_kind``, ``bad_time``,
    ``outside_hours``, ``bad_number`` or ``unknown_rule``, NotFound ``unknown_counter`` or ``unknown_service``.
    """
    if weekday not in {str(day) for day in range(7)}:
        raise Invalid("bad_weekday", N_("Pilih hari dari daftar."))
    opens = opening_spans(session, office, int(weekday), now)
    if not opens:
        raise Invalid("closed_weekday", N_("Kantor tidak buka pada hari itu. Pilih hari lain."))
    if len(asked) > MOST_SCENARIOS:
        raise Invalid("too_many_scenarios", N_("Paling banyak tiga skenario sekaligus."))
    reader = _Reader(office, int(opens[0][0] // 60), int(opens[-1][1] // 60))
    return {
        "question": "what_if",
        "weekday": int(weekday),
        "scenarios": [reader.scenario(one) for one in asked],
    }


def change(scenario: Scenario) -> Change:
    """What the simulator is to change."""
    match scenario["kind"]:
        case "counter":
            return OneMoreCounter(scenario["from"] * 60.0, scenario["to"] * 60.0)
        case "break":
            start, end, at = (scenario[name] * 60.0 for name in ("from", "to", "at"))
            return MoveBreak(scenario["counter"], start, end, at)
        case "quota":
            return ChangeQuota(scenario["service"], scenario["amount"])
        case "slots":
            start, end = scenario["from"] * 60.0, scenario["to"] * 60.0
            return AddSlots(scenario["service"], start, end, scenario["amount"], scenario["instead"])
        case _:
            return ChangeDiscipline(RuleName(scenario["rule"]).value)


class _Reader:
    """Reads one office's scenarios; ``opens`` and ``closes`` in minutes."""

    def __init__(self, office: Office, opens: int, closes: int) -> None:
        self.opens, self.closes = opens, closes
        self.counters = {counter.number for counter in office.counters}
        self.services = {service.code for service in office.services if service.active}

    def scenario(self, typed: Mapping[str, str]) -> dict[str, Any]:
        kind = typed.get("kind", "")
        match kind:
            case "counter":
                return {"kind": kind, **self._span(typed)}
            case "break":
                span = self._span(typed)
                at = self._minute(typed.get("at", ""))
                self._inside(at, at + span["to"] - span["from"])
                return {"kind": kind, "counter": self._counter(typed.get("counter", "")), **span, "at": at}
            case "quota":
                given = typed.get("amount", "").strip()
                quota = None if not given else _number(given, 0, MOST_QUOTA)
                return {"kind": kind, "service": self._service(typed), "amount": quota}
            case "slots":
                places = _number(typed.get("amount", ""), 1, MOST_PLACES)
                service = self._service(typed)
                instead = typed.get("instead", "") in ("1", "on", "true")
                return {"kind": kind, "service": service, **self._span(typed), "amount": places, "instead": instead}
            case "rule":
                if typed.get("rule") not in [rule.value for rule in RuleName]:
                    raise Invalid("unknown_rule", N_("Pilih aturan giliran dari daftar."))
                return {"kind": kind, "rule": typed["rule"]}
        raise Invalid("unknown_kind", N_("Pilih perubahan dari daftar."))

    def _span(self, typed: Mapping[str, str]) -> dict[str, int]:
        start, end = self._minute(typed.get("from", "")), self._minute(typed.get("to", ""))
        self._inside(start, end)
        return {"from": start, "to": end}

    def _inside(self, start: int, end: int) -> None:
        if not self.opens <= start < end <= self.closes:
            raise Invalid(
                "outside_hours",
                N_("Jam mulai harus sebelum jam selesai, dan keduanya di dalam jam buka (%(opens)s–%(closes)s)."),
                opens=opening.clock_text(self.opens),
                closes=opening.clock_text(self.closes),
            )

    def _minute(self, text: str) -> int:
        found = _TIME.fullmatch(text.strip())
        if found is None or int(found[1]) * 60 + int(found[2]) > 1440:
            raise Invalid("bad_time", N_("Isi jam seperti 09:30."))
        return int(found[1]) * 60 + int(found[2])

    def _counter(self, text: str) -> int:
        if not _NUMBER.fullmatch(text) or int(text) not in self.counters:
            raise NotFound("unknown_counter", N_("Pilih loket dari daftar."))
        return int(text)

    def _service(self, typed: Mapping[str, str]) -> str:
        code = typed.get("service", "")
        if code not in self.services:
            raise NotFound("unknown_service", N_("Pilih layanan dari daftar."))
        return code


def _number(text: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(text.strip()) or not least <= int(text) <= most:
        raise Invalid("bad_number", N_("Isi jumlah dari %(least)s sampai %(most)s."), least=least, most=most)
    return int(text)
