"""Whether the units start, by what lies in the agent's folder: as systemd itself reckons it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from reticent_agent.remote import removal
from support.systemd import needs_systemd_analyze

UNITS = Path(__file__).parents[2] / "packaging" / "systemd"
SERVICE, SOCKET = "reticent-agent.service", "reticent-agent-privileged.socket"
TOKEN = "agent.token"


def starts(unit: str, folder: Path) -> bool:
    """Of the unit's conditions, with its two folders moved to `folder`."""
    lines = [
        line.replace("/var/lib/reticent-agent", str(folder)).replace("/etc/reticent", str(folder))
        for line in (UNITS / unit).read_text().splitlines()
        if line.startswith("Condition")
    ]
    assert lines
    command = ["systemd-analyze", "condition", *lines]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "Conditions" in done.stderr + done.stdout
    return done.returncode == 0


@pytest.mark.parametrize(
    ("there", "service", "socket"),
    [
        ((), False, True),
        ((TOKEN,), True, True),
        (("device.key",), True, True),
        (("device.key", removal.UNDER_WAY), True, True),
        ((removal.UNDER_WAY,), True, True),  # killed when its key was gone
        ((removal.OVER,), False, False),
        ((removal.OVER, TOKEN), False, False),  # a token alone begins nothing anew
    ],
)
def test_an_uninstalled_agent_is_started_by_nobody_and_one_half_way_is(
    tmp_path: Path, there: tuple[str, ...], service: bool, socket: bool
) -> None:
    needs_systemd_analyze()
    for name in there:
        (tmp_path / name).touch()
    assert (starts(SERVICE, tmp_path), starts(SOCKET, tmp_path)) == (service, socket)
