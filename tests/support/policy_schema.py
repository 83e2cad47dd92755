"""The JSON Schema of policies, a validator that looks at each part of a policy once, and the
smallest policies for both it and the parser.

Thousands of tests' policies are the default one but for a word. What was valid under a part of the
schema is valid there again; what is not is looked at anew, and so told with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import PolicyError, parse_policy
from reticent_contract.policy.schema import policy_schema

Document = dict[str, object]
SCHEMA = policy_schema(CATALOG)
_VALID: set[tuple[int, str]] = set()  # which part of the schema, and a value as Python writes it


def _properties(
    validator: Draft202012Validator, parts: Mapping[str, object], value: object, _: object
) -> Iterator[ValidationError]:
    """jsonschema's own `properties` but for what is remembered."""
    if not isinstance(value, dict):
        return
    for name, part in parts.items():
        if name not in value:
            continue
        looked_at = (id(part), repr(value[name]))
        if looked_at in _VALID:
            continue
        problems = list(validator.descend(value[name], part, path=name, schema_path=name))
        if not problems:
            _VALID.add(looked_at)
        yield from problems


VALIDATOR = extend(Draft202012Validator, {"properties": _properties})(SCHEMA)


def accepts(document: object) -> bool:
    return bool(VALIDATOR.is_valid(document))


def parses(document: Document) -> bool:
    try:
        parse_policy(document, CATALOG)
    except PolicyError:
        return False
    return True


def small(**tables: object) -> Document:
    return {
        "language": 1,
        "version": 1,
        "purpose": "p",
        "legal_basis": "l",
        "pseudonyms": {"epoch": 1},
        "tables": tables,
    }


def with_rule(table: str, field: str, rule: object) -> Document:
    return small(**{table: {"retention_days": 1, "fields": {field: rule}}})
