"""Names of machines without a domain, where something says that it is one.

    a key        ComputerName=NB-4471-FIN, Workstation Name: LT-0417-KM, hostname: 'garden-pump'
    a noun       device CPC-akua-7F2 enrolled, from laptop LT-0417
    its form     \\\\HENRIKE-PC, DESKTOP-4F7K2Q1, annas-pc, lt-0772, 'ann'@'annas-box'
    a program    changed: [app-srv-09], rabbit@mq-02, Running on build-agent-11 in /var

Enters: text. Leaves: names. Must hold: linear; what has a domain, or is an address, is left to the
detectors of those; a word that logs are written with is no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.actors import LEFT_OUT
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at
from reticent_contract.redact.detectors.person import is_name, is_prose_word

_KEY = (
    r"(?:(?:computer|workstation|device|machine|netbios|host|server|node|client|pc|system)"
    r"[ _\-]?name|workstation|computer)(?:[\"'\\]{0,3}\s?(?:[:=]|->)|>)"
)
# Japan's and China's, as their Windows writes them.
_ABROAD = (
    r"(?:\x{30f3}\x{30d4}\x{30e5}\x{30fc}\x{30bf}\x{30fc}?|[\x{7b97}\x{4e3b}]\x{673a})\x{540d} ?"
    r"[:\x{ff1a}]"
)
_GATE = rf"(?i){_KEY}|{_ABROAD}|--host-?name |devname[\"\\]{{0,2}}[=:]"
_PATTERN = (
    rf"(?i)(?:(?:\b|_){_KEY}|{_ABROAD}|--host-?name )>?[ \t]{{0,4}}[\"'\[(]{{0,2}}"
    r"[A-Za-z0-9][A-Za-z0-9_\-]{1,62}|"
    # Of a firewall, whose model may stand there as well
    r"\bdevname[\"\\]{0,2}[=:][\"\\]{0,2}[A-Za-z0-9]+-[A-Za-z0-9_\-]{1,61}"
)
_NOUN_GATE = (
    r"(?i)\b(?:device|machine|computer|laptop|workstation|notebook|desktop|pc|endpoint|terminal) "
    r"[A-Za-z0-9]+-[A-Za-z0-9]"
)
_BY_NOUN = rf"{_NOUN_GATE}[A-Za-z0-9\-]{{0,60}}"
FORM_GATE = (
    r"(?:^|[\s\"'(])\\{2,4}[A-Z]|\b(?:PC|NB|LT|WS|NBK|DESKTOP|LAPTOP|SURFACE|TABLET|MAC|MBP|IMAC|IPAD|IPHONE|MACBOOK|SRV)-[A-Z0-9]|"
    r"(?i:-(?:pc|laptop|notebook|imac|mbp|macbook|thinkpad|ipad|iphone))\b|'@'[A-Za-z]|"
    r"\b(?:nb|lt|mbp|imac|thinkpad|macbook|elitebook|latitude|xps|zenbook|ideapad|chromebook)-[a-z0-9]"
)
BY_FORM = (
    r"(?:^|[\s\"'(])\\{2,4}[A-Z][A-Z0-9\-]{2,14}\b|"
    r"\b(?:PC|NB|LT|WS|NBK|DESKTOP|LAPTOP|SURFACE|TABLET|MBP|IMAC|IPAD|IPHONE|MACBOOK|SRV)-[A-Z0-9]+(?:-[A-Z0-9]+)*\b|\bMAC-[A-Z]*[0-9]{3,}\b|"
    r"\b[A-Za-z0-9]+-(?i:pc|laptop|notebook|imac|mbp|macbook|thinkpad|ipad|iphone)"
    r"(?i:-(?:pro|air|mini|max|plus))?(?:-[0-9]{1,2})?\b|"
    r"'@'[A-Za-z][A-Za-z0-9\-]{1,62}'|"
    r"(?:^|[^\w.\-])(?:nb|lt|mbp|imac|thinkpad|macbook|elitebook|latitude|xps|zenbook|ideapad|"
    r"chromebook)-[a-z0-9]+(?:-[a-z0-9]+)*\b"
)
# What a program says of a machine in a way of its own: Ansible, Kubernetes, Jenkins, Erlang,
# Elasticsearch; and a host that has a number or a dash.
_PROGRAMS_GATE = (
    r"\b(?:ok|changed|failed|fatal|skipping|unreachable|ignored|rescued): \[[a-z]|"
    r"\bassigned [^ ]+ to [a-z]|\bRunning on [a-z]|"
    r"\b(?:rabbit|ejabberd|emqx|couchdb|riak|vernemq)@[a-z]|\] \[[a-z]|"
    r"\b[Hh]ost [a-z]"
)
_BY_PROGRAM = (
    r"\b(?:ok|changed|failed|fatal|skipping|unreachable|ignored|rescued): \[[a-z][a-z0-9_\-]+|"
    r"\bSuccessfully assigned [^ ]+ to [a-z][a-z0-9\-]+|\bRunning on [a-z][a-z0-9_\-]+|"
    r"\b(?:rabbit|ejabberd|emqx|couchdb|riak|vernemq)@[a-z][a-z0-9_\-]+|"
    r"\]\[[A-Z]+ *\]\[[a-zA-Z.0-9_]+ *\] \[[a-z][a-z0-9_\-]*[0-9]|"
    r"\b[Hh]ost [a-z][a-z0-9]*(?:-[a-z0-9]+|[0-9]{2})[a-z0-9\-]*"
)
# Beside a noun or in a URL a machine is told by its number: web01, db-prod-3; a dash will not do.
_NUMBERED = r"[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:-[0-9]|[0-9]{2})[A-Za-z0-9\-]*"
_KEYED_GATE = (
    r"\b(?:[Hh]ost|[Hh]ostname|[Ss]erver|[Nn]ode|[Mm]achine|[Cc]omputer|[Ww]orkstation|VM|"
    r"vm)[\"']?[ =:]"
)
_BY_KEY = rf"{_KEYED_GATE}(?:[=\-]?>)? {{0,2}}[\"'\[(]?{_NUMBERED}"
_IS_NUMBERED = re.compile(_NUMBERED.encode())
ADDRESS = re.compile(rb"[0-9]{1,3}(?:-[0-9]{1,3}){3}")
_IN_URL_GOES_ON = re.compile(rb"[.@][A-Za-z0-9]|[A-Za-z0-9\x80-\xff%]")
_URL_GATE = r"://"
# Behind a login nothing but a host stands.
_BY_URL = rf"://(?:[^\s/\"']*@[A-Za-z][A-Za-z0-9\-]*|{_NUMBERED})"
_NAME = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_\-]*\Z")
GOES_ON = re.compile(rb"_|[.:@/]?[A-Za-z0-9\x80-\xff]|[(]|::")  # a domain, an address, a path
_LETTER = re.compile(rb"[A-Za-z]")
_DIGIT = re.compile(rb"[0-9]")
_UUID = re.compile(rb"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-")
_ROW = re.compile(rb"[a-z]-[0-9]+")  # Device k-3316
_QUOTES = frozenset(b"'")
# What an operating system calls its interfaces and disks, and a home its things.
DEVICES = re.compile(
    rb"(?i)(?:eth|wlan|wlp|wlx|enp|eno|ens|enx|br|veth|docker|tun|tap|virbr|bond|ppp|utun|awdl|"
    rb"sd|hd|vd|nvme|mmcblk|dm-|loop|md|tty(?:usb|acm|ama)?|com|lpt|usb|video|card|hci|input|event|lamp-?|bulb-?|plug-?|sensor-?|thermostat-?)[a-z]?[0-9][\w\-]*"
)


def _find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        end -= text[end - 1] in _QUOTES
        name = _NAME.search(text, start, end)
        if name is None or GOES_ON.match(text, end) is not None:
            continue
        value = name[0]
        if _LETTER.search(value) is None or _UUID.search(value) is not None:
            continue
        if _DIGIT.search(value) is None and is_prose_word(value):
            continue
        if _ROW.fullmatch(value) is not None:
            continue
        if is_name(value) and DEVICES.fullmatch(value) is None:
            yield name.start(), end, value


def _find_numbered(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    """The same, but for standards and parts of a program: sha256, port-2, x86_64."""
    return (found for found in _find(text, spans) if _is_numbered(text, *found))


def _find_in_url(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        name = _NAME.search(text, start, end)
        if name is None or _IN_URL_GOES_ON.match(text, end) is not None:
            continue
        is_one = _IS_NUMBERED.match(name[0]) and _is_numbered(text, name.start(), end, name[0])
        if is_one or _is_behind_login(text, name.start(), name[0]):
            yield name.start(), end, name[0]


def _is_behind_login(text: bytes, start: int, value: bytes) -> bool:
    """Not `db1` or `localhost`, which are everybody's."""
    if text[start - 1 : start] != b"@" or not is_name(value) or ADDRESS.search(value) is not None:
        return False
    if b"-" in value:
        return True
    letters = value.rstrip(b"0123456789")
    return 2 < len(letters) < len(value) and not is_prose_word(letters)


def _is_numbered(text: bytes, _: int, end: int, value: bytes) -> bool:
    if LEFT_OUT.fullmatch(value) is not None or text[end : end + 1] == b"_":
        return False
    return ADDRESS.search(value) is None  # ip-10-0-0-1 is `host.DASHED`'s


MACHINES: tuple[Finder, ...] = (
    finder_at(_GATE, Pattern(_PATTERN), _find, "B", reads=(0, 2)),
    finder_at(_NOUN_GATE, Pattern(_BY_NOUN), _find, "B", reads=(0, 2)),
    finder_at(FORM_GATE, Pattern(BY_FORM), _find, "B", reads=(0, 2)),
    finder_at(_KEYED_GATE, Pattern(_BY_KEY), _find_numbered, "B", reads=(0, 2)),
    finder_at(_URL_GATE, Pattern(_BY_URL), _find_in_url, "B", reads=(0, 2)),
    finder_at(_PROGRAMS_GATE, Pattern(_BY_PROGRAM), _find, "B", reads=(0, 2)),
)
