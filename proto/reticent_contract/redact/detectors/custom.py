"""Detectors that a policy brings itself, and the set of all detectors that a policy works with.

Enters: what `detectors` of a policy says. Leaves: detectors like the built-in ones.
Must hold: the same words give the same object, so that plans and gates are made once; a pattern is
RE2's, hence linear; what is too large for the automaton is refused when the policy is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import re2

from reticent_contract.catalog.model import Form
from reticent_contract.limits import CUSTOM_PATTERN_SIZE_MAX
from reticent_contract.redact.checksums import CHECKSUMS
from reticent_contract.redact.detectors import DETECTORS, phone
from reticent_contract.redact.detectors.model import PATTERN_BYTES_MAX, Detector, Tier
from reticent_contract.redact.detectors.near import alone, compact, near

# Texts in which a pattern must not match between two characters.
_PROBES = ("", "a", " ", "1", "a b", "1.2-3", "\n", "_", "\u00e9")


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
    options = re2.Options()
    options.max_mem = PATTERN_BYTES_MAX
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
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
    return size, None


def _bounded(_text: bytes, _start: int, _end: int) -> bool:
    return True  # what stands around is the pattern's own business


def _made(spec: CustomDetector) -> Detector:
    check = CHECKSUMS[spec.checksum] if spec.checksum is not None else None

    def accept(value: bytes) -> bytes | None:
        return value if check is None or check(compact(value)) else None

    tier: Tier = "B" if check is None else "A"
    if spec.context:
        context = rf"\b(?:{'|'.join(str(re2.escape(word)) for word in spec.context)})\b"
        finder = near(context, spec.pattern, tier, accept, bounded=_bounded, edge="")
    else:
        finder = alone(spec.pattern, tier, accept, bounded=_bounded, edge="")
    return Detector(
        name=spec.name,
        sentence=spec.sentence or f"What the policy's own pattern {spec.name} finds.",
        form=Form.TEXT,
        finders=(finder,),
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
