"""Identity files: private, whole, and never a moment without a usable pair."""

from __future__ import annotations

import shutil
import stat
import uuid
from pathlib import Path

import pytest
from reticent_agent import atomic
from reticent_agent.errors import IdentityError
from reticent_agent.identity import Identity, IdentityStore, Stopped, keys
from reticent_agent.identity.renew import is_expired, renew_after_s
from support.fake_telemetry import FakeCa

CA = FakeCa()


def _enrolled(folder: Path) -> Identity:
    store = IdentityStore(folder)
    key = store.pending_key()
    device_id = uuid.uuid4()
    identity = Identity(
        device_id=device_id,
        key=key,
        certificate=keys.certificate_pem(CA.device(keys.request_der(key), device_id)),
        ca=CA.pem,
        telemetry_address="localhost:1",
        policy_public_key=b"k" * 32,
        group="default",
    )
    store.save(identity)
    return identity


def _renewed(folder: Path, identity: Identity) -> bytes:
    store = IdentityStore(folder)
    der = CA.device(keys.request_der(store.next_key()), identity.device_id)
    certificate = keys.certificate_pem(der)
    store.save_next(certificate=certificate, ca=CA.pem)
    return certificate


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    identity = _enrolled(tmp_path)
    assert IdentityStore(tmp_path).load() == identity


def test_private_files_are_for_their_owner_only(tmp_path: Path) -> None:
    _enrolled(tmp_path)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {0o600}


def test_no_private_key_is_in_a_repr(tmp_path: Path) -> None:
    assert "PRIVATE" not in repr(_enrolled(tmp_path))


def test_a_key_is_on_disk_before_it_is_used_and_used_again(tmp_path: Path) -> None:
    store = IdentityStore(tmp_path)
    assert store.pending_key() == (tmp_path / "device.key").read_bytes()
    assert store.pending_key() == IdentityStore(tmp_path).pending_key()


def test_a_request_proves_possession_of_a_p_256_key() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

    request = x509.load_der_x509_csr(keys.request_der(keys.new_key_pem()))
    key = request.public_key()
    assert request.is_signature_valid
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"


def test_a_renewal_is_tried_first_and_the_pair_in_use_stays(tmp_path: Path) -> None:
    identity = _enrolled(tmp_path)
    certificate = _renewed(tmp_path, identity)
    tried = IdentityStore(tmp_path).load()
    assert tried is not None
    assert (tried.certificate, tried.is_next) == (certificate, True)
    assert IdentityStore(tmp_path).load(use_current=True) == identity


def test_a_crash_at_any_moment_of_the_switch_leaves_a_usable_pair(tmp_path: Path) -> None:
    """The switch is two renames; the folders are what a crash before, between, after leaves."""
    identity = _enrolled(tmp_path / "0")
    certificate = _renewed(tmp_path / "0", identity)
    shutil.copytree(tmp_path / "0", tmp_path / "1")
    (tmp_path / "1" / "device.crt.new").replace(tmp_path / "1" / "device.crt")
    shutil.copytree(tmp_path / "1", tmp_path / "2")
    (tmp_path / "2" / "device.key.new").replace(tmp_path / "2" / "device.key")
    for step in ("0", "1", "2"):
        loaded = IdentityStore(tmp_path / step).load()
        assert loaded is not None
        assert loaded.certificate == certificate
        assert keys.belongs(loaded.certificate, loaded.key)
    assert not list((tmp_path / "1").glob("*.new"))


def test_whoever_loads_in_the_middle_of_the_switch_does_not_break_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`doctor`, or diagnostics in their thread, while a stream confirms the next pair."""
    certificate = _renewed(tmp_path, _enrolled(tmp_path))
    sync = atomic.sync_folder

    def another_loads(folder: Path) -> None:
        sync(folder)
        monkeypatch.setattr(atomic, "sync_folder", sync)
        IdentityStore(tmp_path).load()

    monkeypatch.setattr(atomic, "sync_folder", another_loads)
    IdentityStore(tmp_path).confirm()
    loaded = IdentityStore(tmp_path).load(use_current=True)
    assert loaded is not None
    assert loaded.certificate == certificate


def test_a_renewal_without_an_answer_changes_nothing(tmp_path: Path) -> None:
    identity = _enrolled(tmp_path)
    key = IdentityStore(tmp_path).next_key()
    assert IdentityStore(tmp_path).load() == identity
    assert IdentityStore(tmp_path).next_key() == key


@pytest.mark.parametrize("name", ["device.key", "device.crt", "ca.crt"])
@pytest.mark.parametrize("content", [None, b"", b"torn"])
def test_a_damaged_identity_is_refused_with_what_to_do(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    _enrolled(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(IdentityError, match="enrol"):
        IdentityStore(tmp_path).load()


def test_a_discarded_identity_is_gone_and_the_next_key_is_another(tmp_path: Path) -> None:
    identity = _enrolled(tmp_path)
    store = IdentityStore(tmp_path)
    store.discard()
    assert store.load() is None
    assert store.pending_key() != identity.key


def test_being_stopped_outlives_a_restart_and_ends_with_an_enrolment(tmp_path: Path) -> None:
    identity = _enrolled(tmp_path)
    IdentityStore(tmp_path).stop(Stopped("stolen", 5))
    assert IdentityStore(tmp_path).stopped() == Stopped("stolen", 5)
    IdentityStore(tmp_path).save(identity)
    assert IdentityStore(tmp_path).stopped() is None


def test_renewal_is_due_around_half_the_life(tmp_path: Path) -> None:
    identity = _enrolled(tmp_path)
    not_before, not_after = identity.validity_s()
    life = not_after - not_before
    for chance in (0.0, 0.5, 0.999):
        due = renew_after_s(identity, now_s=not_before, chance=chance)
        assert 0.4 * life <= due <= 0.6 * life
    assert renew_after_s(identity, now_s=not_after, chance=0.5) == 0.0
    assert not is_expired(identity, now_s=not_after - 1)
    assert is_expired(identity, now_s=not_after + 1)
