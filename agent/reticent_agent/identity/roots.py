"""Which CA certificates a laptop takes from its server, once it trusts one.

Must hold: who has stolen an issuing key, and so can be the server until that key's certificate
ends, gets no other root trusted: only a root's own key brings the next one.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from reticent_contract.limits import CA_CERTIFICATES_MAX

from reticent_agent.errors import IdentityError
from reticent_agent.identity.keys import certificate_pem


def taken(told_der: Sequence[bytes], links_der: Sequence[bytes], *, trusted: bytes) -> bytes:
    """What is trusted from now on, PEM: all of `told_der`, where each is trusted already or follows
    from one that is. `trusted`: PEM. Raises IdentityError, and then none is to be taken."""
    if not 1 <= len(told_der) <= CA_CERTIFICATES_MAX or len(links_der) > CA_CERTIFICATES_MAX:
        raise _refused("has no CA, or too many")
    try:
        known = x509.load_pem_x509_certificates(trusted)
        told = [x509.load_der_x509_certificate(one) for one in told_der]
        links = [x509.load_der_x509_certificate(one) for one in links_der]
        for one in told:
            if one not in known and not any(_follows(one, link, known) for link in links):
                raise _refused("names a CA that what this laptop trusts does not vouch for")
    except ValueError:
        raise _refused("has a certificate that is damaged") from None
    return b"".join(map(certificate_pem, told_der))


def _follows(
    root: x509.Certificate, link: x509.Certificate, known: Sequence[x509.Certificate]
) -> bool:
    """Whether a trusted root says that `root` takes its place (RFC 4210, 4.4: "new with old").

    1. The link is for the same key and name; 2. a trusted one signed it; 3. under its own name, as
    it signs no issuing certificate; 4. as a CA that may have others below it, as none of those may.
    """
    if (link.public_key(), link.subject) != (root.public_key(), root.subject):  # 1
        return False
    if link.subject != link.issuer or not any(_signed(link, by) for by in known):  # 2, 3
        return False
    try:
        found = link.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return found.ca and found.path_length != 0  # 4


def _signed(link: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        link.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _refused(why: str) -> IdentityError:
    return IdentityError(
        f"the server's answer {why}; the present certificate and CA stay in use; compare the "
        "versions of agent and server, and ask the administrator: somebody may be in the way",
        permanent=True,
    )
