"""Issuing keys below our own root: the first, and those after it.

Enters: the root's key. Leaves: `secrets/issuing.pem` and `former.crt`, as `ca.issuing` has them.
Must hold: certificates of the issuer of before stay good until that one ends, so that no laptop
and no stream notices; what laptops pin stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from reticent_server.ca.authority import ISSUING_DAYS, CertificateAuthority, make_issuing
from reticent_server.ca.issuing import (
    Issuing,
    load_issuing,
    root_key_path,
    save_issuing,
)
from reticent_server.ca.issuing import root_key as key_of_root
from reticent_server.ca.place import TokenPlace
from reticent_server.ca.token_key import open_or_make
from reticent_server.errors import ServerError

RENEW_WITH_DAYS_LEFT = ISSUING_DAYS / 3
WARN_WITH_DAYS_LEFT = 120


def days_left(certificate: x509.Certificate, now_s: float) -> float:
    return (certificate.not_valid_after_utc.timestamp() - now_s) / 86_400


def may_issue_below(root: x509.Certificate) -> bool:
    """False for a root of a server that was set up before there were issuing certificates."""
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints).value
    return constraints.ca and constraints.path_length != 0


def first_issuing(
    data_dir: Path, *, root: x509.Certificate, now_s: float, token: TokenPlace | None
) -> None:
    """The first issuing key below a root that was just made. Raises ServerError."""
    put_in_force(
        data_dir,
        new_key(token),
        root=root,
        root_key=key_of_root(data_dir),
        now_s=now_s,
        in_token=token is not None,
    )


def renew_issuing(
    data_dir: Path,
    *,
    root_key: ec.EllipticCurvePrivateKey,
    now_s: float,
    token: TokenPlace | None,
    trust_former: bool = True,
) -> x509.Certificate:
    """A new issuing certificate below our root, for a new key; where a token keeps it, for that
    token's key, which is made where it is missing and is the same again where it is there.

    `trust_former=False`: the key of before was stolen. Laptops whose certificate is of it must
    enrol again, and a token's key must be another one. Raises ServerError, and nothing is changed
    then.
    """
    present = load_issuing(data_dir, token=token)
    check_root(present.root, root_key)
    key = new_key(token)
    if not trust_former and any(key.public_key() == i.public_key() for i in present.issuers):
        raise ServerError(
            "the key that [ca] names in the PKCS #11 token has issued already: all it issued would "
            "stay good; nothing was changed; name a key of the token that is not there yet under "
            "ca.pkcs11_key, run this again, and restart the server"
        )
    return put_in_force(
        data_dir,
        key,
        root=present.root,
        root_key=root_key,
        now_s=now_s,
        in_token=token is not None,
        former=still_valid(present, now_s) if trust_former else (),
    )


def renew_issuing_if_due(
    data_dir: Path, ca: CertificateAuthority, *, now_s: float, token: TokenPlace | None
) -> bool:
    """Renews where a third of its life is left and the root's key is at hand."""
    if days_left(ca.issuing.certificate, now_s) > RENEW_WITH_DAYS_LEFT or not ca.issuing.chain:
        return False
    if not root_key_path(data_dir).exists():
        return False
    root_key = key_of_root(data_dir)
    if root_key.public_key() != ca.issuing.root.public_key():
        return False  # our root's, from before another was imported: that one's owner renews
    renew_issuing(data_dir, root_key=root_key, now_s=now_s, token=token)
    return ca.reload()


def ending_soon(issuing: Issuing, now_s: float) -> str | None:
    """A sentence where somebody has to renew the issuing certificate by hand, soon."""
    days = days_left(issuing.certificate, now_s)
    if days > WARN_WITH_DAYS_LEFT:
        return None
    return (
        f"the issuing certificate ends in {days:.0f} days, and every laptop's with it; renew it: "
        "`reticent-server ca renew` with the root's key, or `ca import` where it is your own"
    )


def still_valid(issuing: Issuing, now_s: float) -> list[x509.Certificate]:
    """Of now and before: what stays good beside a new issuer."""
    return [issuer for issuer in issuing.issuers if days_left(issuer, now_s) > 0]


def check_root(root: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    """Raises ServerError where the key is not its, or it may have no issuing certificate below."""
    if root.public_key() != key.public_key():
        raise ServerError(
            "this key is not the one of the certificate that laptops pin; nothing was changed; "
            "give the key of this server's root"
        )
    if not may_issue_below(root):
        raise ServerError(
            "this server's CA was made by an earlier version and issues by itself: it may have no "
            "issuing certificate below it; nothing was changed; it goes on as it is"
        )


def new_key(token: TokenPlace | None) -> ec.EllipticCurvePrivateKey:
    """An issuing key. Raises ServerError where the token does not answer."""
    return ec.generate_private_key(ec.SECP256R1()) if token is None else open_or_make(token)


def put_in_force(
    data_dir: Path,
    key: ec.EllipticCurvePrivateKey,
    *,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    now_s: float,
    in_token: bool,
    former: Sequence[x509.Certificate] = (),
) -> x509.Certificate:
    """An issuing certificate for `key` below `root`, from now on. Raises ServerError."""
    certificate = make_issuing(key.public_key(), root_key=root_key, root=root, now_s=now_s)
    save_issuing(data_dir, key=None if in_token else key, chain=[certificate], former=former)
    return certificate
