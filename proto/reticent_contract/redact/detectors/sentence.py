"""A text as words, what stands between them, and which of them may be somebody's name.

Enters: text as UTF-8 bytes. Leaves: words in lower case, with 0 for every digit: what is said of
them holds for every line of a shape (`redact.shapes`).
Must hold: linear in the length of the text. A word is taken for a name only where logs are not
written with it: a part of it at least is none of `vocabulary`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from reticent_contract.redact.detectors import cues, nobody
from reticent_contract.redact.detectors.actors import FILES, LEFT_OUT
from reticent_contract.redact.detectors.foreign import COUNTRIES, FOREIGN
from reticent_contract.redact.detectors.legal_forms import is_company
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.detectors.person import is_prose_word, named
from reticent_contract.redact.detectors.things import THINGS
from reticent_contract.redact.detectors.vocabulary import is_english, is_word
from reticent_contract.redact.shapes import ANY_DIGIT, may_be_kept

# Lower case, 0 for a digit, and a blank for what is in no word.
_PLAIN = bytes(
    48
    if 48 <= byte <= 57
    else byte + 32
    if 65 <= byte <= 90
    else byte
    if byte >= 128 or byte in b"abcdefghijklmnopqrstuvwxyz_.-+\\"
    else 32
    for byte in range(256)
)
_NOBODY = nobody.LEFT_ALONE | nobody.ROLE_ACCOUNTS | nobody.AGENTS | COUNTRIES | THINGS
# What stands between words in other languages: `le poste principal et le serveur`.
_BETWEEN = frozenset(
    b"et da de du del des le la les el los las al und oder der die das dem den vom zum zur im am "
    b"mit ist ou est il lo gli di della nel con per para por com em do dos na nos och ett som het "
    b"een van von voor met niet bir ve ile".split()
)
_NO_ACCOUNT = nobody.LEFT_ALONE | nobody.NO_ACCOUNTS
# As nobody writes a word: r.novak, svc_backup, jdoe2, corp\jdoe.
_SIGNED = re.compile(rb"(?:[a-z][\w.\-]*\\+)?[a-z\x80-\xff]+(?:[._][\w.\-]*[a-z0-9]|[0-9])[\w.\-]*")
_VERSION = re.compile(
    rb"[vsx]0{1,3}(?:[\-_.][\w.\-]*)?|k0s|[il]00n|p0p|(?:oauth|sha|md|utf|ipv|mp)[\-_.]?0{1,3}"
)
# tls1.2; how somebody has signed in
_RELEASE = re.compile(
    rb"[a-z]+0+(?:\.0+)+|[\w\-]+[_\-](?:sso|oauth0?)|(?:saml|oauth0?)[_\-][\w\-]*"
)
_OURS = (b"pn", b"pn_")  # of what looks like a pseudonym, as `tokens.neutralise` changes it
_ALPHA = re.compile(rb"[a-z\x80-\xff]+")
# The last is how Exim numbers its mails.
_HEX = re.compile(
    rb"(?:0x)?[0-9a-f\-]+|[a-z]{0,2}0{5,}|[a-z0]{6}-[a-z0]{6}(?:[a-z0]{5})?-[a-z0]{2,4}"
)
_HEX_DIGITS_MIN = 2
_HOST = re.compile(
    rb".+\.(?:com|net|org|io|dev|app|local|localdomain|lan|internal|corp|arpa|edu|gov|de|uk|in|fr|"
    rb"nl|eu|se|ch|at|service|slice|scope|exe)"
)
_CAPITALS = re.compile(rb"[A-Z]{2}.*[a-z]|[a-z].*[A-Z]{2}")
_INNER_CAPITAL = re.compile(rb"[a-z][A-Z]")
_HUMP = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+")
_INITIAL = re.compile(rb"[A-Z]([A-Z][a-z]{3,})")  # MWeber
_CAPITALS_MAX = 8
_HUMP_CHARS_MIN = 4
_ACCOUNT_CHARS_MAX = 12
_AROUND = b"{}*"
_NO_WORDS = [b""] * 8  # more than any rule looks ahead or back
_SILENT_MAX = 1_024
_CHARS_MAX = 65
_NUMBER_CHARS_MIN = 5  # shorter ones count rows
_LIST_MAX = 16
_NAME_WORDS_MAX = 4
_OPENING = b" \t\"'`<[({@*"
_BEFORE = frozenset(b" \t\n\r\"'`<[({@:=,;>|")
_BEFORE_CLAUSE = tuple(bytes((sign,)) for sign in b':]><|;)-\n"=*!')
_BEHIND = (b"/", b"=", b"$", b"%", b"*", b"#")
_PARTICLES = frozenset(b"de van von der den le la da di el al bin ibn dos du ter ten af zu".split())


@lru_cache(maxsize=4_096)
def may_be_name(word: bytes) -> bool:
    """Whether `word`, as a `Sentence` has it, is none that logs are written with."""
    if not 1 < len(word) < _CHARS_MAX or word in cues.ALL or LEFT_OUT.fullmatch(word) is not None:
        return False
    if word in _OURS or word.startswith(b"_") or _RELEASE.fullmatch(word) is not None:
        return False  # _dlopen, __getattr__
    if word.count(b"0") >= _HEX_DIGITS_MIN and _HEX.fullmatch(word) is not None:
        return False
    bare = word.rpartition(b"\\")[2]
    text = bare.decode("utf-8", "replace")
    if text in _NOBODY or _HOST.fullmatch(bare) is not None:
        return False
    parts = [part.decode("utf-8", "replace") for part in _ALPHA.findall(bare)]
    return any(len(part) > 1 and not is_word(part) for part in parts)


@lru_cache(maxsize=4_096)
def may_be_anybody(word: bytes) -> bool:
    """The same where what stands around the word leaves little doubt: it may be a word of logs."""
    text = word.rpartition(b"\\")[2].decode("utf-8", "replace")
    if text in _NO_ACCOUNT:
        return False
    if word in _OURS or _RELEASE.fullmatch(word) is not None:
        return False
    if word in cues.NOBODY and not is_role(word) and word != b"nick":
        return False
    return 0 < len(word) < _CHARS_MAX and (not word.isdigit() or len(word) >= _NUMBER_CHARS_MIN)


@lru_cache(maxsize=4_096)
def is_plain(word: bytes) -> bool:
    """Whether it is a word of logs and nothing else: `terminal`, and not `test1`."""
    return word in cues.ALL or is_prose_word(word)


def is_role(word: bytes) -> bool:
    """Whether an account is called like this that says what somebody may do: `admin`."""
    return word.decode("utf-8", "replace") in nobody.ROLE_ACCOUNTS


def is_signed(word: bytes) -> bool:
    """Whether `word` is written as nobody writes one, and is no file and no version."""
    if _SIGNED.fullmatch(word) is None or FILES.fullmatch(word) is not None:
        return False
    return _VERSION.fullmatch(word) is None


class Sentence:
    """A text in words. `words` ends with a few that are empty, so a rule may look around freely.

    `at` is the number of a word; of one that is empty, nothing holds.
    """

    __slots__ = ("_ends", "_has", "_spaced", "_starts", "text", "words")

    def __init__(self, text: bytes) -> None:
        self.text = text
        spaced = text.translate(_PLAIN).replace(b". ", b"  ").replace(b" -", b"  ")
        self._spaced = spaced.rstrip(b".-")
        self.words = self._spaced.split()
        self.words += _NO_WORDS
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._has: dict[frozenset[bytes], bool] = {}

    def has_one_of(self, words: frozenset[bytes]) -> bool:
        """Whether any of them stands anywhere. The text is read once for each such set, not once
        for each word that wants to know."""
        if words not in self._has:
            self._has[words] = not words.isdisjoint(self.words)
        return self._has[words]

    def _place(self) -> None:
        """Where the words stand: most texts are done with before anybody asks."""
        position, index = 0, self._spaced.index
        for word in self.words[: -len(_NO_WORDS)]:
            position = index(word, position)
            self._starts.append(position)
            position += len(word)
            self._ends.append(position)
        end = [len(self.text)] * len(_NO_WORDS)
        self._starts += end
        self._ends += end

    def span(self, at: int) -> tuple[int, int]:
        if not self._starts:
            self._place()
        return self._starts[at], self._ends[at]

    def gap(self, at: int) -> bytes:
        """What stands before the word `at`."""
        if not self._starts:
            self._place()
        return self.text[self._ends[at - 1] if at else 0 : self._starts[at]]

    def begins(self, at: int) -> bool:
        """Whether a clause begins with the word `at`."""
        return at == 0 or self.gap(at).rstrip(b" \"'").endswith(_BEFORE_CLAUSE)

    def follows(self, at: int) -> bool:
        """Whether the word `at` stands directly behind the one before, but for what opens it."""
        return bool(self.words[at]) and not self.gap(at).strip(_OPENING)

    def is_name(self, at: int) -> bool:
        word = self.words[at]
        if not may_be_name(word) and not (len(word) == 1 and self._is_initial(at)):
            return False
        if word in _BETWEEN and not self.is_capital(at):
            return False
        start, end = self.span(at)
        if start and self.text[start - 1] not in _BEFORE:
            return False
        behind = self.text[end : end + 2]
        if behind in (b"::", b"()", b"]\\") or (
            behind.startswith(_BEHIND) and not behind[1:].isdigit()
        ):
            return False
        return not _is_of_code(self.text[start:end])

    def is_quoted(self, at: int) -> bool:
        """Whether quotes are around the word `at`, whatever it is, and it is no key."""
        before, (_, end) = self.gap(at)[-1:], self.span(at)
        if before not in (b'"', b"'", b"`") or self.text[end : end + 1] not in (b'"', b"'"):
            return False
        return self.text[end + 1 : end + 2] != b":"

    def is_told(self, at: int) -> bool:
        """Whether a colon stands before the word `at`, and quotes around it or none."""
        gap, behind = self.gap(at), self.gap(at + 1)[:1]
        return gap == b": " or (gap in (b": '", b': "') and gap[-1:] == behind)

    def is_capital(self, at: int) -> bool:
        start, _ = self.span(at)
        if self.text[start : start + 1] < b"\x80":
            return self.text[start : start + 1].isupper()
        return self.text[start : start + 4].decode("utf-8", "ignore")[:1].isupper()

    def is_capitals(self, at: int) -> bool:
        """Whether an account of SAP or of a mainframe may be written so: `DESHPANDEA`."""
        start, end = self.span(at)
        word = self.text[start:end]
        is_domain = self.text.startswith(b"]\\", end)
        return (
            len(word) <= _ACCOUNT_CHARS_MAX and word.isalpha() and word.isupper() and not is_domain
        )

    def is_uncased(self, at: int) -> bool:
        """Whether the word is in an alphabet without capitals, as Arabic and Devanagari are."""
        word = self.words[at]
        if not word or word[0] < 0x80:
            return False
        first = word.decode("utf-8", "ignore")[:1]
        return first.isalpha() and first.lower() == first.upper()

    def _is_initial(self, at: int) -> bool:
        """`T. Brandt`"""
        if self.gap(at + 1) != b". " or not self.is_capital(at) or not self.is_capital(at + 1):
            return False
        return len(self.words[at]) == 1 and may_be_name(self.words[at + 1])

    def full(self, at: int) -> tuple[int, int]:
        """The span of a name of which `at` is the first word: `Pieter de Wit`, `alice@corp`."""
        start, end = self.span(at)
        if self.gap(at + 1) == b"@" and not self.words[at + 1][:1].isdigit():
            return start, self.span(at + 1)[1]
        if not self.is_capital(at):  # {jdoe}, *ann*
            before, behind = self.gap(at), self.gap(at + 1)
            start -= len(before) - len(before.rstrip(_AROUND))
            if self.gap(at + 1) == b" " and self.is_uncased(at) and self.is_uncased(at + 1):
                return start, self.span(at + 1)[1]
            return start, end + len(behind) - len(behind.lstrip(_AROUND))
        for _ in range(_NAME_WORDS_MAX):
            after = at + 1
            while self.words[after] in _PARTICLES and self.gap(after) == b" ":
                after += 1
            gap = self.gap(after)
            if gap != b" " and not (gap == b". " and self._is_initial(at)):
                break
            if not self.is_capital(after) or not self.is_name(after):
                break
            at, (_, end) = after, self.span(after)
        return start, end

    def listed(self, at: int) -> Iterator[int]:
        """`alice`, `alice, bob and carol`, `["alice", "bob"]`."""
        for number in range(_LIST_MAX):
            if not self.is_name(at):
                return
            if number and self.gap(at + 1).lstrip(b"\"'").startswith((b":", b"=")):
                return  # the next key
            yield at
            at += 1
            between = self.gap(at).strip(b" \t\"'`@<>[]")
            if self.words[at] in (b"and", b"or") and between in (b"", b","):
                at += 1
            elif between not in (b",", b";", b"&"):
                return


def _is_of_code(word: bytes) -> bool:
    """`NullPointerException`, `NetCDF`, `HTTP_ERR`: words of logs with capitals within."""
    bare = word.rpartition(b"\\")[2]
    if bare.isupper():
        return b"_" in bare or (len(bare) > _CAPITALS_MAX and not _is_account(bare.lower()))
    if _CAPITALS.search(bare) is not None:
        named = _INITIAL.fullmatch(bare)
        return named is None or is_english(named[1].lower().decode())
    if _INNER_CAPITAL.search(bare) is None:
        return False
    humps = _HUMP.findall(bare)
    return any(len(hump) >= _HUMP_CHARS_MIN and is_word(hump.decode().lower()) for hump in humps)


@lru_cache(maxsize=4_096)
def _is_account(word: bytes) -> bool:
    """Whether it may be an account of SAP or of a mainframe, SVANHOUTEN, and is no word of any
    language nor made of words: MSSQLSERVER, ECONNREFUSED."""
    if len(word) > _ACCOUNT_CHARS_MAX or not word.isalpha():
        return False
    text = word.decode("utf-8", "replace")
    return not (
        text in FOREIGN
        or _is_made_of_words(text)
        or (text[0] == "e" and _is_made_of_words(text[1:]))
    )


def _is_made_of_words(text: str) -> bool:
    """Each of three letters and more."""
    ends = {0}
    for end in range(_HUMP_CHARS_MIN - 1, len(text) + 1):
        if any(end - start > 2 and is_english(text[start:end]) for start in ends):
            ends.add(end)
    return len(text) in ends


class Walked(Pattern):
    """What a walk over the words of a text finds, in the place of what the pattern, its gate, does.

    Where nothing was found, the shape is kept, by a hash, and not walked over again: a shape asks
    twice (see `redact.shapes`, whose conditions hold here too).
    """

    __slots__ = ("_silent", "_walk")

    def __init__(self, gate: str, walk: Callable[[Sentence], set[int]]) -> None:
        super().__init__(gate)
        self._walk = walk
        self._silent: set[int] = set()

    def _spans(self, text: bytes) -> list[tuple[int, int]]:
        shape = hash(text.translate(ANY_DIGIT))
        if shape in self._silent:
            return []
        sentence = Sentence(bytes(text))
        found = self._walk(sentence)
        if found:
            return _spans_of(sentence, found)
        if may_be_kept(text):
            if len(self._silent) >= _SILENT_MAX:
                self._silent = set()
            self._silent.add(shape)
        return []


def found_by(walk: Callable[[Sentence], set[int]], gate: str) -> Finder:
    """The finder of the user names that `walk` finds."""
    walked = Walked(gate, walk)

    def find(text: bytes) -> Iterable[Found]:
        for start, end in walked.spans(text):
            found = named(start, text[start:end])
            if found is not None:
                yield found

    return Finder(gate, find, "B", needs=walked, reads=(0, 0))


def _spans_of(sentence: Sentence, found: set[int]) -> list[tuple[int, int]]:
    """Where the names stand; whoever is named once is meant wherever that word stands."""
    same = {sentence.words[at] for at in found}
    found.update(
        at for at, word in enumerate(sentence.words) if word in same and sentence.is_name(at)
    )
    spans: list[tuple[int, int]] = []
    text = sentence.text
    for at in sorted(found):
        if spans and sentence.span(at)[0] < spans[-1][1]:
            continue  # a part of the name before
        start, end = sentence.full(at)
        if is_company(text, start, end):
            continue
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def one_of(words: Iterable[bytes]) -> str:
    """A pattern that matches one of the words."""
    return "|".join(
        sorted(re.escape(word.decode()).replace("0", "[0-9]").replace("\\-", "-") for word in words)
    )
