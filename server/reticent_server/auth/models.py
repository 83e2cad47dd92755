"""Accounts, their sessions and their API tokens, as the control store keeps them.

Times are seconds since 1970-01-01 UTC. Secrets are random 256-bit values of which only the SHA-256
is kept (nothing to guess, so no slow hash is needed); passwords are argon2id strings (RFC 9106).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.auth.sources import LOCAL, SOURCE_CHARS_MAX
from reticent_server.store.control.base import Base


class Account(Base):
    __tablename__ = "account"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)  # NFC, case-folded
    password_hash: Mapped[str] = mapped_column(String(256))  # empty: none was set yet
    # A password that somebody else has seen is good for one thing only: to set another.
    password_is_temporary: Mapped[bool] = mapped_column(default=False)
    created_s: Mapped[int] = mapped_column(BigInteger)
    disabled_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    locks: Mapped[int] = mapped_column(BigInteger, default=0)  # in a row, by failed log-ons
    locked_until_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    source: Mapped[str] = mapped_column(String(SOURCE_CHARS_MAX), default=LOCAL)
    disabled_by: Mapped[str] = mapped_column(String(SOURCE_CHARS_MAX), default="")  # or a person
    confirmed_s: Mapped[int | None] = mapped_column(BigInteger, default=None)  # by its source


class SsoIdentity(Base):
    """Whom the OpenID provider calls what; the two together are one person, and nothing else is."""

    __tablename__ = "sso_identity"

    issuer: Mapped[str] = mapped_column(String(512), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), unique=True
    )


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
    session_id: Mapped[str] = mapped_column(String(16), unique=True)  # names it, opens nothing
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), index=True
    )
    network: Mapped[str] = mapped_column(String(64))  # of the address: its /24 or /48
    browser: Mapped[str] = mapped_column(String(64))  # in words of ours, see browsers.py
    csrf_secret: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_s: Mapped[int] = mapped_column(BigInteger)
    last_used_s: Mapped[int] = mapped_column(BigInteger)
    expires_s: Mapped[int] = mapped_column(BigInteger, index=True)  # absolute; use never moves it
    way: Mapped[str] = mapped_column(String(SOURCE_CHARS_MAX), default=LOCAL)  # of logging on


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


class AccountLink(Base):
    """A one-time link by which the account's holder sets a password; at most one an account."""

    __tablename__ = "account_link"

    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), unique=True
    )
    expires_s: Mapped[int] = mapped_column(BigInteger)


class KnownBrowser(Base):
    """A browser that an account logged on from; see known_browsers.py."""

    __tablename__ = "known_browser"

    cookie_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), index=True
    )
    last_seen_s: Mapped[int] = mapped_column(BigInteger)


class TotpSecret(Base):
    """The second factor of an account; see second_factor.py."""

    __tablename__ = "totp_secret"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary(128))
    confirmed: Mapped[bool]
    last_step: Mapped[int] = mapped_column(BigInteger)  # of the last code that was taken


class RecoveryCode(Base):
    __tablename__ = "recovery_code"

    code_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), index=True
    )


class HalfOpen(Base):
    """A log-on that waits for its second factor; see half_open.py."""

    __tablename__ = "half_open_login"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), index=True
    )
    expires_s: Mapped[int] = mapped_column(BigInteger)


class Passkey(Base):
    """A passkey of an account; see passkeys.py. All of it may be public."""

    __tablename__ = "passkey"

    passkey_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    credential_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1_023))
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.account_id", ondelete="CASCADE"), index=True
    )
    public_key: Mapped[bytes] = mapped_column(LargeBinary(1_024))  # COSE
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(64))
    created_s: Mapped[int] = mapped_column(BigInteger)
    last_used_s: Mapped[int | None] = mapped_column(BigInteger, default=None)


class UsedChallenge(Base):
    """A passkey's challenge that was answered; kept until it would be over."""

    __tablename__ = "used_challenge"

    challenge_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    expires_s: Mapped[int] = mapped_column(BigInteger)
