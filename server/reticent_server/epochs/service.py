"""Lists, rotates and destroys epochs, and tells the running server when the keys changed."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_contract.limits import EPOCHS_MAX, REASON_CHARS_MAX

from reticent_server.ca.files import write_secret
from reticent_server.epochs import receipt as receipts
from reticent_server.epochs.files import EpochFiles, EpochKeys
from reticent_server.epochs.uses import EpochUses
from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.recorder import Recorder

KeysListener = Callable[[EpochKeys], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochView:
    """`groups`: whose newest policy names it. `laptops`: in service, under an older one that does.

    A destroyed epoch has no `made_s` and is named by nobody.
    """

    epoch: int
    made_s: int | None
    fleet_key: str
    server_key: str
    groups: tuple[str, ...] = ()
    laptops: int = 0
    destroyed_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    receipt: receipts.Receipt
    path: Path


class EpochService:
    """Thread-safe; calls block. `record` writes the audit trail, durably, before anything ends."""

    def __init__(
        self,
        data_dir: Path,
        *,
        uses: EpochUses,
        signing_key: Ed25519PrivateKey,
        record: Recorder,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._files = EpochFiles(data_dir)
        self._uses = uses
        self._signing_key = signing_key
        self._public_key = signing_key.public_key().public_bytes_raw()
        self._record = record
        self._clock = clock
        self._lock = threading.Lock()
        self._listeners: list[KeysListener] = []

    def on_change(self, listener: KeysListener) -> None:
        """`listener(keys)` is called, in any thread, after keys were made or destroyed."""
        self._listeners.append(listener)

    def list(self) -> list[EpochView]:
        """Newest first, destroyed ones too."""
        keys, groups, laptops = self._files.load(), self._uses.groups(), self._uses.laptops()
        live = [
            EpochView(
                epoch=epoch,
                made_s=self._files.made_s(epoch),
                fleet_key=receipts.fingerprint(key, half="fleet", epoch=epoch),
                server_key=receipts.fingerprint(keys.server[epoch], half="server", epoch=epoch),
                groups=tuple(groups.get(epoch, ())),
                laptops=laptops.get(epoch, 0),
            )
            for epoch, key in keys.fleet.items()
        ]
        gone = [self._destroyed(epoch) for epoch in self._files.destroyed()]
        return sorted((*live, *gone), key=lambda view: -view.epoch)

    def rotate(self, *, actor: str, source_address: str = "") -> int:
        """Makes the next epoch's keys, which policies may name from now on. Its number.

        Laptops that are connected have the key before they are offered such a policy.
        """
        with self._lock:
            if len(self._files.live()) >= EPOCHS_MAX:
                raise ConflictError(
                    f"{EPOCHS_MAX} epochs have keys, which is all that laptops keep; nothing was "
                    "made; destroy one that no policy names"
                )
            epoch = self._files.next_number()
            self._files.make(epoch)
            self._record(
                actor=actor,
                action="keys.rotate",
                object=f"pseudonym epoch {epoch}",
                source_address=source_address,
            )
            self._tell()
        return epoch

    def destroy(
        self, epoch: int, *, actor: str, reason: str, source_address: str = ""
    ) -> Destroyed:
        """Ends the epoch for good. Raises NotFoundError, ConflictError; then nothing has changed.

        1. it has keys; 2. no policy in force names it, no laptop in service runs one that does,
        and from here on none is published; 3. the receipt is signed; 4. the audit trail has it;
        5. the receipt is on disk, from where on the keys count as gone; 6. both files are
        overwritten and removed; 7. open streams and the second lock let go of them.
        """
        with self._lock:
            keys = self._files.load()
            if epoch not in keys.fleet:  # 1
                raise NotFoundError(
                    f"epoch {epoch} has no keys; nothing was destroyed; see `keys list`"
                )
            if not 0 < len(reason.strip()) <= REASON_CHARS_MAX:
                raise ConflictError(
                    f"a destruction needs a reason of 1 to {REASON_CHARS_MAX} characters; nothing "
                    "was destroyed"
                )
            self._uses.close(epoch)  # 2
            try:
                receipt, path = self._receipted(  # 3, 4, 5
                    epoch, keys, actor=actor, reason=reason.strip(), source_address=source_address
                )
            except Exception:
                if epoch not in self._files.destroyed():
                    self._uses.reopen(epoch)
                raise
            try:
                self._files.remove_destroyed(public_key=self._public_key)  # 6
            finally:  # the receipt counts already: whoever uses the keys must let go of them
                self._tell()  # 7
        return Destroyed(receipt=receipt, path=path)

    def _receipted(
        self, epoch: int, keys: EpochKeys, *, actor: str, reason: str, source_address: str
    ) -> tuple[receipts.Receipt, Path]:
        receipt = receipts.Receipt(
            epoch=epoch,
            destroyed_at=receipts.utc_text(self._clock()),
            actor=actor,
            reason=reason,
            fleet_key=receipts.fingerprint(keys.fleet[epoch], half="fleet", epoch=epoch),
            server_key=receipts.fingerprint(keys.server[epoch], half="server", epoch=epoch),
        )
        data = receipts.sign(receipt, self._signing_key)  # 3
        digest = hashlib.sha256(data).hexdigest()
        self._record(  # 4
            actor=actor,
            action="keys.destroy",
            object=f"pseudonym epoch {epoch}, receipt sha256 {digest}",
            reason=receipt.reason,
            source_address=source_address,
        )
        path = self._files.receipt_path(epoch)
        write_secret(path, data)  # 5
        return receipt, path

    def _destroyed(self, epoch: int) -> EpochView:
        path = self._files.receipt_path(epoch)
        try:
            found = receipts.verify(receipts.read(path), public_key=self._public_key)
        except receipts.ReceiptError:
            unsure = "unknown: its receipt does not verify"
            return EpochView(
                epoch=epoch, made_s=None, fleet_key="-", server_key="-", destroyed_at=unsure
            )
        return EpochView(
            epoch=epoch,
            made_s=None,
            fleet_key=found.fleet_key,
            server_key=found.server_key,
            destroyed_at=found.destroyed_at,
        )

    def _tell(self) -> None:
        keys = self._files.load()
        for listener in self._listeners:
            listener(keys)
