"""A renewal may bring another root, of which the one that is trusted says that it follows."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from reticent_agent.errors import IdentityError
from reticent_agent.identity.renew import renew
from reticent_agent.stream.channel import Endpoint, open_channel
from reticent_contract.limits import CA_CERTIFICATES_MAX
from reticent_server.ca.authority import make_issuing, make_link, make_root
from support.fake_telemetry import FakeCa, FakeServer

from .conftest import Laptop

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


async def renewed(laptop: Laptop) -> bytes:
    """What it trusts then."""
    identity = laptop.identities.load()
    assert identity is not None
    endpoint = Endpoint(
        address=identity.telemetry_address,
        ca=identity.ca,
        key=identity.key,
        certificate=identity.certificate,
        proxy="none",
    )
    async with open_channel(endpoint) as channel:
        await renew(channel, store=laptop.identities, trusted=identity.ca)
    after = laptop.identities.load()
    assert after is not None
    return after.ca


async def test_a_root_is_taken_that_the_one_of_before_signed(
    server: FakeServer, laptop: Laptop
) -> None:
    root, key = server.ca.certificate, ec.generate_private_key(ec.SECP256R1())
    following = make_root(key, time.time(), before=root)
    link = make_link(following, root_key=server.ca.key, root=root, now_s=time.time())
    server.renewed_cas, server.renewed_links = [der(following), der(root)], [der(link)]
    assert x509.load_pem_x509_certificates(await renewed(laptop)) == [following, root]


@pytest.mark.parametrize(
    "by", ["nobody", "itself", "another", "an issuing key", "as issued", "many"]
)
async def test_who_stole_an_issuing_key_is_not_trusted_for_longer_than_that_one(
    server: FakeServer, laptop: Laptop, by: str
) -> None:
    """They can be the server to a laptop until the key's certificate ends."""
    root, root_key, now_s = server.ca.certificate, server.ca.key, time.time()
    stolen, other = ec.generate_private_key(ec.SECP256R1()), FakeCa()
    issuing = make_issuing(stolen.public_key(), root_key=root_key, root=root, now_s=now_s)
    theirs = make_root(stolen, now_s, before=root)
    links: dict[str, Sequence[x509.Certificate]] = {
        "itself": [theirs],
        "another": [make_link(theirs, root_key=other.key, root=root, now_s=now_s)],
        "an issuing key": [make_link(theirs, root_key=stolen, root=issuing, now_s=now_s), issuing],
        "as issued": [issuing],
    }
    if by == "as issued":
        theirs = make_root(stolen, now_s, before=issuing)
    server.renewed_cas = [der(theirs), der(root)]
    if by == "many":
        server.renewed_cas = [der(root)] * (CA_CERTIFICATES_MAX + 1)
    server.renewed_links = [der(link) for link in links.get(by, ())]
    before = laptop.identities.load()
    with pytest.raises(IdentityError, match=r"does not vouch|no CA"):
        await renewed(laptop)
    assert laptop.identities.load() == before
