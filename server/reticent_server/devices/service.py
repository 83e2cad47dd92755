"""What an administrator sees and decides about devices, and what devices report about themselves.

Calls block on the control store: from the event loop, run them in a thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

from reticent_contract.kept import Kept
from reticent_contract.limits import CA_CERTIFICATES_MAX, REASON_CHARS_MAX
from sqlalchemy import bindparam, case, func, select, tuple_, update
from sqlalchemy.orm import Session

from reticent_server.devices import signals
from reticent_server.devices.groups import is_silent, with_group
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.devices.view import DevicePage, DeviceView, version_text, view
from reticent_server.errors import ConflictError, NotFoundError, ServerError
from reticent_server.store.control.base import INTEGER_MAX
from reticent_server.store.control.engine import ControlStore, after_commit
from reticent_server.store.control.joining import Joining

PAGE_MAX = 500
_NOT_ERASED = Device.status != DeviceStatus.ERASED
StatusListener = Callable[[UUID, DeviceStatus, str], None]


class DeviceService(Joining):
    """Thread-safe. `clock` gives seconds since 1970-01-01 UTC."""

    def __init__(self, control: ControlStore, *, clock: Callable[[], float] = time.time) -> None:
        self._control = control
        self._clock = clock
        self._listeners: list[StatusListener] = []

    def on_status(self, listener: StatusListener) -> None:
        """`listener(device_id, status, reason)` is called, in any thread, after a change."""
        self._listeners.append(listener)

    def tell(self, device_id: UUID, status: DeviceStatus, reason: str) -> None:
        """A device's status has changed: whoever listens hears of it."""
        for listener in self._listeners:
            listener(device_id, status, reason)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        groups: Collection[str] | None = None,
        status: DeviceStatus | None = None,
        silent: bool = False,
    ) -> DevicePage:
        """Newest first, of these groups; None is all. `silent`: only those in service that were not
        heard of for long.

        Raises ServerError for a cursor that is not one of ours.
        """
        limit = max(1, min(limit, PAGE_MAX))
        wanted = select(Device).order_by(Device.created_s.desc(), Device.device_id.desc())
        if groups is not None:
            wanted = wanted.where(Device.group_name.in_(groups))
        if status is not None:
            wanted = wanted.where(Device.status == status)
        if silent:
            wanted = wanted.select_from(with_group()).where(is_silent(self._clock()))
        if cursor is not None:
            place = tuple_(Device.created_s, Device.device_id)
            wanted = wanted.where(place < tuple_(*_read_cursor(cursor)))
        with self._control.read() as session:
            found = [view(device) for device in session.scalars(wanted.limit(limit + 1))]
        last = found[limit - 1] if len(found) > limit else None
        return DevicePage(
            devices=found[:limit],
            next_cursor=None if last is None else f"{last.created_s}.{last.device_id.hex}",
        )

    def get(self, device_id: UUID) -> DeviceView:
        """Raises NotFoundError."""
        with self._control.read() as session:
            return view(_device(session, device_id))

    def ids_in(self, groups: Collection[str]) -> frozenset[bytes]:
        """All devices of these groups, whatever their status; 16 bytes each."""
        wanted = select(Device.device_id).where(Device.group_name.in_(groups))
        with self._control.read() as session:
            return frozenset(device_id.bytes for device_id in session.scalars(wanted))

    def counts_by_status(self, *, groups: Collection[str] | None = None) -> Mapping[str, int]:
        """Of these groups; None is all."""
        wanted = select(Device.status, func.count().label("devices")).group_by(Device.status)
        if groups is not None:
            wanted = wanted.where(Device.group_name.in_(groups))
        with self._control.read() as session:
            rows = session.execute(wanted)
            return {row.status: row.devices for row in rows}

    def revoke(self, device_id: UUID, *, reason: str) -> DeviceView:
        """Its key is no longer trusted; an open stream is told to stop and closed."""
        return self._set_status(device_id, DeviceStatus.REVOKED, reason)

    def retire(self, device_id: UUID, *, reason: str) -> DeviceView:
        """It left service; what it sent stays stored."""
        return self._set_status(device_id, DeviceStatus.RETIRED, reason)

    def retire_in(self, session: Session, device_id: UUID, *, reason: str) -> DeviceView:
        """The same in somebody's transaction, of a device in service. Raises ConflictError where it
        is not in service any more; then the transaction ends."""
        return self._set_status_in(
            session, device_id, DeviceStatus.RETIRED, reason, only_from=DeviceStatus.ACTIVE
        )

    def approve(self, device_id: UUID, *, reason: str) -> DeviceView:
        """A device that waited is in service. Raises ConflictError where it does not wait."""
        return self._set_status(
            device_id, DeviceStatus.ACTIVE, reason, only_from=DeviceStatus.WAITING
        )

    def refuse(self, device_id: UUID, *, reason: str) -> DeviceView:
        """A device that waited is told to stop. Raises ConflictError where it does not wait."""
        return self._set_status(
            device_id, DeviceStatus.REVOKED, reason, only_from=DeviceStatus.WAITING
        )

    def mark_conflict(self, device_id: UUID, *, reason: str) -> DeviceView:
        """Two agents spoke as this device: neither is believed until one enrols with a new key.

        A device that is out of service stays so.
        """
        return self._set_status(device_id, DeviceStatus.CONFLICT, reason)

    def record_hello(
        self,
        device_id: UUID,
        *,
        agent_version: str,
        catalog_version: int,
        instance_id: bytes,
        policy_version: int,
        policy_sha256: bytes,
        clock_offset_us: int,
        device_key_kept: str = "",
        pseudonym_keys_kept: str = "",
        trusted_ca_sha256: Sequence[bytes] = (),
        machine_signals: signals.Signals | None = None,
        may_change: bool = True,
    ) -> signals.Compared:
        """What a Hello says. A refusal is over once that version or a newer one is in force.

        How keys are kept is stored where it is one of the fixed words, else as not said. Signals
        take the place of those there were of the same parts, where another part is as it was: the
        result says which parts changed. Without `may_change` those stay as they were, and so show
        as changed the next time too.
        """
        version = min(policy_version, INTEGER_MAX)
        over = Device.policy_refused_version <= version
        with self._control.session() as session:
            device = _device(session, device_id)
            if device.status == DeviceStatus.ERASED:
                return signals.compare({}, {})  # its stream is about to end
            known = signals.of_text(device.machine_signals)
            shown = machine_signals or {}
            compared = signals.compare(known, shown)
            kept = frozenset[str]() if may_change else compared.changed
            taken = {
                part: tokens
                for part, tokens in shown.items()
                if compared.vouched and part not in kept
            }
            device.machine_signals = signals.to_text({**known, **taken})
            session.flush()
            session.execute(
                update(Device)
                .where(Device.device_id == device_id)
                .values(
                    policy_refusal=case((over, ""), else_=Device.policy_refusal),
                    policy_refused_version=case((over, None), else_=Device.policy_refused_version),
                    agent_version=version_text(agent_version),
                    catalog_version=catalog_version,
                    instance_id=instance_id,
                    policy_version=version,
                    policy_sha256=policy_sha256 or None,
                    clock_offset_us=max(-INTEGER_MAX, min(clock_offset_us, INTEGER_MAX)),
                    last_seen_s=int(self._clock()),
                    device_key_kept=_known(device_key_kept),
                    pseudonym_keys_kept=_known(pseudonym_keys_kept),
                    trusted_cas=_cas_text(trusted_ca_sha256),
                )
            )
        return compared

    def record_policy_report(
        self, device_id: UUID, *, version: int, sha256: bytes, in_force: bool, refusal: str
    ) -> None:
        """What became of a policy that was offered. The refusal's text is cut."""
        version = min(version, INTEGER_MAX)
        values: dict[str, object] = {"last_seen_s": int(self._clock())}
        if in_force:
            values |= {"policy_version": version, "policy_sha256": sha256}
            values |= {"policy_refused_version": None, "policy_refusal": ""}
        else:
            text = "".join(c if c.isprintable() else " " for c in refusal[:REASON_CHARS_MAX])
            values |= {"policy_refused_version": version, "policy_refusal": text}
        with self._control.session() as session:
            session.execute(
                update(Device).where(Device.device_id == device_id, _NOT_ERASED).values(values)
            )

    def record_seen(self, seen: Mapping[UUID, int]) -> None:
        """Seconds since 1970 UTC of each device's last frame; one transaction for many."""
        if not seen:
            return
        with self._control.session() as session:
            session.execute(
                update(Device.__table__)  # type: ignore[arg-type]  # a table, as it is
                .where(Device.device_id == bindparam("of"), _NOT_ERASED)
                .values(last_seen_s=bindparam("at")),
                [{"of": device_id, "at": at} for device_id, at in seen.items()],
            )

    def _set_status(
        self,
        device_id: UUID,
        status: DeviceStatus,
        reason: str,
        *,
        only_from: DeviceStatus | None = None,
    ) -> DeviceView:
        with self._control.session() as session:
            return self._set_status_in(session, device_id, status, reason, only_from=only_from)

    def _set_status_in(
        self,
        session: Session,
        device_id: UUID,
        status: DeviceStatus,
        reason: str,
        *,
        only_from: DeviceStatus | None = None,
    ) -> DeviceView:
        reason = reason[:REASON_CHARS_MAX]
        device = _device(session, device_id)
        if status is DeviceStatus.CONFLICT and device.status != DeviceStatus.ACTIVE:
            return view(device)
        if device.status == DeviceStatus.ERASED:
            raise ConflictError(
                "the device's record was erased, and that is for good; nothing was changed"
            )
        if only_from is not None and device.status != only_from:
            raise ConflictError(
                f"the device is {device.status}, not {only_from.value}; nothing was changed"
            )
        device.status = status
        device.status_reason = reason
        device.status_changed_s = int(self._clock())
        after_commit(session, lambda: self.tell(device_id, status, reason))
        return view(device)


def _device(session: Session, device_id: UUID) -> Device:
    device = session.get(Device, device_id)
    if device is None:
        raise NotFoundError(
            f"there is no device {device_id}; nothing was changed; list the devices to see which "
            "there are"
        )
    return device


def _read_cursor(cursor: str) -> tuple[int, UUID]:
    created_s, _, device_id = cursor.partition(".")
    try:
        return int(created_s), UUID(hex=device_id)
    except ValueError:
        raise ServerError(
            "the cursor is not one that this server gave; nothing was listed; start without one"
        ) from None


def _known(word: str) -> str:
    """The word, where it is one of `Kept`: what a laptop says else is not shown as a fact."""
    return word if word in set(Kept) else ""


def _cas_text(trusted_sha256: Sequence[bytes]) -> str:
    return " ".join(one.hex() for one in trusted_sha256[:CA_CERTIFICATES_MAX] if len(one) == 32)
