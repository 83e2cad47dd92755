"""What an action is.

Enters: one value of a field (of a list, one element). Leaves: what may go out in its place.
Must hold: an action is data (frozen, comparable) until `build`; what it takes is declared by
`refusal` and checked when a policy is read, not when a value arrives; it does no I/O; it says
`FAILED` or raises where it cannot do its work, and the plan then drops the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import ClassVar, Final, Literal, Protocol, Self

from reticent_contract.catalog.model import Field, FieldClass, Form, Shape, Type
from reticent_contract.reading import At
from reticent_contract.redact.actions.usage import Usage
from reticent_contract.redact.keys import Scope
from reticent_contract.rows import Pseudonym, Scalar


class Gone(Enum):
    """Nothing leaves: because a rule says so, or because the action could not do its work."""

    DROPPED = "dropped"
    FAILED = "failed"


DROPPED: Final = Gone.DROPPED
FAILED: Final = Gone.FAILED

Result = Scalar | Pseudonym | Gone
Apply = Callable[[Scalar], Result]
TextApply = Callable[[str], Result]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an action works. `domain`: that of the field, its link group where it has one."""

    table: str
    field: Field
    domain: str


class Bench(Protocol):
    """What the plan lends an action while it is built: keys as functions, and the detectors."""

    def pseudonymise(self, *, domain: str, scope: Scope, form: Form) -> Callable[[str], Result]: ...

    def day_shift(
        self, *, domain: str, scope: Scope, form: Form, days: int
    ) -> Callable[[str], int | None]:
        """Microseconds by which one person's times move; None where the name has no form."""
        ...

    def sealer(self, place: Place) -> Callable[[str], str]: ...

    def scanner(self, treatments: Mapping[str, Treatment], place: Place) -> Apply:
        """The detectors, treated as said; the text's bound is that of the field."""
        ...


TreatmentKind = Literal["drop_value", "replace", "pseudonymise", "ip_prefix", "keep"]


@dataclass(frozen=True, slots=True)
class Treatment:
    """What `scan` does with the findings of one detector. `protection`: the higher one wins.

    `tier_b`: what is done with those of tier B, where a policy tells the tiers apart.
    """

    kind: TreatmentKind
    scope: Scope = "fleet"
    v4: int = 24
    v6: int = 48
    tier_b: Treatment | None = None

    def of(self, tier: str) -> Treatment:
        return self.tier_b if tier == "B" and self.tier_b is not None else self

    @property
    def protection(self) -> int:
        return ("keep", "ip_prefix", "pseudonymise", "replace", "drop_value").index(self.kind)


Makes = Literal["nothing", "same", "pseudonym", "sealed"]


class Action(Protocol):
    """One word of the policy language."""

    name: ClassVar[str]
    sentence: ClassVar[str]  # what it does, for the reference page and for editors
    makes: ClassVar[Makes]  # what stands in the column after it
    usage: ClassVar[Usage]  # its parameters and examples, for schema and reference page

    @classmethod
    def read(cls, at: At, parameters: object, /) -> Self:
        """From the document; None means that no parameters were given."""
        ...

    def refusal(self, field: Field, /) -> str | None:
        """Why this action does not fit the field, None where it does."""
        ...

    def build(self, place: Place, bench: Bench, /) -> Apply: ...

    def admits(self, field: Field, value: Scalar, /) -> str | None:
        """The server's second look at one value: why this action cannot have made it."""
        ...


TEXTUAL = (Type.TEXT, Type.TEXTS)
_ANY = ("count_only", "drop", "keep")
_KNOWN: Mapping[Type, tuple[str, ...]] = MappingProxyType(
    {
        Type.INTEGER: (*_ANY, "bucket"),
        Type.REAL: (*_ANY, "bucket"),
        Type.BOOLEAN: _ANY,
        Type.TIMESTAMP: (*_ANY, "bucket", "date_shift", "generalise"),
    }
)
_KNOWN_FOR_TEXT = (*_ANY, "mask", "pseudonymise", "replace", "scan", "seal", "truncate")


def known_for(field: Field) -> str:
    """The actions that take values of the field's type; some text forms know further ones."""
    known = _KNOWN.get(field.type, _KNOWN_FOR_TEXT)
    if field.shape is Shape.DEGREES:
        known = (*known, "generalise")
    return ", ".join(sorted(known))


def not_textual(name: str, field: Field) -> str | None:
    if field.type in TEXTUAL:
        return None
    known = known_for(field)
    return f"{name} takes text; {field.name} is of type {field.type} (known for it: {known})"


def no_parameters(name: str, at: At, parameters: object) -> None:
    if parameters is not None:
        at.problem(f"{name} takes no parameters; write `{name}` alone")


def optional_mapping(at: At, parameters: object, *, known: tuple[str, ...]) -> dict[str, object]:
    if parameters is None:
        return {}
    return at.mapping(parameters, known=known, what="parameter")


def text_only(apply: TextApply) -> Apply:
    """An action over text as one over any scalar; anything else fails closed."""

    def checked(value: Scalar) -> Result:
        return apply(value) if isinstance(value, str) else FAILED

    return checked


def is_credential(field: Field) -> bool:
    return field.field_class is FieldClass.CREDENTIAL
