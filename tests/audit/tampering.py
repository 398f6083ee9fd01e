"""Changing a log as only somebody with the whole database in hands could: the guards are taken away first."""

from sqlalchemy import text

from queue_app.database import Database

GUARDED = ("event", "complaint_entry", "dialogue_entry", "intervention_entry", "configuration_change")


def tamper(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for table in GUARDED:
            for trigger in ("update", "delete") if database.is_sqlite else ("change", "truncate"):
                on_table = "" if database.is_sqlite else f" ON {table}"
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuses_{trigger}{on_table}"))
        if not database.is_sqlite:
            connection.execute(text("DROP TRIGGER IF EXISTS event_keeps_key ON event"))  # of a log by month
        for statement in statements:
            connection.exec_driver_sql(statement)
