"""Full names of people of every locale that Faker has names of, in sentences of theirs.

Enters: a `random.Random`. Leaves: marked messages. Titles and degrees name nobody: they may be
found. Must hold: no name is left out because a detector fails it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec

from accuracy.people import SEED
from accuracy.sentences import parts_of, sentences
from faker import Faker
from faker.config import AVAILABLE_LOCALES
from reticent_contract.redact.detectors.model import words

NAMES_OF_EACH = 24  # locale
_DEPRECATED = "fr_QC"
_NATIVE_IN = 4  # one of so many is in a sentence of the locale's language
# With dots or without, as Faker's lists have them not apart.
_TITLES = words(
    """
    dr prof mr mrs ms miss mx herr frau fr hr fru ing mag sr sra srta dom dott sig ir drs dra h
    hj r bc csc dis mudr judr mgr phdr rndr dipl univ av yrd doç öğr gör uzm bay bayan phd md dds
    dvm jr ii iii iv v
    """
)
_DEGREE = re.compile(r"(?:[A-Z][A-Za-z]{0,5}\.)+[A-Za-z]*\.?,?")


@lru_cache(maxsize=1)
def locales() -> tuple[str, ...]:
    return tuple(
        each
        for each in sorted(AVAILABLE_LOCALES)
        if "_" in each
        and each != _DEPRECATED
        and find_spec(f"faker.providers.person.{each}") is not None
    )


def _titles_of(fake: Faker) -> frozenset[str]:
    """What Faker writes before and behind names of this locale."""
    titles: set[str] = set()
    for provider in fake.get_providers():
        for kind in ("prefixes", "suffixes"):
            for of in ("", "_male", "_female", "_nonbinary"):
                titles.update(getattr(provider, kind + of, ()))
    return frozenset(word for title in titles for word in (title, *title.split()))


def _is_title(word: str, titles: frozenset[str]) -> bool:
    return word in titles or word.strip(".,").lower() in _TITLES


def _marked(name: str, titles: frozenset[str]) -> str:
    parts = name.split(" ")
    first, last = 0, len(parts)
    while first < last - 1 and _is_title(parts[first], titles):
        first += 1
    while last > first + 1 and (
        _is_title(parts[last - 1], titles) or _DEGREE.fullmatch(parts[last - 1]) is not None
    ):
        last -= 1
    before, behind = " ".join(parts[:first]), " ".join(parts[last:])
    middle = " ".join(parts[first:last])
    bare = middle.rstrip(",")
    names = ", ".join(f"«user?|{each}»" for each in bare.split(", "))  # Urbonas, Raminta
    pieces = [f"«~user|{before}» " if before else "", names, middle[len(bare) :]]
    return "".join((*pieces, f" «~user|{behind}»" if behind else ""))


def messages(rng: random.Random) -> Iterator[str]:
    told = sentences("told name")
    for number, locale in enumerate(locales()):
        fake = Faker(locale, providers=["faker.providers.person"])
        fake.seed_instance(SEED + number)
        titles = _titles_of(fake)
        native = parts_of(f"native {locale[:2]}")
        for at in range(NAMES_OF_EACH):
            pool = native if native and at % _NATIVE_IN == 0 else told
            yield (
                rng.choice(pool)
                .replace("{first}", f"«user?|{fake.first_name()}»")
                .replace("{last}", f"«user?|{fake.last_name()}»")
                .replace("{}", _marked(fake.name(), titles))
            )
