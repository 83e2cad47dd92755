"""Free text through the detectors.

Enters: one text. Leaves: the same object where nothing was found, a text without the findings, or
that nothing leaves.
Must hold: linear in the length of the text. What cannot be looked at raises, and the plan then
drops the value. A finding that shows only in another view of the text (percent codes and escapes
decoded, NFKC, without invisible characters) is never passed on in the spelling in which it hid.

    fit to its bound -> search, in the text and in its plain view -> resolve overlaps -> replace
    -> look for secrets again
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from reticent_contract.redact.actions.base import DROPPED, FAILED, Gone, Treatment
from reticent_contract.redact.allow import Allow, exceptions
from reticent_contract.redact.apart import apart, hidden_between, longer_secrets, only_breaks_words
from reticent_contract.redact.automaton import gate
from reticent_contract.redact.detectors import DETECTORS, Detector
from reticent_contract.redact.detectors.secret_gate import secrets_in
from reticent_contract.redact.free_numbers import numbers_of
from reticent_contract.redact.hits import Hit, only_in, resolve
from reticent_contract.redact.own import OwnIdentifiers
from reticent_contract.redact.own_matcher import Identity, OwnMatcher
from reticent_contract.redact.proof import Seen
from reticent_contract.redact.remains import are_within, leaves_a_part
from reticent_contract.redact.search import Search
from reticent_contract.redact.shapes import (
    ANY_DIGIT,
    LINE_BYTES_MAX,
    Known,
    Piece,
    Shape,
    Shapes,
    may_be_kept,
)
from reticent_contract.redact.template import Placed
from reticent_contract.redact.templates import Templates
from reticent_contract.redact.text import fit, shorten
from reticent_contract.redact.tokens import SHORTENED, TOKEN_BEGINS, neutralise, without_tokens
from reticent_contract.redact.views import Views
from reticent_contract.redact.written import NEUTRALISED_BEGINS
from reticent_contract.rows import Scalar

# Makes what stands in a finding's place: of detector, tier, value; and of own identifiers.
Substitute = Callable[[str, str, bytes], bytes]
SubstituteOwn = Callable[[Identity], bytes]

NO_EXCEPTIONS = Allow()
_VALUE_BYTES_MAX = 256  # longer findings are replaced, whatever the treatment
# Behind an address, the length and the zone that a network has of its own, or has none of.
_BEHIND_ADDRESS = re.compile(
    rb"(?:%[0-9A-Za-z](?:[0-9A-Za-z_.\-]{0,13}[0-9A-Za-z])?)?"
    rb"(?:/[0-9]{1,3}(?![0-9A-Za-z_\-/]|\.[0-9A-Za-z]))?"
)
_PASSES_MAX = 4  # how often a text is looked at again for secrets that a replacement laid bare


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
        detectors: Mapping[str, Detector] = DETECTORS,
        allow: Allow = NO_EXCEPTIONS,
    ) -> None:
        kinds = {(n, tier): t.of(tier) for n, t in treatments.items() for tier in ("A", "B")}
        self._dropping = {kind for kind, t in kinds.items() if t.kind == "drop_value"}
        self._prefixing = {kind for kind, t in kinds.items() if t.kind == "ip_prefix"}
        # Among findings treated alike, what is always removed names the stretch.
        looked_for = {
            kind: 2 * treatment.protection + detectors[kind[0]].always_removed
            for kind, treatment in kinds.items()
            if treatment.kind != "keep"
        }
        self._secret_rank = (looked_for["secret", "B"], 0, 0)
        self._search = Search(
            gate(tuple(detectors.values())), looked_for, own, exceptions(allow, detectors)
        )
        self._own = own
        self._shapes: tuple[object, Shapes] = (None, Shapes())  # of what was learned by then
        self._templates = Templates(self._search.matcher())
        self._bytes_max = bytes_max
        self._substitute = substitute
        self._substitute_own = substitute_own

    def __call__(self, value: Scalar) -> str | Gone:
        """Anything but text fails closed."""
        text = value
        # Most texts are fit, and that is seen here faster than by `fit`.
        if type(text) is not str or not text.isascii() or len(text) > self._bytes_max:
            if not isinstance(text, str):
                return FAILED
            text = fit(text, bytes_max=self._bytes_max)
        data = text.encode()
        digits_alike = data.translate(ANY_DIGIT)
        learned, shapes = self._shapes
        if self._own.learned is learned:
            shape = hash(digits_alike)
            known = shapes.known.newer.get(shape) or shapes.known.get(shape)
            if known is not None:
                of, stencil = known.stencil
                if of is self and stencil is not None:
                    pieces = stencil.outcome(text, data)
                    if pieces is not None:
                        if len(pieces) == 1:
                            start, end, piece = pieces[0]
                            return f"{text[:start]}{piece}{text[end:]}"
                        return _with_text(text, pieces) if pieces else text
            elif (placed := self._templates.placed.get(shape)) is not None:
                return self._as_template(text, data, placed)
        return self._look(text, data, digits_alike)

    def _again(self, text: str, views: Views) -> str | Gone:
        """What becomes of another spelling of a text."""
        fitted = fit(text, bytes_max=self._bytes_max)
        data = fitted.encode()
        return self._look(fitted, data, data.translate(ANY_DIGIT), views)

    def _look(
        self, text: str, data: bytes, digits_alike: bytes, views: Views | None = None
    ) -> str | Gone:
        """What becomes of a text where that is not known of its shape."""
        search = self._search
        # What is not printed has another view, and what is long no shape that would be kept: where
        # it is read otherwise, its secrets are all that is asked of it as it stands.
        is_long = len(data) > LINE_BYTES_MAX and not (text.isascii() and text.isprintable())
        if is_long:
            views = views or Views(search)
            redacted = self._apart(text, views)
            if redacted is not None:
                return redacted
        learned = self._own.learned
        matcher, templates, numbers = search.matcher(), self._templates, None
        key = hash(digits_alike)
        if templates.matcher is not matcher:
            self._templates = templates = Templates(matcher)
        if self._shapes[0] is not learned or self._shapes[1] is not search.shapes():
            self._shapes = learned, search.shapes()
        is_met = self._shapes[1].known.get(key) is not None
        if not is_met and len(text) == len(data) and may_be_kept(data):
            numbers = numbers_of(digits_alike) if NEUTRALISED_BEGINS not in data else None
        if numbers is not None:
            placed = templates.of(key, numbers)
            if placed is not None:
                return self._as_template(text, data, placed)
        hits, shape = (views or search).look(data, digits_alike)
        found = search.without_allowed(hits)
        if shape.has_other_view:
            views = views or Views(search)
            views.keep(data, hits, shape)
            redacted = None if is_long else self._apart(text, views)
            if redacted is not None:
                return redacted
            other = views.normalised(text)
            if other is None:
                return DROPPED
            if other != text:
                hidden = self._hidden(data, found, other, views)
                if hidden is not None:
                    return hidden
        result, put = self._replaced(data, found) if found else (text, ())
        if put is not None and search.has_prepared(shape):
            self._learn(data, digits_alike, hits, put, shape)
        if numbers is not None:
            templates.meet(data, numbers, self._seen)
        return result

    def _as_template(self, text: str, data: bytes, placed: Placed) -> str | Gone:
        """What becomes of a line that a template takes."""
        pieces = placed.outcome(text, data)
        if pieces is not None:
            result = _with_text(text, pieces)
            if len(result) <= self._bytes_max:
                return result
        search, template, numbers = self._search, placed.template, placed.numbers
        hits = search.look_as(data, template.shape(search, numbers), template.matcher)
        found = search.without_allowed(hits)
        left, put = self._replaced(data, found) if found else (text, ())
        if put is not None and len(data) + _growth(put) <= self._bytes_max:
            template.learn(text, data, numbers, hits, put)
        return left

    def _seen(self, data: bytes, matcher: OwnMatcher) -> Seen:
        """What a look at a line tells of which nothing is known."""
        hits, shape = self._search.look_apart(data, matcher)
        found = self._search.without_allowed(hits)
        put = self._replaced(data, found)[1] if found else ()
        return Seen(shape, hits, put, self._search.deciding(shape) is not None)

    def _apart(self, text: str, views: Views) -> str | Gone | None:
        """What becomes of a text that has to be read otherwise; None where it has not."""
        fitted = neutralise(text)
        if fitted != text:
            return self._again(fitted, views)
        spaced = apart(text)
        return None if spaced == text else self._of_parts(text, spaced, views)

    def _learn(
        self,
        data: bytes,
        digits_alike: bytes,
        hits: list[Hit],
        pieces: Sequence[Piece],
        shape: Shape,
    ) -> None:
        """For other lines of the shape, where it is known what decides over them."""
        of, stencil = shape.stencil
        if of is not self:
            stencil = self._search.stencil(digits_alike, shape)
            shape.stencil = self, stencil
        if stencil is None or len(data) + _growth(pieces) > self._bytes_max:
            return
        # Of text: as it is of the same length throughout the shape, it is cut in the same places.
        if data.isascii():
            known = tuple([(start, end, piece.decode()) for start, end, piece in pieces])
        else:
            known = tuple(
                (len(data[:start].decode()), len(data[:end].decode()), piece.decode())
                for start, end, piece in pieces
            )
        stencil.learn(data, [hit[:2] for hit in hits], known)

    def _of_parts(self, text: str, spaced: str, views: Views) -> str | Gone:
        """A text with control characters: `spaced` redacted, which has blanks in their place, also
        of what shows only where nothing stands there; the same object where nothing was found."""
        plain, glued = views.normalised(spaced), views.normalised(text)
        if plain is None or glued is None:
            return DROPPED
        view = neutralise(plain).encode()
        shown = views.find(view)
        of_glued = views.find(glued_data := neutralise(glued).encode())
        is_broken = only_breaks_words(text, spaced)
        hidden = hidden_between(view, shown, glued_data, of_glued, is_broken=is_broken)
        if hidden is None:
            return DROPPED
        whole = text.encode()
        secrets = views.secrets(whole)
        data = spaced.encode()
        is_plain = view == data
        if is_plain:
            hidden += longer_secrets(text, secrets, spaced, shown)
        if not hidden and (is_plain or not secrets):
            redacted = self._again(spaced, views)
            # A control character alone may be taken for a secret: `token:` and nothing else.
            return text if redacted == spaced and not secrets else redacted
        shown += hidden
        result = self._without(view, shown) if shown else DROPPED
        if isinstance(result, str) and (
            leaves_a_part(data, views.find(data), view, shown, result)
            or (not is_plain and leaves_a_part(whole, secrets, view, shown, result))
        ):
            return DROPPED
        return result

    def _hidden(self, data: bytes, found: list[Hit], other: str, views: Views) -> str | Gone | None:
        """The text redacted, where its other view shows more than it does itself; else None.

        What leaves is the other view; where that would leave a part of what the text itself shows
        (`password=a%20b`, whose value ends at the blank), the text as it was spelled, if that
        covers all; else nothing.
        """
        other_data = neutralise(other).encode()
        shown = views.find(other_data)
        more = only_in(shown, found)
        if not more:
            return None
        result = self._without(other_data, shown)
        if isinstance(result, str) and leaves_a_part(data, found, other_data, shown, result):
            result = DROPPED
            if are_within(more, data, found):
                result = self._without(data, found)
                if isinstance(result, str) and self._shows_more(result, views):
                    return DROPPED
        return result

    def _shows_more(self, text: str, views: Views) -> bool:
        """Whether what is left still hides a finding in another spelling."""
        bare = without_tokens(text.encode())
        other = views.normalised(bare.decode())
        if other is None:
            return True
        return bool(only_in(views.find(other.encode()), views.find(bare)))

    def _without(self, data: bytes, found: list[Hit]) -> str | Gone:
        return self._replaced(data, found)[0]

    def _replaced(
        self, data: bytes, found: list[Hit]
    ) -> tuple[str | Gone, tuple[Piece, ...] | None]:
        """The text without the findings, and without any secret that only then can be seen; and
        what was put where, unless there was more to it."""
        both = self._pieces(found, data)
        if both is None:
            return DROPPED, None
        replaced = _with(data, both[0])
        # As the server looks: what is hit there, is by the shape of what is left.
        left = _with(data, both[1]).translate(ANY_DIGIT)
        named = self._search.gates_of_left(left)
        if len(named) > 1 and secrets_in(without_tokens(replaced), lambda _: named):
            return self._without_bare(replaced), None
        return self._at_most(replaced), tuple(both[0]) if len(named) == 1 else None

    def _without_bare(self, replaced: bytes) -> str | Gone:
        """Without the secrets that a replacement laid bare, and those that this lays bare again."""
        match = self._search.secret_gate()
        for _ in range(_PASSES_MAX):
            bare = secrets_in(replaced, match)
            if not bare or not secrets_in(without_tokens(replaced), match):
                return self._at_most(replaced)
            rank = self._secret_rank
            found: list[Hit] = [(s, e, rank, "secret", value, "B", None) for s, e, value in bare]
            both = self._pieces(found, replaced)
            if both is None:
                return DROPPED
            replaced = _with(replaced, both[0])
        return DROPPED

    def _at_most(self, replaced: bytes) -> str | Gone:
        if len(replaced) <= self._bytes_max:
            return replaced.decode()
        cut = shorten(replaced.decode(), bytes_max=self._bytes_max)
        # What stands before the cut may be one, without what stood behind it: `token: token: …`.
        bare = secrets_in(without_tokens(cut.encode()), self._search.secret_gate())
        return DROPPED if bare else cut

    def _pieces(self, found: list[Hit], data: bytes) -> tuple[list[Piece], list[Piece]] | None:
        """What stands in the place of what; and the same with each token shortened, as
        `without_tokens` does, and digits as 0. None where a treatment drops the whole value."""
        pieces: list[Piece] = []
        left: list[Piece] = []
        resolved = resolve(found)
        for number, (start, end, _, detector, value, tier, identity) in enumerate(resolved, 1):
            if self._dropping and (detector, tier) in self._dropping:
                return None
            if identity is not None:
                piece = self._substitute_own(identity)
            elif len(value) <= _VALUE_BYTES_MAX:
                piece = self._substitute(detector, tier, value)
            else:
                piece = b"<" + detector.encode() + b">"  # no identifier is this long
            if data.startswith(piece, start) and not data[start + len(piece) :][:1].isdigit():
                end = max(end, start + len(piece))  # it was redacted already
            elif (detector, tier) in self._prefixing and b"/" in piece:
                behind = _end_of_network(data, end, detector)
                if number == len(resolved) or behind <= resolved[number][0]:
                    end = behind
            pieces.append((start, end, piece))
            is_token = piece.startswith(TOKEN_BEGINS)
            left.append((start, end, SHORTENED if is_token else piece.translate(ANY_DIGIT)))
        return pieces, left


def _end_of_network(data: bytes, end: int, detector: str) -> int:
    """`end`, or behind the length and the zone of an address: `203.0.113.7/32`, `fe80::1%eth0`."""
    if data[end : end + 1] == b"%" and detector != "ipv6":
        return end
    behind = _BEHIND_ADDRESS.match(data, end)
    return end if behind is None else behind.end()


def _growth(pieces: Sequence[Piece]) -> int:
    """How many bytes longer a text is with each piece in its place; below 0 where it is shorter."""
    growth = 0
    for start, end, piece in pieces:
        growth += len(piece) + start - end
    return growth


def _with(data: bytes, pieces: Sequence[Piece]) -> bytes:
    """`data` with each piece in its place."""
    if len(pieces) == 1:
        start, end, piece = pieces[0]
        return data[:start] + piece + data[end:]
    parts: list[bytes] = []
    position = 0
    for start, end, piece in pieces:
        parts += data[position:start], piece
        position = end
    return b"".join((*parts, data[position:]))


def _with_text(text: str, pieces: Known) -> str:
    """The same of a text."""
    parts: list[str] = []
    position = 0
    for start, end, piece in pieces:
        parts += text[position:start], piece
        position = end
    parts.append(text[position:])
    return "".join(parts)
