"""A device's life as people decide it: approved, refused, retired, asked for something.

For the API and the console alike. Must hold: nobody decides beyond the groups that their
`admin:devices` reaches; whoever decides, the audit trail says so, and why, stored together with it
or not at all.
All block. They raise ProblemError: 404 without such a device or group within reach, 409 where the
device's state forbids it, 422 for a bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from reticent_server.approvals.kinds import Kind
from reticent_server.approvals.request import Request, Subject
from reticent_server.audit.service import AuditError, Entry, recorded
from reticent_server.auth import Caller, Scope
from reticent_server.devices.actions import Action, ActionView
from reticent_server.devices.diagnostics import DiagnosticsView
from reticent_server.devices.groups import GroupSettings
from reticent_server.devices.service import DeviceService
from reticent_server.devices.view import DeviceView
from reticent_server.errors import ConflictError, NotFoundError, ServerError
from reticent_server.http.approving import use_or_ask
from reticent_server.http.problems import ProblemError, not_found
from reticent_server.http.reaching import device_in_reach, group_in_reach
from reticent_server.services import Services


class Decision(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    RETIRE = "retire"


def decide(
    services: Services,
    caller: Caller,
    device_id: UUID,
    decision: Decision,
    *,
    reason: str,
    source_address: str,
) -> DeviceView:
    device_in_reach(services, caller, Scope.ADMIN_DEVICES, device_id)
    call = {
        Decision.APPROVE: DeviceService.approve,
        Decision.REFUSE: DeviceService.refuse,
        Decision.RETIRE: DeviceService.retire,
    }[decision]

    def decided(db: Session) -> tuple[DeviceView, Entry]:
        return call(services.devices.within(db), device_id, reason=reason), Entry(
            actor=caller.name,
            action=f"device.{decision.value}",
            object=f"device {device_id}",
            reason=reason,
            source_address=source_address,
        )

    with _problems():
        return recorded(services.audit.record_with, decided)


def ask(
    services: Services,
    caller: Caller,
    device_id: UUID,
    action: Action,
    *,
    reason: str,
    minutes: int | None,
    source_address: str,
) -> ActionView:
    """`minutes`: how long a pause lasts; of a pause only. To uninstall needs a second person, where
    the configuration asks for one, and is asked with the reason that they agreed to."""
    device_in_reach(services, caller, Scope.ADMIN_DEVICES, device_id)
    made: list[ActionView] = []

    def asked(db: Session, used: Request | None = None) -> Entry:
        words = reason if used is None else used.reason
        made[:] = [
            services.actions.ask(
                db,
                device_id,
                action,
                reason=words,
                asked_by=caller.name,
                pause_s=None if minutes is None else minutes * 60,
            )
        ]
        return Entry(
            actor=caller.name,
            action=f"device.{action.value}.ask",
            object=f"device {device_id}" + ("" if used is None else f", request {used.request_id}"),
            reason=words if minutes is None else f"{minutes} minutes: {words}",
            source_address=source_address,
        )

    with _problems():
        if action is Action.UNINSTALL:
            services.actions.check(device_id, action)
            subject = _uninstall_subject(device_id)
            use_or_ask(
                services, caller, subject, reason=reason, address=source_address, doing=asked
            )
        else:
            services.audit.record_with(asked)
    return made[0]


def _uninstall_subject(device_id: UUID) -> Subject:
    return Subject(
        kind=Kind.DEVICE_UNINSTALL,
        parts={"device": str(device_id)},
        name=f"device {device_id}",
        shown=f"Uninstall the agent of device {device_id}: it collects nothing any more, what it "
        "has not sent is lost, and it leaves service. Its owner is told, with the reason.",
    )


def diagnostics_of(
    services: Services, caller: Caller, device_id: UUID, *, source_address: str
) -> DiagnosticsView:
    device_in_reach(services, caller, Scope.READ_DEVICES, device_id)
    try:
        found = services.diagnostics.get(device_id)
    except NotFoundError:
        raise not_found("diagnostics") from None
    services.audit.record(
        actor=caller.name,
        action="device.view",
        object=f"device {device_id}, diagnostics",
        source_address=source_address,
    )
    return found


def set_group(
    services: Services, caller: Caller, settings: GroupSettings, *, source_address: str
) -> GroupSettings:
    group_in_reach(caller, Scope.ADMIN_DEVICES, settings.group)

    def set_so(db: Session) -> tuple[GroupSettings, Entry]:
        return services.groups.within(db).set(settings), Entry(
            actor=caller.name,
            action="device_group.set",
            object=f"group {settings.group}",
            reason=(
                f"silent after {settings.silent_after_s // 3_600} h, return within "
                f"{settings.return_within_s // 86_400} days"
            ),
            source_address=source_address,
        )

    with _problems():
        return recorded(services.audit.record_with, set_so)


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except AuditError:
        raise
    except NotFoundError:
        raise not_found("device") from None
    except ConflictError as error:
        raise ProblemError(409, "device-state", str(error)) from error
    except ServerError as error:
        if not error.permanent:
            raise
        raise ProblemError(422, "invalid-request", str(error)) from error
