"""The identity's files: written whole, switched without a moment of having none."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from reticent_contract.kept import Kept

from reticent_agent import atomic
from reticent_agent.errors import IdentityError
from reticent_agent.identity import keys
from reticent_agent.keepers.tpm.commands import Tpm
from reticent_agent.keepers.vault import Vault

_BYTES_MAX = 256 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Everything the stream needs. PEM unless the name says otherwise; `key` may be a TPM's."""

    device_id: uuid.UUID
    key: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    ca: bytes = field(repr=False)
    telemetry_address: str
    policy_public_key: bytes  # Ed25519, raw
    group: str
    enrolment_address: str = ""  # empty: enrolled before it was kept
    is_next: bool = False  # the pair of a renewal that no stream has confirmed yet
    kept: Kept = field(default=Kept.FILE, compare=False)  # how the key lies here

    def validity_s(self) -> tuple[float, float]:
        """not_before and not_after of the certificate, seconds since 1970 UTC."""
        return keys.validity_s(self.certificate)


@dataclass(frozen=True, slots=True)
class Stopped:
    """The server told this device to stop."""

    reason: str
    at_us: int


class IdentityStore:
    """Files of the identity in `folder` (the data directory), its keys in `vault`.

    Without a vault of this machine they are read and written as plain files.
    """

    def __init__(self, folder: Path, *, vault: Vault | None = None) -> None:
        self._folder = folder
        self._vault = vault or Vault(folder)

    @property
    def tpm(self) -> Tpm | None:
        """What a key that lies in a TPM is used through."""
        return self._vault.tpm

    def load(self, *, use_current: bool = False) -> Identity | None:
        """The identity in use, None where the laptop is not enrolled.

        Raises IdentityError, KeeperError where its keys cannot be opened.

        `use_current`: not the pair of a renewal, even where there is one.
        1. finish a switch that a crash interrupted; 2. the pair in use must fit together; 3. a
        pair of a renewal, where it is complete, is what the next stream tries.
        """
        data = self._read("device.json")
        if data is None:
            return None
        key, certificate = self._secret("device.key"), self._read("device.crt")
        next_key, next_certificate = self._secret("device.key.new"), self._read("device.crt.new")
        ca = self._read("ca.crt")
        if certificate and next_key and keys.belongs(certificate, next_key):
            self._rename("device.key.new", "device.key")  # crashed between `confirm`'s renames
            key, next_key = next_key, None
        if not (key and certificate and ca and keys.belongs(certificate, key)):
            raise self._damaged()
        if not keys.are_certificates(ca):
            raise self._damaged()
        use_next = bool(
            not use_current
            and next_key
            and next_certificate
            and keys.belongs(next_certificate, next_key)
        )
        try:
            document = json.loads(data)
            return Identity(
                device_id=uuid.UUID(document["device_id"]),
                key=(next_key if use_next else key) or b"",
                certificate=(next_certificate if use_next else certificate) or b"",
                ca=ca,
                telemetry_address=str(document["telemetry_address"]),
                policy_public_key=bytes.fromhex(document["policy_public_key"]),
                group=str(document["group"]),
                enrolment_address=str(document.get("enrolment_address", "")),
                is_next=use_next,
                kept=self._kept("device.key.new" if use_next else "device.key"),
            )
        except (ValueError, KeyError, TypeError):
            raise self._damaged() from None

    def device_id(self) -> uuid.UUID | None:
        """As which device it was enrolled, also where nothing else of the identity is of use."""
        try:
            return uuid.UUID(json.loads(self._read("device.json") or b"{}")["device_id"])
        except (IdentityError, ValueError, KeyError, TypeError):
            return None

    def pending_key(self) -> bytes:
        """The key to enrol with: the one of an earlier try, else a new one, on disk already."""
        pem = self._secret("device.key")
        if pem is not None and self._read("device.json") is None:
            try:
                keys.load_key(pem)
            except IdentityError:
                pem = None
        if pem is None:
            pem = keys.new_key(self.tpm)
            self._keep("device.key", pem)
        return pem

    def save(self, identity: Identity) -> Identity:
        """A fresh enrolment, as `load` will give it.

        `device.json` comes last: before it, the laptop is not enrolled.
        """
        self.withdraw_next()
        self._keep("device.key", identity.key)
        self._write("device.crt", identity.certificate)
        self._write("ca.crt", identity.ca)
        (self._folder / "stopped.json").unlink(missing_ok=True)
        document = {
            "device_id": str(identity.device_id),
            "telemetry_address": identity.telemetry_address,
            "policy_public_key": identity.policy_public_key.hex(),
            "group": identity.group,
            "enrolment_address": identity.enrolment_address,
        }
        self._write("device.json", json.dumps(document, indent=1).encode())
        return replace(identity, kept=self._kept("device.key"))

    def next_key(self) -> bytes:
        """The key of the coming renewal, on disk already."""
        pem = self._secret("device.key.new")
        if pem is None or self._read("device.crt.new") is not None:
            pem = keys.new_key(self.tpm)
            (self._folder / "device.crt.new").unlink(missing_ok=True)
            self._keep("device.key.new", pem)
        return pem

    def save_next(self, *, certificate: bytes, ca: bytes) -> None:
        """The renewed certificate; the pair in use stays until `confirm`."""
        self._write("ca.crt", ca)
        self._write("device.crt.new", certificate)

    def confirm(self) -> None:
        """A stream was accepted under the next pair: it becomes the pair in use.

        Two renames; `load` finishes what a crash between them leaves.
        """
        self._rename("device.crt.new", "device.crt")
        with suppress(FileNotFoundError):  # `load` in another thread or process was first
            self._rename("device.key.new", "device.key")

    def withdraw_next(self) -> None:
        """The server does not take the next pair: back to the one in use."""
        (self._folder / "device.crt.new").unlink(missing_ok=True)
        (self._folder / "device.key.new").unlink(missing_ok=True)

    def discard(self) -> None:
        """Forgets this identity: `device.json` first, so that a crash leaves "not enrolled".

        Raises IdentityError.
        """
        names = ("device.json", "device.key.new", "device.crt.new", "device.crt", "device.key")
        try:
            for name in names:
                (self._folder / name).unlink(missing_ok=True)
            atomic.sync_folder(self._folder)
        except OSError as error:
            raise IdentityError(
                f"the identity in {self._folder} cannot be deleted ({error.strerror}); a part of "
                "it may be gone; check the folder's rights, then try again",
                permanent=False,
            ) from None

    def stopped(self) -> Stopped | None:
        """Why the server stopped this device; None where it did not."""
        data = self._read("stopped.json")
        if data is None:
            return None
        try:
            document = json.loads(data)
            return Stopped(reason=str(document["reason"]), at_us=int(document["at_us"]))
        except (ValueError, KeyError, TypeError):
            return Stopped(reason="the note about it is damaged", at_us=0)

    def stop(self, stopped: Stopped) -> None:
        """Holds over restarts, until the laptop is enrolled again."""
        document = {"reason": stopped.reason, "at_us": stopped.at_us}
        self._write("stopped.json", json.dumps(document).encode())

    def _kept(self, name: str) -> Kept:
        with self._reading(name):
            return self._vault.kept(name) or Kept.FILE

    def _secret(self, name: str) -> bytes | None:
        with self._reading(name):
            return self._vault.read(name)

    def _keep(self, name: str, secret: bytes) -> None:
        with self._writing(name):
            self._vault.write(name, secret)

    def _read(self, name: str) -> bytes | None:
        with self._reading(name):
            return atomic.read_file(self._folder / name, bytes_max=_BYTES_MAX)

    def _write(self, name: str, data: bytes) -> None:
        with self._writing(name):
            atomic.make_folder(self._folder)
            atomic.write_file(self._folder / name, data)

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IdentityError(
                f"{name} in {self._folder} cannot be read ({error.strerror or 'too large'}); "
                "nothing is sent; run as the agent's user, or check the file's rights",
                permanent=True,
            ) from None

    @contextmanager
    def _writing(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IdentityError(
                f"{name} in {self._folder} cannot be written ({error.strerror}); the identity is "
                "as before; free space or check the folder's rights",
                permanent=False,
            ) from None

    def _rename(self, old: str, new: str) -> None:
        (self._folder / old).replace(self._folder / new)
        atomic.sync_folder(self._folder)

    def _damaged(self) -> IdentityError:
        return IdentityError(
            f"the identity in {self._folder} is damaged (key, certificate, CA, device.json do not "
            "fit together); nothing is sent; run `reticent-agent enrol` with a new token",
            permanent=True,
        )
