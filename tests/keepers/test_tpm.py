"""Device keys in a TPM, and the bytes that are spoken with it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, strategies
from reticent_agent.config import Config
from reticent_agent.errors import IdentityError
from reticent_agent.identity import Identity, IdentityStore, keys
from reticent_agent.keepers import KeeperError, StoreError, Vault
from reticent_agent.keepers.tpm import signing, wire
from reticent_agent.keepers.tpm.commands import Tpm, public_point
from reticent_agent.keepers.tpm.device import TpmDevice, Transport
from reticent_agent.keepers.tpm.sealing import TpmKeeper
from reticent_agent.report.doctor import Finding, examine
from reticent_contract.kept import Kept
from support.fake_telemetry import FakeCa
from support.key_stores import REQUIRED, TpmMachine, needs_swtpm

CA = FakeCa()
ECDSA = ec.ECDSA(hashes.SHA256())


def _store(folder: Path, tpm: Tpm | None) -> IdentityStore:
    keepers = [] if tpm is None else [TpmKeeper(tpm)]
    return IdentityStore(folder, vault=Vault(folder, keepers=keepers, tpm=tpm))


def _enrolled(folder: Path, tpm: Tpm | None) -> Identity:
    store = _store(folder, tpm)
    key, device_id = store.pending_key(), uuid.uuid4()
    identity = Identity(
        device_id=device_id,
        key=key,
        certificate=keys.certificate_pem(CA.device(keys.request_der(key, tpm), device_id)),
        ca=CA.pem,
        telemetry_address="localhost:1",
        policy_public_key=b"k" * 32,
        group="default",
    )
    store.save(identity)
    return identity


@needs_swtpm
def test_a_new_device_key_is_made_in_the_tpm_and_stays_there(
    with_tpm: TpmMachine, tmp_path: Path
) -> None:
    identity = _enrolled(tmp_path, with_tpm.tpm())
    loaded = _store(tmp_path, with_tpm.tpm()).load()
    assert loaded == identity
    assert loaded.kept is Kept.TPM
    assert b"PRIVATE" not in (tmp_path / "device.key").read_bytes()
    key = keys.load_key(identity.key, with_tpm.tpm())
    for take in (
        lambda: key.private_numbers(),
        lambda: key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        lambda: key.exchange(ec.ECDH(), key.public_key()),
    ):
        with pytest.raises(TypeError, match="never leaves"):
            take()


@needs_swtpm
def test_it_signs_requests_and_anything_else_after_a_reboot(with_tpm: TpmMachine) -> None:
    text = keys.new_key(with_tpm.tpm())
    with_tpm.restart()
    request = x509.load_der_x509_csr(keys.request_der(text, with_tpm.tpm()))
    assert request.is_signature_valid
    key = keys.load_key(text, with_tpm.tpm())
    key.public_key().verify(key.sign(b"data", ECDSA), b"data", ECDSA)
    with pytest.raises(ValueError, match="SHA-256 only"):
        key.sign(b"data", ec.ECDSA(hashes.SHA384()))


@needs_swtpm
@pytest.mark.skipif(
    shutil.which("tpm2_readpublic") is None and not REQUIRED, reason="there are no tpm2-tools here"
)
def test_another_implementation_loads_the_key_and_sees_that_it_cannot_move(
    with_tpm: TpmMachine, tmp_path: Path
) -> None:
    """tpm2-tools, beside ours: the template of the primary key, the blob, the attributes."""
    blob = signing.from_text(keys.new_key(with_tpm.tpm()))
    public_size = 2 + int.from_bytes(blob[:2])
    (tmp_path / "public").write_bytes(blob[:public_size])
    (tmp_path / "private").write_bytes(blob[public_size:])

    def tool(name: str, *arguments: str) -> str:
        tcti = f"cmd:{Path(__file__).parents[1] / 'support/unix_tcti.py'} {with_tpm.path}"
        return subprocess.run(
            [name, "-T", tcti, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout

    template = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt"
    tool("tpm2_createprimary", "-C", "o", "-G", "ecc256", "-a", template, "-c", "primary")
    tool("tpm2_load", "-C", "primary", "-u", "public", "-r", "private", "-c", "loaded")
    tool("tpm2_flushcontext", "-t")
    told = tool("tpm2_readpublic", "-c", "loaded")
    tool("tpm2_flushcontext", "-t")
    assert "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|sign" in told
    x, _ = public_point(blob)
    assert f"x: {x:064x}" in told


@needs_swtpm
def test_in_another_tpm_a_device_key_signs_nothing_and_says_what_to_do(
    with_tpm: TpmMachine, tmp_path: Path
) -> None:
    identity = _enrolled(tmp_path, with_tpm.tpm())
    foreign = TpmMachine()
    try:
        for tpm in (foreign.tpm(), None):
            with pytest.raises(KeeperError, match=r"no new key is made.*enrol --replace"):
                keys.request_der(identity.key, tpm)
    finally:
        foreign.close()


@needs_swtpm
def test_a_key_from_before_is_sealed_and_the_next_one_is_made_in_the_tpm(
    with_tpm: TpmMachine, tmp_path: Path
) -> None:
    before = _enrolled(tmp_path, None)
    Vault(tmp_path, keepers=[with_tpm.keeper()], tpm=with_tpm.tpm()).take_over()
    store = _store(tmp_path, with_tpm.tpm())
    taken = store.load()
    assert taken == before
    assert taken.kept is Kept.TPM_SEALED  # it lay on the disk: nobody may call it the TPM's own
    der = CA.device(keys.request_der(store.next_key(), store.tpm), before.device_id)
    store.save_next(certificate=keys.certificate_pem(der), ca=CA.pem)
    tried = store.load()
    assert tried is not None
    assert (tried.is_next, tried.kept) == (True, Kept.TPM)
    assert store.load(use_current=True) == before
    store.confirm()
    renewed = store.load()
    assert renewed is not None
    assert (renewed.is_next, renewed.kept) == (False, Kept.TPM)


@needs_swtpm
def test_a_damaged_key_of_a_tpm_is_refused(with_tpm: TpmMachine, tmp_path: Path) -> None:
    text = keys.new_key(with_tpm.tpm())
    sealed = signing.to_text(with_tpm.tpm().seal(bytes(32)))
    for damaged in (text[:-40], text.replace(b"\n", b"\n!", 1), text + b"x", sealed):
        with pytest.raises(IdentityError, match="damaged"):
            keys.request_der(damaged, with_tpm.tpm())


@needs_swtpm
def test_a_tpm_that_is_not_there_or_refuses_is_told_and_nothing_is_made_in_it(
    with_tpm: TpmMachine, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="No such file"):
        Tpm(TpmDevice(tmp_path / "none")).seal(bytes(32))
    with pytest.raises(StoreError, match="cannot be used"):
        Tpm(TpmDevice(tmp_path)).seal(bytes(32))
    with pytest.raises(StoreError, match="refused"):
        with_tpm.tpm().seal(bytes(129))  # more than an object holds
    assert b"BEGIN PRIVATE KEY" in keys.new_key(Tpm(TpmDevice(tmp_path / "none")))


@needs_swtpm
@pytest.mark.enable_socket  # another check of doctor's looks for the server
def test_doctor_says_where_a_tpm_is_here_and_keys_are_plain_or_do_not_sign(
    with_tpm: TpmMachine, tmp_path: Path
) -> None:
    def key_store(tpm: Path) -> Finding:
        found = examine(Config(data_dir=tmp_path, tpm=str(tpm)))
        return next(finding for finding in found if finding.check == "key store")

    assert key_store(with_tpm.path).verdict == "warning"
    _enrolled(tmp_path, None)
    plain = key_store(with_tpm.path)
    assert (plain.verdict, plain.found) == ("warning", "device key file, though a TPM is here")
    assert "group tss" in plain.hint
    unusable = key_store(tmp_path)  # it is there, and is none
    assert "cannot be used" in unusable.hint
    assert key_store(tmp_path / "none").verdict == "ok"
    (tmp_path / "device.key").unlink()
    _enrolled(tmp_path / "agent", with_tpm.tpm())
    (tmp_path / "agent" / "device.key").rename(tmp_path / "device.key")
    assert key_store(with_tpm.path).found == "device key tpm"
    assert key_store(tmp_path / "none").verdict == "failed"


class _Scripted(TpmDevice):
    """Gives these answers, one after another."""

    def __init__(self, *answers: bytes) -> None:
        super().__init__(Path("scripted"))
        self._answers = list(answers)
        self.asked: list[bytes] = []

    @contextmanager
    def opened(self) -> Iterator[Transport]:
        yield self

    def transmit(self, command: bytes) -> bytes:
        self.asked.append(command)
        return self._answers.pop(0) if self._answers else _answer(0)


def _answer(code: int, body: bytes = b"") -> bytes:
    tag = wire.NO_SESSIONS if code else wire.SESSIONS
    return b"".join(
        (tag.to_bytes(2), (wire.HEADER_BYTES + len(body)).to_bytes(4), code.to_bytes(4), body)
    )


_HANDLE = (0x8000_0000).to_bytes(4)
_CREATED = b"\0\2pr" + b"\0\2pu"


def test_the_bytes_of_a_sealing_are_those_of_the_specification() -> None:
    """Header, handle, empty password, sensitive part, template, no more. Pinned."""
    device = _Scripted(
        _answer(0, _HANDLE + bytes(4)),
        _answer(0, len(_CREATED).to_bytes(4) + _CREATED),
        _answer(0),
    )
    assert Tpm(device).seal(b"\xaa" * 32) == b"\0\2pu\0\2pr"
    primary, create, flush = (command.hex() for command in device.asked)
    password = "00000009" + "40000009" + "0000" + "01" + "0000"
    assert primary == (
        "8002" + "00000043" + "00000131" + "40000001" + password + "000400000000"
        "001a" + "0023000b00030472000000060080004300100003001000000000" + "0000" + "00000000"
    )
    assert create == (
        "8002"
        + "00000057"
        + "00000153"
        + "80000000"
        + password
        + "002400000020"
        + "aa" * 32
        + "000e"
        + "0008000b000004520000"
        + "00100000"
        + "0000"
        + "00000000"
    )
    assert flush == "8001" + "0000000e" + "00000165" + "80000000"


def test_a_busy_tpm_is_asked_again_and_whatever_was_loaded_is_flushed() -> None:
    busy, refused = _answer(0x922), _answer(0x1DF)
    device = _Scripted(busy, busy, _answer(0, _HANDLE + bytes(4)), refused)
    with pytest.raises(StoreError, match=r"did not make these keys.*0x1df"):
        Tpm(device).unseal(b"\0\2pu\0\2pr")
    assert [command[6:10].hex() for command in device.asked] == [
        *["00000131"] * 3,
        "00000157",
        "00000165",
    ]


@given(strategies.lists(strategies.binary(max_size=64), max_size=6), strategies.binary())
def test_whatever_a_tpm_answers_nothing_but_a_reason_comes_of_it(
    answers: list[bytes], blob: bytes
) -> None:
    digest = hashlib.sha256(b"").digest()
    for use in (
        lambda tpm: tpm.seal(bytes(32)),
        lambda tpm: tpm.unseal(blob),
        lambda tpm: tpm.sign(blob, digest),
    ):
        for script in (answers, [_answer(0, body) for body in answers]):
            with pytest.raises(StoreError):
                use(Tpm(_Scripted(*script, b"")))
