"""Requests of persons about their own data, what was found, and which devices lost rows by them.

Takes less than a second whatever is stored: three tables are made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_rights"
down_revision = "0015_trusted_cas"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rights_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("right", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("person", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("opened_by", sa.String(length=128), nullable=False),
        sa.Column("received_s", sa.BigInteger(), nullable=False),
        sa.Column("due_s", sa.BigInteger(), nullable=False),
        sa.Column("extended_s", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("run_by", sa.String(length=128), nullable=False),
        sa.Column("run_s", sa.BigInteger(), nullable=True),
        sa.Column("before_us", sa.BigInteger(), nullable=True),
        sa.Column("over_s", sa.BigInteger(), nullable=True),
        sa.Column("unseen", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_rights_case")),
    )
    for column in ("person", "state", "over_s"):
        op.create_index(op.f(f"ix_rights_case_{column}"), "rights_case", [column])
    op.create_table(
        "rights_count",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("emptied", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["rights_case.case_id"],
            name=op.f("fk_rights_count_case_id_rights_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "device_id", "table_name", name=op.f("pk_rights_count")),
    )
    op.create_table(
        "device_cut",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("before_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_cut")),
    )
