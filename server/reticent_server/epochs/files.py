"""Key files of epochs. A receipt on disk is what destroys: whatever key file is left of a receipted
epoch (a crash in between, a restored backup) is removed before anybody can use it.

    .pseudonym-N.HALF.key.destroyed    what is just being overwritten; whoever finds one removes it
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from reticent_server.ca.files import read_secret, write_secret
from reticent_server.epochs.receipt import fingerprint, read, verify
from reticent_server.errors import ServerError

KEY_BYTES = 32
FIRST_EPOCH = 1
_EPOCH_FILE = re.compile(r"pseudonym-([0-9]{1,9})\.fleet\.key")
_RECEIPT_FILE = re.compile(r"epoch-([0-9]{1,9})\.json")
_GOING = ".destroyed"
_HALVES = ("server", "fleet")  # in this order: an epoch is known by its fleet half


@dataclass(frozen=True, slots=True)
class EpochKeys:
    """Both halves by epoch."""

    fleet: Mapping[int, bytes] = field(repr=False)
    server: Mapping[int, bytes] = field(repr=False)


class EpochFiles:
    """In the data directory. Every call looks at the disk: several processes may share it."""

    def __init__(self, data_dir: Path) -> None:
        self._secrets = data_dir / "secrets"
        self.receipts = data_dir / "receipts"

    def live(self) -> list[int]:
        """Epochs that have keys, ascending."""
        return sorted(_numbers(self._secrets, _EPOCH_FILE) - self.destroyed())

    def destroyed(self) -> set[int]:
        return _numbers(self.receipts, _RECEIPT_FILE)

    def has(self, epoch: int) -> bool:
        return epoch in self.live()

    def load(self) -> EpochKeys:
        """The keys of all live epochs. Raises ServerError where a half is missing or damaged."""
        live = self.live()
        return EpochKeys(
            fleet={epoch: self._read(epoch, "fleet") for epoch in live},
            server={epoch: self._read(epoch, "server") for epoch in live},
        )

    def make_first(self) -> None:
        """Unless there is, or ever was, an epoch."""
        if not self.live() and not self.destroyed():
            self.make(FIRST_EPOCH)

    def make(self, epoch: int) -> None:
        """Both halves, at random. Raises ServerError where one is there already."""
        for half in _HALVES:
            path = self._path(epoch, half)
            if path.exists() and half == "fleet":
                raise ServerError(f"epoch {epoch} has keys already; nothing was made")
            write_secret(path, secrets.token_bytes(KEY_BYTES))

    def made_s(self, epoch: int) -> int:
        return int(self._path(epoch, "fleet").stat().st_mtime)

    def next_number(self) -> int:
        """Higher than that of any epoch that is or was."""
        return max({0, *_numbers(self._secrets, _EPOCH_FILE), *self.destroyed()}) + 1

    def receipt_path(self, epoch: int) -> Path:
        return self.receipts / f"epoch-{epoch}.json"

    def remove_destroyed(self, *, public_key: bytes) -> None:
        """Overwrites and removes what is left of epochs that have a receipt.

        Raises ServerError where a file cannot be removed, and where a receipt is not signed by
        `public_key` or speaks of other keys: a receipt that strayed in destroys nothing.
        """
        try:
            for epoch in sorted(self.destroyed()):
                self._remove(epoch, public_key)
            for path in self._secrets.glob(f".*{_GOING}"):
                _overwrite_and_remove(path)
        except OSError as error:
            raise ServerError(
                f"a key in {self._secrets} that was destroyed by receipt cannot be removed "
                f"({error.strerror}); it is not used; correct the folder's owner and start again"
            ) from error

    def _remove(self, epoch: int, public_key: bytes) -> None:
        left = [half for half in _HALVES if self._path(epoch, half).exists()]
        if not left:
            return
        path = self.receipt_path(epoch)
        receipt = verify(read(path), public_key=public_key)
        due = {"fleet": receipt.fleet_key, "server": receipt.server_key}
        for half in left:
            key = self._read(epoch, half)
            if receipt.epoch != epoch or fingerprint(key, half=half, epoch=epoch) != due[half]:
                raise ServerError(
                    f"{path} says that epoch {epoch} was destroyed, but speaks of other keys than "
                    f"those in {self._secrets}; nothing was removed; restore both from one backup"
                )
        for half in left:  # renamed first: a half that is overwritten has its fingerprint no more
            path = self._path(epoch, half)
            going = path.with_name(f".{path.name}{_GOING}")
            path.rename(going)
            _overwrite_and_remove(going)

    def _read(self, epoch: int, half: str) -> bytes:
        return read_secret(self._path(epoch, half), bytes_exact=KEY_BYTES)

    def _path(self, epoch: int, half: str) -> Path:
        return self._secrets / f"pseudonym-{epoch}.{half}.key"


def _numbers(folder: Path, name: re.Pattern[str]) -> set[int]:
    with suppress(FileNotFoundError):
        matches = (name.fullmatch(path.name) for path in folder.iterdir())
        return {int(match[1]) for match in matches if match is not None}
    return set()


def _overwrite_and_remove(path: Path) -> None:
    """What the disk itself still holds (flash, snapshots) nobody can promise: see DECISIONS.md."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(max(KEY_BYTES, path.stat().st_size)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
