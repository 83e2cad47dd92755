"""Requests for a second person.

Takes less than a second whatever is stored: one table is made, no row is read or rewritten.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_approvals"
down_revision = "0012_scim"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval_request",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=128), nullable=False),
        sa.Column("asked_s", sa.BigInteger(), nullable=False),
        sa.Column("waits_until_s", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(length=128), nullable=False),
        sa.Column("decided_s", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.String(length=400), nullable=False),
        sa.Column("usable_until_s", sa.BigInteger(), nullable=True),
        sa.Column("uses_max", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "used <= uses_max", name=op.f("ck_approval_request_used_within_uses_max")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_approval_request")),
    )
    op.create_index(op.f("ix_approval_request_asked_s"), "approval_request", ["asked_s"])
    op.create_index(op.f("ix_approval_request_state"), "approval_request", ["state"])
    op.create_index(
        "ix_approval_request_asked_by_id_kind", "approval_request", ["asked_by_id", "kind"]
    )
