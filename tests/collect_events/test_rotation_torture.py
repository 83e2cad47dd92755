"""Rotation under a writer, with restarts at random moments: nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from collect_events.fakes import Followed, Recorder
from reticent_agent.collect.logs import followed_file, watching
from reticent_agent.collect.logs.logfile import log_file

LOG = "/var/log/app.log"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / LOG[1:]
    path.parent.mkdir(parents=True)
    return path


def root_of(log: Path) -> Path:
    return log.parents[2]


class Writer(threading.Thread):
    """Writes numbered lines and rotates now and then, as logrotate and its program do."""

    def __init__(self, log: Path, count: int, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self._log, self._count, self._chance = log, count, chance

    def run(self) -> None:
        file = self._log.open("a", buffering=1)
        for number in range(self._count):
            line = f"{number} " + "x" * self._chance.randrange(200)
            if self._chance.random() < 0.1:  # in two pieces
                file.write(line[:3])
                file.flush()
                line = line[3:]
            file.write(line + "\n")
            if self._chance.random() < 0.004:
                file = self._rotate(file)
            if self._chance.random() < 0.02:
                time.sleep(0.001)
        file.close()

    def _rotate(self, file: Any) -> Any:
        for number in range(60, 0, -1):
            old = Path(f"{self._log}.{number}")
            if old.exists():
                old.rename(f"{self._log}.{number + 1}")
        self._log.rename(f"{self._log}.1")
        if self._chance.random() < 0.5:
            self._log.touch()
        if self._chance.random() < 0.5:
            time.sleep(0.005)
        file.close()
        return self._log.open("a", buffering=1)


@pytest.mark.parametrize("seed", range(2))
def test_who_only_looks_now_and_then_loses_and_doubles_nothing_either(
    log: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on systems whose kernels are not asked."""
    monkeypatch.setattr(watching, "LOOK_S", 0.05)
    monkeypatch.setattr(followed_file, "watch", lambda _: watching.Looking())
    test_no_line_is_lost_or_doubled_under_rotation_and_restarts(log, seed)


@pytest.mark.parametrize("seed", range(5))
def test_no_line_is_lost_or_doubled_under_rotation_and_restarts(log: Path, seed: int) -> None:
    chance = random.Random(seed)
    count = 4_000
    log.touch()
    kept = Recorder()
    with Followed(log_file(LOG), root_of(log), recorder=kept):
        kept.wait_for(lambda: bool(kept.cursor))
    writer = Writer(log, count, chance)
    writer.start()
    deadline = time.monotonic() + 60
    while len(kept.messages) < count and time.monotonic() < deadline:
        # Killed at a random moment: what was emitted is on disk, with its cursor; the rest is not.
        with Followed(log_file(LOG), root_of(log), cursor=kept.cursor, recorder=kept):
            time.sleep(chance.uniform(0.02, 0.2) if writer.is_alive() else 0.5)
    assert [int(str(m).split(" ", 1)[0]) for m in kept.messages] == list(range(count))
    assert kept.health() == []


class CopyingWriter(threading.Thread):
    """Writes numbered lines; waits while its log is copied and cut, else logrotate loses lines."""

    def __init__(self, log: Path, count: int, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self._log, self._count, self._chance = log, count, chance

    def run(self) -> None:
        chance = self._chance
        with self._log.open("a", buffering=1) as file:
            for number in range(self._count):
                file.write(f"{number} {chance.random()} " + "x" * chance.randrange(100) + "\n")
                if chance.random() < 0.01:
                    self._rotate()
                if chance.random() < 0.02:
                    time.sleep(0.001)

    def _rotate(self) -> None:
        for number in range(60, 0, -1):
            old = Path(f"{self._log}.{number}")
            if old.exists():
                old.rename(f"{self._log}.{number + 1}")
        shutil.copy(self._log, f"{self._log}.1")
        os.truncate(self._log, 0)
        if self._chance.random() < 0.5:
            time.sleep(0.003)


@pytest.mark.parametrize("seed", range(4))
def test_no_line_is_lost_or_doubled_under_truncation_with_copies(log: Path, seed: int) -> None:
    chance = random.Random(seed)
    count = 2_000
    log.touch()
    kept = Recorder()
    with Followed(log_file(LOG), root_of(log), recorder=kept):
        kept.wait_for(lambda: bool(kept.cursor))
    writer = CopyingWriter(log, count, chance)
    writer.start()
    deadline = time.monotonic() + 30
    while len(kept.messages) < count and time.monotonic() < deadline:
        with Followed(log_file(LOG), root_of(log), cursor=kept.cursor, recorder=kept):
            time.sleep(chance.uniform(0.001, 0.05) if writer.is_alive() else 0.6)
    assert [int(str(m).split(" ", 1)[0]) for m in kept.messages] == list(range(count))
    assert kept.health() == []
