"""Asking the server that runs on this machine, over its HTTPS port like anybody else.

TLS is verified against the server's own CA; the server's name is checked as `localhost`, which its
certificate always stands for.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from reticent_server.data_dir import local_access_path
from reticent_server.errors import ServerError

CONNECT_S = 5.0
ANSWER_S = 60.0
ANSWER_BYTES_MAX = 256 << 20
BLOCK_BYTES = 64 << 10


class ClientError(ServerError):
    """The running server refused or failed; the message is its own, `problem` its whole answer."""

    def __init__(self, message: str, problem: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.problem = problem or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalServer:
    """A server that answered on this machine."""

    host: str
    port: int
    ca: str
    token: str
    addresses: Mapping[str, str]
    pid: int

    def get(self, path: str, parameters: Mapping[str, str | int] | None = None) -> Any:
        return self.ask("GET", path + (f"?{urlencode(parameters)}" if parameters else ""))

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer's JSON. Raises ClientError, OSError where nobody answers."""
        connection = self._connection()
        try:
            headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
            payload = None
            if body is not None:
                payload, headers["Content-Type"] = json.dumps(body), "application/json"
            connection.request(method, path, payload, headers)
            answer = connection.getresponse()
            content = answer.read(ANSWER_BYTES_MAX)
        except http.client.HTTPException as error:
            raise ClientError(
                f"the running server's answer cannot be read ({type(error).__name__}); what was "
                "asked may have been done; try again, and see the server's log"
            ) from error
        finally:
            connection.close()
        return _checked(answer.status, content)

    def stream(
        self, path: str, parameters: Mapping[str, str] | None = None, *, body: object = None
    ) -> Iterator[bytes]:
        """The answer in blocks as it comes, to a POST where there is a body.

        Raises as `ask` does, also in the middle.
        """
        connection = self._connection()
        try:
            headers = {"Authorization": f"Bearer {self.token}"}
            method, payload = "GET", None
            if body is not None:
                method, payload = "POST", json.dumps(body)
                headers["Content-Type"] = "application/json"
            connection.request(method, f"{path}?{urlencode(parameters or {})}", payload, headers)
            answer = connection.getresponse()
            if answer.status >= 400:
                _checked(answer.status, answer.read(ANSWER_BYTES_MAX))
            while block := answer.read(BLOCK_BYTES):
                yield block
        except http.client.HTTPException as error:
            raise ClientError(
                f"the running server's answer ended too early ({type(error).__name__}); what came "
                "is not whole; try again, and see the server's log"
            ) from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=self.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        raw = socket.create_connection((self.host, self.port), timeout=CONNECT_S)
        try:
            raw.settimeout(ANSWER_S)
            connection = http.client.HTTPSConnection("localhost", self.port, context=context)
            connection.sock = context.wrap_socket(raw, server_hostname="localhost")
        except OSError:
            raw.close()
            raise
        return connection


def running_server(data_dir: Path) -> LocalServer | None:
    """The server that runs on this data directory and answers; None where there is none.

    A file left by a server that was killed counts for nothing: whoever answers at its port does
    not hold a certificate of this CA, or does not know its token.
    """
    try:
        document = json.loads(local_access_path(data_dir).read_bytes())
        server = LocalServer(
            host=document["connect"][0],
            port=int(document["connect"][1]),
            ca=document["ca"],
            token=document["token"],
            addresses=document["addresses"],
            pid=int(document["pid"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ServerError(
            f"{local_access_path(data_dir)} cannot be read; nothing was asked; run this as the "
            "server's own user, or start the server again"
        ) from error
    try:
        server.get("/api/v1/session")
    except (OSError, ClientError):
        return None
    return server


def _checked(status: int, content: bytes) -> Any:
    try:
        document = json.loads(content) if content else None
    except ValueError:
        document = None
    if status >= 400:
        problem = document if isinstance(document, dict) else {}
        said = problem.get("detail") or f"the running server answered with status {status}"
        raise ClientError(str(said), problem)
    return document


def needed_server(data_dir: Path) -> LocalServer:
    """The same. Raises ServerError where there is none."""
    server = running_server(data_dir)
    if server is None:
        raise ServerError(
            "no server runs on this data directory; nothing was done; start it with "
            "`reticent-server run`, then repeat this"
        )
    return server
