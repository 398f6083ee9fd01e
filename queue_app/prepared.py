"""Statements that run with every number and every call: compiled once, and then given straight to the driver.

SQLAlchemy takes 40 to 80 microseconds of processor time to execute a statement that the database answers in 5, most of
it to find out anew what never changes: the text, the order of the values, how their types are written and read. Here
that is asked of SQLAlchemy once. The transaction, errors and listeners (``before_cursor_execute``) remain as they are,
and so does what is sent, on every database::

    _STAMP = Prepared(select(table.c.stamp, table.c.at).where(table.c.office_id == bindparam("of_office")))
    row = _STAMP.one(session, {"of_office": 1})  # a named tuple: row.stamp, row.at

Values are given by the names of ``bindparam``, those of an INSERT by its columns. Like
``session.connection().execute`` it does not by itself first write what the session still has to write, nor
change the session's rows (``session_rows.set_written``). For one SELECT, or an INSERT, UPDATE or DELETE, with plain
values: a list in ``IN``, a default that Python computes and an INSERT that doesn't say what it returns are refused with
TypeError; they need ``session.execute``. A list of ids is asked for some at a time::

    _OF_TICKETS = Prepared(select(table.c.at).where(has_given_id(table.c.ticket_id)))
    rows = _OF_TICKETS.of_ids(session, [7, 9])
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NoReturn

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Delete,
    Insert,
    Select,
    SQLColumnExpression,
    Update,
    bindparam,
    literal_column,
)
from sqlalchemy.engine.interfaces import DBAPICursor, Dialect
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update | Delete
_Convert = Callable[[Any], Any]
_Answer = tuple[Sequence[Sequence[Any]], Sequence[Sequence[Any]]]
"""Rows, and the description of their columns."""

_IDS_AT_ONCE = 16
_IDS = tuple(f"id_{place}" for place in range(_IDS_AT_ONCE))


def has_given_id(column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Whether a column is one of the ids of ``Prepared.of_ids``."""
    return column.in_([bindparam(name, type_=BigInteger) for name in _IDS])


