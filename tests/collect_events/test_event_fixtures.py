"""What tests/fixtures/linux/events holds, read by the real sources: exactly the expected rows."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from collect_events.fakes import FakeClock, FakeCommands, Followed, Recorder
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux.network_events import Network
from reticent_agent.collect.linux.power_events import Clocks, clock_jumps, zone_changes
from reticent_agent.collect.linux.software_events import software_changes
from reticent_agent.collect.linux.usb_events import Devices
from reticent_agent.collect.model import EventSource
from reticent_contract.rows import Row

FIXTURES = Path(__file__).parents[1] / "fixtures" / "linux" / "events"
EXPECTED = json.loads((FIXTURES / "expected.json").read_text())
NOW_US = 1_795_327_981_000_000  # 2026-11-22T06:13:01Z


def flat(rows: list[Row]) -> list[dict[str, object]]:
    return [{"event": row.event, **row.values} for row in rows]


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_usb_events(tmp_path: Path) -> None:
    devices = Devices(DiskFiles(tmp_path))
    folder = tmp_path / "sys/bus/usb/devices/1-4"
    folder.mkdir(parents=True)
    for name, value in (
        ("idVendor", "0781"),
        ("idProduct", "5581"),
        ("manufacturer", "SanDisk"),
        ("product", "Ultra"),
        ("serial", "4C530001230101117392"),
    ):
        (folder / name).write_text(f"{value}\n")
    messages = (FIXTURES / "uevents.txt").read_bytes().split(b"\n\n")
    rows = [row for m in messages for row in devices.told(m.replace(b"\n", b"\0"), NOW_US)]
    assert flat(rows) == EXPECTED["usb_event"]


def test_network_events() -> None:
    network = Network(list)
    messages = (FIXTURES / "rtnetlink.hex").read_text().split()
    rows = [row for m in messages for row in network.told(bytes.fromhex(m), NOW_US)]
    assert flat(rows) == EXPECTED["network_event"]


def followed(source: EventSource, root: Path, count: int) -> list[Row]:
    with Followed(source, root) as recorder:
        recorder.wait_for(lambda: len(recorder.rows()) >= count)
    return recorder.rows()


@pytest.mark.usefixtures("utc")
def test_software_events(tmp_path: Path) -> None:
    logs = tmp_path / "var/log"
    logs.mkdir(parents=True)
    names = {"dpkg": "dpkg.log", "rpm": "dnf.rpm.log", "pacman": "pacman.log"}
    counts = Counter(row["source"] for row in EXPECTED["software_event"])
    rows: list[Row] = []
    for source, (manager, name) in zip(software_changes()[:3], names.items(), strict=True):
        (logs / name).write_bytes((FIXTURES / name).read_bytes())
        rows += followed(source, tmp_path, counts[manager])
    assert flat(rows) == EXPECTED["software_event"]
    times = {r.values["name"]: r.ts_us for r in rows}
    assert times["libsystemd0"] == micros("2026-11-21T08:00:02Z")
    assert times["openssl-libs"] == times["linux"] - 2_000_000 == micros("2026-11-20T09:00:00Z")


def micros(text: str) -> int:
    return round(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1e6)


class FakeJump:
    """The clock jumps when the test says so."""

    def __init__(self) -> None:
        self._read_fd, self._write_fd = os.pipe()

    def jump(self) -> None:
        os.write(self._write_fd, b".")

    def arm(self) -> None:
        os.read(self._read_fd, 1)

    def fileno(self) -> int:
        return self._read_fd

    def close(self) -> None:
        os.close(self._read_fd)
        os.close(self._write_fd)


def of_zone(recorder: Recorder, name: str) -> list[Row]:
    return [row for row in recorder.rows() if row.values["time_zone"] == name]


def test_power_events(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/journalctl").touch()
    (etc / "localtime").symlink_to("/usr/share/zoneinfo/Etc/UTC")
    second = 1_000_000_000
    looks = [
        Clocks(wall=0, boot=0, monotonic=0),
        Clocks(wall=10 * second, boot=10 * second, monotonic=10 * second),  # nothing: it was set 0
        Clocks(wall=3_620 * second, boot=3_620 * second, monotonic=20 * second),
        Clocks(wall=3_530 * second, boot=3_630 * second, monotonic=30 * second),
    ]
    looks = [Clocks(c.wall + NOW_US * 1_000, c.boot, c.monotonic) for c in looks]
    commands = FakeCommands()
    commands.answers = [(FIXTURES / "sleep.json").read_bytes()]
    jump, recorder = FakeJump(), Recorder()
    remaining = iter(looks)
    source = clock_jumps(lambda: jump, lambda: next(remaining))
    with Followed(source, tmp_path, commands=commands, recorder=recorder):
        for _ in looks[1:]:
            jump.jump()
        recorder.wait_for(lambda: len(recorder.rows()) >= 3)
    rows = recorder.rows()
    with Followed(zone_changes(), tmp_path, clock=FakeClock(NOW_US)) as zones:
        names = ["Etc/UTC", "Asia/Kolkata"]
        deadline = time.monotonic() + 10
        while not of_zone(zones, "Asia/Kolkata") and time.monotonic() < deadline:
            names.reverse()  # until the source listens
            (etc / "new").symlink_to(f"/usr/share/zoneinfo/{names[0]}")
            (etc / "new").rename(etc / "localtime")
            time.sleep(0.6)
    rows += of_zone(zones, "Asia/Kolkata")[:1]
    assert flat(rows) == EXPECTED["power_event"]
    sleep, wake, changed, _ = rows
    assert sleep.ts_us == NOW_US + 20_000_000
    assert wake.ts_us == NOW_US + 3_620_000_000
    assert changed.ts_us == NOW_US + 3_530_000_000
