"""What a query means: a small tree of frozen values.

Enters: what the parser understood. Leaves: nodes that `compile` turns into SQL and `matching` into
a test on one row. Must hold: every name in a node was found in the catalog or the fixed lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Comparison(StrEnum):
    EQUAL = "="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="


@dataclass(frozen=True, slots=True)
class Everything:
    """`*`"""


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Expr


@dataclass(frozen=True, slots=True)
class Contains:
    """A word or phrase anywhere in `message`, upper and lower case alike."""

    text: str


@dataclass(frozen=True, slots=True)
class TableIs:
    table: str


@dataclass(frozen=True, slots=True)
class EventIs:
    event: str


@dataclass(frozen=True, slots=True)
class DeviceIs:
    device_id: bytes  # 16


@dataclass(frozen=True, slots=True)
class DevicesIn:
    """Of no query's text: which devices its reader may see."""

    device_ids: frozenset[bytes]  # 16 each


@dataclass(frozen=True, slots=True)
class Since:
    """The row's `ts` is at or after it, microseconds since 1970 UTC."""

    ts_us: int


@dataclass(frozen=True, slots=True)
class Until:
    """The row's `ts` is before it, microseconds since 1970 UTC."""

    ts_us: int


@dataclass(frozen=True, slots=True)
class FieldExists:
    """`field:*`: the row has a value for the field, be it an empty one."""

    field: str


@dataclass(frozen=True, slots=True)
class FieldText:
    """A text, or any element of a list of texts, equals this or compares with it bytewise."""

    field: str
    comparison: Comparison
    text: str


@dataclass(frozen=True, slots=True)
class FieldGlob:
    """Pieces of the pattern between its stars: `a*b` is ("a", "b"), `*a` is ("", "a")."""

    field: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldIn:
    """A text, or any element of a list of texts, is one of these. Of no query's text."""

    field: str
    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class FieldTokens:
    """A text holds one of these pseudonyms, written as `pn:...`, between < and >. Of no query's
    text."""

    field: str
    pseudonyms: frozenset[str]


@dataclass(frozen=True, slots=True)
class FieldNumber:
    """An integer, real, boolean (0, 1) or timestamp (microseconds) compared with a number."""

    field: str
    comparison: Comparison
    number: int | float


Expr = (
    Everything
    | And
    | Or
    | Not
    | Contains
    | TableIs
    | EventIs
    | DeviceIs
    | DevicesIn
    | Since
    | Until
    | FieldExists
    | FieldText
    | FieldGlob
    | FieldIn
    | FieldTokens
    | FieldNumber
)
