"""Whether who did it stands behind `by`, and before what is done with a repository.

    what was done       altered by, rolled back by, signed off by
    to whom             granted to Petra Dvorak by, loaned to lab3 by
    how it is written   by eivind.moe, by tim-roe, by shop_nina: whatever was done
    a repository's      klara pushed to branch main, klara rolled back api

Enters: words, as a `sentence.Sentence` has them. Must hold: a bounded number of them is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from reticent_contract.redact.detectors import cues
from reticent_contract.redact.detectors.given_names import GIVEN_NAMES, NAMES_OF_WORDS
from reticent_contract.redact.detectors.nobody import ROLE_ACCOUNTS
from reticent_contract.redact.detectors.vocabulary import is_english, is_word

_DONE = (
    cues.DONE
    | cues.DEEDS
    | frozenset(
        b"altered adjusted corrected amended voided loaned lent rebooked rescheduled relabelled "
        b"relabeled swapped decommissioned commissioned allocated credited debited inspected "
        b"repaired collected".split()
    )
)
# Programs do these as well: set by max_connections.
_DONE_BY_ANY = frozenset(b"set applied mounted unmounted".split())
_BEHIND_VERB = frozenset(b"out off back up in down over".split())
_HANDED = frozenset(
    b"sent forwarded shared granted assigned loaned lent issued given handed transferred "
    b"delegated reassigned escalated".split()
)
_TO = (b"to", b"with")
_WORDS_BACK = 8
_DOTTED = re.compile(rb"[a-z]+\.[a-z]{2,}0{0,4}|[a-z]{3,}\.[a-z]")
_JOINED = re.compile(rb"([a-z]{3,})[_\-]([a-z]{2,})0{0,4}")
_LOGIN = re.compile(rb"[a-z][a-z\-]*[._][a-z][a-z\-]{2,}0{0,4}")
_OF_PEOPLE = frozenset(
    b"printed logged signed pushed approved invited uploaded downloaded commented merged".split()
)
_SEAT = re.compile(rb"[a-z]0{1,2}")
ITEMS = frozenset(b"ticket case task issue incident lead order call".split())
_HANDED_ON = re.compile(
    rb"(?i)(?:"
    + b"|".join(sorted(_HANDED))
    + rb") (?:"
    + b"|".join(sorted(ITEMS))
    + rb") #?[0-9]+ \Z"
)
_ITEM_BYTES = 40
_BRANCHES = frozenset(b"branch main master develop development trunk origin upstream".split())


def is_done(words: Sequence[bytes], at: int) -> bool:
    """Whether somebody is who did what stands before `by`, the word `at`."""
    doing = words[at - 1]
    if doing in _DONE or (doing in _BEHIND_VERB and words[at - 2] in _DONE):
        return True
    if doing in _DONE_BY_ANY and words[at + 1].isalpha():
        return True
    before = words[max(0, at - _WORDS_BACK) : at]
    return not _HANDED.isdisjoint(before) and any(word in before for word in _TO)


@lru_cache(maxsize=2_048)
def is_persons(word: bytes) -> bool:
    """Whether nothing but a person is written so where something was done."""
    if _DOTTED.fullmatch(word) is not None:
        return True
    joined = _JOINED.fullmatch(word)
    if joined is None:
        return False
    return any(part in GIVEN_NAMES and not is_english(part) for part in _parts(joined))


@lru_cache(maxsize=2_048)
def is_rank(word: bytes) -> bool:
    """Whether it is a word of everyday English that nobody is called: Veteran; not Grace."""
    text = word.decode("utf-8", "replace")
    is_any = text in GIVEN_NAMES or text in NAMES_OF_WORDS or text in ROLE_ACCOUNTS
    return not is_any and is_english(text) and not is_word(text)


def is_seat(word: bytes) -> bool:
    """`coach C3, seat 41`"""
    return _SEAT.fullmatch(word) is not None


def is_handed_on(text: bytes, start: int) -> bool:
    """`assigned ticket 4412 to alice`, where `to` stands at `start`."""
    if not text.startswith(b"to ", start):
        return False
    return _HANDED_ON.search(text, max(0, start - _ITEM_BYTES), start) is not None


def is_login_doing(word: bytes, verb: bytes) -> bool:
    """`r.novak printed`, `svc_scan uploaded`, whatever stands behind."""
    return verb in _OF_PEOPLE and _LOGIN.fullmatch(word) is not None


def _parts(joined: re.Match[bytes]) -> tuple[str, str]:
    return joined[1].decode(), joined[2].decode()


def has_object(words: Sequence[bytes], at: int) -> bool:
    """Whether it is said what they did it to, with the verb `at`."""
    verb, behind = words[at], words[at + 1]
    if verb == b"rolled":
        return behind == b"back" and has_object(words, at + 1)
    if behind == b"to" and verb in (b"pushed", b"force-pushed"):
        return words[at + 2] in _BRANCHES
    return bool(behind) and behind not in cues.NO_OBJECT
