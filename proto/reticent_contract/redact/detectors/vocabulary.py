"""Which words logs are written in: what is none of them may be somebody's name.

Enters: a word in lower case. Leaves: whether `lexicon.WORDS` has it in one of its forms:
endings and beginnings are taken off, so a verb stands there once.
"""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.redact.detectors import everyday, lexicon, products
from reticent_contract.redact.detectors.model import words

# Whether logs are written with it, or people only. One of all: sets of each, and of both, would
# take a megabyte.
_KNOWN = dict.fromkeys(words(everyday.EVERYDAY), False) | dict.fromkeys(
    words(lexicon.WORDS) | words(products.PRODUCTS), True
)
# Words too, or made of one (de-clan, jul-es, mar-ion, nil-s); where a name may stand, mostly one.
_GIVEN_NAMES = words("dag declan dev floor grant harm jules marion max nick nils pam said")
_STEM_CHARS_MIN = 3
_ENDINGS = (
    ("s", ("",)),
    ("es", ("",)),
    ("ies", ("y",)),
    ("ed", ("", "e")),
    ("ied", ("y",)),
    ("ing", ("", "e")),
    ("ly", ("", "e")),
    ("ion", ("", "e")),
    ("ions", ("", "e")),
    ("ation", ("", "e")),
    ("ations", ("", "e")),
    ("able", ("", "e")),
    ("ment", ("",)),
    ("ments", ("",)),
    ("ity", ("", "e")),
    ("ness", ("",)),
    ("ers", ("er",)),
)
_BY_LAST = {
    last: tuple(each for each in _ENDINGS if each[0].endswith(last))
    for last in {ending[-1] for ending, _ in _ENDINGS}
}
_DOUBLING = ("ed", "ing")
_BEGINNINGS = (
    "un",
    "re",
    "non",
    "pre",
    "auto",
    "multi",
    "sub",
    "over",
    "dis",
    "mis",
    "inter",
    "de",
)


def is_word(word: str) -> bool:
    """Whether logs are written with `word` (lower case), in one of its forms."""
    return _is_among(word, (True,))


def is_english(word: str) -> bool:
    """Whether it is one of those, or a word of everyday English: no name in a title of something.

    As a user's name it may be one: accounts are called `moth` and `badger`.
    """
    return _is_among(word, (True, False))


def is_listed(word: str) -> bool:
    """Whether it is one of either, as it stands."""
    return word in _KNOWN


def _is_among(word: str, kinds: tuple[bool, ...]) -> bool:
    if word in _GIVEN_NAMES:
        return False
    known = _KNOWN.get
    if known(word) in kinds or any(known(form) in kinds for form in _stems(word)):
        return True
    if not word.startswith(_BEGINNINGS):
        return False
    return any(
        known(rest) in kinds or any(known(form) in kinds for form in _stems(rest))
        for begins in _BEGINNINGS
        if len(rest := word.removeprefix(begins)) > _STEM_CHARS_MIN and rest != word
    )


def _stems(word: str) -> Iterator[str]:
    for ending, instead in _BY_LAST.get(word[-1:], ()):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < _STEM_CHARS_MIN + (ending == "ly"):
            continue
        for end in instead:
            yield stem + end
        if ending in _DOUBLING and stem[-1] == stem[-2]:
            yield stem[:-1]
