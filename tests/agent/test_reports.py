"""Logs, metrics, status: names and numbers, no values."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from reticent_agent.errors import AgentError, describe
from reticent_agent.log import JsonFormatter
from reticent_agent.metrics import METRICS, Metrics
from reticent_agent.report.status import StatusBoard
from reticent_contract.batch import BatchCount


def _formatted(error: Exception) -> dict[str, object]:
    try:
        raise error
    except type(error):
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "it failed", None, sys.exc_info())
    line = JsonFormatter().format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_foreign_exception_is_told_by_type_and_place_alone() -> None:
    line = _formatted(UnicodeDecodeError("utf-8", b"made-up-secret\xff", 14, 15, "bad"))
    assert "made-up" not in json.dumps(line)
    assert re.match(r"UnicodeDecodeError at test_reports.py:\d+", str(line["error"]))


def test_an_error_of_our_own_is_told_whole() -> None:
    line = _formatted(AgentError("the disk is full; rows wait; free space", permanent=False))
    assert line["error"] == "the disk is full; rows wait; free space"
    assert describe(ValueError("secret")) == "ValueError"


def test_metrics_are_prometheus_text() -> None:
    metrics = Metrics()
    metrics.add("reticent_agent_rows_acked_total", 3)
    metrics.add("reticent_agent_rows_acked_total", 4)
    metrics.set("reticent_agent_connected", 1)
    metrics.add("reticent_agent_batches_refused_total", reason='a"b')
    text = metrics.render()
    assert "reticent_agent_rows_acked_total 7\n" in text
    assert "# TYPE reticent_agent_connected gauge\nreticent_agent_connected 1\n" in text
    assert r'{reason="a\"b"} 1' in text
    assert metrics.changed()
    assert not metrics.changed()
    metrics.set("reticent_agent_connected", 1)
    assert not metrics.changed()


def test_a_metric_that_nobody_declared_is_refused() -> None:
    with pytest.raises(KeyError):
        Metrics().add("reticent_agent_other_total")
    assert all(name.startswith("reticent_agent_") for name in METRICS)


def test_the_board_tells_only_of_changes() -> None:
    told: list[int] = []
    board = StatusBoard(lambda: told.append(1))
    board.set(state="connecting")
    board.count_rows(collected=0)
    assert told == []
    board.count_rows(collected=2, spooled=5)
    board.count_rows(spooled=3)
    board.count_values(
        [
            BatchCount(field="os.name", rule="os.*", outcome="kept", count=9),
            BatchCount(field="host.host_name", rule="deny-by-default", outcome="dropped", count=2),
        ]
    )
    picture = board.picture()
    assert len(told) == 2
    assert picture["rows"] == {
        "collected": 2,
        "redacted": 0,
        "unchanged": 0,
        "dropped": 0,
        "acked": 0,
        "spooled": 3,
    }
    assert picture["dropped"] == {"host.host_name": 2}
    assert picture["by_rule"] == {"deny-by-default": 2}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("command", ["sent", "status"])
def test_who_may_not_read_the_folder_is_told_so(tmp_path: Path, command: str) -> None:
    folder = tmp_path / "agent"
    folder.mkdir(mode=0o700)
    (folder / "status.json").write_text("{}")
    program = (
        "import os, sys\n"
        "from reticent_agent import folder_lock\n"
        "from reticent_agent.main import main\n"
        "from reticent_agent.report import sent, show_status\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "sys.exit(main(['--data', sys.argv[1], sys.argv[2]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder), command],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "may be read by the agent's user and by root only" in done.stderr
    assert "Traceback" not in done.stderr
