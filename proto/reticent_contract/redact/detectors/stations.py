"""Machines without a domain behind what nothing else stands behind: a key, two backslashes, an @.

    a key           hostname=srv-erp, {"computerName":"mail-gw"}, hostname ipad-de-lucie
    a share         net view \\\\srv-lyon, with or without what it shares
    a command       ssh pia@werkbank uptime, scp a.txt pia@werkbank:
    its account     Account Name: NB-3391$, computer account LAB-7$ was created

Enters: text. Leaves: names, as `machines.MACHINES` has them. Must hold: linear; all digits are
alike. Where a word may stand as well (`host=`), a part has to say that it is a machine.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.actors import LEFT_OUT
from reticent_contract.redact.detectors.fleet import (
    is_anywhere,
    is_called_so,
    is_machine,
    is_numbered,
)
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.machines import ADDRESS, DEVICES
from reticent_contract.redact.detectors.model import Finder, Found
from reticent_contract.redact.detectors.person import is_name, is_prose_word

_NAME = r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){0,4}"
_ENDS = r"(?:[\s,;\"')\]}&|]|\\[\"n]|\.?$)"
_SIGN = r"[\"'\\]{0,3}\s?(?:=|:)\s?[\\\"']{0,2}"
_KEYED = rf"\b(?i:host|(?:host|computer|server|machine)[ _]?name){_SIGN}({_NAME}){_ENDS}"
_KEYED_GATE = r"(?i)(?:host|(?:host|computer|server|machine)[ _]?name)[\"'\\]{0,3}\s?[=:]"
_TOLD = rf"\bhostname ({_NAME}){_ENDS}"
_TOLD_GATE = r"\bhostname [A-Za-z]"
_SHARE = rf"(?:^|[\s(=])\\{{2,4}}({_NAME})(?:[\s,;\"')]|$)"
_SHARE_GATE = r"(?:^|[\s(=])\\{2,4}[A-Za-z]"
_LOGGED = (
    r"\b(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id)\s[^\r\n@]{0,80}@"
    rf"({_NAME})(?:[\s:\"']|$)|"
    rf"\bSHA[0-9]{{3}}:[A-Za-z0-9+/]{{43}}=? [^\s@]+@({_NAME}) \("
)
# In a URL without a login; of one word any service is called: http://grafana:3000.
_URL = rf"://({_NAME})(?:[:/\s\"')\]]|$)"
_LOGGED_GATE = r"\b(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id)\s|SHA[0-9]{3}:[A-Za-z0-9+/=]+ [^\s]+@"
# What watches machines, and what is run on many of them.
_WATCHED = (
    rf"\b(?:HOST|SERVICE)(?: [A-Z]+)? (?:ALERT|STATE): ({_NAME});|"
    rf"\binstance[=:]\s?\\?[\"']({_NAME})(?::[0-9]{{2,5}})?\\?[\"']|"
    rf"^({_NAME}) \| (?:SUCCESS|FAILED|UNREACHABLE|CHANGED)|"
    rf"\b(?:Enter|New)-PSSession (?:-ComputerName )?[\"']?({_NAME})|"
    r"\b(?:puppet|salt|chef|zabbix|wazuh|nagios|icinga|checkmk|datadog|telegraf)"
    rf"(?:[ \-](?:agent|minion|client))?(?: on|:| host| for)? [\"']?({_NAME})[\"']?"
    r"(?: (?:un|is |has |not |went |agent)|[\s,;]|$)|"
    rf"/var/log/(?:remote|hosts|rsyslog)/({_NAME})/|"
    rf"\s(?:-r|/node|/s):({_NAME})(?:\s|$)"
)
_WATCHED_GATE = (
    r"(?:ALERT|STATE): [A-Za-z]|\binstance[=:]|[A-Za-z0-9] \| (?:SUCCESS|FAILED|UNREACHABLE|"
    r"CHANGED)|"
    r"-PSSession|(?:puppet|salt|chef|zabbix|wazuh|nagios|icinga|checkmk|datadog|telegraf)[ :\-]|"
    r"/var/log/(?:remote|hosts|rsyslog)/|\s(?:-r|/node|/s):[A-Za-z]"
)
_ACCOUNT = (
    r"(?i:\b(?:accounts?|account name|computer|machine|principal))[:= ]{1,3}"
    rf"[\"']?({_NAME}\$){_ENDS}"
)
_ACCOUNT_GATE = r"\$(?:[\s,;\"')\]}&|\\.]|$)"
# What a compiler builds for is written in the same way: i686-pc-linux-gnu.
_TARGET = re.compile(rb"(?i)(?:.*-)?(?:linux|darwin|mingw[0-9]*|windows|gnu|musl|msvc)(?:-.*)?")
_LETTERS_MIN = 3


def _take(start: int, value: bytes) -> Found | None:
    """A name, and neither an interface nor what has a name of its own elsewhere."""
    if DEVICES.fullmatch(value) is not None or LEFT_OUT.fullmatch(value) is not None:
        return None
    if ADDRESS.search(value) is not None or _TARGET.fullmatch(value) is not None:
        return None
    return (start, start + len(value), value) if is_name(value) else None


def _take_told(start: int, value: bytes) -> Found | None:
    """The same with a part that says what it is, or with a number and a part that is no word."""
    return _take(start, value) if is_machine(value) or is_numbered(value) else None


def _take_machine(start: int, value: bytes) -> Found | None:
    """The same with a part that says what it is: services have numbers and names of their own."""
    return _take(start, value) if is_machine(value) and not is_anywhere(value) else None


def _take_joined(start: int, value: bytes) -> Found | None:
    """The same, or joined parts of which one is no word: ipad-de-lucie."""
    if b"-" in value and not is_prose_word(value):
        return _take(start, value)
    return _take_told(start, value)


def _take_reached(start: int, value: bytes) -> Found | None:
    """Behind a login any word that logs are not written with: no `git@github`."""
    if len(value) < _LETTERS_MIN or (is_prose_word(value) and not is_called_so(value)):
        return None
    return _take(start, value)


STATIONS: tuple[Finder, ...] = (
    grouped(_KEYED, _KEYED_GATE, _take_told),
    grouped(_TOLD, _TOLD_GATE, _take_joined),
    grouped(_SHARE, _SHARE_GATE, _take_machine),
    grouped(_LOGGED, _LOGGED_GATE, _take_reached),
    grouped(_URL, r"://", _take_machine),
    grouped(_WATCHED, _WATCHED_GATE, _take_told),
    grouped(_ACCOUNT, _ACCOUNT_GATE, _take),
)
