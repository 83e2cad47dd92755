"""What can go wrong in the event store. Messages never hold a collected value."""

from __future__ import annotations

from reticent_server.errors import ServerError, StoreError


class StoreFullError(StoreError):
    """The disk has no room. Nothing of the group was stored; the same group may be tried again."""


class StoreDamagedError(StoreError):
    """The store on disk cannot be opened as it is; a person has to act."""

    permanent = True


class StoreClosedError(StoreError):
    """The store was closed before the call."""

    permanent = True


class GroupInvalidError(StoreError):
    """A group's columns contradict each other. Nothing of it was stored."""

    permanent = True


class QueryTooLargeError(StoreError):
    """One query asked for more time or memory than a query gets."""


class CursorInvalidError(ServerError):
    """A cursor that this server did not make."""
