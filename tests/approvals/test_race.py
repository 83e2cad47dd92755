"""Two processes, one approval with one use: one of them gets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from reticent_server.approvals.request import State
from reticent_server.store.control.engine import ControlStore
from support.approvals import Desk, person, subject
from support.same_code import same_code

USE = """
import sys
from pathlib import Path
from reticent_server.approvals.errors import NotApprovedError
from reticent_server.store.control.engine import open_control
from support.approvals import Desk, person, subject

desk = Desk(open_control(Path(sys.argv[1])))
print("ready", flush=True)
for line in sys.stdin:
    try:
        desk.service.use(subject(line.strip()), caller=person(1))
        print("won", flush=True)
    except NotApprovedError:
        print("lost", flush=True)
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
            env=same_code(),
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for number in range(20):
        for process in processes:  # both set off before either has answered
            assert process.stdin is not None
            process.stdin.write(f"{number}\n")
            process.stdin.flush()
        answers = {process.stdout.readline() for process in processes if process.stdout}
        assert answers == {"won\n", "lost\n"}
    for process in processes:
        process.communicate(timeout=60)
    assert {request.state for request in desk.service.list(caller=person(1))} == {State.USED}
    assert [entry[1] for entry in desk.trail()].count("approval.use") == 20
