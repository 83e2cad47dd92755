"""The `tests` of a policy: a row as a laptop sees it, and what of it may leave.

- name: a USB serial leaves as a pseudonym
  given: {usb.snapshot: {vendor: SanDisk, serial: 4C530001}}
  learned: [{user_account.snapshot: {user_name: alice}}]     optional
  expect: {vendor: SanDisk, serial: <pseudonym>}             or nothing
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TypeVar

import re2

from reticent_contract.catalog.model import Catalog, Field, Type
from reticent_contract.limits import CARRIED_ROW_FIELDS_MAX, POLICY_TESTS_MAX
from reticent_contract.policy.model import CarriedTest
from reticent_contract.reading import At, known_words
from reticent_contract.rows import Row, Value

_KEYS = ("name", "given", "learned", "expect")
NOTHING = "nothing"
LEARNED_MAX = 32
TEST_NAME_CHARS_MAX = 200
_Value = TypeVar("_Value")
_DECIMAL = re2.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_NOBODY = Row("", "", 0, MappingProxyType({}))


def read_tests(at: At, value: object, catalog: Catalog) -> tuple[CarriedTest, ...]:
    return tuple(
        _read_test(at.at(i), item, catalog)
        for i, item in enumerate(at.items(value, items_max=POLICY_TESTS_MAX))
    )


def _read_test(at: At, value: object, catalog: Catalog) -> CarriedTest:
    given = at.mapping(value, known=_KEYS)
    for key in ("name", "given", "expect"):
        if given and key not in given:
            at.problem(f"{key} is missing")
    name = at.at("name").text(given.get("name", "?"), chars_max=TEST_NAME_CHARS_MAX) or "?"
    row = _read_row(at.at("given"), given.get("given"), catalog)
    learned_at = at.at("learned")
    learned = tuple(
        _read_row(learned_at.at(i), item, catalog)
        for i, item in enumerate(learned_at.items(given.get("learned", []), items_max=LEARNED_MAX))
    )
    expect: dict[str, object] | None = None
    if given.get("expect") != NOTHING:
        inside = at.at("expect")
        if "expect" in given and given["expect"] is None:
            inside.problem(f"must be a mapping of what leaves, or the word {NOTHING}; it is empty")
            given = {**given, "expect": {}}
        expect = inside.mapping(given.get("expect", {}), what="field")
        table = catalog.get(row.table)
        for field, wanted in expect.items():
            if table is not None and field not in table.by_name:
                inside.at(field).problem(
                    f"unknown field {field!r} {known_words(table.by_name, field)}"
                )
            elif table is not None:
                expect[field] = _number(table.by_name[field], wanted)
    return CarriedTest(name=name, given=row, learned=learned, expect=expect)


def _number(field: Field, value: _Value) -> _Value | float:
    """The signed text knows no fractions, so 18.5196 comes as text; the row has it as a number."""
    if field.type is Type.REAL and isinstance(value, str) and _DECIMAL.fullmatch(value):
        return float(value)
    return value


def _read_row(at: At, value: object, catalog: Catalog) -> Row:
    """`{table.event: {field: value}}`. Field types are left to the engine: a test may be wrong."""
    given = at.mapping(value, what="kind")
    if len(given) != 1:
        at.problem("must be one row, e.g. {usb.snapshot: {serial: 4C530001}}")
        return _NOBODY
    ((kind, values),) = given.items()
    table_name, _, event = kind.partition(".")
    table = catalog.get(table_name)
    inside = at.at(kind)
    if table is None or event not in table.events:
        kinds = [f"{t.name}.{e}" for t in catalog for e in t.events]
        inside.problem(f"unknown kind of row {kind!r} {known_words(kinds, kind)}")
        return _NOBODY
    read: dict[str, Value] = {}
    fields = inside.mapping(values, known=tuple(table.by_name), what="field")
    if len(fields) > CARRIED_ROW_FIELDS_MAX:
        inside.problem(f"has more than {CARRIED_ROW_FIELDS_MAX} fields")
    for name, item in fields.items():
        if isinstance(item, str | int):
            read[name] = _number(table.by_name[name], item)
        elif isinstance(item, list) and all(isinstance(element, str) for element in item):
            read[name] = tuple(str(element) for element in item)
        else:
            inside.at(name).problem("must be text, a whole number, true/false or a list of text")
    return Row(table_name, event, 0, MappingProxyType(read))