def is_any_of(column: SQLColumnExpression[Any], values: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Whether a column is one of these constants, which are written out in the statement."""
    return column.in_([literal_column(f"'{value}'") for value in values])


class Prepared:
    """A statement for any of the databases. All its methods raise as ``Connection.execute`` does.

    ``flushes``: what the session still has to write is written first, as ``session.execute`` does.
    """

    def __init__(self, statement: Statement, *, flushes: bool = False) -> None:
        self.statement: Any = statement
        self._flushes = flushes
        # By the database's name (there is one driver for each) and what is given: an INSERT names its columns.
        self._compiled: dict[tuple[str, tuple[str, ...]], _Compiled] = {}

    def all(self, session: Session, values: Values) -> list[Any]:
        """The rows, as named tuples."""
        if self._flushes:
            session.flush()
        connection = session.connection()
        compiled = self._for(connection, values)
        [answer] = _send(connection, [(compiled.text, compiled.bind(values))])
        return compiled.rows(connection, answer)

    def of_ids(self, session: Session, ids: Iterable[int], values: Values = MappingProxyType({})) -> list[Any]:
        """The rows for these ids (``has_given_id``), some ids at a time, the smallest first."""
        wanted = sorted(set(ids))
        rows: list[Any] = []
        for start in range(0, len(wanted), _IDS_AT_ONCE):
            some = wanted[start : start + _IDS_AT_ONCE]
            some += [some[-1]] * (_IDS_AT_ONCE - len(some))
            rows += self.all(session, {**values, **dict(zip(_IDS, some, strict=True))})
        return rows

    def _for(self, connection: Connection, values: Values) -> "_Compiled":
        which = (connection.dialect.name, tuple(values))
        compiled = self._compiled.get(which)
        if compiled is None:
            compiled = self._compiled[which] = _compile(self.statement, connection.dialect, which[1])
        return compiled

    def one_or_none(self, session: Session, values: Values) -> Any:
        """Raises MultipleResultsFound."""
        rows = self.all(session, values)
        if len(rows) > 1:
            raise MultipleResultsFound("Multiple rows were found when one or none was required")
        return rows[0] if rows else None

    def one(self, session: Session, values: Values) -> Any:
        """Raises NoResultFound, MultipleResultsFound."""
        row = self.one_or_none(session, values)
        if row is None:
            raise NoResultFound("No row was found when one was required")
        return row

    def scalar(self, session: Session, values: Values) -> Any:
        """The first column of the first row; None without a row."""
        rows = self.all(session, values)
        return rows[0][0] if rows else None


def together(session: Session, statements: Sequence[Prepared], values: Values) -> list[list[Any]]:
    """The rows of each of several statements, with the same values, one after the other. PostgreSQL is sent them all at
    once and answers them together: whoever waits for what this transaction holds waits for one exchange less each.
    """
    connection = session.connection()
    compiled = [statement._for(connection, values) for statement in statements]
    answers = _send(connection, [(one.text, one.bind(values)) for one in compiled])
    return [one.rows(connection, answer) for one, answer in zip(compiled, answers, strict=True)]


@dataclass(slots=True)
class _Compiled:
    """``bound``: of each value its name and how its type is written, in the order of the text, which names them or goes
    by their position. ``constants``: values that stand in the statement itself. ``types``: of the columns it answers
    with; ``row`` and ``read`` are known from the first answer on."""

    text: str
    by_position: bool
    bound: Sequence[tuple[str, _Convert | None]]
    constants: Values
    types: Sequence[TypeEngine[Any]]
    row: Callable[[Sequence[Any]], Any] | None = None
    read: Sequence[tuple[int, _Convert]] = ()

    def bind(self, values: Values) -> Any:
        """The values as the driver takes them."""
        given = {**self.constants, **values} if self.constants else values
        if self.by_position:
            return tuple([given[name] if write is None else write(given[name]) for name, write in self.bound])
        return {name: given[name] if write is None else write(given[name]) for name, write in self.bound}

    def rows(self, connection: Connection, answer: _Answer) -> list[Any]:
        found, description = answer
        if not found:
            return []
        row = self.row or self._row_of(connection.dialect, description)
        return [row(each) for each in (map(self._read, found) if self.read else found)]

    def _read(self, row: Sequence[Any]) -> Sequence[Any]:
        columns = list(row)
        for place, convert in self.read:
            columns[place] = convert(columns[place])
        return columns

    def _row_of(self, dialect: Dialect, description: Sequence[Sequence[Any]]) -> Callable[[Sequence[Any]], Any]:
        """How a row is made: only an answer says what the driver calls the columns and their types."""
        converts = [
            type_.dialect_impl(dialect).result_processor(dialect, column[1])
            for type_, column in zip(self.types, description, strict=True)
        ]
        self.read = [(place, convert) for place, convert in enumerate(converts) if convert is not None]
        names = [column[0] for column in description]
        named: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc] # names that are known only here
        self.row = named._make
        return named._make


def _compile(statement: Any, dialect: Dialect, names: tuple[str, ...]) -> _Compiled:
    """Raises TypeError for a statement that needs more than to be sent."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    types = [column.type for column in statement.exported_columns]
    if compiled.post_compile_params or compiled.literal_execute_params:
        raise TypeError("its text depends on its values")
    if computed := [*compiled.insert_prefetch, *compiled.update_prefetch]:
        raise TypeError(f"values are missing: {', '.join(column.name for column in computed)}")
    if compiled.isinsert and not types:
        raise TypeError("it doesn't say what it returns")
    writes = {name: of.type.dialect_impl(dialect).bind_processor(dialect) for of, name in compiled.bind_names.items()}
    return _Compiled(
        text=compiled.string,
        by_position=compiled.positional,
        bound=[(name, writes[name]) for name in (compiled.positiontup if compiled.positional else writes)],
        constants={name: of.value for of, name in compiled.bind_names.items() if not of.required},
        types=types,
    )


def _send(connection: Connection, statements: Sequence[tuple[str, Any]]) -> list[_Answer]:
    """Give the driver statements with their values; on PostgreSQL several in one exchange."""
    driver: Any = connection.connection.driver_connection
    is_exchange = len(statements) > 1 and connection.dialect.name == "postgresql"
    cursors = [connection.connection.cursor() for _ in statements]
    try:
        with driver.pipeline() if is_exchange else nullcontext():
            for cursor, (text, bound) in zip(cursors, statements, strict=True):
                _execute(connection, cursor, text, bound)
        return [_answered(cursor) for cursor in cursors]
    except connection.dialect.loaded_dbapi.Error as error:
        _fail(connection, cursors[0], *statements[0], error)  # of several the first is the one that can fail
    finally:
        for cursor in cursors:
            cursor.close()


def _execute(connection: Connection, cursor: DBAPICursor, text: str, bound: Any) -> None:
    for listener in connection.dispatch.before_cursor_execute:
        text, bound = listener(connection, cursor, text, bound, None, False)
    cursor.execute(text, bound)
    for listener in connection.dispatch.after_cursor_execute:
        listener(connection, cursor, text, bound, None, False)


def _answered(cursor: DBAPICursor) -> _Answer:
    description = cursor.description or ()
    return (cursor.fetchall() if description else ()), description


def _fail(connection: Connection, cursor: DBAPICursor, text: str, bound: Any, error: Any) -> NoReturn:
    """Raise the driver's error as SQLAlchemy's. A connection that is lost is given up."""
    dialect, driver = connection.dialect, connection.dialect.loaded_dbapi
    is_lost = dialect.is_disconnect(error, connection.connection, cursor)
    raised = DBAPIError.instance(
        text,
        bound,
        error,
        driver.Error,
        hide_parameters=connection.engine.hide_parameters,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
    if is_lost:
        connection.invalidate(error)
    raise raised from error
