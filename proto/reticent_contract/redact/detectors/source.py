"""What stands behind the name of a secret in a program's source, in a list of packages, on a pass.

    self.token = nextchar, my $pwd = cwd();       a name, a call
    password: Optional[str], token: string;       a type
    libsecret-1-0:amd64                           whose package it is
    Visitor pass: car park, pass=1 fail=0         what one walks in with, what a test has counted
    Settings -> Passwords -> Export               a way through menus, states, stages

Enters: a text, where a key with its value begins, and the value. Leaves: whether it is no secret.
Must hold: nothing of this is in quotes, and what has both letters and digits may be a secret.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.configured import is_no_word

_BEFORE_BYTES = 40
# Where a variable stands that only source has; in a shell a `$` before what is assigned is wrong.
_OF_SOURCE = re.compile(
    rb"(?:\b(?:self|this|cls)\.|->|[$@]|\b(?:my|let|const|var|local|val)\s[$@%]?)[\w.]*\Z"
)
_NAME = re.compile(rb"[$@]?[A-Za-z_](?:->|[A-Za-z_.])*(?:\(.*)?[);,]*", re.DOTALL)
_CALL = re.compile(rb"(?:[a-z_][a-z_.]*|[a-z]+[A-Za-z_.]*)\((?:[a-z_, .]*\)+[;,.:]?)?")
_TYPE = re.compile(
    rb"(?:str|string|String|bytes|int|Optional\[.*|Union\[.*|list\[.*|dict\[.*|SecretStr|char|"
    rb"\w+ \| None|\w+\[\]|boolean|bool|number|any)[;,)?!|]*"
)
_PACKAGE = re.compile(
    rb"(?:all|any|native|noarch|amd64|i386|arm64|armhf|armel|x86_64|aarch64|riscv64|ppc64(?:el|le)|"
    rb"s390x|mips64el)[).]*"
)
_PASS = re.compile(rb"(?i)pass\s?[:=]\s?[^\s\"']")
_WORD_BEFORE = re.compile(rb"(?i)([a-z]+)\s\Z")
# Whose pass lets somebody in at a computer: there any word is one.
_AT_COMPUTERS = frozenset(
    b"temp temporary wifi wlan user admin root login default new old my your db database sql "
    b"mail email smtp imap ftp ssh vpn service and or with current initial wp ldap "
    b"web".split()
)
_ARROW_BEFORE = re.compile(rb"-> {0,2}(?:[A-Za-z]+ )?\Z")
_ARROW_BEHIND = re.compile(rb" ->")
_COUNTED = re.compile(rb"(?i)[,;]?\s?(?:fail|skip|warn|err|total|todo|xfail|broken)\w{0,8}\s?[:=]")

# A compiler's and a changelog's: src/token.c: syntax error, passwd.c:12:4: warning
_FILE = re.compile(
    rb"(?i)[^\s:=\"']*\.(?:c|h|cc|cpp|hpp|py|go|rs|java|kt|swift|rb|php|pl|pm|sh|cs|lua|jsx?|tsx?|"
    rb"asc|gpg|pem)(?::[0-9]+){0,2}:"
)


def is_of_source(text: bytes, start: int, raw: bytes, value: bytes) -> bool:
    """Whether `value`, behind the key with which `raw` begins at `start`, is no secret."""
    end = start + len(raw)
    if raw.endswith((b'"', b"'")) or text[end : end + 1] == b"&":
        return False  # the latter goes on
    if _CALL.fullmatch(value) is not None and (b")" in value or text[end : end + 1] in b"\"'"):
        return True
    if _FILE.match(raw) is not None:
        return True
    before = text[max(0, start - _BEFORE_BYTES) : start]
    if b" = " in raw and _NAME.fullmatch(value) and _OF_SOURCE.search(before):
        return True
    if b": " in raw and _TYPE.fullmatch(value) is not None:
        return True
    if raw.endswith(b":" + value) and _PACKAGE.fullmatch(value) is not None:
        return True
    return _PASS.match(raw) is not None and _is_no_login(text, end, before, value)


def is_of_path(text: bytes, start: int, raw: bytes, value: bytes) -> bool:
    """Whether the key stands behind another arrow, or `value`, a word, before one."""
    if b"->" not in raw or is_no_word(value):
        return False
    end = start + len(raw)
    return (
        _ARROW_BEFORE.search(text, max(0, start - _BEFORE_BYTES), start) is not None
        or _ARROW_BEHIND.match(text, end) is not None
    )


def _is_no_login(text: bytes, end: int, before: bytes, value: bytes) -> bool:
    if value.isdigit() and _COUNTED.match(text, end) is not None:
        return True
    word = _WORD_BEFORE.search(before)
    return word is not None and word[1].lower() not in _AT_COMPUTERS and not is_no_word(value)
