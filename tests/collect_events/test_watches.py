"""What tells that a state table may have changed. Real inotify; netlink where the kernel has it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from collect_events.fakes import PATIENCE_S, FakeNetlink
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux.kernel_watches import KernelWatcher
from reticent_agent.collect.linux.uevent import parse_uevent
from reticent_agent.collect.model import StateCollector, Watch, WatchKind
from reticent_agent.collect.stopping import StopSignal, wait_readable


def collector(table: str, *watches: Watch) -> StateCollector:
    return StateCollector(table=table, collect=lambda _: (), watches=watches)


def on_path(path: str) -> Watch:
    return Watch(WatchKind.PATH, path=path)


class Open:
    """A watcher over a made-up root, closed at the end of the test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.stop = StopSignal()
        self.watchers: list[KernelWatcher] = []

    def __call__(self, *collectors: StateCollector, **more: Any) -> KernelWatcher:
        watcher = KernelWatcher(collectors, DiskFiles(self.root), self.stop, **more)
        self.watchers.append(watcher)
        return watcher


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Open]:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("alice\n")
    opened = Open(tmp_path)
    yield opened
    for watcher in opened.watchers:
        watcher.close()


def fired(watcher: KernelWatcher) -> frozenset[str]:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if tables := watcher.wait(0.5):
            return tables
    return frozenset()


def test_a_file_that_is_replaced_by_rename(watching: Open) -> None:
    watcher = watching(collector("user_account", on_path("/etc/passwd")))
    new = watching.root / "etc/passwd+"
    new.write_text("bob\n")
    new.rename(watching.root / "etc/passwd")
    assert fired(watcher) == {"user_account"}


def test_a_file_that_is_written_in_place(watching: Open) -> None:
    watcher = watching(collector("user_account", on_path("/etc/passwd")), collector("os"))
    (watching.root / "etc/passwd").write_text("bob\n")
    assert fired(watcher) == {"user_account"}


def test_another_file_of_the_folder_fires_nothing(watching: Open) -> None:
    watcher = watching(collector("user_account", on_path("/etc/passwd")))
    (watching.root / "etc/other").write_text("x")
    assert watcher.wait(0.2) == frozenset()


def test_anything_in_a_watched_folder(watching: Open) -> None:
    watcher = watching(collector("software", on_path("/etc")), collector("os", on_path("/etc/x")))
    (watching.root / "etc/anything").write_text("x")
    assert fired(watcher) == {"software"}


def test_a_file_whose_folders_do_not_exist_yet(watching: Open) -> None:
    watcher = watching(collector("software", on_path("/var/lib/dpkg/status")))
    folder = watching.root / "var/lib/dpkg"
    folder.mkdir(parents=True)
    assert fired(watcher) == {"software"}
    (folder / "status").write_text("x")
    assert fired(watcher) == {"software"}


def test_the_file_that_a_link_leads_to(watching: Open) -> None:
    (watching.root / "usr").mkdir()
    target = watching.root / "usr/os-release"
    target.write_text("a")
    (watching.root / "etc/os-release").symlink_to("../usr/os-release")
    watcher = watching(collector("os", on_path("/etc/os-release")))
    target.write_text("b")
    assert fired(watcher) == {"os"}


def test_a_storm_costs_one_wake_up_a_second(watching: Open) -> None:
    watcher = watching(collector("user_account", on_path("/etc/passwd")))
    ended = threading.Event()

    def storm() -> None:
        while not ended.is_set():
            (watching.root / "etc/passwd").write_text("x")
            time.sleep(0.005)

    writer = threading.Thread(target=storm, daemon=True)
    writer.start()
    wake_ups, until = 0, time.monotonic() + 2.5
    while time.monotonic() < until:
        watcher.wait(5)
        wake_ups += 1
    ended.set()
    writer.join()
    assert wake_ups <= 4


