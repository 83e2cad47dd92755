"""A person's attributes: which are kept, and in which form.

Kept is what has a use here: who it is (`userName`, `externalId`), whether they are there
(`active`), what they are called, and how a laptop's owner is reached. All else that a directory
sends is left out without a word (RFC 7644, section 3.3, allows it): `id`, `meta` and `groups` are
ours, and no attribute gives a role.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reticent_server.auth.names import fold
from reticent_server.scim import settings
from reticent_server.scim.errors import invalid_value

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
Document = dict[str, Any]

TEXTS = ("userName", "externalId", "displayName")
NAME = ("formatted", "familyName", "givenName")
LISTS = ("emails", "phoneNumbers")
VALUE = ("value", "type", "primary")
COMPANY = ("organization", "department")
_KNOWN = {name.lower(): name for name in (*TEXTS, *LISTS, "active", "name", ENTERPRISE)}
_PARTS = {name.lower(): name for name in (*NAME, *VALUE, *COMPANY)}


def plain_name(name: str, schema: str) -> str:
    """In lower case, and without the schema that it may be written with (RFC 7644, 3.10)."""
    return name.lower().removeprefix(schema.lower() + ":")


def known_name(name: str) -> str | None:
    """The attribute as we write it; None for one that is not kept."""
    return _KNOWN.get(plain_name(name, USER))


def known_part(name: str) -> str | None:
    return _PARTS.get(name.lower())


def cleaned(given: Mapping[str, Any]) -> Document:
    """What is kept of a person. Raises ScimError 400 for a value of another kind."""
    document: Document = {}
    for key, value in given.items():
        name = known_name(key)
        if name is not None and value is not None:
            document[name] = value_of(name, value)
    return {key: value for key, value in document.items() if value not in ("", [], {})}


def checked(document: Document) -> Document:
    """Raises ScimError 400 where there is no user name."""
    if not document.get("userName"):
        raise invalid_value("userName is missing")
    return {"active": True, **document}


def value_of(name: str, value: Any) -> Any:
    """One attribute's value in our form. Raises ScimError 400."""
    if name in TEXTS:
        longest = settings.USER_NAME_CHARS_MAX if name != "displayName" else None
        return text_of(name, value, longest or settings.TEXT_CHARS_MAX)
    if name == "active":
        return truth_of(name, value)
    if name == "name":
        return _parts(name, value, NAME)
    if name == ENTERPRISE:
        return _parts("the enterprise extension", value, COMPANY)
    return _values(name, value)


def folded(name: str, text: str, longest: int = settings.FOLDED_CHARS_MAX) -> str:
    """As it is compared. Raises ScimError 400 where that is longer than what is kept: folding makes
    three letters of some."""
    made = fold(text)
    if len(made) > longest:
        raise invalid_value(f"{name} is longer than {longest} characters in lower case")
    return made


def text_of(name: str, value: Any, longest: int = settings.TEXT_CHARS_MAX) -> str:
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise invalid_value(f"{name} is no text on one line of at most {longest} characters")
    return value.strip()


def truth_of(name: str, value: Any) -> bool:
    """Entra ID sends "False" as a text."""
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise invalid_value(f"{name} is neither true nor false")
    return value


def _parts(what: str, value: Any, names: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(value, dict):
        raise invalid_value(f"{what} is no object")
    found = {}
    for key, text in value.items():
        name = known_part(key)
        if name in names and text is not None:
            found[name] = text_of(name, text)
    return {name: text for name, text in found.items() if text}


def _values(name: str, value: Any) -> list[dict[str, Any]]:
    """Of a list of e-mail addresses or phone numbers; Okta sends one as an object."""
    listed = [value] if isinstance(value, dict) else value
    if not isinstance(listed, list) or len(listed) > settings.VALUES_MAX:
        raise invalid_value(f"{name} is no list of at most {settings.VALUES_MAX}")
    return [item for item in (element_of(name, one) for one in listed) if item.get("value")]


def element_of(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        value = {"value": value}
    if not isinstance(value, dict):
        raise invalid_value(f"{name} holds what is no object")
    found: dict[str, Any] = {}
    for key, part in value.items():
        known = known_part(key)
        if known == "primary" and part is not None:
            found[known] = truth_of("primary", part)
        elif known in {"value", "type"} and part is not None:
            found[known] = text_of(known, part)
    return found


def primary(document: Mapping[str, Any], name: str) -> str | None:
    """The value that is marked as such, or else the first."""
    listed = document.get(name) or []
    marked = [one for one in listed if one.get("primary") is True] or listed
    return str(marked[0]["value"]) if marked else None
