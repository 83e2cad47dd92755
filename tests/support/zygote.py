"""The process that tests fork ours from: it has loaded our code once, and runs none of it.

Most of what a short command of ours costs is to load its code. So it is loaded here, together with
what every process would derive from it alone, and a process that is asked for begins where one that
was started by its name has finished its imports: its own pid, streams, environment and folder, and
nothing of another test, as nothing but loading ever happens here. Nor does this process have a
second thread, whose locks would stay as they were at the fork: what starts threads as it is loaded
(the event store's engine) is left to whoever needs it.

Standard input is the socket on which `support.loaded` asks: a message in JSON with four
descriptors, the three standard streams and a connection. On that a watcher, the parent of the new
process, says its pid and in the end its exit code, as signed 32 bits each.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import struct
import sys
from pathlib import Path

MESSAGE_BYTES_MAX = 1 << 17
NUMBER = struct.Struct("!i")
LOADED = (
    "reticent_agent.commands.run",
    "reticent_agent.collect.linux.sources",
    "reticent_agent.collect.linux.state",
    "reticent_agent.main",
    "reticent_server.app",
    "reticent_server.http.app",
    "sqlalchemy.dialects.sqlite",
    "uvloop",
)


def load() -> None:
    """Raises RuntimeError where a thread was started by it."""
    from reticent_contract.redact.automaton import gate
    from reticent_server.main import parser_of

    for module in LOADED:
        importlib.import_module(module)
    parser_of()
    gate()
    threads = sum(1 for _ in Path("/proc/self/task").iterdir())
    if threads > 1:
        raise RuntimeError(f"{threads} threads run in the zygote: a fork of it may hang")
    gc.collect()
    gc.freeze()


def next_asked(asked: socket.socket) -> tuple[str, list[str]] | None:
    """In each process that is asked for, its module and arguments; None here, at the end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # watchers are waited for by nobody
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(asked, MESSAGE_BYTES_MAX, 4)
        if not message:
            return None
        if os.fork() == 0:
            asked.close()
            return _watched(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _watched(wanted: dict[str, object], descriptors: list[int]) -> tuple[str, list[str]]:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    told = socket.socket(fileno=descriptors.pop())
    child = os.fork()
    if child != 0:
        for number in (0, *descriptors):
            os.close(number)
        told.sendall(NUMBER.pack(child))
        told.sendall(NUMBER.pack(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
        os._exit(0)
    told.close()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(wanted["environment"])  # type: ignore[call-overload]
    os.chdir(str(wanted["folder"]))
    return str(wanted["module"]), list(wanted["arguments"])  # type: ignore[call-overload]


def main() -> int:
    load()
    asked = socket.socket(fileno=os.dup(0))
    os.set_inheritable(asked.fileno(), False)
    wanted = next_asked(asked)
    if wanted is None:
        return 0
    module, arguments = wanted
    sys.argv = [module, *arguments]
    code: int = importlib.import_module(module).main()
    return code


if __name__ == "__main__":
    sys.exit(main())
