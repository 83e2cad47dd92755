"""scan: free text leaves, without what the detectors find in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar, Self, cast

from reticent_contract.catalog.model import Field
from reticent_contract.reading import At, known_words
from reticent_contract.redact.actions.base import (
    Apply,
    Bench,
    Makes,
    Place,
    Treatment,
    TreatmentKind,
    not_textual,
)
from reticent_contract.redact.actions.ip_prefix import IpPrefix
from reticent_contract.redact.actions.pseudonymise import Pseudonymise
from reticent_contract.redact.actions.usage import Example, Schema, Usage, mapping_of
from reticent_contract.redact.detectors import DETECTORS, Detector, secret_in
from reticent_contract.rows import Scalar

OTHERWISE = "otherwise"
_PLAIN: tuple[TreatmentKind, ...] = ("replace", "pseudonymise", "drop_value", "keep", "ip_prefix")
_REPLACE = Treatment("replace")
_TIERS = ("tier_a", "tier_b")


def _read_tiers(at: At, value: object) -> Treatment:
    """One treatment for all findings, or `{tier_a: …, tier_b: …}`."""
    if not isinstance(value, dict) or not any(tier in value for tier in _TIERS):
        return _read_treatment(at, value)
    given = at.mapping(value, known=_TIERS, what="tier")
    for tier in _TIERS:
        if tier not in given:
            at.problem(f"{tier} is missing; say what happens to both, or name one treatment")
            return _REPLACE
    a, b = (_read_treatment(at.at(tier), given[tier]) for tier in _TIERS)
    return replace(a, tier_b=b)


def _read_treatment(at: At, value: object) -> Treatment:
    """`replace`, `keep`, `{pseudonymise: {scope: device}}`, `{ip_prefix: {v4: 16}}`, …"""
    word, parameters, inside = value, None, at
    if isinstance(value, dict):
        if len(value) != 1:
            at.problem("must name one treatment, e.g. pseudonymise")
            return _REPLACE
        ((word, parameters),) = value.items()
        inside = at.at(str(word))
    if not isinstance(word, str) or word not in _PLAIN:
        given = word if isinstance(word, str) else ""
        at.problem(f"unknown treatment {given!r} {known_words(_PLAIN, given)}")
        return _REPLACE
    if word == "pseudonymise":
        return Treatment("pseudonymise", scope=Pseudonymise.read(inside, parameters).scope)
    if word == "ip_prefix":
        bits = IpPrefix.read(inside, parameters)
        return Treatment("ip_prefix", v4=bits.v4, v6=bits.v6)
    if parameters is not None:
        inside.problem(f"{word} takes no parameters here")
    return Treatment(cast("TreatmentKind", word))


def _check(at: At, name: str, treatment: Treatment, detector: Detector | None) -> None:
    if treatment.tier_b is not None:
        _check(at, name, treatment.tier_b, detector)
    if detector is None:
        if treatment.kind == "ip_prefix":
            at.problem(f"{OTHERWISE} cannot be ip_prefix: not every finding is an address")
        elif treatment.kind == "keep":
            at.problem(f"{OTHERWISE} cannot be keep: name what may pass, detector by detector")
    elif detector.always_removed and treatment.kind not in ("replace", "drop_value"):
        at.problem(f"{name} findings are always removed; write replace or drop_value")
    elif treatment.kind == "ip_prefix" and not detector.is_ip:
        at.problem(f"ip_prefix takes addresses; {name} finds none")


_TREATMENT_SENTENCES: Mapping[TreatmentKind, str] = MappingProxyType(
    {
        "replace": "The detector's name stands in the place of what it finds.",
        "pseudonymise": "A keyed pseudonym stands in the place of what it finds.",
        "ip_prefix": "Only the network of an address is left.",
        "drop_value": "The whole value does not leave where something is found.",
        "keep": "What it finds leaves in the clear.",
    }
)


_TIERS_SENTENCE = "Of what is proved by its form or a checksum, and of what is only likely."


def _treatment_schema(sentence: str, detector: Detector | None) -> Schema:
    """What may be said of one detector; None: of those that are not named."""
    words: list[TreatmentKind] = ["replace", "drop_value"]
    if detector is None or not detector.always_removed:
        words.append("pseudonymise")
    if detector is not None and not detector.always_removed:
        words.append("keep")
        if detector.is_ip:
            words.append("ip_prefix")
    parameters = {"pseudonymise": Pseudonymise.usage, "ip_prefix": IpPrefix.usage}
    bare = [{"const": word, "description": _TREATMENT_SENTENCES[word]} for word in words]
    mappings: dict[str, Schema] = {
        word: mapping_of(
            parameters[word].parameters if word in parameters else {},
            sentence=_TREATMENT_SENTENCES[word],
        )
        for word in words
    }
    with_parameters = {
        "type": "object",
        "properties": mappings,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    one = {"anyOf": [{"oneOf": bare}, with_parameters]}
    by_tier = mapping_of(dict.fromkeys(_TIERS, one), required=_TIERS, sentence=_TIERS_SENTENCE)
    return {"description": sentence, "anyOf": [*one["anyOf"], by_tier]}


@dataclass(frozen=True, slots=True)
class Scan:
    """`treatments` by detector, complete: one that the policy does not name has `otherwise`."""

    name: ClassVar[str] = "scan"
    sentence: ClassVar[str] = (
        "Free text leaves with every finding of the detectors treated as said for the detector: "
        "replace, pseudonymise, ip_prefix, drop_value or keep. A detector that is not named is "
        "treated as `otherwise` says, which is replace where nothing is said. With {tier_a: …, "
        "tier_b: …} what is proved is treated otherwise than what is only likely."
    )
    makes: ClassVar[Makes] = "same"
    usage: ClassVar[Usage] = Usage(
        parameters={
            **{name: _treatment_schema(d.sentence, d) for name, d in DETECTORS.items()},
            OTHERWISE: _treatment_schema("Of detectors that are not named; else replace.", None),
        },
        others=_treatment_schema("Of a detector of the policy's own.", DETECTORS["email"]),
        examples=(
            Example("log_line.message", "scan", "login of alice@example.com", "login of <email>"),
            Example(
                "log_line.message",
                {"scan": {"user": "pseudonymise", "ipv4": {"ip_prefix": {"v4": 24}}}},
                "Accepted publickey for alice from 203.0.113.77 port 50312 ssh2",
                "Accepted publickey for <pn:user> from 203.0.113.0/24 port 50312 ssh2",
            ),
            Example(
                "log_line.message",
                {"scan": {"secret": "drop_value"}},
                "login ok password=correct-horse",
                None,
            ),
        ),
    )
    treatments: Mapping[str, Treatment]
    otherwise: Treatment = _REPLACE  # of detectors that a later version brings

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        return cls.read_with(at, parameters, DETECTORS)

    @classmethod
    def read_with(cls, at: At, parameters: object, detectors: Mapping[str, Detector]) -> Self:
        """With the detectors of one policy: the built-in ones and its own."""
        names = (*detectors, OTHERWISE)
        given = {}
        if parameters is not None:
            given = at.mapping(parameters, known=names, what="detector")
        read: dict[str, Treatment] = {}
        for name, value in given.items():
            inside = at.at(name)
            read[name] = _read_tiers(inside, value)
            _check(inside, name, read[name], detectors.get(name))
        otherwise = read.pop(OTHERWISE, _REPLACE)
        complete = {
            name: read.get(name) or _for_unnamed(detector, otherwise)
            for name, detector in detectors.items()
        }
        return cls(MappingProxyType(complete), otherwise)

    def refusal(self, field: Field) -> str | None:
        return not_textual(self.name, field)

    def build(self, place: Place, bench: Bench) -> Apply:
        return bench.scanner(self.treatments, place)

    def admits(self, field: Field, value: Scalar) -> str | None:
        if not isinstance(value, str):
            return f"{field.name} must be text"
        if len(value.encode()) > field.bytes_max:
            return f"{field.name} is longer than its bound"
        return f"{field.name} holds a secret" if secret_in(value) else None


def _for_unnamed(detector: Detector, otherwise: Treatment) -> Treatment:
    """`otherwise`, but never less than replace for what is always removed."""
    tiers = (otherwise.of("A"), otherwise.of("B"))
    if detector.always_removed and any(t.kind not in ("replace", "drop_value") for t in tiers):
        return _REPLACE
    return otherwise
