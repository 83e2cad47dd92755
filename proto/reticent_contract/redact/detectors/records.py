"""People's and users' names in records of a form of their own: clinics, airlines, VPNs, trackers.

    HL7, DICOM     PID|1||88120^^^MRN||HALVORSEN^KNUT, PN [HASSAN^LEILA]
    airlines       passenger LEE/MINJUN MR
    a program's    jpalmeida/198.51.100.2:503 MULTI_sva, INFO tbrandt 613x4410x1, (crontabs/m.sato)
    items          pull request #4 from mariaelena-dev/fix, Job 771 from MKOWALCZYK, id 318 (y.bo)
    JSON           "assignees":[{"login":"oyelaran"}], {'name': 'ibrahim.toure', ...}

Enters: text. Leaves: user names, as `person.USER` has them. Must hold: linear; all digits are
alike. Where a form has other things as well, a word that logs are written with is no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.commands import OPTIONS_GATE
from reticent_contract.redact.detectors.elsewhere import NAMES_MAX, standing
from reticent_contract.redact.detectors.given_names import GIVEN_NAMES
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.machines import BY_FORM, FORM_GATE
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at
from reticent_contract.redact.detectors.person import NAME, named
from reticent_contract.redact.detectors.sentence import may_be_name
from reticent_contract.redact.detectors.vocabulary import is_english
from reticent_contract.redact.gates import in_order
from reticent_contract.redact.shapes import ANY_DIGIT

_IPV4 = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_OF_OPENVPN = (
    r"(?:MULTI|SENT |PUSH|TLS|VERIFY|Data |Control |\[|peer |SIG|Connection |Outgoing|Incoming|"
    r"PLUGIN)"
)
_PARTED = r"[A-Za-z\x{c0}-\x{24f}][^|\]\[\r\n\"\\^]*\^[A-Za-z\x{c0}-\x{24f}][^|\]\[\r\n\"\\]*"
# The name is what the group holds.
_SURE = (
    rf"\((?:crontabs|tabs)/({NAME})",
    rf"(?:^|: |\] )({NAME})/{_IPV4}:[0-9]{{1,5}} {_OF_OPENVPN}",
    rf" ({NAME}) [0-9]{{1,4}}x[0-9]{{1,8}}x[0-9]{{1,4}} ",  # Jira's and Confluence's
    # The patient, the next of kin, who pays, the doctor (HL7); with any digit, so that all lines of
    # a shape are alike.
    rf"\bPID\|(?:[^|\r\n]*\|){{4}}({_PARTED})",
    rf"\b(?:NK[0-9]\|[^|\r\n]*|GT[0-9]\|[^|\r\n]*\|[^|\r\n]*)\|({_PARTED})",
    rf"\bPV[0-9]\|(?:[^|\r\n]*\|){{6}}[^|^\r\n]*\^({_PARTED})",
    rf"\b[Pp]atient(?:'s)?[ _]?[Nn]ame[\s\"':=\[(]{{1,5}}({_PARTED})|\bPN \[({_PARTED})",
    r"\b(?:[Pp]assenger|[Pp]ax|[Tt]raveller)[ :=]{1,2}([A-Z]{2,}/[A-Z]{2,})\b",
    # Whom Windows is asked for from afar, who sits where, whose secret strongSwan has.
    rf"\bmstshash=({NAME})",
    rf"\bowned by ({NAME}) on \\\\",
    rf"\b[0-9]{{1,10}} +({NAME}) +seat[0-9]",
    rf"(?:^|[\s:])({NAME}) : (?:EAP|XAUTH|NTLM) \"",
    # strongSwan's peers, Exim's authenticators, Spark's lists of who may, the comment of a key.
    rf"\bestablished between {_IPV4}\[([A-Za-z][\w\-]*)\]\.\.\.{_IPV4}\[([A-Za-z][\w\-]*)\]",
    rf"\bestablished between {_IPV4}\[([A-Za-z][\w\-]*)\]\.\.\.",
    rf"\bA=[a-z_]*(?:plain|login|cram|dovecot|auth)[a-z0-9_]*:({NAME})",
    rf"\busers +with [a-z]+ permissions: +(?:Set\(({NAME})(?:, ({NAME}))?(?:, ({NAME}))?|"
    rf"({NAME})[;\s])",
    rf" AAAA[A-E][A-Za-z0-9][A-Za-z0-9+/=]* ({NAME}@[A-Za-z][A-Za-z0-9\-]*)(?:$|[\s\"',])",
)
_SURE_GATE = in_order(
    r"\((?:crontabs|tabs)/|[^ ]/[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}:[0-9]{1,5} [A-Z\[p]|"
    r" [0-9]{1,4}x[0-9]{1,8}x[0-9]|\b(?:PID|NK[0-9]|GT[0-9]|PV[0-9])\||\bPN \[|"
    r"\b[Pp]atient(?:'s)?[ _]?[Nn]ame|[A-Z]/[A-Z]+ ?(?:M[RIS]|CHD|INF)|"
    r"\b(?:[Pp]assenger|[Pp]ax|[Tt]raveller)[ :=]|\]\.\.\.|"
    r"mstshash=|\bowned by [^ ]+ on \\| seat[0-9]| : (?:EAP|XAUTH|NTLM) |\bA=[a-z_]+[a-z0-9_]*:|"
    r" permissions: |\bAAAA[A-E][A-Za-z0-9]"
)
_OF_AIRLINE = r"\b([A-Z]{2,}/[A-Z]{2,}) ?(?:MR|MRS|MS|MISS|MSTR|CHD|INF)\b"
_LIKELY = (
    rf"\b(?:Unr|R)egistered SIP '({NAME})'",
    rf"\b(?:[Pp]ull request|[Mm]erge request|PR|MR) [#!]?[0-9]+ from ({NAME})/",
    rf"\bSIP/([A-Za-z]{NAME})-[0-9a-f]{{8}}\b",
    rf"\b[Jj]ob #?[0-9]+ (?:from|by) ({NAME})",
    r"\b(?:[Jj]ob|id|ID|[Ss]ession|[Ee]xt|[Ee]xtension|[Cc]all|[Cc]ard|[Tt]icket)[ :=#]{1,2}[0-9]+ "
    r"\(([a-z]+[._][a-z]+)\)",
    # Whose module of rsync, whose password.
    rf"\brsync on [\w\-]+/({NAME})/? from |"
    rf"(?:^|[;&|$#] ?|\bsudo )passwd (?:--?[a-z]+ )*({NAME}) ?(?:$|[;&|)])",
    rf"\b1(?::|-|-?on-?)1:? (?:(?:with|w/|mit|avec|con) ({NAME})|"
    rf"({NAME}) ?(?:/|<>|<->|&|\x{{2013}}) ?({NAME}))",
)
# The reason of a change may stand there too: awarded to user 12 (newcomer).
_OF_NUMBER = (
    rf"\b(?:[Pp]rint job|uid|[Aa]ccount|[Bb]adge|[Ee]mployee|[Cc]ustomer|[Uu]ser)"
    rf"[ :=#]{{1,2}}[0-9]+ \(({NAME})\)"
)
_LIKELY_GATE = in_order(
    r"[,/] ?emailAddress=|\brsync on |\bpasswd [^ ]|"
    r"request [#!]?[0-9]+ from |\b[PM]R [#!]?[0-9]+ from |SIP/[A-Za-z]|egistered SIP '|"
    r"[Jj]ob #?[0-9]+ (?:from|by) |[a-zD][ :=#]{1,2}[0-9]+ \([^ ]|\b1(?::|-|-?on-?)1:? "
)
_PERSON = (
    r"(?:eporter|ssignee|reator|ender|ecipient|ustomer|atient|mployee|ontact|rom|equester|"
    r"equestor|eviewer|pprover|anager|rgani[sz]er|uest|ember|aller|allee|river|ider|tudent|"
    r"eacher|erson|nitiator|ubmitter|pdated_?[Bb]y|reated_?[Bb]y|nvitee|articipant|ttendee)s?"
)
_OF_PERSON_GATE = r"[\"']\s?:\s?[\[{]"
_OF_PERSON = (
    rf"[\"'][A-Za-z_]{{1,16}}?{_PERSON}\\?{_OF_PERSON_GATE}[\s\[{{]{{0,3}}"
    r"(?:\\?[\"'][A-Za-z_]{1,16}\\?[\"']\s?:\s?[^\s,{}\[\]]{1,40},\s?)?"
    r"\\?[\"'](?:(?:full|display|real|user|screen|nick)_?)?(?:[Nn]ame|login|handle)\\?[\"']\s?:\s?"
    rf"\\?[\"']({NAME})"
)
# Whose a certificate is, where its mail address stands behind.
_OF_SUBJECT = rf"\bCN=({NAME})[,/] ?emailAddress="
# As HL7 and DICOM write a name, wherever it stands.
_OF_CARETS = (
    r"\b(?:for|of|by|patient|name|to|from|doctor|physician)[ :=]{1,2}[\"'\[(]?"
    r"([A-Z]{2,}(?:\^[A-Z]{2,}){1,3})\b"
)
# from jkowalski@laptop; not lodash@latest
_AT_MACHINE = rf"\b(?:from|by|for|as|user|of) ({NAME}@[a-z][a-z0-9]{{2,}})(?:[\s,;:]|$)"
_NO_MACHINES = frozenset(
    b"latest next main master stable beta alpha canary dev head lts rc".split()
)
# Of Ansible's items.
_OF_ITEM = r"'name': '([a-z]{2,}[._][a-z]{2,}[0-9]{0,3})'"
# login --user ann --realm x; of programs that the table of commands does not know.
_BEFORE_OPTION = rf"\s(?:--?user|--?login|-[uU]) [\"']?({NAME})[\"']? -[\-a-zA-Z]"
# The owner's part of nb-rajesh and of rtanaka-mbp, without a digit: lines of a shape are alike.
_OWNER = re.compile(
    rb"\A[^\w]?(?:nb|lt|mbp|imac|thinkpad|macbook|pc|laptop)-([a-z]+)\Z|"
    rb"\A([A-Za-z]+)-(?:pc|laptop|notebook|imac|mbp|macbook|thinkpad|ipad|iphone)"
    rb"(?i:-(?:pro|air|mini|max|plus))?(?:-[0-9]{1,2})?\Z"
)
_OWNER_CHARS_MIN = 4
_PARTS = re.compile(rb"[a-z]+")


def _unknown(start: int, value: bytes) -> Found | None:
    """The name, unless logs are written with it."""
    found = named(start, value)
    if found is None or not may_be_name(found[2].lower().translate(ANY_DIGIT)):
        return None
    return found


def _no_english(start: int, value: bytes) -> Found | None:
    name = value.decode("utf-8", "replace").lower()
    return None if is_english(name) and name not in GIVEN_NAMES else _unknown(start, value)


def _wholly_unknown(start: int, value: bytes) -> Found | None:
    """The same where no part of it is such a word: ibrahim.toure."""
    return _unknown(start, value) if all(map(may_be_name, _PARTS.findall(value.lower()))) else None


def _partly_unknown(start: int, value: bytes) -> Found | None:
    """The name where at least two parts are no such words: TRAN^VAN^MINH."""
    unknown = sum(map(may_be_name, _PARTS.findall(value.lower())))
    return named(start, value) if unknown > 1 else None


def _of_subject(start: int, value: bytes) -> Found | None:
    """The name in a certificate, unless it is an issuer's: Acme-CA."""
    return None if value.endswith(b"CA") else _unknown(start, value)


