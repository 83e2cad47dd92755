"""Batches that were refused: which, when and why, never what was in them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.store.control.base import Base


class QuarantineEntry(Base):
    """One refused batch. `detail` is the server's own sentence and holds no collected value."""

    __tablename__ = "quarantine_entry"

    # On SQLite only a plain INTEGER primary key numbers itself.
    entry_id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    device_id: Mapped[UUID] = mapped_column(index=True)
    stream_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    seq: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(String(512))
    refused_us: Mapped[int] = mapped_column(BigInteger, index=True)
