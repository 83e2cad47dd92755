"""The audit trail: rows that each hold the hash of the row before, and its signed checkpoints.

Row n holds SHA-256(previous_hash || canonical JSON of its own fields); `chain.py` draws the bytes.
Changing or removing a row in the middle breaks every hash after it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.store.control.base import Base


class AuditEntry(Base):
    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3, ...
    at_us: Mapped[int] = mapped_column(BigInteger)  # microseconds since 1970-01-01 UTC
    actor: Mapped[str] = mapped_column(String(128))
    action: Mapped[str] = mapped_column(String(64), index=True)
    object: Mapped[str] = mapped_column(String(512))
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(512))
    source_address: Mapped[str] = mapped_column(String(64))
    # Unique: two writers cannot both follow the same row, so the chain cannot fork.
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)


class AuditCheckpoint(Base):
    """Signed statements of how far the trail had come; `checkpoint.py` draws them."""

    __tablename__ = "audit_checkpoint"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, index=True)
    line: Mapped[str] = mapped_column(Text)
