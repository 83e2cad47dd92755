"""The laptop's file system, or a copy of it under another root.

Enters: absolute paths as on the laptop. Leaves: bounded content of regular files, and paths.
Must hold: with a root of its own nothing outside that root is opened, whatever symbolic links lie
in it; a FIFO, a device or a file without end cannot hold a collector up.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from reticent_contract import limits

_OPEN = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
_OPEN |= getattr(os, "O_NOCTTY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_CHUNK_BYTES = 64 << 10


class DiskFiles:
    """`FileRoot` over this process's disk. `root` "/" is the laptop itself.

    Under any other root symbolic links are resolved here, step by step, as chroot would: an
    absolute target starts again at the root, ".." stops at it.
    """

    def __init__(self, root: str | Path = "/") -> None:
        self._root = Path(root).resolve()

    @property
    def is_laptop(self) -> bool:
        """Whether this is the real file system and not a copy."""
        return self._root == Path("/")

    def read_bytes(self, path: str, *, bytes_max: int, owner: int | None = None) -> bytes:
        """The first `bytes_max` bytes of a regular file; OSError where there is none to read.

        It is read to its end: files of /proc and /sys say they have 0 or 4096 bytes whatever they
        hold.
        """
        # Nothing that is opened is a link any more, so one put there meanwhile is refused.
        flags = _OPEN if self.is_laptop else _OPEN | _NO_FOLLOW
        descriptor = os.open(self._resolve(path), flags)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "not a regular file", path)
            if self.is_laptop and owner not in (None, status.st_uid):
                raise OSError(errno.EINVAL, "not the file of that account", path)
            # One chunk where the size is true: joining it copies nothing.
            chunk_bytes = max(_CHUNK_BYTES, status.st_size + 1)
            return b"".join(_chunks(descriptor, bytes_max, chunk_bytes))
        finally:
            os.close(descriptor)

    def read_text(self, path: str, *, bytes_max: int = limits.SMALL_FILE_BYTES_MAX) -> str | None:
        """Text without blanks and NULs at its ends, U+FFFD for what is no UTF-8; or None."""
        try:
            content = self.read_bytes(path, bytes_max=bytes_max)
        except OSError:
            return None
        return content.decode(errors="replace").strip("\0 \t\r\n")

    def glob(self, pattern: str) -> Sequence[str]:
        """Existing paths that match, sorted. `*`, `?` and `[]` match within one path component."""
        found = ["/"]
        for part in _components(pattern):
            wild = any(sign in part for sign in "*?[")
            found = [
                f"{base.rstrip('/')}/{name}"
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

    def readlink(self, path: str) -> str | None:
        """What the symbolic link at `path` says; None where there is none."""
        link = PurePosixPath(path)
        try:
            return str((self._resolve(str(link.parent)) / link.name).readlink())
        except OSError:
            return None

    def real(self, path: str) -> PurePosixPath:
        """Where `path` lies on this process's disk, links resolved; the path need not exist."""
        return PurePosixPath(self._resolve(path))

    def _names(self, folder: str, pattern: str) -> list[str]:
        try:
            with os.scandir(self._resolve(folder)) as entries:
                names = [entry.name for entry in entries]
        except OSError:
            return []
        hidden = pattern.startswith(".")
        return sorted(
            name
            for name in names
            if fnmatch.fnmatchcase(name, pattern) and (hidden or not name.startswith("."))
        )

    def _resolve(self, path: str) -> Path:
        """The path on this process's disk. Raises OSError (ELOOP) where links go round."""
        if not path.startswith("/") or "\0" in path:
            raise OSError(errno.EINVAL, "not an absolute path", path)
        if self.is_laptop:
            return Path(path)
        pending = _components(path)[::-1]
        inside: list[str] = []  # resolved components under the root
        links = 0
        while pending:
            part = pending.pop()
            if part == "..":
                del inside[-1:]
                continue
            inside.append(part)
            try:
                target = str(self._root.joinpath(*inside).readlink())
            except OSError:
                continue  # no link, or nothing there: opening will tell
            links += 1
            if links > limits.SYMLINKS_MAX:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            if target.startswith("/"):
                inside.clear()
            else:
                inside.pop()
            pending.extend(_components(target)[::-1])
        return self._root.joinpath(*inside)


def _components(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _chunks(descriptor: int, bytes_max: int, chunk_bytes: int) -> Iterator[bytes]:
    left = bytes_max
    while left > 0:
        try:
            chunk = os.read(descriptor, min(left, chunk_bytes))
        except BlockingIOError:  # files of /proc that would wait for something to happen
            return
        if not chunk:
            return
        left -= len(chunk)
        yield chunk
