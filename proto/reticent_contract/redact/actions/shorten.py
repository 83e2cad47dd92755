"""Actions that leave a part of a text: mask keeps its end, truncate its beginning."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Self

from reticent_contract.catalog.model import Field
from reticent_contract.reading import At
from reticent_contract.redact.actions.base import (
    FAILED,
    Apply,
    Bench,
    Gone,
    Makes,
    Place,
    not_textual,
    text_only,
)
from reticent_contract.redact.actions.usage import Example, Usage, whole_number
from reticent_contract.redact.text import CUT_MARK, fit
from reticent_contract.redact.tokens import neutralise
from reticent_contract.rows import Scalar

MASK = "****"
_KEEP_LAST_MAX = 8
_CHARACTERS_MAX = 1_024


_FILLERS = "\u115f\u1160\u3164\uffa0"  # of Hangul: letters that show nothing


def _is_visible(character: str) -> bool:
    is_control = unicodedata.category(character).startswith("C") and character not in "\t\n\r"
    return not is_control and character not in _FILLERS


def _telling(text: str) -> int:
    """How many letters and digits tell something: zeros at the beginning pad a number."""
    told = [c for c in text if c.isalnum()]
    padding = next((i for i, c in enumerate(told) if unicodedata.digit(c, 1)), len(told))
    return len(told) - padding


@dataclass(frozen=True, slots=True)
class Mask:
    """`****` and the last characters. A value less than twice as long is masked whole.

    The mask has one length, so that it does not tell the value's. A value beyond its field's bound
    is masked whole: its end is what was cut.
    """

    name: ClassVar[str] = "mask"
    sentence: ClassVar[str] = (
        "`****` stands for all but the last `keep_last` characters (0 to 8); a value with less "
        "than twice as many letters and digits is masked whole. Zeros before the rest count for "
        "nothing."
    )
    makes: ClassVar[Makes] = "same"
    usage: ClassVar[Usage] = Usage(
        parameters={
            "keep_last": whole_number(
                "How many characters at the end stay readable.", low=0, high=_KEEP_LAST_MAX
            )
        },
        required=("keep_last",),
        examples=(
            Example("usb.serial", {"mask": {"keep_last": 4}}, "4C530001230415", "****0415"),
            Example("usb.serial", {"mask": {"keep_last": 4}}, "4C5300", "****"),
            Example("usb.serial", {"mask": {"keep_last": 4}}, "00004C53", "****"),
        ),
    )
    keep_last: int = 0

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        given = at.mapping(parameters or {}, known=("keep_last",), what="parameter")
        if "keep_last" not in given:
            at.problem("mask needs keep_last, e.g. {mask: {keep_last: 4}}")
        value = at.at("keep_last").integer(given.get("keep_last", 0), low=0, high=_KEEP_LAST_MAX)
        return cls(value or 0)

    def refusal(self, field: Field) -> str | None:
        return not_textual(self.name, field)

    def build(self, place: Place, _bench: Bench) -> Apply:
        keep_last, bytes_max = self.keep_last, place.field.bytes_max

        def mask(value: str) -> str:
            text = neutralise("".join(filter(_is_visible, value)).strip())
            is_whole = len(text.encode()) <= bytes_max
            if not keep_last or not is_whole or _telling(text) < 2 * keep_last:
                return MASK
            return MASK + text[-keep_last:]

        return text_only(mask)

    def admits(self, field: Field, value: Scalar) -> str | None:
        longest = len(MASK) + self.keep_last
        if isinstance(value, str) and value.startswith(MASK) and len(value) <= longest:
            return None
        return f"{field.name} is not masked"


@dataclass(frozen=True, slots=True)
class Truncate:
    """The first characters. A value that is not longer passes whole: meant for codes, not names."""

    name: ClassVar[str] = "truncate"
    sentence: ClassVar[str] = (
        "Only the first `characters` characters leave; a value that is not longer leaves whole."
    )
    makes: ClassVar[Makes] = "same"
    usage: ClassVar[Usage] = Usage(
        parameters={
            "characters": whole_number(
                "How many characters at the beginning leave.", low=1, high=_CHARACTERS_MAX
            )
        },
        required=("characters",),
        examples=(Example("board.version", {"truncate": {"characters": 3}}, "SDK0T76538", "SDK"),),
    )
    characters: int

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        given = at.mapping(parameters or {}, known=("characters",), what="parameter")
        if "characters" not in given:
            at.problem("truncate needs characters, e.g. {truncate: {characters: 3}}")
            return cls(1)
        value = at.at("characters").integer(given["characters"], low=1, high=_CHARACTERS_MAX)
        return cls(value or 1)

    def refusal(self, field: Field) -> str | None:
        return not_textual(self.name, field)

    def build(self, place: Place, _bench: Bench) -> Apply:
        characters, bytes_max = self.characters, place.field.bytes_max

        def truncate(value: str) -> str | Gone:
            # First: of a value beyond its bound the cut may leave nothing but its mark.
            text = fit(value[:characters], bytes_max=bytes_max)
            if len(text) > characters:
                text = text.removesuffix(CUT_MARK)[:characters]
            return text if text else FAILED

        return text_only(truncate)

    def admits(self, field: Field, value: Scalar) -> str | None:
        if isinstance(value, str) and len(value) <= self.characters:
            return None
        return f"{field.name} is longer than the policy's {self.characters} characters"
