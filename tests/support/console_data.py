"""Made-up laptops and rows for the tests of API and console, as ingest would have stored them."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Mapping, Sequence
from uuid import UUID

from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Kind, Type
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.enrolment.models import EnrolmentTokenRecord
from reticent_server.store.control.engine import ControlStore
from reticent_server.store.events.model import (
    EventGroup,
    StoredBatch,
    StoredColumn,
    StoredTable,
)

HOUR_US = 3_600_000_000
# A page of each kind, but one device's.
PAGES = (
    *("/devices", "/events", "/enrolment", "/account", "/audit", "/people", "/people/requests"),
    "/policies/draft",
)
_Row = Mapping[str, object]
Rows = Sequence[tuple[str, str, int, _Row]]  # table, event, ts_us, fields


def device_id(number: int) -> UUID:
    return UUID(bytes=hashlib.sha256(b"device %d" % number).digest()[:16], version=4)


def pseudonym(domain: str, value: str) -> str:
    token = base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:16]).rstrip(b"=")
    return f"pn:{domain}:1:{token.decode()}"


def add_devices(control: ControlStore, count: int, *, now_s: int) -> list[UUID]:
    """`count` devices enrolled with one token; the fourth is revoked, every third one offline."""
    token_id = UUID(int=7)
    with control.session() as session:
        session.add(
            EnrolmentTokenRecord(
                token_id=token_id,
                secret_sha256=hashlib.sha256(b"made up").digest(),
                group_name="default",
                uses_max=1_000,
                used=count,
                created_s=now_s - 90_000,
                created_by="test",
                expires_s=now_s + 90_000,
            )
        )
        session.flush()
        for number in range(count):
            session.add(_device(number, token_id, now_s))
    return [device_id(number) for number in range(count)]


def _device(number: int, token_id: UUID, now_s: int) -> Device:
    revoked = number == 3
    return Device(
        device_id=device_id(number),
        group_name="default" if number % 2 == 0 else "finance",
        status=DeviceStatus.REVOKED if revoked else DeviceStatus.ACTIVE,
        status_reason="stolen, ticket 4711" if revoked else "",
        status_changed_s=now_s - 3_600,
        token_id=token_id,
        public_key_sha256=hashlib.sha256(b"key %d" % number).digest(),
        certificate_serial=f"{number:040x}",
        certificate_expires_s=now_s + 30 * 86_400,
        created_s=now_s - 86_400 - number,
        last_seen_s=None if number == 5 else now_s - (7_000 if number % 3 == 2 else 40),
        clock_offset_us=-1_200 * number,
        agent_version="0.1.0",
        catalog_version=1,
        os_family="linux",
        policy_version=0 if number == 5 else 1,
        device_key_kept="" if number == 5 else "tpm",
        pseudonym_keys_kept="" if number == 5 else "tpm-sealed",
    )


def laptop_rows(number: int, *, now_us: int) -> Rows:
    """A snapshot of state, a week of sessions, some log lines and health rows."""
    chance = random.Random(number)
    start = now_us - 7 * 24 * HOUR_US
    rows: list[tuple[str, str, int, _Row]] = []
    for table, fields in _state(number):
        rows.append((table, "snapshot", start, fields))
    user = pseudonym("person", f"user {number % 3}")
    for hour in range(0, 7 * 24, 3):
        if chance.random() < 0.45:
            continue
        at = start + hour * HOUR_US + chance.randrange(HOUR_US)
        rows.append(("session", chance.choice(("logon", "logoff", "lock")), at, {
            "user_name": user, "session_id": f"c{hour}", "terminal": "tty2",
            "session_type": "wayland", "remote": False,
        }))  # fmt: skip
    rows.append(("session", "failed_logon", now_us - 2 * HOUR_US, {
        "user_name": user, "service": "sshd", "remote": True, "remote_address": "192.0.2.0/24",
    }))  # fmt: skip
    rows.append(("log_line", "line", now_us - HOUR_US // 2, {
        "source": "journal", "unit": "ssh.service", "program": "sshd", "severity": 3, "pid": 811,
        "message": f"error: maximum authentication attempts exceeded for <{user}> from "
                   "192.0.2.0/24 port 40022 ssh2 <b>&amp; </script>",
    }))  # fmt: skip
    rows.append(("agent_health", "collector_timeout", now_us - HOUR_US // 4, {
        "component": "usb", "reason": "took longer than its budget", "duration_ms": 30_000,
        "count": 1,
    }))  # fmt: skip
    if number == 0:
        rows += _from_the_server(now_us)
    return rows


def _from_the_server(now_us: int) -> list[tuple[str, str, int, _Row]]:
    place = {"country": "IN", "network_number": 64_500, "network_owner": "Example & Telecom"}
    record = {
        "full_name": pseudonym("device_record.full_name", "Ada"),
        "purchase_date": "2024-05-17", "entered_by": "import",
    }  # fmt: skip
    connected = {"wan_address": "203.0.113.0/24", **place}
    return [
        ("connection", "connected", now_us - HOUR_US // 3, connected),
        ("device_record", "snapshot", now_us - HOUR_US // 3, record),
    ]


def _state(number: int) -> list[tuple[str, _Row]]:
    name = pseudonym("host.host_name", f"laptop {number}")
    return [
        ("os", {"name": "Debian GNU/Linux", "version": "12", "build": "12.8",
                "kernel": "6.1.0-27-amd64", "architecture": "x86_64", "time_zone": "Europe/Berlin",
                "locale": "de_DE.UTF-8", "machine_id": pseudonym("os.machine_id", str(number))}),
        ("host", {"host_name": name, "vendor": "LENOVO", "model": "ThinkPad T14 Gen 4",
                  "system_serial": pseudonym("host.system_serial", str(number)),
                  "chassis_type": "notebook", "memory_bytes": 33_284_218_880}),
        ("cpu", {"vendor": "GenuineIntel", "model": "13th Gen Intel Core i7-1365U",
                 "logical_count": 12, "physical_count": 10, "frequency_max_hz": 5_200_000_000}),
        ("disk", {"name": "nvme0n1", "model": "SAMSUNG MZVL21T0", "size_bytes": 1_024_209_543_168,
                  "serial": pseudonym("disk.serial", str(number)), "removable": False,
                  "rotational": False}),
        ("network_interface", {"name": "wlp0s20f3", "physical": True, "state": "up", "mtu": 1500,
                               "mac_address": pseudonym("network_interface.mac_address", name),
                               "ip_addresses": ["10.20.30.0/24", "2001:db8:1::/48"]}),
        ("network_interface", {"name": "enp0s31f6", "physical": True, "state": "down", "mtu": 1500,
                               "mac_address": pseudonym("network_interface.mac_address", "e")}),
        ("user_account", {"user_name": pseudonym("person", f"user {number % 3}"),
                          "shell": "/bin/bash"}),
        *(("software", {"source": "dpkg", "name": f"package-{i:03}", "version": f"1.{i}-2",
                        "architecture": "amd64"}) for i in range(40)),
    ]  # fmt: skip


COUNTS = [
    ("user_account.full_name", "", "dropped", 12),
    ("board.serial", "drop", "dropped", 3),
    ("session.user_name", "pseudonymise", "redacted", 44),
    ("log_line.message", "scan", "redacted", 17),
    ("log_line.message", "scan", "failed", 1),
    ("os.name", "keep", "kept", 9),
]


def group_of(number: int, rows: Rows, *, now_us: int, seq: int = 1) -> EventGroup:
    """One group with one batch of one device."""
    batch = StoredBatch(
        device_id=device_id(number).bytes,
        stream_id=hashlib.sha256(b"stream %d" % number).digest()[:16],
        seq=seq,
        tables=[_table(key, rows) for key in dict.fromkeys((t, e) for t, e, _, _ in rows)],
        receipt={"policy_version": 1, "policy_sha256": "ab" * 32, "counts": COUNTS},
        delivered_from={
            "delivered_from_address": f"203.0.113.{number % 4 * 64}/26",
            "delivered_from_country": ("IN", "DE")[number % 2],
            "delivered_from_network_number": 64_500,
        },
    )
    return EventGroup(received_at_us=now_us, batches=[batch])


def _table(key: tuple[str, str], rows: Rows) -> StoredTable:
    mine = [(ts, fields) for table, event, ts, fields in rows if (table, event) == key]
    names = dict.fromkeys(name for _, fields in mine for name in fields)
    columns = [_column(key[0], name, [fields for _, fields in mine]) for name in names]
    return StoredTable(key[0], key[1], [ts for ts, _ in mine], columns)


def _column(table: str, name: str, rows: Sequence[_Row]) -> StoredColumn:
    type_ = CATALOG.tables[table].by_name[name].type
    present = [i for i, fields in enumerate(rows) if name in fields]
    values = [rows[i][name] for i in present]
    if type_ is Type.TEXTS:
        flat = [text for value in values for text in _texts(value)]
        return StoredColumn(
            field=name, type=type_, present=present, dictionary=flat, index=list(range(len(flat))),
            lengths=[len(_texts(value)) for value in values],
        )  # fmt: skip
    if type_ is Type.TEXT:
        texts = [str(value) for value in values]
        return StoredColumn(
            field=name, type=type_, present=present, dictionary=texts, index=list(range(len(texts)))
        )
    return StoredColumn(field=name, type=type_, present=present, values=values)  # type: ignore[arg-type]  # by the catalog's type


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


STATE_TABLES = frozenset(table.name for table in CATALOG if table.kind is Kind.STATE)
