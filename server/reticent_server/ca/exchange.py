"""Our root is exchanged for another one while laptops go on.

Enters: the key of the root that laptops pin. Leaves, in three states of the files of `ca.issuing`:

    ca.crt    next.crt     issuing.pem         laptops trust
    root 1                 below root 1        root 1
    root 1    root 2, link below root 2        root 1, and root 2 once they have renewed
    root 2                 below root 2        root 2, and root 1 until they renew once more

In the second the server shows the link (root 2's key, signed by root 1's) behind the issuing
certificate, so that whoever trusts either root can check it. Must hold: at every moment, a crash's
too, a laptop that trusts what the server last gave it can check the server; nobody but the person
who ends the second state leaves a laptop behind.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from reticent_contract.limits import CERTIFICATE_BACKDATED_S

from reticent_server.ca.authority import make_link, make_root
from reticent_server.ca.files import sync_folder, write_public, write_secret
from reticent_server.ca.issuing import (
    Issuing,
    key_pem,
    load_issuing,
    next_root_path,
    pem_of,
    root_key_path,
)
from reticent_server.ca.place import TokenPlace
from reticent_server.ca.renewing import check_root, new_key, put_in_force, still_valid
from reticent_server.data_dir import secrets_dir
from reticent_server.errors import ServerError


def renew_root(
    data_dir: Path, *, root_key: ec.EllipticCurvePrivateKey, now_s: float, token: TokenPlace | None
) -> Issuing:
    """Begins: a root that follows, and an issuing certificate below it. What laptops have stays.

    The new root's key takes the place of `secrets/ca.key`: the former has nothing left to sign.
    Begun by a command that was interrupted, it is completed. Raises ServerError, and nothing that
    laptops see is changed then.
    """
    present = load_issuing(data_dir, token=token)
    if present.next_root is not None:
        if not _next_key_path(data_dir).exists():
            raise ServerError(
                "the root is being exchanged already; nothing was changed; `reticent-server ca "
                "show` says who does not trust the new one yet, and `ca drop-root` ends it"
            )
        _take_key_over(data_dir)
        return present
    check_root(present.anchor, root_key)
    following_key, issuing_key = ec.generate_private_key(ec.SECP256R1()), new_key(token)
    following = make_root(following_key, now_s, before=present.anchor)
    link = make_link(following, root_key=root_key, root=present.anchor, now_s=now_s)
    write_secret(_next_key_path(data_dir), key_pem(following_key))
    write_public(next_root_path(data_dir), pem_of([following, link]))  # nobody heeds it yet
    put_in_force(
        data_dir,
        issuing_key,
        root=following,
        root_key=following_key,
        now_s=now_s,
        in_token=token is not None,
        former=still_valid(present, now_s),
    )
    _take_key_over(data_dir)
    return load_issuing(data_dir, token=token)


def drop_root(data_dir: Path, *, token: TokenPlace | None) -> Issuing:
    """Ends: laptops are to trust the new root alone. Who does not know it by then enrols again.

    The caller owes: that they were counted. Raises ServerError, and nothing is changed then.
    """
    root = under_way(load_issuing(data_dir, token=token))
    if _next_key_path(data_dir).exists():
        _take_key_over(data_dir)
    write_public(data_dir / "ca.crt", pem_of([root]))
    with contextlib.suppress(OSError):  # where it stays, nobody heeds it
        next_root_path(data_dir).unlink()
    return load_issuing(data_dir, token=token)


def under_way(issuing: Issuing) -> x509.Certificate:
    """The root that follows. Raises ServerError where none does."""
    if issuing.next_root is None:
        raise ServerError(
            "the root is not being exchanged; nothing was changed; `reticent-server ca renew-root` "
            "begins that"
        )
    return issuing.next_root


def begun_s(next_root: x509.Certificate) -> float:
    """When the exchange for it began, seconds since 1970 UTC."""
    return next_root.not_valid_before_utc.timestamp() + CERTIFICATE_BACKDATED_S


def _next_key_path(data_dir: Path) -> Path:
    """The new root's key until the new root is in force."""
    return secrets_dir(data_dir) / "next.key"


def _take_key_over(data_dir: Path) -> None:
    path = root_key_path(data_dir)
    try:
        _next_key_path(data_dir).replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise ServerError(
            f"{path} cannot be written ({error.strerror}); the new root is in force, and its key "
            f"is in {_next_key_path(data_dir)}; correct the folder's owner, then run "
            "`reticent-server ca renew-root` again",
            permanent=False,
        ) from error
