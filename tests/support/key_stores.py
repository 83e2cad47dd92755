"""Key stores of machines: a real TPM in software, and made-up libraries of Windows and macOS.

`Machine.keeper()` is what an agent on that machine has. The made-up ones keep what they are given
only under a number of the machine, as the real ones do.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Protocol

import pytest
from reticent_agent.keepers.dpapi import PROTECT_ARGUMENTS, DataBlob, Dpapi
from reticent_agent.keepers.keychain import Keychain
from reticent_agent.keepers.model import Keeper
from reticent_agent.keepers.tpm.commands import Tpm
from reticent_agent.keepers.tpm.device import TpmDevice
from reticent_agent.keepers.tpm.sealing import TpmKeeper

SWTPM = shutil.which("swtpm")
REQUIRED = os.environ.get("RETICENT_REQUIRE_SWTPM") == "1"
needs_swtpm = pytest.mark.skipif(
    SWTPM is None and not REQUIRED, reason="there is no swtpm on this machine"
)
_START_WAIT_S = 20.0


class Machine(Protocol):
    """A machine with a key store."""

    def keeper(self) -> Keeper:
        """As a new process of the agent has it."""

    def forget(self) -> None:
        """The key store loses what it has: a TPM is cleared, an item deleted."""

    def close(self) -> None: ...


class TpmMachine:
    """One swtpm process on a Unix socket. Leaves nothing behind after `close`."""

    def __init__(self) -> None:
        # Not pytest's folder: a socket's path has at most 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="swtpm-"))
        self.path = self._folder / "socket"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *(SWTPM or "swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self._folder}"),
                *("--server", f"type=unixio,path={self.path}"),
                *("--flags", "not-need-init,startup-clear"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START_WAIT_S
        while not self.path.exists():
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError("swtpm did not start")
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self.path.unlink(missing_ok=True)

    def restart(self) -> None:
        """What the machine's reboot does to it."""
        self.stop()
        self.start()

    def forget(self) -> None:
        """A clear: the seeds are made anew."""
        self.stop()
        for file in self._folder.iterdir():
            file.unlink()
        self.start()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def tpm(self) -> Tpm:
        return Tpm(TpmDevice(self.path))

    def keeper(self) -> TpmKeeper:
        return TpmKeeper(self.tpm())


_MALLOC = ctypes.CDLL(None).malloc
_MALLOC.argtypes, _MALLOC.restype = (ctypes.c_size_t,), ctypes.c_void_p
_FREE = ctypes.CDLL(None).free
_FREE.argtypes, _FREE.restype = (ctypes.c_void_p,), None
_PROTECT = ctypes.CFUNCTYPE(ctypes.c_int, *PROTECT_ARGUMENTS)
_LOCAL_FREE = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
NOT_OF_THIS_MACHINE = 0x8009000B  # NTE_BAD_KEY_STATE


class WindowsMachine:
    """Two functions of crypt32 and one of kernel32, as C functions that ctypes calls.

    `calls` has the flags of each; `unfreed` the answers that nobody has given back.
    """

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.unfreed: dict[int, int] = {}
        self.freed: list[bytes] = []
        self._error = 0
        self._key = os.urandom(32)
        self._crypt32 = SimpleNamespace(
            CryptProtectData=_PROTECT(self._protect), CryptUnprotectData=_PROTECT(self._unprotect)
        )
        self._kernel32 = SimpleNamespace(LocalFree=_LOCAL_FREE(self._local_free))

    def keeper(self) -> Dpapi:
        return Dpapi(self._crypt32, self._kernel32, lambda: self._error)

    def forget(self) -> None:
        self._key = os.urandom(32)

    def close(self) -> None:
        assert self.unfreed == {}

    def _stream(self, nonce: bytes, length: int) -> bytes:
        return hashlib.shake_256(self._key + nonce).digest(length)

    def _protect(self, given: object, *rest: object) -> int:
        data = _given(given, rest)
        self.calls.append(int(str(rest[4])))
        nonce = os.urandom(16)
        body = _xor(data, self._stream(nonce, len(data)))
        return self._give(rest[5], nonce + hashlib.sha256(self._key + data).digest() + body)

    def _unprotect(self, given: object, *rest: object) -> int:
        data = _given(given, rest)
        self.calls.append(int(str(rest[4])))
        nonce, mark, body = data[:16], data[16:48], data[48:]
        secret = _xor(body, self._stream(nonce, len(body)))
        if hashlib.sha256(self._key + secret).digest() != mark:
            self._error = NOT_OF_THIS_MACHINE
            return 0
        return self._give(rest[5], secret)

    def _give(self, out: object, data: bytes) -> int:
        place = _MALLOC(len(data))
        ctypes.memmove(place, data, len(data))
        blob = out.contents  # type: ignore[attr-defined]
        blob.size = len(data)
        blob.data = ctypes.cast(place, ctypes.POINTER(ctypes.c_ubyte))
        self.unfreed[place] = len(data)
        return 1

    def _local_free(self, place: int) -> None:
        self.freed.append(ctypes.string_at(place, self.unfreed.pop(place)))
        _FREE(place)


