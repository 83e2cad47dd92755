"""Finds a laptop's own identifiers in text, in every spelling.

Enters: what was learned (`redact.own`). Leaves: where it stands in a text.
Must hold: linear in the length of the text; case is ignored. User, host and full names, phones and
serials under 8 characters match where no letter or digit adjoins; MACs, UUIDs and longer serials
match anywhere, MACs and the world-wide numbers of disks with any joints.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import re2

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.model import UNANCHORED
from reticent_contract.redact.detectors.secret_gate import secret_finders, secret_gate
from reticent_contract.redact.digits import any_digit
from reticent_contract.redact.sets import ALWAYS, Match, gate_of
from reticent_contract.redact.shapes import Shapes

_ANYWHERE_CHARS_MIN = 8
_WWN = re.compile(r"[0-9A-F]{16,32}")
_JOINTS = ":-._ "
_NO_JOINTS = str.maketrans("", "", ":-._()/\\+")
_OWN_PATTERN_BYTES_MAX = 8 << 20
_OWN_GATE_BYTES_MAX = 32 << 20
_NOWHERE = (-1, -1)
_NEVER = r"[^\x00-\x{10FFFF}]"  # in the place of one without values


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """One learned spelling: where it was learned, and the canonical form of the whole value.

    `spelling` is the value's canonical form or a shorter name for the same thing, such as the first
    label of a host name: it is looked for, and has the pseudonym of the whole.
    """

    table: str
    field: str
    form: Form
    canonical: str
    spelling: str


OwnFound = tuple[int, int, Identity]


def _quoted(text: str) -> str:
    return str(re2.escape(text))


def _spellings(form: Form, canonical: str) -> Iterator[tuple[str, bool]]:
    """`(pattern, anywhere)` for each way in which a log may spell the value."""
    if form is Form.MAC:
        yield _without_zeros(canonical), False
    if form is Form.MAC or (form is Form.SERIAL and _WWN.fullmatch(canonical)):
        joint = f"[{_JOINTS}]?".replace("-", "\\-")
        yield joint.join(canonical), True
        return
    if form is Form.UUID:
        digits = canonical.replace("-", "")
        # SMBIOS stores the first three groups in little-endian order; tools differ in undoing it.
        swapped = "".join(
            "".join(reversed([group[i : i + 2] for i in range(0, len(group), 2)]))
            for group in (digits[:8], digits[8:12], digits[12:16])
        )
        for spelling in (digits, swapped + digits[16:]):
            yield (
                "-?".join(
                    (spelling[:8], *(spelling[i : i + 4] for i in (8, 12, 16)), spelling[20:])
                ),
                True,
            )
        return
    if form is Form.PHONE:
        begins = r"\(?(?:\+|00)?[ (]{0,2}" if canonical.startswith("+") else r"\(?"
        yield begins + "[ ()./\\-]{0,2}".join(canonical.lstrip("+")), False
        return
    anywhere = form is Form.SERIAL and len(canonical) >= _ANYWHERE_CHARS_MIN
    for spelling in {canonical, unicodedata.normalize("NFD", canonical)}:
        words = spelling.split()
        yield r"[\s_.\-]{1,3}".join(_quoted(word) for word in words), anywhere


def _without_zeros(canonical: str) -> str:
    """A MAC as BSD and macOS print it: 0:1a:2b:3:4d:5e."""
    pairs = (canonical[i : i + 2] for i in range(0, len(canonical), 2))
    return ":".join(pair.lstrip("0") or "0" for pair in pairs)


def _key(text: str) -> str:
    """What all spellings of one value have in common: no joints, no blanks, no case."""
    return "".join(unicodedata.normalize("NFC", text.casefold()).translate(_NO_JOINTS).split())


class OwnMatcher:
    """Finds the learned values in text. Immutable; a new one is made when something is learned.

    `gate` names the gates of secrets as `secret_gate` does, and behind them those of own values.
    """

    __slots__ = ("_by_key", "_patterns", "gate", "shapes")

    def __init__(self, identities: tuple[Identity, ...]) -> None:
        options = re2.Options()
        options.max_mem = _OWN_PATTERN_BYTES_MAX
        options.log_errors = False
        options.case_sensitive = False
        self._by_key: dict[str, Identity] = {}
        loose: set[str] = set()
        bounded: set[str] = set()
        for identity in identities:
            for pattern, anywhere in _spellings(identity.form, identity.spelling):
                (loose if anywhere else bounded).add(pattern)
            self._by_key.setdefault(_key(identity.spelling), identity)
            if identity.form is Form.MAC:
                self._by_key.setdefault(_without_zeros(identity.spelling), identity)
            if identity.form is Form.PHONE and identity.spelling.startswith("+"):
                self._by_key.setdefault(_key(f"00{identity.spelling}"), identity)
            if identity.form is Form.UUID:
                digits = identity.spelling.replace("-", "")
                swapped = bytes.fromhex(digits)
                swapped = swapped[3::-1] + swapped[5:3:-1] + swapped[7:5:-1] + swapped[8:]
                self._by_key.setdefault(swapped.hex(), identity)
        either = (
            (loose, _compiled(loose, "({})", options)),
            (bounded, _compiled(bounded, r"(?:^|[^\pL\pN])({})(?:$|[^\pL\pN])", options)),
        )
        self._patterns = {
            len(secret_finders()) + number: pattern
            for number, (_, pattern) in enumerate(either, start=1)
            if pattern is not None
        }
        # Without what must adjoin: all letters there are cost large states.
        own = (_any_of({any_digit(pattern) for pattern in patterns}) for patterns, _ in either)
        self.gate = _after_secrets(gate_of(own, bytes_max=_OWN_GATE_BYTES_MAX))
        self.shapes: tuple[object, Shapes] = (None, Shapes())

    def begin_shapes(self, with_gate: object) -> Shapes:
        """What will be known of shapes under `with_gate` and this one: of one pair at a time."""
        shapes = Shapes()
        self.shapes = with_gate, shapes
        return shapes

    def find(self, text: bytes) -> list[OwnFound]:
        """Every learned value in `text` (UTF-8). RuntimeError where RE2 could not look."""
        named = self.gate(text)
        if not named:
            raise RuntimeError("own identifiers could not be matched: RE2 is out of memory")
        return self.named(text, named)

    def is_among(self, named: Sequence[int]) -> bool:
        """Whether `gate` named one of its own."""
        return any(index in named for index in self._patterns)

    def named(self, text: bytes, named: list[int]) -> list[OwnFound]:
        """The same, where `gate` was asked already and said `named`."""
        found: list[OwnFound] = []
        for index, pattern in self._patterns.items():
            if index not in named:
                continue
            match, position = pattern._regexp.Match, 0  # as in `Pattern`
            while (span := match(UNANCHORED, text, position, len(text))[1]) != _NOWHERE:
                start, end = span
                spelled = text[start:end].decode("utf-8", "replace")
                identity = self._by_key.get(spelled.lower()) or self._by_key.get(_key(spelled))
                if identity is None:
                    raise RuntimeError("own identifiers: a match belongs to no identity")
                found.append((start, end, identity))
                position = end  # the character behind may be the one before the next value
        return found


@lru_cache(maxsize=1)
def nobody() -> OwnMatcher:
    """Where nothing was learned."""
    return OwnMatcher(())


def _after_secrets(own: Match) -> Match:
    """The gates of secrets, of any digits, and behind them those of `own`."""
    secrets = secret_gate()
    secrets_count = len(secret_finders())

    def match(text: bytes) -> list[int]:
        named, mine = secrets(text), own(text)
        if not named or not mine:
            return []
        if len(mine) > 1:
            return named + [secrets_count + number for number in mine if number != ALWAYS]
        return named

    return match


def _any_of(patterns: set[str]) -> str:
    """One pattern out of many, those with one beginning side by side; it names none of them."""
    return f"(?i:{'|'.join(sorted(patterns))})" if patterns else _NEVER


def _longest_first(patterns: set[str]) -> str:
    """One pattern out of many; the longest wins at the same place."""
    return "|".join(sorted(patterns, key=lambda p: (-len(p), p)))


def _compiled(patterns: set[str], frame: str, options: re2.Options) -> re2._Regexp | None:
    return re2.compile(frame.format(_longest_first(patterns)), options) if patterns else None
