"""The helper as a process of its own behind a real socket, asked by processes of other users."""

from __future__ import annotations

import json
import os
import pwd
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.privileged import ask, questions, serve
from reticent_contract import limits
from support.systemd import needs_systemd_analyze

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(60)]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become other users")
NOBODY, DAEMON = pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("daemon").pw_uid
SERIAL = "PF4MADEUP"

# Started as systemd does: the socket is descriptor 3, and two variables say so.
ACTIVATED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
SERVING = """
import socket, sys
from reticent_agent.collect.files import DiskFiles
from reticent_agent.privileged.serve import serve
with socket.socket(fileno=3) as listening:
    users = frozenset(map(int, sys.argv[2].split(",")))
    serve(listening, user_ids=users, files=DiskFiles(sys.argv[1]), idle_s=float(sys.argv[3]))
"""
MAIN = "import sys; from reticent_agent.privileged.serve import main; sys.exit(main())"
ASKING = """
import json, os, sys
from reticent_agent.privileged.ask import SocketHelper
os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))
print(json.dumps(SocketHelper(sys.argv[2]).ask(sys.argv[3])))
"""
COLLECTING = """
import json, os, sys
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux import host
from reticent_agent.collect.model import Context
from reticent_agent.privileged.ask import SocketHelper
os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))
absent = []
context = Context(
    DiskFiles(sys.argv[3]), ProcessRunner(), SystemClock(), lambda: False,
    SocketHelper(sys.argv[2]), absent.append,
)
rows = [dict(row.values) for row in host.collect(context)]
print(json.dumps([rows, [[a.field, a.reason] for a in absent]]))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, for a socket's name is, and open to every user, which tmp_path is not."""
    with tempfile.TemporaryDirectory(prefix="helper-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def laptop(folder: Path) -> Path:
    """A file root whose serial numbers are root's alone."""
    dmi = folder / "root" / "sys" / "class" / "dmi" / "id"
    dmi.mkdir(parents=True)
    (dmi / "product_serial").write_text(f"{SERIAL}\n")
    (dmi / "product_serial").chmod(0o400)
    (dmi / "sys_vendor").write_text("LENOVO\n")
    return folder / "root"


@pytest.fixture
def served(folder: Path) -> Iterator[Callable[..., tuple[str, subprocess.Popen[bytes]]]]:
    """`served(arguments…)`: the socket's path and the process that serves it."""
    started: list[subprocess.Popen[bytes]] = []
    path = str(folder / "socket")

    def start(*arguments: str) -> tuple[str, subprocess.Popen[bytes]]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
            listening.bind(path)
            Path(path).chmod(0o666)  # the unit allows one user; here the program has to
            listening.listen()
            activated = [sys.executable, "-c", ACTIVATED, str(listening.fileno())]
            started.append(
                subprocess.Popen([*activated, *arguments], pass_fds=(listening.fileno(),))
            )
        return path, started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def told(script: str, *arguments: Any) -> Any:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


@as_root
def test_the_agents_user_is_told_and_any_other_is_not(served, laptop: Path) -> None:
    path, _ = served("-c", SERVING, str(laptop), f"0,{NOBODY}", "20")
    assert told(ASKING, NOBODY, path, "dmi_serials") == [{"product_serial": SERIAL}]
    assert told(ASKING, DAEMON, path, "dmi_serials") is None
    assert told(ASKING, 0, path, "dmi_serials") == [{"product_serial": SERIAL}]


@as_root
def test_a_row_has_the_serial_with_the_helper_and_says_why_not_without(
    served, laptop: Path, folder: Path
) -> None:
    path, _ = served("-c", SERVING, str(laptop), str(NOBODY), "20")
    rows, absent = told(COLLECTING, NOBODY, path, laptop)
    assert (rows[0]["system_serial"], absent) == (SERIAL, [])
    rows, absent = told(COLLECTING, NOBODY, folder / "no socket", laptop)
    assert rows == [{"vendor": "LENOVO"}]
    assert absent == [
        [field, "needs root"] for field in ("system_serial", "hardware_uuid", "chassis_serial")
    ]


def test_started_as_by_systemd_it_ends_when_nobody_asks(served, laptop: Path) -> None:
    path, process = served("-c", SERVING, str(laptop), str(os.getuid()), "0.5")
    assert ask.SocketHelper(path).ask("sssd_domains") == []
    assert process.wait(timeout=20) == 0


@as_root
def test_the_program_of_the_package_answers(served) -> None:
    launcher = Path(__file__).parents[2] / "packaging/deb/agent/reticent-agent-privileged"
    assert "from reticent_agent.privileged.serve import main" in launcher.read_text()
    path, _ = served("-c", MAIN, "--for-user", "nobody")
    assert told(ASKING, NOBODY, path, "sssd_domains") is not None


def test_it_does_not_run_by_hand_or_for_an_unknown_user(served) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "--for-user", "root"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "socket unit" in done.stderr) == (2, True)
    _, process = served("-c", MAIN, "--for-user", "no-such-user")
    assert process.wait(timeout=20) == 2