def test_wake_ends_a_wait_and_stop_ends_it_too(watching: Open) -> None:
    watcher = watching(collector("os"))
    threading.Timer(0.05, watcher.wake).start()
    began = time.monotonic()
    assert watcher.wait(60) == frozenset()
    threading.Timer(0.05, watching.stop.set).start()
    watcher.wait(60)
    assert time.monotonic() - began < 2


def test_a_wait_ends_when_its_time_is_over(watching: Open) -> None:
    began = time.monotonic()
    watching(collector("os", on_path("/etc/passwd"))).wait(0.05)
    assert 0.04 <= time.monotonic() - began < 1


def test_a_socket_that_is_refused_is_told_by_table(watching: Open) -> None:
    def refuse(family: int, groups: int) -> socket.socket:
        raise PermissionError(1, "made-up")

    watcher = watching(
        collector("usb", Watch(WatchKind.UEVENT, subsystem="usb")),
        collector("network_interface", Watch(WatchKind.NETWORK)),
        open_netlink=refuse,
    )
    assert [(p.table, p.detail) for p in watcher.problems] == [
        ("usb", "uevent: EPERM"),
        ("network_interface", "network: EPERM"),
    ]


def test_device_events_fire_the_tables_of_their_subsystem(watching: Open) -> None:
    kernel = FakeNetlink()
    watcher = watching(
        collector("usb", Watch(WatchKind.UEVENT, subsystem="usb")),
        collector("disk", Watch(WatchKind.UEVENT, subsystem="block")),
        open_netlink=lambda family, groups: kernel,
    )
    kernel.tell(b"add@/devices/1-1\0ACTION=add\0DEVPATH=/devices/1-1\0SUBSYSTEM=usb\0SEQNUM=1\0")
    kernel.tell(b"add@/devices/x\0ACTION=add\0SUBSYSTEM=power_supply\0")
    assert fired(watcher) == {"usb"}
    kernel.tell(b"\xff\0\0made-up")
    kernel.tell(b"remove@/b\0SUBSYSTEM=block\0")
    assert fired(watcher) == {"disk"}


def test_what_another_program_sends_fires_nothing_and_an_overrun_everything(
    watching: Open,
) -> None:
    kernel = FakeNetlink()
    watcher = watching(
        collector("usb", Watch(WatchKind.UEVENT, subsystem="usb")),
        collector("disk", Watch(WatchKind.UEVENT, subsystem="block")),
        open_netlink=lambda family, groups: kernel,
    )
    kernel.tell(b"add@/devices/1-1\0SUBSYSTEM=usb\0", sender=4_711)
    assert watcher.wait(1) == frozenset()
    kernel.overrun()
    assert fired(watcher) == {"usb", "disk"}


def test_what_is_no_message_of_the_kernel_has_no_keys() -> None:
    assert parse_uevent(b"") == parse_uevent(b"libudev\0\xfe\xed\0SUBSYSTEM=usb\0") == {}


@pytest.mark.enable_socket
@pytest.mark.parametrize("family", [socket.NETLINK_ROUTE, 15])
def test_the_kernels_own_sockets_open_and_wait(watching: Open, family: int) -> None:
    kind = WatchKind.UEVENT if family == 15 else WatchKind.NETWORK
    watcher = watching(collector("usb", Watch(kind, subsystem="usb")))
    assert watcher.problems == []
    watcher.wait(0.05)


def test_a_wait_without_anything_to_poll_asks_a_plain_function(tmp_path: Path) -> None:
    answers = iter([False, False, True])
    began = time.monotonic()
    assert wait_readable(lambda: next(answers), (), seconds_max=None) == ()
    assert time.monotonic() - began < 2


def test_descriptors_are_closed(tmp_path: Path) -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = count()
    for _ in range(5):
        stop = StopSignal()
        watcher = KernelWatcher([collector("os", on_path("/etc/x"))], DiskFiles(tmp_path), stop)
        stop.set()
        watcher.wait(1)
        watcher.close()
        del watcher, stop
    assert count() <= before + 1
