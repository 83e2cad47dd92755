"""User names that a key or a sign before them tells, whatever the program.

    a key       reviewers=alice,bob, "author":"alice", approved_by=alice, Signed-off-by: alice
    a sign      cc @alice, worker[alice]: ready, <alice> hello

Enters: text. Leaves: user names and, of capitals, full names. Must hold: as of `slots`. The keys
that have no other use than a user's name (user, login, …) are `person`'s: what stands behind those
is a name whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reticent_contract.redact.detectors import cues
from reticent_contract.redact.detectors.sentence import Sentence, found_by, one_of

_JOINTS = re.compile(rb"[-_.]+")
_SIGN = re.compile(rb"[\"'\\]{0,3}\s?(?:=>|=|:)\s?[\\\"'\[({<@]{0,4}")
_SIGNS = re.compile(rb"@|\[[A-Za-z]+\]:|<[A-Za-z]+> ")
_ENDS = frozenset(key[-3:] for key in cues.KEYS)  # what is none of them ends no key
_BEFORE_AT = frozenset(b" (,[\"'<\n")
_CLASS = re.compile(rb"(?:[A-Z][a-z]+){2,}")
_INITIALS_MAX = 4
_HEADER_CHARS = 6
_TARGET_WORDS = 10
_NO_MENTION = (b":", b".", b"@", b"(")
# What stands before a function or a class, and what its comment says; Perl's lists.
_DECORATORS = frozenset(
    b"classmethod staticmethod property cached_property abstractmethod abstractproperty dataclass "
    b"dataclasses contextmanager asynccontextmanager overload override overrides wraps lru_cache "
    b"total_ordering final fixture parametrize setter getter deleter deprecated unittest pytest "
    b"functools contextlib typing abc click decorator property_cache singledispatch "
    b"param params return returns see todo throws typedef callback private protected internal "
    b"readonly author since license inheritdoc media import keyframes charset interface "
    b"autowired bean component controller entity getmapping postmapping injectable input output "
    b"nullable nonnull suppresswarnings test before after beforeeach aftereach mock spy "
    b"cpython_only requires_resource skipif skipunless".split()
)
_OF_LISTS = frozenset(
    b"my our local push unshift shift pop splice scalar join sort map grep foreach keys".split()
)
# Beside one of these, `name` is a person's.
_PERSONAL = frozenset(
    b"email mail department dept position salary manager gender dob birthdate birthday age phone "
    b"mobile employee_id employeeid designation nationality".split()
)
# Who did it; beside it one of the others is to whom.
_ACTING = frozenset(b"actor actor-key actor_key admin by impersonator".split())
_ACTED_ON = frozenset(
    b"target target-key target_key subject subject_login grantee on_behalf_of".split()
)
_OF_USAGE = (b"[-", b"[<")  # git branch [-f] <name> [<start>]
_TAGS = frozenset(b"div span ul ol li td tr th br html head body table code pre em".split())
_OF_BUS = frozenset((b"member", b"sender"))
_BUS = frozenset((b"interface", b"dbus", b"dbus-daemon", b"error_name"))
# What keys end in: every *_name as name.
_ENDINGS = {key for key in cues.KEYS if not key.endswith(b"name")} | {b"name"}
_GATE = (
    rf"(?i)(?:{one_of(_ENDINGS)}|by)[\"'\\]{{0,3}} ?[:=]|"
    r"(?:^|[ \n(,\[\"'<])@[a-z]|[a-z]\[[a-z]+\]:|(?:^|\] )<[a-z]+> "
)


def _walk(sentence: Sentence) -> set[int]:
    return {*keyed(sentence), *_signed(sentence)}


def keyed(sentence: Sentence) -> Iterator[int]:
    """Whom a key names."""
    for at, word in enumerate(sentence.words):
        is_key = word[-3:] in _ENDS and (
            word.endswith(cues.KEYS) or (word == b"name" and sentence.has_one_of(_PERSONAL))
        )
        if not is_key and word not in _ACTING and not _is_done_by(word):
            continue
        if word in _OF_BUS and sentence.has_one_of(_BUS):
            continue  # interface=org.freedesktop.DBus member=GetAll
        if _SIGN.fullmatch(sentence.gap(at + 1)) is not None:
            if word == b"sender" and _is_header(sentence, at + 1):
                continue
            if _is_tag(sentence, at + 1) or _is_class(sentence, at):
                continue
            yield from sentence.listed(at + 1)
            if word in _ACTING:
                yield from _acted_on(sentence, at)


def _is_tag(sentence: Sentence, at: int) -> bool:
    """`ContentTransferManager: [CTM] job`"""
    is_in_brackets = sentence.gap(at) == b": [" and sentence.gap(at + 1).startswith(b"] ")
    return is_in_brackets and sentence.is_capitals(at)


def _is_header(sentence: Sentence, at: int) -> bool:
    """`sender=LOTUSB`: what firms of India send short messages under (TRAI), of six capitals."""
    start, end = sentence.span(at)
    value = sentence.text[start:end]
    return len(value) == _HEADER_CHARS and value.isalpha() and value.isupper()


def _is_class(sentence: Sentence, at: int) -> bool:
    """`ContentTransferManager: CTM job`: a class that says so, and its initials."""
    start, end = sentence.span(at + 1)
    is_short = end - start <= _INITIALS_MAX and sentence.text[start:end].isupper()
    first, last = sentence.span(at)
    return (
        is_short
        and sentence.words[at] not in cues.KEYS
        and (_CLASS.fullmatch(sentence.text, first, last) is not None)
    )


def _acted_on(sentence: Sentence, actor: int) -> Iterator[int]:
    """`actor=alice action=role.add target=bob`, `by=zoe subject=emil`"""
    for at in range(actor + 2, min(actor + _TARGET_WORDS, len(sentence.words) - 2)):
        if sentence.words[at] in _ACTED_ON:
            is_value = _SIGN.fullmatch(sentence.gap(at + 1)) is not None
            if is_value and (sentence.words[at] == b"target" or _is_whole(sentence, at + 1)):
                yield from sentence.listed(at + 1)
            return


def _is_whole(sentence: Sentence, at: int) -> bool:
    """Whether a value ends with the word `at`: `subject=Fix the build` is of a mail."""
    behind = sentence.gap(at + 1)
    if not sentence.words[at + 1] or behind[:1] in (b'"', b"'", b",", b";", b"}"):
        return True
    return sentence.gap(at + 2)[:1] in (b"=", b":")


def _is_done_by(word: bytes) -> bool:
    """`approved-by`, `created_by`, `createdby`, `co-authored-by`, `signed-off-by`, `by`."""
    if word[-2:] != b"by":
        return False
    if word == b"by":
        return True
    return not cues.DONE.isdisjoint(_JOINTS.split(word[:-2].rstrip(b"-_.")))


def _signed(sentence: Sentence) -> Iterator[int]:
    if _SIGNS.search(sentence.text) is None:
        return
    is_usage = any(sign in sentence.text for sign in _OF_USAGE)
    for at, word in enumerate(sentence.words):
        if not word:
            return
        before, behind = sentence.gap(at), sentence.gap(at + 1)
        sign = before[-2:]
        if sign[-1:] == b"@":
            if (sign[0] in _BEFORE_AT or (sign == b"@" and not at)) and _is_mention(sentence, at):
                yield at
        elif is_usage or word in _TAGS or not word.isalpha() or not sentence.is_name(at):
            continue
        elif (sign == b"[" and behind.startswith(b"]:")) or (
            behind.startswith(b"> ") and (before.endswith(b"] <") or (before == b"<" and not at))
        ):
            yield at


def _is_mention(sentence: Sentence, at: int) -> bool:
    _, end = sentence.span(at)
    if sentence.words[at - 1] in _OF_LISTS and at:
        return False  # our @ISA
    if not _DECORATORS.isdisjoint((sentence.words[at], *sentence.words[at].split(b"."))):
        return False
    return sentence.is_name(at) and not sentence.text.startswith(_NO_MENTION, end)


MARKS = found_by(_walk, _GATE)
