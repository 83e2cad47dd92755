"""What the server does within somebody's transaction, done by a test in one of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from reticent_server.store.control import ControlStore
from sqlalchemy.orm import Session

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def committed(
    control: ControlStore,
    change: Callable[Concatenate[Session, _Given], _Result],
    *given: _Given.args,
    **more: _Given.kwargs,
) -> _Result:
    """What `change` gives; whoever listens for its commit was told."""
    with control.session() as session:
        return change(session, *given, **more)
