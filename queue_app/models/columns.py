"""How the tables store what they share."""

from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Enum, Integer
from sqlalchemy.dialects.postgresql import JSONB

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key; SQLite's own row id is 64-bit already, and only INTEGER grows by itself there."""

Json = JSON().with_variant(JSONB(), "postgresql")


def stored_by_value(values: type[StrEnum]) -> Enum:
    """An enumeration kept as its text, without a database type, so that a new value needs no migration."""
    return Enum(values, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members])
