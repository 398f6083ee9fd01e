"""The first office is made: office, administrator and configuration in one transaction, or nothing of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from queue_app import accounts
from queue_app.audit import changes
from queue_app.configuration import importing
from queue_app.configuration.errand import Errand
from queue_app.configuration.reading import Read
from queue_app.database import one_at_a_time
from queue_app.errors import N_, QueueError
from queue_app.models import Office, Role, SignInKind
from queue_app.setup import code, draft
from queue_app.setup.draft import Draft
from queue_app.signin import record
from queue_app.signin.where import Where


def finish(session: Session, said: Draft, where: Where, now: datetime) -> Office:
    """Of two at once one makes it. Raises QueueError ``set_up_already``, and as what the steps call."""
    one_at_a_time(session, "setup")
    if not code.is_open(session):
        raise QueueError("set_up_already", N_("Kantor sudah disiapkan."))
    office = importing.found(session, said.slug, said.name, now, said.timezone)
    admin = accounts.add(
        session, office, said.username, Role.ADMIN, said.password_hash, said.display_name or said.username
    )
    record.note(session, admin, SignInKind.CREATED, where, now)
    changes.record(session, office, admin, f"person:{admin.username}", {}, {"role": admin.role.value}, now)
    importing.apply_plain(Errand(session, office, now, admin), draft.configuration(said), Read({}, {}))
    return office
