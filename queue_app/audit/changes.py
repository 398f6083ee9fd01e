"""The history of the settings: who changed what of an office, and when; chained like the other logs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from queue_app.audit import chain
from queue_app.models import ChainHead, ConfigurationChange, Office, User
from queue_app.models.chain import SUBJECT_LENGTH

Values = Mapping[str, Any]
"""Settings by name, as JSON knows values."""


def record(
    session: Session,
    office: Office,
    actor: User | None,
    subject: str,
    before: Values,
    after: Values,
    now: datetime,
) -> ConfigurationChange | None:
    """Write down what differs between ``before`` and ``after``; None when nothing does.

    ``actor`` None: a command on the server. ``subject``: what was changed, like ``office``, ``service:A``, ``hours``,
    ``counter:3``. Of what was made ``before`` is empty, of what was removed ``after``. Pass no password and nothing of
    a citizen: rows stay for good. Call it last in the use case, for it holds the office's row.
    """
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not names:
        return None
    change = ConfigurationChange(
        office_id=office.id,
        at=now,
        actor_id=actor.id if actor else None,
        subject=subject[:SUBJECT_LENGTH],
        before={name: before[name] for name in names if name in before},
        after={name: after[name] for name in names if name in after},
    )
    chain.append(session, change)
    return change


_COUNT = select(ChainHead.seq).where(
    ChainHead.office_id == bindparam("of_office"), ChainHead.log == ConfigurationChange.__tablename__
)


def count(session: Session, office_id: int) -> int:
    """How many changes of the office's settings there were: another number, other settings."""
    return session.scalar(_COUNT, {"of_office": office_id}) or 0
