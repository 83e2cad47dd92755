"""People of the directory: made, found, changed, removed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from reticent_server.auth.control import Control
from reticent_server.auth.names import fold
from reticent_server.scim import settings
from reticent_server.scim.applying import Change, Rules, forget, settle
from reticent_server.scim.attributes import (
    ENTERPRISE,
    USER,
    Document,
    checked,
    cleaned,
    folded,
    plain_name,
    primary,
)
from reticent_server.scim.errors import ScimError, not_there, taken
from reticent_server.scim.filters import Term
from reticent_server.scim.models import ScimGroup, ScimMember, ScimPerson
from reticent_server.scim.patch import Operation, patched
from reticent_server.store.control.joining import Joining


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a change answers with, and what it did to accounts."""

    resource: Document
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    total: int
    resources: list[Document]


class People(Joining):
    """Calls block."""

    def __init__(self, control: Control, *, rules: Rules, clock: Callable[[], float]) -> None:
        self._control = control
        self._rules = rules
        self._clock = clock

    def create(self, given: Mapping[str, Any]) -> Done:
        """Raises ScimError 400 or 409."""
        document = checked(cleaned(given))
        now = int(self._clock())
        with self._control.session() as db:
            count = db.scalar(select(func.count()).select_from(ScimPerson)) or 0
            if count >= settings.PEOPLE_MAX:
                raise ScimError(409, f"there are {settings.PEOPLE_MAX} people already")
            person = ScimPerson(
                scim_id=secrets.token_hex(16), version=0, created_s=now, changed_s=now
            )
            self._write(db, person, document)
            db.add(person)
            db.flush()
            return self._settled(db, person)

    def get(self, scim_id: str) -> Document:
        """Raises ScimError 404."""
        with self._control.read() as db:
            return _resource(db, _found(db, scim_id))

    def find(self, terms: Sequence[Term], *, start: int, count: int) -> Page:
        """`start` counts from 1. Raises ScimError 400 for an attribute that finds nobody."""
        wanted = select(ScimPerson).where(*[_matches(term) for term in terms])
        with self._control.read() as db:
            total = db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
            rows = db.scalars(wanted.order_by(ScimPerson.scim_id).offset(start - 1).limit(count))
            return Page(total=total, resources=[_resource(db, row) for row in rows.all()])

    def replace(self, scim_id: str, given: Mapping[str, Any], *, version: int | None) -> Done:
        """All of it anew; what is not named is gone, but for `active`, which nobody must be given
        back by silence. Raises ScimError 400, 404, 409, 412."""
        document = cleaned(given)
        with self._control.session() as db:
            person = _found(db, scim_id, version)
            document.setdefault("active", person.active)
            self._write(db, person, checked(document))
            return self._settled(db, person)

    def patch(self, scim_id: str, operations: list[Operation], *, version: int | None) -> Done:
        """Raises ScimError 400, 404, 409, 412."""
        with self._control.session() as db:
            person = _found(db, scim_id, version)
            document = patched(json.loads(person.document), operations)
            document.setdefault("active", person.active)  # taking it away opens nothing
            self._write(db, person, checked(document))
            return self._settled(db, person)

    def remove(self, scim_id: str, *, version: int | None) -> list[Change]:
        """Raises ScimError 404, 412."""
        with self._control.session() as db:
            person = _found(db, scim_id, version)
            change = forget(db, person, self._rules, now_s=int(self._clock()))
            db.delete(person)
        return [change] if change else []

    def _write(self, db: Session, person: ScimPerson, document: Document) -> None:
        """Raises ScimError 409."""
        user_name = folded("userName", str(document["userName"]))
        other = db.scalar(select(ScimPerson).where(ScimPerson.user_name == user_name))
        if other is not None and other is not person:
            raise taken("userName")
        person.user_name = user_name
        person.external_id = document.get("externalId")
        person.active = document["active"]
        email = primary(document, "emails")
        person.email = folded("an e-mail", email) if email else None
        person.document = json.dumps(document, ensure_ascii=False)
        person.version += 1
        person.changed_s = int(self._clock())

    def _settled(self, db: Session, person: ScimPerson) -> Done:
        change = settle(db, person, self._rules, now_s=int(self._clock()))
        return Done(resource=_resource(db, person), changes=[change] if change else [])


def stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def meta(kind: str, scim_id: str, version: int, created_s: int, changed_s: int) -> Document:
    return {
        "resourceType": kind,
        "created": stamp(created_s),
        "lastModified": stamp(changed_s),
        "version": f'W/"{version}"',
        "location": f"/scim/v2/{kind}s/{scim_id}",
    }


def refuse_other_version(version: int | None, stored: int) -> None:
    """Raises ScimError 412 (RFC 7644, section 3.14)."""
    if version is not None and version != stored:
        raise ScimError(412, "it was changed meanwhile; nothing was changed; read it again")


def _found(db: Session, scim_id: str, version: int | None = None) -> ScimPerson:
    person = db.get(ScimPerson, scim_id)
    if person is None:
        raise not_there("person")
    refuse_other_version(version, person.version)
    return person


def _matches(term: Term) -> ColumnElement[bool]:
    value, name = term.value, plain_name(term.attribute, USER)
    if name == "active" and isinstance(value, bool):
        return ScimPerson.active.is_(value)
    columns = {
        "id": ScimPerson.scim_id,
        "username": ScimPerson.user_name,
        "externalid": ScimPerson.external_id,
    }
    if name not in columns or not isinstance(value, str):
        raise ScimError(
            400,
            "people are found by id, userName, externalId and active; nothing was read",
            scim_type="invalidFilter",
        )
    return columns[name] == (fold(value) if name == "username" else value)


def _resource(db: Session, person: ScimPerson) -> Document:
    document = json.loads(person.document)
    groups = db.execute(
        select(ScimGroup.scim_id, ScimGroup.display_name)
        .join(ScimMember, ScimMember.group_id == ScimGroup.scim_id)
        .where(ScimMember.person_id == person.scim_id)
        .order_by(ScimGroup.scim_id)
    )
    listed = [{"value": scim_id, "display": name, "type": "direct"} for scim_id, name in groups]
    return {
        "schemas": [USER, *([ENTERPRISE] if ENTERPRISE in document else [])],
        "id": person.scim_id,
        **document,
        **({"groups": listed} if listed else {}),
        "meta": meta("User", person.scim_id, person.version, person.created_s, person.changed_s),
    }
