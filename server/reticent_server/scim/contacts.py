"""Company, e-mail and phone of the person to whom a laptop was given, from the directory.

A record names its owner by user name or e-mail address; where both are given they must be of one
person. Somebody who is switched off, or whose address several people have, is nobody here. Values
are raw: the caller has them redacted by the laptop's policy, as all that it stores.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reticent_server.auth.control import Control
from reticent_server.auth.names import fold
from reticent_server.scim.attributes import ENTERPRISE, primary
from reticent_server.scim.models import ScimPerson


class Contacts:
    """Calls block."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def of(self, *, user_name: str | None, email: str | None) -> Mapping[str, str]:
        """By field of `device_record`; empty where the directory names nobody so."""
        with self._control.read() as db:
            found = []
            if user_name:
                found.append(_one(db, user_name=user_name))
            if email:
                found.append(_one(db, email=email))
            if not found or found[0] is None or any(one is not found[0] for one in found):
                return {}
            return _fields(json.loads(found[0].document))

    def known_as(self, text: str) -> tuple[str, ...]:
        """The user name, e-mail addresses and phone numbers of whom the directory knows by this
        user name or e-mail address, switched off or not; empty where that is not one person."""
        with self._control.read() as db:
            named = or_(ScimPerson.user_name == fold(text), ScimPerson.email == fold(text))
            found = db.scalars(select(ScimPerson).where(named).limit(2)).all()
            if len(found) != 1:
                return ()
            document = json.loads(found[0].document)
        lists = (document.get("emails", ()), document.get("phoneNumbers", ()))
        values = (one.get("value") for entries in lists for one in entries)
        return tuple(dict.fromkeys(filter(None, (document.get("userName"), *values))))


def _one(
    db: Session, *, user_name: str | None = None, email: str | None = None
) -> ScimPerson | None:
    """Nobody where there are several."""
    wanted = select(ScimPerson).where(ScimPerson.active.is_(True)).limit(2)
    if email is not None:
        rows = db.scalars(wanted.where(ScimPerson.email == fold(email))).all()
    else:
        rows = db.scalars(wanted.where(ScimPerson.user_name == fold(user_name or ""))).all()
    return rows[0] if len(rows) == 1 else None


def _fields(document: Mapping[str, object]) -> dict[str, str]:
    company = document.get(ENTERPRISE)
    name = document.get("name")
    parts = name if isinstance(name, dict) else {}
    both = " ".join(filter(None, (parts.get("givenName"), parts.get("familyName"))))
    found = {
        "company": company.get("organization") if isinstance(company, dict) else None,
        "email": primary(document, "emails"),
        "phone": primary(document, "phoneNumbers"),
        "full_name": document.get("displayName") or parts.get("formatted") or both,
    }
    return {field: str(value) for field, value in found.items() if value}
