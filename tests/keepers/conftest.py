"""Two machines of each kind that has a key store."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from support.key_stores import Machine, MacMachine, TpmMachine, WindowsMachine, needs_swtpm

MACHINES: tuple[tuple[str, Callable[[], Machine]], ...] = (
    ("tpm", TpmMachine),
    ("windows", WindowsMachine),
    ("macos", MacMachine),
)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(make, id=name, marks=[needs_swtpm] if name == "tpm" else [])
        for name, make in MACHINES
    ],
)
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[Machine, Machine]]:
    machines = (request.param(), request.param())
    yield machines
    for machine in machines:
        machine.close()


@pytest.fixture
def machine(pair: tuple[Machine, Machine]) -> Machine:
    return pair[0]


@pytest.fixture
def other(pair: tuple[Machine, Machine]) -> Machine:
    return pair[1]


@pytest.fixture(scope="module")
def with_tpm() -> Iterator[TpmMachine]:
    made = TpmMachine()
    yield made
    made.close()
