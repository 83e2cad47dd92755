"""pseudonymise: a keyed pseudonym, the same for the same value, telling nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self, cast

from reticent_contract.catalog.model import Field
from reticent_contract.reading import At
from reticent_contract.redact.actions.base import (
    Apply,
    Bench,
    Makes,
    Place,
    not_textual,
    optional_mapping,
    text_only,
)
from reticent_contract.redact.actions.usage import Example, Usage, one_of
from reticent_contract.redact.keys import Scope
from reticent_contract.rows import Scalar

SCOPES = ("fleet", "device")


@dataclass(frozen=True, slots=True)
class Pseudonymise:
    """Scope `fleet`: joinable across laptops. Scope `device`: on this laptop only.

    An empty value, or one that has no canonical form, is dropped and counted as failed.
    """

    name: ClassVar[str] = "pseudonymise"
    sentence: ClassVar[str] = (
        "A keyed pseudonym stands for the value: the same value gives the same pseudonym in the "
        "whole fleet, or with `scope: device` on one laptop only."
    )
    makes: ClassVar[Makes] = "pseudonym"
    usage: ClassVar[Usage] = Usage(
        parameters={
            "scope": one_of(
                {
                    "fleet": "One value has one pseudonym on all laptops.",
                    "device": "One value has one pseudonym on one laptop, and others elsewhere.",
                },
                default="fleet",
            )
        },
        examples=(
            Example("session.user_name", "pseudonymise", "alice", "<pseudonym>"),
            Example(
                "session.user_name", {"pseudonymise": {"scope": "device"}}, "alice", "<pseudonym>"
            ),
        ),
    )
    scope: Scope = "fleet"

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        given = optional_mapping(at, parameters, known=("scope",))
        scope = at.at("scope").choice(given.get("scope", "fleet"), of=SCOPES)
        return cls(cast("Scope", scope or "fleet"))

    def refusal(self, field: Field) -> str | None:
        return not_textual(self.name, field)

    def build(self, place: Place, bench: Bench) -> Apply:
        make = bench.pseudonymise(domain=place.domain, scope=self.scope, form=place.field.form)
        return text_only(make)

    def admits(self, field: Field, _value: Scalar) -> str | None:
        return f"{field.name} must be a pseudonym"
