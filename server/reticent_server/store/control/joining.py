"""A service within somebody's transaction: what it does is stored with all else of it, or not.

So that one transaction holds what was done and what the audit trail says of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Self

from sqlalchemy.orm import Session

if TYPE_CHECKING:  # it imports us, by way of its models
    from reticent_server.auth.control import Control


class _Within:
    """Stands for the control store: each transaction is the one of `db`, which others end."""

    def __init__(self, db: Session) -> None:
        self._db = db

    @contextmanager
    def session(self) -> Iterator[Session]:
        begun = self._db.get_transaction() or self._db.begin()
        yield self._db
        if self._db.get_transaction() is not begun:
            raise RuntimeError("a part of a transaction ended it; what follows would stand alone")
        self._db.flush()

    @contextmanager
    def read(self) -> Iterator[Session]:
        yield self._db


class Joining:
    """A service on the control store, which leaves each of its transactions to end by itself."""

    _control: Control

    def within(self, db: Session) -> Self:
        """The same service, and what it is made of, in the transaction of `db`; good while that
        lasts. What it keeps in memory is shared, and stays where the transaction is undone."""
        made = copy(self)
        made._control = _Within(db)
        for name, part in vars(self).items():
            if isinstance(part, Joining):
                setattr(made, name, part.within(db))
        return made
