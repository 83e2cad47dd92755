"""The installed packages at work: the services as their units start them, the README as written.

No systemd runs in a test. So the units' own command lines are run, in a cage that takes away what
the units take away: another user, no capability but the ambient ones, the system call filter,
address families, limits. What systemd itself does beside that (mounts, devices, memory limits) is
checked by `systemd-analyze` alone.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from reticent_contract.policy import default_policy_yaml
from support import cage
from support.deployment import free_ports, wait_for
from support.readme import commands, example
from support.scratch_root import ScratchRoot
from support.systemd import needs_systemd_analyze

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.enable_socket,
    pytest.mark.timeout(300),
]

SIDES = ("agent", "server")
NOBODY = 65_534
START_S = 60.0
# The exposure that `systemd-analyze security` reckons, times ten: 0 none, 100 all.
EXPOSURE_MAX = 20
SYSTEM_BUS = Path("/run/dbus/system_bus_socket")


def interpreter() -> str:
    """The system's Python of the version that the packages fit, else this environment's."""
    system = f"/usr/bin/python3.{sys.version_info.minor}"
    base = f"{sys.base_prefix}/bin/python3.{sys.version_info.minor}"
    return system if Path(system).exists() else base


@contextmanager
def running(command: list[str], *, log: Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is told to stop at the end, and must then end by itself and well."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **options
        )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, tail(log)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def tail(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-2_000:]


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def acked(data: Path) -> int:
    with suppress(OSError, ValueError, KeyError):
        return int(json.loads((data / "status.json").read_text("utf-8"))["rows"]["acked"])
    return 0


def ports_as_flags(ports: list[int]) -> str:
    names = ("enrolment", "telemetry", "console")
    return " ".join(f"--{name}-port {port}" for name, port in zip(names, ports, strict=True))


@pytest.mark.parametrize("side", SIDES)
def test_the_program_starts_from_its_package_alone(shared_system, side):
    program = shared_system / f"/usr/bin/reticent-{side}"
    command = [interpreter(), "-IS", str(program), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={})
    assert done.returncode == 0, done.stderr
    assert f"usage: reticent-{side}" in done.stdout


@pytest.mark.parametrize("side", SIDES)
def test_a_unit_is_valid_and_little_exposed(shared_system, side):
    needs_systemd_analyze()
    unit = shared_system / f"/usr/lib/systemd/system/reticent-{side}.service"
    security = ["systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE_MAX}"]
    done = subprocess.run([*security, str(unit)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    verify = ["systemd-analyze", "verify", "--man=no", f"--root={shared_system.path}", unit.name]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    lines = (line for line in done.stderr.splitlines() if "reticent" in line)
    # The scratch system has no targets of systemd's own.
    assert [line for line in lines if not line.endswith(".target not found.")] == []


def unit_command(system: ScratchRoot, side: str, key: str) -> list[str]:
    """A command line of the unit, with this system's paths, in the unit's cage."""
    unit = system / f"/usr/lib/systemd/system/reticent-{side}.service"
    program, *arguments = shlex.split(cage.unit_settings(unit)[key][0])
    assert program == f"/usr/bin/reticent-{side}"
    moved = [str(system / word) if word.startswith("/") else word for word in arguments]
    confined = [sys.executable, cage.__file__, "--unit", str(unit), "--user", str(NOBODY), "--"]
    return [*confined, interpreter(), "-IS", str(system / program), *moved]


def configure(system: ScratchRoot, ports: list[int]) -> None:
    """What an administrator writes, and the state folders that systemd makes."""
    for side in SIDES:
        path = system / f"/etc/reticent/{side}.toml"
        text = path.read_text("utf-8").replace('"/var/', f'"{system.path}/var/')
        path.write_text(text.replace('"/etc/', f'"{system.path}/etc/'), "utf-8")
        data = system / f"/var/lib/reticent-{side}"
        data.mkdir(parents=True, mode=0o700)
        os.chown(data, NOBODY, NOBODY)
    with (system / "/etc/reticent/server.toml").open("a") as file:
        names = ("enrolment", "telemetry", "console")
        rows = (f"{name} = {port}\n" for name, port in zip(names, ports, strict=True))
        file.write(f"\n[ports]\n{''.join(rows)}")


def test_the_services_run_as_their_units_confine_them_and_purge_leaves_nothing(
    installed_system, tmp_path
):
    if reason := cage.available():
        pytest.skip(reason)
    system = installed_system
    ports = free_ports(3)
    configure(system, ports)
    before = {path for path in system.files() if path.startswith("/usr/")}

    made = subprocess.run(
        unit_command(system, "server", "ExecStartPre"), capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    server_log, agent_log = tmp_path / "server.log", tmp_path / "agent.log"
    with running(unit_command(system, "server", "ExecStart"), log=server_log) as server:
        wait_for("the server", lambda: answers(ports[2]) or server.poll(), seconds=START_S)
        assert server.poll() is None, tail(server_log)

        # The administrator is root; what root leaves in the data folder must not stop the service.
        config = str(system / "/etc/reticent/server.toml")
        ours = [interpreter(), "-IS", str(system / "/usr/bin/reticent-server")]
        create = [*ours, "token", "create", "--config", config]
        token = subprocess.run(create, capture_output=True, text=True, check=False)
        assert token.returncode == 0, token.stderr
        token_file = system / "/etc/reticent/agent.token"
        token_file.touch(mode=0o600)
        token_file.write_text(token.stdout)

        data = system / "/var/lib/reticent-agent"
        with running(unit_command(system, "agent", "ExecStart"), log=agent_log) as agent:
            # The inventory is a single round of every collector; software is its largest table.
            enough = 100
            wait_for("acks", lambda: acked(data) > enough or agent.poll(), seconds=START_S)
            assert agent.poll() is None, tail(agent_log)

        def found(query: str) -> list[dict[str, Any]]:
            command = [*ours, "query", query, "--json", "--limit", "0", "--config", config]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            return [json.loads(line) for line in done.stdout.splitlines()]

        assert found("table:os")[0]["fields"]["name"]
        # What the unit takes away is nothing that a collector needs. Where a test runs there may
        # be no system bus to ask.
        failed = {
            row["fields"]["component"] for row in found("table:agent_health event:collector_failed")
        }
        assert failed == set()
        absent = found("table:agent_health event:collector_unavailable")
        components = {row["fields"]["component"] for row in absent}
        assert components <= (set() if SYSTEM_BUS.exists() else {"logind"})

    assert {path for path in system.files() if path.startswith("/usr/")} == before
    system.dpkg("--purge", "reticent-agent", "reticent-server")
    assert not [path for path in system.files() if "reticent" in path]
    assert not (system / "/var/lib/reticent-agent").exists()
    assert not (system / "/var/lib/reticent-server").exists()


@pytest.fixture
def shell(shared_system) -> Iterator[dict[str, object]]:
    """Options for a shell in a new folder, whose PATH begins with the installed programs."""
    with tempfile.TemporaryDirectory(prefix="reticent-readme-") as directory:
        programs = Path(directory) / "bin"
        programs.mkdir()
        for side in SIDES:
            program = programs / f"reticent-{side}"
            start = shlex.join(
                [interpreter(), "-IS", str(shared_system / f"/usr/bin/{program.name}")]
            )
            program.write_text(f'#!/bin/sh\nexec {start} "$@"\n')
            program.chmod(0o755)
        folder = Path(directory) / "home"
        folder.mkdir()
        yield {"cwd": folder, "env": {"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}}


def test_the_readmes_commands_work_as_they_are_written(shared_system, shell, tmp_path):
    root = shared_system.path
    ports = free_ports(3)
    # Changed in the README's text: the root of the system, the name of a server that exists, and
    # ports that no other program has.
    ours = [command for command in commands() if command.startswith("reticent-")]
    written = [
        command.replace("/var/lib/", f"{root}/var/lib/").replace(
            "telemetry.example.com", "localhost"
        )
        for command in ours
    ]
    assert any(" run " in command for command in written)
    draft = default_policy_yaml().replace("\nversion: 1\n", "\nversion: 2\n")
    (shell["cwd"] / "my-policy.yaml").write_text(draft)
    (shell["cwd"] / "auth.log").write_text("Accepted publickey for alice from 203.0.113.77\n")
    (shell["cwd"] / "rows.jsonl").write_text('{"host": {"host_name": "alices-laptop"}}\n')
    (shell["cwd"] / "passphrase.txt").write_text("a long passphrase")
    for name in ("lab.yaml", "visits.yaml"):
        (shell["cwd"] / name).write_text(example(name))

    def serving() -> bool:
        # Until that file is there the other commands take the configured ports for those in use.
        told = root / "var" / "lib" / "reticent-server" / "run" / "server.json"
        return told.exists() and answers(ports[2])

    def sending() -> bool:
        return acked(root / "var" / "lib" / "reticent-agent") > 0

    background = []
    try:
        for command in written:
            words = command.split()
            if "run" not in words:
                done = subprocess.run(
                    ["sh", "-c", command],
                    capture_output=True,
                    text=True,
                    timeout=120,
                    check=False,
                    **shell,
                )
                assert done.returncode == 0, f"{command}: {done.stderr[-2_000:]}"
                continue
            log = tmp_path / f"{words[0]}.log"
            flags = f" {ports_as_flags(ports)}" if words[0] == "reticent-server" else ""
            with log.open("wb") as out:
                process = subprocess.Popen(
                    ["sh", "-c", f"exec {command}{flags}"],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    **shell,
                )
            background.append(process)
            ready = serving if flags else sending
            wait_for(command, lambda: ready() or process.poll() is not None, seconds=START_S)  # noqa: B023  # called at once
            assert process.poll() is None, f"{command}: {tail(log)}"
        for process in reversed(background):
            process.terminate()
            assert process.wait(30) == 0
    finally:
        for process in background:
            process.kill()
            process.wait()
