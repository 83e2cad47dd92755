"""What `make demo` starts: the whole way of the data on this very machine, unattended.

The demo runs twice on one directory, as processes, and every claim of its last line is checked
against what the stores answer afterwards.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.deployment import run

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.enable_socket,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("demo"),
]


def demo(data: Path, *, seconds: int) -> tuple[dict[str, Any], str]:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "reticent_server.main", "demo", "--data", str(data)),
            *("--for", f"{seconds}s", "--ports", "auto", "--json"),
        ],
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=False,
        env=os.environ | {"HTTPS_PROXY": "http://127.0.0.1:9"},  # of no concern on one machine
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    assert len(lines) == 1
    return json.loads(lines[0]), done.stderr


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    data = tmp_path_factory.mktemp("demo") / "data"
    return (data, *demo(data, seconds=20))


def test_the_last_line_says_what_is_stored(first: tuple[Path, dict[str, Any], str]) -> None:
    _, summary, _ = first
    assert set(summary) == {"device_id", "rows", "dropped", "policy", "addresses"}
    assert re.fullmatch(r"[0-9a-f-]{36}", summary["device_id"])
    assert set(summary["addresses"]) == {"console", "telemetry", "enrolment"}
    assert summary["policy"]["version"] == 1
    assert re.fullmatch(r"[0-9a-f]{64}", summary["policy"]["sha256"])
    assert summary["rows"]["os"] == 1
    assert summary["rows"]["software"] > 10
    assert all(type(count) is int and count > 0 for count in summary["rows"].values())
    assert all("." in field and count > 0 for field, count in summary["dropped"].items())


def test_a_demo_that_ends_before_its_agent_enrolled_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "reticent_server.main", "demo", "--data", str(tmp_path / "d")),
            *("--for", "0s", "--ports", "auto", "--json"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["device_id"] is None
    assert "agent did not enrol" in done.stderr


def test_the_console_and_its_login_are_told(first: tuple[Path, dict[str, Any], str]) -> None:
    _, summary, told = first
    assert f"https://{summary['addresses']['console']}" in told
    assert re.search(r"login +admin / \S{12,}", told)


def test_the_query_that_is_told_can_be_typed_from_where_the_demo_was_started(
    tmp_path: Path,
) -> None:
    """`make demo` puts nothing on the PATH. Nothing is enrolled in no time, so it ends with 1."""
    program = Path(sys.executable).with_name("reticent-server")
    place: dict[str, Any] = {
        "cwd": tmp_path,
        "env": os.environ | {"PATH": "/usr/bin:/bin"},
        "timeout": 60,
    }
    done = subprocess.run(
        [program, *("demo", "--data", "d", "--for", "0s", "--ports", "auto")],
        capture_output=True,
        text=True,
        check=False,
        **place,
    )
    (told,) = re.findall(r"^  query +(.*)$", done.stderr, re.M)
    answer = subprocess.run(shlex.split(told), capture_output=True, check=False, **place)
    assert answer.returncode == 0, answer.stderr


def test_the_servers_warnings_are_in_a_file_and_not_between_the_lines_for_people(
    first: tuple[Path, dict[str, Any], str],
) -> None:
    data, _, told = first
    assert f"{data / 'server.log'}" in told
    for line in (data / "server.log").read_text().splitlines():
        assert json.loads(line)["level"] in {"warning", "error"}


def test_stopped_it_is_asked_by_opening_its_stores(
    first: tuple[Path, dict[str, Any], str],
) -> None:
    data, summary, _ = first
    answer = run("reticent_server.main", "query", "kind:os.snapshot", "--data", data, "--json")
    (event,) = [json.loads(line) for line in answer.splitlines()]
    assert event["device_id"] == summary["device_id"]
    assert event["fields"]["name"]
    assert event["fields"]["machine_id"].startswith("pn:")


def test_software_rows_are_what_the_package_manager_says(
    first: tuple[Path, dict[str, Any], str],
) -> None:
    data, _, _ = first
    if not Path("/usr/bin/dpkg-query").exists():
        pytest.skip("this machine has no dpkg")
    installed = subprocess.run(
        ["/usr/bin/dpkg-query", "-W", "-f", "${db:Status-Abbrev}|${Package}|${Version}\n"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    expected = {tuple(line.split("|")[1:]) for line in installed if line.startswith("ii")}
    answer = run(
        *("reticent_server.main", "query", "kind:software.snapshot source:dpkg"),
        *("--data", data, "--json", "--limit", "10000"),
    )
    fields = [json.loads(line)["fields"] for line in answer.splitlines()]
    assert {(each["name"], each["version"]) for each in fields} == expected


def test_started_again_it_goes_on_with_its_data(
    first: tuple[Path, dict[str, Any], str],
) -> None:
    data, before, _ = first
    after, told = demo(data, seconds=15)
    assert after["device_id"] == before["device_id"]
    assert after["addresses"] == before["addresses"]
    assert after["rows"]["software"] == before["rows"]["software"]
    assert after["rows"]["agent_health"] > before["rows"].get("agent_health", 0)
    assert "enrolled already" in told
