"""PATCH of a person (RFC 7644, section 3.5.2): operations, one by one, on a copy.

As RFC 7644 has it, and as Entra ID and Okta send it: operations in any case, `active` as "False",
no path and an object of attributes (whose keys may be paths, `name.givenName`), and values of a
list by their type, which are made where they are not there. Paths:

    attribute [ "." part ]  |  attribute "[" part " eq " literal "]" [ "." part ]

`all or nothing`: the caller stores the copy once the last one was taken.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reticent_server.scim import settings
from reticent_server.scim.attributes import (
    ENTERPRISE,
    LISTS,
    TEXTS,
    Document,
    element_of,
    known_name,
    known_part,
    value_of,
)
from reticent_server.scim.errors import ScimError, invalid_path, invalid_value

_LIST = re.compile(
    r'([A-Za-z]+)\[ *([A-Za-z]+) +eq +("(?:[^"\\]|\\.)*"|true|false) *\](?:\.([A-Za-z]+))?', re.I
)
_NESTED = ("name", ENTERPRISE)


@dataclass(frozen=True, slots=True)
class Operation:
    op: str  # add, replace, remove
    path: str | None
    value: Any


@dataclass(frozen=True, slots=True)
class _Path:
    """`name` None: of an attribute that is not kept."""

    name: str | None
    part: str | None = None
    where: tuple[str, Any] | None = None


def operations_of(body: Mapping[str, Any]) -> list[Operation]:
    """Raises ScimError 400."""
    given = {str(key).lower(): value for key, value in body.items()}
    listed = given.get("operations")
    if not isinstance(listed, list) or not 0 < len(listed) <= settings.OPERATIONS_MAX:
        raise ScimError(
            400,
            f"Operations is no list of 1 to {settings.OPERATIONS_MAX}; nothing was changed",
            scim_type="invalidSyntax",
        )
    return [_operation(one) for one in listed]


def _operation(given: Any) -> Operation:
    one = {str(k).lower(): v for k, v in given.items()} if isinstance(given, dict) else {}
    op, path = one.get("op"), one.get("path")
    if not isinstance(op, str) or op.lower() not in {"add", "replace", "remove"}:
        raise ScimError(
            400, "an op is none of add, replace, remove; nothing was changed",
            scim_type="invalidSyntax",
        )  # fmt: skip
    if path is not None and (not isinstance(path, str) or len(path) > settings.PATH_CHARS_MAX):
        raise invalid_path()
    if op.lower() == "remove" and not path:
        raise ScimError(400, "remove has no path; nothing was changed", scim_type="noTarget")
    return Operation(op.lower(), path or None, one.get("value"))


def patched(document: Document, operations: list[Operation]) -> Document:
    """A changed copy. Raises ScimError 400."""
    changed = copy.deepcopy(document)
    for one in operations:
        if one.path is None:
            if not isinstance(one.value, dict):
                raise invalid_value("an operation without a path has no object as its value")
            for key, value in one.value.items():
                if len(key) > settings.PATH_CHARS_MAX:
                    raise invalid_path()
                _apply(changed, one.op, _path(key), value)
        else:
            _apply(changed, one.op, _path(one.path), one.value)
    return {key: value for key, value in changed.items() if value not in ("", [], {}, None)}


def _path(text: str) -> _Path:
    """Raises ScimError 400 invalidPath for what no path looks like."""
    text = text.strip()
    if text.lower().startswith(ENTERPRISE.lower()):
        rest = text[len(ENTERPRISE) :].lstrip(":.")
        part = known_part(rest) if rest else None
        return _Path(ENTERPRISE if part or not rest else None, part)
    if (whole := known_name(text)) is not None:
        return _Path(whole)
    found = _LIST.fullmatch(text)
    if found is not None:
        name, by, literal, part = found.groups()
        known = known_name(name)
        if known not in LISTS:
            return _Path(None)
        by_part, into = known_part(by), known_part(part) if part else None
        if by_part is None or (part and into is None):
            return _Path(None)
        return _Path(known, into, (by_part, literal_of(literal)))
    head, dot, part = text.rpartition(".")
    if dot and (known := known_name(head)) in _NESTED:
        into = known_part(part)
        return _Path(known if into else None, into)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.:$-]*(\[.*\](\.[A-Za-z]+)?)?", text, re.S):
        raise invalid_path()
    return _Path(None)  # an attribute that is not kept


def literal_of(text: str) -> str | bool:
    """Raises ScimError 400 invalidPath."""
    try:
        value = json.loads(text)
    except ValueError:
        raise invalid_path() from None
    if not isinstance(value, str | bool) or (isinstance(value, str) and not value.isprintable()):
        raise invalid_path()
    return value


def _apply(document: Document, op: str, path: _Path, value: Any) -> None:
    if path.name is None:
        return
    if path.where is not None:
        _apply_to_element(document, op, path, value)
    elif path.part is not None:
        inner = document.setdefault(path.name, {})
        if op == "remove" or value is None:
            inner.pop(path.part, None)
        else:
            inner |= value_of(path.name, {path.part: value})
    elif op == "remove" or value is None:
        document.pop(path.name, None)
    elif op == "add" and path.name in LISTS:
        _add(document, path.name, value_of(path.name, value))
    elif path.name in _NESTED:
        document[path.name] = {**document.get(path.name, {}), **value_of(path.name, value)}
    else:
        if path.name in TEXTS and isinstance(value, list) and len(value) == 1:
            value = value[0]  # Entra ID adds some texts so
        document[path.name] = value_of(path.name, value)


def _add(document: Document, name: str, values: list[dict[str, Any]]) -> None:
    there = document.setdefault(name, [])
    there += [one for one in values if one not in there]
    if len(there) > settings.VALUES_MAX:
        raise invalid_value(f"{name} has more than {settings.VALUES_MAX} values")


def _apply_to_element(document: Document, op: str, path: _Path, value: Any) -> None:
    name, (by, wanted) = path.name or "", path.where or ("", None)
    there = document.setdefault(name, [])
    found = [one for one in there if one.get(by) == wanted]
    if op == "remove":
        for one in found:
            if path.part:
                one.pop(path.part, None)
            else:
                there.remove(one)
    else:
        if not found:
            found = [{by: wanted}]
            _add(document, name, found)
        for one in found:
            one |= element_of(name, {path.part: value} if path.part else value)
    document[name] = [one for one in there if one.get("value")]