def _given(given: object, rest: tuple[object, ...]) -> bytes:
    """No description, no entropy, nothing reserved, no prompt: none of them may point anywhere."""
    description, entropy, reserved, prompt = rest[:4]
    assert (description, bool(entropy), reserved, prompt) == (None, False, None, None)
    blob: DataBlob = given.contents  # type: ignore[attr-defined]
    return ctypes.string_at(blob.data, blob.size)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


_SECURITY = '''#!{python} -IS
"""security(1), as far as the agent speaks to it."""
import json, shlex, sys
from pathlib import Path

FOLDER = Path({folder!r})
ITEMS, ARGUMENTS = FOLDER / "items", FOLDER / "arguments"
with ARGUMENTS.open("a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
items = json.loads(ITEMS.read_text()) if ITEMS.exists() else {{}}
if (FOLDER / "locked").exists():
    sys.exit(36)


def options(words):
    named = dict(zip(words[::2], words[1::2]))
    return named["-s"], named["-a"], named.get("-w")


if sys.argv[1:] == ["-i"]:
    for line in sys.stdin:
        verb, *words = shlex.split(line)
        keychain = words.pop()
        assert verb == "add-generic-password", verb
        assert keychain == "/Library/Keychains/System.keychain", keychain
        service, account, secret = options(words)
        if not (FOLDER / "read-only").exists():
            items[service + " " + account] = secret
    ITEMS.write_text(json.dumps(items))
    sys.exit(0)
verb, *words = sys.argv[1:]
assert verb in ("find-generic-password", "delete-generic-password"), verb
assert words.pop() == "/Library/Keychains/System.keychain", sys.argv
shows = words[-1] == "-w"
service, account, _ = options(words[:-1] if shows else words)
if service + " " + account not in items:
    sys.exit(44)
if verb == "delete-generic-password":
    assert not shows
    if not (FOLDER / "read-only").exists():
        del items[service + " " + account]
    ITEMS.write_text(json.dumps(items))
elif shows:
    print(items[service + " " + account])
'''


class MacMachine:
    """A made-up /usr/bin/security; `arguments` is what every process of the machine could read."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="keychain-"))
        self._program = self._folder / "security"
        self._program.write_text(_SECURITY.format(python=sys.executable, folder=str(self._folder)))
        self._program.chmod(0o700)

    def keeper(self) -> Keychain:
        return Keychain(self._program)

    def set(self, state: str, *, on: bool) -> None:
        """`locked`, or `read-only` for whoever is not root."""
        place = self._folder / state
        place.touch() if on else place.unlink()

    @property
    def arguments(self) -> list[list[str]]:
        lines = (self._folder / "arguments").read_text().splitlines()
        return [json.loads(line) for line in lines]

    @property
    def items(self) -> dict[str, str]:
        """By service and account; the agent's own secrets."""
        file = self._folder / "items"
        return json.loads(file.read_text()) if file.exists() else {}

    def forget(self) -> None:
        with suppress(FileNotFoundError):
            (self._folder / "items").unlink()

    def close(self) -> None:
        shutil.rmtree(self._folder)
