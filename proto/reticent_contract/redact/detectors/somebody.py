"""Whether the words of a value are what somebody is called, whole.

Enters: a value as a text, and how much what stands before it tells. Leaves: yes or no.
Must hold: all digits are alike; a firm, whose legal form stands in it, is nobody.

    PART     behind `first_name`: a word or a few, unless they are said of a field
    SURE     behind `customer name`: not only words that logs are written with
    NOUN     behind `employee`, `Dear`: a word that none is written with, and none that logs are
    LIKELY   behind `name`, `from`: things and firms have them as well
"""

from __future__ import annotations

import enum
import re
import unicodedata
from functools import lru_cache

from reticent_contract.redact.detectors.foreign import OF_COMPANIES, PLACES
from reticent_contract.redact.detectors.full_names import is_part_of_name
from reticent_contract.redact.detectors.given_names import (
    GIVEN_NAMES,
    NAMES_OF_WORDS,
    SURNAMES_OF_WORDS,
)
from reticent_contract.redact.detectors.legal_forms import LEGAL_FORM
from reticent_contract.redact.detectors.model import words
from reticent_contract.redact.detectors.nobody import IN_PROSE, LEFT_ALONE
from reticent_contract.redact.detectors.person import is_prose_word
from reticent_contract.redact.detectors.things import is_thing
from reticent_contract.redact.detectors.unspaced import is_unspaced, is_unspaced_name


class Told(enum.Enum):
    """How much is known of who a value is of before it is looked at."""

    PART = "a part of a name"
    SURE = "somebody's name"
    NOUN = "somebody"
    LIKELY = "a name"


_CHARS_MAX = 120
_WORDS_MAX = 9
_UNCASED_WORDS = {
    Told.PART: range(1, 7),
    Told.SURE: range(1, 9),
    Told.NOUN: range(1, 9),
    Told.LIKELY: range(2, 7),
}
_WORDS_MAX_LOWER = 4
# None of these stands in what anybody is called.
_NO_NAME = re.compile(r"[\d_=@/\\{}$%<>#*+:;|&!?\[\]~^]|[A-Za-z]{2}\.[a-z]|https?|\.\.")
_EDGES = ".,()\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb-"
PARTICLES = words(
    """
    de del della dello di da do dos das du des la las los le el al ul bin bint ibn ben bt abu van
    von vom zu zum zur der den dem ter ten te 't t an ó ní uí af av och und y ap ur a/l a/p d/o
    s/o san mac mc het
    """
)
# What stands before a name, without the dot; it is no part of it.
TITLES = words(
    """
    mr mrs ms miss mx dr prof herr frau hr fr fru sr sra srta señor señora señorita senhor
    senhora dom dona don doña sig sigra sig.ra dott dott.ssa ing mag ir drs dra dhr mevr mw mme
    mlle monsieur madame mademoiselle me maître sir dame lady lord rev hon adv smt shri sri kum
    pan pani av yrd doç öğr gör uzm bay bayan dipl dipl.-ing univ univ.prof bapak ibu cik tuan
    puan haji hajjah r.m r.a kh drg mudr judr mgr bc csc phdr rndr quý ông bà cô chị anh г-н г-жа
    пан пані κ κα δρ
    """
)
# People too are called like these, beside what is no word: Per Friberg, Else Ellingsen.
_SHORT = words(
    """
    an bo dam else lan line odd pam per tone vi
    """
)
# Before and behind a name, in lower case: pani Ewa, Tanaka san.
_POLITE = words(
    """
    pan pani pán paní san sama kun chan ji bey bay hanım sir madam
    """
)
# Mkhedruli has capitals in Unicode since 2018, and nobody writes names with them.
_GEORGIAN = range(0x10D0, 0x1100)


@lru_cache(maxsize=4_096)
def is_uncased(word: str) -> bool:
    """Whether it is written in an alphabet without capitals."""
    first = next((c for c in word if c.isalpha()), "")
    return bool(first) and (unicodedata.category(first) == "Lo" or ord(first) in _GEORGIAN)


