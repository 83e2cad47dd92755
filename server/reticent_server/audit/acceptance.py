"""What an administrator takes for known: the trail as it stood, and nothing that changes later.

The row `audit.accept` names the newest row there was and a SHA-256 over all rows up to it as they
were stored, whole or not. Verification, of each checkpoint that accepts: 1. the newest such row
before it is whole; 2. the rows up to the one that it names are still those. Where they are not, the
acceptance counts for nothing, and neither does it where verifying begins later than with row 1.

    digest = SHA-256 of each row's stored values, as Python's `ascii` writes the tuple, one a line
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
_REMEMBERED = 1_000  # rows that others may have added between reading the trail and accepting it


class Standing:
    """The rows that went by, and those that an administrator took for known."""

    def __init__(self) -> None:
        self._rows = hashlib.sha256()
        self._number = 0
        self._digests: OrderedDict[int, str] = OrderedDict({0: self._rows.hexdigest()})
        self._known: tuple[int, int] | None = None  # the row that accepts, the last accepted

    def row(self, row: Row, number: int, *, sound: bool) -> None:
        """`sound`: the row is as it was written, and follows the one before."""
        if row.record.action == ACTION:
            self._known = self._accepted(row, number) if sound else None
        self._rows.update(ascii((astuple(row.record), row.previous_hash, row.hash)).encode())
        self._rows.update(b"\n")
        self._number = number
        self._digests[number] = self._rows.hexdigest()
        if len(self._digests) > _REMEMBERED:
            self._digests.popitem(last=False)

    def accepted_up_to(self) -> int | None:
        """The last row that the newest `audit.accept` is about; None where it does not hold."""
        return self._known[1] if self._known else None

    def named(self) -> str:
        """For the object of a row `audit.accept`."""
        return f"up to row {self._number}, {self._rows.hexdigest()}"

    def _accepted(self, row: Row, number: int) -> tuple[int, int] | None:
        found = _NAMED.search(str(row.record.object))
        if found is None or self._digests.get(int(found[1])) != found[2]:
            return None
        return number, int(found[1])


def standing_of(rows: Iterable[Row]) -> str:
    """What a row `audit.accept` over these names."""
    standing = Standing()
    for row in rows:
        standing.row(row, row.record.number, sound=True)
    return standing.named()
