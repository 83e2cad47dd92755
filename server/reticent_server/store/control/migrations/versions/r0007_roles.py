"""Roles that customers make, and accounts with several roles.

Takes less than a second: accounts and API tokens are few. Each account keeps the role it had. Where
a scope became several, API tokens that held it get the new ones, so that they go on doing what they
did as far as their account's roles still allow it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_roles"
down_revision = "0006_people"
branch_labels = None
depends_on = None

SPLIT = {
    "read:devices": ("read:facts",),
    "read:policies": ("edit:policies", "read:keys"),
    "admin:devices": ("admin:records",),
    "admin:enrolment": ("read:enrolment",),
    "admin:policies": ("admin:rollouts",),
}


def upgrade() -> None:
    op.create_table(
        "custom_role",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.String(length=1_024), nullable=False),
        sa.Column("groups_json", sa.Text(), nullable=True),
        sa.Column("columns_json", sa.Text(), nullable=True),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("changed_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_custom_role")),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
            name=op.f("fk_account_role_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_index(op.f("ix_account_role_role"), "account_role", ["role"])
    op.execute("INSERT INTO account_role (account_id, role) SELECT account_id, role FROM account")
    op.drop_column("account", "role")
    _widen_tokens()


def _widen_tokens() -> None:
    token = sa.table("api_token", sa.column("token_id"), sa.column("scopes"))
    connection = op.get_bind()
    for token_id, scopes in connection.execute(sa.select(token.c.token_id, token.c.scopes)).all():
        held = set(scopes.split())
        held.update(new for old in list(held) for new in SPLIT.get(old, ()))
        connection.execute(
            sa.update(token)
            .where(token.c.token_id == token_id)
            .values(scopes=" ".join(sorted(held)))
        )
