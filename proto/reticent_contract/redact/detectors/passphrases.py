"""Passwords of several words that no quotes set off.

    a setting     password = blue sky 42, DB_PASSWORD=blue sky, `  password: a b c` of YAML
    said          wifi password: correct horse battery staple

Enters: text. Leaves: the values, as `secret.SECRET` has them. Must hold: linear; what messages are
written with (`password: must be changed`, `password: expired for user x`) ends or is none. The
first word is found elsewhere, so where these leave doubt, more is taken: by itself in its line, and
behind a first word of letters alone, brackets, quotes, `and` and `is` are parts of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.redact.detectors.configured import is_no_word
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.detectors.named import NAMED_GATE, PROSE, is_ours, is_plain
from reticent_contract.redact.detectors.source import is_of_source

_NAME = (
    r"(?:(?:pass(?:[_\-]?word|wd|wrd|[_\- ]?phrase|code)|passw(?:or)?t|ps?wd|psk|secret)[\w.\-]*|"
    r"(?:\b|_|db|user|root|admin|smtp|mail|ftp|ssh|wi-?fi ?|wlan ?|login|sudo|vpn)pass)"
)
_PHRASE = (
    rf"(?i){_NAME}[\\\"']{{0,2}}[ \t]{{0,2}}[=:][ \t]{{0,4}}"
    r"[^\s\"'=:{\[(<$!|>\\][^\s\"'=:]*[ \t]{1,2}[^\s'<|>\-/#&;]"
)
_FIND = Pattern(_PHRASE, first=re.compile(rb"[=:]\s{0,4}[^\s=:]+\s{1,2}[^\s\-/]").search)
_VALUE = re.compile(rb"[^\r\n\"]{1,256}")
# With quotes around words of it, where no quote is open before its key.
_VALUE_WITH_QUOTES = re.compile(
    rb"(?:[^\r\n\"]|(?<=[ \t])\"[^\"\r\n]{1,64}\"(?=[ \t\r\n]|\Z)){1,256}"
)
_SIGN = re.compile(rb"[=:][ \t]{0,4}")
# A setting by itself in its line: of INI, of YAML where it is set in.
_ALONE = re.compile(rb"(?:\A|[\r\n])(?:(?:export|set) )?[\w.\-]*\Z")
_SET_IN = re.compile(rb"(?:\A|[\r\n])[ \t]*(?:- )?[\w.\-]*\Z")
_ALONE_BYTES = 64
# The key of another value, an address, an option, a path, a remark; what a shell joins, what a
# program asks.
_OTHER = re.compile(
    rb"[^=]{1,40}=(?!=)[^=].*|.*[:({\[<|>].*|[\-/#&;=?+].*|\.{1,2}/.*|"
    rb"[^@]+@[^@]+\.[a-z]{2,}|(?:if|else|or|and|return)\Z"
)
# What ends one that is by itself in its line, and one whose first word is of letters alone.
_REMARK = re.compile(rb"[#;].*|//.*|/\*.*|<!--.*|--\Z")
_OTHER_IN_LINE = re.compile(_REMARK.pattern + rb"|[A-Za-z][\w.\-]{1,40}=(?!=)[^=].*")
_OTHER_OF_WORDS = re.compile(
    rb"[^=]{1,40}=(?!=)[^=].*|[^(\[]*[:{<|>].*|[\-/#&;=?+].*|\.{1,2}/.*|[^@]+@[^@]+\.[a-z]{2,}"
)
_OF_SHELL = re.compile(rb"\\[ ]|\s(?:--?[a-zA-Z]|[|&;]|\.?/)")
_OPTION_BEFORE = re.compile(rb"(?:\A|[\s\"'])(?:--?|/)[\w\-]*\Z")
_NEXT = re.compile(rb"[;,&](?=[A-Za-z])")
_SIGNS = (b"=", b":")
_SETS_IN = (b" ", b"\t", b"_")
_ENDS_CLAUSE = frozenset(b",;.)")
_ENDS_VALUE = b".,;)]}'\\"
_ARTICLES = frozenset(b"the a an this".split())
# What says that a message goes on, whatever was before it.
_SAID = (PROSE - _ARTICLES) | frozenset(
    b"""
    please be been being are were will would should may does did do you your we they it its
    when because since which who during contains contain works now if than least characters
    exceeded attempts attempt retry retrying login logon username account password expires
    expiring minimum maximum change changing forgotten updated sent entered provided given
    """.split()
)
# What a message is about, first or second in it: this field is required, value too short.
_ABOUT = frozenset(
    b"""
    field value values password passphrase user users account entry string option length policy file
    new old current specified supplied given minimum maximum server system service complexity
    """.split()
)
# The same behind a first word that is a password by itself: `hunter2 for alice`.
_JOINS = frozenset(b"for on at from to with by in of via and or but as".split())
_JOIN_WORDS = frozenset((b"and", b"or"))  # rain or shine 9
_WORDS_MAX = 12
_WORDS_MAX_OF_SETTING = 16
_WORDS_MIN_BEHIND_ARTICLE = 3
_WORDS_MIN_BEHIND_PASSWORD = 3


def _length(
    value: bytes, *, is_line: bool, is_setting: bool, is_tight: bool, is_lower: bool
) -> int:
    """How many bytes of `value` are words of the password; 0 where only the first is, or none.

    `is_line`: by itself in its line, as a message may be. `is_tight`: behind a sign without a
    blank. `is_lower`: its key is written as logs do."""
    length = before = at = count = 0
    is_sure = is_no_word(value.split(None, 1)[0])
    is_sure_setting = is_setting and not (is_tight and is_lower)
    is_message = value[:1] == b"/" or not _ABOUT.isdisjoint(value.lower().split(None, 2)[:2])
    # Whether nothing of a sentence ends it.
    is_whole = is_sure_setting or (is_line and not is_sure and not is_message)
    if is_whole:
        ends = _REMARK if is_sure_setting else _OTHER_IN_LINE
    else:
        ends = _OTHER if is_sure else _OTHER_OF_WORDS
    for each in re.finditer(rb"[^ \t]+", value):
        cut = _NEXT.search(each[0])
        word = each[0] if cut is None else each[0][: cut.start()]
        bare = word.lower().lstrip(b'(["').rstrip(b".,;:!)]'\"")
        if not word:
            break
        if count:
            is_said = bare in _SAID and (is_sure or not (is_setting or is_whole))
            is_second = count == 1 and not is_whole and (is_message or bare not in _JOIN_WORDS)
            is_joined = bare in _JOINS and (is_sure or is_second)
            if is_said or is_joined or ends.match(word) is not None:
                if word.lower() == b"password:":
                    return 0  # Retype new UNIX password:
                if word[:1] in _SIGNS:  # the word before is the key of another
                    count, length = count - 1, before
                break
        elif bare in _SAID or word[-1] in _ENDS_CLAUSE:
            return 0
        before = length
        count, length, at = count + 1, each.start() + len(word), each.end()
        is_end = word[-1] in _ENDS_CLAUSE and not (is_setting or is_whole)
        if cut is not None or (is_end and not (word[-1:] == b")" and b"(" in value[:at])):
            break
    if is_sure and is_tight and (at < len(value) or count < _WORDS_MIN_BEHIND_PASSWORD):
        return 0  # password=hunter2 next
    if is_setting:
        return length if 1 < count <= _WORDS_MAX_OF_SETTING else 0
    is_article = value.split(None, 1)[0].lower() in _ARTICLES
    if is_article and (at < len(value) or count < _WORDS_MIN_BEHIND_ARTICLE):
        return 0
    return length if 1 < count <= _WORDS_MAX else 0


def _is_of_shell(before: bytes, raw: bytes, value: bytes, word: bytes, *, is_alone: bool) -> bool:
    """Whether a blank ends it: PGPASSWORD=X psql -h db, env MYSQL_PWD=X mysqldump hr."""
    if _OF_SHELL.search(value) is not None:
        return True
    is_variable = not is_alone and raw.endswith(b"=" + word) and raw[: -len(word)].isupper()
    return is_variable and (is_no_word(word) or before.endswith(b"env "))


def _find(text: bytes) -> Iterable[Found]:
    last = 0
    for start, end in _FIND.spans(text):
        sign = _SIGN.search(text, start, end)
        if sign is None or start < last:
            continue
        before = text[max(0, start - _ALONE_BYTES) : start]
        value_of = _VALUE if b'"' in before else _VALUE_WITH_QUOTES
        value = value_of.match(text, sign.end())
        if value is None:
            continue
        first, phrase = sign.end(), value[0].rstrip()
        word = phrase.split(None, 1)[0]
        raw = text[start : first + len(word)]
        is_set = sign[0][:1] == b"="
        is_alone = (_ALONE if is_set else _SET_IN).search(before) is not None
        if _is_none(text, start, raw, word) or _OPTION_BEFORE.search(before) is not None:
            continue
        is_tight = raw.endswith(b"=" + word)
        if is_tight and _is_of_shell(before, raw, phrase, word, is_alone=is_alone):
            continue
        is_setting = is_alone and (is_set or before[-1:] in _SETS_IN)
        if not is_setting and raw[:6].lower() == b"secret":
            continue  # secret: not mounted
        length = _length(
            phrase,
            is_line=is_alone and not is_set,
            is_setting=is_setting,
            is_tight=is_tight,
            is_lower=raw[:1].islower(),
        )
        if length:
            taken = phrase[:length]
            ends = _ENDS_VALUE if b"(" not in taken else _ENDS_VALUE.replace(b")", b"")
            last = first + len(taken.rstrip(ends))
            yield first, last, text[first:last]


def _is_none(text: bytes, start: int, raw: bytes, word: bytes) -> bool:
    if is_plain(raw, word) and word.lower() not in _ARTICLES:
        return True
    return is_ours(word) or is_of_source(text, start, raw, word)


PASSPHRASES: tuple[Finder, ...] = (Finder(NAMED_GATE, _find, "B", needs=_FIND),)
