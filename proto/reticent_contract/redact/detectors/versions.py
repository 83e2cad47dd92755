"""Whether four numbers with dots are a version rather than an IPv4 address.

Enters: a text, and where the numbers stand in it. Leaves: yes or no, by what adjoins them:

    after a word   version 10.1.2.3, firmware: 84.0.11.31, OID 2.5.29.37 (`releases.py`)
    in a file      teams_26.1.2.9_x64.msix, EdgeUpdate\\1.3.187.41\\, CEF:0|Acme|Agent|1.9.0.0|
    after a sign   v1.2.3.4, ~1.2.3.4, numpy==2.1.3.0, Chrome/131.0.0.0, libfoo.so.1.2.3.4
    before one     1.2.3.4-5.el9, core-2.17.1.2.jar
    of a package   Unpacking alsa-conf (1.2.5.1), install alsa-conf:all <none> 1.2.5.1-2, as dpkg
                   and apt write it
    as a tag       app:1.2.3.4, python-3.11.7.1: only where every number is small, because addresses
                   are written so too (host:203.0.113.9); of those that are not, one in thousands
                   has four numbers below 32, and a word such as host or ip keeps these as well

Must hold: in doubt it is an address, which is removed.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.model import Pattern
from reticent_contract.redact.detectors.releases import BEFORE_BYTES, Told, told

_PACKAGED = Pattern(
    r"(?i)(?:[-+~][0-9.]*(?:alpha|beta|rc[0-9]|snapshot|ubuntu|deb|build|el[0-9]|fc[0-9]|"
    r"dfsg)|-[0-9a-z.+~]{1,12}_(?:amd64|i386|all|arm)|"
    r"_(?:amd64|i386|all|arm|x64|x86|win(?:32|64)|neutral)|__[0-9a-f]{16}\b)"
)
_PACKAGE_BYTES = 24
_PACKAGE_SIGNS = frozenset((b"-", b"+", b"~", b"_"))
_BEFORE_BYTES = 24
_STEP = re.compile(
    rb"(?i)\b(?:up|down)grad(?:ed?|ing) (?:[\w\-]+ )?"
    rb"(?:from (?:v?[0-9.]+ to )?|v?[0-9][\w.]* (?:to|->) )\Z|"
    rb"\b(?:firmware|version|release|build)[ :=]{1,2}v?[0-9][\w.]*(?: [a-z]+)?,? \(?"
    rb"(?:previous(?:ly)?|formerly|"
    rb"was|old|replac(?:es|ed|ing)):? \Z|"
    rb"\bchart=[a-z][a-z\-]*-\Z"  # Helm's
)
_STEP_FIRST = re.compile(rb"(?i)\b(?:up|down)grad(?:ed?|ing) (?:[\w\-]+ )?\Z")
_STEP_BEHIND = re.compile(rb"(?:_[0-9]+)? (?:to|->) v?[0-9]+\.[0-9]")
_STEP_BYTES = 64
_ARCHITECTURE = rb"(?:all|any|amd64|i386|arm64|armel|armhf|mips64el|ppc64el|riscv64|s390x|loong64)"
_OF_PACKAGE = re.compile(
    rb"(?:\b(?:Unpacking|Setting up|Replacing|Removing|Purging|Configuring)(?: [a-z0-9][^ ]*)?|"
    rb"\)(?: to be)? over|[a-z0-9]:" + _ARCHITECTURE + rb"(?: (?:<none>|[0-9][\w.+:~\-]*))?) \(?"
    rb"(?:[0-9][\w.+:~\-]*, )?(?:[0-9]{1,3}:)?\Z"
)
VERSION_READS = (BEFORE_BYTES, _PACKAGE_BYTES)  # bytes before and behind that `is_version` looks at
_SIGNS = frozenset((b"v", b"V", b"~", b"=", b".", b"/", b"-", b":"))
_NUMBER_SIGNS = frozenset((b"/", b"-", b":"))  # behind these the numbers themselves count
_COMPARED = (b"==", b">=", b"<=", b"~=", b"!=")
_FILE = re.compile(
    rb"(?i)\.(?:jar|war|whl|egg|tar|tgz|gz|xz|zip|rpm|deb|apk|msi|msix|exe|dll|dmg|pkg|nupkg|gem|"
    rb"x86_64|aarch64|noarch|src)\b"
)
# Of what is installed, behind _ and . as well: capture_10.1.2.3.gz is named after a host.
_INSTALLED = re.compile(
    rb"(?i)\.(?:jar|war|whl|rpm|deb|apk|msi|msixbundle|msix|appx|exe|dll|dmg|pkg|nupkg|gem|so|"
    rb"dylib|vsix)\b"
)
# ArcSight's and IBM's headers: a vendor, a product and its version.
_HEADER = re.compile(rb"(?:CEF:[0-9]|LEEF:[0-9]\.[0-9])\|[^|]{0,60}\|[^|]{0,60}\|\Z")
_HEADER_BYTES = 132
# A folder of a program on Windows that has one for each of its versions.
_FOLDER = re.compile(
    rb"(?i)(?:update|application|webview2?|teams|runtime|framework|platform|bin|sdk|assembly|"
    rb"installer|engine|defender|office[0-9]{0,2}|onedrive)\\{1,2}\Z"
)
_TAGGED = re.compile(rb"([A-Za-z][A-Za-z0-9_+]*)(?:[:\-]|(?<=[a-z0-9])/)\Z")
# A host is named after these, with a colon or a dash as well: client:1.2.3.4, host-1.2.3.4.
_OF_HOSTS = re.compile(
    rb"(?i)(?:ip|ip4|ipv4|inet|addr|address|host|hostname|rhost|lhost|client|server|peer|remote|"
    rb"local|src|source|dst|dest|destination|from|to|by|for|via|at|gateway|gw|router|dns|"
    rb"nameserver|resolver|proxy|node|nat|net|dhcp|dsl|static|dynamic|dyn|pool|ppp|cust|user|"
    rb"customer|subnet|network|upstream|backend|listen|bind|endpoint|master|slave|primary|replica|"
    rb"broker|relay|ntp|vpn|tcp|udp|icmp|arp|ping|wan|lan|public|private|bad|blocked|banned)"
)
_OF_HOSTS_BEFORE = re.compile(_OF_HOSTS.pattern + rb"[_.]\Z")
_FILE_SIGNS = (b"_", b".")
_SMALL_MAX = 31
# 1.024.000.000; of an address that is written with zeros each number has them.
_THOUSANDS = re.compile(rb"[1-9][0-9]?(?=[0-9.]*\.0)(?:\.[0-9]{3}){3}")
_OCTET_MAX = 255
_OBJECTS = (b"2.5.29.", b"2.5.4.")  # of certificates and names (X.520), where nothing else stands
_PRIVATE = b"10"


def is_version(text: bytes, start: int, end: int) -> bool:
    """`text[start:end]`: four numbers or five, with dots."""
    if start and (_begins_one(text, start, end) or _is_of_package(text, start)):
        return True
    by_words = told(text, start, end) if start else None
    if by_words is Told.PROVED:
        return True
    if by_words is Told.SMALL or _is_heading(text, start, end) or _is_step(text, start, end):
        return _is_small(text[start:end])
    if end - start == len(text):
        return text.startswith(_OBJECTS)
    return text[end : end + 1] in _PACKAGE_SIGNS and _PACKAGED.starts(
        text[end : end + _PACKAGE_BYTES]
    )


def is_version_by_signs(text: bytes, start: int, end: int) -> bool | None:
    """The same without a look at which digits stand there; None where they decide."""
    if text[end : end + 1] in _PACKAGE_SIGNS or text[start - 1 : start] in _NUMBER_SIGNS:
        return None
    if not start:
        return None if _is_heading(text, start, end) or end == len(text) else False
    by_words = told(text, start, end)
    if by_words is Told.SMALL or _is_step(text, start, end):
        return None
    if by_words is None and _is_heading(text, start, end):
        return None
    if by_words is Told.PROVED:
        return True
    return _begins_one(text, start, end) or _is_of_package(text, start)


def _is_of_package(text: bytes, start: int) -> bool:
    """`upgraded from 1.9.0.44 to 1.9.1.3`, `Unpacking alsa-conf (1.2.5.1)`"""
    low = max(0, start - _STEP_BYTES)
    return (
        _STEP.search(text, low, start) is not None
        or _OF_PACKAGE.search(text, low, start) is not None
    )


def _is_step(text: bytes, start: int, end: int) -> bool:
    """`Upgrading x 1.2.3.4 -> 1.2.3.5`, where a machine may stand as well."""
    before = _STEP_FIRST.search(text, max(0, start - _STEP_BYTES), start)
    return before is not None and _STEP_BEHIND.match(text, end) is not None


def _is_heading(text: bytes, start: int, end: int) -> bool:
    """`1.2.3.4. Introduction` at the beginning of a line."""
    return text[end : end + 2] == b". " and (not start or text[start - 1 : start] == b"\n")


def counts_or_numbers(dotted: bytes) -> bool:
    """Whether numbers with dots are no address by themselves: thousands, or five of a version, all
    small, or small behind one that no address has (20619.2.8.11.12)."""
    first, _, rest = dotted.partition(b".")
    if rest.count(b".") == 3:
        return _is_small(rest) and (int(first) > _OCTET_MAX or _is_small(dotted))
    return _THOUSANDS.fullmatch(dotted) is not None


def _is_small(dotted: bytes) -> bool:
    """Whether every number is one that versions have; the same four times is a resolver's."""
    numbers = dotted.split(b".")
    return (
        numbers[0] != _PRIVATE
        and len(set(numbers)) > 1
        and all(len(number) < 3 and int(number) <= _SMALL_MAX for number in numbers)
    )


