"""The issuing key in a PKCS #11 token: SoftHSM's, through the real module."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from reticent_server.ca import token_key
from reticent_server.ca.authority import CertificateAuthority
from reticent_server.ca.exchange import drop_root, renew_root
from reticent_server.ca.issuing import issuing_path, load_issuing, root_key
from reticent_server.ca.place import TokenPlace
from reticent_server.ca.renewing import renew_issuing
from reticent_server.ca.token_key import open_or_make, open_token_key
from reticent_server.config import ServerConfig
from reticent_server.errors import ServerError
from reticent_server.initialise import initialise
from reticent_server.keys import load_keys
from support.running import ANY_PORTS, running

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MODULE = next((Path(path) for path in MODULES if Path(path).exists()), None)
REQUIRED = os.environ.get("RETICENT_REQUIRE_SOFTHSM")
PIN = "2718281828"

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.skipif(
        not REQUIRED and (MODULE is None or shutil.which("softhsm2-util") is None),
        reason="no SoftHSM on this machine",
    ),
]


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of tokens for this process; the module reads its configuration once."""
    folder = tmp_path_factory.mktemp("tokens")
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(config)
    arguments = ["--init-token", "--free", "--label", "reticent", "--pin", PIN, "--so-pin", "1234"]
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
    yield folder
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture
def place(tokens: Path, tmp_path: Path) -> TokenPlace:
    """A key that no other test has."""
    assert MODULE is not None
    pin_file = tmp_path / "pin"
    pin_file.write_text(f"{PIN}\n")
    pin_file.chmod(0o600)
    return TokenPlace(module=MODULE, token="reticent", key=tmp_path.name, pin_file=pin_file)


async def test_laptops_enrol_by_a_key_that_no_file_has(place: TokenPlace, tmp_path: Path) -> None:
    data = tmp_path / "data"
    initialise(data, token=place)
    assert b"PRIVATE KEY" not in issuing_path(data).read_bytes()
    config = ServerConfig(data_dir=data, ports=ANY_PORTS, ca=place)
    async with running(data, config=config) as run:
        laptop = await run.laptop()
        certificate = x509.load_der_x509_certificate(laptop.certificate_der)
        certificate.verify_directly_issued_by(load_issuing(data, token=place).certificate)
        async with laptop.streaming() as stream:
            assert stream.welcome.last_seq == 0


def test_the_private_half_cannot_be_read_out(place: TokenPlace) -> None:
    import pkcs11

    key = open_or_make(place)
    with pytest.raises(UnsupportedAlgorithm):
        key.private_numbers()
    with pytest.raises(UnsupportedAlgorithm):
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    token = pkcs11.lib(str(place.module)).get_token(token_label=place.token)
    session = token.open()
    found = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=place.key)
    assert not found[pkcs11.Attribute.EXTRACTABLE]
    assert found[pkcs11.Attribute.SENSITIVE]


def test_it_signs_like_any_other_key(place: TokenPlace) -> None:
    key = open_or_make(place)
    data = b"to be signed"
    key.public_key().verify(key.sign(data, _SHA256), data, _SHA256)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    prehashed = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
    key.public_key().verify(key.sign(digest.finalize(), prehashed), data, _SHA256)
    assert open_or_make(place).public_key() == key.public_key()  # made once


def test_a_session_that_the_token_ended_is_opened_anew(place: TokenPlace) -> None:
    key = open_or_make(place)
    key.sign(b"first", _SHA256)
    assert key._key is not None
    key._key.session.close()
    key.public_key().verify(key.sign(b"second", _SHA256), b"second", _SHA256)


