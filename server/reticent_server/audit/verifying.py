"""Proves that an audit trail is whole, or says where it is not.

For each row, in the order given: 1. its number is the next; 2. its hash is that of its content;
3. it names the hash of the row before; 4. where a checkpoint was made at it, the checkpoint has
the same hash. At the end: 5. no checkpoint speaks of a row beyond it; 6. nor does the seal of an
export. Memory is bounded by the checkpoints, not by the rows.

The caller owes: a key from elsewhere, and checkpoints that were kept where whoever could write to
the database could not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace

from reticent_server.audit.acceptance import Standing
from reticent_server.audit.book import CheckpointBook
from reticent_server.audit.chain import FIRST_PREVIOUS, Row, follows_its_own_hash
from reticent_server.audit.checkpoint import Mark
from reticent_server.audit.findings import Kind, Problem, Verdict
from reticent_server.limits import AUDIT_PROBLEMS_MAX

_REMEMBERED = 1_000  # hashes and ranges, to tell a row that moved from one that was changed


class Verifier:
    """`row` for each row, then `finish` once. `first` and `previous`: what the rows begin with;
    `seen`: the last row of a verdict whose digest is wanted."""

    def __init__(
        self,
        book: CheckpointBook,
        *,
        first: int = 1,
        previous: bytes | None = FIRST_PREVIOUS,
        seen: int | None = None,
    ) -> None:
        self._book = book
        self._checkpoints = book.by_row()
        self._due = self._skip_before(first)
        self._agreed: list[Mark] = []
        self._begin = first
        self._expected = first
        self._previous = previous
        self._rows = 0
        self._head = (first - 1, previous or FIRST_PREVIOUS)
        self._missing: list[list[int]] = []
        self._wanted: OrderedDict[bytes, int] = OrderedDict()  # previous_hash -> row that names it
        self._seen: OrderedDict[bytes, int] = OrderedDict()
        self._problems: dict[int, Problem] = {}
        self._more = 0
        self._by_checkpoint: list[tuple[int, Problem]] = []
        self._accepting: list[tuple[Mark, int]] = []  # with the last row that it accepts
        self._standing = Standing(seen=seen)

    def row(self, row: Row) -> None:
        number = row.record.number
        self._rows += 1
        if type(number) is not int or number < self._expected:
            at = number if type(number) is int else self._expected
            self._standing.row(row, at, sound=False)
            self._out_of_order(at)
            return
        if number > self._expected:
            self._miss(self._expected, number - 1)
            self._previous = None
        sound = self._check(row, number)
        self._standing.row(row, number, sound=sound)
        self._compare(number, row.hash)
        self._expected, self._previous = number + 1, row.hash
        self._head = (number, row.hash if isinstance(row.hash, bytes) else b"")
        _remember(self._seen, row.hash, number)

    def add(self, problem: Problem) -> None:
        """One that is not about a row's content."""
        self._tell(problem.kind, problem.number, problem.sentence)

    @property
    def expected(self) -> int:
        """The number that the next row must have."""
        return self._expected

    def gap(self, low: int, high: int, previous: bytes) -> None:
        """Rows that lie between two exports; the next one follows `previous`."""
        self._tell("gap", low, f"between two exports {_are(low, high)} missing")
        self._expected, self._previous = high + 1, previous

    def ends(self, number: int, row_hash: bytes) -> None:
        """The rows so far were signed to end with this one."""
        if self._head[0] < number:
            self._tell(
                "truncated",
                self._head[0] + 1,
                f"the rows end with {self._head[0]}, and the export was signed with rows up to "
                f"{number}",
            )
        elif self._head != (number, row_hash) and number:
            self._tell("altered", number, f"row {number} is not the one that was exported")

    def finish(self) -> Verdict:
        for low, high in self._missing:
            self._tell("deleted", low, f"{_are(low, high)} missing")
        while self._due is not None:
            one = self._due
            sentence = (
                f"the trail ends with row {self._head[0]}, and checkpoint {one.sequence} was made "
                f"at row {one.number}: the end was cut off, or an older copy was put in its place"
            )
            problem = Problem(kind="truncated", number=self._head[0] + 1, sentence=sentence)
            self._by_checkpoint.append((one.sequence, problem))
            self._due = next(self._checkpoints, None)
        return self._verdict()

    def _check(self, row: Row, number: int) -> bool:
        whole = follows_its_own_hash(row)
        linked = self._previous is None or row.previous_hash == self._previous
        moved = self._wanted.pop(row.hash, None) if isinstance(row.hash, bytes) else None
        if moved is not None:  # an earlier place holds the row that was written after this one
            self._tell("reordered", moved, f"row {moved} stands before the row that it follows")
        if whole and linked:
            return True
        if not whole:
            if not linked and row.previous_hash in self._seen:
                self._tell("reordered", number, f"row {number} was written at another place")
            else:
                self._tell("altered", number, f"row {number} is not as it was written")
        elif number - 1 not in self._problems:
            self._tell(
                "altered",
                number - 1,
                f"row {number - 1} is not the one that row {number} was written after",
            )
        if not linked and isinstance(row.previous_hash, bytes):
            _remember(self._wanted, row.previous_hash, number)
        return False

    def _out_of_order(self, number: int) -> None:
        for at, (low, high) in enumerate(self._missing):
            if low <= number <= high:
                halves = [[low, number - 1], [number + 1, high]]
                self._missing[at : at + 1] = [half for half in halves if half[0] <= half[1]]
                break
        self._tell("reordered", number, f"row {number} stands after row {self._expected - 1}")

    def _miss(self, low: int, high: int) -> None:
        if len(self._missing) < _REMEMBERED:
            self._missing.append([low, high])
        else:
            self._more += 1

    def _compare(self, number: int, row_hash: bytes) -> None:
        while self._due is not None and self._due.number <= number:
            one = self._due
            if one.number == number and one.hash == row_hash:
                self._agreed.append(one)
                up_to = self._standing.accepted_up_to() if one.accepts else None
                if up_to is not None:
                    self._accepting.append((one, up_to))
            elif one.number == number:
                low, first = self._first_wrong_before(one)
                sentence = (
                    f"rows {low} to {number} are not those that checkpoint {one.sequence} was made "
                    "over: they were rewritten"
                )
                problem = Problem(kind="altered", number=first, sentence=sentence)
                self._by_checkpoint.append((one.sequence, problem))
            self._due = next(self._checkpoints, None)

    def _first_wrong_before(self, one: Mark) -> tuple[int, int]:
        """The first row that may be wrong, and the first that is known to be, or the same again.

        A checkpoint that was made later vouches for nothing that an earlier one contradicts.
        """
        earlier = (mark for mark in reversed(self._agreed) if mark.sequence < one.sequence)
        low = next((mark.number + 1 for mark in earlier), self._begin)
        wrong = [*self._problems, *(row for row, _ in self._missing)]
        return low, min((row for row in wrong if row >= low), default=low)

    def _skip_before(self, first: int) -> Mark | None:
        for one in self._checkpoints:
            if one.number >= first:
                return one
        return None

    def _tell(self, kind: Kind, number: int, sentence: str) -> None:
        if number not in self._problems or kind == "reordered":
            if len(self._problems) < AUDIT_PROBLEMS_MAX or number in self._problems:
                self._problems[number] = Problem(kind=kind, number=number, sentence=sentence)
            else:
                self._more += 1

    def _verdict(self) -> Verdict:
        found = [*self._accepted_rows(), *self._accepted_checkpoints()]
        found.sort(key=lambda problem: problem.number)
        newest, keys = self._book.newest, list(self._keys())
        return Verdict(
            rows=self._rows,
            head_number=self._head[0],
            head_hash=self._head[1],
            newest=(newest.sequence, newest.number, newest.at_us) if newest else None,
            broken=sum(not problem.accepted for problem in found) + self._more,
            accepted=sum(problem.accepted for problem in found),
            problems=_first_ones(found),
            digest=self._standing.digest(keys),
            digest_then=self._standing.digest_then(keys),
            standing=self._standing.named(),
        )

    def _keys(self) -> Iterator[tuple[str, int]]:
        """The problems, by what stays the same while rows are added: a checkpoint that the end of
        the trail lacks today is contradicted by another row tomorrow."""
        yield "more", self._more
        for number, problem in self._problems.items():
            yield problem.kind, 0 if problem.kind == "unprotected" else number
        for sequence, _ in [*self._by_checkpoint, *self._book.problems()]:
            yield "checkpoint", sequence

    def _accepted_rows(self) -> Iterator[Problem]:
        until = max((up_to for _, up_to in self._accepting), default=0)
        for problem in self._problems.values():
            yield replace(problem, accepted=problem.number <= until)

    def _accepted_checkpoints(self) -> Iterator[Problem]:
        until = max((one.sequence for one, _ in self._accepting), default=0)
        for sequence, problem in [*self._by_checkpoint, *self._book.problems()]:
            yield replace(problem, accepted=sequence <= until)


def _first_ones(problems: list[Problem]) -> tuple[Problem, ...]:
    """Of those that nobody accepted first, so that many old ones cannot hide a new one."""
    chosen = sorted(problems, key=lambda problem: problem.accepted)[:AUDIT_PROBLEMS_MAX]
    return tuple(sorted(chosen, key=lambda problem: problem.number))


def _are(low: int, high: int) -> str:
    return f"rows {low} to {high} are" if high > low else f"row {low} is"


def _remember(of: OrderedDict[bytes, int], key: bytes, number: int) -> None:
    of[key] = number
    if len(of) > _REMEMBERED:
        of.popitem(last=False)
