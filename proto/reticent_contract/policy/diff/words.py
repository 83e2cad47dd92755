"""What diff and explain say of a rule, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from reticent_contract.catalog.model import Field, FieldClass
from reticent_contract.redact.actions import Action, Treatment

CLASS_WORDS: Mapping[FieldClass, str] = MappingProxyType(
    {
        FieldClass.CREDENTIAL: "a credential",
        FieldClass.DIRECT_ID: "personal, it names somebody or one device",
        FieldClass.CONTENT: "personal, it may hold anything",
        FieldClass.QUASI_ID: "personal together with other fields",
        FieldClass.TECHNICAL: "technical",
    }
)


def _level(action: Any) -> str:
    if action.to == "grid":
        return f"a grid of {action.degrees} {'degree' if action.degrees == 1 else 'degrees'}"
    return str(action.to.replace("_", " "))


_BY_WORD: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "keep": lambda _: "kept",
        "drop": lambda _: "dropped",
        "drop_value": lambda _: "a reason to drop the whole value",
        "count_only": lambda _: "only counted",
        "replace": lambda _: "replaced by a fixed text",
        "mask": lambda a: f"masked but for its last {a.keep_last} characters",
        "truncate": lambda a: f"cut to its first {a.characters} characters",
        "generalise": lambda a: f"generalised to {_level(a)}",
        "ip_prefix": lambda a: f"cut to its network ({a.v4} bits of IPv4, {a.v6} of IPv6)",
        "pseudonymise": lambda a: (
            "pseudonymised" if a.scope == "fleet" else "pseudonymised for one laptop"
        ),
        "bucket": lambda _: "told as the lower bound of its bucket",
        "date_shift": lambda a: f"moved by up to {a.days} days",
        "seal": lambda _: "sealed for the privacy officer",
        "scan": lambda _: "searched by the detectors",
    }
)
NO_RULE = "not let out"


def phrase(said: Action | Treatment | None) -> str:
    """As in "was pseudonymised, is now kept"."""
    if said is None:
        return NO_RULE
    word = said.kind if isinstance(said, Treatment) else said.name
    if isinstance(said, Treatment) and said.tier_b is not None:
        proved = phrase(replace(said, tier_b=None))
        return f"{proved} where it is proved, {phrase(said.tier_b)} where it is only likely"
    say = _BY_WORD.get(word)
    return f"treated by {word}" if say is None else say(said)


def about(field: Field) -> str:
    """`personal, it names somebody …: the person's name, as it was typed in for the account`."""
    sentence = field.sentence[:1].lower() + field.sentence[1:].rstrip(".")
    return f"{CLASS_WORDS[field.field_class]}: {sentence}"
