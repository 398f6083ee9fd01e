"""Services and officers that past records name: those of the office, and new ones for what only the past knew."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.models import Office, Role, Service, User

PREFIX_LENGTH = 8
USERNAME_LENGTH = 60

_USERNAME_ROOM = USERNAME_LENGTH - 7
"""Leaves place for a number that makes it unique."""


@dataclass(frozen=True, slots=True)
class PastNames:
    """Services by code and ids of officers by the records' name for them, and what had to be made (for people)."""

    services: Mapping[str, Service]
    officers: Mapping[str, int]
    services_made: list[str]
    officers_made: list[str]
    counters: Mapping[str, int] = field(default_factory=dict)
    """Ids of counters by the records' name for them; what is not there was at no counter that is known."""


def read_or_make(session: Session, office: Office, *, services: Iterable[str], servers: Iterable[str]) -> PastNames:
    """Find what the records name, and make what is missing: a service that is not offered, a user who can't sign in.

    An officer is the office's user whose user name it is, or who was made for that very name before.
    """
    found_services, services_made = _services(session, office, set(services))
    officers, officers_made = _officers(session, office, set(servers))
    return PastNames(found_services, officers, services_made, officers_made)


def _services(session: Session, office: Office, codes: set[str]) -> tuple[dict[str, Service], list[str]]:
    there = session.scalars(select(Service).where(Service.office_id == office.id)).all()
    found = {service.code: service for service in there if service.code in codes}
    prefixes = {service.prefix for service in there}
    missing = sorted(codes - set(found))
    for code in missing:
        prefix = prefix_for(code, prefixes)
        prefixes.add(prefix)
        found[code] = Service(office_id=office.id, code=code, prefix=prefix, name_id=code, name_en=code, active=False)
    session.add_all(found[code] for code in missing)
    session.flush()
    return found, missing


def _officers(session: Session, office: Office, servers: set[str]) -> tuple[dict[str, int], list[str]]:
    here = session.execute(
        select(User.id, User.username, User.display_name, User.password_hash).where(User.office_id == office.id)
    ).all()
    found = {user.display_name: user.id for user in here if user.password_hash is None and user.display_name in servers}
    found |= {user.username: user.id for user in here if user.username in servers}
    missing = sorted(servers - set(found))
    if not missing:
        return found, []
    usernames = set(session.scalars(select(User.username)))
    made = []
    for server in missing:
        username = username_for(server, usernames)
        usernames.add(username)
        made.append(User(username=username, display_name=server, role=Role.OFFICER, office_id=office.id, active=False))
    session.add_all(made)
    session.flush()
    return found | {user.display_name: user.id for user in made}, [user.username for user in made]


def prefix_for(code: str, taken: set[str]) -> str:
    """A prefix for labels like ``PS-012``: the code's Latin letters and digits, with a number when it is taken."""
    base = re.sub(r"[^A-Z0-9]", "", _plain(code).upper())[:PREFIX_LENGTH] or "X"
    return free(base, taken, PREFIX_LENGTH, "")


def username_for(server: str, taken: set[str]) -> str:
    """The records' name for an officer as a user name: itself where that is safe, and not yet taken.

    Capitals stay and one letter is enough, unlike for people who sign in: reports name the officer by it, and whoever
    brought the records in looks for the names that stand there.
    """
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", _plain(server)).strip("._-")[:_USERNAME_ROOM].rstrip("._-")
    return free(base or "petugas", taken, USERNAME_LENGTH, "-")


def _plain(text: str) -> str:
    """Latin letters without their accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def free(base: str, taken: set[str], length: int, separator: str) -> str:
    candidate, number = base, 1
    while candidate in taken:
        number += 1
        ending = f"{separator}{number}"
        candidate = base[: length - len(ending)] + ending
    return candidate
