"""Accounts of people whom an OpenID provider vouches for.

Takes less than a second whatever is stored: a table is made, and columns with a constant for the
rows there are, whose accounts and sessions are all of this server.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_single_sign_on"
down_revision = "0009_device_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account",
        sa.Column("source", sa.String(length=16), nullable=False, server_default="local"),
    )
    op.add_column("account", sa.Column("confirmed_s", sa.BigInteger(), nullable=True))
    op.add_column(
        "login_session",
        sa.Column("way", sa.String(length=16), nullable=False, server_default="local"),
    )
    op.create_table(
        "sso_identity",
        sa.Column("issuer", sa.String(length=512), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
            name=op.f("fk_sso_identity_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_sso_identity")),
        sa.UniqueConstraint("account_id", name=op.f("uq_sso_identity_account_id")),
    )
