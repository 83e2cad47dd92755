"""`reticent-server ca`: what a person sees, and what is left on disk."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from reticent_server.ca.issuing import issuing_path, key_pem, load_issuing, pem_of
from reticent_server.initialise import initialise
from support.authorities import corporate
from support.console_site import cli

PASSPHRASE = "a long passphrase, kept apart"


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    return file


def test_the_roots_key_goes_into_a_safe_and_comes_back_to_renew(
    data_dir: Path, tmp_path: Path, passphrase: Path
) -> None:
    at, given = ("--data", data_dir), ("--passphrase-file", passphrase)
    before = cli("ca", "show", *at, "--json").json
    assert [row["what"] for row in before["certificates"]] == ["pinned by laptops", "issuing"]
    assert (before["issuing_key"], before["root_key"]) == ("file", "here")
    safe = tmp_path / "root.pem"
    done = cli("ca", "export-root", safe, "--remove", *given, *at)
    assert (done.code, "no longer here" in done.err) == (0, True)
    assert "the root's key is not here" in cli("ca", "show", *at).err
    assert cli("ca", "renew", *at).code == 1
    done = cli("ca", "renew", "--root", safe, *given, *at)
    assert (done.code, "the one of before trusted" in done.err) == (0, True)
    after = cli("ca", "show", *at, "--json").json["certificates"]
    assert [row["what"] for row in after] == ["pinned by laptops", "issuing", "issuing before"]
    assert after[2]["sha256"] == before["certificates"][1]["sha256"]
    done = cli("ca", "renew", "--root", safe, "--distrust-former", *given, *at)
    assert load_issuing(data_dir, token=None).former == ()
    for output in (done.out, done.err):
        assert PASSPHRASE not in output


def test_a_passphrase_is_asked_for_and_not_too_short(data_dir: Path, tmp_path: Path) -> None:
    safe = tmp_path / "root.pem"
    done = cli("ca", "export-root", safe, "--data", data_dir)
    assert (done.code, "--passphrase-file" in done.err) == (1, True)
    (tmp_path / "short").write_text("short")
    done = cli(
        "ca", "export-root", safe, "--passphrase-file", tmp_path / "short", "--data", data_dir
    )
    assert (done.code, "shorter than 12 characters" in done.err) == (1, True)
    assert not safe.exists()


def test_an_intermediate_of_ones_own_is_taken_with_its_encrypted_key(
    data_dir: Path, tmp_path: Path, passphrase: Path
) -> None:
    given = corporate()
    (tmp_path / "chain.pem").write_bytes(pem_of(given.chain))
    (tmp_path / "key.pem").write_bytes(
        given.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(PASSPHRASE.encode()),
        )
    )
    command = ("ca", "import", tmp_path / "chain.pem", "--key", tmp_path / "key.pem")
    done = cli(*command, "--passphrase-file", passphrase, "--data", data_dir, "--json")
    assert (done.code, done.json["subject"]) == (0, "CN=Example issuing")
    assert load_issuing(data_dir, token=None).anchor == given.root
    initialise(data_dir)  # a later `init` leaves it alone
    assert load_issuing(data_dir, token=None).anchor == given.root


def test_while_a_token_is_out_what_laptops_pin_stays(data_dir: Path, tmp_path: Path) -> None:
    given = corporate()
    (tmp_path / "chain.pem").write_bytes(pem_of(given.chain))
    (tmp_path / "key.pem").write_bytes(key_pem(given.key))
    assert cli("token", "create", "--data", data_dir).code == 0
    command = ("ca", "import", tmp_path / "chain.pem", "--key", tmp_path / "key.pem")
    done = cli(*command, "--data", data_dir)
    assert (done.code, "pin another certificate" in done.err) == (1, True)
    for content in (b"nonsense", b"-----BEGIN CERTIFICATE-----\nnonsense\n"):
        (tmp_path / "chain.pem").write_bytes(content)
        assert cli(*command, "--data", data_dir).code == 1


def test_it_shows_where_the_key_in_force_is_whatever_was_configured_since(data_dir: Path) -> None:
    (data_dir / "pin").write_text("2718281828\n")
    (data_dir / "pin").chmod(0o600)
    lines = [f'{name} = "{data_dir / name}"' for name in ("pkcs11_module", "pkcs11_token")]
    lines += ['pkcs11_key = "issuing"', f'pkcs11_pin_file = "{data_dir / "pin"}"']
    config = data_dir / "server.toml"
    config.write_text("\n".join([f'data_dir = "{data_dir}"', "[ca]", *lines]))
    shown = cli("ca", "show", "--data", data_dir, "--json")
    assert (shown.code, shown.json["issuing_key"]) == (0, "file")
    pem = issuing_path(data_dir).read_bytes()  # as where the key is in the token
    issuing_path(data_dir).write_bytes(pem[pem.index(b"-----BEGIN CERTIFICATE") :])
    for written in (config.read_text(), f'data_dir = "{data_dir}"'):
        config.write_text(written)
        assert (
            cli("ca", "show", "--data", data_dir, "--json").json["issuing_key"] == "PKCS #11 token"
        )


def test_doctor_warns_before_the_issuing_certificate_ends(data_dir: Path) -> None:
    from reticent_server.commands.checks import _certificates

    assert _certificates(data_dir, time.time()).state == "ok"
    late = _certificates(data_dir, time.time() + (730 - 100) * 86_400)
    assert (late.check, late.state) == ("certificates", "bad")  # the server's own ended
