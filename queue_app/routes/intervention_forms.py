"""What the forms of an intervention carry."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from math import isfinite
from typing import TypeVar

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.auth import signed_in_user
from queue_app.errors import N_, Invalid
from queue_app.interventions import Step, Wish
from queue_app.models import Annotation, Counter, GroupKind, Intervention, Office, Role, Service, User
from queue_app.routes.language import language

Number = TypeVar("Number", int, float)
_MOST_DIGITS = 9
_LONGEST = 20_000


def step(session: Session, now: datetime) -> Step:
    """Who is signed in, now, having seen the version that the form carries."""
    return Step(signed_in_user(session), now, _number("version", int))


def wish() -> Wish:
    """The plan as it was typed. Raises Invalid ``bad_washout`` or ``bad_expected`` for what is no number."""
    group, control = text("group"), text("control")
    return Wish(
        kind=text("kind"),
        name=text("name"),
        done=text("done"),
        start_day=_day(),
        washout=_number("washout", int) if text("washout").strip() else 0,
        group=group,
        members=_ids(group),
        control=control,
        control_members=_ids(f"control_{control}"),
        primary=request.form.getlist("primary"),
        expected=_expected(),
        annotation_id=_number("annotation", int),
    )


def text(name: str) -> str:
    return request.form.get(name, "")[:_LONGEST]


def typed(found: Intervention | None) -> dict[str, object]:
    """The values that the form begins with: what was typed and refused, else the plan's, else nothing."""
    if request.method == "POST":
        chosen = {name: request.form.getlist(name) for name in request.form}
        return {name: values if name in _LISTS else values[0][:400] for name, values in chosen.items()}
    return typed_of(found)


_LISTS = frozenset({"primary", *(f"{side}{kind.value}" for side in ("", "control_") for kind in GroupKind)})


_FROM_ADDRESS = (("start_day", "date"), ("name", "name"), ("annotation", "annotation"))


def typed_of(found: Intervention | None) -> dict[str, object]:
    if found is None:
        return {name: request.args.get(asked, "")[:120] for name, asked in _FROM_ADDRESS}
    values: dict[str, object] = {
        "kind": found.kind.value,
        "name": found.name,
        "done": found.done,
        "start_day": found.start_day.isoformat(),
        "washout": str(found.washout),
        "group": found.group.value,
        "control": found.control.value if found.control else "",
        "primary": list(found.primary),
        "expected": "" if found.expected is None else f"{found.expected:g}",
        "annotation": str(found.annotation_id or ""),
        found.group.value: [str(one) for one in found.members],
    }
    if found.control is not None:
        values[f"control_{found.control.value}"] = [str(one) for one in found.control_members]
    return values


def choices(session: Session, office: Office) -> dict[GroupKind, Sequence[tuple[int, str]]]:
    """Who can be chosen, by the kind of group."""
    services = session.scalars(select(Service).where(Service.office_id == office.id).order_by(Service.code))
    officers = session.scalars(
        select(User).where(User.office_id == office.id, User.role == Role.OFFICER).order_by(User.display_name)
    )
    counters = session.scalars(select(Counter).where(Counter.office_id == office.id).order_by(Counter.number))
    name = "name_en" if language() == "en" else "name_id"
    return {
        GroupKind.SERVICES: [(one.id, f"{one.code} {getattr(one, name)}") for one in services],
        GroupKind.OFFICERS: [(one.id, one.display_name) for one in officers],
        GroupKind.COUNTERS: [(one.id, str(one.number)) for one in counters],
    }


def annotations(session: Session, office: Office) -> Sequence[Annotation]:
    """The notes of the charts that an intervention may be linked with, the latest first."""
    return session.scalars(
        select(Annotation)
        .where(Annotation.office_id == office.id, Annotation.removed_at.is_(None))
        .order_by(Annotation.start_day.desc())
        .limit(50)
    ).all()


def _day() -> date | None:
    try:
        return date.fromisoformat(text("start_day")[:10])
    except ValueError:
        return None


def _ids(name: str) -> list[int]:
    return [
        int(one) for one in request.form.getlist(name) if one.isascii() and one.isdigit() and len(one) <= _MOST_DIGITS
    ]


def _expected() -> float | None:
    """Raises Invalid ``bad_expected`` for what is no number."""
    if not text("expected").strip():
        return None
    found = _number("expected", float)
    if found is None or not isfinite(found):
        raise Invalid("bad_expected", N_("Perubahan waktu yang diharapkan: -90 sampai 200 persen, bukan 0."))
    return found


def _number(name: str, kind: Callable[[str], Number]) -> Number | None:
    try:
        return kind(text(name).strip()[:_MOST_DIGITS].replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
