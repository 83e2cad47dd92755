"""Addresses that do not parse, beside the word that says what they were meant to be.

    IP address    ip=10.20.30.400, invalid IPv4 192.168.1.1000
    IPv6          addr6=2001:db8::42:zz9, inet6 2001:db8:1:2:3:4:5
    MAC           mac 00:1a:2b:3c:4d:5g
    e-mail        email ann@@example.com, invalid e-mail address: ann@example
    UUID          uuid 123e4567-e89b-12d3-a456-42661417400

A program complains about what people mistype, and then it writes all of it. Tier B; where a policy
shows a part of an address, such a one has none and is replaced.
Must hold: what parses is another finder's, which proves it.
"""

from __future__ import annotations

import ipaddress
import re

from reticent_contract.redact.detectors.near import alone, near

_WITHIN = 16
_IP_WORD = (
    r"(?:\bip(?:v?[0-9])?\b|\bip_|_ip\b|\bipaddr|\b(?:bad|invalid|wrong|malformed|illegal) "
    r"(?:ip |ipv[0-9] |host |source |remote |client )?address\b)"
)
_DOTTED = r"[0-9]{1,4}(?:\.[0-9]{1,4}){3}\b"
_IP6_WORD = r"(?:\bip_?v?6|\binet6|addr(?:ess)?_?6\b|\bip6)"
_COLONS = r"(?i)[0-9a-z]{1,5}(?::[0-9a-z]{0,5}){2,9}"
# Of a link whatever stands behind it, as some system prints 32 bits between two colons.
_OF_LINK = r"(?i)fe80:[0-9a-f:]{6,64}"
_COLONS_MIN = 5
_MAC_WORD = r"(?:\bmac\b|hwaddr|chaddr|bssid|lladdr|\bmac_?addr)"
_PAIRS = r"(?i)[0-9a-z]{2}(?:[:\-][0-9a-z]{1,2}){4,5}"
_MAIL_WORD = (
    r"(?:\be-?mail|\bmail ?address|\bmailbox\b|\brecipient address|\bcourriel\b|\bcorreo\b)"
)
_MAILBOX = (
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]*@{1,2}[A-Za-z0-9][A-Za-z0-9\-]*"
    r"(?:[.,]{1,2}[A-Za-z0-9][A-Za-z0-9\-]*)*"
)
_UUID_WORD = r"(?:[ug]uid)"
_UUID = r"(?i)[0-9a-z]{7,9}(?:[\-_ ][0-9a-z]{3,5}){3}[\-_ ][0-9a-z]{10,13}"
_WHOLE_MAILBOX = re.compile(rb"[^@]+@[^@,]+\.(?:[^.@,]+)")
_WHOLE_MAC = re.compile(rb"(?i)[0-9a-f]{1,2}(?:(?::[0-9a-f]{1,2}){5}|(?:-[0-9a-f]{2}){5})")
_WHOLE_UUID = re.compile(rb"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_HEX_SHARE = 0.8


def _bad_ip(value: bytes) -> bytes | None:
    try:
        ipaddress.IPv4Address(value.decode())
    except ValueError:
        numbers = [int(number) for number in value.split(b".")]
        return value if any(number > 31 for number in numbers) else None
    return None


def _bad_ip6(value: bytes) -> bytes | None:
    value = value.rstrip(b":")
    try:
        ipaddress.IPv6Address(value.decode())
    except ValueError:
        is_long = b"::" in value or value.count(b":") >= _COLONS_MIN
        return value if is_long and any(byte in b"0123456789" for byte in value) else None
    return None


def _bad_mac(value: bytes) -> bytes | None:
    if _WHOLE_MAC.fullmatch(value) is not None or not any(c in b"0123456789" for c in value):
        return None
    return value if _is_nearly_hex(value.replace(b":", b"").replace(b"-", b"")) else None


def _bad_mailbox(value: bytes) -> bytes | None:
    return None if _WHOLE_MAILBOX.fullmatch(value) and b".." not in value else value


def _bad_uuid(value: bytes) -> bytes | None:
    digits = re.sub(rb"[\-_ ]", b"", value)
    if _WHOLE_UUID.fullmatch(value) is not None:
        return None
    return value if _is_nearly_hex(digits) and any(c in b"0123456789" for c in digits) else None


def _is_nearly_hex(digits: bytes) -> bool:
    return sum(c in _HEX for c in digits) >= _HEX_SHARE * len(digits)


MISTYPED_IPV4 = near(_IP_WORD, _DOTTED, "B", _bad_ip, behind=False, within=_WITHIN)
MISTYPED_IPV6 = near(_IP6_WORD, _COLONS, "B", _bad_ip6, behind=False, within=_WITHIN)
MISTYPED_OF_LINK = alone(_OF_LINK, "B", _bad_ip6, gate=r"(?i)\bfe80:", edge=r"\b")
MISTYPED_MAC = near(_MAC_WORD, _PAIRS, "B", _bad_mac, behind=False, within=_WITHIN)
MISTYPED_EMAIL = near(_MAIL_WORD, _MAILBOX, "B", _bad_mailbox, behind=False, within=_WITHIN)
MISTYPED_UUID = near(_UUID_WORD, _UUID, "B", _bad_uuid, behind=False, within=_WITHIN)