def _begins_one(text: bytes, start: int, end: int) -> bool:
    low = start - _BEFORE_BYTES if start > _BEFORE_BYTES else 0
    before = text[low:start]
    sign = before[-1:]
    if sign == b"|":
        return _HEADER.search(text, max(0, start - _HEADER_BYTES), start) is not None
    if sign == b"\\":
        return text[end : end + 1] == b"\\" and _FOLDER.search(before) is not None
    if sign in _FILE_SIGNS and before[-2:-1].isalnum() and _INSTALLED.match(text, end):
        return _OF_HOSTS_BEFORE.search(before) is None
    if sign in _SIGNS:
        if sign in (b"v", b"V"):  # v1.2.3.4, but not srv1.2.3.4
            return not before[-2:-1].isalnum()
        if sign == b"~" or before[-2:] in _COMPARED or before.endswith(b".so."):
            return True
        if sign == b"/" and before[-2:-1].isalpha() and text[start:end].endswith(b".0.0"):
            return True  # Chrome/131.0.0.0
        if sign in _NUMBER_SIGNS and _is_tag(text, before, start, end):
            return True
    return False


def _is_tag(text: bytes, before: bytes, start: int, end: int) -> bool:
    named = _TAGGED.search(before)
    if named is None or _OF_HOSTS.fullmatch(named[1]) is not None:
        return False
    if before[-1:] == b"-" and _FILE.match(text, end) is not None:
        return True
    return _is_small(text[start:end])
