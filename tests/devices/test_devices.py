"""Devices as an administrator sees them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_contract.kept import Kept
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.devices.service import DeviceService
from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.errors import NotFoundError, ServerError
from reticent_server.store.control import ControlStore, open_control


@pytest.fixture
def control(data_dir: Path) -> Iterator[ControlStore]:
    store = open_control(data_dir / "control.db")
    with store.session() as session:
        session.add(
            EnrolmentTokenRecord(
                token_id=uuid.UUID(int=1),
                secret_sha256=b"s" * 32,
                group_name="default",
                uses_max=9,
                created_s=0,
                expires_s=9,
            )
        )
    yield store
    store.close()


@pytest.fixture
def devices(control: ControlStore) -> DeviceService:
    return DeviceService(control, clock=lambda: 5_000.0)


def add(control: ControlStore, number: int, *, group: str = "default") -> uuid.UUID:
    device_id = uuid.UUID(int=number)
    with control.session() as session:
        session.add(
            Device(
                device_id=device_id,
                group_name=group,
                status_changed_s=0,
                token_id=uuid.UUID(int=1),
                public_key_sha256=number.to_bytes(32, "big"),
                certificate_serial="1",
                certificate_expires_s=9_000,
                created_s=number // 2,  # two at the same second
            )
        )
    return device_id


def test_a_list_pages_newest_first_without_loss(
    control: ControlStore, devices: DeviceService
) -> None:
    made = [add(control, number) for number in range(1, 8)]
    seen: list[uuid.UUID] = []
    cursor = None
    for _ in range(4):
        page = devices.list(limit=2, cursor=cursor)
        seen += [device.device_id for device in page.devices]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == made[::-1]


def test_a_list_is_narrowed_by_group_and_status(
    control: ControlStore, devices: DeviceService
) -> None:
    add(control, 1)
    lab = add(control, 2, group="lab")
    devices.retire(lab, reason="sold")
    assert [d.device_id for d in devices.list(groups=["lab"]).devices] == [lab]
    assert [d.device_id for d in devices.list(status=DeviceStatus.RETIRED).devices] == [lab]
    assert devices.counts_by_status() == {"active": 1, "retired": 1}


def test_a_foreign_cursor_is_refused(devices: DeviceService) -> None:
    with pytest.raises(ServerError, match="cursor"):
        devices.list(cursor="nonsense")


def test_a_change_of_status_is_kept_and_told(control: ControlStore, devices: DeviceService) -> None:
    told: list[tuple[uuid.UUID, str, str]] = []
    devices.on_status(lambda *news: told.append(news))
    device_id = add(control, 1)
    changed = devices.revoke(device_id, reason="stolen" * 200)
    assert (changed.status, changed.status_changed_s) == (DeviceStatus.REVOKED, 5_000)
    assert len(changed.status_reason) == 512
    assert [(d, s) for d, s, _ in told] == [(device_id, DeviceStatus.REVOKED)]
    assert devices.get(device_id) == changed


def test_an_unknown_device_is_not_found(devices: DeviceService) -> None:
    with pytest.raises(NotFoundError, match="no device"):
        devices.get(uuid.uuid4())
    with pytest.raises(NotFoundError):
        devices.revoke(uuid.uuid4(), reason="")


def test_a_policy_that_works_clears_the_refusal(
    control: ControlStore, devices: DeviceService
) -> None:
    device_id = add(control, 1)
    report = {"sha256": b"h" * 32, "refusal": "line 1\nline 2"}
    devices.record_policy_report(device_id, version=2, in_force=False, **report)  # type: ignore[arg-type]
    refused = devices.get(device_id)
    assert (refused.policy_refused_version, refused.policy_refusal) == (2, "line 1 line 2")
    devices.record_policy_report(device_id, version=3, in_force=True, **report)  # type: ignore[arg-type]
    works = devices.get(device_id)
    assert (works.policy_version, works.policy_refused_version, works.policy_refusal) == (
        3,
        None,
        "",
    )


def test_how_a_laptop_keeps_its_keys_is_what_it_says_in_words_that_are_known(
    control: ControlStore, devices: DeviceService
) -> None:
    device_id = add(control, 1)
    assert devices.get(device_id).device_key_kept is None
    said = {"catalog_version": 1, "instance_id": b"", "policy_version": 0, "policy_sha256": b""}

    def hello(device_key: str, pseudonym_keys: str) -> tuple[object, object]:
        devices.record_hello(
            device_id,
            agent_version="1",
            clock_offset_us=0,
            device_key_kept=device_key,
            pseudonym_keys_kept=pseudonym_keys,
            **said,  # type: ignore[arg-type]
        )
        told = devices.get(device_id)
        return told.device_key_kept, told.pseudonym_keys_kept

    for kept in Kept:
        assert hello(kept.value, Kept.FILE.value) == (kept, Kept.FILE)
    assert hello("<b>vault</b>", "tpm" * 100) == (None, None)
    assert hello("", "") == (None, None)  # an agent from before


def test_of_what_a_laptop_says_that_it_trusts_only_hashes_and_a_few_are_kept(
    control: ControlStore, devices: DeviceService
) -> None:
    device_id = add(control, 1)
    said = {"catalog_version": 1, "instance_id": b"", "policy_version": 0, "policy_sha256": b""}
    hashes = [bytes([number]) * 32 for number in range(20)]
    for trusted, kept in (([b"short", hashes[3]], [hashes[3]]), (hashes, hashes[:8]), ([], [])):
        devices.record_hello(
            device_id,
            agent_version="1",
            clock_offset_us=0,
            trusted_ca_sha256=trusted,
            **said,  # type: ignore[arg-type]
        )
        with control.read() as session:
            told = session.get_one(Device, device_id).trusted_cas
        assert told == " ".join(one.hex() for one in kept)


def test_last_seen_is_written_for_many_at_once(
    control: ControlStore, devices: DeviceService
) -> None:
    seen = {add(control, number): 100 + number for number in (1, 2, 3)}
    devices.record_seen(seen)
    devices.record_seen({})
    assert {d.device_id: d.last_seen_s for d in devices.list().devices} == seen
