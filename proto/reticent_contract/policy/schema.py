"""The language as JSON Schema (draft 2020-12), for editors: words, sentences, bounds.

Enters: the registries (actions, detectors, options) and the catalog. Leaves: a schema.
Must hold: whatever the parser accepts the schema accepts, and a word that the parser does not know
the schema refuses, as it does an action that does not fit its field. What depends on more than one
place (tests that pass, the order of `bounds`, what a wildcard other than "*" covers) only the
parser checks.
"""

from __future__ import annotations

from collections.abc import Mapping

from reticent_contract.catalog.model import Catalog, Table
from reticent_contract.limits import (
    ALLOWED_MAX,
    CARRIED_ROW_FIELDS_MAX,
    CUSTOM_CONTEXT_WORDS_MAX,
    CUSTOM_DETECTORS_MAX,
    CUSTOM_PATTERN_CHARS_MAX,
    NAME_CHARS_MAX,
    POLICY_NAME_CHARS_MAX,
    POLICY_RULES_MAX,
    POLICY_TESTS_MAX,
    POLICY_TEXT_CHARS_MAX,
    RETENTION_DAYS_MAX,
    SEAL_KEY_CHARS_MAX,
)
from reticent_contract.policy.canonical import INTEGER_MAX
from reticent_contract.policy.model import SCAN_PREFIX
from reticent_contract.policy.options import OPTIONS
from reticent_contract.policy.parse import (
    EPOCH_MAX,
    EXTENDS,
    GROUP_NAME,
    KEYS,
    LANGUAGE,
    REQUIRED,
    TIME,
    form_of,
)
from reticent_contract.policy.parse_detectors import DETECTOR_NAME, RESERVED_NAMES
from reticent_contract.policy.parse_tables import PRIORITY_MAX, WHILE_ENROLLED
from reticent_contract.policy.parse_tests import LEARNED_MAX, NOTHING, TEST_NAME_CHARS_MAX
from reticent_contract.policy.schema_extends import (
    extending,
    extending_words,
    retention_laid_over,
    rule_laid_over,
)
from reticent_contract.policy.schema_fields import (
    RULE,
    about,
    fields_by,
    fields_name,
    named_fields,
    rule_schema,
)
from reticent_contract.policy.schema_fitting import Fitting
from reticent_contract.redact.actions.scan import OTHERWISE
from reticent_contract.redact.actions.usage import Schema, whole_number
from reticent_contract.redact.allow import REFUSED_PATTERNS
from reticent_contract.redact.checksums import CHECKSUMS
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.phones import regions

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLE = "A Reticent policy"


def policy_schema(catalog: Catalog) -> dict[str, object]:
    """The schema of a policy: a whole one, or one that says what differs from another.

    A draft needs no `version`: publication gives it the next.
    """
    whole, rule, fitting = _whole(catalog), rule_schema(), Fitting(catalog)
    return {
        "$schema": DIALECT,
        "title": TITLE,
        "description": "What may leave the laptops; nothing else does.",
        "type": "object",
        "properties": extending_words(),
        "if": {"required": [EXTENDS]},
        "then": {"$ref": "#/$defs/extending"},
        "else": {"$ref": "#/$defs/whole"},
        "$defs": {
            "whole": whole,
            "extending": extending(whole),
            "rule": rule,
            "rule_laid_over": rule_laid_over(rule),
            "retention_laid_over": retention_laid_over(),
            "row": _row(catalog),
            # An editor reads 18.5196 and 1.10 as numbers, where `policy` reads them as text.
            "value": {
                "anyOf": [
                    {"type": ["string", "number", "boolean"]},
                    {"type": "array", "items": {"type": ["string", "number"]}},
                ]
            },
            **fitting.definitions,
            **{fields_name(table): named_fields(table, fitting) for table in catalog},
            **{f"{table.name}_values": _values(table) for table in catalog},
        },
    }


def _whole(catalog: Catalog) -> Schema:
    known = _parts(catalog)
    return {
        "type": "object",
        # A word of the language that has no part here is taken as it comes: the parser knows it.
        "properties": {key: known.get(key, True) for key in KEYS},
        "required": [key for key in REQUIRED if key != "version"],
        "additionalProperties": False,
        "if": {"not": {"required": ["detectors"]}},
        "then": _without_own_detectors(catalog),
    }


