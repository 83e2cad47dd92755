"""bucket: a number or a time is told as the lower bound of the range it lies in."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal, Self, cast

from reticent_contract.catalog.model import Field, Type
from reticent_contract.limits import BUCKET_BOUNDS_MAX
from reticent_contract.reading import At
from reticent_contract.redact.actions.base import (
    FAILED,
    Apply,
    Bench,
    Makes,
    Place,
    Result,
    known_for,
)
from reticent_contract.redact.actions.usage import Example, Usage, one_of, whole_number
from reticent_contract.rows import Scalar

Span = Literal["minute", "hour", "day", "week"]
SPANS: tuple[Span, ...] = ("minute", "hour", "day", "week")
_DAY_US = 86_400_000_000
_SPAN_US = {"minute": 60_000_000, "hour": 3_600_000_000, "day": _DAY_US, "week": 7 * _DAY_US}
_MONDAY_US = 4 * _DAY_US  # 1970-01-05: weeks begin on Monday, as in ISO 8601
_INTEGER_MAX = 2**63
_NUMBER_MAX = 2**53 - 1  # a policy holds no larger one


@dataclass(frozen=True, slots=True)
class Bucket:
    """One of `width` (numbers), `bounds` (numbers), `to` (times). UTC, Mondays begin a week.

    A value below the first of `bounds` lies in no bucket: it is dropped and counted as failed.
    """

    name: ClassVar[str] = "bucket"
    sentence: ClassVar[str] = (
        "The lower bound of its bucket stands for a number, by `width` (10: 0, 10, 20, …) or by "
        "`bounds` ([0, 18, 65]); for a time, the beginning of its minute, hour, day or week as "
        "`to` said."
    )
    makes: ClassVar[Makes] = "same"
    usage: ClassVar[Usage] = Usage(
        parameters={
            "width": whole_number("How wide each bucket is.", low=2, high=_NUMBER_MAX),
            "bounds": {
                "description": "The lower bounds, ascending; below the first nothing leaves.",
                "type": "array",
                "items": {"type": "integer", "minimum": -_NUMBER_MAX, "maximum": _NUMBER_MAX},
                "minItems": 1,
                "maxItems": BUCKET_BOUNDS_MAX,
                "uniqueItems": True,
            },
            "to": one_of(
                {
                    "minute": "Of a time its minute.",
                    "hour": "Of a time its hour.",
                    "day": "Of a time its day, in UTC.",
                    "week": "Of a time its week, from Monday on, in UTC.",
                }
            ),
        },
        one_alone=True,
        examples=(
            Example("cpu.logical_count", {"bucket": {"width": 4}}, 14, 12),
            Example("cpu.logical_count", {"bucket": {"bounds": [1, 4, 16]}}, 14, 4),
            Example("cpu.logical_count", {"bucket": {"bounds": [4, 16]}}, 2, None),
        ),
    )
    width: int | None = None
    bounds: tuple[int, ...] = ()
    to: Span | None = None

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        given = at.mapping(parameters or {}, known=("width", "bounds", "to"), what="parameter")
        if len(given) != 1:
            at.problem("bucket needs one of width, bounds and to, e.g. {bucket: {width: 10}}")
            return cls(width=2)
        if "width" in given:
            return cls(width=at.at("width").integer(given["width"], low=2, high=_NUMBER_MAX) or 2)
        if "to" in given:
            span = at.at("to").choice(given["to"], of=SPANS)
            return cls(to=cast("Span", span) if span else "week")
        return cls(bounds=_read_bounds(at.at("bounds"), given["bounds"]))

    def refusal(self, field: Field) -> str | None:
        if self.to is not None:
            if field.type is Type.TIMESTAMP:
                return None
            what = f"bucket to {self.to} takes a time"
        elif field.type in (Type.INTEGER, Type.REAL):
            return None
        else:
            what = "bucket by width or bounds takes a number"
        return f"{what}; {field.name} is of type {field.type} (known for it: {known_for(field)})"

    def build(self, place: Place, _bench: Bench) -> Apply:
        real = place.field.type is Type.REAL

        def apply(value: Scalar) -> Result:
            lower = self._lower(value)
            if lower is None or not -_INTEGER_MAX <= lower < _INTEGER_MAX:
                return FAILED
            # Beyond 2^53 a fraction's bucket may have no exact lower bound: then nothing leaves.
            result = float(lower) if real else lower
            return result if result == lower else FAILED

        return apply

    def _lower(self, value: Scalar) -> int | None:
        """None where there is no bucket for it. Exact, whatever the value's size."""
        if isinstance(value, bool | str) or not math.isfinite(value):
            return None
        whole = math.floor(value)
        if self.bounds:
            place = bisect_right(self.bounds, whole)
            return self.bounds[place - 1] if place else None
        if self.width is not None:
            return whole - whole % self.width
        if self.to is not None:
            return whole - (whole - _MONDAY_US) % _SPAN_US[self.to]
        return None

    def admits(self, field: Field, value: Scalar) -> str | None:
        whole = not isinstance(value, str | bool) and self._lower(value) == value
        if whole and (field.type is Type.REAL or isinstance(value, int)):
            return None
        return f"{field.name} is not the lower bound of a bucket"


def _read_bounds(at: At, value: object) -> tuple[int, ...]:
    items = at.items(value, items_max=BUCKET_BOUNDS_MAX)
    read = [
        number
        for i, item in enumerate(items)
        if (number := at.at(i).integer(item, low=-_NUMBER_MAX, high=_NUMBER_MAX)) is not None
    ]
    if not items:
        at.problem("must list at least one whole number")
    if any(after <= before for before, after in pairwise(read)):
        at.problem("must ascend: each number greater than the one before")
    return tuple(read) or (0,)
