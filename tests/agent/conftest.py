"""What every test of the agent's process leaves as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _mask_stays() -> Iterator[None]:
    """Commands narrow the umask of their own process; here that is the tests' process."""
    mask = os.umask(0o077)
    os.umask(mask)
    yield
    os.umask(mask)