def sessions(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every session that is opened from now on."""
    found: list[Any] = []
    opening = token_key._session

    def noting(place: TokenPlace) -> Any:
        found.append(opening(place))
        return found[-1]

    monkeypatch.setattr(token_key, "_session", noting)
    return found


def open_ones(sessions: list[Any]) -> int:
    """How many of them the token still answers in."""
    import pkcs11

    answers = 0
    for session in sessions:
        try:
            session.generate_random(8)
        except pkcs11.exceptions.PKCS11Error:
            continue
        answers += 1
    return answers


def test_signatures_and_reloads_leave_one_session_open(
    place: TokenPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, opened = tmp_path / "data", sessions(monkeypatch)
    initialise(data, token=place)
    ca = load_keys(data, clock=time.time, token=place).ca
    for _ in range(5):
        assert not ca.reload()
        ca.issue_device(ec.generate_private_key(ec.SECP256R1()).public_key(), UUID(int=7))
        ca = CertificateAuthority(load_issuing(data, token=place), clock=time.time)
    assert open_ones(opened) == 1
    assert len(opened) < 5


def sign(ca: CertificateAuthority, text: bytes) -> None:
    key = ca.issuing.key()
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    key.sign(text, _SHA256)


def test_a_name_that_has_another_key_now_is_looked_up_again(
    place: TokenPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pkcs11

    data, opened = tmp_path / "data", sessions(monkeypatch)
    initialise(data, token=place)
    ca = load_keys(data, clock=time.time, token=place).ca
    sign(ca, b"first")
    with token_key._session(place) as session:
        for found in list(session.get_objects({pkcs11.Attribute.LABEL: place.key})):
            found.destroy()
    renew_issuing(data, root_key=root_key(data), now_s=time.time(), token=place)
    assert ca.reload()
    sign(ca, b"second")
    assert ca.issuing.key().public_key() == ca.issuing.certificate.public_key()
    assert open_ones(opened) == 1


def test_a_new_key_in_the_token_takes_over(place: TokenPlace, tmp_path: Path) -> None:
    data = tmp_path / "data"
    initialise(data, token=place)
    before = load_issuing(data, token=place).certificate
    following = replace(place, key=place.key + "-2")
    renew_issuing(data, root_key=root_key(data), now_s=time.time(), token=following)
    after = load_issuing(data, token=following)
    assert after.former == (before,)
    assert after.key().public_key() == after.certificate.public_key() != before.public_key()
    with pytest.raises(ServerError, match="not the one of the issuing certificate"):
        load_issuing(data, token=place).key()


def test_a_stolen_key_is_distrusted_by_another_alone(place: TokenPlace, tmp_path: Path) -> None:
    data = tmp_path / "data"
    initialise(data, token=place)
    files = [issuing_path(data), data / "former.crt"]
    following = replace(place, key=place.key + "-2")

    def distrust(token: TokenPlace) -> None:
        key, now = root_key(data), time.time()
        renew_issuing(data, root_key=key, now_s=now, token=token, trust_former=False)

    before = [file.read_bytes() for file in files]
    with pytest.raises(ServerError, match="has issued already"):
        distrust(place)
    assert [file.read_bytes() for file in files] == before
    renew_issuing(data, root_key=root_key(data), now_s=time.time(), token=following)
    with pytest.raises(ServerError, match="has issued already"):
        distrust(place)  # it is among those of before
    distrust(replace(place, key=place.key + "-3"))
    after = load_issuing(data, token=None)
    assert after.former == ()


async def test_the_root_is_exchanged_above_a_key_in_a_token(
    place: TokenPlace, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    initialise(data, token=place)
    config = ServerConfig(data_dir=data, ports=ANY_PORTS, ca=place)
    async with running(data, config=config) as run:
        before = await run.laptop()
        renew_root(data, root_key=root_key(data), now_s=time.time(), token=place)
        assert run.services.ca.reload()
        assert await run.server.certificate.renew_if_due()
        async with before.streaming():
            after = await run.laptop(run.token())
        drop_root(data, token=place)
        assert run.services.ca.reload()
        assert await run.server.certificate.renew_if_due()
        async with after.streaming() as stream:
            assert stream.welcome.last_seq == 0


def test_without_the_token_everything_but_issuing_works(place: TokenPlace, tmp_path: Path) -> None:
    data = tmp_path / "data"
    initialise(data, token=place)
    keys = load_keys(data, clock=time.time)
    with pytest.raises(ServerError, match=r"has no \[ca\] that says in which"):
        keys.ca.issue_server(ec.generate_private_key(ec.SECP256R1()).public_key(), ["localhost"])


@pytest.mark.parametrize("wrong", ["pin", "token", "key", "module"])
def test_what_is_wrong_with_the_place_is_an_error_without_the_pin(
    place: TokenPlace, wrong: str
) -> None:
    if wrong == "pin":
        place.pin_file.write_text("1111222233")
    else:
        changed = {"module": Path("/no/such/module.so")}.get(wrong, "another")
        place = replace(place, **{wrong: changed})  # type: ignore[arg-type] # by name
    with pytest.raises(ServerError, match="cannot be used") as raised:
        open_token_key(place)
    assert PIN not in str(raised.value)
    assert "1111222233" not in str(raised.value)


_SHA256 = ec.ECDSA(hashes.SHA256())
