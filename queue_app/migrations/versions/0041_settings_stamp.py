"""a number of each office that the database changes whenever one of the office's settings changes"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_OF_OFFICE = ("service", "counter", "pool", "opening_hours", "closure", "holiday", "visit_template", "announcement")
_FIRST = {
    "sqlite": "INSERT INTO settings_stamp (office_id, stamp) SELECT id, random() FROM office",
    "postgresql": "INSERT INTO settings_stamp (office_id, stamp) SELECT id, floor(random() * 9e18)::bigint FROM office",
}
_SQLITE = """
CREATE TRIGGER {table}_{verb}_stamps AFTER {verb} ON "{table}" {when} BEGIN
  INSERT INTO settings_stamp (office_id, stamp) SELECT id, random() FROM office WHERE id = {office}
  ON CONFLICT (office_id) DO UPDATE SET stamp = excluded.stamp;
END
"""
# At the end of the transaction: until then it holds nothing that another change of the same office would wait for.
_POSTGRESQL = """
CREATE CONSTRAINT TRIGGER {name}_stamps AFTER {events} ON "{table}"
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {when} EXECUTE FUNCTION stamp_settings('{column}')
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION stamp_settings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb := to_jsonb(COALESCE(NEW, OLD));
  of_office integer := changed ->> TG_ARGV[0];
BEGIN
  IF TG_ARGV[0] = 'counter_id' THEN
    SELECT office_id INTO of_office FROM counter WHERE id = (changed ->> 'counter_id')::integer;
  END IF;
  INSERT INTO settings_stamp (office_id, stamp)
  SELECT id, floor(random() * 9e18)::bigint FROM office WHERE id = of_office
  ON CONFLICT (office_id) DO UPDATE SET stamp = excluded.stamp;
  RETURN NULL;
END
$$
"""
_IS_SETTING = "WHEN (NEW.version = OLD.version)"
"""Of an office's row: each move of a ticket counts its version on, and changes nothing else of it."""


def upgrade() -> None:
    op.create_table(
        "settings_stamp",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_settings_stamp_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_settings_stamp")),
    )
    in_line = sa.text("outcome IS NULL")
    op.create_index("ix_standby_of_office", "standby", ["office_id"], sqlite_where=in_line, postgresql_where=in_line)
    dialect = op.get_bind().dialect.name
    op.execute(_FIRST[dialect])
    if dialect == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _on_sqlite() -> None:
    op.execute(_SQLITE.format(table="office", verb="INSERT", when="", office="NEW.id"))
    op.execute(_SQLITE.format(table="office", verb="UPDATE", when=_IS_SETTING, office="NEW.id"))
    for table in (*_OF_OFFICE, "counter_service"):
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            of_counter = f"(SELECT office_id FROM counter WHERE id = {row}.counter_id)"  # noqa: S608 - a constant
            office = of_counter if table == "counter_service" else f"{row}.office_id"
            op.execute(_SQLITE.format(table=table, verb=verb, when="", office=office))


def _on_postgresql() -> None:
    op.execute(_FUNCTION)
    of_office = {"table": "office", "column": "id"}
    op.execute(_POSTGRESQL.format(**of_office, name="new_office", events="INSERT", when=""))
    op.execute(_POSTGRESQL.format(**of_office, name="office", events="UPDATE", when=_IS_SETTING))
    for table in (*_OF_OFFICE, "counter_service"):
        column = "counter_id" if table == "counter_service" else "office_id"
        events = "INSERT OR UPDATE OR DELETE"
        op.execute(_POSTGRESQL.format(table=table, name=table, events=events, when="", column=column))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
