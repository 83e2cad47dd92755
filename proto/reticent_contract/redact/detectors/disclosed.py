"""Secrets whose key and value a notation sets apart: elements within elements, calls, commands.

Enters: text. Leaves: what stands for the key's value, as `secret.SECRET` has it.

    nested     <Password><Value>X</Value>, <password type="plain">X, <key>Password</key><string>X
    calls      setProperty("db.password", "X"), ("password", "X")
    templates  {{ pw | default("X") }}, password: {{ x | default "X" }}
    forms      name="password"\\r\\n\\r\\nX, name: DB_PASSWORD\\n value: X
    registries "auth": "BASE64 of name:password", proved by its decoding
    changes    password changed from X to Y; a temporary password is generated for …: X
    commands   net use \\\\srv\\x /user:u X, ACL SETUSER u on >X, psexec.py DOMAIN/u:X@host

Must hold: where the words are prose as well, the value is no word (`configured.is_no_word`).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable

from reticent_contract.redact.detectors.configured import (
    LOST_IN_AUTH,
    Accept,
    is_no_prose,
    is_no_word,
    last_of,
)
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.gates import in_order

_KEY = r"(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|psk)"
_PART = r"(?:value|text|data|hash|[0-9])?"
_ATTRIBUTES = r"(?:\s+[\w:.\-]+\s*=[^<>]{0,120})?\s*"  # XML may break a line within a tag
_NESTED = (
    rf"(?i)<[\w:.\-]*{_KEY}{_PART}{_ATTRIBUTES}>\s*"
    r"<(?:\w+:)?(?:value|string|plaintext|data|text)(?:\s[^<>]{0,60})?>\s*[^<>\r\n]+|"
    rf"<key>[\w.: \-]*{_KEY}{_PART}</key>\s*<(?:string|data)>\s*[^<>]+|"
    rf"<[\w:.\-]*{_KEY}{_PART}\s+[\w:.\-]+\s*=[^<>]{{1,120}}>[^<>\r\n]+"
)
_VALUED = (
    rf"(?i)<[\w:.\-]*{_KEY}{_PART}"
    rf"(?:\s+[\w:.\-]+=[\"'][^<>\"']{{0,60}}[\"'])*\s+(?:value|text)=\\?[\"'][^\"'<>\r\n]+"
)
_CDATA = rf"(?i)<[\w:.\-]*{_KEY}{_PART}{_ATTRIBUTES}>\s*<!\[CDATA\[[^<>\r\n]+?\]\]>"
# An element within, or an attribute.
_NESTED_GATE = rf"(?i)</key>\s*<|{_KEY}{_PART}(?:\s*>\s*<|\s+[\w:.\-]*\s*=)"
_CALL = rf"(?i)\(\s?\\?[\"'][\w.\-]*{_KEY}\\?[\"']\s?,\s?\\?[\"'][^\"'\r\n]+[\"']\s?\)"
# A header as one of a list: ["x-api-key", "X"], (b"x-api-key", b"X").
_LISTED = rf"(?i)[\[(]\s?b?\\?[\"'][\w.\-]*{_KEY}\\?[\"']\s?,\s?b?\\?[\"'][^\"'\r\n]+[\"']\s?[\])]"
_CALL_GATE = rf"(?i){_KEY}\\?[\"']\s?,\s?b?\\?[\"']"
# What a template takes where nothing else is given.
_DEFAULT = (
    rf"(?i)(?:\{{\{{[^{{}}\r\n]{{0,80}}?(?:{_KEY}|pass|pw)\w*|"
    rf"(?:{_KEY}|pass|pw)\w*\\?[\"']?\s?[:=]\s?\\?[\"']?\{{\{{)"
    r"[^{}\r\n]{0,80}?\|\s?(?:default\s?\(?|d\()\s?\\?[\"'][^\"'\\\r\n]+"
)
# Said of a secret, or another word: `token_ttl`, `compass`.
_NO_DEFAULT = re.compile(
    rb"(?i)[a-z]_(?:ttl|timeout|type|url|uri|length|name|expir\w*|lifetime|count|limit|min|max|"
    rb"header|"
    rb"file|path|format|policy|prefix|algorithm|bits|size|id)\b|(?:com|by)pass|pass(?:ive|enger|"
    rb"age|ed)"
)
_DEFAULT_GATE = r"(?i)\|\s?(?:default\s?\(?|d\()\s?\\?[\"']"
_FORM = (
    rf"(?i)\bname=\\?\"[\w.\-]*{_KEY}\\?\"(?:\\r|\\n|\s){{2,8}}[^\s\\]+|"
    rf"\bname: [\w.\-]*{_KEY}(?:\\n|\s){{1,3}}\s{{0,12}}value: (?:\\?[\"'])?[^\s\"'\\]+"
)
_FORM_GATE = rf"(?i){_KEY}(?:\\?\"(?:\\r|\\n|\s)|(?:\\n|\s)+value: )"
_CHANGED = (
    r"(?i)\b(?:passw(?:or)?d|passphrase|secret|psk|pin|community(?: string)?|key|token|passcode)"
    r" (?:(?:was |has been |is )?(?:changed|rotated|updated|reset|set|"
    r"renewed) )?from [\"']?[^\s\"']+[\"']? to [\"']?[^\s\"']+"
)
_CHANGED_GATE = (
    r"(?i)(?:passw(?:or)?d|passphrase|secret|psk|pin|community|community string|key|token|"
    r"passcode) "
    r"(?:(?:was |has been |is )?(?:changed|rotated|updated|reset|set|renewed) )?from "
)
_GENERATED = (
    r"(?i)\b(?:passw(?:or)?d|passphrase|passcode|pre-?shared key|recovery key|psk)s?\s"
    r"(?:(?:has been|was|is|were|will be)\s)?"
    r"(?:generated|created|set|reset|changed|assigned|issued|updated|rotated)"
    r"[^\r\n:]{0,60}(?::|\bto\b)\s{0,2}[\"'`]?[^\s\"'`]+"
)
_GENERATED_GATE = (
    r"(?i)(?:passw(?:or)?d|passphrase|passcode|key|psk)s?\s(?:(?:has been|was|is|were|will be)\s)?"
    r"(?:generated|created|set|reset|changed|assigned|issued|updated|rotated)"
)
_OBJECT = re.compile(rb"[{\[]\s?\\?[\"'][\w.\-]+\\?[\"']\s?:")  # password changed {"id":501}
_COMMUNITY = (
    r"(?i)\bcommunity (?:(?:string |name )?(?:(?:was |is )?(?:changed|set|reset) to |is |to )|"
    r"string )[\"']?[^\s\"']+|\b(?:auth|priv|authentication|privacy|encryption|tunnel|session)-"
    r"(?:key|password|passphrase)(?:[ \-](?:value|string|text|md5|sha))?\s[\"']?[^\s\"']+|"
    r"\bpre-?shared(?:[ \-]?key)?\s[\"']?[^\s\"']+|"
    r"\b(?:plain-text|encrypted|secret)-password-value\s[\"']?[^\s\"']+"
)
_COMMUNITY_GATE = (
    r"(?i)\bcommunity (?:string|name|was|is|to|set|reset|changed) |"
    r"(?:auth|priv|authentication|privacy|encryption|tunnel|session)-(?:key|password|passphrase)|"
    r"\bpre-?shared|-password-value\s"
)
_ACL = r"(?i:\bacl\s+setuser)\s[^\r\n]*?\s[>#][^\s\"']+|\bAUTH [a-z][\w.\-]* [^\s\"']+"
# As its monitor writes what clients say.
_MONITORED = r"\"AUTH\" (?:\"[^\"\r\n]+\" )?\"[^\"\r\n]+"
_NET_USE = (
    r"(?i)\bnet1?(?:\.exe)?\s+use\s(?:[^\r\n]*?\s)?/u(?:ser)?:\S+\s+(?:\"[^\"\r\n]+|[^\s/\"]\S*)"
)
_TARGET = r"\b[\w.\-]+\.py\s(?:[^\r\n]*?\s)?[\"']?[\w.\-]+/[\w.$\-]+:[^@\r\n]+@[\w.\-]+"
_SHELL = (
    r"(?i)(?:\.(?:auth|createUser|authenticate)|\blogin|\bauth=)\("
    r"\s?[\"'][^\"'\r\n]+[\"']\s?,\s?[\"'][^\"'\r\n]+"
)
_FIRST_TARGET = re.compile(rb"/[\w.$\-]+:([^\r\n]+)@[\w.\-]+\Z")
_IN_FORM = re.compile(rb"(?:\\[rn]|\s|[\"'])([^\s\\\"']+)\Z")
_IN_CDATA = re.compile(rb"(?i)<!\[cdata\[(.+)\]\]>\Z")
_IN_CALL = re.compile(rb",\s?b?\\?[\"']([^\"'\r\n]+?)\\?[\"']\s?[\])]\Z")
_COMMAND_GATE = in_order(
    r"(?i:\bacl\s+setuser|\bnet1?(?:\.exe)?\s+use\s|(?:\.(?:auth|createuser|authenticate)|"
    r"\blogin|\bauth=)\(\s?[\"'])|\"AUTH\" \"|"
    r"\bAUTH [a-z]|\.py\s"
)
_REGISTRY = r"(?i)[\"']?\b_?auth\\?[\"']?\s?[:=]\s?\\?[\"']?[A-Za-z0-9+/]{8,}={0,2}"
_REGISTRY_GATE = r"(?i)\b_?auth\\?[\"']?\s?[:=]\s?\\?[\"']?[a-z0-9+/]{8}"
_REGISTRY_FIND = Pattern(_REGISTRY)
_BASE64_AT_END = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}\Z")
_FROM_TO = Pattern(_CHANGED)
_TWO = re.compile(rb"(?i) from [\"']?([^\s\"']+)[\"']? to [\"']?([^\s\"']+)\Z")
_TRIM = b".,;)"


def _find_changed(text: bytes) -> Iterable[Found]:
    """Both the old and the new one, where either is no word."""
    for start, end in _FROM_TO.spans(text):
        two = _TWO.search(text[start:end])
        if two is None:
            continue
        values = [(m, two[m].rstrip(_TRIM)) for m in (1, 2)]
        if any(is_no_word(value) for _, value in values):
            for group, value in values:
                first = start + two.start(group)
                if is_no_prose(value) and not value.startswith(b"<"):
                    yield first, first + len(value), value


def _find_registry(text: bytes) -> Iterable[Found]:
    """Base64 of `name:password`: whoever decodes it has both."""
    for start, end in _REGISTRY_FIND.spans(text):
        value = _BASE64_AT_END.search(text[start:end])
        if value is None:
            continue
        try:
            plain = base64.b64decode(value[0] + b"=" * (-len(value[0]) % 4), validate=True)
        except binascii.Error:
            continue
        if b":" in plain and plain.isascii() and plain.decode().isprintable():
            yield start + value.start(), end, value[0]


def _grouped(
    pattern: str, part: re.Pattern[bytes], gate: str, accept: Accept | None = None
) -> Finder:
    """A finder whose value is the group that `part` finds in a match."""
    compiled = Pattern(pattern)

    def find(text: bytes) -> Iterable[Found]:
        for start, end in compiled.spans(text):
            value = part.search(text[start:end])
            if value is not None and (accept or _is_value)(value[1]):
                yield start + value.start(1), start + value.end(1), value[1]

    return Finder(gate, find, "B", needs=compiled)


def _is_value(value: bytes) -> bool:
    return len(value) > 1 and not value.isspace() and value[:1] != b"<"


DISCLOSED: tuple[Finder, ...] = (
    last_of(_NESTED, _NESTED_GATE, _is_value, trim=b" ", cut=b">"),
    last_of(_VALUED, _NESTED_GATE, _is_value),
    _grouped(_CDATA, _IN_CDATA, _NESTED_GATE),
    _grouped(_CALL, _IN_CALL, _CALL_GATE),
    _grouped(_LISTED, _IN_CALL, _CALL_GATE, is_no_word),
    last_of(_DEFAULT, _DEFAULT_GATE, is_no_prose, quoted_is_proof=False, unless=_NO_DEFAULT),
    _grouped(_FORM, _IN_FORM, _FORM_GATE),
    Finder(_CHANGED_GATE, _find_changed, "B"),
    last_of(_GENERATED, _GENERATED_GATE, is_no_word, unless=_OBJECT),
    last_of(_COMMUNITY, _COMMUNITY_GATE, is_no_word),
    last_of(_ACL, _COMMAND_GATE, is_no_word, cut=b" >#", unless=LOST_IN_AUTH),
    last_of(_MONITORED, _COMMAND_GATE, _is_value),
    last_of(_NET_USE, _COMMAND_GATE, is_no_prose),
    _grouped(_TARGET, _FIRST_TARGET, _COMMAND_GATE),
    last_of(_SHELL, _COMMAND_GATE, _is_value),
    Finder(_REGISTRY_GATE, _find_registry, "A"),
)
