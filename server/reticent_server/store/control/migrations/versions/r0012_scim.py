"""People and groups of the customer's directory.

Takes less than a second whatever is stored: three tables are made, and one column with a constant.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_scim"
down_revision = "0011_single_sign_on"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account",
        sa.Column("disabled_by", sa.String(length=16), nullable=False, server_default=""),
    )
    op.create_table(
        "scim_person",
        sa.Column("scim_id", sa.String(length=32), nullable=False),
        sa.Column("user_name", sa.String(length=512), nullable=False),
        sa.Column("external_id", sa.String(length=256), nullable=True),
        sa.Column("email", sa.String(length=512), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("changed_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
            name=op.f("fk_scim_person_account_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("scim_id", name=op.f("pk_scim_person")),
        sa.UniqueConstraint("account_id", name=op.f("uq_scim_person_account_id")),
        sa.UniqueConstraint("user_name", name=op.f("uq_scim_person_user_name")),
    )
    op.create_index(op.f("ix_scim_person_external_id"), "scim_person", ["external_id"])
    op.create_index(op.f("ix_scim_person_email"), "scim_person", ["email"])
    op.create_table(
        "scim_group",
        sa.Column("scim_id", sa.String(length=32), nullable=False),
        sa.Column("folded_name", sa.String(length=1_024), nullable=False),
        sa.Column("display_name", sa.String(length=512), nullable=False),
        sa.Column("external_id", sa.String(length=256), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("changed_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scim_id", name=op.f("pk_scim_group")),
        sa.UniqueConstraint("folded_name", name=op.f("uq_scim_group_folded_name")),
    )
    op.create_table(
        "scim_member",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["scim_group.scim_id"],
            name=op.f("fk_scim_member_group_id_scim_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["scim_person.scim_id"],
            name=op.f("fk_scim_member_person_id_scim_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_scim_member")),
    )
    op.create_index(op.f("ix_scim_member_person_id"), "scim_member", ["person_id"])
