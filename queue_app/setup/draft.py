"""What was said so far, kept in the instance folder until the office is made: a reload or a restart loses nothing.

Of the administrator's password only its hash is in it.
"""

import json
import logging
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from queue_app import accounts, opening_hours
from queue_app.configuration import checking, importing
from queue_app.configuration.reading import BadConfiguration, Problem
from queue_app.errors import N_, Invalid
from queue_app.office_settings import TIMEZONES, OfficeSettings
from queue_app.signin import passwords

log = logging.getLogger(__name__)

STEPS = ("language", "office", "template", "services", "hours", "counters", "administrator", "summary")
MOST_COUNTERS = 50

_FILE = "setup.json"
_NOTHING: Mapping[str, Any] = {"services": [], "counters": [], "office": {"timezone": "Asia/Jakarta"}}

Plain = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """``plain``: the configuration of the template or file with what was changed. ``left_out``: codes of its services
    that this office does not offer. ``done``: the steps that were confirmed."""

    slug: str = ""
    name: str = ""
    address: str = ""
    timezone: str = "Asia/Jakarta"
    voice_languages: str = "id"
    template: str = ""
    plain: Plain = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    username: str = ""
    display_name: str = ""
    password_hash: str = ""
    done: list[str] = field(default_factory=list)

    @property
    def services(self) -> list[Plain]:
        """Those that this office offers."""
        return [service for service in self.plain.get("services", []) if service["code"] not in self.left_out]

    @property
    def next_step(self) -> str:
        return next(step for step in STEPS if step not in self.done)

    def may_see(self, step: str) -> bool:
        """A step is reached by those before it."""
        return STEPS.index(step) <= STEPS.index(self.next_step)

    def finish_step(self, step: str) -> None:
        if step not in self.done:
            self.done.append(step)


