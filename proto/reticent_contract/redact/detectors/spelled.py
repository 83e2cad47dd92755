"""User names that only the program's own wording tells, without any noun for a person.

    a process        sshd: otto, 10022/su: florin, job 009911/QWEBER/QPADEV0004
    a change set     db/changelog.xml::14::pavlina
    a directory      No mapping for mweiss, LsaLookupNames: mweiss could not be resolved
    a key's holder   peer "jolanda", rcvd CHAP response from fbianchi, plaintext mwinther SASL(-13)
    a telephone      SIP/dagmar, PJSIP/eleonora-000012fe, AOR swantje expired
    what binds       ldapsearch -D "cn=ldap-reader,ou=svc,dc=example,dc=com"
    a home           person.sigrid, device_tracker.lorenzo_phone
    SAP and hosts    USERID[7]: "PJESPERS", OPRID RNAIDU, Role Z_AP assigned to MUELLERK
    a resource       okta_user.people["zandile"], branch 'users/kjell/wip'
    a refusal        logon refused: 'mweiss'
    two people       delegate: hr_bot7 => k.larsen
    in quotes        account 'ole berg' locked
    a link           https://forum.example.net/u/waldfee/posts

Enters: text. Leaves: user names, as `person.USER` has them. Must hold: linear; all digits are
alike; a word that logs are written with is no name.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.actors import LEFT_OUT
from reticent_contract.redact.detectors.given_names import GIVEN_NAMES
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found
from reticent_contract.redact.detectors.person import NAME, is_prose_word, named
from reticent_contract.redact.detectors.sentence import is_signed, may_be_name
from reticent_contract.redact.gates import in_order
from reticent_contract.redact.shapes import ANY_DIGIT

_LOGIN = r"[a-z][a-z0-9._\-]*[a-z0-9]"
_ACCOUNT = r"[A-Z][A-Z0-9_]{2,11}"
_PROCESS = (
    rf"\bsshd(?:-session)?(?:\[[0-9]+\])?: ({_LOGIN})$|"
    rf"\b[0-9]+/(?:su|sshd|login|sftp|sudo): ({_LOGIN})(?:\s|$)|"
    rf"\.(?:xml|sql|ya?ml|json)::[^\s:]+::({_LOGIN})(?:[\s,;:\"')]|$)|"
    rf"\b[Nn]o mapping for ({NAME})|Lookup(?:Account)?Names?: ({NAME}) could|"
    rf"\b[Cc]annot find (?:log[io]n|account) ({NAME})|"
    rf"\b[Mm]apping between account names[^\r\n]{{0,40}} Cannot find ({NAME})\.|"
    rf"\bpeer \"({_LOGIN})\"|"
    rf"\b(?:CHAP|PAP|EAP)[ \-][A-Za-z]+ from ({_LOGIN})(?:[\s,;]|$)|"
    rf"\b(?:plaintext|PLAIN|LOGIN|[A-Z]+-MD5) ({_LOGIN}) (?:SASL|User)|"
    rf"\bremote id ({_LOGIN})(?:[\s,;]|$)|"
    rf"\benroll? ({_LOGIN})(?:[\s,;]|$)|"
    rf"\b(?:log[io]n|sign-?in|access) (?:was )?(?:refused|denied|rejected): [\"']({NAME})[\"']|"
    rf"\b(?:branch|refs/heads|checkout) [\"']?users/({_LOGIN})/"
)
_PROCESS_GATE = in_order(
    r"\bsshd(?:-session)?(?:\[[0-9]+\])?: [a-z][a-z0-9._\-]*(?:\n|$)|"
    r"/(?:su|sshd|login|sftp|sudo): |"
    r"\.(?:xml|sql|ya?ml|json)::|[Nn]o mapping for|Lookup(?:Account)?Names?: |"
    r"annot find (?:log[io]n|account) |Cannot find [^ ]|\bpeer \"|"
    r"(?:CHAP|PAP|EAP)[ \-][A-Za-z]+ from | (?:SASL|User)|"
    r"remote id |\benroll? |(?:refused|denied|rejected): [\"']|[\"' ]users/"
)
_CHANNEL = (
    rf"\b(?:PJ)?SIP/({_LOGIN})(?:-[0-9a-f]{{8}})?(?:[\s,;:)&/]|$)|"
    rf"\b(?:IAX2?|SCCP|Local|endpoint)[/ ]({_LOGIN})-(?:[0-9a-f]{{8}}|[0-9]{{1,5}})\b|"
    rf"\bAOR ({_LOGIN})(?:[\s,;]|$)"
)
_CHANNEL_GATE = r"SIP/[a-z]|(?:IAX2?|SCCP|Local|endpoint)[/ ][a-z]|\bAOR [a-z]"
_AT_HOME = (
    r"\b(?:person|device_tracker|presence)\.([a-z][a-z0-9]*(?:_[a-z0-9]+){0,3})(?:[\s,;:\"')\]]|$)"
)
_AT_HOME_GATE = r"\b(?:person|device_tracker|presence)\.[a-z]"
_CAPITALS = (
    rf"\bUSERID\[[0-9]+\]:? \"({_ACCOUNT})\"|\bOPRID[ :=]{{1,3}}({_ACCOUNT})\b|"
    rf"\bauthid[ :=]{{1,3}}\"?({_ACCOUNT})\b|\bjob [0-9]{{6}}/({_ACCOUNT})/[A-Z]|"
    rf"\b[Rr]ole [A-Z][A-Z0-9_:]+ (?:assigned to|removed from|granted to) ({_ACCOUNT})\b|"
    rf"\bRFC log[io]n (?:of|by) ({_ACCOUNT})\b|\b[Uu]ser (?:master|base) record ({_ACCOUNT})\b|"
    rf"\b({_ACCOUNT}) (?:started|executed|called) (?:transaction|report) [A-Z]|"
    r"\bUSER\([A-Z0-9]+\) [^\r\n]{0,24}NAME\(([A-Z][A-Z .\-]+)\)"
)
_CAPITALS_GATE = in_order(
    r"\bUSERID\[|\bOPRID[ :=]|\bauthid[ :=]|\bjob [0-9]{6}/|[Rr]ole [A-Z][A-Z0-9_:]+ (?:a|r|g)|"
    r"\bRFC log|ser (?:master|base) record |"
    r"(?:started|executed|called) (?:transaction|report) |NAME\([A-Z]"
)
# Of what a tool for infrastructure keeps, where its type says that it is somebody.
_KEPT = (
    r"\b[a-z0-9]+(?:_[a-z0-9]+)*_?(?:user|member|membership|person|entity|account|collaborator)s?"
    rf"\.[a-z][a-z0-9_\-]*\[\\?\"({NAME})\\?\"\]"
)
# Two people, where a word says that one acts as the other.
_ACTING = r"(?:impersonat[a-z]+|delegat[a-z]+|act[ _]as|sudo-as|switch[ _]user)"
_ACTS_AS = (
    rf"(?i)\b{_ACTING}[: ]{{1,2}}({NAME}) ?(?:->|=>|\x{{2192}}) ?({NAME})|"
    rf"\bsudo-as: ({NAME}) acting"
)
_ACTS_AS_GATE = rf"(?i){_ACTING}[: ]{{1,2}}[^ ]+ ?(?:->|=>|\x{{2192}}|acting)"
# All that stands in one pair of quotes, in small letters.
_QUOTED = (
    r"(?i)\b(?:user(?:[ _]?name)?|account|login|name)[ :=]{1,2}[\"']((?-i:[a-z])[a-z\-]+"
    r"(?: [a-z'\-]+){1,3})[\"'](?:[\s,;.:)]|$)"
)
_QUOTED_GATE = r"(?i)(?:user(?:[ _]?name)?|account|login|name)[ :=]{1,2}[\"'][a-z\-]+ [a-z'\-]"
# Whose page a link leads to.
_PROFILE = (
    rf"https?://[^\s/\"']+/(?:u|profile|profiles|in)/([^\s,;:\"'()\[\]<>=/|?#]+)|"
    rf"https?://[^\s/\"']+/@({NAME})/(?:videos|posts|status|live|playlists|about|followers|following|"
    r"with_replies|[0-9]+)"
)
_PROFILE_GATE = r"/(?:u|profiles?|in|@[^\s/]+)/[^\s/]"
# As whom a program binds to a directory, be it a service's.
_BOUND = (
    r"(?i)(?:(?:^|\s)-D[ =]?|\bbind(?:[ _]?dn)?(?:[=:] ?| as | )|\bas )[\"'\\]{0,2}(?:cn|uid)="
    r"([^,\"'\r\n=+]{2,64}),(?:ou|cn|dc|o)="
)
_BOUND_GATE = r"(?i)(?:-D[ =]?|dn[=: ] ?|bind[=: ] ?|\bas )[\"'\\]{0,2}(?:cn|uid)="
_KEPT_GATE = (
    r"(?:user|member|membership|person|entity|account|collaborator)s?\.[a-z][a-z0-9_\-]*\[\\?\""
)


def _take(start: int, value: bytes) -> Found | None:
    """The name, unless logs are written with it, or it is a file or a number."""
    found = named(start, value)
    if found is None or LEFT_OUT.fullmatch(found[2]) is not None:
        return None
    return found if may_be_name(found[2].lower().translate(ANY_DIGIT)) else None


def _take_bound(start: int, value: bytes) -> Found | None:
    """Words joined as well: ldap-reader, where `reader` says what it does."""
    return named(start, value) if b"-" in value or b"_" in value else _take(start, value)


def _take_either(start: int, value: bytes) -> Found | None:
    """The same, or what is written as no word is: hr_bot7."""
    is_login = is_signed(value.lower().translate(ANY_DIGIT))
    return named(start, value) if is_login else _take(start, value)


def _take_quoted(start: int, value: bytes) -> Found | None:
    """The whole, where a part of it is no word: not `account 'not found'`."""
    is_anybody = any(_is_somebody(part) for part in value.split())
    return (start, start + len(value), value) if is_anybody else None


def _take_capitals(start: int, value: bytes) -> Found | None:
    return None if is_prose_word(value.lower()) else named(start, value)


def _is_somebody(part: bytes) -> bool:
    return part.decode() in GIVEN_NAMES or may_be_name(part.translate(ANY_DIGIT))


_PART = re.compile(rb"[a-z0-9]+")


def _take_at_home(start: int, value: bytes) -> Found | None:
    """Of the parts those that are no words: the owner's, without the device's."""
    parts = [part for part in _PART.finditer(value) if _is_somebody(part[0])]
    if not parts:
        return None
    first, last = parts[0].start(), parts[-1].end()
    return named(start + first, value[first:last])


SPELLED: tuple[Finder, ...] = (
    grouped(_PROCESS, _PROCESS_GATE, _take),
    grouped(_CHANNEL, _CHANNEL_GATE, _take),
    grouped(_AT_HOME, _AT_HOME_GATE, _take_at_home),
    grouped(_CAPITALS, _CAPITALS_GATE, _take_capitals),
    grouped(_KEPT, _KEPT_GATE, _take),
    grouped(_BOUND, _BOUND_GATE, _take_bound),
    grouped(_ACTS_AS, _ACTS_AS_GATE, _take_either),
    grouped(_QUOTED, _QUOTED_GATE, _take_quoted),
    grouped(_PROFILE, _PROFILE_GATE, _take),
)
