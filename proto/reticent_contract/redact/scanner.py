"""Free text through the detectors.

Enters: one text. Leaves: the same object where nothing was found, a text without the findings, or
that nothing leaves.
Must hold: linear in the length of the text. What cannot be looked at raises, and the plan then
drops the value. A finding that shows only in another view of the text (percent codes and escapes
decoded, NFKC, without invisible characters) is never passed on in the spelling in which it hid.

    fit to its bound -> gate (one RE2 Set over all patterns) -> finders whose gate was hit
    -> overlaps: the most protective treatment wins, then the longest, over all they cover
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from urllib.parse import unquote

import re2

from reticent_contract.redact.actions.base import DROPPED, Gone, Treatment
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.detectors.model import Find
from reticent_contract.redact.detectors.secret import secrets_in
from reticent_contract.redact.own import OwnIdentifiers
from reticent_contract.redact.own_matcher import Identity
from reticent_contract.redact.text import fit, shorten, valid
from reticent_contract.redact.tokens import neutralise, without_tokens

# Makes what stands in a finding's place, for detectors with a pattern and for own identifiers.
Substitute = Callable[[str, bytes], bytes]
SubstituteOwn = Callable[[Identity], bytes]

_GATE_BYTES_MAX = 4 << 20
_CODED = r"%[0-9A-Fa-f]{2}|\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})"
# As JSON and C write a character; with more backslashes where that was quoted once more.
_ESCAPE = re.compile(r"\\{1,8}(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
_DECODINGS_MAX = 4
_VALUE_BYTES_MAX = 256  # longer findings are replaced, whatever the treatment
_PASSES_MAX = 4  # how often a text is looked at again for secrets that a replacement laid bare
_ORDER = {name: -i for i, name in enumerate(DETECTORS)}


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """All patterns of all detectors in one automaton. Index 0 matches always, 1 where coded."""

    set: re2.Set
    finders: tuple[tuple[str, Find], ...]  # by index - 2


@lru_cache(maxsize=1)
def gate() -> Gate:
    """Compiled once for the process: it does not depend on the policy."""
    options = re2.Options()
    options.max_mem = _GATE_BYTES_MAX
    options.log_errors = False
    patterns = re2.Set.SearchSet(options)
    patterns.Add("")  # matches always: silence then means that RE2 ran out of memory
    patterns.Add(_CODED)
    finders: list[tuple[str, Find]] = []
    for detector in DETECTORS.values():
        for finder in detector.finders:
            patterns.Add(finder.gate)
            finders.append((detector.name, finder.find))
    patterns.Compile()
    return Gate(patterns, tuple(finders))


# start, end, rank, detector, value, identity where it is the laptop's own
Finding = tuple[int, int, "Rank", str, bytes, Identity | None]
Rank = tuple[int, int, int]  # protection of the treatment, length, order of the detectors


class Scanner:
    """Detectors, each with its treatment, for one field."""

    def __init__(
        self,
        treatments: Mapping[str, Treatment],
        *,
        bytes_max: int,
        own: OwnIdentifiers,
        substitute: Substitute,
        substitute_own: SubstituteOwn,
    ) -> None:
        self._dropping = {name for name, t in treatments.items() if t.kind == "drop_value"}
        # Among findings treated alike, what is always removed names the stretch.
        self._protection = {
            name: 2 * treatments[name].protection + detector.always_removed
            for name, detector in DETECTORS.items()
        }
        self._bytes_max = bytes_max
        self._own = own if treatments["own"].kind != "keep" else None
        self._substitute = substitute
        self._substitute_own = substitute_own
        self._set = gate().set
        self._finders: list[tuple[str, Find] | None] = [
            (name, find) if treatments[name].kind != "keep" else None
            for name, find in gate().finders
        ]

    def __call__(self, value: str) -> str | Gone:
        text = fit(value, bytes_max=self._bytes_max)
        data = text.encode()
        found, coded = self._find(data)
        if coded or not (text.isascii() and text.isprintable()):
            other = normalised(text)
            if other is None:
                return DROPPED
            if other != text:
                hidden = self._hidden(found, other)
                if hidden is not None:
                    return hidden
        if not found:
            return text
        return self._without(data, found)

    def _find(self, data: bytes) -> tuple[list[Finding], bool]:
        hits = self._set.Match(data)
        if hits is None:
            raise RuntimeError("the detectors could not look: RE2 is out of memory")
        found: list[Finding] = []
        coded = False
        if len(hits) > 1:
            for hit in hits:
                if hit < 2:
                    coded |= hit == 1
                    continue
                finder = self._finders[hit - 2]
                if finder is None:
                    continue
                name, find = finder
                protection, order = self._protection[name], _ORDER[name]
                for start, end, value in find(data):
                    found.append((start, end, (protection, end - start, order), name, value, None))
        if self._own is not None and (matcher := self._own.matcher()) is not None:
            for start, end, identity in matcher.find(data):
                rank = (self._protection["own"], end - start, _ORDER["own"])
                found.append((start, end, rank, "own", data[start:end], identity))
        return found, coded

    def _hidden(self, found: list[Finding], other: str) -> str | Gone | None:
        """The other view, redacted, where it shows more than the text itself; else None."""
        other = neutralise(other)
        data = other.encode()
        shown, _ = self._find(data)
        more = Counter(f[3:5] for f in shown)
        more.subtract(f[3:5] for f in found)
        if not any(count > 0 for count in more.values()):
            return None
        result = self._without(data, shown)
        if isinstance(result, str):
            left = result.encode()
            if any(f[4] in left for f in found):
                return DROPPED
        return result

    def _without(self, data: bytes, found: list[Finding]) -> str | Gone:
        """The text without the findings, and without any secret that only then can be seen."""
        for _ in range(_PASSES_MAX):
            replaced = self._replace(data, found)
            if replaced is None:
                return DROPPED
            bare = secrets_in(replaced)
            if not bare or not secrets_in(without_tokens(replaced)):
                return shorten(replaced.decode(), bytes_max=self._bytes_max)
            rank = (self._protection["secret"], 0, 0)
            data = replaced
            found = [(start, end, rank, "secret", value, None) for start, end, value in bare]
        return DROPPED

    def _replace(self, data: bytes, found: list[Finding]) -> bytes | None:
        """None where a treatment drops the whole value."""
        pieces: list[bytes] = []
        position = 0
        for start, end, _, detector, value, identity in _resolve(found):
            if detector in self._dropping:
                return None
            pieces.append(data[position:start])
            if identity is not None:
                pieces.append(self._substitute_own(identity))
            elif len(value) <= _VALUE_BYTES_MAX:
                pieces.append(self._substitute(detector, value))
            else:  # no identifier is this long
                pieces.append(b"<" + detector.encode() + b">")
            position = end
        pieces.append(data[position:])
        return b"".join(pieces)


def _resolve(found: list[Finding]) -> list[Finding]:
    """Stretches that do not overlap, in order, each with the finding that decides over it."""
    if len(found) == 1:
        return found
    found.sort(key=itemgetter(0))
    stretches: list[Finding] = []
    for finding in found:
        if not stretches or finding[0] >= stretches[-1][1]:
            stretches.append(finding)
            continue
        before = stretches[-1]
        end = max(before[1], finding[1])
        winner = finding if finding[2] > before[2] else before
        stretches[-1] = (before[0], end, *winner[2:])
    return stretches


def normalised(text: str) -> str | None:
    """The plain view of a text; None where it is encoded deeper than anyone needs.

    Percent codes, \\uXXXX and \\xXX decoded, NFKC, digits of all alphabets as ASCII, dashes and
    full stops as ASCII, control and invisible characters gone.
    """
    for _ in range(_DECODINGS_MAX):
        decoded = unquote(_unescaped(text), errors="replace")
        if decoded == text:
            break
        text = decoded
    else:
        return None
    text = unicodedata.normalize("NFKC", text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_plain(c) for c in text)


def _unescaped(text: str) -> str:
    """Bytes (\\xXX) become percent codes, which `unquote` takes for UTF-8 together."""
    if "\\u" not in text and "\\x" not in text:
        return text
    return valid(_ESCAPE.sub(lambda m: f"%{m[2]}" if m[2] else chr(int(m[1], 16)), text))


@lru_cache(maxsize=4_096)
def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    if character in "\t\n\r":
        return character
    if category in ("Cf", "Cc", "Co", "Cn"):
        return ""
    return "." if character in "\u3002\uff61\u2024" else character
