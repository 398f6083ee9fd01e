"""What an administrator does with the people of the own office. Each deed is written down with who did it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app import accounts
from queue_app.audit import changes
from queue_app.errors import N_, Forbidden, Invalid, NotFound, QueueError
from queue_app.lifecycle import ShiftState
from queue_app.models import Role, Shift, SignInKind, User
from queue_app.signin import passwords, record, second_step, sessions
from queue_app.signin.where import Where


def of_office(session: Session, office_id: int) -> Sequence[User]:
    """Who can sign in or could once, the active first."""
    return session.scalars(
        select(User)
        .where(User.office_id == office_id, User.password_hash.is_not(None))
        .order_by(User.active.desc(), User.username)
    ).all()


def page(session: Session, office_id: int, after: int | None, most: int) -> Sequence[User]:
    """Likewise in the order in which they were made: ``most`` of those after the one numbered ``after``."""
    query = select(User).where(User.office_id == office_id, User.password_hash.is_not(None))
    if after is not None:
        query = query.where(User.id > after)
    return session.scalars(query.order_by(User.id).limit(most)).all()


def named(session: Session, office_id: int, username: str) -> User:
    """Somebody of the office by the user name. Raises NotFound ``unknown_user``."""
    user = accounts.find_user(session, username)
    if user is None or user.office_id != office_id or user.password_hash is None:
        raise NotFound("unknown_user", N_("Orang itu tidak ada di kantor Anda."))
    return user


def require_for_program(*roles: Role) -> None:
    """A program makes no administrator, and changes the account of none: a token that leaks must not become somebody
    who can do everything. Raises Forbidden ``admin_by_hand``."""
    if Role.ADMIN in roles:
        raise Forbidden("admin_by_hand", N_("Akun administrator hanya diatur orang di halaman Pegawai, bukan program."))


def find(session: Session, actor: User, user_id: int) -> User:
    """Somebody of the same office. Raises NotFound ``unknown_user``."""
    user = session.get(User, user_id)
    if user is None or user.office_id != actor.office_id or user.password_hash is None:
        raise NotFound("unknown_user", N_("Orang itu tidak ada di kantor Anda."))
    return user


def create(
    session: Session, actor: User, username: str, display_name: str, role: Role, where: Where, now: datetime
) -> tuple[User, str]:
    """Add somebody with a temporary password, which is told once. Raises as ``accounts.create_user``."""
    password = passwords.temporary()
    user = accounts.create_user(
        session,
        office=actor.office,
        username=username,
        role=role,
        password=password,
        display_name=display_name or None,
        must_change=True,
    )
    record.note(session, user, SignInKind.CREATED, where, now, actor=actor)
    changes.record(session, actor.office, actor, subject(user), {}, {"role": role.value}, now)
    return user, password


def set_role(session: Session, actor: User, user: User, role: Role, where: Where, now: datetime) -> None:
    """All sessions of the person end. Raises QueueError ``last_admin`` or ``at_counter``."""
    if role is user.role:
        return
    _require_another_admin(session, user)
    _require_no_counter(session, user)
    before, user.role = {"role": user.role.value}, role
    sessions.end_all(session, user.id, now)
    record.note(session, user, SignInKind.ROLE_CHANGED, where, now, actor=actor)
    changes.record(session, actor.office, actor, subject(user), before, {"role": role.value}, now)


def deactivate(session: Session, actor: User, user: User, where: Where, now: datetime) -> None:
    """Nobody signs in by it any more, and no program acts for it. Raises as ``set_role``."""
    _require_another_admin(session, user)
    _require_no_counter(session, user)
    user.active = False
    sessions.end_all(session, user.id, now)
    record.note(session, user, SignInKind.DEACTIVATED, where, now, actor=actor)
    changes.record(session, actor.office, actor, subject(user), {"active": True}, {"active": False}, now)


def activate(session: Session, actor: User, user: User, where: Where, now: datetime) -> None:
    user.active = True
    record.note(session, user, SignInKind.ACTIVATED, where, now, actor=actor)
    changes.record(session, actor.office, actor, subject(user), {"active": False}, {"active": True}, now)


def reset_password(session: Session, actor: User | None, user: User, where: Where, now: datetime) -> str:
    """A temporary password, told once and changed at the first sign-in; all sessions of the person end."""
    password = passwords.temporary()
    user.password_hash, user.must_change_password = passwords.hashed(password), True
    sessions.end_all(session, user.id, now)
    record.note(session, user, SignInKind.PASSWORD_RESET, where, now, actor=actor)
    return password


def reset_second_step(session: Session, actor: User | None, user: User, where: Where, now: datetime) -> None:
    second_step.reset(session, user, where, now, actor=actor)


def end_sessions(session: Session, actor: User, user: User, where: Where, now: datetime) -> None:
    sessions.end_all(session, user.id, now)
    record.note(session, user, SignInKind.SESSION_ENDED, where, now, actor=actor)


def subject(user: User) -> str:
    """What the history of the settings calls an account."""
    return f"person:{user.username}"


def _require_another_admin(session: Session, user: User) -> None:
    if user.role is not Role.ADMIN or not user.active:
        return
    others = select(func.count()).where(
        User.office_id == user.office_id, User.role == Role.ADMIN, User.active, User.id != user.id
    )
    if not session.scalar(others):
        raise QueueError("last_admin", N_("Kantor ini harus tetap punya seorang administrator."))


def _require_no_counter(session: Session, user: User) -> None:
    at_counter = select(Shift.id).where(Shift.officer_id == user.id, Shift.state != ShiftState.CLOSED)
    if session.scalar(at_counter) is not None:
        raise QueueError("at_counter", N_("Orang itu masih membuka loket. Tutup dahulu loketnya."))


def role_of(text: str) -> Role:
    """Raises Invalid ``bad_role``."""
    try:
        return Role(text)
    except ValueError as error:
        raise Invalid("bad_role", N_("Pilih salah satu peran.")) from error
