"""What stands behind a key of user names, or before a sign, and names nobody.

    a row's number   user: 501, account=12
    a user's number  of user 1000 dumped core
    a call           user = User.objects.get(pk=1), owner = this.owner
    a tag            docker login: registry x, mail-login: Banned x
    a program        logged in as Mozilla/5.0, as Java client 1.0
    a domain         for user [CORP]\\[ann]
    a header         CEF:0|Acme|Gate|2.1|10|account|8|, in which nothing is a pair

Enters: text, and where a name was taken to be. Leaves: whether it is one of these. Must hold: any
digit is like another.
"""

from __future__ import annotations

import re

_CALL = re.compile(
    rb"(?:[A-Za-z_]\w*\.)+(?:[a-z]+_\w+|[a-z]+[A-Z]\w*|get|find|first|query|load|create)"
)
_MEMBER = re.compile(
    rb"(?:self|this|cls|req(?:uest)?|res(?:ponse)?|ctx|context|session|args|params|props|state|event|"
    rb"payload|body|data|config|options|row)(?:\.[A-Za-z_]+)+"
)
_ROW_DIGITS_MAX = 3  # logins of digits, as of employees, are longer
_BEHIND = re.compile(
    rb"\]\\{1,2}\[|/[0-9]{1,3}(?:\.[0-9]{1,4}){1,2}(?![\w.])| (?:client|agent) v?[0-9]+\.[0-9]"
)
_TAG = re.compile(
    rb"(?i)(?:(?:\A|[^\w\-])(?:docker|podman|npm|helm|az|gh|aws|oc|[a-z]+ auth) |[a-z]-)login: \Z"
)
_HEADER = re.compile(rb"(?:CEF|LEEF):[0-9.]+\|[^=]*\|\Z")  # of ArcSight and IBM
_TAG_BYTES, _HEADER_BYTES = 32, 160


def is_row(name: bytes) -> bool:
    return name.isdigit() and len(name) <= _ROW_DIGITS_MAX


def is_part(text: bytes, end: int) -> bool:
    """Whether what stands behind `end` makes it a domain or a program."""
    return _BEHIND.match(text, end) is not None


def is_of_core(text: bytes, start: int, end: int) -> bool:
    return text.startswith(b" dumped core", end) and text[start:end].isdigit()


def is_call(text: bytes, start: int, end: int) -> bool:
    """Whether a program's source has it; a login may have its number in brackets."""
    if text[start - 3 : start] == b" = " and _MEMBER.fullmatch(text, start, end) is not None:
        return True
    return text[end : end + 1] == b"(" and _CALL.fullmatch(text, start, end) is not None


def is_in_header(text: bytes, start: int) -> bool:
    return _HEADER.search(text, max(0, start - _HEADER_BYTES), start + 1) is not None


def is_said(text: bytes, start: int, end: int) -> bool:
    """Whether a word, and more behind it, stands behind the tag of a program."""
    if text[end : end + 1] != b" ":
        return False
    return _TAG.search(text, max(0, start - _TAG_BYTES), start) is not None
