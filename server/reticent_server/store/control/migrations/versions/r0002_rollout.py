"""Shares of a group that a policy version goes to, and the documents that extend another group's.

Takes less than a second whatever is stored: two tables are made, nothing is read or rewritten.
Versions from before have no rows in them and stay what they were: for the whole group, of their
own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_rollout"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_step",
        sa.Column("group_name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("share_percent", sa.BigInteger(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("at_s", sa.BigInteger(), nullable=False),
        sa.Column("done_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_name", "version"],
            ["policy_version.group_name", "policy_version.version"],
            name=op.f("fk_policy_step_group_name_policy_version"),
        ),
        sa.PrimaryKeyConstraint("group_name", "version", "step", name=op.f("pk_policy_step")),
        sa.CheckConstraint(
            "share_percent BETWEEN 1 AND 100", name=op.f("ck_policy_step_share_is_a_percentage")
        ),
    )
    op.create_table(
        "policy_extension",
        sa.Column("group_name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("parent_group", sa.String(length=64), nullable=False),
        sa.Column("parent_version", sa.BigInteger(), nullable=False),
        sa.Column("source_json", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_name", "version"],
            ["policy_version.group_name", "policy_version.version"],
            name=op.f("fk_policy_extension_group_name_policy_version"),
        ),
        sa.PrimaryKeyConstraint("group_name", "version", name=op.f("pk_policy_extension")),
    )
    op.create_index(
        op.f("ix_policy_extension_parent_group"), "policy_extension", ["parent_group"], unique=False
    )
