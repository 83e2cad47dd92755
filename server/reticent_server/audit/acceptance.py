"""What an administrator takes for known: the trail as it stood, and nothing that changes later.

The row `audit.accept` names the newest row there was and a SHA-256 over all rows up to it as they
were stored, whole or not. Verification, of each checkpoint that accepts: 1. the newest such row
before it is whole; 2. the rows up to the one that it names are still those. Where they are not, the
acceptance counts for nothing, and neither does it where verifying begins later than with row 1.

    digest = SHA-256 of each row's stored values, as Python's `ascii` writes the tuple, one a line

Whoever accepts says which verdict they looked at, by its digest: over all rows up to the last one
of then, and over which problems there were, by row or by checkpoint. Rows that were added since
change neither; whatever else did is refused.

    digest of a verdict = <number of the last row>-<SHA-256 of `ascii` of (that number, the rows'
    digest, the sorted problems)>
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import astuple

from reticent_server.audit.chain import Row

ACTION = "audit.accept"
_NAMED = re.compile(r"up to row ([0-9]{1,18}), ([0-9a-f]{64})$")
_DIGEST = re.compile(r"([0-9]{1,18})-[0-9a-f]{64}")
_REMEMBERED = 1_000  # rows that others may have added between reading the trail and accepting it


class Standing:
    """The rows that went by, and those that an administrator took for known.

    `seen`: the number of a row up to which a verdict's digest is wanted too.
    """

    def __init__(self, *, seen: int | None = None) -> None:
        self._rows = hashlib.sha256()
        self._number = 0
        self._digests: OrderedDict[int, str] = OrderedDict({0: self._rows.hexdigest()})
        self._known: tuple[int, int] | None = None  # the row that accepts, the last accepted
        self._seen = seen
        self._then = self._rows.hexdigest() if seen == 0 else ""

    def row(self, row: Row, number: int, *, sound: bool) -> None:
        """`sound`: the row is as it was written, and follows the one before."""
        if row.record.action == ACTION:
            self._known = self._accepted(row, number) if sound else None
        self._rows.update(ascii((astuple(row.record), row.previous_hash, row.hash)).encode())
        self._rows.update(b"\n")
        self._number = number
        self._digests[number] = self._rows.hexdigest()
        if number == self._seen:
            self._then = self._digests[number]
        if len(self._digests) > _REMEMBERED:
            self._digests.popitem(last=False)

    def accepted_up_to(self) -> int | None:
        """The last row that the newest `audit.accept` is about; None where it does not hold."""
        return self._known[1] if self._known else None

    def named(self) -> str:
        """For the object of a row `audit.accept`."""
        return f"up to row {self._number}, {self._rows.hexdigest()}"

    def digest(self, problems: Iterable[tuple[str, int]]) -> str:
        """Of a verdict over the rows that went by. A problem: its kind, and row or checkpoint."""
        return _digest(self._number, self._rows.hexdigest(), problems)

    def digest_then(self, problems: Iterable[tuple[str, int]]) -> str:
        """The same, had `seen` been the last row; empty where there is no such row."""
        return _digest(self._seen or 0, self._then, problems) if self._then else ""

    def _accepted(self, row: Row, number: int) -> tuple[int, int] | None:
        found = _NAMED.search(str(row.record.object))
        if found is None or self._digests.get(int(found[1])) != found[2]:
            return None
        return number, int(found[1])


def last_row_of(digest: str) -> int | None:
    """The number of the last row that a verdict's digest is about; None where it is no digest."""
    found = _DIGEST.fullmatch(digest)
    return int(found[1]) if found else None


def with_more(digest: str, problems: Iterable[tuple[str, int]]) -> str:
    """The digest of a verdict to which somebody else added problems; empty stays empty."""
    number, _, rows = digest.partition("-")
    return _digest(int(number), rows, problems) if digest else ""


def _digest(number: int, rows: str, problems: Iterable[tuple[str, int]]) -> str:
    whole = ascii((number, rows, sorted(problems)))
    return f"{number}-{hashlib.sha256(whole.encode()).hexdigest()}"
