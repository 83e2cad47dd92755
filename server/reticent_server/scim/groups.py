"""Groups of the directory and who is in them; a change takes effect on accounts at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from reticent_server.auth.control import Control
from reticent_server.auth.names import fold
from reticent_server.scim import settings
from reticent_server.scim.applying import Change, Rules, settle_members
from reticent_server.scim.attributes import GROUP, Document, folded, plain_name, text_of
from reticent_server.scim.errors import ScimError, invalid_path, invalid_value, not_there, taken
from reticent_server.scim.filters import Term
from reticent_server.scim.models import ScimGroup, ScimMember, ScimPerson
from reticent_server.scim.patch import Operation, literal_of
from reticent_server.scim.people import Done, Page, meta, refuse_other_version
from reticent_server.store.control.joining import Joining

_MEMBER = re.compile(r'members\[ *value +eq +("(?:[^"\\]|\\.)*") *\]', re.I)
_ASKED_AT_ONCE = 500  # of a statement's values; SQLite has a bound


class Groups(Joining):
    """Calls block."""

    def __init__(self, control: Control, *, rules: Rules, clock: Callable[[], float]) -> None:
        self._control = control
        self._rules = rules
        self._clock = clock

    def create(self, given: Mapping[str, Any]) -> Done:
        """Raises ScimError 400 or 409."""
        said = _said(given)
        now = int(self._clock())
        with self._control.session() as db:
            if (db.scalar(select(func.count()).select_from(ScimGroup)) or 0) >= settings.GROUPS_MAX:
                raise ScimError(409, f"there are {settings.GROUPS_MAX} groups already")
            group = ScimGroup(
                scim_id=secrets.token_hex(16), version=0, created_s=now, changed_s=now
            )
            self._name(db, group, said)
            db.add(group)
            db.flush()
            members = members_of(said.get("members", []))
            _add(db, group, members)
            return self._settled(db, group, members)

    def get(self, scim_id: str, *, with_members: bool) -> Document:
        """Raises ScimError 404."""
        with self._control.read() as db:
            return _resource(db, _found(db, scim_id), with_members=with_members)

    def find(self, terms: Sequence[Term], *, start: int, count: int, with_members: bool) -> Page:
        wanted = select(ScimGroup).where(*[_matches(term) for term in terms])
        with self._control.read() as db:
            total = db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
            asked = wanted.order_by(ScimGroup.scim_id).offset(start - 1).limit(count)
            rows: Sequence[ScimGroup] = db.scalars(asked).all()
            if with_members:
                rows = _fitting(db, rows)
            found = [_resource(db, row, with_members=with_members) for row in rows]
        return Page(total=total, resources=found)

    def replace(self, scim_id: str, given: Mapping[str, Any], *, version: int | None) -> Done:
        """All of it anew. Raises ScimError 400, 404, 409, 412."""
        said = _said(given)
        with self._control.session() as db:
            group = _found(db, scim_id, version)
            group.external_id = None
            self._name(db, group, said)
            touched = _replace(db, group, members_of(said.get("members", [])))
            return self._settled(db, group, touched)

    def patch(self, scim_id: str, operations: list[Operation], *, version: int | None) -> Done:
        """Raises ScimError 400, 404, 409, 412."""
        with self._control.session() as db:
            group = _found(db, scim_id, version)
            touched: set[str] = set()
            for one in operations:
                touched |= self._apply(db, group, one)
            return self._settled(db, group, touched)

    def remove(self, scim_id: str, *, version: int | None) -> list[Change]:
        """Raises ScimError 404, 412."""
        with self._control.session() as db:
            group = _found(db, scim_id, version)
            touched = _replace(db, group, set())
            db.delete(group)
            db.flush()
            return settle_members(db, touched, self._rules, now_s=int(self._clock()))

    def _apply(self, db: Session, group: ScimGroup, one: Operation) -> set[str]:
        """Whose membership it touched, or all members' where the group's name changed."""
        if one.path is None:
            if not isinstance(one.value, dict):
                raise invalid_value("an operation without a path has no object as its value")
            touched: set[str] = set()
            for key, value in one.value.items():
                touched |= self._apply(db, group, Operation(one.op, key, value))
            return touched
        path = one.path.strip().removeprefix(GROUP + ":")
        single = _MEMBER.fullmatch(path)
        if single is not None:
            if one.op != "remove":
                raise invalid_path()
            return _remove(db, group, {str(literal_of(single.group(1)))})
        if path.lower() == "members":
            return _apply_members(db, group, one)
        if path.lower() == "externalid" and one.op == "remove":
            group.external_id = None
            return _member_ids(db, group)
        if path.lower() in {"displayname", "externalid"} and one.op != "remove":
            self._name(db, group, {path.lower(): one.value})
            return _member_ids(db, group)
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.:$-]*", path):
            raise invalid_path()
        return set()  # an attribute that is not kept, or not ours to be given: id, schemas, meta

    def _name(self, db: Session, group: ScimGroup, said: Mapping[str, Any]) -> None:
        """Raises ScimError 400, 409."""
        if (name := said.get("displayname")) is not None:
            text = text_of("displayName", name)
            if not text:
                raise invalid_value("displayName is empty")
            name = folded("displayName", text, settings.FOLDED_GROUP_CHARS_MAX)
            other = db.scalar(select(ScimGroup).where(ScimGroup.folded_name == name))
            if other is not None and other is not group:
                raise taken("displayName")
            group.folded_name, group.display_name = name, text
        if (external := said.get("externalid")) is not None:
            longest = settings.USER_NAME_CHARS_MAX
            group.external_id = text_of("externalId", external, longest) or None

    def _settled(self, db: Session, group: ScimGroup, touched: set[str]) -> Done:
        group.version += 1
        group.changed_s = int(self._clock())
        db.flush()
        count = select(func.count()).where(ScimMember.group_id == group.scim_id)
        if (db.scalar(count) or 0) > settings.MEMBERS_PER_GROUP_MAX:
            raise invalid_value(f"a group has at most {settings.MEMBERS_PER_GROUP_MAX} members")
        changes = settle_members(db, touched, self._rules, now_s=int(self._clock()))
        return Done(resource=_resource(db, group, with_members=True), changes=changes)


def _said(given: Mapping[str, Any]) -> Document:
    said = {str(key).lower(): value for key, value in given.items()}
    if said.get("displayname") is None:
        raise invalid_value("displayName is missing")
    return said


def members_of(value: Any) -> set[str]:
    """IDs from a list of `{"value": id}`. Raises ScimError 400."""
    listed = [value] if isinstance(value, dict) else value
    if not isinstance(listed, list) or len(listed) > settings.MEMBERS_PER_OPERATION_MAX:
        raise invalid_value(f"members is no list of at most {settings.MEMBERS_PER_OPERATION_MAX}")
    found = set()
    for one in listed:
        said = one.get("value") if isinstance(one, dict) else None
        long = isinstance(said, str) and len(said) > settings.USER_NAME_CHARS_MAX
        if not isinstance(said, str) or long or not said.isprintable():
            raise invalid_value("a member has no value that is a text")
        found.add(said)
    return found


def _apply_members(db: Session, group: ScimGroup, one: Operation) -> set[str]:
    if one.op == "add":
        return _add(db, group, members_of(one.value))
    if one.op == "replace":
        return _replace(db, group, members_of(one.value))
    if one.value is None:
        return _replace(db, group, set())
    return _remove(db, group, members_of(one.value))  # Entra ID names them in the value


def _member_ids(db: Session, group: ScimGroup) -> set[str]:
    wanted = select(ScimMember.person_id).where(ScimMember.group_id == group.scim_id)
    return set(db.scalars(wanted))


def _of_those_in(db: Session, group: ScimGroup, people: set[str]) -> set[str]:
    """Who of them is in the group: a patch of many steps must not read all members for each."""
    asked, found = sorted(people), set[str]()
    for at in range(0, len(asked), _ASKED_AT_ONCE):
        part = asked[at : at + _ASKED_AT_ONCE]
        wanted = select(ScimMember.person_id).where(
            ScimMember.group_id == group.scim_id, ScimMember.person_id.in_(part)
        )
        found |= set(db.scalars(wanted))
    return found


def _add(db: Session, group: ScimGroup, people: set[str]) -> set[str]:
    """Raises ScimError 400 for somebody whom there is not."""
    new = sorted(people - _of_those_in(db, group, people))
    for at in range(0, len(new), _ASKED_AT_ONCE):
        part = new[at : at + _ASKED_AT_ONCE]
        known = select(func.count()).select_from(ScimPerson).where(ScimPerson.scim_id.in_(part))
        if db.scalar(known) != len(part):
            raise invalid_value("a member is nobody who is known")
    db.add_all(ScimMember(group_id=group.scim_id, person_id=one) for one in new)
    db.flush()
    return set(new)


def _remove(db: Session, group: ScimGroup, people: set[str]) -> set[str]:
    gone = sorted(_of_those_in(db, group, people))
    for at in range(0, len(gone), _ASKED_AT_ONCE):
        part = gone[at : at + _ASKED_AT_ONCE]
        db.execute(
            delete(ScimMember).where(
                ScimMember.group_id == group.scim_id, ScimMember.person_id.in_(part)
            )
        )
    db.flush()
    return set(gone)


def _replace(db: Session, group: ScimGroup, people: set[str]) -> set[str]:
    before = _member_ids(db, group)
    return _remove(db, group, before - people) | _add(db, group, people) | before


def _fitting(db: Session, groups: Sequence[ScimGroup]) -> list[ScimGroup]:
    """The first of them, whose members are no more than a page may list; one at least. A page may
    have fewer than were asked for (RFC 7644, section 3.4.2.4)."""
    asked = [group.scim_id for group in groups]
    counted = select(ScimMember.group_id, func.count()).where(ScimMember.group_id.in_(asked))
    members = {row[0]: row[1] for row in db.execute(counted.group_by(ScimMember.group_id))}
    fitting, listed = list[ScimGroup](), 0
    for group in groups:
        listed += members.get(group.scim_id, 0)
        if fitting and listed > settings.MEMBERS_PER_PAGE_MAX:
            break
        fitting.append(group)
    return fitting


def _found(db: Session, scim_id: str, version: int | None = None) -> ScimGroup:
    group = db.get(ScimGroup, scim_id)
    if group is None:
        raise not_there("group")
    refuse_other_version(version, group.version)
    return group


def _matches(term: Term) -> ColumnElement[bool]:
    value, name = term.value, plain_name(term.attribute, GROUP)
    if isinstance(value, str):
        if name == "id":
            return ScimGroup.scim_id == value
        if name == "displayname":
            return ScimGroup.folded_name == fold(value)
        if name == "externalid":
            return ScimGroup.external_id == value
        if name in {"members", "members.value"}:  # Entra ID asks so whether somebody is in it
            return exists().where(
                ScimMember.group_id == ScimGroup.scim_id, ScimMember.person_id == value
            )
    raise ScimError(
        400,
        "groups are found by id, displayName, externalId and members; nothing was read",
        scim_type="invalidFilter",
    )


def _resource(db: Session, group: ScimGroup, *, with_members: bool) -> Document:
    listed = []
    if with_members:
        members = sorted(_member_ids(db, group))
        listed = [{"value": m, "$ref": f"../Users/{m}", "type": "User"} for m in members]
    return {
        "schemas": [GROUP],
        "id": group.scim_id,
        "displayName": group.display_name,
        **({"externalId": group.external_id} if group.external_id else {}),
        **({"members": listed} if with_members else {}),
        "meta": meta("Group", group.scim_id, group.version, group.created_s, group.changed_s),
    }
