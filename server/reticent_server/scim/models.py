"""People and groups of the directory, as the control store keeps them.

Names, e-mail addresses and phone numbers stand here in the clear, because a directory asks for them
back; see DECISIONS.md for what is therefore left out.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reticent_server.scim.settings import FOLDED_CHARS_MAX, FOLDED_GROUP_CHARS_MAX
from reticent_server.store.control.base import Base


class ScimPerson(Base):
    __tablename__ = "scim_person"

    scim_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_name: Mapped[str] = mapped_column(String(FOLDED_CHARS_MAX), unique=True)  # `names.fold`
    external_id: Mapped[str | None] = mapped_column(String(256), index=True)
    # The primary one, folded.
    email: Mapped[str | None] = mapped_column(String(FOLDED_CHARS_MAX), index=True)
    active: Mapped[bool]
    document: Mapped[str] = mapped_column(Text)  # JSON, as `attributes` leaves it
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.account_id", ondelete="SET NULL"), unique=True, default=None
    )
    version: Mapped[int] = mapped_column(BigInteger)
    created_s: Mapped[int] = mapped_column(BigInteger)
    changed_s: Mapped[int] = mapped_column(BigInteger)


class ScimGroup(Base):
    __tablename__ = "scim_group"

    scim_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    folded_name: Mapped[str] = mapped_column(String(FOLDED_GROUP_CHARS_MAX), unique=True)
    display_name: Mapped[str] = mapped_column(String(512))
    external_id: Mapped[str | None] = mapped_column(String(256))
    version: Mapped[int] = mapped_column(BigInteger)
    created_s: Mapped[int] = mapped_column(BigInteger)
    changed_s: Mapped[int] = mapped_column(BigInteger)


class ScimMember(Base):
    __tablename__ = "scim_member"

    group_id: Mapped[str] = mapped_column(
        ForeignKey("scim_group.scim_id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[str] = mapped_column(
        ForeignKey("scim_person.scim_id", ondelete="CASCADE"), primary_key=True, index=True
    )
