"""The settings of an office and of its services: what each may be, and how it is written as text.

One model per table. A setting is added by a field here (with what it means) beside its column; the commands and the
table in docs/install.md follow.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from sqlalchemy.orm import Session

from queue_app import release
from queue_app.audit import changes
from queue_app.discipline import STANDARD_RATES, RuleName
from queue_app.errors import N_, Invalid
from queue_app.models import Office, Service, User
from queue_app.models.office import ProofOfWork, VoiceDisplays, VoiceReading
from queue_app.privacy.terms import TERMS, Kind
from queue_app.release import Stage

NONE = "none"
"""How "no limit" or "not at all" is written."""

MOST_PLACES = 1000
"""Of a slot."""

TIMEZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
"""Indonesia's, from west to east: WIB, WITA, WIT. Those that are offered; another one is taken too."""

_LANGUAGE = re.compile(r"[a-z]{2,8}")
_STEP = re.compile(r"(\d{1,2}:\d{2})=(\d{1,4})")
_RATE = re.compile(r"([a-z]+)=(\d{1,2}(?:\.\d{1,2})?)", re.ASCII)
_STAGE = re.compile(r"(\d{1,3})@(\d{1,2}):(\d{2})=(\d{1,3})")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("a time zone like Asia/Jakarta, Asia/Makassar or Asia/Jayapura") from error
    return name


def _minute(value: object) -> object:
    """A wall-clock time as minutes from midnight."""
    if not isinstance(value, str):
        return value
    try:
        at = datetime.strptime(value, "%H:%M")  # noqa: DTZ007 - a time of the day alone
    except ValueError as error:
        raise ValueError("a time like 18:00") from error
    return at.hour * 60 + at.minute


def _stages(value: object) -> object:
    """``7@07:00=50,1@12:00=50``: days before, local time, per cent."""
    if not isinstance(value, str):
        return value
    found = [_STAGE.fullmatch(part.strip()) for part in value.split(",") if part.strip() and value != NONE]
    plan = [Stage(int(m[1]), int(m[2]) * 60 + int(m[3]), int(m[4])).as_stored() for m in found if m is not None]
    if len(plan) != len(found):
        raise ValueError("stages like 7@07:00=50,1@12:00=50")
    return plan


def _steps(value: object) -> object:
    """``08:00=0,10:30=8``: from that local time on, so many places."""
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip() and value != NONE]
    found = [match for part in parts if (match := _STEP.fullmatch(part))]
    if len(found) != len(parts):
        raise ValueError("times and places like 08:00=0,10:30=8")
    return [{"minute": _minute(step[1]), "capacity": int(step[2])} for step in found]


def _whole_plan(plan: list[dict[str, int]]) -> list[dict[str, int]]:
    return [stage.as_stored() for stage in release.stages(plan)]


def _whole_slot_plan(plan: list[dict[str, int]]) -> list[dict[str, int]]:
    minutes = [step["minute"] for step in plan]
    if len(set(minutes)) != len(minutes) or any(step["capacity"] > MOST_PLACES for step in plan):
        raise ValueError(f"each time once, with at most {MOST_PLACES} places")
    return sorted(plan, key=lambda step: step["minute"])


def _rates(value: object) -> object:
    """``elderly=2,pregnant=2.5``: how many times as fast as others a group moves up; who is not named: 1."""
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip() and value != NONE]
    found = {match[1]: float(match[2]) for part in parts if (match := _RATE.fullmatch(part))}
    known = STANDARD_RATES.keys() - {"regular"}
    if len(found) != len(parts) or found.keys() - known or not all(1 <= rate <= 10 for rate in found.values()):
        raise ValueError("groups and numbers from 1 to 10 like elderly=2,disabled=2,pregnant=2,infant=2")
    return {"regular": 1.0} | {group: found.get(group, 1.0) for group in STANDARD_RATES if group in known}


def _languages(value: object) -> object:
    """``id,min,en``: Indonesian first, then what is said after it."""
    if not isinstance(value, str):
        return value
    found = [part.strip() for part in value.split(",")]
    is_usable = all(_LANGUAGE.fullmatch(part) for part in found) and len(set(found)) == len(found) <= 4
    if not is_usable or found[0] != "id":
        raise ValueError("id first, then up to three others, like id,en or id,min,en")
    return found


