"""What one role gives: scopes, and the limits within which they hold.

Several grants are a union, each within its own limits: reading events of group A and revoking
devices of group B are together neither reading events of B nor revoking devices of A.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reticent_contract.catalog import CATALOG

from reticent_server.auth.scopes import LIMITABLE, Scope
from reticent_server.store.events.model import RECEIPT_TABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`groups`: of devices; None is all. `columns`: "table" (all of it) or "table.field"; None is
    all tables."""

    scopes: frozenset[Scope]
    groups: frozenset[str] | None = None
    columns: frozenset[str] | None = None

    @property
    def limited(self) -> bool:
        return self.groups is not None or self.columns is not None

    def covers(self, scope: Scope, wanted: Grant) -> bool:
        """Whether it gives the scope within limits at least as wide as those of `wanted`."""
        if scope not in self.scopes:
            return False
        if self.groups is not None and (wanted.groups is None or not wanted.groups <= self.groups):
            return False
        if self.columns is None:
            return True
        return wanted.columns is not None and all(
            self.shows(*_split(column)) for column in wanted.columns
        )

    def shows(self, table: str, field: str | None) -> bool:
        """Whether the column, or the whole table where `field` is None, is within the limits."""
        if self.columns is None or table in self.columns:
            return True
        return field is not None and f"{table}.{field}" in self.columns

    @property
    def tables(self) -> frozenset[str] | None:
        """Tables of which it shows something; None is all."""
        if self.columns is None:
            return None
        return frozenset(column.partition(".")[0] for column in self.columns)


def covered(holder: Iterable[Grant], wanted: Grant) -> bool:
    """Whether somebody with the grants of `holder` has all that `wanted` gives.

    A scope must be covered by one grant as a whole: two that would only do so together do not
    count, which refuses some harmless wishes and lets no harmful one through.
    """
    held = tuple(holder)
    return all(any(grant.covers(scope, wanted) for grant in held) for scope in wanted.scopes)


def column_problem(column: str) -> str | None:
    """Why this names no table or column; None where it does."""
    table, dot, field = column.partition(".")
    if table == RECEIPT_TABLE and not dot:
        return None
    known = CATALOG.get(table)
    if known is None:
        return f"there is no table {table[:64]!r}"
    if dot and field not in known.by_name:
        return f"table {table} has no column {field[:64]!r}"
    return None


def within_limits(grant: Grant) -> Grant:
    """Without what no limit can hold: a limited role never reaches the whole fleet."""
    if not grant.limited:
        return grant
    return Grant(scopes=grant.scopes & LIMITABLE, groups=grant.groups, columns=grant.columns)


def narrowed(grants: Iterable[Grant], scopes: frozenset[Scope]) -> tuple[Grant, ...]:
    """No more than these scopes, each within its grant's limits."""
    return tuple(
        Grant(scopes=grant.scopes & scopes, groups=grant.groups, columns=grant.columns)
        for grant in grants
    )


def _split(column: str) -> tuple[str, str | None]:
    table, dot, field = column.partition(".")
    return table, field if dot else None
