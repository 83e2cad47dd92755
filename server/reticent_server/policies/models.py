"""Published policies, each version for ever: batches are checked against the version they name."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.store.control.base import Base


class PolicyVersion(Base):
    """One signed policy of one device group. Rows are only ever added."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("group_name", "sha256"),)

    group_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    canonical_json: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    published_s: Mapped[int] = mapped_column(BigInteger)
    publisher: Mapped[str] = mapped_column(String(128))
