"""How many of each thing an office has, for the cards of its settings."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from queue_app.database import Base
from queue_app.models import (
    ApiToken,
    ConfigurationChange,
    Device,
    DisplayLine,
    ImportStatus,
    Office,
    PastImport,
    PrivacyDeed,
    PrivacyDeedKind,
    User,
    Webhook,
    officer_service,
)


def people(session: Session, office: Office) -> int:
    return _count(session, User, User.office_id == office.id, User.active.is_(True))


def displays(session: Session, office: Office) -> int:
    return _count(session, Device, Device.office_id == office.id)


def speaking(session: Session, office: Office) -> int:
    """Displays that speak, whether or not the office has its voice on."""
    return _count(session, Device, Device.office_id == office.id, Device.speaks.is_(True))


def lines(session: Session, office: Office) -> int:
    return _count(session, DisplayLine, DisplayLine.office_id == office.id)


def wishes(session: Session, office: Office) -> int:
    """What persons asked for about their data, and was done."""
    is_asked = PrivacyDeed.deed != PrivacyDeedKind.RETENTION
    return _count(session, PrivacyDeed, PrivacyDeed.office_id == office.id, is_asked)


def changes(session: Session, office: Office) -> int:
    return _count(session, ConfigurationChange, ConfigurationChange.office_id == office.id)


def imports(session: Session, office: Office) -> int:
    is_done = PastImport.status == ImportStatus.DONE
    return _count(session, PastImport, PastImport.office_id == office.id, is_done)


def webhooks(session: Session, office: Office) -> int:
    return _count(session, Webhook, Webhook.office_id == office.id, Webhook.removed_at.is_(None))


def tokens(session: Session, office: Office) -> int:
    live = select(func.count()).select_from(ApiToken).join(ApiToken.user)
    return session.scalar(live.where(User.office_id == office.id, ApiToken.revoked_at.is_(None))) or 0


def skilled(session: Session, office: Office) -> int:
    """Officers who cannot do everything."""
    there = select(func.count(User.id.distinct())).join(officer_service, officer_service.c.officer_id == User.id)
    return session.scalar(there.where(User.office_id == office.id, User.active)) or 0


def _count(session: Session, of: type[Base], *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(of).where(*which)) or 0
