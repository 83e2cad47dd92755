"""Where something stands in a text, by which detector and tier.

Enters: text as UTF-8 bytes. Leaves: hits. Must hold: linear in the length of the text; what cannot
be looked at raises.

    gates (a few RE2 sets over all patterns and own identifiers), asked once for all lines that
    differ in digits only -> finders whose gate was hit
    -> overlaps: the most protective treatment wins, then the longest, over all they cover
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reticent_contract.limits import CUSTOM_FINDINGS_MAX, CUSTOM_WORK_MAX
from reticent_contract.redact.allow import IsAllowed
from reticent_contract.redact.automaton import OTHER_VIEW, Gate
from reticent_contract.redact.breaks import broken, either, is_told_by_digits, may_break
from reticent_contract.redact.detectors.secret import SECRET
from reticent_contract.redact.detectors.secret_gate import worthwhile
from reticent_contract.redact.digits import Held
from reticent_contract.redact.hits import Hit, Kind
from reticent_contract.redact.looks import Look, Settled, at, looks_of
from reticent_contract.redact.own import OwnIdentifiers
from reticent_contract.redact.own_matcher import OwnMatcher, nobody
from reticent_contract.redact.sets import Match
from reticent_contract.redact.shapes import ANY_DIGIT, Line, Shape, Shapes, Span, may_be_kept
from reticent_contract.redact.stencil import Stencil, with_digits
from reticent_contract.redact.written import (
    NEUTRALISED_BEGINS,
    masked,
    may_stand,
    without_written,
)

_OUT_OF_MEMORY = "the detectors could not look: RE2 is out of memory"


class Search:
    """The detectors that `protection` names, over one text at a time. Thread-safe.

    `protection`: how much the treatment of a detector's tier protects; of overlapping hits the
    higher one wins. What has none is not looked for. `is_allowed`: exceptions by detector.
    """

    __slots__ = (
        "_all_looks",
        "_custom",
        "_custom_looks",
        "_gate",
        "_is_allowed",
        "_own",
        "_own_rank",
        "_protection",
        "_sizes",
    )

    def __init__(
        self,
        with_gate: Gate,
        protection: Mapping[Kind, int],
        own: OwnIdentifiers | None,
        is_allowed: IsAllowed | None = None,
    ) -> None:
        count = len(with_gate.names)
        self._gate = with_gate
        self._protection = protection
        self._custom = with_gate.custom
        self._own = own if ("own", "A") in protection else None
        own_order = count - with_gate.names.index("own")
        self._own_rank = protection.get(("own", "A"), 0), own_order + 4 * count
        self._is_allowed = is_allowed
        self._all_looks = all_looks = looks_of(with_gate, frozenset(protection.items()))
        first = 2 + with_gate.others_count + with_gate.secrets_count
        custom = range(first, 2 + len(with_gate.finders))
        self._custom_looks = [(), *map(all_looks.of, custom)]
        finders = with_gate.finders
        self._sizes = [0, *(sum(f.size for _, f in finders[index - 2]) for index in custom)]

    def secret_gate(self) -> Match:
        """The gate of secrets that `find` asks: that of own identifiers, where there are some."""
        return self.matcher().gate

    def secrets(self) -> Search:
        """The same search for secrets alone, of a text that is too long for its shape to be kept.

        What else is found changes nothing of them (see `breaks`, `written`).
        """
        kinds = {kind: least for kind, least in self._protection.items() if kind[0] == SECRET.name}
        return Search(self._gate, kinds, None, self._is_allowed)

    def matcher(self) -> OwnMatcher:
        """Of the identifiers learned so far."""
        own = self._own
        return own.made or own.matcher() or nobody() if own else nobody()

    def shapes(self) -> Shapes:
        """What is known of shapes of lines, by these detectors and the identifiers learned."""
        matcher = self.matcher()
        of, shapes = matcher.shapes
        return shapes if of is self._gate else matcher.begin_shapes(self._gate)

    def find(self, data: bytes) -> tuple[list[Hit], Shape]:
        """Every hit that is no exception, overlapping ones too, and the shape of the text."""
        hits, shape = self.look(data, data.translate(ANY_DIGIT))
        return self.without_allowed(hits), shape

    def without_allowed(self, hits: list[Hit]) -> list[Hit]:
        is_allowed = self._is_allowed
        if is_allowed is None:
            return hits
        return [hit for hit in hits if not is_allowed(hit[3], hit[4])]

    def look(self, data: bytes, text: bytes) -> tuple[list[Hit], Shape]:
        """Every hit, exceptions too. `text`: `data` with every digit as 0."""
        if data.find(NEUTRALISED_BEGINS) >= 0:
            data = masked(data)
            text = data.translate(ANY_DIGIT)
        matcher = self.matcher()
        of, shapes = matcher.shapes
        if of is not self._gate:
            shapes = matcher.begin_shapes(self._gate)
        line: bytes | None = None
        shape = shapes.known.get(hash(text))
        if shape is None:
            shape = self._shape(text, matcher, shapes)
            if may_be_kept(data) and shapes.come_again():
                line = Line.of(data, shape)
                looks, settled = self._worthwhile(line, text)
                shape.looks, shape.prepared_by = (None, looks, settled), self
            else:
                line, looks, settled = data, self._looks(shape), []
        else:
            of, looks, settled = shape.looks
            if of is not self:
                line = Line.of(data, shape)
                looks, settled = self._again(line, text, shapes)
        return self._hits(data, line, shape, looks, settled, matcher), shape

    def look_as(self, data: bytes, shape: Shape, matcher: OwnMatcher) -> list[Hit]:
        """The same of a line of which `shape` is known, by `matcher`."""
        _, looks, settled = shape.looks
        return self._hits(data, None, shape, looks, settled, matcher)

    def look_apart(self, data: bytes, matcher: OwnMatcher) -> tuple[list[Hit], Shape]:
        """The same of a line of which nothing is known, and its shape, prepared; nothing is kept.

        `data` holds nothing that `neutralise` made.
        """
        text = data.translate(ANY_DIGIT)
        shape = self._shape(text, matcher, Shapes())
        line = Line.of(data, shape)
        looks, settled = self._worthwhile(line, text)
        shape.looks = self, looks, settled
        return self._hits(data, line, shape, looks, settled, matcher), shape

    def _hits(
        self,
        data: bytes,
        line: bytes | None,
        shape: Shape,
        looks: list[Look],
        settled: list[Settled],
        matcher: OwnMatcher,
    ) -> list[Hit]:
        own = self._own
        hits: list[Hit] = []
        for start, end, rank, name, tier in settled:
            hits.append((start, end, rank, name, data[start:end], tier, None))
        for held, ask, spans, name, tier, protection, order, _ in looks:
            if held is not None and held.search(data) is None:
                continue
            if spans is not None:
                found = ask(data, spans)
            else:
                if line is None:
                    line = Line.of(data, shape)
                found = ask(line)
            for start, end, value in found:
                rank = (protection, end - start, order)
                hits.append((start, end, rank, name, value, tier, None))
        if self._custom is not None:
            self._look_custom(data, self._custom(data), hits)
        if shape.secrets and own is not None:
            least, order = self._own_rank
            for start, end, identity in matcher.named(data, shape.secrets):
                rank = (least, end - start, order)
                hits.append((start, end, rank, "own", data[start:end], "A", identity))
        if shape.has_breaks:
            view, breaks = broken(data)
            if breaks:
                hits = either(hits, self.look(view, view.translate(ANY_DIGIT))[0], breaks)
        if shape.has_written:
            hits = without_written(data, hits)
        return hits

    def _shape(self, text: bytes, matcher: OwnMatcher, shapes: Shapes) -> Shape:
        others, secrets = self._gate.others(text), matcher.gate(text)
        if not others or not secrets:
            raise RuntimeError(_OUT_OF_MEMORY)
        others.sort()
        secrets.sort()
        has_other_view = len(others) > 1 and others[1] == OTHER_VIEW
        is_kept = may_be_kept(text)
        shape = shapes.shape(
            others[1 + has_other_view :],
            secrets[1:],
            has_other_view=has_other_view,
            has_breaks=may_break(text),
            has_written=may_stand(text),
            is_kept=is_kept,
        )
        if is_kept:
            shapes.add(hash(text), shape)
        return shape

    def _looks(self, shape: Shape) -> list[Look]:
        """The finders whose gates are hit, each once, behind what has to stand in a line for it."""
        looked: list[Look] = []
        before: Sequence[Look] = ()
        all_looks = self._all_looks
        for index in shape.others:
            looks = all_looks.of(index)
            if looks is before:  # another pattern of one gate: both need not hold the same
                looked[len(looked) - len(looks) :] = looks
            else:
                looked += all_looks.held(index) or looks
                before = looks
        secrets_count, behind = self._gate.secrets_count, 1 + self._gate.others_count
        for index in shape.secrets:
            if index > secrets_count:
                break  # of own identifiers
            looks = all_looks.of(behind + index)
            if looks is not before:
                looked += looks
                before = looks
        return looked

    def _again(self, line: Line, text: bytes, shapes: Shapes) -> tuple[list[Look], list[Settled]]:
        shape = line.shape
        of, looks, settled = shape.looks
        _, stencil = shape.stencil
        shapes.again += of is None and (stencil is None or stencil.is_met_now())
        if of is not None or shape.prepared_by is not self:
            looks, settled = self._worthwhile(line, text)
        shape.looks = self, looks, settled
        return looks, settled

    def _worthwhile(self, line: Line, text: bytes) -> tuple[list[Look], list[Settled]]:
        """Of those the ones that may find something in some line of the shape, and what is settled:
        what a finder finds where it reads no digit, it finds in every line of the shape.

        `text`: the line with every digit as 0.
        """
        shape = line.shape
        spans = shape.spans
        has_digits = b"0" in text
        worthwhile: list[Look] = []
        settled: list[Settled] = []
        for look in self._looks(shape):
            finder = look[-1]
            needs = finder.needs
            known: Sequence[Span] | None = None
            if needs is not None:
                needs.spans(line)
                known = spans.get(needs)
                if known == []:
                    continue  # in no line of the shape
            is_told_where = known is not None and finder.reads is not None
            if has_digits and not (
                is_told_where and not with_digits(text, finder.reading(known or ()))
            ):
                worthwhile.append(at(known, look))
                continue
            found = list(finder.find(line))
            is_spelled_so = all(value == line[start:end] for start, end, value in found)
            if not is_spelled_so or not shape.has_room(len(found)):
                worthwhile.append(at(known, look))
                continue
            _, _, _, name, tier, protection, order, _ = look
            settled += [(s, e, (protection, e - s, order), name, tier) for s, e, _ in found]
        shape.keep_only(look[-1].needs for look in worthwhile)
        return worthwhile, settled

    def has_prepared(self, shape: Shape) -> bool:
        """Whether it is known what this search has to look for in any line of it."""
        of = shape.looks[0]
        return of is self or (of is None and shape.prepared_by is self)

    def stencil(self, text: bytes, shape: Shape) -> Stencil | None:
        """What decides over lines of a prepared shape; None where any digit may."""
        if shape.has_other_view or NEUTRALISED_BEGINS in text:
            return None
        readings = [shape]
        if shape.has_breaks:
            view = self.shapes().known.get(hash(broken(text)[0]))
            if view is None or is_told_by_digits(text) or not self.has_prepared(view):
                return None
            readings.append(view)
        windows: list[tuple[int, int]] = []
        held: list[Held] = []
        for each in readings:
            deciding = self.deciding(each)
            if deciding is None:
                return None
            windows += deciding[0]
            held += [holds for holds in deciding[1] if holds not in held]
        is_met = shape.looks[0] is self
        return Stencil(with_digits(text, windows), held, self.shapes().outcomes, is_met=is_met)

    def deciding(self, shape: Shape) -> tuple[list[tuple[int, int]], list[Held]] | None:
        """The stretches that decide over lines of a prepared shape, and what else must not stand
        in one (see `Stencil`); None where any digit may decide."""
        if self._custom is not None or (
            self._own is not None and self.matcher().is_among(shape.secrets)
        ):
            return None
        _, looks, settled = shape.looks
        windows = [(start, end) for start, end, *_ in settled]
        held: list[Held] = []
        for holds, _, spans, *_, finder in looks:
            if holds is not None:
                held.append(holds)
                continue
            spans = spans or shape.spans.get(finder.needs)
            if spans is None or finder.reads is None:
                return None
            windows += finder.reading(spans)
        return windows, held

    def gates_of_left(self, text: bytes) -> list[int]:
        """Which gates of secrets may tell something in what a replacement left: `text`, as
        `without_tokens` has it and with every digit as 0. The first is in every answer.

        RuntimeError where it cannot look.
        """
        shapes, key = self.shapes(), hash(text)
        named = shapes.left.get(key)
        if named is None:
            named = self.gates_of_secrets(text)
            if may_be_kept(text):
                shapes.keep_left(key, named)
        return named

    def gates_of_secrets(self, text: bytes) -> list[int]:
        """The same of a text of which nothing is known."""
        named = self.matcher().gate(text)
        if not named:
            raise RuntimeError(_OUT_OF_MEMORY)
        return worthwhile(named, text)

    def _look_custom(self, data: bytes, named: list[int], hits: list[Hit]) -> None:
        if not named:
            raise RuntimeError(_OUT_OF_MEMORY)
        if len(data) * sum([self._sizes[index] for index in named]) > CUSTOM_WORK_MAX:
            raise RuntimeError("the policy's own detectors would take too long over one text")
        before = len(hits)
        for index in named:
            for _, ask, _, name, tier, protection, order, _ in self._custom_looks[index]:
                for start, end, value in ask(data):
                    rank = (protection, end - start, order)
                    hits.append((start, end, rank, name, value, tier, None))
            if len(hits) - before > CUSTOM_FINDINGS_MAX:
                raise RuntimeError("the policy's own detectors find too much in one text")
