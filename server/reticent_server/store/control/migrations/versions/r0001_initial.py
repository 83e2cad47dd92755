"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("account_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("password_is_temporary", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("disabled_s", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=512), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=512), nullable=False),
        sa.Column("source_address", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_entry_previous_hash")),
    )
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"], unique=False)
    op.create_table(
        "enrolment_token",
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("group_name", sa.String(length=64), nullable=False),
        sa.Column("uses_max", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("expires_s", sa.BigInteger(), nullable=False),
        sa.Column("revoked_s", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "used <= uses_max", name=op.f("ck_enrolment_token_used_within_uses_max")
        ),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_enrolment_token")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_enrolment_token_secret_sha256")),
    )
    op.create_index(
        op.f("ix_enrolment_token_created_s"), "enrolment_token", ["created_s"], unique=False
    )
    op.create_table(
        "policy_version",
        sa.Column("group_name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("canonical_json", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("published_s", sa.BigInteger(), nullable=False),
        sa.Column("publisher", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("group_name", "version", name=op.f("pk_policy_version")),
        sa.UniqueConstraint(
            "group_name", "sha256", name=op.f("uq_policy_version_group_name_sha256")
        ),
    )
    op.create_table(
        "quarantine_entry",
        sa.Column(
            "entry_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("stream_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=512), nullable=False),
        sa.Column("refused_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_quarantine_entry")),
    )
    op.create_index(
        op.f("ix_quarantine_entry_device_id"), "quarantine_entry", ["device_id"], unique=False
    )
    op.create_index(
        op.f("ix_quarantine_entry_refused_us"), "quarantine_entry", ["refused_us"], unique=False
    )
    op.create_table(
        "api_token",
        sa.Column("token_id", sa.String(length=16), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.String(length=1024), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("expires_s", sa.BigInteger(), nullable=False),
        sa.Column("last_used_s", sa.BigInteger(), nullable=True),
        sa.Column("revoked_s", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
            name=op.f("fk_api_token_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_token_token_sha256")),
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("group_name", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("status_reason", sa.String(length=512), nullable=False),
        sa.Column("status_changed_s", sa.BigInteger(), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("public_key_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("certificate_serial", sa.String(length=40), nullable=False),
        sa.Column("certificate_expires_s", sa.BigInteger(), nullable=False),
        sa.Column("previous_public_key_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("next_public_key_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("next_certificate_serial", sa.String(length=40), nullable=True),
        sa.Column("next_certificate_expires_s", sa.BigInteger(), nullable=True),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_s", sa.BigInteger(), nullable=True),
        sa.Column("clock_offset_us", sa.BigInteger(), nullable=True),
        sa.Column("agent_version", sa.String(length=64), nullable=False),
        sa.Column("catalog_version", sa.BigInteger(), nullable=False),
        sa.Column("os_family", sa.String(length=16), nullable=False),
        sa.Column("instance_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("policy_version", sa.BigInteger(), nullable=False),
        sa.Column("policy_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("policy_refused_version", sa.BigInteger(), nullable=True),
        sa.Column("policy_refusal", sa.String(length=1024), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["enrolment_token.token_id"],
            name=op.f("fk_device_token_id_enrolment_token"),
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device")),
        sa.UniqueConstraint(
            "next_public_key_sha256", name=op.f("uq_device_next_public_key_sha256")
        ),
        sa.UniqueConstraint("public_key_sha256", name=op.f("uq_device_public_key_sha256")),
    )
    op.create_index(op.f("ix_device_created_s"), "device", ["created_s"], unique=False)
    op.create_index(op.f("ix_device_group_name"), "device", ["group_name"], unique=False)
    op.create_index(op.f("ix_device_status"), "device", ["status"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("csrf_secret", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
        sa.Column("last_used_s", sa.BigInteger(), nullable=False),
        sa.Column("expires_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
            name=op.f("fk_login_session_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_login_session")),
    )
    op.create_index(
        op.f("ix_login_session_account_id"), "login_session", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_login_session_expires_s"), "login_session", ["expires_s"], unique=False
    )
