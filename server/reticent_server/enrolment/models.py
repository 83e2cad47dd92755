"""Enrolment tokens. The secret itself is never stored, only its SHA-256.

A secret is 256 random bits, so there is nothing to guess and a slow hash would protect nothing.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.store.control.base import Base


class EnrolmentTokenRecord(Base):
    """A right to enrol `uses_max` devices into `group_name` until `expires_s`."""

    __tablename__ = "enrolment_token"
    __table_args__ = (CheckConstraint("used <= uses_max", name="used_within_uses_max"),)

    token_id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    group_name: Mapped[str] = mapped_column(String(64))
    uses_max: Mapped[int] = mapped_column(BigInteger)
    used: Mapped[int] = mapped_column(BigInteger, default=0)
    created_s: Mapped[int] = mapped_column(BigInteger, index=True)
    created_by: Mapped[str] = mapped_column(String(128), default="")
    expires_s: Mapped[int] = mapped_column(BigInteger)
    revoked_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    # Whoever enrols with it waits until an administrator has approved the device.
    needs_approval: Mapped[bool] = mapped_column(default=False, server_default=false())
