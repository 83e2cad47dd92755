"""`reticent-server support-bundle`: an allow-list, shown, agreed to, sealed; nothing else."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_contract.redact.sealed import seal_key_of, unseal
from reticent_server.approvals.request import State
from reticent_server.approvals.service import ApprovalService
from reticent_server.commands.stores import approvals_of, audit_of, control_of
from reticent_server.config import ServerConfig
from reticent_server.limits import BUNDLE_BYTES_MAX
from reticent_server.support.gathering import Gathering, numbers_of
from support.approvals import person
from support.console_site import cli
from support.served import served

pytestmark = pytest.mark.enable_socket  # doctor looks whether the ports are free
CANARY = "canary-q7f3.example"
CONFIG = f"""
public_name = "{CANARY}"
names = ["{CANARY}", "203.0.113.77"]
listen = "127.0.0.1"
log_level = "warning"
trusted_proxies = ["203.0.113.0/24"]

[geoip]
city = "/srv/{CANARY}/city.mmdb"
"""
LOG = [
    '{"at": "2026-11-22T06:32:05.001+00:00", "level": "error", "part": "ingest", "event": '
    '"append_failed", "error": "StoreFullError", "where": "/home/canary-q7f3/x:1", "batches": 3}',
    '{"at": "2026-11-22T06:32:06.001+00:00", "level": "info", "part": "app", "event": "a canary"}',
    '{"at": "2026-11-22T06:32:07.001+00:00", "level": "info", "part": "canary-q7f3", "event": "x"}',
    "canary-q7f3: Traceback",
]
METRICS = f"""# TYPE reticent_rows_total counter
reticent_rows_total 4711.0
# TYPE reticent_devices_silent gauge
reticent_devices_silent{{group="{CANARY}"}} 2.0
reticent_devices_silent{{group="lab"}} 3.0
# TYPE reticent_streams_refused_total counter
reticent_streams_refused_total{{reason="no room for {CANARY} x"}} 1.0
reticent_streams_refused_total{{reason="no-room"}} 5.0
# TYPE reticent_http_refused_total counter
reticent_http_refused_total{{route="/a b"}} 1.0
reticent_http_refused_total{{route="/c d"}} 1.0
reticent_http_refused_created{{route="/a b"}} 1795793601.5
reticent_http_refused_created{{route="/c d"}} 1795793602.5
# TYPE canary_q7f3 gauge
canary_q7f3 1.0
"""


@pytest.fixture
def site(data_dir: Path) -> Path:
    (data_dir / "server.toml").write_text(f'data_dir = "{data_dir}"\n{CONFIG}')
    return data_dir


def made(data_dir: Path) -> tuple[str, str]:
    """The ID and the text of a new bundle."""
    log = data_dir.parent / "server.log"
    log.write_text("\n".join(LOG))
    done = cli("support-bundle", "make", "--log", log, "--data", data_dir, "--json")
    assert done.code == 0, done.err
    return str(done.json["bundle"]), str(done.json["text"])


def seal(data_dir: Path, bundle: str, key: object, out: Path, *, reason: str = "case 4711") -> Any:
    return cli(
        *("support-bundle", "seal", bundle, "--vendor-key", str(key), "--reason", reason),
        *("--out", out, "--data", data_dir),
    )


def test_a_bundle_is_sealed_only_after_a_second_person_saw_just_its_text(
    site: Path, tmp_path: Path
) -> None:
    bundle, text = made(site)
    private, out = X25519PrivateKey.generate(), tmp_path / "bundle.sealed"
    key = seal_key_of(private)
    first = seal(site, bundle, key, out)
    assert (first.code, out.exists()) == (1, False)
    assert "needs a second person" in first.err
    with control_of(site) as control:
        approvals = approvals_of(control, ServerConfig(data_dir=site))
        second = person(7)
        (request,) = approvals.list(caller=second, states=[State.WAITING])
        _, shown = approvals.get(request.request_id, caller=second)
        assert shown.endswith(text)
        assert str(key) in shown
        approvals.approve(request.request_id, caller=second)
    other = seal(site, bundle, seal_key_of(X25519PrivateKey.generate()), out)
    assert (other.code, out.exists()) == (1, False)  # agreed was to the vendor's key
    done = seal(site, bundle, key, out, reason="something else")
    assert done.code == 0, done.err
    assert unseal(out.read_text().strip(), private) == text
    assert out.stat().st_mode & 0o777 == 0o600
    again = seal(site, bundle, key, tmp_path / "again")
    assert again.code == 1  # used up
    with control_of(site) as control:
        entries = audit_of(control).page(limit=50).entries
    told = [(e.action, e.object, e.reason) for e in entries if e.action.startswith("support.")]
    sealed = f"support bundle {bundle} for key {key.key_id}, request {request.request_id}"
    assert told == [
        ("support.seal", sealed, "case 4711"),  # what was agreed to
        ("support.make", f"support bundle {bundle}", ""),
    ]


def agree(site: Path) -> None:
    """The second person agrees to the one request that waits."""
    with control_of(site) as control:
        approvals, second = approvals_of(control, ServerConfig(data_dir=site)), person(7)
        (request,) = approvals.list(caller=second, states=[State.WAITING])
        approvals.approve(request.request_id, caller=second)


def sealings(site: Path) -> int:
    """How many the audit trail has."""
    with control_of(site) as control:
        entries = audit_of(control).page(limit=50).entries
    return len([entry for entry in entries if entry.action == "support.seal"])


def test_a_file_that_cannot_be_written_uses_no_approval_up(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, _ = made(site)
    private, out = X25519PrivateKey.generate(), tmp_path / "bundle.sealed"
    key = seal_key_of(private)
    assert "needs a second person" in seal(site, bundle, key, out).err
    assert not out.exists()
    agree(site)
    done = seal(site, bundle, key, tmp_path / "nowhere" / "bundle.sealed")
    assert (done.code, "an approval stays as it was" in done.err) == (1, True)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full_disk)
        done = seal(site, bundle, key, out)
    assert (done.code, "an approval stays as it was" in done.err) == (1, True)
    assert (out.exists(), sealings(site)) == (False, 0)
    assert seal(site, bundle, key, out).code == 0
    assert sealings(site) == 1


def test_what_fails_after_the_approval_was_used_says_so_and_is_no_sealing(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, _ = made(site)
    key, out = seal_key_of(X25519PrivateKey.generate()), tmp_path / "bundle.sealed"
    assert seal(site, bundle, key, out).code == 1
    agree(site)
    using = ApprovalService.use_or_ask

    def and_then_the_disk_fails(*args: Any, **kwargs: Any) -> Any:
        used = using(*args, **kwargs)
        monkeypatch.setattr(os, "fsync", full_disk)
        return used

    with monkeypatch.context() as patched:
        patched.setattr(ApprovalService, "use_or_ask", and_then_the_disk_fails)
        done = seal(site, bundle, key, out)
    monkeypatch.undo()
    assert (done.code, "the approval is used up" in done.err) == (1, True)
    assert (out.exists(), sealings(site)) == (False, 0)


def test_a_bundle_that_cannot_be_kept_was_not_made(site: Path) -> None:
    (site / "support").write_text("a file where the folder is to be")
    done = cli("support-bundle", "make", "--data", site)
    assert (done.code, "no bundle was made" in done.err, done.out) == (1, True, "")
    with control_of(site) as control:
        entries = audit_of(control).page(limit=50).entries
    assert not [entry for entry in entries if entry.action == "support.make"]


def full_disk(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_bundle_whose_file_was_changed_is_not_sealed(site: Path, tmp_path: Path) -> None:
    bundle, _ = made(site)
    path = site / "support" / f"{bundle}.json"
    path.write_text(path.read_text() + " ")
    key = seal_key_of(X25519PrivateKey.generate())
    done = seal(site, bundle, key, tmp_path / "out")
    assert (done.code, "not what was made" in done.err) == (1, True)
    for name in ("0" * 16, "../server", "x"):
        assert "no such bundle" in seal(site, name, key, tmp_path / "out").err
    assert "nothing was sealed" in seal(site, bundle, "x25519:no", tmp_path / "out").err
    assert not (tmp_path / "out").exists()


def test_nothing_that_a_person_wrote_is_in_a_bundle(site: Path) -> None:
    _, text = made(site)
    assert "canary" not in text
    assert "203.0.113" not in text
    assert str(site) not in text
    found = json.loads(text)
    assert found["configuration"]["public_name"] == "set"
    assert found["configuration"]["log_level"] == "warning"
    assert found["configuration"]["names.number"] == 2
    assert found["log"] == [
        ["2026-11-22T06:32:05.001+00:00", "error", "ingest", "append_failed", "StoreFullError"]
    ]
    assert found["left_out"] >= 3
    assert found["doctor"]["control store"] == "ok"
    keys = {name.partition(".")[0] for name in found["configuration"]}
    assert keys == {one.name for one in fields(ServerConfig)}


def test_metrics_lose_labels_that_hold_a_customers_word(tmp_path: Path) -> None:
    text = Gathering().bundle(
        ServerConfig(data_dir=tmp_path),
        counts={"devices.active": 3},
        verdicts=[("audit trail", "ok"), ("devices", f"2 of {CANARY}")],
        metrics=METRICS,
        log=[],
        now_s=0,
    )
    found = json.loads(text)
    assert "canary" not in text
    assert found["metrics"] == {
        "reticent_rows_total": 4711.0,
        "reticent_devices_silent": 5.0,
        "reticent_streams_refused_total{reason=no-room}": 5.0,
        "reticent_http_refused_total": 2.0,  # when each began to be counted adds up to no time
    }
    assert found["doctor"] == {"audit trail": "ok"}
    assert (found["left_out"], found["counts"]) == (3, {"devices.active": 3})


def test_what_a_detector_knows_is_taken_out_wherever_it_stands(tmp_path: Path) -> None:
    text = Gathering().bundle(
        ServerConfig(data_dir=tmp_path),
        counts={"mail ada@example.com": 1, "devices.active": 2},
        verdicts=[],
        metrics="",
        log=[],
        now_s=0,
    )
    found = json.loads(text)
    assert found["counts"] == {"devices.active": 2}
    assert found["left_out"] == 1


def test_a_running_server_gives_its_metrics(site: Path) -> None:
    with served(site):
        _, text = made(site)
    found = json.loads(text)
    assert found["counts"]["server.runs"] == 1
    assert found["metrics"]["reticent_streams"] == 0
    assert len(text) < BUNDLE_BYTES_MAX // 2


@pytest.mark.parametrize(
    ("release", "told"),
    [
        ("6.8.0-49-generic", "6.8.0"),
        ("6.1.112-acme-payroll-host", "6.1.112"),
        ("10.0.14393", "10.0.14393"),
        ("acme", ""),
    ],
)
def test_of_a_kernel_its_numbers_are_told_not_who_built_it(release: str, told: str) -> None:
    assert numbers_of(release) == told
