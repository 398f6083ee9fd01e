"""The yardstick for issuing: a Flask route that does one SQLAlchemy insert and commit, and nothing else.

Served as the product is (gunicorn, one gevent worker), on the same kind of database with the same durability:
`gunicorn -k gevent -w 1 "benchmarks.bare_route:create_app()"` with ``DATABASE_URL``.
"""

import os
import sqlite3
from datetime import UTC, datetime

from flask import Flask, Response, jsonify
from sqlalchemy import String, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "row"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


def create_app() -> Flask:
    engine = create_engine(os.environ["DATABASE_URL"], **_options(os.environ["DATABASE_URL"]))
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _set_up(connection: sqlite3.Connection, _record: object) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
                connection.execute(f"PRAGMA {pragma}")

    Base.metadata.create_all(engine)
    app = Flask(__name__)

    @app.post("/rows")
    def add() -> tuple[Response, int]:
        with Session(engine) as session, session.begin():
            row = Row(text="A-001", at=datetime.now(UTC).replace(tzinfo=None))
            session.add(row)
            session.flush()
            number = row.id
        return jsonify({"id": number}), 201

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def _options(url: str) -> dict[str, int]:
    """As many connections as the product's engine may open."""
    return {} if url.startswith("sqlite") else {"pool_size": 10, "max_overflow": 20}
