"""What a source's services, officers and counters are here: existing ones, or new ones that are out of use."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.errors import N_, Invalid
from queue_app.history_csv import PastRecord
from queue_app.models import Counter, Office, PastImport, Role, Service, User
from queue_app.moving_in.plan import NEW, NOBODY, Plan
from queue_app.past_names import PastNames, free, prefix_for, username_for

_CODE_LENGTH = 40
_LARGEST_NUMBER = 999

Choices = dict[str, dict[str, str]]
"""``services``, ``officers`` and ``counters``: by the source's name what it is here, see ``Plan``."""


def suggest(session: Session, office: Office, found: Mapping[str, Iterable[str]]) -> Choices:
    """For each name the one that is called so here; else something new."""
    services = session.scalars(select(Service).where(Service.office_id == office.id).order_by(Service.id.desc())).all()
    codes = {_plain(text): one.code for one in services for text in (one.name_en, one.name_id, one.code)}
    people = session.scalars(select(User).where(User.office_id == office.id).order_by(User.id.desc())).all()
    usernames = {_plain(text): one.username for one in people for text in (one.display_name, one.username)}
    numbers = set(session.scalars(select(Counter.number).where(Counter.office_id == office.id)))
    counters = {}
    for name in found.get("counters", ()):
        number = _number(name)
        counters[name] = str(number) if number in numbers else NEW
    return {
        "services": {name: codes.get(_plain(name), NEW) for name in found.get("services", ())},
        "officers": {name: usernames.get(_plain(name), NEW) for name in found.get("officers", ())},
        "counters": counters,
    }


def require(session: Session, office: Office, choices: Choices) -> Choices:
    """The same, when all that they name is there. Raises Invalid ``bad_plan``."""
    codes = set(session.scalars(select(Service.code).where(Service.office_id == office.id)))
    usernames = set(session.scalars(select(User.username).where(User.office_id == office.id)))
    numbers = {str(n) for n in session.scalars(select(Counter.number).where(Counter.office_id == office.id))}
    for kind, there in (("services", codes), ("officers", usernames | {NOBODY}), ("counters", numbers | {NOBODY})):
        for name, here in choices.get(kind, {}).items():
            if here != NEW and here not in there:
                raise Invalid(
                    "bad_plan",
                    N_("“%(here)s” tidak ada di kantor ini (untuk “%(name)s”)."),
                    here=here[:60],
                    name=name[:60],
                )
    return choices


class Naming:
    """Finds or makes what a batch of records names, in the batch's transaction, and writes down what was made: whoever
    goes on with a broken-off import, and whoever undoes it, finds it there."""

    def __init__(self, import_id: int, plan: Plan) -> None:
        self._import_id = import_id
        self._plan = plan
        self.has_named = False
        """Whether something was new, and not only passed over."""

    def __call__(self, session: Session, office: Office, records: Sequence[PastRecord]) -> PastNames:
        self.has_named = self.has_named or bool(records)
        row = session.get_one(PastImport, self._import_id)
        made: dict[str, Any] = {kind: dict(row.made.get(kind, {})) for kind in ("services", "officers", "counters")}
        wanted = {
            "services": {record.service for record in records},
            "officers": {record.server for record in records if record.server},
            "counters": {record.counter for record in records if record.counter},
        }
        guessed = suggest(session, office, wanted)
        before = {kind: set(names) for kind, names in made.items()}
        services = self._services(session, office, self._here("services", guessed, wanted), made["services"])
        officers = self._officers(session, office, self._here("officers", guessed, wanted), made["officers"])
        counters = self._counters(session, office, self._here("counters", guessed, wanted), made["counters"])
        row.made = {**row.made, **made}
        return PastNames(
            services,
            officers,
            services_made=sorted(set(made["services"]) - before["services"]),
            officers_made=sorted(set(made["officers"]) - before["officers"]),
            counters=counters,
        )

    def _here(self, kind: str, guessed: Choices, wanted: Mapping[str, set[str]]) -> dict[str, str]:
        chosen: Mapping[str, str] = getattr(self._plan, kind)
        return {name: chosen.get(name, guessed[kind][name]) for name in sorted(wanted[kind])}

    def _services(
        self, session: Session, office: Office, here: Mapping[str, str], made: dict[str, int]
    ) -> dict[str, Service]:
        there = session.scalars(select(Service).where(Service.office_id == office.id)).all()
        by_code, by_id = {one.code: one for one in there}, {one.id: one for one in there}
        prefixes = {one.prefix for one in there}
        found: dict[str, Service] = {}
        for name, code in here.items():
            known = by_id.get(made[name]) if name in made else by_code.get(code)
            if known is None:
                known = Service(
                    office_id=office.id,
                    code=free(name[:_CODE_LENGTH].strip(), set(by_code), _CODE_LENGTH, "-"),
                    prefix=prefix_for(name, prefixes),
                    name_id=name,
                    name_en=name,
                    active=False,
                )
                session.add(known)
                session.flush()
                by_code[known.code], made[name] = known, known.id
                prefixes.add(known.prefix)
            found[name] = known
        return found

    def _officers(
        self, session: Session, office: Office, here: Mapping[str, str], made: dict[str, int]
    ) -> dict[str, int]:
        ids = dict(session.execute(select(User.username, User.id).where(User.office_id == office.id)).all())
        found: dict[str, int] = {}
        taken: set[str] | None = None
        for name, username in here.items():
            if username == NOBODY:
                continue
            known = made.get(name, ids.get(username))
            if known is None:
                taken = set(session.scalars(select(User.username))) if taken is None else taken
                user = User(
                    username=username_for(name, taken),
                    display_name=name,
                    role=Role.OFFICER,
                    office_id=office.id,
                    active=False,
                )
                session.add(user)
                session.flush()
                taken.add(user.username)
                known = made[name] = user.id
            found[name] = known
        return found

    def _counters(
        self, session: Session, office: Office, here: Mapping[str, str], made: dict[str, int]
    ) -> dict[str, int]:
        ids = dict(session.execute(select(Counter.number, Counter.id).where(Counter.office_id == office.id)).all())
        found: dict[str, int] = {}
        for name, number in here.items():
            if number == NOBODY:
                continue
            known = made.get(name, ids.get(int(number)) if number != NEW else None)
            if known is None:
                counter = Counter(office_id=office.id, number=_free_number(name, set(ids)), active=False)
                session.add(counter)
                session.flush()
                ids[counter.number] = known = made[name] = counter.id
            found[name] = known
        return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _number(name: str) -> int | None:
    """The number that a counter's name ends with."""
    found = re.search(r"(\d{1,3})\s*$", name, re.ASCII)
    return int(found[1]) if found else None


def _free_number(name: str, taken: set[int]) -> int:
    wanted = _number(name)
    if wanted and wanted not in taken:
        return wanted
    free_one = next((n for n in range(1, _LARGEST_NUMBER + 1) if n not in taken), None)
    if free_one is None:
        raise Invalid("bad_plan", N_("Tidak ada nomor loket yang bebas."))
    return free_one


def people(session: Session, office: Office) -> Sequence[tuple[str, str]]:
    """User names and names of those of the office who may have served somebody."""
    query = select(User.username, User.display_name).where(User.office_id == office.id, User.role == Role.OFFICER)
    return [(username, name) for username, name in session.execute(query.order_by(User.username))]
