"""A data directory that was initialised once and is copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reticent_server.initialise import initialise


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("initialised") / "data"
    initialise(folder)
    return folder


@pytest.fixture
def data_dir(initialised: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(initialised, tmp_path / "data"))
