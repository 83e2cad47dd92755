"""The epochs of a data directory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_contract.catalog import CATALOG
from reticent_server.audit import AuditService
from reticent_server.epochs.files import EpochFiles
from reticent_server.epochs.service import EpochService
from reticent_server.epochs.uses import EpochUses
from reticent_server.keys import load_keys
from reticent_server.policies.service import PolicyService
from reticent_server.store.control import open_control
from support.keeping import NOW_S, Keeping


@pytest.fixture
def keeping(data_dir: Path) -> Iterator[Keeping]:
    control = open_control(data_dir / "control.db")
    keys = load_keys(data_dir, clock=time.time)
    files = EpochFiles(data_dir)
    policies = PolicyService(control, signing_key=keys.policy, catalog=CATALOG, has_epoch=files.has)
    audit = AuditService(control)
    epochs = EpochService(
        data_dir,
        uses=EpochUses(control, policies),
        signing_key=keys.policy,
        record=audit.record,
        clock=lambda: NOW_S,
    )
    yield Keeping(data_dir, control, policies, audit, epochs, files)
    control.close()
