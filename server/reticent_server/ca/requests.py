"""Checks a laptop's certificate request (PKCS #10, RFC 2986).

Of the request only the public key is used: names and extensions are the CA's own choice.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from reticent_contract.limits import CSR_BYTES_MAX

from reticent_server.errors import CertificateError

_NEXT = "no certificate was issued; delete the agent's device.key and enrol again"


def check_request(der: bytes) -> ec.EllipticCurvePublicKey:
    """The public key of a good request. Raises CertificateError.

    1. it is small; 2. it is a PKCS #10 request in DER; 3. its key is on P-256; 4. it is signed
    with that key. The caller owes: that whoever sent it may have a certificate at all.
    """
    if not 0 < len(der) <= CSR_BYTES_MAX:
        raise CertificateError(f"the request is empty or above {CSR_BYTES_MAX} bytes; {_NEXT}")
    try:
        request = x509.load_der_x509_csr(der)
        key = request.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateError(f"the request is not PKCS #10 in DER; {_NEXT}") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CertificateError(f"the request's key is not on the curve P-256; {_NEXT}")
    try:
        signed = request.is_signature_valid
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        signed = False
    if not signed:
        raise CertificateError(f"the request is not signed with its own key; {_NEXT}")
    return key
