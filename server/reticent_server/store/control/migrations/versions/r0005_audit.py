"""Signed checkpoints of the audit trail, and triggers that keep both append-only.

Takes less than a second whatever is stored: one table and its triggers are made, no row is read or
rewritten. The triggers stop mistakes and careless tools, not somebody who removes them first: that
shows by the checkpoints. A later migration that copies `audit_entry` (SQLite's way of altering a
table) loses its triggers and must make them again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_audit"
down_revision = "0004_keys_kept"
branch_labels = None
depends_on = None

UNIQUE = {
    "audit_entry": ("number", "previous_hash", "hash"),
    "audit_checkpoint": ("sequence",),
}


def upgrade() -> None:
    op.create_table(
        "audit_checkpoint",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_checkpoint")),
    )
    op.create_index(
        op.f("ix_audit_checkpoint_number"), "audit_checkpoint", ["number"], unique=False
    )
    for statement in statements_of(op.get_bind().dialect.name):
        op.execute(statement)


def statements_of(dialect: str) -> list[str]:
    """Also for `audit.stored`, which puts back a trigger that somebody removed."""
    return _postgresql() if dialect == "postgresql" else _sqlite()


def _sqlite() -> list[str]:
    made: list[str] = []
    for table, unique in UNIQUE.items():
        made += [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"
            for verb in ("UPDATE", "DELETE")
        ]
        # INSERT OR REPLACE deletes without asking the trigger above.
        taken = " OR ".join(f"{column} = NEW.{column}" for column in unique)
        made.append(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - as above
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) "
            f"BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"
        )
    return made


def _postgresql() -> list[str]:
    made = [
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail only grows'; END $$"
    ]
    for table in UNIQUE:
        made += [
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
        ]
    return made
