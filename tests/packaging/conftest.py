"""The packages, built once, and empty systems to install them into."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import scratch_root
from support.scratch_root import ScratchRoot

REPOSITORY = Path(__file__).resolve().parents[2]
SCRATCH_ROOT = Path(scratch_root.__file__).resolve()


@dataclass(frozen=True)
class Built:
    """What `make packages` makes; the server's package is not compressed."""

    wheel: Path
    agent: Path
    server: Path
    installed: ScratchRoot  # both, by dpkg, which takes ten seconds to unpack them: to be copied

    def deb(self, side: str) -> Path:
        return {"agent": self.agent, "server": self.server}[side]


def fingerprint() -> str:
    """Of everything that the packages are made from, and how they are installed."""
    digest = hashlib.sha256(sys.version.encode())
    folders = ("agent", "proto", "server", "packaging")
    found = (path for name in folders for path in (REPOSITORY / name).rglob("*"))
    sources = {path for path in found if path.is_file() and "__pycache__" not in path.parts}
    ours = (*(REPOSITORY / name for name in ("pyproject.toml", "README.md")), SCRATCH_ROOT)
    for path in sorted({*sources, *ours}):
        digest.update(f"{path.relative_to(REPOSITORY)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@pytest.fixture(scope="session")
def built() -> Iterator[Built]:
    """The wheel and both Debian packages, from this environment's files and without a network.

    Built once for all workers of a run, and again when anything they are made from has changed.
    """
    if shutil.which("dpkg") is None:
        pytest.skip("Debian packages are installed by dpkg, which this machine does not have")
    out = REPOSITORY / "var" / "build" / "packages-for-tests"
    out.mkdir(parents=True, exist_ok=True)
    made_from, system = out / "made-from", out / "system"
    with (out / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = fingerprint()
        if not made_from.exists() or made_from.read_text() != wanted:
            made_from.unlink(missing_ok=True)
            for old in (*out.glob("*.deb"), *out.glob("*.whl")):
                old.unlink()
            build_packages(out, "--only", "agent")
            # Compressing the server's 900 MB takes longer than all else; the agent's has the way.
            build_packages(out, "--only", "server", "--compression", "none")
            shutil.rmtree(system, ignore_errors=True)
            ScratchRoot(system).dpkg("--install", *out.glob("*.deb"))
            made_from.write_text(wanted)
        # Links of this run's own: another run may replace the packages meanwhile.
        with tempfile.TemporaryDirectory(prefix="run-", dir=out) as directory:
            for path in (*out.glob("*.deb"), *out.glob("*.whl")):
                (Path(directory) / path.name).hardlink_to(path)
            installed = ScratchRoot.found(system).copied(Path(directory) / "system")
            fcntl.flock(lock, fcntl.LOCK_UN)
            yield Built(
                wheel=next(Path(directory).glob("*.whl")),
                agent=next(Path(directory).glob("reticent-agent_*.deb")),
                server=next(Path(directory).glob("reticent-server_*.deb")),
                installed=installed,
            )


def build_packages(out: Path, *options: str) -> None:
    """As `make packages`, with a date that does not depend on the last commit."""
    script = REPOSITORY / "packaging" / "packages.py"
    done = subprocess.run(
        [sys.executable, str(script), "--out", str(out), *options],
        env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def rebuilt_agent(built: Built, tmp_path: Path) -> Path:
    """The agent's package, built once more."""
    build_packages(tmp_path, "--only", "agent")
    return tmp_path / built.agent.name


@contextmanager
def a_system(*, like: ScratchRoot | None = None) -> Iterator[ScratchRoot]:
    """Not below pytest's folder: only its owner may enter, and the services are another user."""
    with tempfile.TemporaryDirectory(prefix="reticent-root-") as directory:
        Path(directory).chmod(0o755)
        root = Path(directory) / "root"
        yield ScratchRoot(root) if like is None else like.copied(root)


@pytest.fixture
def empty_system() -> Iterator[ScratchRoot]:
    """A system without our packages."""
    with a_system() as system:
        yield system


@pytest.fixture
def installed_system(built: Built) -> Iterator[ScratchRoot]:
    """A system with both packages, as dpkg left it."""
    with a_system(like=built.installed) as system:
        yield system


@pytest.fixture(scope="module")
def shared_system(built: Built) -> Iterator[ScratchRoot]:
    """The same for several tests, which leave the installation as it is."""
    with a_system(like=built.installed) as system:
        yield system