def _at_machine(start: int, value: bytes) -> Found | None:
    name, _, machine = value.partition(b"@")
    return None if machine in _NO_MACHINES or not _unknown(start, name) else named(start, value)


def _owners(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    """Whose machine it is, where the line has that word too: `"rtanaka","rtanaka-mbp"`."""
    owners = filter(None, (_OWNER.search(text[start:end]) for start, end in spans))
    names = [*dict.fromkeys(owner[1] or owner[2] for owner in owners)][:NAMES_MAX]
    for name in names:
        if len(name) >= _OWNER_CHARS_MIN and may_be_name(name.lower()):
            yield from standing(text, name, not_before=b".@/", not_behind=b".@/=(")


RECORDS: tuple[Finder, ...] = (
    *(grouped(pattern, _SURE_GATE, named) for pattern in _SURE),
    *(grouped(pattern, _LIKELY_GATE, _unknown) for pattern in _LIKELY),
    grouped(_OF_NUMBER, _LIKELY_GATE, _no_english),
    grouped(_OF_SUBJECT, _LIKELY_GATE, _of_subject),
    grouped(_OF_PERSON, _OF_PERSON_GATE, _unknown),
    grouped(_AT_MACHINE, r"@[a-z]", _at_machine),
    grouped(_OF_CARETS, r"[A-Z]\^[A-Z]{2}", _partly_unknown),
    grouped(_OF_AIRLINE, _SURE_GATE, _wholly_unknown),
    finder_at(FORM_GATE, Pattern(BY_FORM), _owners, "B"),
    grouped(_OF_ITEM, r"'name': '[a-z]", _wholly_unknown),
    grouped(_BEFORE_OPTION, OPTIONS_GATE, _unknown),
)