def _or_none(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() in ("", NONE) else value


Name = Annotated[str, Field(min_length=1, max_length=120)]
Percent = Annotated[int, Field(ge=0, le=100)]
Clock = Annotated[int, BeforeValidator(_minute), Field(ge=0, lt=1440)]
Quota = Annotated[Annotated[int, Field(ge=0, le=100_000)] | None, BeforeValidator(_or_none)]
Minutes = Annotated[Annotated[int, Field(ge=0, le=1440)] | None, BeforeValidator(_or_none)]
Rates = Annotated[dict[str, float], BeforeValidator(_rates)]
Languages = Annotated[list[str], BeforeValidator(_languages)]
SlotPlan = Annotated[list[dict[str, int]], BeforeValidator(_steps), AfterValidator(_whole_slot_plan)]
Plan = Annotated[list[dict[str, int]], BeforeValidator(_stages), AfterValidator(_whole_plan)]


class Settings(BaseModel):
    """``description`` of each field: what it means, in one English phrase."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


def _term(kind: Kind) -> FieldInfo:
    term = TERMS[kind]
    bounds: FieldInfo = Field(ge=term.least, le=term.most)
    return bounds


class OfficeSettings(Settings):
    name: Name = Field(description="what the office is called")
    address: str = Field(max_length=240, description="shown on its page")
    timezone: Annotated[str, AfterValidator(_zone)] = Field(description="Asia/Jakarta, Asia/Makassar or Asia/Jayapura")
    booking_days_ahead: int = Field(ge=0, le=365, description="how many days ahead can be booked")
    grace_minutes: int = Field(
        ge=0, le=1440, description="so long one may return after a no-show, or come late for a slot"
    )
    rule_name: RuleName = Field(description="who is next: accumulating, first_come or strict")
    rates: Rates = Field(
        description="how many times as fast a priority group moves up, like elderly=2,disabled=2,pregnant=2,infant=2"
    )
    longest_wait_minutes: int = Field(ge=1, le=1440, description="who has waited so long goes ahead of all others")
    holidays_close: bool = Field(description="suggested holidays close the office unasked, but for estimated dates")
    overbooking: bool = Field(description="slots take more by the measured share of those who do not come")
    overbooking_cap_percent: int = Field(ge=0, le=50, description="at most so much more")
    nik_required: bool = Field(description="nobody books online without a NIK")
    proof_of_work: ProofOfWork = Field(description="whether booking online demands one: profile, on or off")
    cooling_off: bool = Field(description="who missed bookings twice books only for the next days for a while")
    presence: bool = Field(description="paired displays show the code that proves being in the office")
    presence_required: bool = Field(description="nobody checks in by phone without that code")
    tell_at_place: int = Field(ge=0, le=50, description="who waits is told at this place in the line; 0 not at all")
    remind_evening_minute: Clock = Field(
        description="when who booked for tomorrow is reminded, like 18:00; 00:00 not at all"
    )
    remind_minutes_before: int = Field(ge=0, le=1440, description="and so long before the slot; 0 not at all")
    voice: bool = Field(description="the displays say each call")
    voice_reading: VoiceReading = Field(description="how a number is said: digits (nol satu dua) or number (dua belas)")
    voice_repeat: int = Field(ge=1, le=3, description="so many times each call is said")
    voice_languages: Languages = Field(description="in which languages, in this order, like id,en or id,min,en")
    voice_chime: bool = Field(description="a chime goes before it")
    voice_displays: VoiceDisplays = Field(description="which displays speak: all, or one of those that are paired")
    wait_target_minutes: int = Field(ge=1, le=1440, description="nobody should wait longer, where a service has no own")
    alert_queue_length: int = Field(ge=0, le=1000, description="alert when so many wait for a service; 0 not at all")
    alert_longest_wait_minutes: int = Field(ge=0, le=1440, description="alert when somebody has waited so long; 0 not")
    alert_at_risk: int = Field(ge=0, le=1000, description="alert when so many will wait beyond the target; 0 not")
    alert_no_counter_minutes: int = Field(
        ge=0, le=1440, description="alert when somebody has waited so long and no counter is open for it; 0 not"
    )
    alert_pause_minutes: int = Field(ge=0, le=1440, description="alert when a counter has paused so long; 0 not")
    alert_serving_factor: int = Field(
        ge=0, le=20, description="alert when serving takes so many times as long as it usually does; 0 not"
    )
    alert_display_minutes: int = Field(
        ge=0, le=1440, description="alert when a paired display is silent so long; 0 not"
    )
    recall_limit: int = Field(ge=1, le=20, description="after so many calls in vain the desk offers the no-show first")
    hold_reminder_minutes: int = Field(ge=0, le=480, description="so long after a hold the desks remind; 0 never")
    receipt_text: str = Field(max_length=240, description="the office's own words at the end of every receipt")
    second_step: bool = Field(description="supervisors and administrators sign in with a code of their phone too")
    lock_minutes: int = Field(ge=0, le=240, description="a signed-in screen that nobody touches is covered; 0 never")
    kept_people_days: Annotated[int, _term(Kind.PEOPLE)] = Field(
        description="so long after a ticket's day its name, phone and NIK stay"
    )
    kept_contacts_days: Annotated[int, _term(Kind.CONTACTS)] = Field(
        description="so long after its day the addresses for news stay"
    )
    kept_complainant_days: Annotated[int, _term(Kind.COMPLAINANT)] = Field(
        description="so long after a complaint's end who complained stays"
    )
    kept_complaint_days: Annotated[int, _term(Kind.COMPLAINT)] = Field(
        description="so long after a complaint's end its words stay"
    )
    kept_comment_days: Annotated[int, _term(Kind.COMMENT)] = Field(
        description="so long what was written in the survey stays"
    )
    privacy_contact: str = Field(max_length=240, description="whom citizens ask about their data: name, phone, mail")


class ServiceSettings(Settings):
    name_id: Name = Field(description="Indonesian name")
    name_en: Name = Field(description="English name")
    standard_minutes: Minutes = Field(description="how long serving usually takes; none if not known")
    cost_rupiah: int = Field(ge=0, le=1_000_000_000, description="0 is free of charge")
    daily_quota: Quota = Field(description="numbers of a day; none for no limit")
    online_quota: Quota = Field(description="at most so many of them online; none for no limit of its own")
    kiosk_quota: Quota = Field(description="at most so many of them at the kiosk")
    reception_quota: Quota = Field(description="at most so many of them at the reception")
    slot_minutes: int = Field(ge=5, le=480, description="length of an arrival slot")
    slot_capacity: int = Field(ge=0, le=MOST_PLACES, description="places of a slot")
    slot_plan: SlotPlan = Field(description="other places from a time on, like 08:00=0,10:30=8 (0: no slots); none")
    online_share_percent: Percent = Field(description="how much of a slot may go online; the rest is for who comes")
    online_needs_slot: bool = Field(description="online, nobody books without a slot")
    lead_minutes: Minutes = Field(description="so long before its start a slot closes for online; none: at its end")
    release: Plan = Field(description="when shares of a day's online places open, like 7@07:00=50,1@12:00=50; none")
    active: bool = Field(description="whether it is offered")
    wait_target_minutes: Minutes = Field(description="nobody should wait longer; none: as the office says")


def change_office(
    session: Session, office: Office, texts: Mapping[str, str], now: datetime, actor: User | None = None
) -> None:
    """Set settings from their texts, all or none; what changes is written down, with ``actor`` (None: a command).

    Raises Invalid ``unknown_setting`` or ``bad_setting``.
    """
    before = texts_of(office)
    _change(office, OfficeSettings, texts)
    changes.record(session, office, actor, "office", before, texts_of(office), now)


def change_service(
    session: Session,
    office: Office,
    service: Service,
    texts: Mapping[str, str],
    now: datetime,
    actor: User | None = None,
) -> None:
    """Likewise those of a service of the office."""
    before = texts_of(service)
    _change(service, ServiceSettings, texts)
    changes.record(session, office, actor, f"service:{service.code}", before, texts_of(service), now)


def texts_of(row: Office | Service) -> dict[str, str]:
    """Each setting's text, which can be given again."""
    return {name: text for name, (text, _) in shown(row).items()}


def shown(row: Office | Service) -> dict[str, tuple[str, str]]:
    """Each setting's text, which can be given again, and what it means."""
    model = OfficeSettings if isinstance(row, Office) else ServiceSettings
    return {
        name: (as_text(name, getattr(row, name)), field.description or "") for name, field in model.model_fields.items()
    }


def _change(row: Office | Service, model: type[Settings], texts: Mapping[str, str]) -> None:
    for name in texts:
        if name not in model.model_fields:
            raise Invalid(
                "unknown_setting",
                N_("Pengaturan %(name)s tidak ada. Yang ada: %(known)s."),
                name=name,
                known=", ".join(model.model_fields),
            )
    now: dict[str, Any] = {name: getattr(row, name) for name in model.model_fields}
    try:
        checked = model.model_validate(now | dict(texts))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else next(iter(texts))
        raise Invalid(
            "bad_setting",
            N_("%(name)s tidak bisa “%(value)s”: %(why)s."),
            name=name,
            value=texts.get(name, as_text(name, now[name])),
            why=first["msg"].removeprefix("Value error, "),
        ) from error
    for name in texts:
        setattr(row, name, getattr(checked, name))


def as_text(name: str, value: Any) -> str:
    """The value of a setting as it can be given again."""
    if value is None or value == []:
        return NONE
    if name in _WRITTEN:
        return _WRITTEN[name](value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rates_text(rates: Mapping[str, float]) -> str:
    groups = [group for group in STANDARD_RATES if group in rates and group != "regular"]
    return ",".join(f"{group}={rates[group]:g}" for group in groups) or NONE


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "release": lambda plan: ",".join(f"{s['days_before']}@{_clock(s['minute'])}={s['percent']}" for s in plan),
    "slot_plan": lambda plan: ",".join(f"{_clock(step['minute'])}={step['capacity']}" for step in plan),
    "remind_evening_minute": _clock,
    "voice_languages": ",".join,
    "rates": _rates_text,
}
"""How the settings are written whose values are no plain text, number or yes and no."""
