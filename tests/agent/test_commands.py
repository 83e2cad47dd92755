"""The commands of `reticent-agent`, as a person or a program calls them."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from reticent_agent import folder_lock
from reticent_agent.collect.health import Collected, Cost
from reticent_agent.collect.model import NEEDS_ROOT, Absence
from reticent_agent.identity import IdentityStore, Stopped
from reticent_agent.main import main
from reticent_agent.metrics import Metrics
from reticent_agent.report.doctor import CHECKS
from reticent_agent.report.files import ReportFiles
from reticent_agent.report.status import StatusBoard
from reticent_agent.spool import Spool
from reticent_contract.batch import BatchCount
from reticent_contract.catalog import CATALOG
from reticent_contract.enrolment_token import EnrolmentToken
from reticent_contract.rows import Pseudonym
from support.batch_rows import START_US, redacted
from support.fake_telemetry import FakeServer
from support.policies import document

Captured = pytest.CaptureFixture[str]


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    fake = FakeServer()
    await fake.start()
    fake.publish(document(version=2))
    yield fake
    await fake.stop()


def _token_file(server: FakeServer, folder: Path) -> str:
    token = EnrolmentToken(
        address=server.enrolment_address,
        ca_certificate_der=server.ca.der,
        secret="s" * 32,
        expires_s=4_000_000_000,
        uses=9,
        group="default",
    )
    file = folder / "token"
    file.write_text(token.encode() + "\n")
    return str(file)


@pytest.mark.e2e
@pytest.mark.enable_socket
@pytest.mark.parametrize("way", ["argument", "standard input"])
async def test_the_token_may_be_pasted(
    server: FakeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
    way: str,
) -> None:
    token = Path(_token_file(server, tmp_path)).read_text()
    monkeypatch.setattr(sys, "stdin", io.StringIO(token))
    pasted = token.strip() if way == "argument" else "-"
    data = ["--data", str(tmp_path / "agent"), "--proxy", "none"]
    assert await asyncio.to_thread(main, [*data, "enrol", pasted]) == 0
    assert capsys.readouterr().err == ""  # what is told to a person is on standard output
    assert IdentityStore(tmp_path / "agent").load() is not None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_enrols_as_the_user_whose_folder_it_is(tmp_path: Path) -> None:
    os.chown(tmp_path, 65_534, 65_534)
    tmp_path.chmod(0o700)
    program = (
        "import os, pathlib, sys\n"
        "from reticent_agent.commands.enrol import become_owner_of\n"
        "become_owner_of(pathlib.Path(sys.argv[1]))\n"
        "print(os.getresuid(), os.getresgid(), os.getgroups())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{(65_534,) * 3} {(65_534,) * 3} []"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_the_user_keeps_the_groups_of_its_account_because_one_may_open_the_tpm(
    tmp_path: Path,
) -> None:
    os.chown(tmp_path, 65_534, 65_534)
    tmp_path.chmod(0o700)
    program = (
        "import os, pathlib, sys\n"
        "from reticent_agent.commands.enrol import become_owner_of\n"
        "os.getgrouplist = lambda name, group: {'nobody': [group, 4711]}[name]\n"
        "become_owner_of(pathlib.Path(sys.argv[1]))\n"
        "print(os.getgroups())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[4711]"


@pytest.mark.e2e
@pytest.mark.enable_socket
async def test_enrol_is_done_once_and_again_only_when_asked(
    server: FakeServer, tmp_path: Path, capsys: Captured
) -> None:
    data = ["--data", str(tmp_path / "agent"), "--proxy", "none"]
    token = ["--token-file", _token_file(server, tmp_path)]

    async def run(*arguments: str) -> dict[str, object]:
        assert await asyncio.to_thread(main, [*data, *arguments, "--json"]) == 0
        document: dict[str, object] = json.loads(capsys.readouterr().out)
        return document

    first = await run("enrol", *token)
    assert (first["new"], first["group"]) == (True, "default")
    assert await run("enrol") == {**first, "new": False}
    IdentityStore(tmp_path / "agent").stop(Stopped("retired", 1))
    second = await run("enrol", *token)
    assert second["new"]
    assert second["device_id"] != first["device_id"]
    third = await run("enrol", "--replace", *token)
    assert third["device_id"] != second["device_id"]
    policy = json.loads((tmp_path / "agent" / "policy.json").read_text())
    assert policy["version"] == 2


def test_enrol_does_nothing_under_a_running_agent(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "device.json").write_text("damaged")
    token = EnrolmentToken(
        address="localhost:1",
        ca_certificate_der=b"any",
        secret="s" * 32,
        expires_s=4_000_000_000,
        uses=1,
        group="default",
    )
    (tmp_path / "token").write_text(token.encode())
    enrol = ["--data", str(tmp_path), "enrol", "--token-file", str(tmp_path / "token")]
    with folder_lock.take(tmp_path):
        assert main(enrol) == 1
    assert "stop the other first" in capsys.readouterr().err
    assert (tmp_path / "device.json").exists()


def test_enrol_without_a_token_says_what_to_do(tmp_path: Path, capsys: Captured) -> None:
    assert main(["--data", str(tmp_path / "agent"), "enrol"]) == 1
    assert "--token-file" in capsys.readouterr().err


def test_a_token_file_that_is_not_there_is_named(tmp_path: Path, capsys: Captured) -> None:
    data = ["--data", str(tmp_path / "agent"), "--token-file", str(tmp_path / "token")]
    assert main([*data, "enrol"]) == 1
    assert f"{tmp_path / 'token'} is missing or empty" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["status", "sent"])
def test_where_no_agent_has_run_the_command_says_so(
    tmp_path: Path, capsys: Captured, command: str
) -> None:
    assert main([command, "--data", str(tmp_path)]) == 1
    assert "--data" in capsys.readouterr().err


def _spooled(folder: Path) -> None:
    spool = Spool(folder / "spool.db", now_us=lambda: START_US)
    token = Pseudonym("person", 1, bytes(16))
    count = BatchCount(field="session.user_id", rule="deny-by-default", outcome="dropped", count=3)
    spool.append(
        [redacted("session", "logon", user_name=token, remote=True)],
        counts=[count],
        policy_version=4,
        policy_sha256=b"\x07" * 32,
    )
    spool.seal()
    spool.acknowledge(1)
    spool.close()


def test_sent_shows_what_the_bytes_say(tmp_path: Path, capsys: Captured) -> None:
    _spooled(tmp_path)
    assert main(["sent", "--data", str(tmp_path), "--json"]) == 0
    batch = json.loads(capsys.readouterr().out)
    assert (batch["seq"], batch["state"], batch["policy_version"]) == (1, "acked", 4)
    assert batch["rows"] == [
        {
            "table": "session",
            "event": "logon",
            "ts": "2025-11-22T08:26:40.000000Z",
            "fields": {"remote": True, "user_name": "pn:person:1:AAAAAAAAAAAAAAAAAAAAAA"},
        }
    ]
    assert batch["counts"] == [
        {
            "field": "session.user_id",
            "rule": "deny-by-default",
            "outcome": "dropped",
            "count": 3,
        }
    ]
    assert batch["previous_receipt"] == "00" * 32
    assert re.fullmatch("[0-9a-f]{64}", batch["receipt"])
    assert main(["sent", "--data", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "session.logon" in told
    assert f"receipt {batch['receipt']}" in told


def test_sent_reads_a_spool_that_an_agent_before_receipts_has_left(
    tmp_path: Path, capsys: Captured
) -> None:
    _spooled(tmp_path)
    with sqlite3.connect(tmp_path / "spool.db") as connection:
        for column in ("receipt", "previous_receipt", "counts_sha256"):
            connection.execute(f"ALTER TABLE batches DROP COLUMN {column}")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert main(["sent", "--data", str(tmp_path), "--json"]) == 0
    batch = json.loads(capsys.readouterr().out)
    assert batch["seq"] == 1
    assert "receipt" not in batch


def test_sent_reads_while_an_agent_writes(tmp_path: Path, capsys: Captured) -> None:
    _spooled(tmp_path)
    spool = Spool(tmp_path / "spool.db", now_us=lambda: START_US)
    spool.append([redacted(message="new")], policy_version=4, policy_sha256=b"\x07" * 32)
    spool.seal()
    assert main(["sent", "--data", str(tmp_path), "--json"]) == 0
    states = [json.loads(line)["state"] for line in capsys.readouterr().out.splitlines()]
    assert states == ["acked", "waiting"]
    spool.close()


def test_status_tells_whether_an_agent_runs(tmp_path: Path, capsys: Captured) -> None:
    picture = {
        "device_id": "d",
        "state": "connected",
        "policy": {"version": 4, "sha256": "ab" * 32},
        "rows": {"collected": 9, "unchanged": 1, "acked": 8},
        "dropped": {f"os.f{n}": n for n in range(1, 9)},
        "by_rule": {},
        "error": None,
        "updated_at": "2026-01-01T00:00:00Z",
    }
    (tmp_path / "status.json").write_text(json.dumps(picture))
    with folder_lock.take(tmp_path):
        assert main(["status", "--data", str(tmp_path), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {**picture, "running": True}
        assert main(["status", "--data", str(tmp_path)]) == 0
        since = "as of     2026-01-01T00:00:00Z; nothing has changed since, and the agent runs\n"
        assert capsys.readouterr().out.endswith(since)
    assert main(["status", "--data", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert text.endswith("as of     2026-01-01T00:00:00Z\n")
    assert "stopped (no agent is running)" in text
    assert (
        "9 collected, 0 passed redaction, 1 as sent before, 0 dropped, 8 stored by the server"
        in text
    )
    assert "os.f8 8" in text
    assert "and 3 more" in text


@pytest.mark.enable_socket
def test_doctor_finds_what_is_wrong_and_says_what_to_do(tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "agent"
    folder.mkdir(mode=0o755)
    (folder / "keys").write_text("{}")
    (folder / "keys").chmod(0o644)
    (folder / "spool.db").write_bytes(b"no database" * 100)
    assert main(["doctor", "--data", str(folder), "--json"]) == 1
    findings = {finding["check"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert list(findings) == [name for name, _ in CHECKS]
    for check in ("data directory", "secret files", "identity", "spool"):
        assert findings[check]["verdict"] == "failed", check
        assert findings[check]["hint"], check
    assert findings["agent"]["verdict"] == "warning"
    assert findings["pseudonym keys"]["verdict"] == "failed"
    assert "restore them" in findings["pseudonym keys"]["found"]
    assert main(["doctor", "--data", str(folder)]) == 1
    assert " 1. failed  data directory" in capsys.readouterr().out


def test_doctor_shows_what_collecting_took(tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "agent"
    folder.mkdir(mode=0o700)
    board = StatusBoard(lambda: None)
    for collected in (
        Collected(
            rows=(),
            table="board",
            complete=True,
            absences=(Absence(NEEDS_ROOT, "serial"),),
            cost=Cost(cpu_ms=12, wall_ms=40),
        ),
        Collected(
            rows=(), table="modem", complete=True, absences=(Absence("no modem"),), cost=Cost(1, 2)
        ),
        Collected(
            rows=(),
            table="log_line",
            complete=False,
            cursor_name="journal",
            cost=Cost(cpu_ms=90, wall_ms=60_000),
        ),
        Collected(
            rows=(),
            table="log_line",
            complete=False,
            cursor_name="sshd",
            cost=Cost(cpu_ms=1, wall_ms=999),
        ),
    ):
        board.count_cost(collected)
    ReportFiles(folder, board=board, metrics=Metrics()).write(now_us=START_US)
    main(["doctor", "--data", str(folder), "--json"])
    findings = {finding["check"]: finding for finding in json.loads(capsys.readouterr().out)}
    collecting = findings["collecting"]
    assert collecting["found"].startswith("2 tables took 13 ms of processor time")
    assert collecting["lines"] == [
        "board: 0 rows, 12 ms of processor time in 40 ms; serial: needs root",
        "journal: 0 rows, 90 ms of processor time in its first 60 s",
        "modem: 0 rows, 1 ms of processor time in 2 ms; no modem",
        "sshd: 0 rows, 1 ms of processor time in less than its first second",
    ]
    assert (collecting["verdict"], "privileged.socket" in collecting["hint"]) == ("warning", True)


@pytest.mark.e2e
@pytest.mark.enable_socket
async def test_doctor_is_content_with_a_fresh_enrolment(
    server: FakeServer, tmp_path: Path, capsys: Captured
) -> None:
    data = ["--data", str(tmp_path / "agent"), "--proxy", "none"]
    token = _token_file(server, tmp_path)
    assert await asyncio.to_thread(main, [*data, "enrol", "--token-file", token]) == 0
    capsys.readouterr()
    await asyncio.to_thread(main, [*data, "doctor", "--json"])
    verdicts = {f["check"]: f["verdict"] for f in json.loads(capsys.readouterr().out)}
    # The policy waits for the keys that the first welcome brings; no agent has run yet.
    assert {check for check, verdict in verdicts.items() if verdict == "failed"} == {"policy"}
    assert verdicts["server"] == "ok"
    assert verdicts["pseudonym keys"] == "ok"


@pytest.mark.e2e
def test_preview_shows_this_laptop_before_and_after_by_rule(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reticent_agent.main", "preview", "--json"]
    told = subprocess.run(
        [*command, "--data", str(tmp_path / "none")], capture_output=True, text=True, check=True
    )
    assert "nothing leaves this laptop" in told.stderr
    documents = [json.loads(line) for line in told.stdout.splitlines()]
    tables = {d["table"]: d for d in documents if "why" in d}
    assert list(tables) == list(CATALOG.tables)
    assert all((table["why"] is None) == (table["rows"] > 0) for table in tables.values())
    assert tables["device_record"]["why"] == "the server makes its rows, never a laptop"
    rows = [document for document in documents if "fields" in document]
    fields = {f"{r['table']}.{f['field']}": f for r in rows for f in r["fields"]}
    kept, hidden = fields["os.name"], fields["host.host_name"]
    assert (kept["outcome"], kept["after"] == kept["before"]) == ("kept", True)
    assert hidden["outcome"] == "redacted"
    assert str(hidden["after"]).startswith("pn:")
    assert not (tmp_path / "none").exists()


def test_a_broken_configuration_is_told_in_one_line(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "agent.toml").write_text("datadir = 1\n")
    assert main(["--config", str(tmp_path / "agent.toml"), "status"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("reticent-agent: ")
    assert told.count("\n") == 1
