"""Whose office an operation is about: the caller's own, which the address names."""

from sqlalchemy.orm import Session

from queue_app import queries
from queue_app.errors import N_, Forbidden
from queue_app.models import Office, User
from queue_app.routes.api.frame.operation import Caller


def own_office(session: Session, slug: str, caller: Caller) -> Office:
    """The office of the address, which must be the caller's. Raises NotFound, Forbidden ``other_office``."""
    here = queries.office(session, slug)
    if here.id != caller.office_id:
        raise Forbidden("other_office", N_("Pengguna token ini bekerja di kantor lain."))
    return here


def own_user(session: Session, slug: str, caller: Caller) -> User:
    """The caller, at the own office. Raises as ``own_office``."""
    own_office(session, slug, caller)
    return session.get_one(User, caller.user_id)
