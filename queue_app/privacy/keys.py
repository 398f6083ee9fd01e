"""The keys at work: which one opens this database, and sealing everything with the one in use, while others serve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Table, case, func, select, update
from sqlalchemy.orm import Session

from queue_app.config import Config
from queue_app.database import Base, Database, one_at_a_time
from queue_app.models import HashKeys
from queue_app.personal import MARK_LENGTH, Unreadable, Vault, key_of
from queue_app.privacy import data_map

AT_ONCE = 200
"""Values sealed anew in one transaction: some milliseconds, so that nobody at a counter waits for it."""

OLD_FORM = "-"
"""In place of a key's name: sealed before values named their key."""


class KeyLost(Exception):
    """No key that is known opens what is sealed here; with the name of the key that would."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many values of a column are sealed with which key."""

    table: str
    column: str
    by_key: dict[str, int]


def vault_of(database: Database, config: Config) -> Vault:
    """The vault with the installation's keys, and the keys of the hashes as this database keeps them."""

    def kept() -> Sequence[bytes]:
        with database.read() as session:
            return session.scalars(select(HashKeys.keys_sealed).order_by(HashKeys.id.desc())).all()

    return Vault(*config.secret_keys, hash_keys=kept)


def keep_hash_keys(database: Database, vault: Vault, now: datetime) -> None:
    """Keep the keys of the hashes, sealed, unless they are kept already. What is kept also shows that the right secret
    is in use. Raises KeyLost, and then nothing is written."""
    with database.write() as session:
        one_at_a_time(session, "keys of hashes")
        kept = session.scalars(select(HashKeys.keys_sealed).order_by(HashKeys.id.desc()).limit(1)).first()
        sample = kept or _any_sealed(session)
        if sample is not None:
            try:
                vault.open(sample)
            except Unreadable as error:
                raise KeyLost(_text(key_of(sample) or OLD_FORM)) from error
        if kept is None:
            session.add(HashKeys(keys_sealed=vault.first_hash_keys(), created_at=now))


def are_kept(session: Session) -> bool:
    """Whether the keys of the hashes are kept in this database."""
    return session.scalar(select(HashKeys.id).limit(1)) is not None


def start_anew(database: Database, vault: Vault, now: datetime) -> None:
    """The key is lost for good: hash with new keys from here on. What was sealed stays, should the key be found."""
    with database.write() as session:
        session.add(HashKeys(keys_sealed=vault.new_hash_keys(), created_at=now))


def status(session: Session) -> list[Sealed]:
    """With which key everything sealed is sealed."""
    found = []
    for column in _columns():
        key = case(
            (func.substr(column, MARK_LENGTH, 1) == b".", func.substr(column, 2, MARK_LENGTH - 2)),
            else_=OLD_FORM.encode(),
        )
        rows = session.execute(select(key, func.count()).where(column.is_not(None)).group_by(key))
        found.append(Sealed(column.table.name, column.name, {_text(name): count for name, count in rows}))
    return found


def rotate(database: Database, vault: Vault) -> Iterator[tuple[int, int]]:
    """Seal with the key in use whatever is not yet, a batch in each transaction. Yields after each how many values were
    sealed anew and how many could not be opened. Stopped at any point, it goes on there when it is run again."""
    for column in _columns():
        last: int | None = 0
        while last is not None:
            with database.write() as session:
                last, done, lost = _one_batch(session, vault, column, last)
            yield done, lost


def _one_batch(session: Session, vault: Vault, column: Column[bytes], last: int) -> tuple[int | None, int, int]:
    identity = _table(column).c.id
    rows = session.execute(
        select(identity, column)
        .where(identity > last, column.is_not(None), func.substr(column, 1, MARK_LENGTH) != vault.mark)
        .order_by(identity)
        .limit(AT_ONCE)
    ).all()
    done = lost = 0
    for number, sealed in rows:
        try:
            anew = vault.seal(vault.open(sealed))
        except Unreadable:
            lost += 1
            continue
        # Not if somebody has changed or erased it meanwhile.
        of_row = (identity == number, column == sealed)
        session.execute(update(_table(column)).where(*of_row).values({column: anew}))
        done += 1
    return (rows[-1][0] if rows else None), done, lost


def _columns() -> list[Column[bytes]]:
    return [Base.metadata.tables[table].c[name] for table, name in data_map.sealed_columns()]


def _table(column: Column[bytes]) -> Table:
    return Base.metadata.tables[column.table.name]


def _any_sealed(session: Session) -> bytes | None:
    for column in _columns():
        found: bytes | None = session.scalar(select(column).where(column.is_not(None)).limit(1))
        if found is not None:
            return found
    return None


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name