def _parts(catalog: Catalog) -> dict[str, Schema]:
    return {
        "language": {"description": "The version of the language.", "const": LANGUAGE},
        "version": whole_number(
            "Raised with each publication; laptops never go back.", low=1, high=INTEGER_MAX
        ),
        "not_before": _time("The day from which it holds."),
        "expires": _time("The day from which laptops collect nothing until they get another."),
        "purpose": _words("Why the data is collected."),
        "legal_basis": _words("Why that is allowed."),
        "notice": _words("What the person at the laptop reads."),
        "group": {
            "description": "The device group that it is for, which publication fills in.",
            "type": ["string", "null"],
            "minLength": 1,
            "maxLength": NAME_CHARS_MAX,
        },
        "pseudonyms": _pseudonyms(catalog),
        "seal": _mapping(
            "To whom `seal` encrypts.",
            {
                "key": {
                    "description": "The privacy officer's public key, as `seal-key new` prints it.",
                    "type": "string",
                    "pattern": "^(x25519|p256):",
                    "maxLength": SEAL_KEY_CHARS_MAX,
                }
            },
            required=("key",),
        ),
        "scan": _mapping(
            "How free text is read.",
            {
                "phone_region": {
                    "description": "The region of national phone numbers, after ISO 3166-1: IN.",
                    "type": "string",
                    "pattern": f"^(?:{'|'.join(regions())})$",
                }
            },
        ),
        "detectors": _detectors(),
        "allow": {
            "description": "Exact values and networks that no detector takes, but secret and own.",
            "type": "array",
            "items": {
                "type": "string",
                "minLength": 1,
                "maxLength": CUSTOM_PATTERN_CHARS_MAX,
                "not": {"anyOf": [{"pattern": refused} for refused in REFUSED_PATTERNS]},
            },
            "maxItems": ALLOWED_MAX,
        },
        "tables": _mapping(
            "What leaves, table by table. A table that is not named is not collected.",
            {table.name: _table(table) for table in catalog},
        ),
        "tests": {
            "description": "What must hold. A laptop runs these before it accepts the policy.",
            "type": "array",
            "items": _test(catalog),
            "maxItems": POLICY_TESTS_MAX,
        },
    }


def _detectors() -> Schema:
    word = {"type": "string", "minLength": 2, "maxLength": POLICY_NAME_CHARS_MAX}
    properties: dict[str, object] = {
        "pattern": {
            "description": "What it finds, as RE2 writes patterns; {1,32}, not + or *; no \\C.",
            "type": "string",
            "minLength": 1,
            "maxLength": CUSTOM_PATTERN_CHARS_MAX,
        },
        "context": {
            "description": "One of these words has to stand near it.",
            "type": "array",
            "items": word,
            "maxItems": CUSTOM_CONTEXT_WORDS_MAX,
        },
        "checksum": {
            "description": "Which has to hold: luhn and verhoeff over the digits of the match, "
            "mod97 and gstin over its letters and digits; only over those of the pattern's group "
            "`(?P<checked>…)` where it has one, which stands there once and in every match.",
            "enum": sorted(CHECKSUMS),
        },
        "sentence": _words("What it finds, for people."),
    }
    return {
        "description": "Detectors of the policy's own, by name.",
        "type": "object",
        "patternProperties": {
            DETECTOR_NAME: _mapping("One detector.", properties, required=("pattern",))
        },
        "propertyNames": {"not": {"enum": [*DETECTORS, *RESERVED_NAMES]}},
        "additionalProperties": False,
        "maxProperties": CUSTOM_DETECTORS_MAX,
    }


def _without_own_detectors(catalog: Catalog) -> Schema:
    """A policy that has none names the built-in ones alone, in its scans and its link groups."""
    known = {"propertyNames": {"enum": [*DETECTORS, OTHERWISE]}}
    rule = {"properties": {"scan": known}}
    table = {"properties": {"fields": {"additionalProperties": rule}}}
    members = {"items": {"enum": _members(catalog)}}
    groups = {"properties": {"link_groups": {"additionalProperties": members}}}
    return {"properties": {"tables": {"additionalProperties": table}, "pseudonyms": groups}}


