"""A Debian system's files in a folder of its own, for dpkg to install into.

Enters: a folder. Leaves: what dpkg, and the packages' own maintainer scripts with DPKG_ROOT set,
put there. Nothing of the machine that runs the test changes, and its own dpkg is not asked.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

# What the packages depend on, in the versions of Debian 12.
DEBIAN_12 = {
    "python3": "3.11.2-1",
    "libc6": "2.36-9",
    "libgcc-s1": "12.2.0-14",
    "libstdc++6": "12.2.0-14",
    "systemd": "252.39-1",
    "init-system-helpers": "1.65.2",
}


class DpkgError(AssertionError):
    """dpkg ended with an error, which is the message."""


class ScratchRoot:
    """An empty system that believes it has `installed` (package to version)."""

    def __init__(self, path: Path, *, installed: Mapping[str, str] = DEBIAN_12) -> None:
        self._at(path)
        for folder in ("info", "updates", "triggers"):
            (self._admin / folder).mkdir(parents=True)
        (path / "etc").mkdir()
        (self._admin / "available").touch()
        (self._admin / "status").write_text(
            "\n".join(
                f"Package: {name}\nStatus: install ok installed\nArchitecture: {architecture()}\n"
                f"Version: {version}\nMaintainer: none <none@example.invalid>\nDescription: none\n"
                for name, version in installed.items()
            )
        )
        for name in installed:
            (self._admin / "info" / f"{name}.list").touch()

    @classmethod
    def found(cls, path: Path) -> ScratchRoot:
        """One that is at `path` already."""
        system = object.__new__(cls)
        system._at(path)
        return system

    def _at(self, path: Path) -> None:
        self.path = path
        self._admin = path / "var" / "lib" / "dpkg"

    def dpkg(self, *arguments: str | Path) -> None:
        """Run dpkg in this root, without chroot and without leave to be root."""
        done = subprocess.run(
            [
                "dpkg",
                f"--root={self.path}",
                "--log=/dev/null",
                "--force-script-chrootless,not-root,unsafe-io",
                *map(str, arguments),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DpkgError(done.stderr)

    def copied(self, path: Path) -> ScratchRoot:
        """A system of the same files at `path`, owners and modes too.

        Below /usr hard links where they can be: only dpkg writes there, and it replaces files.
        """
        path.mkdir()
        for folder in self.path.iterdir():
            linked = ["cp", "-a", "--link", str(folder), str(path)]
            is_linked = (
                folder.name == "usr"
                and not subprocess.run(linked, capture_output=True, check=False).returncode
            )
            if not is_linked:  # another file system, if it was tried
                subprocess.run(["cp", "-a", str(folder), str(path)], check=True)
        return self.found(path)

    def files(self) -> set[str]:
        """Every file and link but dpkg's own, by path from the root."""
        return {
            f"/{path.relative_to(self.path)}"
            for path in self.path.rglob("*")
            if (path.is_symlink() or not path.is_dir()) and self._admin not in path.parents
        }

    def __truediv__(self, path: str) -> Path:
        """The real place of an absolute path of this system."""
        return self.path / path.removeprefix("/")


def architecture() -> str:
    """This machine's architecture in Debian's words."""
    command = ["dpkg", "--print-architecture"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
