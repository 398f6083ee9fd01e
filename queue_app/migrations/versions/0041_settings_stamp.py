"""a number of each office that the database changes whenever one of the office's settings changes"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_OF_OFFICE = ("service", "counter", "pool", "opening_hours", "closure", "holiday", "visit_template", "announcement")
_RANDOM = {"sqlite": "random()", "postgresql": "floor(random() * 9e18)::bigint"}
_SQLITE = """
CREATE TRIGGER {table}_{verb}_stamps AFTER {event} ON "{table}" BEGIN
  INSERT INTO settings_stamp (office_id, stamp) SELECT id, random() FROM office WHERE id = {office}
  ON CONFLICT (office_id) DO UPDATE SET stamp = excluded.stamp;
END
"""
# At the end of the transaction: until then it holds nothing that another change of the same office would wait for.
_POSTGRESQL = """
CREATE CONSTRAINT TRIGGER {table}_stamps AFTER INSERT OR {update} OR DELETE ON "{table}"
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp_settings('{column}')
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


def upgrade() -> None:
    op.create_table(
        "settings_stamp",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_settings_stamp_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_settings_stamp")),
    )
    connection = op.get_bind()
    dialect = connection.dialect.name
    op.execute(f"INSERT INTO settings_stamp (office_id, stamp) SELECT id, {_RANDOM[dialect]} FROM office")
    settings = [column["name"] for column in sa.inspect(connection).get_columns("office")]
    update = "UPDATE OF " + ", ".join(name for name in settings if name not in ("id", "version"))
    if dialect == "sqlite":
        _on_sqlite("office", update, "{row}.id")
        for table in _OF_OFFICE:
            _on_sqlite(table, "UPDATE", "{row}.office_id")
        _on_sqlite("counter_service", "UPDATE", "(SELECT office_id FROM counter WHERE id = {row}.counter_id)")
        return
    op.execute(_FUNCTION)
    op.execute(_POSTGRESQL.format(table="office", update=update, column="id"))
    for table in _OF_OFFICE:
        op.execute(_POSTGRESQL.format(table=table, update="UPDATE", column="office_id"))
    op.execute(_POSTGRESQL.format(table="counter_service", update="UPDATE", column="counter_id"))


def _on_sqlite(table: str, update: str, office: str) -> None:
    for verb, event, row in (("insert", "INSERT", "NEW"), ("update", update, "NEW"), ("delete", "DELETE", "OLD")):
        if table == "office" and verb == "delete":
            continue  # its row here refers to it
        op.execute(_SQLITE.format(table=table, verb=verb, event=event, office=office.format(row=row)))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
