"""Widening and stopping the share of a group that a version goes to.

Must hold: a share only grows; a stop leaves the version where it is, because agents never go back.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.policies import reading
from reticent_server.policies.models import PolicyStep
from reticent_server.policies.published import SHARE_WHOLE, PublishedPolicy, StageState
from reticent_server.store.control.engine import ControlStore, after_commit


class Rollouts:
    """Thread-safe; calls block on the control store. `tell(group)`: its laptops' policy changed."""

    def __init__(
        self,
        control: ControlStore,
        *,
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._control = control
        self._tell = tell
        self._clock = clock

    def widen(self, group: str, *, share: int, by: str = "local") -> PublishedPolicy:
        """The group's newest version, for `share` percent of it. ConflictError, NotFoundError."""
        with self._control.session() as session:
            return self.widen_in(session, group, share=share, by=by)

    def widen_in(self, session: Session, group: str, *, share: int, by: str) -> PublishedPolicy:
        """The same in somebody's transaction, which ends where this raises."""
        policy = _rolling(session, group)
        before = policy.stage.share_percent
        if not before < share <= SHARE_WHOLE:
            raise ConflictError(
                f"version {policy.version} of group {group!r} goes to {before} % of its "
                f"laptops, and a share only grows, up to {SHARE_WHOLE}; nothing was changed; "
                "name a larger share, or stop the rollout"
            )
        self._step(session, policy, share=share, stopped=False, by=by)
        after_commit(session, lambda: self._tell(group))
        return _again(session, policy)

    def stop(self, group: str, *, by: str = "local") -> PublishedPolicy:
        """No further laptop gets the newest version; those that have it keep it.

        Raises ConflictError, NotFoundError.
        """
        with self._control.session() as session:
            return self.stop_in(session, group, by=by)

    def stop_in(self, session: Session, group: str, *, by: str) -> PublishedPolicy:
        """The same in somebody's transaction, which ends where this raises."""
        policy = _rolling(session, group)
        self._step(session, policy, share=policy.stage.share_percent, stopped=True, by=by)
        return _again(session, policy)

    def _step(
        self, session: Session, policy: PublishedPolicy, *, share: int, stopped: bool, by: str
    ) -> None:
        last = select(func.max(PolicyStep.step)).where(
            PolicyStep.group_name == policy.group, PolicyStep.version == policy.version
        )
        session.add(
            PolicyStep(
                group_name=policy.group,
                version=policy.version,
                step=(session.scalar(last) or 0) + 1,
                share_percent=share,
                stopped=stopped,
                at_s=int(self._clock()),
                done_by=by[:128],
            )
        )
        session.flush()


def _rolling(session: Session, group: str) -> PublishedPolicy:
    reading.hold(session, group)
    policy = reading.newest(session, group)
    if policy is None:
        raise NotFoundError(
            f"group {group!r} has no policy of its own, so none is being rolled out; nothing was "
            "changed; publish one with a share first"
        )
    if policy.stage.state is StageState.WHOLE:
        raise ConflictError(
            f"version {policy.version} of group {group!r} is for the whole group already; nothing "
            "was changed; publish a newer version with a share"
        )
    if policy.stage.state is StageState.STOPPED:
        raise ConflictError(
            f"the rollout of version {policy.version} of group {group!r} was stopped; nothing was "
            "changed; publish it again as a new version"
        )
    return policy


def _again(session: Session, policy: PublishedPolicy) -> PublishedPolicy:
    found = reading.one(session, policy.group, policy.version)
    return policy if found is None else found
