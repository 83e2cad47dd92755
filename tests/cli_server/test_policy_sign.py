"""`reticent-server policy sign` and `verify`: two files that a laptop would accept, or nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_contract.policy import canonical_document, default_policy_yaml
from reticent_server.main import main

DEFAULT = default_policy_yaml()


def pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return write_key(tmp_path / "policy.key", Ed25519PrivateKey.generate())


def write_key(path: Path, key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(pem(key))
    return path


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(DEFAULT.replace("\nversion: 1\n", "\nversion: 7\n"))
    return path


def run(*arguments: str | Path) -> int:
    return main(["policy", *map(str, arguments)])


def test_what_was_signed_is_verified_by_either_half_of_the_key(
    policy: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "signed.v7"
    assert run("sign", policy, "--key-file", key, "--out", out, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    files = (tmp_path / "signed.v7.json", tmp_path / "signed.v7.sig")
    assert canonical_document(files[0].read_bytes())["version"] == told["version"] == 7
    assert len(files[1].read_bytes()) == 64
    loaded = serialization.load_pem_private_key(key.read_bytes(), None)
    assert isinstance(loaded, Ed25519PrivateKey)
    public = tmp_path / "policy.pub"
    public.write_bytes(public_pem(loaded))
    for half in (key, public):
        assert run("verify", *files, "--key-file", half) == 0
        assert told["sha256"] in capsys.readouterr().out


@pytest.mark.parametrize("there", ["signed.json", "signed.sig"])
def test_what_is_there_is_not_replaced(
    policy: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], there: str
) -> None:
    (tmp_path / there).write_text("mine")
    assert run("sign", policy, "--key-file", key, "--out", tmp_path / "signed") == 1
    assert "was not written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.glob("signed*")] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_a_signer_elsewhere_signs_the_bytes_that_are_written_for_it(
    policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("sign", policy, "--unsigned", "--out", tmp_path / "p") == 0
    assert "wrote, unsigned, policy 7" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.glob("p.*")) == ["p.json", "p.tbs"]
    elsewhere = Ed25519PrivateKey.generate()
    signature = tmp_path / "p.sig"
    signature.write_bytes(elsewhere.sign((tmp_path / "p.tbs").read_bytes()))
    public = tmp_path / "elsewhere.pub"
    public.write_bytes(public_pem(elsewhere))
    assert run("verify", tmp_path / "p.json", signature, "--key-file", public) == 0


@pytest.mark.parametrize("what", ["policy", "signature", "key"])
def test_whatever_does_not_belong_together_is_refused(
    policy: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    assert run("sign", policy, "--key-file", key, "--out", tmp_path / "signed") == 0
    canonical, signature = tmp_path / "signed.json", tmp_path / "signed.sig"
    if what == "policy":
        canonical.write_bytes(canonical.read_bytes().replace(b'"drop"', b'"keep"', 1))
    elif what == "signature":
        signature.write_bytes(bytes(64))
    else:
        key = write_key(tmp_path / "other.key", Ed25519PrivateKey.generate())
    capsys.readouterr()
    assert run("verify", canonical, signature, "--key-file", key) == 1
    assert "signature is wrong" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\nversion: 7\n", "\n", "has no version"),
        ("expect: {terminal: pts/0}", "expect: nothing", "its own tests fail"),
        ("      mtu: keep", "      mtu: kept", "line "),
    ],
)
def test_what_a_laptop_would_refuse_is_not_signed(
    policy: Path,
    key: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    said: str,
) -> None:
    text = policy.read_text()
    assert old in text
    policy.write_text(text.replace(old, new))
    assert run("sign", policy, "--key-file", key, "--out", tmp_path / "signed") == 1
    assert said in capsys.readouterr().err
    assert list(tmp_path.glob("signed*")) == []


def test_a_key_must_be_named_and_be_one(
    policy: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ("--out", tmp_path / "signed")
    assert run("sign", policy, *out) == 1
    assert "--key-file" in capsys.readouterr().err
    other = write_key(tmp_path / "ec.key", ec.generate_private_key(ec.SECP256R1()))
    assert run("sign", policy, "--key-file", other, *out) == 1
    assert "no Ed25519 key" in capsys.readouterr().err
    key.chmod(0o644)
    assert run("sign", policy, "--key-file", key, *out) == 1
    assert "chmod 600" in capsys.readouterr().err


def test_the_servers_own_key_signs_and_verifies(
    policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert main(["init", "--data", str(data)]) == 0
    assert run("sign", policy, "--data", data, "--out", tmp_path / "s") == 0
    signed = (tmp_path / "s.json", tmp_path / "s.sig")
    assert run("verify", *signed, "--data", data) == 0
    assert re.search(r"would accept policy 7, sha256 [0-9a-f]{64}", capsys.readouterr().out)
