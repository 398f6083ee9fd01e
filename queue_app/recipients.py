"""To whom a citizen is sent: whether that counter, officer or pool is there and takes the service. Reads and locks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from queue_app import kept_settings, scope, shifts
from queue_app.errors import N_, Forbidden, NotFound, QueueError
from queue_app.lifecycle import ShiftState
from queue_app.models import Counter, Office, Pool, Role, Service, Shift, User


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of: a counter by id, an officer by username, a pool by code."""

    counter_id: int | None = None
    officer: str | None = None
    pool: str | None = None

    def __post_init__(self) -> None:
        if [self.counter_id, self.officer, self.pool].count(None) != 2:
            raise ValueError("a recipient is one counter, one officer or one pool")


@dataclass(frozen=True, slots=True)
class Keep:
    """``columns`` keep a waiting ticket for the recipient, ``data`` names the recipient in the log."""

    columns: dict[str, int]
    data: dict[str, Any]


NOBODY = Keep({}, {})


def find(session: Session, sender: User, to: Recipient, service: Service) -> Keep:
    """The recipient, who can take the service now; they cannot leave before this transaction has ended.

    To be called before the ticket is locked: who calls locks the shift first, and the ticket then.

    Raises NotFound ``unknown_counter``, ``unknown_officer`` or ``unknown_pool``; QueueError ``counter_unattended``,
    ``officer_off_duty`` or ``pool_unattended``; Forbidden ``not_served_there`` or ``officer_lacks_skill``.
    """
    if to.counter_id is not None:
        counter = shifts.find_counter(session, sender, to.counter_id)
        _require_counter(session, counter, service)
        return Keep({"for_counter_id": counter.id}, {"to_counter": counter.number})
    if to.officer is not None:
        officer = _officer(session, sender.office_id, to.officer)
        _require_officer(session, officer, service)
        return Keep({"for_officer_id": officer.id}, {"to_officer": officer.username})
    pool = session.scalar(
        select(Pool).where(Pool.office_id == sender.office_id, Pool.code == to.pool).with_for_update()
    )
    if pool is None:
        raise NotFound("unknown_pool", N_("Kelompok loket itu tidak ada di kantor Anda. Pilih loket atau layanan."))
    _require_pool(session, pool, service)
    return Keep({"for_pool_id": pool.id}, {"to_pool": pool.code})


def require_skill(session: Session, shift: Shift, service: Service) -> None:
    """Raises Forbidden ``not_served_there`` or ``officer_lacks_skill`` unless the counter with its officer takes it."""
    if service.id in scope.of_shift(session, shift).preferences:
        return
    if service not in shift.counter.services:
        raise Forbidden(
            "not_served_there",
            N_("Loket %(number)s tidak melayani layanan %(service)s. Pilih loket atau layanan lain."),
            number=shift.counter.number,
            service=service.code,
        )
    raise Forbidden(
        "officer_lacks_skill",
        N_("%(officer)s tidak bertugas untuk layanan %(service)s. Pilih petugas atau layanan lain."),
        officer=shift.officer.display_name,
        service=service.code,
    )


def _require_counter(session: Session, counter: Counter, service: Service) -> None:
    shift = _live(session, Shift.counter_id == counter.id)
    if shift is None:
        raise QueueError(
            "counter_unattended",
            N_("Tidak ada petugas di loket %(number)s. Pilih loket yang buka, atau alihkan ke layanannya saja."),
            409,
            number=counter.number,
        )
    require_skill(session, shift, service)


def _require_officer(session: Session, officer: User, service: Service) -> None:
    shift = _live(session, Shift.officer_id == officer.id)
    if shift is None:
        raise QueueError(
            "officer_off_duty",
            N_("%(officer)s sedang tidak bertugas di loket. Pilih petugas lain, atau alihkan ke layanannya saja."),
            409,
            officer=officer.display_name,
        )
    require_skill(session, shift, service)


def _require_pool(session: Session, pool: Pool, service: Service) -> None:
    attended = scope.attended(session, pool.office_id)
    if not any(at.pool_id == pool.id and service.id in at.preferences for at in attended):
        raise QueueError(
            "pool_unattended",
            N_(
                "Di kelompok loket %(pool)s sekarang tidak ada petugas untuk layanan %(service)s. "
                "Pilih loket atau layanan lain."
            ),
            409,
            pool=pool.code,
            service=service.code,
        )


def _officer(session: Session, office_id: int, username: str) -> User:
    found = session.scalar(
        select(User).where(
            User.office_id == office_id, User.username == username, User.role == Role.OFFICER, User.active
        )
    )
    if found is None:
        raise NotFound("unknown_officer", N_("Petugas itu tidak ada di kantor Anda. Periksa namanya."))
    return found


def _live(session: Session, whose: ColumnElement[bool]) -> Shift | None:
    """Locked, so that it doesn't end before the ticket is on its way."""
    return session.scalar(select(Shift).where(whose, Shift.state != ShiftState.CLOSED).with_for_update())


@dataclass(frozen=True, slots=True)
class Seat:
    """An officer at a counter, with the services taken there, those of the first preference first."""

    shift: Shift
    tiers: Sequence[Sequence[Service]]

    @property
    def services(self) -> list[Service]:
        return [service for tier in self.tiers for service in tier]


def seats(session: Session, office: Office, there: Iterable[Shift]) -> list[Seat]:
    """Who is at the counters of an office now; ``there``: its shifts that are not closed, by the counters' numbers."""
    takes = {at.counter_id: at.preferences for at in scope.attended(session, office.id)}
    ordered = [service for service in kept_settings.services(session, office) if service.active]
    found = []
    for shift in there:
        own = takes.get(shift.counter_id, {})
        tiers = [[s for s in ordered if own.get(s.id) == preference] for preference in sorted(set(own.values()))]
        found.append(Seat(shift, [tier for tier in tiers if tier]))
    return found


def pools(seats: Iterable[Seat]) -> dict[str, list[Seat]]:
    """The pools of counters where somebody is, by their codes."""
    found: dict[str, list[Seat]] = {}
    for seat in seats:
        if seat.shift.counter.pool is not None:
            found.setdefault(seat.shift.counter.pool.code, []).append(seat)
    return dict(sorted(found.items()))
