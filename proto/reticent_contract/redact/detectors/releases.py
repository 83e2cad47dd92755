"""Words before four numbers with dots that tell a version, or a place in a document.

    a noun        version 10.1.2.3, hotfix: 9.1.0.4, clause 4.1.2.3: proof, whatever the numbers are
    of a list     versions 10.4.0.1, 10.4.0.2 and 10.5.0.1: behind a noun for more than one
    a movement    upgraded to 10.4.1.2, upgrade 10.4.0.12 -> 10.5.0.1, Chrome updated to 131.0.67.85
    other words   plugin 1.2.3.4, moved from 4.2.1.0 to 4.3.0.0: stand before hosts as well, so that
                  every number has to be small (`versions.py`)

Enters: a text, and where the numbers stand in it. Leaves: which of both it is, if any.
Must hold: looks at a bounded stretch before the numbers and at what is right behind them; tells no
digit from another. In doubt it is an address, which is removed.
"""

from __future__ import annotations

import re
from enum import Enum

from reticent_contract.redact.detectors.model import words


class Told(Enum):
    """By what a version is told: its words alone, or small numbers as well."""

    PROVED = 1
    SMALL = 2


BEFORE_BYTES = 96
_WORDS_BYTES = 32
_SIGNS = b" =:\"'/("
_NUMBER = b"0123456789."
_NUMBERS_MAX = 8


def _bytes_of(text: str) -> frozenset[bytes]:
    return frozenset(word.encode() for word in words(text))


_SEVERAL = _bytes_of(
    "versions builds hotfixes patches clauses sections chapters paragraphs subsections packages"
)
_NOUNS = _bytes_of(
    """
    version ver release build rev firmware bios uefi sdk oid section chapter kernel
    openssl schema firefox chrome chromium safari edge electron tpm bluetooth hotfix
    bootloader baseband microcode
    v8 patchset cuda cudnn jdk jre clause subsection paragraph appendix annex assembly
    """
) | (_SEVERAL - {b"packages"})
_OTHERS = (
    _bytes_of(
        """
        driver drivers package patch tag tagged plugin plugins extension extensions usage module
        library libraries app application oracle database java wireshark zoom teams skype rule rules
        table figure step control requirement article installed installing deployed deploying
        released updating protocol para revision
        """
    )
    | _SEVERAL
)
_CHANGES = _bytes_of("updated update migrated")
_NEW = _bytes_of("update upgrade release")
_STEPS = _bytes_of("upgrade upgraded upgrading downgrade downgraded bump bumped")
_SHORT = _bytes_of("ver rev fig sec para art")
_PAIRS = frozenset(
    (first.encode(), second.encode())
    for firsts, seconds in (
        ("patch", "level"),
        ("service", "pack"),
        ("version build", "is was number string"),
        ("upgrade upgraded upgrading downgrade downgraded patched bumped", "to"),
    )
    for first in firsts.split()
    for second in seconds.split()
)
# Of what guards a machine there is an agent on each, and each says which it is.
_PAIRS |= frozenset(
    (maker, part)
    for maker in _bytes_of(
        """
        sentinelone crowdstrike falcon cylance sophos mcafee trellix symantec qualys tanium nessus
        cortex zscaler anyconnect globalprotect forticlient defender teamviewer anydesk citrix
        """
    )
    for part in _bytes_of("agent sensor client module receiver")
)
_FROM, _TO, _BACK = b"from", b"to", b"back"
_PUT = _bytes_of("updated update rolled reverted rollback")
_AVAILABLE = re.compile(rb" (?:is )?(?:now )?(?:available|ready|released|downloaded)\b")
_MOVED = _PUT | _bytes_of("moved migrated switched")
_OF_PROGRAMS = _NOUNS | _bytes_of("driver agent package plugin app client software module")
_KNOWN = _NOUNS | _OTHERS | _CHANGES | _STEPS | {_FROM} | {second for _, second in _PAIRS}
_LOWER = bytes(
    ord(chr(byte).lower()) if byte < 0x80 and chr(byte).isalnum() else byte if byte >= 0x80 else 32
    for byte in range(256)
)
_LIST, _STEP = "list", "step"
_JOINTS = {
    **dict.fromkeys((b",", b" and", b" or", b" &"), _LIST),
    **dict.fromkeys((b" ->", b" =>"), _STEP),
    b" to": _FROM.decode(),
}
_JOINED = tuple(_JOINTS)
_JOINED_OR_KEY = (*_JOINED, b"Version")
_MOVERS = _MOVED | {_BACK} | {first for first, _ in _PAIRS}
_JOINT_ENDS = frozenset(joint[-1:] for joint in _JOINTS)
_STEP_BEHIND = (b" -> ", b" => ")
_PORTS = (b":", b"/")
_ENDS = frozenset(word[-1:] for word in _KNOWN) | _JOINT_ENDS | {b"."}
_ENDS |= {end.upper() for end in _ENDS}
_OF_HOSTS = re.compile(
    rb"(?i)\b(?:v?ip(?:v4)?|addr(?:ess)?|host(?:name)?|server|node|vm|dns|records?|resolver|route|"
    rb"gateway|proxy|peer|traffic|cluster|cname|interface|subnet|network|endpoint|upstream|backend|"
    rb"session|connection|machine|container|pod|guest|laptop|lease)\b"
)


