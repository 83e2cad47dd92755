"""Who mails and from which machine, where neither has a domain; machines that PAM and sshd name.

    mail     to=<ann@kestrel>, From: ann@mailhub, 550 <ann@kestrel>: …, <= ann@kestrel U=ann
             ctladdr=ann (1000/1000), sendmail's from=ann, size=455
    PAM      rhost=pc-ann, host=kestrel
    peers    Connection from pc-ann port 22, by kestrel port 22, connect from kestrel[192.0.2.7]

Enters: text. Leaves: the local part as a user, the machine as a host. Must hold: linear; roles
(root, postmaster, MAILER-DAEMON) and the names that every machine has (localhost) stay; what a
Message-ID has before its @ is nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors import nobody
from reticent_contract.redact.detectors.grouped import Grouped, grouped
from reticent_contract.redact.detectors.model import Finder, Found, finder_at, words
from reticent_contract.redact.detectors.person import is_prose_word, named
from reticent_contract.redact.detectors.reached import PROMPT_GATE, take_host, take_mounted

_LOCAL = r"[A-Za-z_][A-Za-z0-9._+\-]*"
_HOST = r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){0,4}"
_HEADER = (
    r"(?i:\b(?:from|to|cc|bcc|sender|recipient|reply-to|return-path|errors-to|orig_to|ctladdr|"
    r"original-to|delivered-to|envelope-(?:from|to)|sasl_sender))(?:=|: ?)"
)
_ENDS = r"(?:[\s,;>)\"']|$)"
_ADDRESS = (
    rf"<({_LOCAL})@({_HOST})>|{_HEADER}[\"']?({_LOCAL})@({_HOST}){_ENDS}|"
    rf"(?:<=|=>|->|\*\*|==) ({_LOCAL})@({_HOST}) [A-Z]{{1,2}}="
)
_ADDRESS_FIND = Grouped(f"(?m){_ADDRESS}")
# Of one message, and of those that it answers, one behind another.
_OF_MESSAGE = re.compile(
    rb"(?i)(?:(?:\b|msg|message[_\-]?|mail[_\-]?)id[\"']?[=:]|\bmid[=:]|references:|in-reply-to:)"
    rb"\s{0,4}[\"']?(?:<[^<>\s]{1,128}>\s{0,4}){0,16}<?\Z"
)
_MESSAGE_BYTES = 512
_BY_SENDMAIL = rf"\bctladdr=<?({_LOCAL})>? \(|\bfrom=({_LOCAL}), size=|\bU=({_LOCAL}) P="
_BY_SENDMAIL_GATE = r"\bctladdr=|\bfrom=[A-Za-z_][A-Za-z0-9._+\-]*, size=|\bU=[A-Za-z_]"
_PEER = (
    rf"\brhost=[\"']?({_HOST}){_ENDS}|\bhost=[\"']?({_HOST}){_ENDS}|"
    rf"\b(?:from|by)(?: (?:authenticating |invalid )?user [^ ]+)? ({_HOST}) port [0-9]|"
    rf"\b(?:from |client=)({_HOST})\[[0-9a-fA-F:.]+\]"
)
_PEER_GATE = (
    r"\br?host=[\"']?[A-Za-z]|(?:from|by|user [^ ]+) [A-Za-z][A-Za-z0-9\-]* port [0-9]|"
    r"\b(?:from |client=)[A-Za-z][A-Za-z0-9\-]*\[[0-9a-fA-F:.]"
)
_ROLES = nobody.ROLE_ACCOUNTS | words(
    """
    mailer-daemon double-bounce noreply no-reply donotreply do-not-reply bounce bounces abuse cron
    """
)
_PLATFORM = re.compile(rb"-(?:linux|apple|darwin|gnu|unknown|none|w64|pc|wasi)\b")
_EVERYWHERE = frozenset(
    b"localhost localdomain loopback unix local mailhost any "
    b"latest next canary nightly alpha beta stable".split()  # releases: from: react@latest
)
_RELEASE_BEHIND = re.compile(rb"@(?:latest|next|canary|nightly|alpha|beta|stable)\b")


def _take_local(start: int, value: bytes) -> Found | None:
    is_role = value.decode("utf-8", "replace").lower() in _ROLES
    return None if is_role or value.isdigit() else named(start, value)


def _take_machine(start: int, value: bytes) -> Found | None:
    """Where nothing but a machine stands."""
    is_any = len(value) == 1 or value.lower() in _EVERYWHERE
    return None if is_any else take_mounted(start, value)


def _take_set(start: int, value: bytes) -> Found | None:
    """The same where a word may stand: host=default, --host=arm-linux-gnueabihf."""
    if value.lower() in _EVERYWHERE or _PLATFORM.search(value) is not None:
        return None
    return None if is_prose_word(value) else take_host(start, value)


def _take_peer(start: int, value: bytes) -> Found | None:
    """Not `from serial port 2`."""
    return None if is_prose_word(value) else _take_machine(start, value)


def _find_sent(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    for start, end, group in spans:
        before = text[max(0, start - _MESSAGE_BYTES) : start]
        is_none = _OF_MESSAGE.search(before) or _RELEASE_BEHIND.match(text, end)
        if group % 2 == 0 and is_none is None:
            found = _take_local(start, text[start:end])
            if found is not None:
                yield found


def _find_sent_on(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    for start, end, group in spans:
        if group % 2 == 1:
            found = _take_machine(start, text[start:end])
            if found is not None:
                yield found


WHO_MAILS: tuple[Finder, ...] = (
    finder_at(PROMPT_GATE, _ADDRESS_FIND, _find_sent, "B", reads=(0, 0)),
    grouped(_BY_SENDMAIL, _BY_SENDMAIL_GATE, _take_local),
)
MAILED: tuple[Finder, ...] = (
    finder_at(PROMPT_GATE, _ADDRESS_FIND, _find_sent_on, "B", reads=(0, 0)),
    grouped(_PEER, _PEER_GATE, _take_machine, _take_set, _take_peer, _take_peer),
)
