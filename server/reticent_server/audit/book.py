"""The checkpoints that a trail is held against, from wherever they were kept.

1. Each one is of the given key. 2. A sequence number has one checkpoint: two that differ mean that
the trail was rolled back and went on another way. 3. None is missing between the first and the
last. 4. Each names the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from reticent_server.audit.checkpoint import Checkpoint, Mark
from reticent_server.audit.findings import Problem
from reticent_server.audit.sinks import CheckpointFile
from reticent_server.errors import ServerError
from reticent_server.limits import AUDIT_PROBLEMS_MAX


class CheckpointBook:
    """`public_key` None takes the key of the first checkpoint: then the file vouches for itself."""

    def __init__(self, public_key: bytes | None) -> None:
        self.public_key = public_key
        self._by_sequence: dict[int, Mark] = {}
        self._problems: list[tuple[int, Problem]] = []  # with the sequence that it is about
        self._told: set[bytes] = set()

    def add(self, checkpoints: Iterable[Checkpoint]) -> None:
        for checkpoint in checkpoints:
            one, statement = checkpoint.mark, checkpoint.statement
            if self.public_key is None:
                self.public_key = statement.public_key
            known = self._by_sequence.get(one.sequence)
            if known is not None and known.digest == one.digest:
                continue
            if not statement.is_of(self.public_key):
                self._tell(one, f"checkpoint {one.sequence} is not signed by the given key")
            elif known is not None:
                self._tell(
                    one,
                    f"there are two checkpoints {one.sequence}, at rows {known.number} and "
                    f"{one.number}: the trail was rolled back and went on another way",
                )
                self._by_sequence[one.sequence] = max(known, one, key=lambda mark: mark.number)
            else:
                self._by_sequence[one.sequence] = one

    def by_row(self) -> Iterator[Mark]:
        marks = self._by_sequence.values()
        return iter(sorted(marks, key=lambda mark: (mark.number, mark.sequence)))

    @property
    def newest(self) -> Mark | None:
        return self._by_sequence[max(self._by_sequence)] if self._by_sequence else None

    def problems(self) -> list[tuple[int, Problem]]:
        """With the sequence number that each is about."""
        return [*self._problems, *self._broken_links()]

    def _broken_links(self) -> Iterator[tuple[int, Problem]]:
        before: Mark | None = None
        for sequence in sorted(self._by_sequence):
            one = self._by_sequence[sequence]
            sentence = ""
            if before is not None and sequence != before.sequence + 1:
                sentence = f"checkpoints {before.sequence + 1} to {sequence - 1} are missing"
            elif before is not None and one.previous != before.digest:
                sentence = f"checkpoint {sequence} does not follow checkpoint {before.sequence}"
            if sentence:
                yield sequence, Problem(kind="checkpoint", number=one.number, sentence=sentence)
            before = one

    def _tell(self, one: Mark, sentence: str) -> None:
        if one.digest not in self._told and len(self._told) < AUDIT_PROBLEMS_MAX:
            self._told.add(one.digest)
            problem = Problem(kind="checkpoint", number=one.number, sentence=sentence)
            self._problems.append((one.sequence, problem))


def add_file(book: CheckpointBook, path: Path) -> None:
    """A file that somebody named. Raises ServerError where it cannot be read or has none."""
    try:
        found = list(CheckpointFile(path).all())
    except OSError as error:
        raise ServerError(
            f"{path} cannot be read ({error.strerror}); nothing was verified; name another file"
        ) from error
    if not found:
        raise ServerError(f"{path} holds no checkpoint; nothing was verified; name another file")
    book.add(found)
