"""What authors of policies wrote, comments and all, and epochs that no policy may name any more.

Takes less than a second whatever is stored: two tables are made, nothing is read or rewritten.
Versions from before have no text and are shown as they were signed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_policy_text"
down_revision = "0002_rollout"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_text",
        sa.Column("group_name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_name", "version"],
            ["policy_version.group_name", "policy_version.version"],
            name=op.f("fk_policy_text_group_name_policy_version"),
        ),
        sa.PrimaryKeyConstraint("group_name", "version", name=op.f("pk_policy_text")),
    )
    op.create_table(
        "epoch_end",
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("epoch", name=op.f("pk_epoch_end")),
    )
