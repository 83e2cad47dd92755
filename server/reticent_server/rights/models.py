"""Requests of persons, as the control store keeps them. Times are seconds since 1970-01-01 UTC."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.store.control.base import Base


class RightsCase(Base):
    """`sealed`: by what the person is known and which laptops are theirs, encrypted under a key
    that is not in the database; empty once it is over. `person`: a keyed digest of the same, by
    which another request of the same person is recognised.

    `opened_us`: when it was written down, microseconds since 1970 UTC, later than any before: what
    is earlier is told by it. `received_s`: when the person asked, of which often the day is known.
    `before_us`: what was received up to then is looked at, microseconds since 1970 UTC.
    """

    __tablename__ = "rights_case"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    right: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(64))
    person: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opened_by: Mapped[str] = mapped_column(String(128))
    opened_us: Mapped[int] = mapped_column(BigInteger)
    received_s: Mapped[int] = mapped_column(BigInteger)
    due_s: Mapped[int] = mapped_column(BigInteger)
    extended_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    state: Mapped[str] = mapped_column(String(16), index=True)
    ground: Mapped[str] = mapped_column(String(32), default="")
    approval_id: Mapped[UUID | None] = mapped_column(default=None)
    run_by: Mapped[str] = mapped_column(String(128), default="")
    run_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    before_us: Mapped[int | None] = mapped_column(BigInteger, default=None)
    over_s: Mapped[int | None] = mapped_column(BigInteger, default=None, index=True)
    unseen: Mapped[str] = mapped_column(Text, default="")  # what could not be found, a line each


class RightsCount(Base):
    """How many rows of a table of a device were found; of an erasure, how many of them went."""

    __tablename__ = "rights_count"

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("rights_case.case_id", ondelete="CASCADE"), primary_key=True
    )
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    found: Mapped[int] = mapped_column(BigInteger)
    deleted: Mapped[int] = mapped_column(BigInteger)
    emptied: Mapped[int] = mapped_column(BigInteger)
