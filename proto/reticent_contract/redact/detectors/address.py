"""Addresses: ipv4 and ipv6 (proved by parsing), mac, email.

Left alone, because they point at nobody: loopback, 0.0.0.0, ::, netmasks and broadcast (255.…),
the all-zero and all-one MAC. Not taken for addresses: versions (after `version`, `ver`, `release`,
`build`, `v`, `~`, or with a package revision behind), fingerprints (16, 20 or 32 colon-separated
bytes), systemd instances (`user@1000.service`).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.model import (
    Detector,
    Finder,
    Found,
    compile_pattern,
    whole_match,
)

_IPV4 = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"
_IPV4_FIND = compile_pattern(_IPV4)
_VERSION_BEFORE = compile_pattern(
    r"(?i)(?:\b(?:version|ver|release|build|rev)\.?[ =:\"'/]{0,3}v?|[a-z_~-]v|\bv|~)$"
)
_REVISION_BEHIND = compile_pattern(
    r"^(?:[-+~](?:[0-9]*(?:ubuntu|deb|build|el[0-9]|fc[0-9]|r[0-9]|rc|beta))|[a-z_])"
)
_DIGITS = frozenset(b"0123456789")
_DIGITS_DOT = frozenset(b"0123456789.")


def _find_ipv4(text: bytes) -> Iterable[Found]:
    position, length = 0, len(text)
    while (match := _IPV4_FIND.search(text, position)) is not None:
        start, end = match.span()
        position = end
        if start and text[start - 1] in _DIGITS:
            continue  # the end of a longer number
        if end < length and text[end] in _DIGITS:
            continue
        octets = text[start:end].split(b".")
        if any(int(octet) > 255 for octet in octets):
            position = start + len(octets[0])  # an address may begin at the next octet
            continue
        first = int(octets[0])
        if first in (127, 255) or not any(int(octet) for octet in octets):
            continue
        if _VERSION_BEFORE.search(text[max(0, start - 16) : start]) is not None:
            continue
        if _REVISION_BEHIND.match(text[end : end + 12]) is not None:
            continue
        if start > 1 and text[start - 1] == 46 and text[start - 2] in _DIGITS:
            continue  # the tail of something longer that was looked at already
        yield start, end, text[start:end]


_IPV6 = compile_pattern(
    r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:(?:[0-9A-Fa-f:]*[0-9A-Fa-f](?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:]*)"
)
_IPV6_GATE = r"::[0-9A-Fa-f]|[0-9A-Fa-f]::|(?:[0-9A-Fa-f]{1,4}:){6}[0-9A-Fa-f]"
_IPV6_CHARS_MAX = 45
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def _ipv6(text: bytes) -> ipaddress.IPv6Address | None:
    try:
        return ipaddress.IPv6Address(text.decode("ascii"))
    except ValueError:
        return None


def _find_ipv6(text: bytes) -> Iterable[Found]:
    for match in _IPV6.finditer(text):
        start, end = match.span()
        if start and text[start - 1] in _WORD and not text[start:end].startswith(b":"):
            continue  # the middle of a word, such as std::add
        if end < len(text) and text[end] in _WORD:
            continue
        candidate = text[start:end]
        # `addr:2001:db8::1` and `2001:db8::1: refused` carry a colon of the sentence.
        if candidate.startswith(b":") and not candidate.startswith(b"::"):
            start, candidate = start + 1, candidate[1:]
        if (candidate.endswith(b":") and not candidate.endswith(b"::")) or candidate.endswith(b":::"):
            end, candidate = end - 1, candidate[:-1]
        if not 3 <= len(candidate) <= _IPV6_CHARS_MAX:
            continue
        address = _ipv6(candidate)
        if address is None:
            # `::1:2001:db8::1` and the like: from the first group on that parses.
            continue
        if start and text[start - 1] in _WORD and candidate.startswith(b"::"):
            continue
        if not address.is_loopback and not address.is_unspecified:
            yield start, end, candidate


_PAIRS = r"(?:[0-9A-Fa-f]{2}:){5,}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{2}-){5,}[0-9A-Fa-f]{2}"
_MAC_PAIRS = compile_pattern(_PAIRS)
_FINGERPRINT_BYTES = (16, 20, 32, 64)
_UFW_BYTES = 14  # the kernel's MAC=: destination, source, protocol
_HEX = frozenset(b"0123456789abcdefABCDEF")
_NOBODY = (b"000000000000", b"ffffffffffff")


def _find_mac_pairs(text: bytes) -> Iterable[Found]:
    for match in _MAC_PAIRS.finditer(text):
        start, end = match.span()
        if (start and text[start - 1] in _HEX) or (end < len(text) and text[end] in _HEX):
            continue
        pairs = (end - start + 1) // 3
        if pairs == _UFW_BYTES:
            yield from ((s, s + 17, text[s : s + 17]) for s in (start, start + 18))
        elif pairs not in _FINGERPRINT_BYTES:
            digits = text[start:end].replace(b":", b"").replace(b"-", b"").lower()
            if digits not in _NOBODY:
                yield start, end, text[start:end]


def _beside_hex(text: bytes, start: int, end: int) -> bool:
    before = start and (text[start - 1] in _HEX or text[start - 1 : start] == b".")
    return bool(before) or (end < len(text) and text[end] in _HEX)


_BARE = r"(?i)(?:mac|hwaddr|ether|bssid|lladdr|hw_addr|ethernet|wlx|enx|wwx)(?:[ _]?addr(?:ess)?)?[ =:\"']{0,4}[0-9a-f]{12}\b"
_MAC_BARE = compile_pattern(_BARE)


def _find_mac_bare(text: bytes) -> Iterable[Found]:
    for match in _MAC_BARE.finditer(text):
        end = match.end()
        yield end - 12, end, text[end - 12 : end]


# Letters of any alphabet: addresses in them exist (RFC 6531).
_EMAIL = r"[\pL\pN._%+'\-]+@(?:[\pL\pN\-]+\.)+\pL[\pL\pN\-]*"
_EMAIL_GATE = r"[^\s@]@[^\s@]+\."
_EMAIL_FIND = compile_pattern(_EMAIL)
_UNIT = frozenset(
    b"service socket device mount automount swap target path timer slice scope".split()
)


def _find_email(text: bytes) -> Iterable[Found]:
    for match in _EMAIL_FIND.finditer(text):
        start, end = match.span()
        while text[start : start + 1] in (b"'", b".", b"-"):
            start += 1
        if text[end - 1 : end] == b"-":
            end -= 1
        value = text[start:end]
        if value.rpartition(b".")[2].lower() not in _UNIT and not value.startswith(b"@"):
            yield start, end, value


IPV4 = Detector(
    name="ipv4",
    sentence="IPv4 addresses, with or without a port, also inside host names.",
    form=Form.IP,
    finders=(Finder(_IPV4, _find_ipv4),),
    is_ip=True,
)
IPV6 = Detector(
    name="ipv6",
    sentence="IPv6 addresses, with or without zone, brackets and port.",
    form=Form.IP,
    finders=(Finder(_IPV6_GATE, _find_ipv6),),
    is_ip=True,
)
MAC = Detector(
    name="mac",
    sentence="MAC addresses with colons, dashes or dots; without any after a word such as mac.",
    form=Form.MAC,
    finders=(
        Finder(_PAIRS, _find_mac_pairs),
        whole_match(r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}", unless=_beside_hex),
        Finder(_BARE, _find_mac_bare),
    ),
)
EMAIL = Detector(
    name="email",
    sentence="E-mail addresses.",
    form=Form.EMAIL,
    finders=(Finder(_EMAIL_GATE, _find_email),),
)
