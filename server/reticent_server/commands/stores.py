"""The stores of a data directory, opened by a command itself.

Each is loaded by who opens it: most commands need the control store alone.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reticent_server.data_dir import control_path, events_path, secrets_dir
from reticent_server.store.control.engine import ControlStore, open_control

if TYPE_CHECKING:
    from reticent_server.approvals.service import ApprovalService
    from reticent_server.audit import AuditService
    from reticent_server.config import ServerConfig
    from reticent_server.policies.service import PolicyService
    from reticent_server.store.events import EventStore

LOCAL = "local"  # who the audit trail says it was


@contextmanager
def control_of(data_dir: Path) -> Iterator[ControlStore]:
    """Good beside a running server too: SQLite lets both write in turn."""
    control = open_control(control_path(data_dir))
    try:
        yield control
    finally:
        control.close()


def audit_of(control: ControlStore) -> AuditService:
    """Says in its entries which user of this machine it was."""
    from reticent_server.audit import AuditService

    uid = os.getuid() if sys.platform != "win32" else "unknown"
    return AuditService(control, here=f"this machine, uid {uid}")


def approvals_of(control: ControlStore, config: ServerConfig) -> ApprovalService:
    """By the configuration's rules. Raises ServerError where the login key is missing."""
    from reticent_server.approvals.service import ApprovalService
    from reticent_server.ca.files import read_secret

    key = read_secret(secrets_dir(config.data_dir) / "login.key", bytes_exact=32)
    return ApprovalService(control, audit=audit_of(control), rules=config.approvals, key=key)


@contextmanager
def events_of(data_dir: Path) -> Iterator[EventStore]:
    """Only without a running server: one process holds the event store."""
    from reticent_server.ca.files import read_secret
    from reticent_server.store.events import open_chdb

    key = read_secret(secrets_dir(data_dir) / "events.key", bytes_exact=32)
    events = open_chdb(events_path(data_dir), key=key)
    try:
        yield events
    finally:
        events.close()


def policies_of(control: ControlStore, data_dir: Path) -> PolicyService:
    """Of a data directory whose stores are opened here."""
    from reticent_contract.catalog import CATALOG

    from reticent_server.epochs.files import EpochFiles
    from reticent_server.keys import load_keys
    from reticent_server.policies.service import PolicyService

    keys = load_keys(data_dir, clock=time.time)
    return PolicyService(
        control,
        signing_key=keys.policy,
        catalog=CATALOG,
        has_epoch=EpochFiles(data_dir).has,
    )
