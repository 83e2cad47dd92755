"""`keys`, `policy seal-key` and `unseal`; what asks a terminal or reads a pipe as a process."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from reticent_contract.policy import default_policy_yaml
from reticent_contract.redact.sealed import parse_seal_key, sealer
from reticent_server.commands.policy.seal_key import load_private
from reticent_server.errors import ServerError
from support import loaded
from support.console_site import Done, cli, process
from support.terminal import answered

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket, pytest.mark.timeout(240)]

PASSPHRASE = "five random words make one"


@pytest.fixture
def data(data_dir: Path) -> Path:
    return data_dir


def _publish(data: Path, text: str) -> Done:
    path = data.parent / "policy.yaml"
    path.write_text(text)
    return cli("policy", "publish", path, "--data", data)


def test_an_epoch_from_its_rotation_to_its_receipt(data: Path) -> None:
    listed = cli("keys", "list", "--data", data)
    assert listed.out.splitlines()[0].split() == [
        *("epoch", "made", "(UTC)", "named", "by", "fleet", "key", "server", "key")
    ]
    early = cli("keys", "destroy", "1", "--reason", "x", "--yes", "--data", data)
    assert (early.code, early.out) == (1, "")
    assert "named by the policy of default" in early.err
    assert "nothing was destroyed" in early.err
    rotated = cli("keys", "rotate", "--data", data)
    assert rotated.code == 0, rotated.err
    assert "pseudonyms: {epoch: 2}" in rotated.err
    text = default_policy_yaml().replace("epoch: 1", "epoch: 3").replace("version: 1", "version: 2")
    refused = _publish(data, text)
    assert refused.code == 1
    assert "epoch 3 has no keys" in refused.err
    assert _publish(data, text.replace("epoch: 3", "epoch: 2")).code == 0
    done = cli("keys", "destroy", "1", "--reason", "retention is over", "--yes", "--data", data)
    assert done.code == 0, done.err
    assert "Backups of the secrets folder" in done.err
    receipt = Path(done.out.strip())
    listed = cli("keys", "list", "--data", data, "--json")
    assert [(e["epoch"], bool(e["destroyed_at"])) for e in listed.json["epochs"]] == [
        (2, False),
        (1, True),
    ]
    verified = cli("keys", "verify-receipt", receipt, "--data", data)
    assert verified.out.startswith("valid: the keys of epoch 1 were destroyed at ")
    assert "retention is over" in verified.out
    # Anywhere else: with the public key alone.
    elsewhere = ("keys", "verify-receipt", receipt, "--public-key")
    assert cli(*elsewhere, listed.json["policy_public_key"]).code == 0
    wrong = cli(*elsewhere, "00" * 32)
    assert (wrong.code, wrong.out) == (1, "")
    assert "do not rely on it" in wrong.err
    assert process("doctor", "--data", data).out.count("pseudonym epochs: 2") == 1


def test_a_receipt_without_a_key_to_check_it_by_says_what_is_needed(tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text("{}")
    done = cli("keys", "verify-receipt", receipt)
    assert (done.code, done.out) == (1, "")
    assert "--public-key" in done.err
    assert "--data" in done.err
    assert "not started" not in done.err


def test_a_destruction_has_a_reason_and_on_a_terminal_a_yes(data: Path) -> None:
    def destroy(answer: bytes, *more: str) -> str:
        done = answered(answer, "keys", "destroy", 1, "--reason", "x", "--data", data, *more)
        assert (done.returncode, done.stdout) == (1, "")
        return done.stderr

    refused = cli("keys", "destroy", "1", "--reason", " ", "--data", data)
    assert (refused.code, refused.out) == (1, "")
    assert "say why with --reason" in refused.err
    unasked = cli("keys", "destroy", "1", "--reason", "x", "--data", data)
    assert (unasked.code, unasked.out) == (1, "")
    assert "nobody can be asked here; nothing was destroyed; add --yes" in unasked.err
    asked = destroy(b"no\n")
    assert "Type yes: " in asked
    assert "nothing was destroyed; answer yes" in asked
    # From here on the policy in force, which names the epoch, refuses.
    assert "named by the policy of default" in destroy(b"yes\n")
    told = destroy(b"", "--yes")
    assert "Type yes" not in told
    assert "named by the policy of default" in told


def _unseal(key: Path, passphrase: Path, text: str) -> Done:
    words = ("unseal", "--key", key, "--passphrase-file", passphrase)
    done = loaded.run("reticent_server.main", *words, given=text)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("kind", ["x25519", "p256"])
def test_a_value_is_sealed_by_a_policy_and_opened_offline(tmp_path: Path, kind: str) -> None:
    key, passphrase = tmp_path / "officer.key", tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE + "\n")
    new = ("policy", "seal-key", "new", "--out", key, "--kind", kind)
    made = cli(*new, "--passphrase-file", passphrase, "--json")
    assert made.code == 0, made.err
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    public = parse_seal_key(made.json["public"])
    assert (public.kind, public.key_id) == (kind, made.json["key_id"])
    again = cli(*new, "--passphrase-file", passphrase)
    assert again.code == 1
    assert "is there already" in again.err

    seal = sealer(public, "usb.serial")
    event = {"table": "usb", "fields": {"serial": seal("4C530001"), "port": "1-1"}}
    lines = [seal("PF3X9Z1K"), json.dumps(event), "nothing", '{"fields": {}}', seal("last")]
    done = _unseal(key, passphrase, "\n".join(lines) + "\n")
    assert done.code == 1
    opened = done.out.split("\n")
    assert opened[0] == '"PF3X9Z1K"'
    assert json.loads(opened[1])["fields"] == {"serial": "4C530001", "port": "1-1"}
    assert opened[2:] == ["", "", '"last"', ""]
    assert done.err.splitlines() == [
        "line 3: this is no sealed value",
        "line 4: this event holds no sealed value",
    ]
    assert _unseal(key, passphrase, lines[0] + "\n").code == 0


def test_the_private_half_needs_its_passphrase_and_is_not_in_the_clear(tmp_path: Path) -> None:
    key, passphrase = tmp_path / "officer.key", tmp_path / "passphrase"
    passphrase.write_text("short")
    new = ("policy", "seal-key", "new", "--out", key, "--passphrase-file", passphrase)
    assert "fewer than 12 characters" in cli(*new).err
    assert not key.exists()
    passphrase.write_text(PASSPHRASE)
    made = cli(*new)
    assert made.code == 0
    assert made.out.startswith('seal: {key: "x25519:')
    private = load_private(key, PASSPHRASE)
    raw = private.private_bytes_raw()  # type: ignore[union-attr]  # x25519 is the default
    assert raw not in key.read_bytes()
    assert raw.hex().encode() not in key.read_bytes()
    with pytest.raises(ServerError, match="passphrase is wrong"):
        load_private(key, PASSPHRASE + "x")
    document = json.loads(key.read_text())
    key.write_text(json.dumps(document | {"public": "x25519:other"}))
    with pytest.raises(ServerError, match="the key file was changed"):
        load_private(key, PASSPHRASE)
    key.write_text(json.dumps(document | {"scrypt": {**document["scrypt"], "n": 1 << 30}}))
    with pytest.raises(ServerError, match="is no key file"):
        load_private(key, PASSPHRASE)


def test_without_a_terminal_the_passphrase_comes_from_a_file(tmp_path: Path) -> None:
    done = cli("policy", "seal-key", "new", "--out", tmp_path / "officer.key")
    assert done.code == 1
    assert "--passphrase-file" in done.err


def test_doctor_says_when_a_policy_names_an_epoch_without_keys(data: Path) -> None:
    for half in ("fleet", "server"):
        (data / f"secrets/pseudonym-1.{half}.key").unlink()
    done = process("doctor", "--data", data, "--json")
    assert done.code == 3
    assert "names epoch 1, which has no keys" in done.out
