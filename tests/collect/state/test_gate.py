"""Behind an honest plan the last-mile gate stops nothing: on made-up machines and on this one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from reticent_agent.collect import platform
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.model import Context
from reticent_contract.rows import Row
from support.canaries import STAGED, plant
from support.gate import behind_an_honest_plan, own_of, policy_of
from support.machines import NOW_US

from .conftest import Machine

JOURNAL = Path(__file__).parents[2] / "fixtures" / "linux" / "events" / "journal.jsonl"


def stopped(rows: list[Row]) -> list[str]:
    """Fields and detectors, never values."""
    gated = behind_an_honest_plan(rows, policy_of(), own_of(rows))
    assert len(gated) == len(rows)
    return [f"{s.table}.{s.field} by {s.detector}" for one in gated for s in one.stops]


def lines(*messages: str) -> list[Row]:
    return [Row("log_line", "line", NOW_US, {"message": message}) for message in messages]


def journal() -> list[Row]:
    entries = map(json.loads, JOURNAL.read_text().splitlines())
    return lines(*(e["MESSAGE"] for e in entries if isinstance(e.get("MESSAGE"), str)))


@pytest.mark.parametrize("name", ["laptop", "virtual_machine", "container", "arm_board"])
def test_nothing_of_a_made_up_machine_is_stopped(
    machine: Callable[[str], Machine], name: str
) -> None:
    context = machine(name).context
    rows = [row for c in platform.collectors("linux") for row in c.collect(context)]
    rows += journal()
    assert rows
    assert stopped(rows) == []


def test_nothing_of_a_laptop_full_of_canaries_is_stopped(tmp_path: Path) -> None:
    plant(tmp_path)
    text = (tmp_path / STAGED.lstrip("/")).read_text()
    context = Context(
        files=DiskFiles(tmp_path),
        commands=ProcessRunner(),
        clock=SystemClock(),
        stopping=lambda: False,
    )
    rows = [row for c in platform.collectors("linux") for row in c.collect(context)]
    assert stopped(rows + lines(*text.splitlines())) == []


@pytest.mark.skipif(sys.platform != "linux", reason="collects from this Linux machine")
def test_nothing_of_this_very_machine_is_stopped() -> None:
    context = Context(
        files=DiskFiles(), commands=ProcessRunner(), clock=SystemClock(), stopping=lambda: False
    )
    rows = [row for c in platform.collectors("linux") for row in c.collect(context)]
    assert len(rows) > 10
    assert stopped(rows) == []
