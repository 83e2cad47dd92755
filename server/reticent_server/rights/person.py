"""One person among what is stored: where they are named, and what of that is theirs.

Enters: identifiers, the keys of living epochs, the policies that rows were made by. Leaves: a
condition for all that names them; which of it goes as a row and which as values; what of a row is
shown to them. Must hold: what somebody is shown and what is erased are found by the same terms.

By the catalog: a table with a `user_name` that laptops send has rows about that person, so such a
row goes as a whole. A row about something else (a line of a log, a laptop's modem, the record of
whose it is) stays: a text that holds their pseudonym is emptied, and of columns that name somebody
all are, since they name one person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Item, Table
from reticent_contract.redact.tokens import find_tokens, pseudonym_text

from reticent_server.query.expr import (
    And,
    DeviceIs,
    Expr,
    Or,
    Since,
    TableIs,
)
from reticent_server.query.people import PERSON_FIELDS, People
from reticent_server.query.sealed import event_withheld
from reticent_server.store.events.model import Event, FieldValue

RECORD_TABLE = "device_record"
ANOTHER = "[withheld: not shown to be yours]"
_TOKENS = re.compile(r"(<pn:[^<>]*>)")


def _naming(table: Table) -> frozenset[str]:
    return frozenset(name for name in table.by_name if f"{table.name}.{name}" in PERSON_FIELDS)


NAMING: Mapping[str, frozenset[str]] = {
    table.name: found for table in CATALOG if (found := _naming(table))
}
# Rows about a person.
PERSONAL = frozenset(
    name
    for name, fields in NAMING.items()
    if "user_name" in fields and not CATALOG.tables[name].from_server
)
# What names somebody in rows about something else: all of it goes with any of it. A text that holds
# a pseudonym goes by itself.
EMPTIED: Mapping[str, frozenset[str]] = {
    name: fields
    | frozenset(one.name for one in CATALOG.tables[name].fields if one.item is Item.CONTACT)
    for name, fields in NAMING.items()
    if name not in PERSONAL
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptying:
    """Rows that `expr` finds lose the values of `fields`."""

    expr: Expr
    fields: frozenset[str]


class Person:
    """`devices`: laptops that are theirs, 16 bytes each, and since when: microseconds since 1970
    UTC, by the rows' `ts`. What was before is of whoever had the laptop then."""

    def __init__(
        self, people: People, identifiers: Sequence[str], *, devices: Mapping[bytes, int]
    ) -> None:
        self.devices = devices
        self._fields = {term.field: term for term in people.in_fields(identifiers)}
        self._texts = {term.field: term for term in people.in_texts(identifiers)}

    @property
    def named(self) -> Expr:
        """Every row that names them, of any laptop."""
        return Or(
            tuple(self._naming(table.name, self._searched(table)) for table in self._tables())
        )

    @property
    def held(self) -> Expr:
        """The same, and whatever their own laptops sent since they are theirs."""
        own = (And((DeviceIs(one), Since(at_us))) for one, at_us in sorted(self.devices.items()))
        return Or((self.named, *own))

    @property
    def records(self) -> Expr:
        """Rows that say that a laptop is theirs."""
        return self._naming(RECORD_TABLE, NAMING[RECORD_TABLE])

    @property
    def rows_about(self) -> Expr:
        """Rows whose subject they are."""
        return Or(tuple(self._naming(name, NAMING[name]) for name in sorted(PERSONAL)))

    def emptyings(self, tables: Collection[str]) -> Iterator[Emptying]:
        """For what names them in rows of these tables that are about something else."""
        for table in self._tables():
            if table.name not in tables:
                continue
            if fields := EMPTIED.get(table.name):
                naming = NAMING[table.name]
                yield Emptying(expr=self._naming(table.name, naming), fields=fields)
            for field in sorted(self._scanned(table)):
                only = frozenset({field})
                yield Emptying(expr=self._naming(table.name, only), fields=only)

    def is_of_theirs(self, event: Event) -> bool:
        """Whether a row is of a laptop that was theirs then."""
        since_us = self.devices.get(event.device_id)
        return since_us is not None and event.ts_us >= since_us

    def says_theirs(self, row: Mapping[str, FieldValue]) -> bool:
        """Whether the record of a laptop, or a change of it, names them as its owner."""
        return any(self._is_all_theirs(name, row.get(name)) for name in NAMING[RECORD_TABLE])

    def shown(self, event: Event) -> dict[str, FieldValue]:
        """The fields of a row that they are shown. Of their own laptop all, but for columns that
        name somebody who could not be shown to be them; of another one, the columns that name
        them, and texts that hold their pseudonym. Of a column that names somebody and that a
        policy has scanned, their pseudonyms alone. Sealed values are withheld."""
        own = self.is_of_theirs(event)
        fields: dict[str, FieldValue] = {}
        for name, value in event_withheld(event).fields.items():
            if name in NAMING.get(event.table, ()):
                found = self._theirs(name, value)
                if found is not None:
                    fields[name] = found
                elif own:
                    fields[name] = ANOTHER
            elif name in self._texts and isinstance(value, str | list):
                if own or self._holds(name, value):
                    fields[name] = self._without_others(name, value)
            elif own:
                fields[name] = value
        return fields

    def _tables(self) -> list[Table]:
        """Those in which somebody may be named."""
        return [table for table in CATALOG if self._searched(table)]

    def _searched(self, table: Table) -> frozenset[str]:
        return NAMING.get(table.name, frozenset()) | self._scanned(table)

    def _scanned(self, table: Table) -> frozenset[str]:
        return frozenset(self._texts.keys() & table.by_name.keys())

    def _naming(self, table: str, fields: frozenset[str]) -> Expr:
        """Rows of a table that name them in one of these fields."""
        values = [self._fields[n] for n in sorted(fields & NAMING.get(table, frozenset()))]
        texts = [self._texts[n] for n in sorted(fields) if n in self._texts]
        return And((TableIs(table), Or((*values, *texts))))

    def _is_theirs(self, name: str, value: object) -> bool:
        return isinstance(value, str) and value in self._fields[name].texts

    def _is_all_theirs(self, name: str, value: object) -> bool:
        """A scanned value may name somebody else in the clear beside them: such a one is not."""
        scanned = {f"<{one}>" for one in self._theirs_in(name)}
        return self._is_theirs(name, value) or (isinstance(value, str) and value in scanned)

    def _theirs(self, name: str, value: FieldValue) -> FieldValue | None:
        """What of a column that names somebody is theirs."""
        if isinstance(value, list):
            return [one for text in value if (one := self._their_text(name, text))] or None
        return self._their_text(name, value) if isinstance(value, str) else None

    def _their_text(self, name: str, text: str) -> str | None:
        """Of a column that some policy has scanned also their pseudonym in a text; what stands
        around it may name somebody else in the clear."""
        if self._is_theirs(name, text):
            return text
        theirs = {f"<{one}>" for one in self._theirs_in(name)}
        parts = [part for part in _TOKENS.split(text) if part.strip()]
        if theirs.isdisjoint(parts):
            return None
        stretches = groupby(parts, theirs.__contains__)
        return " ".join(" ".join(some) if own else ANOTHER for own, some in stretches)

    def _holds(self, name: str, value: str | list[str]) -> bool:
        texts = value if isinstance(value, list) else [value]
        return any(not self._theirs_in(name).isdisjoint(_pseudonyms(text)) for text in texts)

    def _without_others(self, name: str, value: str | list[str]) -> str | list[str]:
        """Pseudonyms that are not theirs may stand for other people."""
        if isinstance(value, list):
            return [self._text_without_others(name, text) for text in value]
        return self._text_without_others(name, value)

    def _text_without_others(self, name: str, text: str) -> str:
        for one in set(_pseudonyms(text)) - self._theirs_in(name):
            text = text.replace(f"<{one}>", ANOTHER)
        return text

    def _theirs_in(self, name: str) -> frozenset[str]:
        return self._texts[name].pseudonyms if name in self._texts else frozenset()


def _pseudonyms(text: str) -> Iterator[str]:
    return (pseudonym_text(*found) for found in find_tokens(text))
