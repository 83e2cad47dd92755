"""How an action is written, as data: for the JSON Schema, the reference page and their test.

Enters: nothing. Leaves: the parameters as JSON Schema (draft 2020-12), and examples. Must hold:
the schema accepts whatever `read` accepts; every example is run by a test over the real catalog.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Example:
    """`given` in the field `at` leaves as `becomes` under `rule`; None: nothing leaves.

    `<pseudonym>` stands for a field's pseudonym, `<pn:DOMAIN>` for one inside text, `<shifted>` for
    a time that was moved, as in the tests that a policy carries.
    """

    at: str  # table.field
    rule: object
    given: object
    becomes: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """`parameters` by name; without `required` ones the action's name may stand alone.

    `others`: what stands under a name that only a policy knows. `one_alone`: just one of the
    parameters is given.
    """

    parameters: Mapping[str, Schema] = field(default_factory=dict)
    others: Schema | None = None
    required: tuple[str, ...] = ()
    one_alone: bool = False
    examples: tuple[Example, ...] = ()


def whole_number(sentence: str, *, low: int, high: int, default: int | None = None) -> Schema:
    schema: dict[str, object] = {
        "description": sentence,
        "type": "integer",
        "minimum": low,
        "maximum": high,
    }
    return schema if default is None else {**schema, "default": default}


def one_of(words: Mapping[str, str], *, default: str | None = None) -> Schema:
    """Words with their sentences, such that an editor shows them beside each other."""
    schema: dict[str, object] = {
        "oneOf": [{"const": word, "description": said} for word, said in words.items()]
    }
    return schema if default is None else {**schema, "default": default}


def mapping_of(
    parameters: Mapping[str, Schema],
    *,
    required: tuple[str, ...] = (),
    sentence: str = "",
    others: Schema | None = None,
    one_alone: bool = False,
) -> Schema:
    """The mapping of parameters; without required ones it may be left empty (`drop:`)."""
    schema: dict[str, object] = {"description": sentence} if sentence else {}
    if not parameters:
        return {**schema, "type": "null"}
    if one_alone:
        schema |= {"minProperties": 1, "maxProperties": 1}
    return {
        **schema,
        "type": "object" if required or one_alone else ["object", "null"],
        "properties": dict(parameters),
        "required": list(required),
        "additionalProperties": False if others is None else others,
    }
