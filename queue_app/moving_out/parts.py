"""Which rows of which tables are an office's, and what of them goes out: without a person, and with."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from queue_app.audit import whole
from queue_app.audit.chain import LOGS
from queue_app.database import Base, streamed
from queue_app.models import Event, Office
from queue_app.personal import Vault
from queue_app.privacy.without import WITHOUT

_AT_ONCE = 2_000
_SEALED = "_sealed"
_NEVER = frozenset({"public_id", "import_key", "nik_hash", "phone_hash", "fingerprint", "key"})
"""Secret addresses and digests of persons: of use to nobody but this program."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table as a file. ``personal``: columns that go out with personal data alone; sealed ones are opened.
    ``through``: the table that knows the office, where the table itself doesn't."""

    table: str
    personal: tuple[str, ...] = ()
    through: str = ""
    is_all_personal: bool = False


PARTS: Sequence[Part] = (
    Part("service"),
    Part("counter"),
    Part("shift"),
    Part("ticket", ("category", "relation", "name_sealed", "phone_sealed", "nik_last4")),
    Part("contact", ("address_sealed",), through="ticket", is_all_personal=True),
    Part("complaint", ("text_sealed", "name_sealed", "phone_sealed", "substance_sealed")),
    Part("complaint_message", ("words_sealed",), through="complaint", is_all_personal=True),
    Part("survey_form", ("answers", "about")),
    Part("survey_share"),
    Part("feedback", ("answers", "comment_sealed")),
    Part("user_account", ("username", "display_name", "role")),
)


def columns(part: Part, has_personal: bool) -> Sequence[str]:
    """The columns that go out."""
    plain = [name for name in WITHOUT[part.table].split() if name not in _NEVER]
    return [*plain, *(part.personal if has_personal else ())]


def lines(session: Session, office: Office, part: Part, vault: Vault | None) -> Iterator[bytes]:
    """Each row as a line of JSON; ``vault`` None: without personal data."""
    table = Base.metadata.tables[part.table]
    names = columns(part, vault is not None)
    for row in streamed(session, _of_office(table, names, part.through, office), _AT_ONCE):
        yield _line({name.removesuffix(_SEALED): _opened(name, value, vault) for name, value in row._mapping.items()})


def chains(session: Session, office: Office, has_personal: bool) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each chained log: its name, and its rows as lines of JSON. Whole rows can be held against their digests (see
    docs/security.md); without personal data there are number, time and digest alone."""
    for model in LOGS:
        table = Base.metadata.tables[model.__tablename__]
        names = table.columns.keys() if has_personal else ("seq", "at", "digest")
        read = streamed(session, _of_office(table, names, "", office, by="seq"), _AT_ONCE)
        rows = (row._asdict() for row in read)
        if model is Event:
            rows = ({name: row.get(name) for name in names} for row, _ in whole.rows(session, office, rows))
        yield table.name, (_line(row) for row in rows)


def _of_office(table: Table, names: Sequence[str], through: str, office: Office, by: str = "") -> Select[Any]:
    query = select(*(table.columns[name] for name in names))
    owner = table
    if through:
        owner = Base.metadata.tables[through]
        query = query.select_from(table.join(owner, table.columns[f"{through}_id"] == owner.columns.id))
    ordered = (table.columns[by],) if by else tuple(table.primary_key.columns)
    return query.where(owner.columns.office_id == office.id).order_by(*ordered)


def _opened(name: str, value: Any, vault: Vault | None) -> Any:
    return vault.shown(value) if vault is not None and name.endswith(_SEALED) else value


def _line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(row), default=_written, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _written(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case Enum():
            return value.value
    raise TypeError(f"a {type(value).__name__} was not expected in a table")
