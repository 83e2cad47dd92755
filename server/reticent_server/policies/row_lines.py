"""Rows as an operator writes them: one on a line, or as JSON that was read already.

{"usb.snapshot": {"serial": "4C53"}}, or the table alone for its first event

Enters: one line, or its document. Leaves: the row. Must hold: what is refused is said without any
value; a name is repeated only where it could be one of the catalog's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from reticent_contract.catalog.model import Catalog
from reticent_contract.reading import known_words
from reticent_contract.rows import Row, Value

from reticent_server.policies.finite_json import read_json

_EXAMPLE = 'write e.g. {"host.snapshot": {"host_name": "alices-laptop"}}'
_SHAPE = f"is no row; {_EXAMPLE}"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class NoRowError(Exception):
    """The line is no row of the catalog; the message says why, to stand behind `line N: `."""


class _TwinKeysError(Exception):
    """Of two values of one key json keeps the last, and says nothing of the other."""


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise _TwinKeysError
    return document


def row_of(line: str, catalog: Catalog) -> Row:
    """Raises NoRowError: no JSON, a key that stands twice, or what the catalog does not have."""
    try:
        document = read_json(line, object_pairs_hook=_no_twins)
    except _TwinKeysError:
        raise NoRowError("has one key twice; leave one of them out") from None
    except (ValueError, RecursionError):
        raise NoRowError(f"is no JSON; {_EXAMPLE}") from None
    return row_of_document(document, catalog)


def row_of_document(document: object, catalog: Catalog) -> Row:
    """As `row_of`, of what was read from JSON already."""
    if not isinstance(document, dict) or len(document) != 1:
        raise NoRowError(_SHAPE)
    ((kind, values),) = document.items()
    name, _, event = kind.partition(".")
    table = catalog.get(name)
    if table is None:
        raise NoRowError(_unknown("table", name, catalog.tables))
    event = event or table.events[0]
    if event not in table.events:
        problem = _unknown(f"event of {name}", event, table.events)
        if event in table.by_name:  # a field's name, as --field takes it
            right = f'{{"{name}.{table.events[0]}": {{"{event}": …}}}}'
            problem += f"; {event} is a field of it: use {right}"
        raise NoRowError(problem)
    if not isinstance(values, Mapping):
        raise NoRowError(_SHAPE)
    for field in values:
        if field not in table.by_name:
            raise NoRowError(_unknown(f"field of {name}", field, table.by_name))
    read: dict[str, Value] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }
    return Row(name, event, 0, read)


def _unknown(what: str, given: str, known: Collection[str]) -> str:
    if _NAME.fullmatch(given) is None:  # this may be a value that stands in the wrong place
        return f"names an unknown {what} {known_words(known, '')}"
    return f"names an unknown {what}, {given!r} {known_words(known, given)}"
