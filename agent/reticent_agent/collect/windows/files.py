"""Files by Windows paths, on the laptop or under another root.

Enters: `C:\\folder\\file`, with either slash. Leaves: bounded content and paths as they were given
(backslashes). Must hold: no relative path, no device (`NUL`, `\\\\.\\`), no network path, no second
stream of a file, and no link or junction is opened.

Under another root drive C lies in the folder `C`, and names are found whatever their case.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from reticent_contract import limits

_CHUNK_BYTES = 64 << 10
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)
_DRIVE = re.compile(r"[A-Za-z]:")
# Names that mean a device in every folder, with any extension.
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9]|CONIN\$|CONOUT\$)", re.IGNORECASE)
_REPARSE_POINT = 0x400  # FILE_ATTRIBUTE_REPARSE_POINT: links, junctions, files in a cloud


class WindowsFiles:
    """`FileRoot` by Windows paths. `root` None is the laptop itself."""

    def __init__(self, root: str | Path | None = None) -> None:
        self._root = None if root is None else Path(root).resolve()

    def read_bytes(self, path: str, *, bytes_max: int, owner: int | None = None) -> bytes:
        """The first `bytes_max` bytes of a regular file. Raises OSError."""
        if owner is not None:
            raise OSError(errno.ENOTSUP, "there are no account numbers here")
        real = self._resolve(path)
        _refuse_links(real)
        descriptor = os.open(real, _FLAGS)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            content = bytearray()
            while len(content) < bytes_max:
                chunk = os.read(descriptor, min(_CHUNK_BYTES, bytes_max - len(content)))
                if not chunk:
                    break
                content += chunk
            return bytes(content)
        finally:
            os.close(descriptor)

    def read_text(self, path: str, *, bytes_max: int = limits.SMALL_FILE_BYTES_MAX) -> str | None:
        """UTF-16 where a byte order mark says so, else UTF-8; None where it cannot be read."""
        try:
            content = self.read_bytes(path, bytes_max=bytes_max)
        except OSError:
            return None
        has_mark = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        return content.decode("utf-16" if has_mark else "utf-8-sig", "replace").strip("\0 \t\r\n")

    def glob(self, pattern: str) -> Sequence[str]:
        """Existing paths that match, sorted; any case. `*`, `?` and `[]` within one component."""
        try:
            drive, *parts = _components(pattern)
        except OSError:
            return []
        found = [drive]
        for part in parts:
            wild = any(sign in part for sign in "*?[")
            found = [
                rf"{base}\{name}"
                for base in found
                for name in (self._names(base, part) if wild else (part,))
            ]
            found = found[: limits.GLOB_PATHS_MAX]
        return sorted(path for path in found if self.exists(path))

    def exists(self, path: str) -> bool:
        try:
            return self._resolve(path).exists()
        except OSError:
            return False

    def is_dir(self, path: str) -> bool:
        try:
            return self._resolve(path).is_dir()
        except OSError:
            return False

    def readlink(self, path: str) -> str | None:  # noqa: ARG002 - as FileRoot has it
        """None: links are not followed here."""
        return None

    def real(self, path: str) -> PurePosixPath:
        """Where it lies for this process; a Windows path inside a PurePosixPath keeps its text."""
        return PurePosixPath(self._resolve(path))

    def _names(self, folder: str, pattern: str) -> list[str]:
        try:
            with os.scandir(self._resolve(rf"{folder}\.")) as entries:
                names = [entry.name for entry in entries if not entry.is_symlink()]
        except OSError:
            return []
        wanted = pattern.casefold()
        return sorted(name for name in names if fnmatch.fnmatchcase(name.casefold(), wanted))

    def _resolve(self, path: str) -> Path:
        """The path for this process. Raises OSError."""
        drive, *parts = _components(path)
        if self._root is None:
            return Path("\\".join([f"{drive}\\", *parts]))
        real = self._root / drive[0].upper()
        for part in parts:
            real /= _name_in(real, part)
        return real


def _components(path: str) -> list[str]:
    r"""The drive and the names behind it. Raises OSError for anything but `X:\name\…`."""
    drive, *parts = path.replace("/", "\\").split("\\")
    names = [part for part in parts if part not in ("", ".")]
    if (
        not _DRIVE.fullmatch(drive)
        or "\0" in path
        or any(
            part == ".." or ":" in part or _DEVICE.fullmatch(part.split(".")[0].rstrip(" "))
            for part in names
        )
    ):
        raise OSError(errno.EINVAL, "not an absolute path of a file")
    return [drive.upper(), *names]


def _name_in(folder: Path, name: str) -> str:
    """As it is written on a disk that tells cases apart."""
    if (folder / name).exists():
        return name
    try:
        with os.scandir(folder) as entries:
            wanted = name.casefold()
            return next((e.name for e in entries if e.name.casefold() == wanted), name)
    except OSError:
        return name


def _refuse_links(real: Path) -> None:
    """Raises OSError where the file, or a folder on the way to it, is a link or a junction."""
    for place in (real, *real.parents):
        status = place.lstat()
        attributes = getattr(status, "st_file_attributes", 0)
        if stat.S_ISLNK(status.st_mode) or attributes & _REPARSE_POINT:
            raise OSError(errno.ELOOP, "a link")
