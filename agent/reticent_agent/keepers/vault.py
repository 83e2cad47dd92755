"""The secret files of a data directory, and the key that seals them.

    wrapping.key   the 32 bytes that seal the others, as a keeper of this machine sealed them;
                   not there where the machine has no keeper
        "reticent-wrapping-key 1 " kept "\\n" blob            kept: a word of reticent_contract.kept
    device.key, device.key.new, keys
        "reticent-sealed 1 " kept "\\n" nonce (12 bytes) AES-256-GCM(secret, purpose and first line)
        or the secret itself: a device key that a TPM made (of no use without it), or no keeper

Append-only. The wrapping key is opened once a process: a TPM takes its time. Files are read as they
lie; only `take_over`, `write` and `give_up` change anything: their caller holds the folder's lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from reticent_contract.kept import Kept

from reticent_agent import atomic
from reticent_agent.keepers import plain
from reticent_agent.keepers.model import WRAPPING_KEY_BYTES, Keeper, KeeperError, StoreError
from reticent_agent.keepers.tpm.commands import Tpm
from reticent_agent.keepers.tpm.signing import is_tpm_key

WRAPPING_KEY = "wrapping.key"
# What a sealed file may hold: a renewed device key is renamed to the one in use.
PURPOSES = {"device.key": "device-key", "device.key.new": "device-key", "keys": "pseudonym-keys"}
_WRAPPING_LINE, _SEALED_LINE = b"reticent-wrapping-key 1 ", b"reticent-sealed 1 "
_KEPT_OUTSIDE = (Kept.KEYCHAIN,)  # of the others a blob is all there is, and goes with its file
_NONCE_BYTES = 12
_BYTES_MAX = 256 << 10


class Vault:
    """Of the data directory `folder`. `keepers`: the best first; without any, files are plain.

    `tpm` makes device keys, where there is one. Calls raise KeeperError where a key store does not
    open what it sealed, OSError where a file cannot be read or written.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keepers: Sequence[Keeper] = (),
        tpm: Tpm | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.folder = folder
        self.tpm = tpm
        self._keepers = keepers
        self._random_bytes = random_bytes
        self._wrapping: tuple[Kept, bytes] | None = None
        self.refused: dict[Kept, str] = {}  # keepers that are here and cannot be used, and why

    def kept(self, name: str) -> Kept | None:
        """How the file lies there now, None where there is none. Opens nothing."""
        data = self._raw(name)
        if data is None:
            return None
        if is_tpm_key(data):
            return Kept.TPM
        return self._kept_of(data, _SEALED_LINE)[0] if data.startswith(_SEALED_LINE) else Kept.FILE

    def read(self, name: str) -> bytes | None:
        """None where there is no such file."""
        data = self._raw(name)
        if data is None or not data.startswith(_SEALED_LINE):
            return data
        kept, sealed = self._kept_of(data, _SEALED_LINE)
        wrapping = self._open_wrapping()
        if wrapping is None:
            self._refuse(f"{WRAPPING_KEY} is missing")
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, sealed = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return AESGCM(wrapping[1]).decrypt(nonce, sealed, _bound_to(name, kept))
        except (InvalidTag, ValueError):
            self._refuse(f"{name} is damaged, or was sealed under another {WRAPPING_KEY}")

    def write(self, name: str, secret: bytes) -> None:
        """Replaces the file, durably, sealed where the machine has a keeper."""
        atomic.make_folder(self.folder)
        path = self.folder / name
        sealed = secret if is_tpm_key(secret) else self._sealed(name, secret)
        if sealed is None:
            atomic.write_file(path, secret)
        elif self.kept(name) is Kept.FILE:
            plain.replace(path, sealed)
        else:
            atomic.write_file(path, sealed)

    def take_over(self) -> None:
        """Seals what lies there plain, and finishes what a crash left. At start, with the lock.

        1. proves that what is sealed opens; 2. overwrites what earlier sealings left; 3. seals.
        """
        for name in PURPOSES:
            secret = self.read(name)
            kept = self.kept(name)
            plain.overwrite_leftovers(self.folder / name, replaced=kept is not Kept.FILE)
            if secret is not None and kept is Kept.FILE:
                sealed = self._sealed(name, secret)
                if sealed is not None:
                    plain.replace(self.folder / name, sealed)

    def opens(self) -> bool:
        """False where something here cannot be read now, or was sealed and cannot be opened."""
        try:
            for name in PURPOSES:
                self.read(name)
        except (KeeperError, OSError):
            return False
        return True

    def give_up(self) -> None:
        """Deletes every secret here, for a person who said so. The last to go opens the others.

        Raises KeeperError where one stays, once all others are gone.
        """
        with suppress(StoreError, KeeperError, OSError):  # it is given up as this does not work
            self.forget()
        stayed: dict[str, int] = {}
        for name in (*PURPOSES, WRAPPING_KEY):
            stayed |= plain.destroy(self.folder / name)
        self._wrapping = None
        if stayed:
            raise KeeperError(
                f"{', '.join(stayed)} in {self.folder} cannot be deleted; what else there was of "
                "these keys is given up; delete that by hand, then run this again",
                permanent=True,
            )
        atomic.sync_folder(self.folder)

    def forget(self) -> None:
        """Deletes what a keeper keeps of the wrapping key outside the folder: nothing here opens
        any more. Raises StoreError, KeeperError where the file is damaged, OSError.

        Where no keeper keeps anything there, the file is not even read.
        """
        self._wrapping = None
        keepers = [keeper for keeper in self._keepers if keeper.kept in _KEPT_OUTSIDE]
        data = self._raw(WRAPPING_KEY) if keepers else None
        if data is None:
            return
        kept, blob = self._kept_of(data, _WRAPPING_LINE)
        for keeper in keepers:
            if keeper.kept is kept:
                keeper.forget(blob)

    def _sealed(self, name: str, secret: bytes) -> bytes | None:
        """The file's content, None where the machine has no keeper."""
        wrapping = self._open_wrapping() or self._make_wrapping()
        if wrapping is None:
            return None
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        kept, key = wrapping
        nonce = self._random_bytes(_NONCE_BYTES)
        content = AESGCM(key).encrypt(nonce, secret, _bound_to(name, kept))
        return _first_line(_SEALED_LINE, kept) + nonce + content

    def _open_wrapping(self) -> tuple[Kept, bytes] | None:
        if self._wrapping is not None:
            return self._wrapping
        data = self._raw(WRAPPING_KEY)
        if data is None:
            return None
        kept, blob = self._kept_of(data, _WRAPPING_LINE)
        keeper = next((keeper for keeper in self._keepers if keeper.kept is kept), None)
        if keeper is None:
            self._refuse(f"they are sealed ({kept}), and this machine has no such key store")
        try:
            key = keeper.open(blob)
        except StoreError as error:
            self._refuse(str(error))
        if len(key) != WRAPPING_KEY_BYTES:
            self._refuse(f"{WRAPPING_KEY} has the wrong size")
        self._wrapping = (kept, key)
        return self._wrapping

    def _make_wrapping(self) -> tuple[Kept, bytes] | None:
        """By the first keeper that also opens what it sealed; nothing relies on it before."""
        if any(self.kept(name) not in (None, Kept.FILE, Kept.TPM) for name in PURPOSES):
            self._refuse(f"{WRAPPING_KEY} is missing")
        for keeper in self._keepers:
            key = self._random_bytes(WRAPPING_KEY_BYTES)
            try:
                blob = keeper.seal(key)
                if keeper.open(blob) != key:
                    keeper.forget(blob)
                    raise StoreError("it does not give back what it was given")
            except StoreError as error:
                self.refused[keeper.kept] = str(error)
                continue
            atomic.write_file(
                self.folder / WRAPPING_KEY, _first_line(_WRAPPING_LINE, keeper.kept) + blob
            )
            self._wrapping = (keeper.kept, key)
            return self._wrapping
        return None

    def _kept_of(self, data: bytes, line: bytes) -> tuple[Kept, bytes]:
        """The keeper that the first line names, and what follows it."""
        first, _, rest = data.partition(b"\n")
        try:
            if not first.startswith(line):
                raise ValueError
            return Kept(first[len(line) :].decode("ascii")), rest
        except ValueError:
            self._refuse("a file of theirs is damaged, or from a newer version of the agent")

    def _raw(self, name: str) -> bytes | None:
        return atomic.read_file(self.folder / name, bytes_max=_BYTES_MAX)

    def _refuse(self, why: str) -> NoReturn:
        raise KeeperError(
            f"the keys in {self.folder} cannot be opened: {why}; nothing is collected or sent, and "
            "no new keys are made; bring the key store back, or give these keys up with "
            "`reticent-agent enrol --replace` and a new token: the laptop is then a new device "
            "with other pseudonyms",
            permanent=True,
        )


def _first_line(line: bytes, kept: Kept) -> bytes:
    return line + kept.encode() + b"\n"


def _bound_to(name: str, kept: Kept) -> bytes:
    """What a sealed file is authenticated with: one is of no use in another's place."""
    return _first_line(_SEALED_LINE, kept) + PURPOSES[name].encode()
