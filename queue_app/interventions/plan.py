"""What is wished of an intervention, and what of it can be right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.errors import N_, Invalid, NotFound
from queue_app.models import (
    INTERVENTION_NAME_LENGTH,
    Annotation,
    Counter,
    GroupKind,
    InterventionKind,
    Monitored,
    Role,
    Service,
    User,
)
from queue_app.opening import local_day

LONGEST_WASHOUT = 60
DONE_LENGTH = 2000
_FARTHEST_YEARS = 10
_EXPECTED = (-90.0, 200.0)


@dataclass(frozen=True, slots=True)
class Step:
    """Who does it, when, and (for a change) which version the page showed."""

    who: User
    now: datetime
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """As it was typed: enumerations by their values, members by their ids; None or empty: nothing was said."""

    kind: str
    name: str
    done: str
    start_day: date | None
    primary: Sequence[str]
    washout: int | None = 0
    group: str = GroupKind.OFFICE.value
    members: Sequence[int] = ()
    control: str = ""
    control_members: Sequence[int] = ()
    expected: float | None = None
    annotation_id: int | None = None


def checked(session: Session, step: Step, wish: Wish) -> dict[str, Any]:
    """The wish as columns of ``Intervention``.

    Raises Invalid ``intervention_kind``, ``words_needed``, ``text_too_long``, ``bad_day``, ``bad_washout``,
    ``no_indicator``, ``bad_expected``, ``bad_group``, or ``bad_control``, NotFound
    ``unknown_annotation``.
    """
    if wish.kind not in set(InterventionKind):
        raise Invalid("intervention_kind", N_("Pilih jenis intervensi."))
    group, members = _group(session, step.who, wish)
    control, control_members = _control(session, step.who, wish, group, members)
    return {
        "kind": InterventionKind(wish.kind),
        "name": words(" ".join(wish.name.split()), INTERVENTION_NAME_LENGTH),
        "done": words(wish.done, DONE_LENGTH),
        "start_day": _day(step, wish.start_day),
        "washout": _washout(wish.washout),
        "primary": _indicators(wish.primary),
        "expected": _expected(wish.expected),
        "group": group,
        "members": members,
        "control": control,
        "control_members": control_members,
        "annotation_id": _annotation(session, step.who, wish.annotation_id),
    }


def words(text: str, longest: int) -> str:
    """Raises Invalid ``words_needed`` or ``text_too_long``."""
    tidy = "".join(c if c.isprintable() or c == "\n" else " " for c in text.replace("\r\n", "\n")).strip()
    if not tidy:
        raise Invalid("words_needed", N_("Isi bagian ini dengan kata-kata."))
    if len(tidy) > longest:
        raise Invalid("text_too_long", N_("Tulisan terlalu panjang: paling banyak %(length)s huruf."), length=longest)
    return tidy


def _day(step: Step, day: date | None) -> date:
    """A future date is a plan; one beyond a year is a slip."""
    today = local_day(step.who.office, step.now)
    if day is None or not today.year - _FARTHEST_YEARS <= day.year <= today.year + 1:
        raise Invalid("bad_day", N_("Isi tanggal, seperti 2026-11-24."))
    return day


def _washout(days: int | None) -> int:
    if days is None or not 0 <= days <= LONGEST_WASHOUT:
        raise Invalid("bad_washout", N_("Hari peralihan: 0 sampai %(most)s."), most=LONGEST_WASHOUT)
    return days


def _indicators(names: Sequence[str]) -> list[str]:
    chosen = [one.value for one in Monitored if one.value in names]
    if not chosen or set(names) - set(chosen):
        raise Invalid("no_indicator", N_("Pilih sekurang-kurangnya satu indikator utama."))
    return chosen


def _expected(change: float | None) -> float | None:
    if change is None:
        return None
    if not _EXPECTED[0] <= change <= _EXPECTED[1] or change == 0:
        raise Invalid("bad_expected", N_("Perubahan waktu yang diharapkan: -90 sampai 200 persen, bukan 0."))
    return change


def _group(session: Session, who: User, wish: Wish) -> tuple[GroupKind, list[int]]:
    if wish.group not in set(GroupKind) - {GroupKind.OTHERS}:
        raise Invalid("bad_group", N_("Pilih siapa yang terkena: seluruh kantor, layanan, petugas atau loket."))
    kind = GroupKind(wish.group)
    if kind is GroupKind.OFFICE:
        return kind, []
    members = sorted(set(wish.members))
    if not members or set(members) - _known(session, who, kind):
        raise Invalid("bad_group", N_("Pilih sekurang-kurangnya satu dari daftar untuk kelompok itu."))
    return kind, members


def _control(
    session: Session, who: User, wish: Wish, group: GroupKind, members: Sequence[int]
) -> tuple[GroupKind | None, list[int]]:
    if not wish.control:
        return None, []
    if wish.control not in {kind.value for kind in GroupKind if kind is not GroupKind.OFFICE}:
        raise Invalid("bad_control", N_("Pilih kelompok pembanding dari daftar."))
    kind = GroupKind(wish.control)
    if group is GroupKind.OFFICE:
        raise Invalid("bad_control", N_("Seluruh kantor tidak punya kelompok pembanding di kantor ini."))
    if kind is GroupKind.OTHERS:
        return kind, []
    chosen = sorted(set(wish.control_members))
    if not chosen or set(chosen) - _known(session, who, kind):
        raise Invalid("bad_control", N_("Pilih kelompok pembanding dari daftar."))
    if kind is group and set(chosen) & set(members):
        raise Invalid("bad_control", N_("Yang terkena intervensi tidak dapat menjadi pembanding."))
    return kind, chosen


def _known(session: Session, who: User, kind: GroupKind) -> set[int]:
    chosen = {
        GroupKind.SERVICES: select(Service.id).where(Service.office_id == who.office_id),
        GroupKind.COUNTERS: select(Counter.id).where(Counter.office_id == who.office_id),
        GroupKind.OFFICERS: select(User.id).where(User.office_id == who.office_id, User.role == Role.OFFICER),
    }
    return set(session.scalars(chosen[kind]))


def _annotation(session: Session, who: User, annotation_id: int | None) -> int | None:
    if annotation_id is None:
        return None
    found = session.get(Annotation, annotation_id)
    if found is None or found.office_id != who.office_id or found.removed_at is not None:
        raise NotFound("unknown_annotation", N_("Catatan itu tidak ada di kantor Anda."))
    return found.id
