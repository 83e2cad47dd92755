"""What tells that a table may have changed on Windows, with notices that a test gives."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from reticent_agent.collect import platform
from reticent_agent.collect.stopping import StopSignal
from reticent_agent.collect.windows.laptop import Connection, UsbNotice
from reticent_agent.collect.windows.notice_watches import NoticeWatcher
from support.windows import FakeLaptop, FakeNotices

DEVICE = UsbNotice(True, r"\\?\USB#VID_0781&PID_5581#4C53#{guid}")


class GivenNotices(FakeNotices):
    def __init__(self) -> None:
        super().__init__()
        self.given: queue.Queue[UsbNotice | None] = queue.Queue()

    def usb(self, stopping: Callable[[], bool]) -> Iterator[UsbNotice]:
        yield from iter(self.given.get, None)

    def network(self, stopping: Callable[[], bool]) -> Iterator[Mapping[str, Connection]]:
        raise OSError(5, "denied")


def test_a_device_that_is_plugged_in_wakes_the_tables_that_may_show_it(tmp_path: Path) -> None:
    laptop, stop = FakeLaptop(tmp_path), StopSignal()
    laptop.notices = notices = GivenNotices()
    watcher = NoticeWatcher(platform.collectors("win32"), laptop, stop)
    notices.given.put(DEVICE)
    fired: frozenset[str] = frozenset()
    until = time.monotonic() + 5
    while not fired and time.monotonic() < until:
        fired = watcher.wait(1.0)
    assert fired == {"usb", "disk", "peripheral"}
    assert watcher.wait(0.01) == frozenset()
    watcher.wake()
    begun = time.monotonic()
    watcher.wait(5.0)
    stop.set()
    watcher.wait(5.0)
    assert time.monotonic() - begun < 4
    notices.given.put(None)
    watcher.close()
