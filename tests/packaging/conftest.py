"""The packages, built once a session, and empty systems to install them into."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.scratch_root import ScratchRoot

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Built:
    """What `make packages` made."""

    wheel: Path
    agent: Path
    server: Path

    def deb(self, side: str) -> Path:
        return {"agent": self.agent, "server": self.server}[side]


@pytest.fixture(scope="session")
def built() -> Iterator[Built]:
    """The wheel and both Debian packages, from this environment's files and without a network."""
    if shutil.which("dpkg") is None:
        pytest.skip("Debian packages are installed by dpkg, which this machine does not have")
    with tempfile.TemporaryDirectory(prefix="reticent-built-") as directory:
        script = REPOSITORY / "packaging" / "packages.py"
        done = subprocess.run(
            [sys.executable, str(script), "--out", directory],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        out = Path(directory)
        yield Built(
            wheel=next(out.glob("*.whl")),
            agent=next(out.glob("reticent-agent_*.deb")),
            server=next(out.glob("reticent-server_*.deb")),
        )


@contextmanager
def a_system() -> Iterator[ScratchRoot]:
    """Not below pytest's folder: only its owner may enter, and the services are another user."""
    with tempfile.TemporaryDirectory(prefix="reticent-root-") as directory:
        Path(directory).chmod(0o755)
        yield ScratchRoot(Path(directory) / "root")


@pytest.fixture
def empty_system() -> Iterator[ScratchRoot]:
    """A system without our packages."""
    with a_system() as system:
        yield system


@pytest.fixture(scope="module")
def shared_system(built: Built) -> Iterator[ScratchRoot]:
    """Both packages, installed, for tests that leave the installation as it is."""
    with a_system() as system:
        system.dpkg("--install", built.agent, built.server)
        yield system