def is_small(word: str) -> bool:
    """Whether it begins with a small letter and is none of what stands so in names."""
    return word[:1].islower() and not is_uncased(word) and not is_joint(word)


def is_joint(word: str) -> bool:
    """Whether it stands between the words of a name, in whatever case: van, de, pani."""
    first = word.partition("-")[0]  # al-Haddad
    return first.lower() in PARTICLES or first.lower() in _POLITE or word[:2] in ("d'", "d\u2019")


@lru_cache(maxsize=4_096)
def is_somebody(value: str, told: Told) -> bool:
    """Whether `value`, of which the ends are known, is somebody's name."""
    if len(value) > _CHARS_MAX or _NO_NAME.search(value) is not None:
        return False
    words = [word for each in value.split() if (word := each.strip(_EDGES))]
    if not 0 < len(words) <= _WORDS_MAX or LEGAL_FORM.search(value) is not None:
        return False
    if value.strip().lower() in LEFT_ALONE:
        return False
    uncased = [word for word in words if is_uncased(word)]
    if uncased:
        return _is_uncased_name(uncased, told)
    if told is Told.PART:
        return _is_part(words)
    titles = 0
    while titles < len(words) - 1 and words[titles].lower() in TITLES:
        titles += 1
    words = words[titles:]
    if titles and told is not Told.SURE:
        told = Told.NOUN if len(words) > 1 else Told.SURE  # Dom Mendonça
    bare = [word for word in words if not is_joint(word)]
    small = [word for word in bare if is_small(word)]
    if small:
        return told is Told.SURE and len(small) == len(bare) and _is_small_name(small)
    return _is_cased_name(bare, told)


def _is_uncased_name(words: list[str], told: Told) -> bool:
    if all(map(is_thing, words)) or (told is Told.LIKELY and any(map(is_thing, words))):
        return False
    if any(map(is_unspaced, words)):
        return is_unspaced_name(words, is_sure=told is not Told.LIKELY)
    return len(words) in _UNCASED_WORDS[told]


def _is_part(words: list[str]) -> bool:
    if any(word.lower() in LEFT_ALONE | IN_PROSE and not _is_known(word) for word in words):
        return False
    small = [word for word in words if is_small(word)]
    if not small:
        return True
    return len(small) == len(words) == 1 and _may_be(small[0])


def _is_small_name(words: list[str]) -> bool:
    return len(words) <= _WORDS_MAX_LOWER and all(map(_may_be, words))


def _may_be(word: str) -> bool:
    return is_given(word) or not is_prose_word(word.encode())


def is_given(word: str) -> bool:
    """Whether somebody is called so and nothing else is: Lena, Jean-Luc."""
    lowered = word.lower()
    return lowered in GIVEN_NAMES or lowered.partition("-")[0] in GIVEN_NAMES


def _is_known(word: str) -> bool:
    """Whether people are called so, be it a word as well."""
    lowered = word.lower()
    return (
        is_given(word)
        or lowered in NAMES_OF_WORDS
        or lowered in SURNAMES_OF_WORDS
        or lowered in _SHORT
    )


def _is_cased_name(words: list[str], told: Told) -> bool:
    if not words or words[-1].lower() in OF_COMPANIES or words[0].lower() in PLACES:
        return False
    longer = [word for word in words if len(word) > 1]
    parts = [word for word in longer if is_part_of_name(_as_written(word).encode())]
    if told is Told.SURE:
        if len(longer) == 1:
            return bool(parts) or _is_known(longer[0])
        return bool(parts) or all(map(_is_known, longer))
    if len(longer) < 2 and not (parts and len(words) > 1):
        return False
    if any(map(is_given, longer)):
        return bool(parts) or all(map(_is_known, longer))
    others = [word for word in longer if word not in parts and not _is_known(word)]
    if told is Told.NOUN:
        return bool(parts) and not any(is_prose_word(word.lower().encode()) for word in others)
    return bool(parts) and not others


def _as_written(word: str) -> str:
    """With a small letter behind the first: SHAIKH."""
    return word.capitalize() if word.isupper() else word
