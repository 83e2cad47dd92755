"""The part of the JSON Schema that speaks of fields and their rules.

Enters: a table, the registry of actions. Leaves: schemas. Must hold: a table's fields and wildcards
are written once, whatever kind of rule they take.
"""

from __future__ import annotations

import re

from reticent_contract.catalog.model import Field, Table
from reticent_contract.limits import POLICY_NAME_CHARS_MAX
from reticent_contract.policy.diff.words import CLASS_WORDS
from reticent_contract.policy.parse_tables import RESERVED_IDS, RULE_ID
from reticent_contract.policy.schema_fitting import Fitting, technical_of
from reticent_contract.redact.actions import ACTIONS
from reticent_contract.redact.actions.usage import Schema, mapping_of

RULE, RULE_LAID_OVER = "#/$defs/rule", "#/$defs/rule_laid_over"


def fields_by(rule: str, table: Table) -> Schema:
    """The fields of a table, each with such a rule."""
    return {
        "description": "A rule for each field; one without a rule is dropped.",
        "type": "object",
        "allOf": [
            {"$ref": f"#/$defs/{fields_name(table)}"},
            {"additionalProperties": {"$ref": rule}},
        ],
    }


def fields_name(table: Table) -> str:
    """What `named_fields` is called among the definitions."""
    return f"{table.name}_fields"


def named_fields(table: Table, fitting: Fitting) -> Schema:
    """The names with what fits each, whatever kind of rule it takes, and the wildcards that cover
    one: of these `"*"` alone with what fits all that it covers."""
    schema: dict[str, object] = {
        "properties": {
            field.name: {"description": about(field), **fitting.of(table, field)}
            for field in table.fields
        },
        "additionalProperties": False,
    }
    technical = technical_of(table)
    if technical:
        wildcard = f"^(?:{'|'.join(_wildcards(field.name) for field in technical)})$"
        said = "All technical fields without a rule of their own."
        schema["patternProperties"] = {
            wildcard: {"description": said},
            r"^\*$": fitting.of(table, *technical),
        }
    return schema


def about(field: Field) -> str:
    """What it is and how sensitive, for people."""
    return f"{field.sentence} ({CLASS_WORDS[field.field_class]}; {field.type})"


def rule_schema() -> Schema:
    """An action's name, or a mapping of it to its parameters, with an optional id."""
    bare = [
        {"const": name, "description": action.sentence}
        for name, action in ACTIONS.items()
        if not action.usage.required and not action.usage.one_alone
    ]
    mappings: dict[str, object] = {
        name: mapping_of(
            action.usage.parameters,
            required=action.usage.required,
            sentence=action.sentence,
            others=action.usage.others,
            one_alone=action.usage.one_alone,
        )
        for name, action in ACTIONS.items()
    }
    rule_id = {
        "description": "What counts and reports call the rule; else table.field.",
        "type": "string",
        "pattern": RULE_ID,
        "not": {"enum": list(RESERVED_IDS)},
        "maxLength": POLICY_NAME_CHARS_MAX,
    }
    with_parameters = {
        "type": "object",
        "properties": {**mappings, "rule": rule_id},
        "additionalProperties": False,
        "oneOf": [{"required": [name]} for name in ACTIONS],
    }
    return {"anyOf": [{"oneOf": bare}, with_parameters]}


def _wildcards(name: str) -> str:
    """A pattern of the wildcards that cover `name`: a beginning of it, `*`, an end of it."""
    beginning = ""
    for character in reversed(name):
        beginning = f"(?:{re.escape(character)}{beginning})?"
    end = ""
    for character in name:
        end = f"(?:{end}{re.escape(character)})?"
    return rf"{beginning}\*{end}"
