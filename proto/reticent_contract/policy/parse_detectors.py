"""What a policy says of detectors beyond its `scan` rules: its own ones, the region, exceptions.

scan: {phone_region: IN}                     in which region national phone numbers are read
detectors:
  employee_number:
    pattern: "E[0-9]{6}"                     RE2, without * + {n,}
    context: [employee, staff]               optional: one of these words stands near it
    checksum: luhn                           optional: of a fixed list
    sentence: Numbers of our employees.      optional
allow: [support@corp.example, 10.20.0.0/16]  exact values and networks that no detector takes
"""

from __future__ import annotations

from collections.abc import Mapping

import re2

from reticent_contract.limits import (
    ALLOWED_MAX,
    CUSTOM_CONTEXT_WORDS_MAX,
    CUSTOM_DETECTORS_MAX,
    CUSTOM_PATTERN_CHARS_MAX,
    CUSTOM_PATTERNS_SIZE_MAX,
    POLICY_NAME_CHARS_MAX,
    POLICY_TEXT_CHARS_MAX,
)
from reticent_contract.reading import At
from reticent_contract.redact.allow import Allow, read_allowed
from reticent_contract.redact.checksums import CHECKSUMS
from reticent_contract.redact.detectors import DETECTORS, Detector
from reticent_contract.redact.detectors.custom import (
    CustomDetector,
    detectors_of,
    pattern_size,
)
from reticent_contract.redact.phones import is_region

_KEYS = ("pattern", "context", "checksum", "sentence")
DETECTOR_NAME = r"^[a-z][a-z0-9_]{1,31}$"
_NAME = re2.compile(DETECTOR_NAME)
RESERVED_NAMES = ("otherwise", "unreadable", "scan", "pn", "cut")
_SHORTEST_WORD = 2


def read_phone_region(at: At, value: object) -> str | None:
    given = at.mapping(value, known=("phone_region",))
    if "phone_region" not in given:
        return None
    inside = at.at("phone_region")
    text = inside.text(given["phone_region"], chars_max=2)
    if text is not None and not is_region(text):
        inside.problem(f"unknown region {text!r}; write it as ISO 3166-1 does, e.g. IN")
        return None
    return text


def read_detectors(at: At, value: object, phone_region: str | None) -> Mapping[str, Detector]:
    """All detectors that the policy works with; the built-in ones where something is wrong."""
    before = len(at.problems)
    given = at.mapping(value, what="detector")
    if len(given) > CUSTOM_DETECTORS_MAX:
        at.problem(f"has more than {CUSTOM_DETECTORS_MAX} detectors")
        return DETECTORS
    own = tuple(_read_detector(at.at(name), name, item) for name, item in given.items())
    if len(at.problems) > before:
        # Known by name, so that rules which name them are not refused as well.
        return {**dict.fromkeys(given, DETECTORS["own"]), **DETECTORS}
    size = sum(pattern_size(spec.pattern)[0] for spec in own)
    if size > CUSTOM_PATTERNS_SIZE_MAX:
        at_most = f"at most {CUSTOM_PATTERNS_SIZE_MAX}"
        at.problem(f"have {size} instructions together, {at_most}; shorten their repetitions")
        return DETECTORS
    return detectors_of(own, phone_region)


def _read_detector(at: At, name: str, value: object) -> CustomDetector:
    given = at.mapping(value, known=_KEYS)
    if not _NAME.match(name):
        at.problem("a detector's name has lower case letters, digits and _, 2 to 32 of them")
    elif name in DETECTORS or name in RESERVED_NAMES:
        at.problem(f"{name!r} is the language's own word; give the detector another name")
    if "pattern" not in given:
        at.problem("pattern is missing")
    inside = at.at("pattern")
    pattern = inside.text(given.get("pattern", "?"), chars_max=CUSTOM_PATTERN_CHARS_MAX) or "x"
    if "pattern" in given and (problem := pattern_size(pattern)[1]) is not None:
        inside.problem(problem)
    checksum = None
    if "checksum" in given:
        checksum = at.at("checksum").choice(given["checksum"], of=tuple(CHECKSUMS))
    sentence = at.at("sentence").text(given.get("sentence", "-"), chars_max=POLICY_TEXT_CHARS_MAX)
    return CustomDetector(
        name=name,
        pattern=pattern,
        context=_read_context(at.at("context"), given.get("context", [])),
        checksum=checksum,
        sentence="" if "sentence" not in given else (sentence or ""),
    )


def _read_context(at: At, value: object) -> tuple[str, ...]:
    read: list[str] = []
    for i, item in enumerate(at.items(value, items_max=CUSTOM_CONTEXT_WORDS_MAX)):
        inside = at.at(i)
        word = inside.text(item, chars_max=POLICY_NAME_CHARS_MAX)
        if word is None:
            continue
        if len(word.strip()) < _SHORTEST_WORD or word != word.strip():
            inside.problem("is no word; write two letters or more, without blanks around")
        else:
            read.append(word)
    return tuple(read)


def read_allow(at: At, value: object) -> Allow:
    values: set[str] = set()
    networks = []
    for i, item in enumerate(at.items(value, items_max=ALLOWED_MAX)):
        inside = at.at(i)
        text = inside.text(item, chars_max=CUSTOM_PATTERN_CHARS_MAX)
        if text is None:
            continue
        read, problem = read_allowed(text)
        if read is None:
            inside.problem(problem)
        elif isinstance(read, str):
            values.add(read)
        else:
            networks.append(read)
    return Allow(frozenset(values), tuple(networks))
