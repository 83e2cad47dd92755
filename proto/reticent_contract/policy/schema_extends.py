"""The JSON Schema of a policy that extends another one, made from that of a whole one.

Enters: the schema of a whole policy, and of a rule. Leaves: the same for a document that only says
what differs. Must hold: nothing is required, and nothing (null) may stand wherever it takes away
what the other policy says there, which is wherever a whole policy may do without; what the parser
does not know stays refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from reticent_contract.limits import (
    NAME_CHARS_MAX,
    POLICY_PATH_CHARS_MAX,
    POLICY_RULES_MAX,
)
from reticent_contract.policy.parse import EXTENDS, LOOSER
from reticent_contract.policy.schema_fields import RULE, RULE_LAID_OVER
from reticent_contract.redact.actions.usage import Schema

_FIELDS = "allOf"  # their names, and what they take
_NOTHING: Schema = {"type": "null"}
RETENTION_LAID_OVER = "#/$defs/retention_laid_over"
_OF_KEYS = ("properties", "patternProperties")


def extending_words() -> dict[str, Schema]:
    """The two keys that only such a document has."""
    place = {"type": "string", "minLength": 1, "maxLength": 2 * NAME_CHARS_MAX}
    return {
        EXTENDS: {
            "description": "The group, or the file beside this one, over whose policy this is "
            "laid when it is published. Then nothing else is required, and a key with nothing "
            "(null) takes away what the other policy says there, but for what each policy, table "
            "or detector needs.",
            "type": "string",
            "minLength": 1,
            "maxLength": max(NAME_CHARS_MAX, POLICY_PATH_CHARS_MAX),
        },
        LOOSER: {
            "description": "Only with `extends`: the places, as table.field, where this lets out "
            "more than the other policy on purpose; `purpose` or `legal_basis` where "
            "it has others, `not_before` or `expires` where it begins earlier or ends later.",
            "type": ["array", "null"],
            "items": place,
            "uniqueItems": True,
            "maxItems": POLICY_RULES_MAX,
        },
    }


def extending(whole: Schema) -> Schema:
    """The schema of what differs, from the keys of a whole policy."""
    keys = whole["properties"]
    if not isinstance(keys, Mapping):
        raise TypeError("the schema of a policy has properties")
    return {
        "type": "object",
        "properties": {**extending_words(), **_each(keys, needed=whole["required"])},
        "required": [EXTENDS],
        "additionalProperties": False,
    }


def rule_laid_over(rule: Schema) -> Schema:
    """A rule replaces the other one whole, but for the detectors of a scan, one by one."""
    _bare, with_parameters = _list(rule["anyOf"])
    actions = _mapping(with_parameters["properties"])
    at = f"{RULE}/anyOf/1/properties"  # what is the same as in a whole policy is only pointed at
    scan = dict(_mapping(actions["scan"]))
    scan["properties"] = {
        name: {"anyOf": [_NOTHING, {"$ref": f"{at}/scan/properties/{name}"}]}
        for name in _mapping(scan["properties"])
    }
    scan["additionalProperties"] = {
        "anyOf": [_NOTHING, {"$ref": f"{at}/scan/additionalProperties"}]
    }
    properties = {name: {"$ref": f"{at}/{name}"} for name in actions} | {"scan": scan}
    laid_over = {**with_parameters, "properties": properties}
    return {"anyOf": [_NOTHING, {"$ref": f"{RULE}/anyOf/0"}, laid_over]}


def retention_laid_over() -> Schema:
    """Who says one of the two keys takes away both of the other policy's, so one is needed."""
    keys = ("retention_days", "retention")
    something = {"not": _NOTHING}
    return {
        "if": {"type": "object", "anyOf": [{"required": [key]} for key in keys]},
        "then": {"oneOf": [{"required": [key], "properties": {key: something}} for key in keys]},
    }


def _or_nothing(part: object) -> object:
    if not isinstance(part, Mapping):
        return part
    loose = _loose(part)
    kinds = loose.get("type")
    if kinds is None or "const" in loose or "enum" in loose:
        said: dict[str, object] = {
            key: loose.pop(key) for key in ("description", "default") if key in loose
        }
        return {**said, "anyOf": [_NOTHING, loose]}
    listed = list(kinds) if isinstance(kinds, list) else [kinds]
    return {**loose, "type": [*listed, *([] if "null" in listed else ["null"])]}


def _loose(part: Schema) -> dict[str, object]:
    """Mappings are laid over each other key by key, and each may be left out."""
    loose = dict(part)
    if _FIELDS in loose:
        taken = {"additionalProperties": {"$ref": RULE}}
        laid_over = {"additionalProperties": {"$ref": RULE_LAID_OVER}}
        loose[_FIELDS] = [laid_over if one == taken else one for one in _list(loose[_FIELDS])]
    if not any(kind in part for kind in _OF_KEYS):
        return loose
    for kind in _OF_KEYS:
        if kind in loose:
            loose[kind] = _each(_mapping(loose[kind]), needed=part.get("required"))
    loose.pop("required", None)
    if loose.pop("oneOf", None) is not None:  # which of two keys: the other policy may say it
        loose["$ref"] = RETENTION_LAID_OVER
    return loose


def _each(keys: Schema, *, needed: object) -> dict[str, object]:
    names = needed if isinstance(needed, list) else []
    return {
        key: _never_nothing(part) if key in names else _or_nothing(part)
        for key, part in keys.items()
    }


def _never_nothing(part: object) -> dict[str, object]:
    """What is needed: an empty one, which a whole policy may have, would take it away here."""
    loose = _loose(_mapping(part))
    kinds = loose.get("type")
    if isinstance(kinds, list):
        loose["type"] = [kind for kind in kinds if kind != "null"]
    return loose


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError("a mapping of schemas is missing")
    return value


def _list(value: object) -> list[Mapping[str, object]]:
    if not isinstance(value, list):
        raise TypeError("a list of schemas is missing")
    return value
