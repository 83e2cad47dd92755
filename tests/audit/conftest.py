"""A trail on a SQLite file, with its key, its checkpoints and a place outside its folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_server.store.control.engine import open_control
from support.console_fixtures import *  # noqa: F403 - the folder's fixtures
from support.trails import Trail


@pytest.fixture(scope="session")
def _fifteen(tmp_path_factory: pytest.TempPathFactory, migrated_control: Path) -> Path:
    """Made once: every row and every checkpoint is synced to the disk."""
    base = tmp_path_factory.mktemp("fifteen")
    (base / "data" / "secrets").mkdir(parents=True, mode=0o700)
    shutil.copy(migrated_control, base / "data" / "control.db")
    store = open_control(base / "data" / "control.db")
    Trail(base / "data", store, kept=base / "kept.jsonl").fill(15, every=5)
    store.close()
    return base


@pytest.fixture
def fifteen(tmp_path: Path, _fifteen: Path) -> Iterator[Trail]:
    """A trail of 15 rows, with checkpoints at 5, 10 and 15."""
    shutil.copytree(_fifteen, tmp_path / "fifteen")
    base = tmp_path / "fifteen"
    store = open_control(base / "data" / "control.db")
    yield Trail(base / "data", store, kept=base / "kept.jsonl")
    store.close()


@pytest.fixture
def trail(tmp_path: Path, migrated_control: Path) -> Iterator[Trail]:
    data_dir = tmp_path / "data"
    (data_dir / "secrets").mkdir(parents=True, mode=0o700)
    shutil.copy(migrated_control, data_dir / "control.db")
    store = open_control(data_dir / "control.db")
    yield Trail(data_dir, store, kept=tmp_path / "kept.jsonl")
    store.close()