@pytest.mark.parametrize(
    "asked",
    [b"", b"\n", b"dmi_serials", b"dmi_serials \n", b"../etc/shadow\n", b"x" * 500, b"\xff\n"],
)
def test_anything_but_a_question_is_not_answered(served, laptop: Path, asked: bytes) -> None:
    path, _ = served("-c", SERVING, str(laptop), str(os.getuid()), "20")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(10)
        connection.connect(path)
        connection.sendall(asked)
        connection.shutdown(socket.SHUT_WR)
        try:
            reply = connection.recv(4096)
        except ConnectionResetError:  # it had more to say than was read
            reply = b""
    assert reply in (b"", b'{"error": "unknown"}\n')
    assert ask.SocketHelper(path).ask("sssd_domains") == []  # and others are still served


def test_who_says_nothing_does_not_keep_others_waiting(served, laptop: Path) -> None:
    path, _ = served("-c", SERVING, str(laptop), str(os.getuid()), "20")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent:
        silent.connect(path)
        begun = time.monotonic()
        assert ask.SocketHelper(path).ask("sssd_domains") == []
        assert time.monotonic() - begun < serve.ASK_WAIT_S + 3


def test_it_needs_the_standard_library_alone() -> None:
    script = (
        "import sys; import reticent_agent.privileged.serve\n"
        "tops = {name.partition('.')[0] for name in sys.modules}\n"
        "ours = {'reticent_agent', 'reticent_contract', '__main__'}\n"
        "print(sorted(tops - ours - set(sys.stdlib_module_names)))"
    )
    paths = {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p.endswith(("agent", "proto")))}
    command = [sys.executable, "-S", "-c", script]
    done = subprocess.run(command, env=paths, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_helper_that_hangs_or_floods_costs_seconds(folder: Path) -> None:
    path = str(folder / "bad")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(path)
        listening.listen()
        begun = time.monotonic()
        assert ask.SocketHelper(path, seconds_max=0.3).ask("dmi_serials") is None
        assert time.monotonic() - begun < 3

        def flood() -> None:
            listening.accept()[0].close()  # the one that hung
            connection, _ = listening.accept()
            with connection:
                try:
                    while True:
                        connection.sendall(b"x" * 65_536)
                except OSError:
                    return

        thread = threading.Thread(target=flood, daemon=True)
        thread.start()
        assert ask.SocketHelper(path, seconds_max=5).ask("dmi_serials") is None
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"{}\n",
        b'{"answer": []}',
        b'{"answer": {}}\n',
        b'{"answer": [], "more": 1}\n',
        b'{"answer": [["product_serial"]]}\n',
        b'{"answer": [{"another_key": "x"}]}\n',
        b'{"answer": [{"product_serial": 7}]}\n',
        b'{"answer": [{"product_serial": "%s"}]}\n' % (b"x" * 600),
        b'{"answer": [%s]}\n' % b",".join([b"{}"] * (limits.PRIVILEGED_RECORDS_MAX + 1)),
        b"[" * 60_000 + b"\n",
        b'{"error": "cannot"}\n',
    ],
)
def test_a_reply_of_another_form_is_no_answer(reply: bytes) -> None:
    assert ask.parse("dmi_serials", reply) is None


def test_every_question_is_answered_or_refused_on_this_machine() -> None:
    """With the rights of whoever runs the tests, by the machine's own files and programs."""
    for question in questions.QUESTIONS.values():
        try:
            answer = question.answer(DiskFiles(), ProcessRunner())
        except PermissionError:
            continue
        assert all(record.keys() <= question.keys for record in answer)


def test_the_units_name_what_the_code_uses() -> None:
    units = Path(__file__).parents[2] / "packaging" / "systemd"
    unit = (units / "reticent-agent-privileged.socket").read_text()
    assert f"ListenStream={ask.SOCKET}\n" in unit
    needs_systemd_analyze()
    security = ["systemd-analyze", "security", "--offline=yes", "--threshold=40"]
    done = subprocess.run(
        [*security, str(units / "reticent-agent-privileged.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-400:]
