"""date_shift: a time is moved by whole days, by as many for all of one person's or one laptop's."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from reticent_contract.catalog.model import Field, FieldClass, Form, Table, Type
from reticent_contract.limits import DATE_SHIFT_DAYS_MAX, NAME_CHARS_MAX
from reticent_contract.reading import At, known_words
from reticent_contract.redact.actions.base import (
    FAILED,
    Apply,
    Bench,
    Makes,
    Place,
    Result,
    known_for,
    optional_mapping,
)
from reticent_contract.redact.actions.simple import keep_problem
from reticent_contract.redact.actions.usage import Example, Usage, whole_number
from reticent_contract.rows import Scalar, Value

_DAY_US = 86_400_000_000
_DAYS = 30
_LAPTOP = "laptop"  # domain and name of the one shift that a laptop's times share
_INTEGER_MAX = 2**63


def shift_us(sub_key: bytes, canonical: str, *, days: int) -> int:
    """-days … -1 or 1 … days, in microseconds: never 0, and the same for the same person.

    The first 8 bytes of HMAC-SHA-256(sub-key, canonical form), big-endian, modulo twice `days`.
    """
    drawn = int.from_bytes(hmac.digest(sub_key, canonical.encode(), "sha256")[:8], "big")
    place = drawn % (2 * days)
    return (place - days if place < days else place - days + 1) * _DAY_US


@dataclass(frozen=True, slots=True)
class DateShift:
    """`by`: the field of the same row that names the person; without it, one shift a laptop.

    Order and distances within one person stay, and so does the time of day. What it does not hide:
    the row's own `ts`; and whoever knows one true date of a person knows the shift.
    """

    name: ClassVar[str] = "date_shift"
    sentence: ClassVar[str] = (
        "A time is moved by 1 to `days` whole days (30) back or forth: by the same number for all "
        "times of one person, whom the field `by` of the same row names, or of one laptop where "
        "`by` is not given. A row that does not name the person loses the time. The row's own "
        "time is not moved, which is when a logon or a line of a log was: of the times that are "
        "fields, none stands beside a person yet, so `by` has nothing to name so far."
    )
    makes: ClassVar[Makes] = "same"
    usage: ClassVar[Usage] = Usage(
        parameters={
            "by": {
                "description": "The field of the same row that names the person.",
                "type": "string",
                "minLength": 1,
                "maxLength": NAME_CHARS_MAX,
            },
            "days": whole_number(
                "How far at most.", low=1, high=DATE_SHIFT_DAYS_MAX, default=_DAYS
            ),
        },
        examples=(
            Example(
                "software.installed_at",
                {"date_shift": {"days": 30}},
                1_790_000_000_000_000,
                "<shifted>",
            ),
        ),
    )
    by: str | None = None
    days: int = _DAYS

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        given = optional_mapping(at, parameters, known=("by", "days"))
        by = None
        if "by" in given:
            by = at.at("by").text(given["by"], chars_max=NAME_CHARS_MAX)
        days = at.at("days").integer(given.get("days", _DAYS), low=1, high=DATE_SHIFT_DAYS_MAX)
        return cls(by=by, days=days or _DAYS)

    def refusal(self, field: Field) -> str | None:
        if field.type is Type.TIMESTAMP:
            return None
        known = known_for(field)
        return (
            f"date_shift takes a time; {field.name} is of type {field.type} (known for it: {known})"
        )

    def table_refusal(self, table: Table) -> str | None:
        """Why `by` names nobody in rows of this table."""
        if self.by is None:
            return None
        person = table.by_name.get(self.by)
        names = persons_of(table)
        if self.by in names:
            return None
        what = "is no field" if person is None else "holds no user name or e-mail"
        return f"date_shift by {self.by!r}, which {what} of {table.name} {_known(names, self.by)}"

    def build(self, _place: Place, bench: Bench) -> Apply:
        """One shift for all times of the laptop, under the key that never leaves it."""
        if self.by is not None:
            raise TypeError("date_shift by a person is built by build_for_row")
        shift = bench.day_shift(domain=_LAPTOP, scope="device", form=Form.TEXT, days=self.days)
        return _moved_by(shift(_LAPTOP))

    def build_for_row(self, person: Place, bench: Bench) -> Callable[[Mapping[str, Value]], Apply]:
        """`person`: where `by` stands; the fields of its link group share its shifts."""
        name, form = person.field.name, person.field.form
        shift = bench.day_shift(domain=person.domain, scope="fleet", form=form, days=self.days)

        def of_row(values: Mapping[str, Value]) -> Apply:
            value = values.get(name)
            return _moved_by(shift(value) if isinstance(value, str) else None)

        return of_row

    def admits(self, field: Field, value: Scalar) -> str | None:
        return keep_problem(field, value)


def _moved_by(shift_us: int | None) -> Apply:
    """None: nobody knows whose time it is, so it does not leave."""

    def apply(value: Scalar) -> Result:
        if shift_us is None or isinstance(value, bool) or not isinstance(value, int):
            return FAILED
        moved = value + shift_us
        return moved if -_INTEGER_MAX <= moved < _INTEGER_MAX else FAILED

    return apply


def persons_of(table: Table) -> list[str]:
    """The fields that `by` may name."""
    return [field.name for field in table.fields if _names_a_person(field)]


def _names_a_person(field: Field) -> bool:
    person = field.type is Type.TEXT and field.form in (Form.USER, Form.EMAIL)
    return person and field.field_class is not FieldClass.CREDENTIAL


def _known(names: list[str], given: str) -> str:
    return known_words(names, given) if names else "(none is known: leave `by` out)"
