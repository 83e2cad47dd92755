"""Which rules the fields take, as JSON Schema: asked of the actions, in each way that they have.

Enters: the catalog. Leaves: for each kind of field what narrows the schema of any rule to it, said
once and pointed at by all fields of that kind. Must hold: what the parser takes fits; how an action
is written is not said here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from reticent_contract.catalog.model import Catalog, Field, FieldClass, Table, Type
from reticent_contract.reading import At
from reticent_contract.redact.actions import (
    ACTIONS,
    Bucket,
    DateShift,
    Drop,
    Generalise,
    Replace,
)
from reticent_contract.redact.actions.base import Action, is_credential
from reticent_contract.redact.actions.date_shift import persons_of
from reticent_contract.redact.actions.generalise import LEVELS
from reticent_contract.redact.actions.simple import TEXT_CHARS_MAX
from reticent_contract.redact.actions.usage import Schema

_Parameters = Mapping[str, object]
_NONE: _Parameters = {}
_SHORT = "x"  # has room in any field
# Of actions that take one kind of field or another by what they are given: each way once.
_WAYS: Mapping[str, tuple[_Parameters, ...]] = {
    Replace.name: (_NONE, {"with": _SHORT}),
    Generalise.name: (*({"to": level} for level in LEVELS), {"to": "grid", "degrees": 1}),
    Bucket.name: ({"width": 2}, {"bounds": [1]}, {"to": "week"}),
}


class Fitting:
    """The kinds of fields of a catalog. `definitions`: by name, to stand among the schema's."""

    def __init__(self, catalog: Catalog) -> None:
        self.definitions: dict[str, Schema] = {}
        self._names: dict[str, str] = {}
        for table in catalog:
            for field in table.fields:
                self._name((field,), f"takes_as_{table.name}.{field.name}")
            technical = technical_of(table)
            if technical:
                self._name(technical, f"takes_as_{table.name}.technical")

    def of(self, table: Table, *fields: Field) -> dict[str, object]:
        """What a rule that is to hold for all of them may be."""
        pointed: dict[str, object] = {"$ref": f"#/$defs/{self._names[_text(_taken(fields))]}"}
        if any(field.type is Type.TIMESTAMP for field in fields):
            by = {"enum": persons} if (persons := list(persons_of(table))) else False
            pointed["properties"] = {DateShift.name: {"properties": {"by": by}}}
        return pointed

    def _name(self, fields: Sequence[Field], name: str) -> None:
        taken = _taken(fields)
        if self._names.setdefault(_text(taken), name) == name:
            self.definitions[name] = taken


def technical_of(table: Table) -> tuple[Field, ...]:
    """What `"*"` covers."""
    return tuple(f for f in table.fields if f.field_class is FieldClass.TECHNICAL)


def _text(schema: Schema) -> str:
    return json.dumps(schema, sort_keys=True)


def _taken(fields: Sequence[Field]) -> Schema:
    bare = [
        name
        for name, action in ACTIONS.items()
        if not action.usage.required and not action.usage.one_alone and _fit(action, _NONE, fields)
    ]
    narrowed = {name: _narrowed(action, fields) for name, action in ACTIONS.items()}
    return {
        "if": {"type": "string"},
        "then": {"enum": bare},
        "properties": {name: said for name, said in narrowed.items() if said is not True},
    }


def _narrowed(action: type[Action], fields: Sequence[Field]) -> Schema | bool:
    """False where it does not fit, True where it does however it is written."""
    ways = _ways(action)
    taken = [way for way in ways if _fit(action, way, fields)]
    if not taken:
        return False
    keys = dict.fromkeys(key for way in ways for key in way)
    said = {key: _values(key, ways, taken) for key in keys}
    properties = {key: value for key, value in said.items() if value is not True}
    room = min(field.bytes_max for field in fields)
    if action is Replace and room < TEXT_CHARS_MAX:
        properties["with"] = {"maxLength": room}  # a character has a byte or more
    schema: dict[str, object] = {"properties": properties} if properties else {}
    if _NONE in ways and _NONE not in taken:
        schema |= {
            "type": "object",
            "required": [k for k in keys if all(k in way for way in taken)],
        }
    return schema or True


def _values(key: str, ways: Sequence[_Parameters], taken: Sequence[_Parameters]) -> Schema | bool:
    """What may stand under a parameter: nothing, some of its words, or whatever it takes."""
    if not any(key in way for way in taken):
        return False
    left = [way[key] for way in taken if key in way]
    if all(way[key] in left for way in ways if key in way):
        return True
    return {"enum": list(dict.fromkeys(left))}


def _ways(action: type[Action]) -> tuple[_Parameters, ...]:
    if action.name in _WAYS:
        return _WAYS[action.name]
    if not action.usage.required:
        return (_NONE,)
    rule = action.usage.examples[0].rule
    parameters = rule[action.name] if isinstance(rule, Mapping) else None
    if not isinstance(parameters, Mapping):
        raise TypeError(f"the first example of {action.name} names its parameters")
    return (parameters,)


def _fit(action: type[Action], parameters: _Parameters, fields: Sequence[Field]) -> bool:
    made = action.read(At([]), dict(parameters) or None)
    return all(
        made.refusal(field) is None and (isinstance(made, Drop) or not is_credential(field))
        for field in fields
    )
