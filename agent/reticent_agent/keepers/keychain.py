"""The `Keeper` of macOS: an item in the System keychain, by the system's own program.

`/usr/bin/security` and not its framework: an item lets in the program that made it, and a Python
is another program after each update. The secret goes to it by a pipe, never in its arguments, which
every process of the machine may read.

A blob is the item's random account name. Only root can add to the System keychain: another user
gets a StoreError, and so keeps a file. Source: security(1), macOS 14.
This has not run on a Mac yet; the tests have a made-up program that is spoken to the same way.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from reticent_contract.kept import Kept

from reticent_agent.keepers.model import WRAPPING_KEY_BYTES, StoreError

PROGRAM = Path("/usr/bin/security")
KEYCHAIN = "/Library/Keychains/System.keychain"
SERVICE = "reticent-agent"
_ACCOUNT_BYTES = 16
_ENDS_WITHIN_S = 20.0
_NO_SUCH_ITEM = 44
_TOLD = {
    36: "the keychain is locked, and nobody is there to be asked",
    _NO_SUCH_ITEM: "the System keychain has no such item: deleted, or of another machine",
    45: "there is such an item already",
}


class Keychain:
    kept = Kept.KEYCHAIN

    def __init__(self, program: Path = PROGRAM) -> None:
        self._program = str(program)

    def seal(self, secret: bytes) -> bytes:
        account = os.urandom(_ACCOUNT_BYTES).hex()
        self._run(
            ("-i",),
            f"add-generic-password -s {SERVICE} -a {account} -w {secret.hex()} "
            f"-T {self._program} {KEYCHAIN}\n",
        )
        # -i does not tell how a command ended. What it wrote is read again, here and by the vault.
        if self._find(account) != secret:
            self.forget(account.encode())
            raise StoreError("the System keychain did not keep it; only root can add to it")
        return account.encode()

    def open(self, blob: bytes) -> bytes:
        return self._find(_account(blob))

    def forget(self, blob: bytes) -> None:
        """Deletes the item, and looks that it is gone."""
        account = _account(blob)
        for verb in ("delete-generic-password", "find-generic-password"):
            try:
                self._run((verb, "-s", SERVICE, "-a", account, KEYCHAIN), "")
            except StoreError as error:
                if error.code == _NO_SUCH_ITEM:
                    return
                raise
        raise StoreError("the System keychain still has the item; only root can delete it")

    def _find(self, account: str) -> bytes:
        found = self._run(
            ("find-generic-password", "-s", SERVICE, "-a", account, "-w", KEYCHAIN), ""
        )
        try:
            secret = bytes.fromhex(found.decode("ascii").strip())
        except ValueError:
            secret = b""
        if len(secret) != WRAPPING_KEY_BYTES:
            raise StoreError("the keychain's item is not one of this agent")
        return secret

    def _run(self, arguments: tuple[str, ...], typed: str) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, no shell, no secret in arguments
                (self._program, *arguments),
                input=typed.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C", "HOME": "/var/root"},
                cwd="/",
                timeout=_ENDS_WITHIN_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            raise StoreError(f"{self._program} cannot be started, or does not end") from None
        if done.returncode != 0:
            told = _TOLD.get(done.returncode, "it refused")
            raise StoreError(
                f"{self._program}: {told} (code {done.returncode})", code=done.returncode
            )
        return done.stdout


def _account(blob: bytes) -> str:
    account = blob.decode("ascii", "replace")
    if len(account) != 2 * _ACCOUNT_BYTES or not set(account) <= set("0123456789abcdef"):
        raise StoreError("the name of the keychain's item is damaged")
    return account


def of_this_system() -> Keychain | None:
    return Keychain() if sys.platform == "darwin" else None