def told(text: bytes, start: int, end: int) -> Told | None:
    """Whether the words before `text[start:end]`, four numbers or five, tell a version."""
    before = text[max(0, start - BEFORE_BYTES) : start].rstrip(_SIGNS)
    if before[-1:] not in _ENDS or _is_other(before):
        return None
    joints: frozenset[str] = frozenset()
    if before[-1:] in _JOINT_ENDS:
        before, joints = _without_list(before)
    if before[before.rfind(b" ") + 1 :].lower() in _NEW and _AVAILABLE.match(text, end) is not None:
        return Told.PROVED
    is_step = _STEP in joints or text[end : end + 4] in _STEP_BEHIND
    found = _by_words(before, joints, is_step=is_step)
    if found is Told.SMALL:
        has_port = text[end : end + 1] in _PORTS and text[end + 1 : end + 2].isdigit()
        return None if has_port or _OF_HOSTS.search(before) else found
    return found


def _is_other(before: bytes) -> bool:
    """Whether a word ends it that tells nothing, as most do; told fast."""
    first = before.rfind(b" ") + 1
    word = before[first:].lower()
    if word in (_FROM, _TO):
        rest = before[:first].rstrip()
        word = rest[rest.rfind(b" ") + 1 :].lower()
        return word not in _MOVERS and word.isalpha()
    return word not in _KNOWN and word.isalpha() and not before.endswith(_JOINED_OR_KEY)


def _without_list(before: bytes) -> tuple[bytes, frozenset[str]]:
    """What stands before the numbers that end there, and how they are joined."""
    joints: set[str] = set()
    for _ in range(_NUMBERS_MAX):
        joint = next((each for each in _JOINED if before.endswith(each)), None)
        if joint is None:
            break
        rest = before[: -len(joint)].rstrip(b" ")
        if not rest[-1:].isdigit():
            break
        joints.add(_JOINTS[joint])
        before = rest.rstrip(_NUMBER).rstrip(_SIGNS)
    return before, frozenset(joints)


def _by_words(before: bytes, joints: frozenset[str], *, is_step: bool) -> Told | None:
    is_short = before.endswith(b".")
    seen = before[-_WORDS_BYTES:].rstrip(b".").translate(_LOWER).split(b" ")
    if len(seen) == 1 and len(before) > _WORDS_BYTES:
        return None  # longer than any of the words
    word = seen[-1]
    if word not in (_SHORT if is_short else _KNOWN):
        is_key = before.endswith(b"Version") and before[-8:-7].islower()
        return Told.PROVED if is_key else None
    seen = [b"", b"", b"", *(each for each in seen if each)]
    if not _may_join(word, joints):
        return None
    if is_short or word in _NOUNS or (word in _STEPS and is_step) or (*seen[-2:],) in _PAIRS:
        return Told.PROVED
    if word in (_TO, _FROM):
        return _moved(seen)
    return Told.SMALL if word in _OTHERS or word in _CHANGES or word in _STEPS else None


def _may_join(word: bytes, joints: frozenset[str]) -> bool:
    """Whether further numbers behind it are of its kind: `sent version 1.2.3.4 to 10.0.0.5`."""
    if _LIST in joints:
        return word in _SEVERAL
    if _FROM.decode() in joints:
        return word == _FROM
    return True


def _moved(seen: list[bytes]) -> Told | None:
    """`Chrome updated to 131.0.67.85`, `rolled back to 2.4.1.7`, `moved from 4.2.1.0`"""
    if seen[-2] == _BACK:
        seen = [*seen[:-2], seen[-1]]
    verb, subject = seen[-2], seen[-3]
    if verb in _PUT and subject in _OF_PROGRAMS:
        return Told.PROVED
    return Told.SMALL if verb in _MOVED else None
