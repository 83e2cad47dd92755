"""The base of every model. Constraints have fixed names, so that migrations can speak of them.

Conventions: times are whole seconds (`_s`) or microseconds (`_us`) since 1970-01-01 UTC in a
BigInteger; identifiers are `Uuid`; hashes and signatures are `LargeBinary`.
"""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

INTEGER_MAX = 2**63 - 1  # what a BigInteger holds; the wire has larger ones

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base of all domains."""

    metadata = MetaData(naming_convention=NAMING)
