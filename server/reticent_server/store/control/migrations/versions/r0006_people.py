"""Links, locks, known browsers, second factors of accounts; whence and with what a session is.

Takes less than a second whatever is stored. Ends every session, because the older ones have none of
these: people log on once more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_people"
down_revision = "0005_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_link",
        sa.Column("secret_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("expires_s", sa.BigInteger(), nullable=False),
        _of_account("account_link"),
        sa.PrimaryKeyConstraint("secret_sha256", name=op.f("pk_account_link")),
        sa.UniqueConstraint("account_id", name=op.f("uq_account_link_account_id")),
    )
    op.execute("DELETE FROM login_session")
    with op.batch_alter_table("login_session") as table:
        table.add_column(sa.Column("session_id", sa.String(length=16), nullable=False))
        table.add_column(sa.Column("network", sa.String(length=64), nullable=False))
        table.add_column(sa.Column("browser", sa.String(length=64), nullable=False))
        table.create_unique_constraint(op.f("uq_login_session_session_id"), ["session_id"])
    op.add_column(
        "account", sa.Column("locks", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("account", sa.Column("locked_until_s", sa.BigInteger(), nullable=True))
    op.create_table(
        "known_browser",
        sa.Column("cookie_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("last_seen_s", sa.BigInteger(), nullable=False),
        _of_account("known_browser"),
        sa.PrimaryKeyConstraint("cookie_sha256", name=op.f("pk_known_browser")),
    )
    op.create_index(op.f("ix_known_browser_account_id"), "known_browser", ["account_id"])
    op.create_table(
        "totp_secret",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=128), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _of_account("totp_secret"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_totp_secret")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        _of_account("recovery_code"),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])
    op.create_table(
        "half_open_login",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("expires_s", sa.BigInteger(), nullable=False),
        _of_account("half_open_login"),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_half_open_login")),
    )
    op.create_index(op.f("ix_half_open_login_account_id"), "half_open_login", ["account_id"])
    op.create_table(
        "passkey",
        sa.Column("passkey_id", sa.String(length=16), nullable=False),
        sa.Column("credential_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1_023), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=1_024), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("last_used_s", sa.BigInteger(), nullable=True),
        _of_account("passkey"),
        sa.PrimaryKeyConstraint("passkey_id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_sha256", name=op.f("uq_passkey_credential_sha256")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    op.create_table(
        "used_challenge",
        sa.Column("challenge_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_sha256", name=op.f("pk_used_challenge")),
    )


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"],
        ["account.account_id"],
        name=op.f(f"fk_{table}_account_id_account"),
        ondelete="CASCADE",
    )
