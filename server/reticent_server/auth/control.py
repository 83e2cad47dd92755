"""What auth and audit need of the control store, so that tests can hand in a bare one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy.orm import Session


class Control(Protocol):
    def session(self) -> AbstractContextManager[Session]:
        """A transaction that may write."""

    def read(self) -> AbstractContextManager[Session]:
        """A transaction that only reads, without a lock."""
