"""Two processes, one approval with one use: one of them gets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from reticent_server.approvals.request import State
from reticent_server.store.control.engine import ControlStore
from support.approvals import Desk, person, subject

USE = """
import sys
from pathlib import Path
from reticent_server.approvals.errors import NotApprovedError
from reticent_server.store.control.engine import open_control
from support.approvals import Desk, person, subject

desk = Desk(open_control(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
won = 0
for number in range(20):
    try:
        desk.service.use(subject(str(number)), caller=person(1))
        won += 1
    except NotApprovedError:
        pass
print(won, flush=True)
"""


def test_no_use_is_given_to_two_processes_and_none_is_lost(
    control: ControlStore, tmp_path: Path
) -> None:
    desk = Desk(control)
    for number in range(20):
        request = desk.service.ask(subject(str(number)), reason="x", caller=person(1))
        desk.service.approve(request.request_id, caller=person(2))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", USE, tmp_path / "control.db"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = [process.communicate("go\n", timeout=60)[0] for process in processes]
    assert sum(int(answer) for answer in answers) == 20
    assert {request.state for request in desk.service.list(caller=person(1))} == {State.USED}
    assert [entry[1] for entry in desk.trail()].count("approval.use") == 20
