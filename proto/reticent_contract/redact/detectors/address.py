"""Addresses: ipv4 and ipv6 (proved by parsing), mac, email.

Left alone, because they point at nobody: loopback, 0.0.0.0, ::, netmasks and broadcast (255.…),
the all-zero and all-one MAC. Not taken for addresses: versions (`versions.py`), fingerprints (16,
20 or 32 colon-separated bytes), systemd instances (`user@1000.service`).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.beside import OfMailbox
from reticent_contract.redact.detectors.colons import is_no_address
from reticent_contract.redact.detectors.hardware import BARE_MAC
from reticent_contract.redact.detectors.host import is_behind_password
from reticent_contract.redact.detectors.host_kinds import kind_of
from reticent_contract.redact.detectors.joined import may_be_two, two_at
from reticent_contract.redact.detectors.model import (
    Detector,
    Finder,
    Found,
    Pattern,
    Sifted,
    finder_at,
    whole_match,
    words,
)
from reticent_contract.redact.detectors.near import BESIDE, alone, near, stands_alone
from reticent_contract.redact.detectors.regrouped import by_pairs
from reticent_contract.redact.detectors.versions import (
    VERSION_READS,
    counts_or_numbers,
    is_version,
    is_version_by_signs,
)
from reticent_contract.redact.forms import ipv4_octets

_IPV4_GATE = r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"
_DOTTED_CHARS_MAX = 24  # an address with a port behind a fourth dot, and a few leading zeros
_ONE_CHARS_MAX = 15
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ARPA = b".in-addr.arpa"


@lru_cache(maxsize=4_096)
def _ipv4_within(dotted: bytes) -> tuple[int, int] | None:
    """Where in numbers with dots an address stands that points at somebody.

    Four numbers are an address, five one with its port (as tcpdump writes it); more are an OID.
    """
    octets = ipv4_octets(dotted.decode())
    if octets is not None:
        return None if octets[0] in (127, 255) or not any(octets) else (0, len(dotted))
    parts = [] if counts_or_numbers(dotted) else dotted.split(b".")
    for first in range(len(parts) - 3) if len(parts) <= 5 else ():
        four = parts[first : first + 4]
        if all(len(octet) <= 3 and int(octet) <= 255 for octet in four):
            if int(four[0]) in (127, 255) or not any(int(octet) for octet in four):
                return None
            start = sum(len(part) + 1 for part in parts[:first])
            return start, start + sum(len(octet) for octet in four) + 3
    return None


# File transfer writes an address and a port as six numbers (RFC 959).
_PASSIVE = Pattern(r"(?i)(?:passive mode \(|\bport )[0-9]{1,3}(?:,[0-9]{1,3}){5}\b")
_PASSIVE_GATE = r"(?i)passive mode \([0-9]|\bport [0-9]{1,3},[0-9]"
_SIX = re.compile(rb"([0-9]+,[0-9]+,[0-9]+,[0-9]+),[0-9]+,[0-9]+\Z")


def _find_passive(text: bytes) -> Iterable[Found]:
    for start, end in _PASSIVE.spans(text):
        four = _SIX.search(text, start, end)
        if four is not None:
            value = four[1].replace(b",", b".")
            if _ipv4_within(value) is not None:
                yield four.start(1), four.end(1), value


def _is_reversed(text: bytes, end: int) -> bool:
    return text[end : end + 1] == b"." and text[end : end + len(_ARPA)].lower() == _ARPA


def _may_be_ipv4(text: bytes, start: int, end: int) -> tuple[int, int, bool] | None:
    if _is_reversed(text, end):
        return start, end, True
    if start and text[start - 1] in _LETTERS and text.count(b".", start, end) > 3:
        start = text.index(b".", start) + 1  # srv1.203.0.113.9: its number is the name's
    if end - start > _DOTTED_CHARS_MAX and not may_be_two(text, start, end):
        return None
    is_one = is_version_by_signs(text, start, end)
    return None if is_one else (start, end, is_one is None)


_DOTTED = Sifted(r"[0-9]+(?:\.[0-9]+){3,}", _may_be_ipv4, holds=(b".",), times=3)


def _find_ipv4(text: bytes, spans: Sequence[tuple[int, int, bool]]) -> Iterable[Found]:
    found: list[Found] = []
    for start, end, is_asked in spans:
        if is_asked and _is_reversed(text, end):
            octets = text[start:end].rsplit(b".", 4)[-4:]
            reverse = b".".join(reversed(octets))
            if len(reverse) <= _DOTTED_CHARS_MAX and _ipv4_within(reverse) is not None:
                found.append((end - len(reverse), end, reverse))
            continue
        if end - start > _ONE_CHARS_MAX:
            found += two_at(text, start, end)
        within = _ipv4_within(text[start:end])
        if within is not None and not (is_asked and is_version(text, start, end)):
            first, last = start + within[0], start + within[1]
            found.append((first, last, text[first:last]))
    return found


_IPV6 = Pattern(r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")
_IPV6_GATE = (
    r"::[0-9A-Fa-f]{1,4}\b|\b[0-9A-Fa-f]{1,4}::(?:[^0-9A-Za-z_]|$)|"
    r"[0-9A-Fa-f]:(?:[0-9A-Fa-f]{1,4}:){5}[0-9A-Fa-f]"
)
_IPV6_CHARS_MAX = 45
_DATE = re.compile(rb"\b[0-9]{1,2}-[A-Z][a-z]{2}-\Z")  # 7-Nov-2026::11:20:15, of Erlang
_OF_NOBODY = re.compile(rb"(?:0{1,4}:){7}0{0,3}[01]:[0-9]{1,5}(?![0-9A-Fa-f])")
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


@lru_cache(maxsize=4_096)
def _is_ipv6(candidate: bytes) -> bool:
    """Whether it parses and points at somebody."""
    try:
        address = ipaddress.IPv6Address(candidate.decode("ascii"))
    except ValueError:
        return False
    return not address.is_loopback and not address.is_unspecified and not _is_scope(candidate)


def _is_scope(candidate: bytes) -> bool:
    """`a::b`, which is a name of a program rather than two groups without a digit."""
    groups = [group for group in candidate.split(b":") if group]
    return (
        len(groups) < 3
        and all(len(group) < 4 for group in groups)
        and not any(byte in b"0123456789" for byte in candidate)
    )


def _ipv6_cuts(run: bytes) -> Iterator[tuple[int, int]]:
    """Where in a run of digits and colons an address may stand, the longest first.

    `addr:2001:db8::1` and `2001:db8::1: refused` carry a colon of their sentence, `iface:2001:…` a
    word that looks like a group, and a port may follow. A few cuts, so that no run is expensive.
    """
    after_first = run.find(b":") + 1
    starts = (0, 1, after_first, run.find(b":", after_first) + 1)
    before_last = run.rfind(b":")
    length = len(run)
    port = run.find(b".")  # 2001:db8::1.443, as tcpdump writes it
    ends = (length, length - 1, length - 2, before_last, run.rfind(b":", 0, before_last), port)
    cuts = {(start, end) for start in starts for end in ends if 0 <= start < end}
    yield from sorted(cuts, key=lambda cut: (cut[0] - cut[1], cut))


def _find_ipv6(text: bytes) -> Iterable[Found]:
    for start, end in _IPV6.spans(text):
        run = text[start:end]
        if b"::" not in run and (run.count(b":") < 6 or _OF_NOBODY.match(run)):
            continue  # a time of day, a MAC; any address or this machine's, with a port
        if is_no_address(text, start, end) or _DATE.search(text, max(0, start - 8), start):
            continue
        for cut in _ipv6_cuts(run):
            first, last = start + cut[0], start + cut[1]
            # Letters right beside it: the middle of a word such as std::add.
            if (first and text[first - 1] in _WORD) or (last < len(text) and text[last] in _WORD):
                continue
            if text[last : last + 2] == b"::" or text[first - 2 : first] == b"::":
                continue  # a name that goes on: ab::cd::ef
            if last - first <= _IPV6_CHARS_MAX and _is_ipv6(text[first:last]):
                yield first, last, text[first:last]
                break


_NIBBLES = r"(?i)(?:[0-9a-f]\.){13,32}ip6\.arpa"
_NIBBLES_GATE = r"(?i)\.ip6\.arpa"
_NIBBLES_FIND = Pattern(_NIBBLES)


def _find_ipv6_reversed(text: bytes) -> Iterable[Found]:
    """The names under which DNS asks for the host of an address; of a zone, its first address."""
    for start, end in _NIBBLES_FIND.spans(text):
        last = end - len(b".ip6.arpa")
        digits = text[start:last].replace(b".", b"")[::-1].ljust(32, b"0")
        address = str(ipaddress.IPv6Address(int(digits, 16))).encode()
        if _is_ipv6(address):
            yield start, last, address


# BlueZ joins by underscores: dev_AA_BB_CC_DD_EE_FF.
_PAIRS = "|".join(rf"(?:[0-9A-Fa-f]{{2}}{joint}){{5,}}[0-9A-Fa-f]{{2}}" for joint in ":-_")
_PAIRS_GATE = "|".join(
    rf"[0-9A-Fa-f]{joint}(?:[0-9A-Fa-f]{{2}}{joint}){{4}}[0-9A-Fa-f]" for joint in ":-_"
)
_MAC_PAIRS = Pattern(_PAIRS)
_FINGERPRINT_BYTES = (16, 20, 32, 64)
_MAC_BYTES = 6
_UFW_BYTES = 14  # the kernel's MAC=: destination, source, protocol
_DUID = re.compile(rb"00.0[13].00.01.")  # RFC 8415: the last six bytes are the MAC
_DUID_BYTES = (10, 14)
_HEX = frozenset(b"0123456789abcdefABCDEF")
# 03:11:22:08:19:44 of a clock that counts days, or pictures.
_TIMED = re.compile(rb"(?i)\b(?:elapsed|uptime|duration|time ?code)[ =:]{1,3}\Z")
_TIMED_BYTES = 16
_NOBODY = (b"000000000000", b"ffffffffffff")


def _find_mac_pairs(text: bytes) -> Iterable[Found]:
    for start, end in _MAC_PAIRS.spans(text):
        if start and text[start - 1] in _HEX:
            start += 3  # its first pair is the end of something longer
        if end < len(text) and text[end] in _HEX:
            end -= 3  # such as a port behind it
        pairs = (end - start + 1) // 3
        if pairs < _MAC_BYTES:
            continue
        if pairs in _DUID_BYTES and _DUID.match(text, start) is not None:
            yield end - 17, end, text[end - 17 : end]
        elif pairs == _UFW_BYTES:
            yield from ((s, s + 17, text[s : s + 17]) for s in (start, start + 18))
        elif pairs not in _FINGERPRINT_BYTES:
            digits = text[start:end].translate(None, b":-_").lower()
            is_time = digits.isdigit() and _TIMED.search(text, max(0, start - _TIMED_BYTES), start)
            if digits not in _NOBODY and not is_time:
                yield start, end, text[start:end]


def _beside_hex(text: bytes, start: int, end: int) -> bool:
    if start and (text[start - 1] in _HEX or text[start - 1 : start] == b"."):
        return True
    last = end + (text[end : end + 1] == b".")  # a fourth group: 4111.1111.1111.1112
    return last < len(text) and text[last] in _HEX


# Systems that leave out leading zeros: 0:1a:2b:3:4d:5e.
_MAC_WORD = r"(?:\bmac\b|hwaddr|chaddr|\bether\b|bssid|lladdr|\barp\b|\bis-at\b)"
_ARP_TABLE, _ARP_TABLE_GATE = r"\bat ", r"(?i)\bat [0-9a-f]{1,2}:[0-9a-f]{1,2}:[0-9a-f]{1,2}:"
_SHORT_PAIRS = r"(?i)[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}"


def _short_pairs(value: bytes) -> bytes | None:
    pairs = value.split(b":")
    if all(len(pair) == 2 for pair in pairs):
        return None  # found without a word
    return b":".join(pair.zfill(2) for pair in pairs)


# Without a word as well: no time has letters, and no count of anything so many digits.
_SHORT_GATE = r"[0-9A-Fa-f]:(?:[0-9A-Fa-f]{1,2}:){4}[0-9A-Fa-f]"
_SHORT_PAIRS_MIN = 4
_LETTERED_MIN = 2


def _short_by_itself(value: bytes) -> bytes | None:
    pairs = value.split(b":")
    whole = sum(len(pair) == 2 for pair in pairs)
    lettered = sum(not pair.isdigit() for pair in pairs)
    return _short_pairs(value) if whole >= _SHORT_PAIRS_MIN and lettered >= _LETTERED_MIN else None


def _in_no_row(text: bytes, start: int, end: int) -> bool:
    """No colon beside it, behind which more digits stand."""
    behind = text[end : end + 2]
    is_longer = behind[:1] == b":" and behind[1:] and behind[1] in _HEX
    return text[start - 1 : start] != b":" and not is_longer and stands_alone(text, start, end)


# As HP, Huawei and labels join them: 001a2b-3c4d5e, 001a-2b3c-4d5e, 00 1a 2b 3c 4d 5e.
_GROUPED_WORD = (
    r"(?:\bmac\b|hwaddr|bssid|\bclient\b|\bstation\b|\bsta\b|\bvlan\b|\bdhcp|\blease\b|\barp\b|"
    r"\bassociat|\broam|\blearn)"
)
_FOURS = r"(?i)[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}"
_FOURS_GATE = r"[0-9A-Fa-f]-[0-9A-Fa-f]{4}-[0-9A-Fa-f]"
_GROUPS = (
    r"(?i)[0-9a-f]{6}-[0-9a-f]{6}|[0-9a-f]{4}[\-:][0-9a-f]{4}[\-:][0-9a-f]{4}|"
    r"[0-9a-f]{2}(?: [0-9a-f]{2}){5}|[0-9a-f]{2}(?:\.[0-9a-f]{2}){5}"
)


def _mixed(value: bytes) -> bytes | None:
    """Numbers of orders have such groups too; of 12 hex digits one in 300 are digits alone."""
    return None if value.replace(b"-", b"").isdigit() else _of_somebody(value)


def _is_no_part(text: bytes, start: int, end: int) -> bool:
    """Not in the middle of a UUID."""
    beside = text[start - 1 : start] + text[end : end + 1]
    return b"-" not in beside and stands_alone(text, start, end)


def _of_somebody(value: bytes) -> bytes | None:
    digits = value.translate(None, b" .:-").lower()
    return None if digits in _NOBODY else value


_MAILBOX = r"[A-Za-z0-9._%+'\-\x{80}-\x{10FFFF}]"
# Return paths write the address of the other side into their own: bounce+anna=example.org@…
_RETURNED = rf"(?:(?:(?:SRS[0-9]|prvs)={_MAILBOX}*|{_MAILBOX}*\+{_MAILBOX}*)=(?:{_MAILBOX}|=)*)?"
# Letters of any alphabet (RFC 6531), taken widely: a class of all letters is too large for a DFA.
_EMAIL = (
    rf"(?:\"[^\"@\\\r\n]{{1,64}}\"|{_RETURNED}{_MAILBOX}+)@"
    r"(?:(?:[A-Za-z0-9\-\x{80}-\x{10FFFF}]+\.)+"
    r"[A-Za-z\x{80}-\x{10FFFF}][A-Za-z0-9\-\x{80}-\x{10FFFF}]*|"
    r"\[(?:[0-9]{1,3}\.[0-9.]{5,11}|(?i:ipv[0-9]):[0-9A-Fa-f:.]{2,45})\])"
)
_EMAIL_GATE = r"[^\s@]@[^\s@]"
_EMAIL_FIND = OfMailbox(_EMAIL, holds=(b"@",))
_IMAGE = re.compile(rb"(?i)@[1-4]x(?:~[a-z]+)?\.(?:png|jpe?g|gif|webp|svg|pdf|heic|car)\Z")
_UNITS = words("service socket device mount automount swap target path timer slice scope")


def _find_email(text: bytes) -> Iterable[Found]:
    for start, end in _EMAIL_FIND.spans(text):
        while text[start : start + 1] in (b"'", b".", b"-"):
            start += 1
        if text[end - 1 : end] == b"-":
            end -= 1
        value = text[start:end]
        if _IMAGE.search(value) is not None:
            continue  # foo@2x.png: twice as fine
        at = value.rindex(b"@") + 1
        is_host = is_behind_password(text, start + at) and b"." in value[at:]
        if is_host and kind_of(value[at:]):
            continue  # https://ann:pw@git.acme.org
        if value.rpartition(b".")[2].lower().decode(
            "utf-8", "replace"
        ) not in _UNITS and not value.startswith(b"@"):
            yield start, end, value


IPV4 = Detector(
    name="ipv4",
    sentence="IPv4 addresses, with or without a port, also inside host names.",
    form=Form.IP,
    finders=(
        finder_at(_IPV4_GATE, _DOTTED, _find_ipv4, "A", reads=VERSION_READS),
        Finder(_PASSIVE_GATE, _find_passive, "A", needs=_PASSIVE),
    ),
    is_ip=True,
)
IPV6 = Detector(
    name="ipv6",
    sentence="IPv6 addresses, with or without zone, brackets and port.",
    form=Form.IP,
    finders=(
        Finder(_IPV6_GATE, _find_ipv6, "A", needs=_IPV6, reads=(0, 0)),
        Finder(_NIBBLES_GATE, _find_ipv6_reversed, "A"),
    ),
    is_ip=True,
)
MAC = Detector(
    name="mac",
    sentence="MAC addresses with colons, dashes, dots or _; without any after a word such as mac.",
    form=Form.MAC,
    finders=(
        Finder(_PAIRS_GATE, _find_mac_pairs, "A", needs=_MAC_PAIRS, reads=(0, 0)),
        whole_match(
            r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}",
            "A",
            unless=_beside_hex,
            reads=(0, 0),
            gate=r"[0-9A-Fa-f]\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]",
        ),
        BARE_MAC,
        near(_MAC_WORD, _SHORT_PAIRS, "B", _short_pairs),
        alone(
            _SHORT_PAIRS, "B", _short_by_itself, gate=_SHORT_GATE, bounded=_in_no_row, reads=BESIDE
        ),
        by_pairs(_MAC_WORD),
        near(_MAC_WORD, _GROUPS, "B", _of_somebody, behind=False, within=8),
        near(_GROUPED_WORD, _FOURS, "B", _mixed, bounded=_is_no_part, gate=_FOURS_GATE),
        near(
            *(_ARP_TABLE, _SHORT_PAIRS, "B", _short_pairs),
            gate=_ARP_TABLE_GATE,
            behind=False,
            within=0,
        ),
    ),
)
EMAIL = Detector(
    name="email",
    sentence="E-mail addresses.",
    form=Form.EMAIL,
    finders=(Finder(_EMAIL_GATE, _find_email, "A", needs=_EMAIL_FIND, reads=(0, 0)),),
)
