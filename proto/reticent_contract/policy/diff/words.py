"""What diff and explain say of a rule, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from reticent_contract.catalog.model import Field, FieldClass
from reticent_contract.redact.actions import Action, Scan, Treatment

_ENDING = "\\\N{RIGHT DOUBLE QUOTATION MARK}"
CLASS_WORDS: Mapping[FieldClass, str] = MappingProxyType(
    {
        FieldClass.CREDENTIAL: "a credential",
        FieldClass.DIRECT_ID: "personal, it names somebody or one device",
        FieldClass.CONTENT: "personal, it may hold anything",
        FieldClass.QUASI_ID: "personal together with other fields",
        FieldClass.TECHNICAL: "technical",
    }
)


NO_RULE = "not let out"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _level(action: Any) -> str:
    if action.to == "grid":
        return f"a grid of {_counted(action.degrees, 'degree')}"
    return str(action.to.replace("_", " "))


def _mask(action: Any) -> str:
    if not action.keep_last:
        return "masked whole"
    last = "character" if action.keep_last == 1 else f"{action.keep_last} characters"
    return f"masked but for its last {last}"


def _truncate(action: Any) -> str:
    first = "character" if action.characters == 1 else f"{action.characters} characters"
    return f"cut to its first {first}"


def _replace(action: Any) -> str:
    text = action.text
    return (
        "replaced by its field's name" if text is None else f"replaced by the text {quoted(text)}"
    )


def _ip_prefix(said: Any) -> str:
    return f"cut to its network ({said.v4} bits of IPv4, {said.v6} of IPv6)"


def _pseudonymise(said: Any) -> str:
    return "pseudonymised" if said.scope == "fleet" else "pseudonymised for one laptop"


def _bucket(action: Any) -> str:
    if action.to is not None:
        return f"told to the {action.to}"
    if action.width is not None:
        return f"told in steps of {action.width}"
    return f"told in steps that begin at {', '.join(map(str, action.bounds))}"


def _date_shift(action: Any) -> str:
    whose = "the laptop" if action.by is None else f"the same {action.by}"
    return f"moved by up to {_counted(action.days, 'day')}, all times of {whose} alike"


# Each says all of an action's parameters: two rules that differ are never told alike.
_ACTIONS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "keep": lambda _: "kept",
        "drop": lambda _: "dropped",
        "count_only": lambda _: "only counted",
        "replace": _replace,
        "mask": _mask,
        "truncate": _truncate,
        "generalise": lambda a: f"generalised to {_level(a)}",
        "ip_prefix": _ip_prefix,
        "pseudonymise": _pseudonymise,
        "bucket": _bucket,
        "date_shift": _date_shift,
        "seal": lambda _: "sealed for the privacy officer",
        "scan": lambda _: "searched by the detectors",
    }
)
_TREATMENTS: Mapping[str, Callable[[Treatment], str]] = MappingProxyType(
    {
        "keep": lambda _: "kept",
        "drop_value": lambda _: "a reason to drop the whole value",
        "replace": lambda _: "replaced by the detector's name",
        "ip_prefix": _ip_prefix,
        "pseudonymise": _pseudonymise,
    }
)


def phrase(said: Action | Treatment | None) -> str:
    """As in "was pseudonymised, is now kept". Of a scan not what is done with what it finds."""
    if said is None:
        return NO_RULE
    if not isinstance(said, Treatment):
        say = _ACTIONS.get(said.name)
        return f"treated by {said.name}" if say is None else say(said)
    if said.tier_b is not None:
        proved = phrase(replace(said, tier_b=None))
        return f"{proved} where it is proved, {phrase(said.tier_b)} where it is only likely"
    return _TREATMENTS[said.kind](said) if said.kind in _TREATMENTS else f"treated by {said.kind}"


def phrase_whole(action: Action | None) -> str:
    """The same, of a scan also what is done with what each detector finds."""
    if not isinstance(action, Scan):
        return phrase(action)
    treated: dict[str, list[str]] = {}
    for name, treatment in action.treatments.items():
        if treatment != action.otherwise:
            treated.setdefault(phrase(treatment), []).append(name)
    named = [f"{', '.join(names)}: {how}; " for how, names in treated.items()]
    others = "all others" if named else "all"
    return f"{phrase(action)} ({''.join(named)}{others}: {phrase(action.otherwise)})"


def quoted(text: str) -> str:
    """A policy's own text. What is not seen, or would end the quotation, is written out."""
    written = "".join(
        c if c.isprintable() and c not in _ENDING else f"\\u{{{ord(c):x}}}" for c in text
    )
    return f"\N{LEFT DOUBLE QUOTATION MARK}{written}\N{RIGHT DOUBLE QUOTATION MARK}"


def about(field: Field) -> str:
    """`personal, it names somebody …: the person's name, as it was typed in for the account`."""
    sentence = field.sentence[:1].lower() + field.sentence[1:].rstrip(".")
    return f"{CLASS_WORDS[field.field_class]}: {sentence}"
