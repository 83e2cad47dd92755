"""User names where the words around them tell, in any program's sentence.

    a noun before      user alice, members alice, bob and carol, user not found: alice
    a verb and by      pushed by @alice, reviewed by alice and bob, su for alice by bob
    for, of, as, to    login failed for alice, session of alice, running as alice, granted to alice
    a verb behind      alice joined, alice has signed in
    whose it is        alice's password
    a group's          gained member alice, added alice to team blue

Enters: text. Leaves: user names and, of capitals, full names. Which words tell stands in `cues`,
which may be names in `sentence`; what a key or a sign tells, in `marks`.
Must hold: linear in the length of the text: each rule looks a bounded number of words around. All
digits are taken alike, so what is said of a line holds for its shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from reticent_contract.redact.detectors import cues, doers
from reticent_contract.redact.detectors.person import OF_DEEDS
from reticent_contract.redact.detectors.sentence import (
    Sentence,
    found_by,
    is_plain,
    is_role,
    is_signed,
    may_be_anybody,
    may_be_name,
    one_of,
)
from reticent_contract.redact.detectors.vocabulary import is_english
from reticent_contract.redact.gates import in_order

_CLAUSE_WORDS = 8
_GROUP_WORDS = 5
_SUDOERS_WORDS = 5
_FILLERS_MAX = 3
_IN_OR_OUT = (b"logged", b"signed", b"logging", b"signing")
_FROM = (b"connected", b"connecting", b"disconnected", b"disconnecting")
_CLOSING = b" \"'`])>}*"
_CALLED = frozenset((b"user", b"username", b"account", b"principal"))
_NOT_BEHIND = (b"=", b"/", b'":')
_BEFORE_VERB = (b"", b",", b":", b",:")
_ADDRESS = re.compile(rb"[0-9]+(?:\.[0-9]+){3}|[0-9][0-9a-f]{0,3}")

# Adds to `found` the numbers of the words that are names, by the word `at`, which tells. What may
# be a name is asked first: mostly it is none.
Rule = Callable[[Sentence, int, set[int]], None]


def _may_be(word: bytes) -> bool:
    return may_be_name(word) or len(word) == 1  # `T. Brandt`


def _first(sentence: Sentence, at: int, found: set[int]) -> None:
    if sentence.follows(at) and sentence.is_name(at):
        found.add(at)


def _behind_noun(sentence: Sentence, at: int, found: set[int]) -> None:
    words = sentence.words
    between = sentence.gap(at + 1)
    is_whose = between == b"'" and words[at + 1] == b"s"  # the new user's home
    is_mount = words[at] == b"home" and between == b" "  # LABEL=data /home ext4
    is_path = sentence.gap(at)[-1:] == b"/" and (is_mount or between.count(b'"') > 1)
    if is_whose or between == b"@" or is_path:
        return  # user@1000.service, "https://shop.example/home" "Mozilla/5.0"
    name = at + 1
    name += words[name] == b"with" and words[name + 1] in cues.FILLERS
    for _ in range(_FILLERS_MAX):
        if words[name] not in cues.FILLERS or not sentence.follows(name):
            break
        name += 1
    word = words[name]
    if words[name] in cues.STATES:
        _behind_state(sentence, name, found)
    if not may_be_anybody(word):
        return
    if not sentence.follows(name):
        is_id = words[name - 1] == b"id" and sentence.gap(name) == b": "  # user ID: KRAO11
        if is_signed(word) and (is_id or sentence.gap(name) == b" -"):
            found.add(name)
        return
    if (_may_be(word) and sentence.is_name(name)) or _tells_itself(sentence, at, name):
        found.add(name)


def _tells_itself(sentence: Sentence, noun: int, name: int) -> bool:
    """Whether what is around leaves no doubt: `user 'page'`, `account page locked`."""
    words = sentence.words
    word, behind = words[name], sentence.gap(name + 1)
    has_verb = behind.strip(_CLOSING) in _BEFORE_VERB
    if sentence.is_quoted(name):
        return b"-adgroup" not in words[noun - 1]  # Add-ADGroupMember -Identity "Finance"
    if words[noun] not in _CALLED:
        return is_signed(word) and not (behind.startswith(_NOT_BEHIND) or doers.is_seat(word))
    if has_verb and words[name + 1] in cues.VERBS:
        return not (is_plain(word) and word.endswith(OF_DEEDS))
    if has_verb and words[name + 1] == b"not" and is_role(word):
        return True
    if is_plain(word) or behind.startswith(_NOT_BEHIND) or words[name + 1] == b"\\":
        return False
    if is_signed(word) or (words[noun - 1] in cues.BEFORE_USER and not word.isdigit()):
        return True
    if may_be_name(word) and sentence.is_capitals(name):
        return True
    return has_verb and words[name + 1] in cues.ANY_VERBS


def _behind_state(sentence: Sentence, at: int, found: set[int]) -> None:
    """`user not found: alice`"""
    for state in range(at, at + _FILLERS_MAX):
        if sentence.words[state] not in cues.STATES:
            return
        if sentence.is_told(state + 1) and sentence.is_name(state + 1):
            if sentence.is_capital(state + 1) and is_english(sentence.words[state + 1].decode()):
                return  # Zone member added: Glass Break Sensor
            found.add(state + 1)
            return


def _behind_plural(sentence: Sentence, at: int, found: set[int]) -> None:
    if may_be_name(sentence.words[at + 1]) and sentence.follows(at + 1):
        found.update(sentence.listed(at + 1))


def _behind_by(sentence: Sentence, at: int, found: set[int]) -> None:
    words = sentence.words
    _before_from(sentence, at + 1, found)
    if not _may_be(words[at + 1]):
        return
    # `password for alice changed by bob`, `su for alice by bob`
    of_whom = words[at - 2] in (b"for", b"of") and _about(sentence, at - 2)
    is_sure = of_whom or at - 1 in found or doers.is_done(words, at)
    if not is_sure and not doers.is_persons(words[at + 1]):
        return
    if not sentence.gap(at + 1).strip(b": \t\"'`<[({@"):
        names = [*sentence.listed(at + 1)]
        # `by alice, nginx restarted`: more of them only where `and` says so.
        if names and b"and" not in words[names[0] : names[-1]]:
            names = names[:1]
        found.update(names)


def _about(sentence: Sentence, at: int) -> bool:
    """Whether an account is what the clause before the word `at` is about."""
    for back in range(at - 1, max(-1, at - 1 - _CLAUSE_WORDS), -1):
        if sentence.words[back] in cues.ABOUT:
            return True
        if b";" in sentence.gap(back) or b". " in sentence.gap(back):
            return False
    return False


def _of_whom(sentence: Sentence, at: int, found: set[int]) -> None:
    """The word `at`, behind a preposition: not `for corp realm`, not `HTTP`, `CERN-T2`."""
    if sentence.gap(at - 1) != b" " and sentence.words[at - 1] != b"for":
        return
    start, end = sentence.span(at)
    if end - start > 1 and sentence.text[start:end].isupper():
        return
    if sentence.words[at + 1] not in cues.THINGS or sentence.gap(at + 1) != b" ":
        _first(sentence, at, found)


def _before_from(sentence: Sentence, at: int, found: set[int]) -> None:
    """`for alice from 10.0.0.1`: whatever it is written as."""
    word = sentence.words[at]
    if sentence.words[at + 1] != b"from" or not may_be_anybody(word) or is_plain(word):
        return
    if sentence.follows(at) and not sentence.gap(at + 1).strip(_CLOSING):
        found.add(at)


def _before_uid(sentence: Sentence, at: int, found: set[int]) -> None:
    """`for alice(uid=1000)`"""
    if at < 2 or sentence.words[at - 2] not in (b"by", b"user", b"for", b"from"):
        return
    if sentence.gap(at) == b"(" and may_be_anybody(sentence.words[at - 1]):
        found.add(at - 1)


def _behind_for(sentence: Sentence, at: int, found: set[int]) -> None:
    _before_from(sentence, at + 1, found)
    words = sentence.words
    word = words[at + 1]
    if _may_be(word) and (
        (is_signed(word) and words[at - 1] in cues.ENDED)
        or (words[at + 2] == b"to" and words[at + 3] in cues.TO_DO)
        or (_about(sentence, at) and not (word in cues.MONTHS and words[at - 1] in cues.MONTHLY))
    ):
        _of_whom(sentence, at + 1, found)


def _behind_of(sentence: Sentence, at: int, found: set[int]) -> None:
    before = sentence.words[max(0, at - _GROUP_WORDS) : at]  # phone +44 7700 900982 of alice
    owned = next((word for word in reversed(before) if not word.strip(b"+-").isdigit()), b"")
    is_home = before[-2:] == [b"home", b"directory"]
    if (is_home or owned in cues.OWNED) and _may_be(sentence.words[at + 1]):
        _of_whom(sentence, at + 1, found)


def _behind_as(sentence: Sentence, at: int, found: set[int]) -> None:
    before = sentence.words[at - 1]
    if before in cues.IN_OUT or before == b"client":
        before = sentence.words[at - 2]
    if before not in cues.AUTHED or sentence.gap(at) != b" ":
        return
    word = sentence.words[at + 1]
    if doers.is_rank(word) and sentence.is_capital(at + 1):
        return  # logged in as Veteran
    if _may_be(word):
        _first(sentence, at + 1, found)
        if before == b"login" and sentence.is_told(at + 1) and sentence.is_name(at + 1):
            found.add(at + 1)  # login as: alice, as PuTTY asks
    elif may_be_anybody(word) and not is_plain(word) and sentence.follows(at + 1):
        found.add(at + 1)


def _behind_to(sentence: Sentence, at: int, found: set[int]) -> None:
    words = sentence.words
    before = words[at - 1]
    if _may_be(words[at + 1]) and (
        before in cues.GIVEN
        or (before == b"over" and words[at - 2] in cues.HANDED)
        or not cues.GRANTED.isdisjoint(words[max(0, at - _GROUP_WORDS) : at])
        or before in cues.SENT_THINGS
        or (before.isdigit() and doers.is_handed_on(sentence.text, sentence.span(at)[0]))
        or (before in cues.SENT and (words[at - 2] in cues.SENT_THINGS or _about(sentence, at)))
        or (before in cues.NOUNS and words[at - 2] in cues.SET)
        or (before in cues.SET and (words[at - 2] in cues.NOUNS or words[at - 3] in cues.NAMED))
        or (at - 1 in found and not cues.RENAMED.isdisjoint(words[max(0, at - 4) : at]))
    ):
        _of_whom(sentence, at + 1, found)
    if words[at + 2] == b"on" and words[at - 2] == b"su" and sentence.gap(at - 1) in (b" ", b": "):
        # `su: alice to root on /dev/pts/2`
        found.update(one for one in (at - 1, at + 1) if sentence.is_name(one))


def _behind_from(sentence: Sentence, at: int, found: set[int]) -> None:
    words = sentence.words
    before = words[at - 1]
    if before in cues.TAKEN or before in cues.TALKS:
        if _may_be(words[at + 1]):
            _of_whom(sentence, at + 1, found)
            if at + 1 in found and words[at + 2] == b"to":
                _first(sentence, at + 3, found)
    elif before == b"changed" and words[at - 2] in cues.NOUNS and _may_be(words[at + 1]):
        _of_whom(sentence, at + 1, found)
    elif _ADDRESS.fullmatch(words[at + 1]) is None or not may_be_name(before):
        return
    elif sentence.gap(at + 1) == b" " and sentence.begins(at - 1) and sentence.is_name(at - 1):
        found.add(at - 1)  # `alice from 10.0.0.1`


def _behind_with(sentence: Sentence, at: int, found: set[int]) -> None:
    is_shared = b"shared" in sentence.words[max(0, at - _FILLERS_MAX) : at]
    if (is_shared or sentence.words[at - 1] in cues.TALKS) and _may_be(sentence.words[at + 1]):
        _of_whom(sentence, at + 1, found)


def _before_verb(sentence: Sentence, at: int, found: set[int]) -> None:
    words = sentence.words
    verb, behind, name, passive = words[at], words[at + 1], at - 1, False
    while words[name] in cues.AUXILIARIES and name > at - 1 - _FILLERS_MAX:
        passive |= words[name] in cues.IS
        name -= 1
    if name < 0 or not may_be_name(words[name]):
        return
    if behind == b"by" and verb not in cues.DONE_TO:
        return  # `upload requested by`
    if doers.is_login_doing(words[name], verb) and sentence.is_name(name):
        found.add(name)
        return
    if (verb in _IN_OR_OUT and behind not in cues.IN_OUT) or (verb in _FROM and behind != b"from"):
        return
    if verb not in cues.DOES:
        if passive and not _is_to_group(sentence, at + 1):
            return
        if not passive and not doers.has_object(words, at):
            return
    last = name
    while name and sentence.gap(name) == b" " and sentence.is_uncased(name):
        if not sentence.is_uncased(name - 1) or last - name >= _FILLERS_MAX:
            break
        name -= 1
    if not sentence.is_name(name) or not sentence.begins(name):
        return
    if not sentence.gap(last + 1).strip(b" \"'"):
        found.add(name)
        if verb in cues.TO_SOMEBODY and may_be_name(behind):
            _first(sentence, at + 1, found)


def _moved(sentence: Sentence, at: int, found: set[int]) -> None:
    """`added alice to group blue`."""
    if may_be_name(sentence.words[at + 1]) and _is_to_group(sentence, at + 2):
        _first(sentence, at + 1, found)


def _is_to_group(sentence: Sentence, at: int) -> bool:
    if sentence.words[at] not in (b"to", b"from", b"as", b"into"):
        return False
    is_told = not cues.GROUPS.isdisjoint(sentence.words[at + 1 : at + 1 + _GROUP_WORDS])
    return is_told or sentence.gap(at + 1) == b" #"


def _behind_deed_to(sentence: Sentence, at: int, found: set[int]) -> None:
    """`Kicked alice`, `Banned alice (spam)`."""
    if may_be_name(sentence.words[at + 1]) and sentence.begins(at):
        _first(sentence, at + 1, found)


def _behind_out(sentence: Sentence, at: int, found: set[int]) -> None:
    """`Locked out alice`."""
    if may_be_name(sentence.words[at + 1]) and sentence.words[at - 1] in _LOCKED:
        _of_whom(sentence, at + 1, found)


def _before_sudoers(sentence: Sentence, at: int, found: set[int]) -> None:
    """`alice is not in the sudoers file`"""
    for back in range(max(1, at - _SUDOERS_WORDS), at):
        if sentence.words[back] in cues.IS and sentence.is_name(back - 1):
            found.add(back - 1)


def _behind_between(sentence: Sentence, at: int, found: set[int]) -> None:
    """`match between alice and bob`"""
    if sentence.words[at - 1] in cues.SHARED and may_be_name(sentence.words[at + 1]):
        found.update(sentence.listed(at + 1))


def _behind_greeting(sentence: Sentence, at: int, found: set[int]) -> None:
    at += sentence.words[at + 1] in (b"back", b"again")
    if not may_be_name(sentence.words[at + 1]) or sentence.gap(at + 1).strip(b", "):
        return
    if sentence.is_name(at + 1):
        found.add(at + 1)


def _behind_s(sentence: Sentence, at: int, found: set[int]) -> None:
    """`alice's password`"""
    if not at or sentence.words[at + 1] not in cues.POSSESSIONS:
        return
    if sentence.gap(at) == b"'" and sentence.is_name(at - 1):
        found.add(at - 1)


_LOCKED = (b"locked", b"locking", b"logged", b"logging", b"signed", b"signing")
_RULES: dict[bytes, tuple[Rule, ...]] = {}
for _words, _rule in (
    (cues.NOUNS, _behind_noun),
    (cues.PLURALS, _behind_plural),
    (cues.DOES | cues.DOES_THAT, _before_verb),
    (cues.MOVED, _moved),
    (cues.GREETINGS, _behind_greeting),
    (cues.DONE_TO, _behind_deed_to),
    ((b"by",), _behind_by),
    ((b"for",), _behind_for),
    ((b"of",), _behind_of),
    ((b"as", b"using"), _behind_as),
    ((b"to",), _behind_to),
    ((b"from",), _behind_from),
    ((b"with",), _behind_with),
    ((b"between",), _behind_between),
    ((b"s",), _behind_s),
    ((b"out",), _behind_out),
    ((b"uid",), _before_uid),
    ((b"sudoers",), _before_sudoers),
):
    for _each in _words:
        _RULES[_each] = (*_RULES.get(_each, ()), _rule)


def _walk(sentence: Sentence) -> set[int]:
    found: set[int] = set()
    rules_of = _RULES.get
    for at, word in enumerate(sentence.words):
        rules = rules_of(word)
        if rules is not None:
            for rule in rules:
                rule(sentence, at, found)
    return found


_BEFORE_TO = cues.GIVEN | cues.SET | cues.SENT | cues.SENT_THINGS | cues.NOUNS
_GATE = in_order(
    rf"(?i)\b(?:{one_of(cues.NOUNS)})s?[\s\"'`<\[({{@*]|\(uid\b|\bsu:? |"
    rf"\b(?:by|for|between)\b|'s\b|sudoers|[ \"'](?:{one_of(cues.DOES | cues.DOES_THAT)})\b|"
    rf"\b(?:{one_of(cues.DONE_TO | cues.MOVED)})\b|"
    rf"\b(?:{one_of(cues.GREETINGS)})\b|\b(?:{one_of(cues.OWNED)}|home directory)(?: [0-9]+)? of\b|"
    rf"\b(?:{one_of(cues.AUTHED)}|in|on|out|off|into|client) (?:as|using)\b|"
    rf"\b(?:{one_of(_BEFORE_TO)}) to\b|\b(?:{one_of(cues.TAKEN | cues.TALKS)}|changed) from\b|"
    rf"\b(?:{one_of(cues.TALKS)}|shared) with\b|\bfrom [0-9]|(?:lock|logg|sign)(?:ed|ing) out\b|"
    rf"(?:{one_of(doers.ITEMS)}) #?[0-9]+ to |\b(?:{one_of(cues.GRANTED)})\b|"
    rf"\b(?:{one_of(cues.HANDED)}) over to\b"
)
SLOTS = found_by(_walk, _GATE)
