"""An issuing key that a customer brings: an intermediate of their own public key infrastructure.

Enters: a chain, from the issuing certificate up to what laptops are to pin, and its key. Leaves:
the same files as `ca.renewing` writes. Must hold: nothing is in force that laptops would refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from reticent_server.ca.authority import CertificateAuthority, general_name
from reticent_server.ca.files import write_public
from reticent_server.ca.issuing import (
    Issuing,
    IssuingKey,
    check_chain,
    load_issuing,
    pem_of,
    save_issuing,
)
from reticent_server.ca.place import TokenPlace
from reticent_server.ca.renewing import still_valid
from reticent_server.ca.token_key import open_token_key
from reticent_server.errors import ServerError

RSA_BITS_MIN = 3072  # NIST SP 800-57 part 1: 128 bits of strength, as P-256 has
DAYS_LEFT_MIN = 30
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_NOTHING = "nothing was changed"


def bring_issuing(
    data_dir: Path,
    *,
    chain: Sequence[x509.Certificate],
    key: IssuingKey | None,
    token: TokenPlace | None,
    names: Sequence[str],
    clock: Callable[[], float],
    may_change_anchor: bool,
) -> Issuing:
    """A customer's own issuing certificate: `chain` from it up to what laptops are to pin.

    1. each certificate was issued by the next; 2. all are valid today; 3. the first may sign
    certificates, of servers and of clients; 4. the key is its, and strong; 5. a certificate of
    this server, issued for a try, verifies as laptops verify; 6. what laptops pin stays as it is,
    unless `may_change_anchor`. Raises ServerError, and nothing is changed then.
    """
    now_s = clock()
    if len(chain) < 2:
        raise ServerError(
            f"the file has fewer than two certificates; {_NOTHING}; put the issuing one "
            "first and last the one that laptops are to pin, its root usually"
        )
    *below, anchor = chain
    check_chain(below, anchor)
    _check_dates(chain, now_s)
    _check_issuer(below[0])
    of_token = open_token_key(token) if key is None and token is not None else None
    wanted = of_token if key is None else key
    if wanted is None or wanted.public_key() != below[0].public_key():
        raise ServerError(
            f"the key is not the one of the first certificate; {_NOTHING}; give the "
            "issuing certificate's key, or name the token that has it under [ca]"
        )
    _check_strength(wanted)
    issuing = Issuing(anchor=anchor, chain=tuple(below), key=lambda: wanted)
    _try_it(issuing, names, clock)
    present = _present(data_dir, token)
    same_anchor = present is not None and anchor == present.anchor
    if not (same_anchor or may_change_anchor):
        raise ServerError(
            "laptops are enrolled, or may be by a token, and pin another certificate than the "
            "last one of the file; nothing was changed; a chain up to the one that they pin can "
            "be taken at any time, another only while no laptop and no token is there"
        )
    save_issuing(
        data_dir,
        key=key,
        chain=below,
        former=still_valid(present, now_s) if present is not None and same_anchor else (),
    )
    if not same_anchor:
        write_public(data_dir / "ca.crt", pem_of([anchor]))
    return load_issuing(data_dir, token=token)


def _present(data_dir: Path, token: TokenPlace | None) -> Issuing | None:
    """None where the files contradict each other, as after a crash between the two."""
    try:
        return load_issuing(data_dir, token=token)
    except ServerError:
        return None


def _check_dates(chain: Sequence[x509.Certificate], now_s: float) -> None:
    now = datetime.fromtimestamp(now_s, UTC)
    for certificate in chain:
        if certificate.not_valid_before_utc > now:
            raise ServerError(f"a certificate of the chain is not valid yet; {_NOTHING}")
        if certificate.not_valid_after_utc < now + timedelta(days=DAYS_LEFT_MIN):
            raise ServerError(
                f"a certificate of the chain ends within {DAYS_LEFT_MIN} days; {_NOTHING}; have "
                "it renewed first"
            )


def _check_issuer(certificate: x509.Certificate) -> None:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        may = constraints.ca and usage.key_cert_sign
    except (x509.ExtensionNotFound, ValueError):
        may = False
    if not may:
        raise ServerError(
            f"the first certificate may not sign others; {_NOTHING}; ask for one with the basic "
            "constraint CA and the key usage keyCertSign"
        )
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return
    wanted = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
    if not wanted <= set(purposes) and ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE not in purposes:
        raise ServerError(
            "the first certificate may not issue for both servers and clients, by its extended key "
            f"usage; {_NOTHING}; ask for one with serverAuth and clientAuth, or without that"
        )


def _check_strength(key: IssuingKey) -> None:
    if isinstance(key, rsa.RSAPrivateKey):
        good = key.key_size >= RSA_BITS_MIN
    else:
        good = isinstance(key.curve, _CURVES)
    if not good:
        raise ServerError(
            f"the issuing key is too weak or of another kind; {_NOTHING}; use P-256, P-384, P-521, "
            f"or RSA of {RSA_BITS_MIN} bits or more"
        )


def _try_it(issuing: Issuing, names: Sequence[str], clock: Callable[[], float]) -> None:
    """Issues a certificate of this server, and verifies it (RFC 5280) from what laptops pin."""
    ca = CertificateAuthority(issuing, clock=clock)
    certificate = ca.issue_server(ec.generate_private_key(ec.SECP256R1()).public_key(), names)
    verifier = (
        PolicyBuilder()
        .store(Store([issuing.anchor]))
        .time(datetime.fromtimestamp(clock(), UTC).replace(tzinfo=None))
        .build_server_verifier(general_name(names[0]))
    )
    try:
        verifier.verify(certificate, list(issuing.chain))
    except VerificationError as error:
        raise ServerError(
            f"a certificate for {names[0]} from this chain does not verify ({error}); {_NOTHING}; "
            "its constraints may leave out this server's names"
        ) from error