def _mapping(
    sentence: str, properties: Mapping[str, object], *, required: tuple[str, ...] = ()
) -> dict[str, object]:
    return {
        "description": sentence,
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _words(sentence: str) -> Schema:
    return {
        "description": sentence,
        "type": ["string", "null"],
        "minLength": 1,
        "maxLength": POLICY_TEXT_CHARS_MAX,
    }


def _time(sentence: str) -> Schema:
    return {"description": sentence, "type": ["string", "null"], "pattern": TIME}


def _members(catalog: Catalog) -> list[str]:
    """What may stand in a link group, but for a policy's own detectors."""
    members = [f"{table.name}.{field.name}" for table in catalog for field in table.fields]
    members += [SCAN_PREFIX + name for name in DETECTORS]
    return [member for member in members if form_of(member, catalog) is not None]


def _pseudonyms(catalog: Catalog) -> Schema:
    group = {
        "type": "array",
        "items": {
            "anyOf": [
                {"enum": _members(catalog)},
                {"type": "string", "pattern": rf"^{SCAN_PREFIX}{DETECTOR_NAME.removeprefix('^')}"},
            ]
        },
        "uniqueItems": True,
        "maxItems": POLICY_RULES_MAX,
    }
    groups = {
        "description": "Fields, and detectors as scan:NAME, whose pseudonyms of one value agree.",
        "type": "object",
        "patternProperties": {GROUP_NAME: group},
        "additionalProperties": False,
    }
    epoch = whole_number(
        "The number of the fleet key; a new one starts new pseudonyms.", low=1, high=EPOCH_MAX
    )
    return _mapping(
        "How pseudonyms are made.", {"epoch": epoch, "link_groups": groups}, required=("epoch",)
    )


def _table(table: Table) -> Schema:
    properties: dict[str, object] = {
        "retention_days": whole_number(
            "How many days rows are kept.", low=1, high=RETENTION_DAYS_MAX
        ),
        "retention": {
            "description": "Rows are kept as long as the laptop is enrolled.",
            "const": WHILE_ENROLLED,
        },
        "priority": whole_number(
            "When a laptop's spool is full, rows of the lowest go first.",
            low=0,
            high=PRIORITY_MAX,
            default=table.priority,
        ),
        "consent": {
            "description": "Whether rows leave only after the laptop's user agreed.",
            "enum": ["required", "not_required"],
            "default": "not_required",
        },
        "options": _options(table),
        "fields": fields_by(RULE, table),
    }
    return {
        **_mapping(table.sentence, properties, required=("fields",)),
        "oneOf": [{"required": ["retention_days"]}, {"required": ["retention"]}],
    }


def _options(table: Table) -> Schema:
    options = OPTIONS.get(table.name)
    if not options:
        return {"description": "This table has no options.", "type": "null"}
    properties: dict[str, object] = {
        name: {"description": option.sentence, **option.schema} for name, option in options.items()
    }
    return {**_mapping("What is read.", properties), "type": ["object", "null"]}


def _row(catalog: Catalog) -> Schema:
    kinds = {
        f"{table.name}.{event}": {"$ref": f"#/$defs/{table.name}_values"}
        for table in catalog
        for event in table.events
    }
    return {
        **_mapping("One row as the laptop sees it, raw.", kinds),
        "minProperties": 1,
        "maxProperties": 1,
    }


def _values(table: Table) -> Schema:
    """Types are left to the engine: a test may be about a value of the wrong one."""
    value = {"$ref": "#/$defs/value"}
    fields = {field.name: {"description": about(field), **value} for field in table.fields}
    return {**_mapping(table.sentence, fields), "maxProperties": CARRIED_ROW_FIELDS_MAX}


def _test(catalog: Catalog) -> Schema:
    row = {"$ref": "#/$defs/row"}
    properties: dict[str, object] = {
        "name": {
            "description": "What must hold, as a sentence.",
            "type": "string",
            "minLength": 1,
            "maxLength": TEST_NAME_CHARS_MAX,
        },
        "given": row,
        "learned": {
            "description": "What the laptop knows of itself.",
            "type": "array",
            "items": row,
            "maxItems": LEARNED_MAX,
        },
        "expect": {
            "description": "All that may leave: fields with their values, <pseudonym>, "
            "<pn:DOMAIN> inside text; or nothing.",
            "anyOf": [{"const": NOTHING}, {"type": "object"}],
        },
    }
    same_table = [
        {
            "if": {"properties": {"given": {"propertyNames": {"pattern": rf"^{table.name}\."}}}},
            "then": {
                "properties": {
                    "expect": {
                        "properties": {field.name: True for field in table.fields},
                        "additionalProperties": False,
                    }
                }
            },
        }
        for table in catalog
    ]
    test = _mapping("A row, and what of it may leave.", properties)
    return {**test, "required": ["name", "given", "expect"], "allOf": same_table}
