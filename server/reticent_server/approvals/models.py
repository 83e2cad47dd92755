"""Requests for a second person, as the control store keeps them.

Times are seconds since 1970-01-01 UTC. A row only ever goes forward: waiting, then approved,
refused, withdrawn or expired; approved, then used or expired.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.store.control.base import Base


class ApprovalRequest(Base):
    """`asked_by_id`: the account's number, 0 is the command line on the server's own machine.

    `sealed`: what the second person must read, encrypted under a key that is not in the database,
    and empty once the request is over.
    """

    __tablename__ = "approval_request"
    __table_args__ = (
        CheckConstraint("used <= uses_max", name="used_within_uses_max"),
        Index("ix_approval_request_asked_by_id_kind", "asked_by_id", "kind"),
    )

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[bytes] = mapped_column(LargeBinary(32))  # keyed digest
    name: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(400))
    asked_by_id: Mapped[int]
    asked_by: Mapped[str] = mapped_column(String(128))
    asked_s: Mapped[int] = mapped_column(BigInteger, index=True)
    waits_until_s: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16), index=True)
    decided_by_id: Mapped[int | None] = mapped_column(default=None)  # NULL: nobody had to
    decided_by: Mapped[str] = mapped_column(String(128), default="")
    decided_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    decision: Mapped[str] = mapped_column(String(400), default="")  # in the words of who decided
    usable_until_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
    uses_max: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
