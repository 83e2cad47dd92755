"""Copies of folders, and what shows that one leads nowhere else and that nobody wrote into it."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path


def copy(path: Path, to: Path) -> None:
    subprocess.run(["cp", "-a", path, to], check=True, timeout=60)


def links(path: Path) -> dict[Path, Path]:
    """Each symbolic link below `path`, and what it says."""
    found: dict[Path, Path] = {}
    for folder, names, files in os.walk(path):
        for each in (Path(folder, name) for name in (*names, *files)):
            if each.is_symlink():
                found[each] = each.readlink()
    return found


def state(path: Path) -> dict[str, tuple[int, int, int, str]]:
    """All below `path`: inode, mode, time of change, and content or target."""
    found = {}
    for folder, names, files in os.walk(path):
        for each in (Path(folder), *(Path(folder, name) for name in (*names, *files))):
            told = each.lstat()
            content = str(each.readlink()) if each.is_symlink() else ""
            if not each.is_symlink() and each.is_file():
                content = hashlib.sha256(each.read_bytes()).hexdigest()
            found[str(each)] = (told.st_ino, told.st_mode, told.st_mtime_ns, content)
    return found


def leads_into_itself(path: Path) -> None:
    found = links(path)
    assert found
    for link, target in found.items():
        assert not target.is_absolute(), link
        assert link.resolve(strict=True).is_relative_to(path.resolve()), link