def load(folder: Path) -> Draft:
    """An empty one when nothing was said yet, or what is there is no draft of this version. Raises OSError."""
    path = folder / _FILE
    if not path.exists():
        return Draft()
    try:
        return Draft(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        log.warning("what was said so far in %s cannot be read, and is asked again: %s", path, error)
        return Draft()


def save(folder: Path, draft: Draft) -> None:
    path, new = folder / _FILE, folder / f"{_FILE}.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(draft), file, ensure_ascii=False)
    new.replace(path)


def forget(folder: Path) -> None:
    (folder / _FILE).unlink(missing_ok=True)


def set_office(draft: Draft, *, slug: str, name: str, address: str, timezone: str) -> None:
    """Raises Invalid ``bad_slug``, ``bad_office_name`` or ``bad_setting``."""
    draft.slug, draft.name = slug.strip().lower(), " ".join(name.split())
    draft.address, draft.timezone = " ".join(address.split())[:240], timezone
    importing.require_slug(draft.slug)
    importing.require_name(draft.name)
    if timezone not in TIMEZONES:
        raise Invalid("bad_setting", N_("Pilih salah satu zona waktu."))


def set_configuration(draft: Draft, content: bytes, template: str = "") -> None:
    """Begin with a template or a file. What was changed of one before is gone. Raises BadConfiguration."""
    wanted, read = checking.check(content)
    checking.check_parts(wanted, dict(_NOTHING), read)
    if not wanted.get("services"):
        raise BadConfiguration(Problem(N_("Berkas ini tidak berisi layanan."), "services"))
    draft.plain, draft.template, draft.left_out = wanted, template, []
    draft.done = [step for step in draft.done if step in ("language", "office", "administrator")]


def set_services(draft: Draft, taken: Collection[str], changed: Mapping[str, Plain]) -> None:
    """Which services are offered, and what is ``changed`` of each by its code: names, ``standard_minutes``.

    Raises Invalid ``no_service``, ``bad_service_name`` or ``bad_minutes``.
    """
    for row in draft.plain["services"]:
        if row["code"] in taken:
            row.update(changed[row["code"]])
    draft.left_out = [row["code"] for row in draft.plain["services"] if row["code"] not in taken]
    if not draft.services:
        raise Invalid("no_service", N_("Pilih paling sedikit satu layanan."))
    for service in draft.services:
        if not all(1 <= len(service[name]) <= 120 for name in ("name_id", "name_en")):
            raise Invalid("bad_service_name", N_("Nama layanan: 1 sampai 120 huruf."))
        minutes = service.get("standard_minutes")
        if minutes is not None and not 1 <= minutes <= 480:
            raise Invalid("bad_minutes", N_("Waktu standar: 1 sampai 480 menit."))


def set_hours(draft: Draft, lines: list[str]) -> None:
    """Raises Invalid ``bad_hours``."""
    week = opening_hours.read(lines)
    if not week:
        raise Invalid("bad_hours", N_("Kantor harus buka paling sedikit satu hari."))
    draft.plain["hours"] = opening_hours.written(week)


def counters(draft: Draft) -> list[tuple[int, list[str]]]:
    """Each counter's number and the services that it takes of those that are offered."""
    offered = [service["code"] for service in draft.services]
    rows = draft.plain.get("counters") or [{"number": 1, "services": "all"}]
    return [(row["number"], [code for code in _codes(row["services"], offered) if code in offered]) for row in rows]


def resize(draft: Draft, count: int) -> None:
    """So many counters, numbered from 1; new ones take every service. Raises Invalid ``bad_count``."""
    if not 1 <= count <= MOST_COUNTERS:
        raise Invalid("bad_count", N_("Jumlah loket: 1 sampai %(most)s."), most=MOST_COUNTERS)
    there = {row["number"]: row for row in draft.plain.get("counters", [])}
    draft.plain["counters"] = [
        there.get(number, {"number": number, "services": "all", "pool": "none"}) for number in range(1, count + 1)
    ]


def set_counters(draft: Draft, taken: Mapping[int, list[str]]) -> None:
    """What each counter takes. Raises Invalid ``counter_without_service`` or ``service_without_counter``."""
    before = dict(counters(draft))
    for row in draft.plain["counters"]:
        wanted = taken.get(row["number"], [])
        if not wanted:
            said = N_("Pilih paling sedikit satu layanan untuk loket %(number)s.")
            raise Invalid("counter_without_service", said, number=row["number"])
        if sorted(wanted) != sorted(before[row["number"]]):
            row |= {"services": ",".join(f"{code}:1" for code in sorted(wanted)), "pool": "none"}
    everywhere = {code for codes in taken.values() for code in codes}
    for service in draft.services:
        if service["code"] not in everywhere:
            said = N_("Belum ada loket untuk layanan %(service)s.")
            raise Invalid("service_without_counter", said, service=service["name_id"])


def set_administrator(draft: Draft, *, username: str, display_name: str, password: str, again: str) -> None:
    """Raises Invalid as ``accounts.create_user``, or ``passwords_differ``."""
    draft.username, draft.display_name = username.strip().lower(), " ".join(display_name.split())[:120]
    accounts.require_username(draft.username)
    passwords.require_long(password)
    passwords.require_uncommon(password, draft.username)
    if password != again:
        raise Invalid("passwords_differ", N_("Kedua kata sandi tidak sama."))
    draft.password_hash = passwords.hashed(password)


def configuration(draft: Draft) -> Plain:
    """What the office is made of."""
    offered = {service["code"] for service in draft.services}
    office = draft.plain.get("office", {}) | {
        "name": draft.name,
        "address": draft.address,
        "timezone": draft.timezone,
        "voice_languages": draft.voice_languages,
    }
    taken = dict(counters(draft))
    rows = [
        row | {"services": _within(row["services"], taken[row["number"]])} for row in draft.plain.get("counters", [])
    ]
    return draft.plain | {
        "office": {name: value for name, value in office.items() if name in OfficeSettings.model_fields},
        "services": draft.services,
        "visits": [visit for visit in draft.plain.get("visits", []) if offered >= set(visit["steps"])],
        "counters": rows,
    }


def _within(text: str, codes: list[str]) -> str:
    """What a counter takes, without what is not offered; the order of preference stays."""
    if text in ("all", "none"):
        return text
    return ",".join(part for part in text.split(",") if part.partition(":")[0] in codes) or "none"


def _codes(text: str, offered: list[str]) -> list[str]:
    if text == "none":
        return []
    return offered if text == "all" else [part.partition(":")[0] for part in text.split(",")]
