"""Devices that are erased, until when each table's rows are deleted, and laptops' diagnostics.

Takes less than a second whatever is stored: three tables are made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_erasure"
down_revision = "0013_approvals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(length=128), nullable=False),
        sa.Column("asked_s", sa.BigInteger(), nullable=False),
        sa.Column("deleted_s", sa.BigInteger(), nullable=True),
        sa.Column("done_s", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.device_id"], name=op.f("fk_erasure_device_id_device")
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_done_s"), "erasure", ["done_s"])
    op.create_table(
        "retention_cut",
        sa.Column("group_name", sa.String(length=64), nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("before_s", sa.BigInteger(), nullable=False),
        sa.Column("at_s", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_name", "table_name", name=op.f("pk_retention_cut")),
    )
    op.create_table(
        "device_diagnostics",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("received_s", sa.BigInteger(), nullable=False),
        sa.Column("facts_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["device.device_id"],
            name=op.f("fk_device_diagnostics_device_id_device"),
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_diagnostics")),
    )
    op.create_index(op.f("ix_device_diagnostics_received_s"), "device_diagnostics", ["received_s"])
