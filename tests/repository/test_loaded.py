"""A process that is forked with our code loaded is to a test what one started by its name is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import loaded
from support.same_code import same_code

SERVER = "reticent_server.main"


@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("--bogus",),
        ("policy", "lint", "-"),
        ("doctor", "--data", "nowhere"),
        ("policy", "try", "--policy", "nowhere"),
    ],
    ids=range(5),
)
def test_it_ends_and_prints_as_by_name(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", SERVER, *words]
    by_name = subprocess.run(
        command, input="a: 1\n", capture_output=True, text=True, env=same_code(), timeout=60
    )
    done = loaded.run(SERVER, *words, given="a: 1\n")
    assert (done.returncode, done.stdout, done.stderr) == (
        by_name.returncode,
        by_name.stdout,
        by_name.stderr,
    )


def test_it_is_killed_and_then_it_is_gone() -> None:
    given, giving = os.pipe()  # nothing comes, and no end
    with Path(os.devnull).open("wb") as nothing, os.fdopen(given), os.fdopen(giving, "wb"):
        streams = (given, nothing.fileno(), nothing.fileno())
        process = loaded.Process(SERVER, ["policy", "try"], streams)
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        process.kill()
        assert process.wait(20) == -signal.SIGKILL
    assert process.poll() == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
    process.kill()  # by now its number may be another's


def test_it_has_the_environment_of_its_moment_and_leaves_none_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = loaded.run("support.told_environment").stdout
    monkeypatch.setenv("RETICENT_A_TEST", "1")
    assert "RETICENT_A_TEST=1" in loaded.run("support.told_environment").stdout.splitlines()
    monkeypatch.delenv("RETICENT_A_TEST")
    assert loaded.run("support.told_environment").stdout == before
