"""For every test: TLS 1.3 alone, as in the real processes; and no clock in property tests.

For tests of the server: a data directory, initialised once and copied for each.

Files that take longest come first, so that with several workers none waits for another's last one;
`--no-loadscope-reorder` in pyproject.toml keeps that order (xdist would take the number of tests).

How long one example takes says how busy the machine is. What must be fast has a test of its own,
and every test ends at pytest's timeout.

Garbage is collected as rarely as in a server, and never among the twelve thousand tests and all
modules, which stay: to walk them again and again was a seventh of the processor time.
"""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from reticent_contract.tls import force_tls13
from reticent_server.main import COLLECT_AFTER
from support.longest import LONGEST_FIRST
from support.raw_ids import is_raw

force_tls13()  # before any test module imports grpc
gc.set_threshold(*COLLECT_AFTER)

TESTS = Path(__file__).parent

settings.register_profile("reticent", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("reticent")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {TESTS / name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A run's output, and CI's records of it, name the parameter where a value may be raw."""
    return argname if is_raw(val) else None


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from reticent_server.initialise import initialise

    folder = tmp_path_factory.mktemp("initialised") / "data"
    initialise(folder)
    return folder


@pytest.fixture
def data_dir(initialised: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(initialised, tmp_path / "data"))
