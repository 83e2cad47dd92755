"""The policy in force: verified, never older, kept over restarts; and its keys."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_agent import atomic
from reticent_agent.errors import IdentityError, PolicyRefusedError
from reticent_agent.policy.accept import Judge
from reticent_agent.policy.keys import KeyStore
from reticent_agent.policy.store import PolicyStore
from reticent_agent.report.preview import default_policy
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy, sign_policy
from reticent_contract.v1 import policy_pb2
from support.policies import document

KEY = Ed25519PrivateKey.generate()
NOW_S = 1_790_000_000


def _judge(folder: Path, key: Ed25519PrivateKey = KEY, *, group: str = "default") -> Judge:
    public = key.public_key().public_bytes_raw()
    return Judge(store=PolicyStore(folder), public_key=public, catalog=CATALOG, group=group)


def test_an_accepted_policy_is_there_after_a_restart(tmp_path: Path) -> None:
    accepted = _judge(tmp_path).accept(sign_policy(document(version=2), KEY), now_s=NOW_S)
    stored = _judge(tmp_path).stored(now_s=NOW_S)
    assert accepted is not None
    assert stored is not None
    assert (stored.version, stored.sha256) == (2, accepted.sha256)
    assert stat.S_IMODE((tmp_path / "policy.json").stat().st_mode) == 0o600


def test_the_one_in_force_offered_again_changes_nothing(tmp_path: Path) -> None:
    signed = sign_policy(document(version=2), KEY)
    _judge(tmp_path).accept(signed, now_s=NOW_S)
    before = (tmp_path / "policy.json").read_bytes()
    assert _judge(tmp_path).accept(signed, now_s=NOW_S) is None
    assert (tmp_path / "policy.json").read_bytes() == before


@pytest.mark.parametrize("version", [1, 2])
def test_a_policy_never_goes_back_also_after_a_restart(tmp_path: Path, version: int) -> None:
    _judge(tmp_path).accept(sign_policy(document(version=2), KEY), now_s=NOW_S)
    older = sign_policy(document(version=version, purpose="another one"), KEY)
    with pytest.raises(PolicyRefusedError):
        _judge(tmp_path).accept(older, now_s=NOW_S)
    stored = _judge(tmp_path).stored(now_s=NOW_S)
    assert stored is not None
    assert stored.purpose != "another one"


def test_a_foreign_signature_is_refused_and_the_good_policy_stays(tmp_path: Path) -> None:
    _judge(tmp_path).accept(sign_policy(document(version=2), KEY), now_s=NOW_S)
    forged = sign_policy(document(version=3), Ed25519PrivateKey.generate())
    with pytest.raises(PolicyRefusedError, match="signature"):
        _judge(tmp_path).accept(forged, now_s=NOW_S)
    stored = _judge(tmp_path).stored(now_s=NOW_S)
    assert stored is not None
    assert stored.version == 2


def test_the_policy_before_is_kept_beside(tmp_path: Path) -> None:
    for version in (2, 3):
        _judge(tmp_path).accept(sign_policy(document(version=version), KEY), now_s=NOW_S)
    previous = json.loads((tmp_path / "policy.previous.json").read_text())
    assert previous["version"] == 2


def test_a_policy_that_was_changed_on_disk_does_not_hold(tmp_path: Path) -> None:
    _judge(tmp_path).accept(sign_policy(document(version=2), KEY), now_s=NOW_S)
    file = tmp_path / "policy.json"
    file.write_text(file.read_text().replace("keep", "drop"))
    with pytest.raises(PolicyRefusedError):
        _judge(tmp_path).stored(now_s=NOW_S)
    file.write_text("{")
    with pytest.raises(PolicyRefusedError, match="damaged"):
        _judge(tmp_path).stored(now_s=NOW_S)
    again = _judge(tmp_path).accept(sign_policy(document(version=2), KEY), now_s=NOW_S)
    assert again is not None


def test_a_damaged_policy_is_no_way_back_to_an_older_one(tmp_path: Path) -> None:
    _judge(tmp_path).accept(sign_policy(document(version=3), KEY), now_s=NOW_S)
    (tmp_path / "policy.json").write_text("{")
    for older in (
        sign_policy(document(version=2), KEY),
        sign_policy(document(version=3, purpose="another one"), KEY),
    ):
        with pytest.raises(PolicyRefusedError, match="never goes back"):
            _judge(tmp_path).accept(older, now_s=NOW_S)
    assert _judge(tmp_path).accept(sign_policy(document(version=3), KEY), now_s=NOW_S)
    assert stat.S_IMODE((tmp_path / "policy.floor").stat().st_mode) == 0o600


def test_the_floor_is_on_disk_before_the_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _judge(tmp_path).accept(sign_policy(document(version=2), KEY), now_s=NOW_S)
    written: list[str] = []
    write = atomic.write_file

    def crash_at_policy(path: Path, data: bytes, **how: bool) -> None:
        written.append(path.name)
        if path.name == "policy.json":
            raise OSError(28, "No space left on device")
        write(path, data, **how)

    monkeypatch.setattr(atomic, "write_file", crash_at_policy)
    three = sign_policy(document(version=3), KEY)
    with pytest.raises(PolicyRefusedError, match="could not be written"):
        _judge(tmp_path).accept(three, now_s=NOW_S)
    assert written[0] == "policy.floor"
    monkeypatch.undo()
    stored = _judge(tmp_path).stored(now_s=NOW_S)
    assert stored is not None
    assert stored.version == 2
    assert _judge(tmp_path).accept(three, now_s=NOW_S) is not None


@pytest.mark.parametrize("restored", ["policy.floor", "policy.json"])
def test_of_two_files_that_differ_the_one_that_went_further_counts(
    tmp_path: Path, restored: str
) -> None:
    """One of them from a backup: an older version that was in force once is no newer for it."""
    _judge(tmp_path).accept(sign_policy(document(version=2), KEY), now_s=NOW_S)
    old = (tmp_path / restored).read_bytes()
    _judge(tmp_path).accept(sign_policy(document(version=5), KEY), now_s=NOW_S)
    (tmp_path / restored).write_bytes(old)
    for version in (3, 4):
        with pytest.raises(PolicyRefusedError, match="version 5 is in force"):
            _judge(tmp_path).accept(sign_policy(document(version=version), KEY), now_s=NOW_S)
    assert _judge(tmp_path).accept(sign_policy(document(version=6), KEY), now_s=NOW_S)


def test_a_damaged_floor_is_made_up_for_by_the_policy_but_both_are_not(tmp_path: Path) -> None:
    _judge(tmp_path).accept(sign_policy(document(version=2), KEY), now_s=NOW_S)
    floor, policy = tmp_path / "policy.floor", tmp_path / "policy.json"
    floor.write_text("{")
    with pytest.raises(PolicyRefusedError, match="never goes back"):
        _judge(tmp_path).accept(sign_policy(document(version=1), KEY), now_s=NOW_S)
    policy.write_text("{")
    for missing in (False, True):
        if missing:
            floor.unlink()
        with pytest.raises(PolicyRefusedError, match="neither"):
            _judge(tmp_path).accept(sign_policy(document(version=9), KEY), now_s=NOW_S)
    policy.unlink()
    assert _judge(tmp_path).accept(sign_policy(document(version=1), KEY), now_s=NOW_S)


def test_a_stored_policy_of_another_group_does_not_hold(tmp_path: Path) -> None:
    lab = sign_policy(document(version=2, group="lab"), KEY)
    with pytest.raises(PolicyRefusedError, match="another device group"):
        _judge(tmp_path).accept(lab, now_s=NOW_S)
    assert _judge(tmp_path, group="lab").accept(lab, now_s=NOW_S)
    assert _judge(tmp_path, group="lab").stored(now_s=NOW_S)
    with pytest.raises(PolicyRefusedError, match="another device group"):
        _judge(tmp_path).stored(now_s=NOW_S)  # enrolled into another group since
    unbound = sign_policy(document(version=3), KEY)
    for group in ("default", "lab", "sales"):
        (tmp_path / group).mkdir()
        assert _judge(tmp_path / group, group=group).accept(unbound, now_s=NOW_S)


def test_another_organisations_policy_starts_anew(tmp_path: Path) -> None:
    _judge(tmp_path).accept(sign_policy(document(version=9), KEY), now_s=NOW_S)
    other = Ed25519PrivateKey.generate()
    assert _judge(tmp_path, other).stored(now_s=NOW_S) is None
    assert PolicyStore(tmp_path).other_organisation(
        public_key=other.public_key().public_bytes_raw()
    )
    assert _judge(tmp_path, other).accept(sign_policy(document(version=1), other), now_s=NOW_S)


def test_keys_are_private_and_follow_the_server(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    device = store.load().device
    one, two = (policy_pb2.PseudonymKey(epoch=n, key=bytes([n]) * 32) for n in (1, 2))
    assert set(store.update([one, two]).epochs) == {1, 2}
    assert set(store.update([]).epochs) == {1, 2}
    assert set(store.update([two]).epochs) == {2}
    assert KeyStore(tmp_path).load().device == device
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600
    assert device.hex() not in repr(store.load())
    store.forget_epochs()
    assert store.load().epochs == {}


def test_damaged_keys_stop_collecting_instead_of_changing_pseudonyms(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text('{"device": "00", "epochs": {}}')
    with pytest.raises(IdentityError, match="pseudonyms would change"):
        KeyStore(tmp_path).load()


def test_the_default_policy_of_preview_is_the_one_of_the_contract() -> None:
    from reticent_server.policies.yaml_source import load_yaml

    assert default_policy() == parse_policy(load_yaml(default_policy_yaml()), CATALOG)


# --- another group ---


def test_versions_count_within_the_group_that_the_laptop_is_in(tmp_path: Path) -> None:
    default, lab = _judge(tmp_path), _judge(tmp_path, group="lab")
    nine = sign_policy(document(version=9), KEY)
    assert default.accept(nine, now_s=NOW_S)
    three = sign_policy(document(version=3, group="lab"), KEY)
    assert lab.accept(three, now_s=NOW_S)
    stored = lab.stored(now_s=NOW_S)
    assert stored is not None
    assert stored.version == 3
    assert lab.accept(three, now_s=NOW_S) is None
    for older in (2, 3):
        with pytest.raises(PolicyRefusedError, match="never goes back"):
            lab.accept(
                sign_policy(document(version=older, group="lab", purpose="new"), KEY), now_s=NOW_S
            )


def test_the_way_over_another_group_leads_to_no_older_version(tmp_path: Path) -> None:
    default, lab = _judge(tmp_path), _judge(tmp_path, group="lab")
    nine = sign_policy(document(version=9), KEY)
    assert default.accept(nine, now_s=NOW_S)
    assert lab.accept(sign_policy(document(version=3, group="lab"), KEY), now_s=NOW_S)
    for damaged in ("policy.floor", "policy.json", ""):  # one of the two files is enough
        if damaged:
            (tmp_path / damaged).rename(tmp_path / "kept")
            (tmp_path / damaged).write_text("{")
        for version in (8, 9):
            with pytest.raises(PolicyRefusedError):
                default.accept(
                    sign_policy(document(version=version, purpose="new"), KEY), now_s=NOW_S
                )
        if damaged:
            (tmp_path / "kept").rename(tmp_path / damaged)
    assert default.accept(nine, now_s=NOW_S)  # the very one that it had there
    assert lab.accept(sign_policy(document(version=4, group="lab"), KEY), now_s=NOW_S)
    with pytest.raises(PolicyRefusedError, match="never goes back"):
        lab.accept(sign_policy(document(version=3, group="lab"), KEY), now_s=NOW_S)


@pytest.mark.parametrize("name", ["policy.json", "policy.floor"])
def test_why_a_policy_is_refused_goes_to_the_server_without_the_path_of_its_folder(
    tmp_path: Path, name: str
) -> None:
    """Which may lie in somebody's home, and hold a name."""
    folder = tmp_path / "alice"
    folder.mkdir()
    assert _judge(folder).accept(sign_policy(document(version=9), KEY), now_s=NOW_S)
    (folder / name).write_text("{")
    store, key = PolicyStore(folder), KEY.public_key().public_bytes_raw()
    look = store.load if name == "policy.json" else store.floor
    with pytest.raises(PolicyRefusedError, match=f"^{name} in the agent's folder is damaged") as no:
        look(public_key=key, group="default")
    assert "alice" not in str(no.value)


