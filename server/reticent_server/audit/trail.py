"""The trail of one data directory: its key, its checkpoints, whether it is whole.

    data_dir/secrets/audit.key         Ed25519, PKCS #8 PEM: signs checkpoints and exports
    data_dir/audit/checkpoints.jsonl   0600; see `sinks`

Further files and a syslog are the configuration's (`[audit]`).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reticent_server.audit.book import add_file
from reticent_server.audit.chain import Row
from reticent_server.audit.checkpoints import Checkpoints
from reticent_server.audit.findings import Problem, Verdict
from reticent_server.audit.service import AuditService
from reticent_server.audit.sinks import CheckpointFile, Syslog
from reticent_server.audit.stored import StoredCheckpoints
from reticent_server.audit.verifying import Verifier
from reticent_server.auth.control import Control
from reticent_server.ca.files import make_secret_once, read_secret
from reticent_server.config import ServerConfig
from reticent_server.errors import ServerError


def key_path(data_dir: Path) -> Path:
    return data_dir / "secrets" / "audit.key"


def audit_key(data_dir: Path) -> Ed25519PrivateKey:
    """Made where it is missing: an older data directory gets it. Raises ServerError."""
    path = key_path(data_dir)
    if not path.exists():
        make_secret_once(path, _new_key)
        _give_to_owner(path)
    try:
        key = serialization.load_pem_private_key(read_secret(path), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ServerError(
            f"{path} is damaged; nothing was started; restore it from the backup: with another "
            "key every checkpoint so far counts as foreign"
        )
    return key


def checkpoints_of(
    config: ServerConfig,
    control: Control,
    audit: AuditService,
    *,
    clock: Callable[[], float] = time.time,
) -> Checkpoints:
    """Raises ServerError."""
    own = config.data_dir / "audit"
    try:
        if not own.exists():
            own.mkdir(mode=0o700)
            _give_to_owner(own)
        if not (own / "checkpoints.jsonl").exists():
            (own / "checkpoints.jsonl").touch(mode=0o600)
            _give_to_owner(own / "checkpoints.jsonl")
    except OSError as error:
        raise ServerError(
            f"{own} cannot be made ({error.strerror}); nothing was started; correct the data "
            "directory's owner",
            permanent=False,
        ) from error
    return Checkpoints(
        StoredCheckpoints(control),
        audit,
        key=audit_key(config.data_dir),
        files=[
            CheckpointFile(path)
            for path in (own / "checkpoints.jsonl", *config.audit.checkpoint_files)
        ],
        syslog=None if config.audit.syslog is None else Syslog(config.audit.syslog),
        clock=clock,
    )


def verify_trail(
    audit: AuditService,
    checkpoints: Checkpoints,
    *,
    public_key: bytes | None = None,
    further: Sequence[Path] = (),
    watch: Callable[[Iterator[Row]], Iterator[Row]] = iter,
    seen: int | None = None,
) -> Verdict:
    """Every row against every checkpoint, of the `further` files too. `seen` as of `Verifier`.

    `watch` sees the rows go by, and may end it by raising. Raises ServerError.
    """
    book = checkpoints.book(public_key)
    for path in further:
        add_file(book, path)
    verifier = Verifier(book, seen=seen)
    for row in watch(audit.rows()):
        verifier.row(row)
    missing = checkpoints.stored.missing_triggers()
    if missing:
        number, _ = audit.head()
        verifier.add(
            Problem(
                kind="unprotected",
                number=number,
                sentence="somebody removed what keeps the database from changing the trail: "
                + ", ".join(sorted(missing)),
            )
        )
    return verifier.finish()


def _give_to_owner(path: Path) -> None:
    """Root makes it for the server's user, who must be able to append to it later."""
    if sys.platform != "win32" and os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
