"""Erasures, as the control store keeps them: asked for, then done; never undone."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.store.control.base import Base


class Erasure(Base):
    """Of one device. Times are seconds since 1970-01-01 UTC.

    `deleted_s`: no question finds a row any more; `done_s`: no file holds one either.
    """

    __tablename__ = "erasure"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.device_id"), primary_key=True)
    asked_by: Mapped[str] = mapped_column(String(128))
    asked_s: Mapped[int] = mapped_column(BigInteger)
    deleted_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    done_s: Mapped[int | None] = mapped_column(BigInteger, default=None, index=True)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
