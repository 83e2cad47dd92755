"""What an administrator asks of a laptop: asked, delivered over its stream, answered by its agent.

Enters: a request with a reason; a laptop's answers. Leaves: what is still to be delivered. Must
hold: whatever is asked is shown to the laptop's owner with its reason; an answer counts once and
only from the laptop that was asked; at most ACTIONS_OPEN_MAX wait for one laptop.

Calls block on the control store.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from reticent_contract.limits import REASON_CHARS_MAX
from reticent_contract.v1 import telemetry_pb2
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from reticent_server.devices.models import Device, DeviceAction, DeviceStatus
from reticent_server.errors import ConflictError, NotFoundError, ServerError
from reticent_server.limits import ACTIONS_LISTED_MAX, ACTIONS_OPEN_MAX, PAUSE_S_MAX
from reticent_server.store.control.engine import ControlStore, after_commit

BY_THE_LAPTOP = "the laptop itself"  # `asked_by`; no account has spaces in its name
HERE_REASON = "by somebody who administers the laptop"


class Action(StrEnum):
    NEW_KEY = "new-key"
    PAUSE = "pause"
    RESUME = "resume"
    DIAGNOSTICS = "diagnostics"
    UNINSTALL = "uninstall"


MESSAGES = {
    Action.NEW_KEY: telemetry_pb2.Command.ACTION_NEW_KEY,
    Action.PAUSE: telemetry_pb2.Command.ACTION_PAUSE,
    Action.RESUME: telemetry_pb2.Command.ACTION_RESUME,
    Action.DIAGNOSTICS: telemetry_pb2.Command.ACTION_DIAGNOSTICS,
    Action.UNINSTALL: telemetry_pb2.Command.ACTION_UNINSTALL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """Times are seconds since 1970-01-01 UTC. `done` None: the laptop has not answered yet.

    `begun_s`: of an uninstallation alone, since when it cannot be taken back.
    """

    action_id: UUID
    device_id: UUID
    action: Action
    reason: str
    asked_by: str
    asked_s: int
    until_s: int | None
    delivered_s: int | None
    begun_s: int | None
    answered_s: int | None
    done: bool | None
    detail: str


class RemoteActions:
    """Thread-safe. `on_asked` is told, in any thread, of a device that has something to do."""

    def __init__(self, control: ControlStore, *, clock: Callable[[], float] = time.time) -> None:
        self._control = control
        self._clock = clock
        self._listeners: list[Callable[[UUID], None]] = []

    def on_asked(self, listener: Callable[[UUID], None]) -> None:
        self._listeners.append(listener)

    def ask(
        self,
        session: Session,
        device_id: UUID,
        action: Action,
        *,
        reason: str,
        asked_by: str,
        pause_s: int | None = None,
    ) -> ActionView:
        """Once the session is committed the device is told. `pause_s`: how long a pause lasts, from
        now on; of a pause only.

        Raises NotFoundError; ConflictError where the device is not in service, or too much waits
        for it; ServerError for a bound.
        """
        now_s = int(self._clock())
        if (action is Action.PAUSE) != (pause_s is not None):
            raise ServerError("a pause has an end, and nothing else has; nothing was asked")
        if pause_s is not None and not 60 <= pause_s <= PAUSE_S_MAX:
            raise ServerError(
                f"a pause lasts 1 minute to {PAUSE_S_MAX // 86_400} days; nothing was asked"
            )
        _check(session, device_id, action, now_s)
        record = DeviceAction(
            action_id=uuid.uuid4(),
            device_id=device_id,
            action=action.value,
            reason=reason[:REASON_CHARS_MAX],
            asked_by=asked_by[:128],
            asked_s=now_s,
            until_s=None if pause_s is None else now_s + pause_s,
            detail="",
        )
        session.add(record)
        after_commit(session, lambda: self._asked(device_id))
        return _view(record)

    def _asked(self, device_id: UUID) -> None:
        for listener in self._listeners:
            listener(device_id)

    def check(self, device_id: UUID, action: Action) -> None:
        """Whether it could be asked now. Raises as `ask`."""
        with self._control.read() as session:
            _check(session, device_id, action, int(self._clock()))

    def open(self, device_id: UUID) -> Sequence[ActionView]:
        """What the laptop has not answered yet, in the order of asking; no pause that is over."""
        with self._control.read() as session:
            wanted = select(DeviceAction).where(*_open(device_id, int(self._clock())))
            return [_view(one) for one in session.scalars(wanted.order_by(DeviceAction.asked_s))]

    def list(self, device_id: UUID) -> Sequence[ActionView]:
        """Newest first, at most ACTIONS_LISTED_MAX."""
        wanted = select(DeviceAction).where(DeviceAction.device_id == device_id)
        wanted = wanted.order_by(DeviceAction.asked_s.desc(), DeviceAction.action_id)
        with self._control.read() as session:
            return [_view(one) for one in session.scalars(wanted.limit(ACTIONS_LISTED_MAX))]

    def delivered(self, action_ids: Sequence[UUID]) -> None:
        with self._control.session() as session:
            session.execute(
                update(DeviceAction)
                .where(DeviceAction.action_id.in_(action_ids), DeviceAction.delivered_s.is_(None))
                .values(delivered_s=int(self._clock()))
            )

    def begun(self, session: Session, device_id: UUID, action_id: UUID) -> ActionView | None:
        """An uninstallation that its laptop begins; None where it was told before, or is not one of
        this device."""
        changed = session.scalar(
            update(DeviceAction)
            .where(
                DeviceAction.action_id == action_id,
                DeviceAction.device_id == device_id,
                DeviceAction.action == Action.UNINSTALL.value,
                DeviceAction.begun_s.is_(None),
                DeviceAction.answered_s.is_(None),
            )
            .values(begun_s=int(self._clock()))
            .returning(DeviceAction)
        )
        return None if changed is None else _view(changed)

    def answered(
        self, session: Session, device_id: UUID, action_id: UUID, *, done: bool, detail: str
    ) -> ActionView | None:
        """The action with its answer; None where it was answered before, or is not this device's.

        The detail's text is cut.
        """
        changed = session.scalar(
            update(DeviceAction)
            .where(
                DeviceAction.action_id == action_id,
                DeviceAction.device_id == device_id,
                DeviceAction.answered_s.is_(None),
            )
            .values(answered_s=int(self._clock()), done=done, detail=_printable(detail))
            .returning(DeviceAction)
        )
        return None if changed is None else _view(changed)

    def uninstalled_there(
        self, session: Session, device_id: UUID, action_id: UUID, *, detail: str
    ) -> ActionView | None:
        """An uninstallation that nobody here asked for, as the laptop says that it is done.

        `action_id`: the laptop's own. None where it said so before, or the number is taken. What
        waits here to be uninstalled is answered by it too.
        """
        now_s, text = int(self._clock()), _printable(detail)
        if session.get(DeviceAction, action_id) is not None:
            return None
        session.execute(
            update(DeviceAction)
            .where(
                DeviceAction.device_id == device_id,
                DeviceAction.action == Action.UNINSTALL.value,
                DeviceAction.answered_s.is_(None),
            )
            .values(answered_s=now_s, done=True, detail=text)
        )
        record = DeviceAction(
            action_id=action_id,
            device_id=device_id,
            action=Action.UNINSTALL.value,
            reason=HERE_REASON,
            asked_by=BY_THE_LAPTOP,
            asked_s=now_s,
            begun_s=now_s,
            answered_s=now_s,
            done=True,
            detail=text,
        )
        session.add(record)
        return _view(record)


def message_of(action: ActionView) -> telemetry_pb2.Command:
    return telemetry_pb2.Command(
        action=MESSAGES[action.action],
        reason=action.reason,
        command_id=action.action_id.bytes,
        device_id=action.device_id.bytes,
        until_us=(action.until_s or 0) * 1_000_000,
    )


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text[:REASON_CHARS_MAX])


def _check(session: Session, device_id: UUID, action: Action, now_s: int) -> None:
    device = session.get(Device, device_id)
    if device is None:
        raise NotFoundError(f"there is no device {device_id}; nothing was asked")
    if device.status != DeviceStatus.ACTIVE:
        raise ConflictError(
            f"the device is {device.status}, so nothing reaches it; nothing was asked"
        )
    waiting = session.scalars(select(DeviceAction.action).where(*_open(device_id, now_s))).all()
    if action is Action.UNINSTALL and action.value in waiting:
        raise ConflictError("this laptop is asked to uninstall already; nothing was asked")
    if len(waiting) >= ACTIONS_OPEN_MAX:
        raise ConflictError(
            f"{len(waiting)} actions wait for this laptop already; nothing was asked; wait until "
            "it has connected"
        )


def _open(device_id: UUID, now_s: int) -> tuple[ColumnElement[bool], ...]:
    return (
        DeviceAction.device_id == device_id,
        DeviceAction.answered_s.is_(None),
        or_(DeviceAction.until_s.is_(None), DeviceAction.until_s > now_s),
    )


def _view(record: DeviceAction) -> ActionView:
    return ActionView(
        action_id=record.action_id,
        device_id=record.device_id,
        action=Action(record.action),
        reason=record.reason,
        asked_by=record.asked_by,
        asked_s=record.asked_s,
        until_s=record.until_s,
        delivered_s=record.delivered_s,
        begun_s=record.begun_s,
        answered_s=record.answered_s,
        done=record.done,
        detail=record.detail,
    )
