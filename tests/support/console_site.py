"""A real server over real HTTPS with made-up laptops, for the browser and the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reticent_server.commands.client import running_server
from reticent_server.main import main

from support import loaded
from support.deployment import Command, free_ports, wait_for

START_S = 60.0


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def cli(*arguments: str | Path) -> Done:
    """`reticent-server` with these arguments, to its end, in this process.

    For what does not open the event store: its engine stays in the process that opened it.
    Standard input is empty, and none of the three streams is a terminal.
    """
    out, err = _captured(), _captured()
    with redirect_stdout(out), redirect_stderr(err), _no_input():
        try:
            code = main(list(map(str, arguments)))
        except SystemExit as ended:  # argparse
            code = int(ended.code or 0)
    return Done(code, _text(out), _text(err))


@contextmanager
def _no_input() -> Iterator[None]:
    before, sys.stdin = sys.stdin, _captured()
    try:
        yield
    finally:
        sys.stdin = before


def _captured() -> TextIOWrapper:
    """As the standard streams of a pipe: text, with `buffer` below."""
    return TextIOWrapper(BytesIO(), "utf-8", newline="", write_through=True)


def _text(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def process(*arguments: str | Path) -> Done:
    """`reticent-server` with these arguments, to its end, as a process of its own."""
    done = loaded.run("reticent_server.main", *arguments)
    return Done(done.returncode, done.stdout, done.stderr)


def prepared(data: Path) -> str:
    """Initialises and fills `data`; returns the path of the first administrator's link."""
    made = cli("init", "--data", data, "--administrator", "admin", "--json")
    assert made.code == 0, made.err
    seeded = loaded.run("support.console_seed", data)
    assert seeded.returncode == 0, seeded.stderr
    return urlsplit(made.json["administrator"]["link"]).path


class RunningSite:
    """A server on `data` with free ports; stopped at the end."""

    def __init__(self, data: Path) -> None:
        self.data = data
        enrolment, telemetry, self.port = free_ports(3)
        self.origin = f"https://localhost:{self.port}"
        self.log = data.parent / "server.log"
        self._server = Command(
            *("reticent_server.main", "run", "--data", data, "--log-level", "info"),
            *("--enrolment-port", str(enrolment), "--telemetry-port", str(telemetry)),
            *("--console-port", str(self.port)),
            log=self.log,
        )

    def __enter__(self) -> RunningSite:
        self._server.start()
        wait_for("the server", self._answers, seconds=START_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def _answers(self) -> bool:
        return running_server(self.data) is not None
