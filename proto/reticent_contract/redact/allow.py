"""Exceptions: values that no detector takes, but `secret` and `own`.

Enters: exact values and networks, as a policy lists them. Leaves: whether a finding is allowed.
Must hold: never a pattern; what would let half the internet through is refused when it is read.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from reticent_contract.limits import ALLOWED_CHARS_MIN, PSEUDONYM_CACHE_MAX
from reticent_contract.redact.forms import parse_ip

if TYPE_CHECKING:
    from reticent_contract.redact.detectors import Detector

IsAllowed = Callable[[str, bytes], bool]  # of a detector, a value
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_PREFIX_MIN = {4: 8, 6: 16}
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_END = r"(?![\s\S])"
# What `read_allowed` refuses, as far as patterns of JSON Schema tell it: bits of a network's host
# they cannot. A mask (10.0.0.0/255.0.0.0) they leave to it.
REFUSED_PATTERNS = (
    r"[*]",
    r"^[ \t]*@",
    rf"^[ \t]*(?:[!-~](?:[ -~]{{0,{ALLOWED_CHARS_MIN - 3}}}[!-~])?)?[ \t]*{_END}",
    rf"^{_OCTET}(?:\.{_OCTET}){{3}}/(?!(?:0*(?:[89]|[12][0-9]|3[0-2])|[0-9.]+\.[0-9.]*){_END})",
    "^(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?::/"
    rf"(?!0*(?:1[6-9]|[2-9][0-9]|1[01][0-9]|12[0-8]){_END})",
)
# What a policy may not make exceptions from.
NEVER_ALLOWED = ("secret", "own")


@dataclass(frozen=True, slots=True)
class Allow:
    """`values` as `_key` spells them."""

    values: frozenset[str] = frozenset()
    networks: tuple[_Network, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values or self.networks)

    def lets(self, value: bytes, *, is_ip: bool) -> bool:
        text = value.decode("utf-8", "replace")
        if _key(text) in self.values:
            return True
        address = parse_ip(text) if is_ip else None
        return address is not None and any(address in network for network in self.networks)


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip().casefold())


def read_allowed(text: str) -> tuple[str | _Network | None, str]:
    """A value or a network, and why it is refused where it is neither."""
    if "/" in text and parse_ip(text) is not None:
        try:
            network = ipaddress.ip_network(text)
        except ValueError:
            return None, "is no network; write its first address, e.g. 10.20.0.0/16"
        if network.prefixlen < _PREFIX_MIN[network.version]:
            return None, f"is too broad; at least /{_PREFIX_MIN[network.version]}"
        return network, ""
    key = _key(text)
    if "*" in key or key.startswith("@"):
        return None, "is no exact value and would match nothing; write whole values or networks"
    if len(key) < ALLOWED_CHARS_MIN:
        return None, f"is too short; an exact value has {ALLOWED_CHARS_MIN} characters or more"
    address = parse_ip(text)
    if address is not None:
        return ipaddress.ip_network(str(address)), ""
    return key, ""


def exceptions(allow: Allow, detectors: Mapping[str, Detector]) -> IsAllowed | None:
    """Whether a finding is one of the policy's exceptions; None where it has none."""
    if not allow:
        return None
    addresses = frozenset(name for name, detector in detectors.items() if detector.is_ip)

    @lru_cache(maxsize=PSEUDONYM_CACHE_MAX)
    def is_allowed(detector: str, value: bytes) -> bool:
        return detector not in NEVER_ALLOWED and allow.lets(value, is_ip=detector in addresses)

    return is_allowed
