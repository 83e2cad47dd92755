"""Detectors that a policy brings itself, and the set of all detectors that a policy works with.

Enters: what `detectors` of a policy says. Leaves: detectors like the built-in ones.
Must hold: the same words give the same object, so that plans and gates are made once; linear in the
length of the text. One search is, by RE2; all of them together are because a pattern has no
repetition without an end, so that each looks no further than the pattern is long. What is too large
for the automaton is refused when the policy is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import re2

from reticent_contract.catalog.model import Form
from reticent_contract.limits import CUSTOM_PATTERN_SIZE_MAX
from reticent_contract.redact.checksums import CHECKSUMS, COUNTED
from reticent_contract.redact.detectors import DETECTORS, phone
from reticent_contract.redact.detectors.custom_syntax import CHECKED, checked_groups, endless_in
from reticent_contract.redact.detectors.model import (
    PATTERN_BYTES_MAX,
    BoundedPattern,
    Detector,
    Tier,
)
from reticent_contract.redact.detectors.near import alone, compact, near

# Texts in which a pattern must not match between two characters.
_PROBES = ("", "a", " ", "1", "a b", "1.2-3", "\n", "_", "\u00e9")
_WORDY = re.compile(r"[A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class CustomDetector:
    """As the policy says it. `context`: words, one of which must stand near the value."""

    name: str
    pattern: str
    context: tuple[str, ...] = ()
    checksum: str | None = None
    sentence: str = ""


def pattern_size(pattern: str) -> tuple[int, str | None]:
    """How many instructions a pattern has, and why it cannot be used, None where it can."""
    try:
        compiled = re2.compile(pattern, _options())
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        return 0, f"is no RE2 pattern ({text}); it has neither look-around nor back-references"
    size = max(compiled.programsize, compiled.reverseprogramsize)
    if size > CUSTOM_PATTERN_SIZE_MAX:
        at_most = f"at most {CUSTOM_PATTERN_SIZE_MAX}"
        return size, f"has {size} instructions, {at_most}; shorten its repetitions"
    if any(m.start() == m.end() for probe in _PROBES for m in compiled.finditer(probe)):
        return size, "matches where nothing is; ask for at least one character"
    if (endless := endless_in(pattern)) is not None:
        least = {"*": "0", "+": "1"}.get(endless) or endless[1:-2]
        instead = f"{{{least},{max(32, int(least))}}}"
        return size, f"repeats without an end ({endless}); say how often, such as {instead}"
    return size, None


def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = PATTERN_BYTES_MAX
    options.log_errors = False
    return options


def _bounded(_text: bytes, _start: int, _end: int) -> bool:
    return True  # what stands around is the pattern's own business


def _whole(word: str) -> str:
    """A pattern of the word, not within a longer one. RE2's \\b knows the letters of ASCII only."""
    before = r"\b" if _WORDY.match(word[0]) else ""
    behind = r"\b" if _WORDY.match(word[-1]) else ""
    return f"{before}{re2.escape(word)}{behind}"


def _check_of(spec: CustomDetector) -> Callable[[bytes], bool] | None:
    """Whether the checksum holds over what of a match counts for it: the group `checked` where the
    pattern has one, of that the digits alone for checksums over digits."""
    if spec.checksum is None:
        return None
    check, counted = CHECKSUMS[spec.checksum], COUNTED[spec.checksum]
    group = re2.compile(spec.pattern, _options()) if checked_groups(spec.pattern) else None

    def holds(value: bytes) -> bool:
        found = None if group is None else group.fullmatch(value)
        part = value if found is None else found.group(CHECKED)
        return part is not None and check(counted(compact(part)))

    return holds


def _made(spec: CustomDetector) -> Detector:
    holds = _check_of(spec)

    def accept(value: bytes) -> bytes | None:
        return value if holds is None or holds(value) else None

    tier: Tier = "B" if holds is None else "A"
    if spec.context:
        context = f"(?:{'|'.join(_whole(word) for word in spec.context)})"
        finder = near(
            context, spec.pattern, tier, accept, bounded=_bounded, edge="", made=BoundedPattern
        )
    else:
        finder = alone(spec.pattern, tier, accept, bounded=_bounded, edge="", made=BoundedPattern)
    return Detector(
        name=spec.name,
        sentence=spec.sentence or f"What the policy's own pattern {spec.name} finds.",
        form=Form.TEXT,
        finders=(replace(finder, size=pattern_size(spec.pattern)[0]),),
    )


@lru_cache(maxsize=8)
def detectors_of(
    own: tuple[CustomDetector, ...], phone_region: str | None
) -> Mapping[str, Detector]:
    """All detectors of a policy, the built-in ones first."""
    if not own and phone_region is None:
        return DETECTORS
    detectors = dict(DETECTORS)
    if phone_region is not None:
        detectors["phone"] = phone(phone_region)
    detectors.update((spec.name, _made(spec)) for spec in own)
    return MappingProxyType(detectors)
