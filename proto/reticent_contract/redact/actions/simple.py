"""Actions that look at no character of the value: drop, count_only, keep, replace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from reticent_contract.catalog.model import Field, Type
from reticent_contract.reading import At
from reticent_contract.redact.actions.base import (
    DROPPED,
    FAILED,
    Apply,
    Bench,
    Makes,
    Place,
    Result,
    no_parameters,
    not_textual,
    optional_mapping,
)
from reticent_contract.redact.actions.usage import Example, Usage
from reticent_contract.redact.text import fit
from reticent_contract.rows import Scalar

_INTEGER_MAX = 2**63
TEXT_CHARS_MAX = 128


@dataclass(frozen=True, slots=True)
class Drop:
    """The value never leaves the laptop."""

    name: ClassVar[str] = "drop"
    sentence: ClassVar[str] = "The value never leaves the laptop; that there was one is counted."
    makes: ClassVar[Makes] = "nothing"
    usage: ClassVar[Usage] = Usage(
        examples=(
            Example("session.user_id", "drop", 1000, None),
            Example("session.user_id", {"drop": None, "rule": "no-user-ids"}, 1000, None),
        )
    )

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        no_parameters(cls.name, at, parameters)
        return cls()

    def refusal(self, _field: Field) -> str | None:
        return None

    def build(self, _place: Place, _bench: Bench) -> Apply:
        return lambda _value: DROPPED

    def admits(self, _field: Field, _value: Scalar) -> str | None:
        return f"{self.name} lets no value through"


@dataclass(frozen=True, slots=True)
class CountOnly:
    """As drop, yet the row is still sent, be it empty: that it happened may be known."""

    name: ClassVar[str] = "count_only"
    sentence: ClassVar[str] = (
        "The value never leaves the laptop, but its row does, even with nothing else in it."
    )
    makes: ClassVar[Makes] = "nothing"
    usage: ClassVar[Usage] = Usage(
        examples=(Example("session.user_name", "count_only", "alice", None),)
    )

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        no_parameters(cls.name, at, parameters)
        return cls()

    def refusal(self, _field: Field) -> str | None:
        return None

    def build(self, _place: Place, _bench: Bench) -> Apply:
        return lambda _value: DROPPED

    def admits(self, _field: Field, _value: Scalar) -> str | None:
        return f"{self.name} lets no value through"


def keep_problem(field: Field, value: Scalar) -> str | None:
    """Why `value` is not what a field of the catalog may hold."""
    if field.type in (Type.TEXT, Type.TEXTS):
        if not isinstance(value, str):
            return f"{field.name} holds something that is not text"
        size = len(value) if value.isascii() else len(value.encode())
        return None if size <= field.bytes_max else f"{field.name} is longer than its bound"
    if field.type is Type.BOOLEAN:
        return None if isinstance(value, bool) else f"{field.name} must be true or false"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{field.name} must be a number"
    if field.type is not Type.REAL and not isinstance(value, int):
        return f"{field.name} must be a whole number"
    in_range = -_INTEGER_MAX <= value < _INTEGER_MAX  # also refuses NaN and the infinities
    return None if in_range else f"{field.name} does not fit 64 bits"


@dataclass(frozen=True, slots=True)
class Keep:
    """The value leaves as it is, within the catalog's bound and as valid Unicode."""

    name: ClassVar[str] = "keep"
    sentence: ClassVar[str] = (
        "The value leaves in the clear, whatever it holds: no detector looks into it, so an e-mail "
        "or IP address in a path or a name leaves too. Before it is sent, keys and tokens of "
        "well-known form are stopped in it, and, where the field is no identifier itself, what the "
        "laptop knows of itself."
    )
    makes: ClassVar[Makes] = "same"
    usage: ClassVar[Usage] = Usage(
        examples=(
            Example("software.version", "keep", "3.0.11-1", "3.0.11-1"),
            Example("host.memory_bytes", "keep", 34359738368, 34359738368),
        )
    )

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        no_parameters(cls.name, at, parameters)
        return cls()

    def refusal(self, _field: Field) -> str | None:
        return None

    def build(self, place: Place, _bench: Bench) -> Apply:
        if place.field.type is Type.REAL:
            # NaN and the infinities are no values, and the server refuses them.
            return lambda v: FAILED if keep_problem(place.field, v) is not None else v
        if place.field.type not in (Type.TEXT, Type.TEXTS):
            return lambda value: value
        bytes_max = place.field.bytes_max
        return lambda value: fit(value, bytes_max=bytes_max) if isinstance(value, str) else value

    def admits(self, field: Field, value: Scalar) -> str | None:
        return keep_problem(field, value)


@dataclass(frozen=True, slots=True)
class Replace:
    """A fixed text stands in the value's place; that there was a value is visible."""

    name: ClassVar[str] = "replace"
    sentence: ClassVar[str] = (
        "A fixed text stands in the value's place: `with`, else `<field name>`."
    )
    makes: ClassVar[Makes] = "same"
    usage: ClassVar[Usage] = Usage(
        parameters={
            "with": {
                "description": "The text that leaves.",
                "type": "string",
                "minLength": 1,
                "maxLength": TEXT_CHARS_MAX,
                "not": {"pattern": "pn:"},
            }
        },
        examples=(
            Example("user_account.full_name", "replace", "Alice Doe", "<full_name>"),
            Example(
                "user_account.full_name", {"replace": {"with": "<a name>"}}, "Alice", "<a name>"
            ),
        ),
    )
    text: str | None = None

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        given = optional_mapping(at, parameters, known=("with",))
        if "with" not in given:
            return cls()
        text = at.at("with").text(given["with"], chars_max=TEXT_CHARS_MAX)
        if text is not None and "pn:" in text:
            at.at("with").problem("must not look like a pseudonym; leave out 'pn:'")
        return cls(text)

    def refusal(self, field: Field) -> str | None:
        problem = not_textual(self.name, field)
        if problem is None and len(self._with(field).encode()) > field.bytes_max:
            return f"the text is longer than {field.name} may be ({field.bytes_max} bytes)"
        return problem

    def _with(self, field: Field) -> str:
        return f"<{field.name}>" if self.text is None else self.text

    def build(self, place: Place, _bench: Bench) -> Apply:
        text: Result = self._with(place.field)
        return lambda _value: text

    def admits(self, field: Field, value: Scalar) -> str | None:
        return None if value == self._with(field) else f"{field.name} is not the policy's text"
