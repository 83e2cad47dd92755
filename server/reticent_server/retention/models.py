"""Until when rows were deleted, by group and table."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.store.control.base import Base

LOOK = "", ""  # of no group and no table: a round notes itself there
HOLD = "", "hold"  # nor is this: `before_s` is the look since which it holds, as was recorded last
NEVER_S = 0  # instead of the look, where there was none yet


class RetentionCut(Base):
    """Rows of the table that were received before `before_s` may be gone, of the group's devices.

    Times are seconds since 1970-01-01 UTC; `rows` were deleted in all. It is written before they
    are: a batch that lacks rows is never younger. `LOOK` says when a round last looked, `HOLD` of
    which hold the audit trail knows.
    """

    __tablename__ = "retention_cut"

    group_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    before_s: Mapped[int] = mapped_column(BigInteger)
    at_s: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)


class DeviceCut(Base):
    """Rows of the device that were received before `before_s` may be gone: they named somebody
    whose data was erased. It says of whom nothing, and goes with the device."""

    __tablename__ = "device_cut"

    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    before_s: Mapped[int] = mapped_column(BigInteger)