def test_a_crash_at_the_first_policy_of_another_group_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _judge(tmp_path).accept(sign_policy(document(version=9), KEY), now_s=NOW_S)
    lab, three = _judge(tmp_path, group="lab"), sign_policy(document(version=3, group="lab"), KEY)
    write = atomic.write_file

    def crash_at_policy(path: Path, data: bytes, **how: bool) -> None:
        if path.name == "policy.json":
            raise OSError(28, "No space left on device")
        write(path, data, **how)

    with monkeypatch.context() as patched:
        patched.setattr(atomic, "write_file", crash_at_policy)
        with pytest.raises(PolicyRefusedError, match="could not be written"):
            lab.accept(three, now_s=NOW_S)
    assert lab.accept(three, now_s=NOW_S)


def test_a_floor_from_before_groups_holds_in_every_group(tmp_path: Path) -> None:
    assert _judge(tmp_path).accept(sign_policy(document(version=9), KEY), now_s=NOW_S)
    for name in ("policy.json", "policy.floor"):
        stored = json.loads((tmp_path / name).read_text())
        del stored["group"], stored["left"]
        (tmp_path / name).write_text(json.dumps(stored))
    lab = _judge(tmp_path, group="lab")
    with pytest.raises(PolicyRefusedError, match="never goes back"):
        lab.accept(sign_policy(document(version=3, group="lab"), KEY), now_s=NOW_S)
    assert lab.accept(sign_policy(document(version=10, group="lab"), KEY), now_s=NOW_S)


def test_nobody_is_in_more_groups_than_are_remembered(tmp_path: Path) -> None:
    for number in range(65):
        signed = sign_policy(document(version=2), KEY)
        assert _judge(tmp_path, group=f"group {number}").accept(signed, now_s=NOW_S)
    with pytest.raises(PolicyRefusedError, match="more than 64 device groups"):
        _judge(tmp_path, group="one more").accept(
            sign_policy(document(version=2), KEY), now_s=NOW_S
        )
