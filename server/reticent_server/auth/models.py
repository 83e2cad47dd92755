"""Accounts, their sessions and their API tokens, as the control store keeps them.

Times are seconds since 1970-01-01 UTC. Secrets are random 256-bit values of which only the SHA-256
is kept (nothing to guess, so no slow hash is needed); passwords are argon2id strings (RFC 9106).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.store.control.base import Base


class Account(Base):
    __tablename__ = "account"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)  # NFC, case-folded
    password_hash: Mapped[str] = mapped_column(String(256))
    # A password that somebody else has seen is good for one thing only: to set another.
    password_is_temporary: Mapped[bool] = mapped_column(default=False)
    created_s: Mapped[int] = mapped_column(BigInteger)
    disabled_s: Mapped[int | None] = mapped_column(BigInteger, default=None)


class AccountRole(Base):
    """One role of an account: a built-in one or a `CustomRole`. A name of neither gives nothing."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)


class CustomRole(Base):
    """A role that the customer made. The limits are JSON lists of texts; NULL is no limit."""

    __tablename__ = "custom_role"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    scopes: Mapped[str] = mapped_column(String(1_024))  # separated by one space
    groups_json: Mapped[str | None] = mapped_column(Text, default=None)
    columns_json: Mapped[str | None] = mapped_column(Text, default=None)
    made_by: Mapped[str] = mapped_column(String(128))
    changed_s: Mapped[int] = mapped_column(BigInteger)


class LoginSession(Base):
    __tablename__ = "login_session"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), index=True
    )
    csrf_secret: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_s: Mapped[int] = mapped_column(BigInteger)
    last_used_s: Mapped[int] = mapped_column(BigInteger)
    expires_s: Mapped[int] = mapped_column(BigInteger, index=True)  # absolute; use never moves it


class ApiToken(Base):
    __tablename__ = "api_token"

    token_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(1_024))  # separated by one space
    created_s: Mapped[int] = mapped_column(BigInteger)
    expires_s: Mapped[int] = mapped_column(BigInteger)
    last_used_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    revoked_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
