"""What a group says of its devices, what was asked of a laptop, and devices that wait.

Takes less than a second whatever is stored: two tables are made, and columns with a constant for
the rows there are. Their laptops show their signals with the next connection.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_device_life"
down_revision = "0007_roles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_group",
        sa.Column("group_name", sa.String(length=64), nullable=False),
        sa.Column("silent_after_s", sa.BigInteger(), nullable=False),
        sa.Column("return_within_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_name", name=op.f("pk_device_group")),
    )
    op.create_table(
        "device_action",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=512), nullable=False),
        sa.Column("asked_by", sa.String(length=128), nullable=False),
        sa.Column("asked_s", sa.BigInteger(), nullable=False),
        sa.Column("until_s", sa.BigInteger(), nullable=True),
        sa.Column("delivered_s", sa.BigInteger(), nullable=True),
        sa.Column("answered_s", sa.BigInteger(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=True),
        sa.Column("detail", sa.String(length=512), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.device_id"], name=op.f("fk_device_action_device_id_device")
        ),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_device_action")),
    )
    op.create_index(op.f("ix_device_action_device_id"), "device_action", ["device_id"])
    op.add_column(
        "device",
        sa.Column("machine_signals", sa.String(length=1_024), nullable=False, server_default=""),
    )
    op.add_column(
        "device",
        sa.Column("enrolled_from", sa.String(length=64), nullable=False, server_default=""),
    )
    op.add_column(
        "enrolment_token",
        sa.Column("needs_approval", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
