"""Published policies, each version for ever: batches are checked against the version they name."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
)
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


class PolicyStep(Base):
    """One step of a version's way into its group: the last one counts. Rows are only ever added.

    A version without steps is for the whole group from its publication on.
    """

    __tablename__ = "policy_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["group_name", "version"], ["policy_version.group_name", "policy_version.version"]
        ),
        CheckConstraint("share_percent BETWEEN 1 AND 100", name="share_is_a_percentage"),
    )

    group_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    step: Mapped[int] = mapped_column(BigInteger, primary_key=True)  # 1, 2, 3, …
    share_percent: Mapped[int] = mapped_column(BigInteger)
    stopped: Mapped[bool]
    at_s: Mapped[int] = mapped_column(BigInteger)
    done_by: Mapped[str] = mapped_column(String(128))


class PolicyExtension(Base):
    """That a version extends another group's: what its author wrote, which holds the difference."""

    __tablename__ = "policy_extension"
    __table_args__ = (
        ForeignKeyConstraint(
            ["group_name", "version"], ["policy_version.group_name", "policy_version.version"]
        ),
    )

    group_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    parent_group: Mapped[str] = mapped_column(String(64), index=True)
    parent_version: Mapped[int] = mapped_column(BigInteger)
    source_json: Mapped[bytes] = mapped_column(LargeBinary)


class PolicyText(Base):
    """The YAML that a version was published from, byte for byte. Never sent to a laptop."""

    __tablename__ = "policy_text"
    __table_args__ = (
        ForeignKeyConstraint(
            ["group_name", "version"], ["policy_version.group_name", "policy_version.version"]
        ),
    )

    group_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    text: Mapped[bytes] = mapped_column(LargeBinary)  # UTF-8, POLICY_BYTES_MAX at most
    author: Mapped[str] = mapped_column(String(128))  # who published it first, before rollbacks


class EpochEnd(Base):
    """An epoch of pseudonyms that no policy may name any more: its keys are being destroyed."""

    __tablename__ = "epoch_end"

    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
