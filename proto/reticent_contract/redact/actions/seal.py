"""seal: the value leaves encrypted to the privacy officer, whose private key is on no server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from reticent_contract.catalog.model import Field
from reticent_contract.limits import SEALED_BYTES_MAX
from reticent_contract.reading import At
from reticent_contract.redact.actions.base import (
    FAILED,
    Apply,
    Bench,
    Makes,
    Place,
    Result,
    no_parameters,
    not_textual,
    text_only,
)
from reticent_contract.redact.actions.usage import Example, Usage
from reticent_contract.redact.sealed import parse_sealed
from reticent_contract.redact.text import cut, valid
from reticent_contract.rows import Scalar


@dataclass(frozen=True, slots=True)
class Seal:
    """To the public key that the policy names under `seal: {key: …}`. An empty value is dropped.

    `refusal` bounds a field by what a row may hold: sealing makes a value a third longer.
    """

    name: ClassVar[str] = "seal"
    sentence: ClassVar[str] = (
        "The value leaves encrypted to the privacy officer's public key, which the policy names "
        "as `seal: {key: …}`; nobody else can open it, compare it or search for it."
    )
    makes: ClassVar[Makes] = "sealed"
    usage: ClassVar[Usage] = Usage(
        examples=(Example("user_account.work_phone", "seal", "+49301234567", "<sealed>"),)
    )

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        no_parameters(cls.name, at, parameters)
        return cls()

    def refusal(self, field: Field) -> str | None:
        if field.bytes_max > SEALED_BYTES_MAX:
            return f"{field.name} may be longer than what can be sealed ({SEALED_BYTES_MAX} bytes)"
        return not_textual(self.name, field)

    def build(self, place: Place, bench: Bench) -> Apply:
        seal, bytes_max = bench.sealer(place), place.field.bytes_max

        def apply(value: str) -> Result:
            text = cut(valid(value), bytes_max=bytes_max)
            return seal(text) if text else FAILED

        return text_only(apply)

    def admits(self, field: Field, value: Scalar) -> str | None:
        """Its form; whose key it is and of which field it speaks, `Admission` knows."""
        if isinstance(value, str) and parse_sealed(value) is not None:
            return None
        return f"{field.name} is not sealed"
