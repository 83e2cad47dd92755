"""The agent's side of the helper's socket.

Enters: the name of a question. Leaves: an answer that was checked, or None. Must hold: a helper
that is missing, hangs or talks nonsense costs seconds, never a collector.
"""

from __future__ import annotations

import json
import socket
import time

from reticent_contract import limits

from reticent_agent.collect.model import Answer
from reticent_agent.privileged.questions import checked

SOCKET = "/run/reticent-agent-privileged.sock"
ANSWER_WAIT_S = 8.0
_CHUNK_BYTES = 16 << 10


class SocketHelper:
    """`Privileged` over the helper's socket. `path` is another one in tests."""

    def __init__(self, path: str = SOCKET, *, seconds_max: float = ANSWER_WAIT_S) -> None:
        self._path = path
        self._seconds_max = seconds_max

    def ask(self, question: str, /) -> Answer | None:
        """None: no helper, it refused, it cannot tell, or it did not answer as it should."""
        until = time.monotonic() + self._seconds_max
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(self._seconds_max)
                connection.connect(self._path)
                connection.sendall(question.encode("ascii") + b"\n")
                reply = _received(connection, until)
        except OSError:
            return None
        return parse(question, reply)


def _received(connection: socket.socket, until: float) -> bytes:
    reply = bytearray()
    while len(reply) <= limits.PRIVILEGED_ANSWER_BYTES_MAX:
        connection.settimeout(max(0.01, until - time.monotonic()))
        chunk = connection.recv(_CHUNK_BYTES)
        if not chunk:
            break
        reply += chunk
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(reply)


def parse(question: str, reply: bytes) -> Answer | None:
    """One line of JSON with an answer and nothing else; None for all other bytes."""
    if len(reply) > limits.PRIVILEGED_ANSWER_BYTES_MAX or not reply.endswith(b"\n"):
        return None
    try:
        document = json.loads(reply)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.keys() != {"answer"}:
        return None
    return checked(question, document["answer"])
