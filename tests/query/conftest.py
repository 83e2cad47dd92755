"""One filled chDB store for all tests of a module, and the fake beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from reticent_server.store.events import EventStore, open_chdb
from reticent_server.store.events.memory import MemoryEventStore
from support.event_groups import NOON_US, OTHER, batch, group, table

HOUR_US = 3_600_000_000

SESSIONS: list[dict[str, Any]] = [
    {
        "user_name": "pn:user:1:alice",
        "user_id": 1000,
        "remote": True,
        "service": "sshd",
        "remote_address": "10.1.2.0/24",
        "session_id": "7",
    },
    {"user_name": "pn:user:1:bob", "user_id": 0, "remote": False, "service": "gdm"},
    {"user_name": "", "terminal": "tty1"},
]
LINES: list[dict[str, Any]] = [
    {
        "message": "Failed password for <pn:user:1:alice> from 10.1.2.0/24",
        "program": "sshd",
        "unit": "ssh.service",
        "severity": 4,
        "pid": 812,
        "source": "journal",
    },
    {"message": "100% of /var_log\tis used\\", "program": "cron", "severity": 0, "pid": 0},
    {"message": "ÄRGER mit Straße", "program": "", "severity": 7},
    {"message": "", "unit": "a*b"},
    {"program": "kernel"},
]
STATES = [
    {"name": "eth0", "ip_addresses": ["10.1.0.0/16", "fe80::/64"], "physical": True, "mtu": 1500},
    {"name": "lo", "ip_addresses": [], "physical": False},
]
DELIVERED_FROM: dict[str, str | int] = {
    "delivered_from_address": "203.0.113.0/24",
    "delivered_from_country": "IN",
    "delivered_from_city": "",
    "delivered_from_network_number": 64_500,
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EventStore, EventStore]]:
    filled = group(
        batch(
            1,
            [
                table("session", "logon", SESSIONS, ts_us=NOON_US - HOUR_US),
                table("log_line", "line", LINES),
            ],
            delivered_from=DELIVERED_FROM,
        ),
        batch(
            1,
            [
                table("network_interface", "snapshot", STATES, ts_us=NOON_US - 48 * HOUR_US),
                table("session", "logoff", SESSIONS),
            ],
            device=OTHER,
        ),
    )
    chdb = open_chdb(
        tmp_path_factory.mktemp("query") / "events", key=bytes(32), clock=lambda: NOON_US
    )
    fake = MemoryEventStore()
    for store in (chdb, fake):
        store.append(filled)
    yield chdb, fake
    chdb.close()
