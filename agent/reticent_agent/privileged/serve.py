"""The helper: answers questions on a socket that systemd opened, and ends when nobody asks.

    asks      name of a question, "\n"; nothing else
    answers   {"answer": [{key: text}]} or {"error": "refused" | "unknown" | "cannot"}, "\n"

One question a connection. Source of the socket: sd_listen_fds(3), descriptor 3.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import socket
import struct
import sys
import time

from reticent_contract import limits

from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.model import CommandRunner, FileRoot
from reticent_agent.privileged.questions import QUESTIONS, checked

IDLE_S = 20.0
ASK_WAIT_S = 2.0  # a caller that says nothing must not keep others waiting
_QUESTION_BYTES_MAX = 64
_FIRST_LISTEN_FD = 3
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: SO_PEERCRED of socket(7)


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when idle; 2 where it was not started through a socket."""
    parser = argparse.ArgumentParser(prog="reticent-agent-privileged", description=__doc__)
    parser.add_argument("--for-user", required=True, help="the one user, beside root, who may ask")
    options = parser.parse_args(arguments)
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        sys.stderr.write("reticent-agent-privileged: start its socket unit, not this program\n")
        return 2
    try:
        user_id = pwd.getpwnam(options.for_user).pw_uid
    except KeyError:
        sys.stderr.write("reticent-agent-privileged: there is no user of that name\n")
        return 2
    with socket.socket(fileno=_FIRST_LISTEN_FD) as listening:
        serve(listening, user_ids=frozenset({0, user_id}), files=DiskFiles(), idle_s=IDLE_S)
    return 0


def serve(
    listening: socket.socket, *, user_ids: frozenset[int], files: FileRoot, idle_s: float
) -> None:
    """One caller after the other, until nobody has come for `idle_s`."""
    commands = ProcessRunner()
    listening.settimeout(idle_s)
    while True:
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            return
        with connection:
            try:
                connection.settimeout(ASK_WAIT_S)
                connection.sendall(_reply(connection, user_ids, files, commands))
            except OSError:
                continue  # whoever asked has gone, or said nothing


def _reply(
    connection: socket.socket,
    user_ids: frozenset[int],
    files: FileRoot,
    commands: CommandRunner,
) -> bytes:
    option = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user_id, _ = _CREDENTIALS.unpack(option)
    if user_id not in user_ids:
        return _line({"error": "refused"})
    question = _question(connection)
    if question not in QUESTIONS:
        return _line({"error": "unknown"})
    try:
        answer = checked(question, QUESTIONS[question].answer(files, commands))
    except Exception:  # noqa: BLE001 - what it read is not told to anybody, the reason neither
        answer = None
    reply = _line({"error": "cannot"} if answer is None else {"answer": answer})
    return reply if len(reply) <= limits.PRIVILEGED_ANSWER_BYTES_MAX else _line({"error": "cannot"})


def _question(connection: socket.socket) -> str:
    """What was asked, or "" where it is no line of ASCII letters that comes in time."""
    until = time.monotonic() + ASK_WAIT_S
    asked = b""
    while not asked.endswith(b"\n"):
        connection.settimeout(max(0.01, until - time.monotonic()))
        more = connection.recv(_QUESTION_BYTES_MAX + 1 - len(asked))
        asked += more
        if not more or len(asked) > _QUESTION_BYTES_MAX:
            return ""
    return asked[:-1].decode("ascii", errors="replace")


def _line(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=True).encode() + b"\n"
