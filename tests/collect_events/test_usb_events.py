"""USB devices plugged and pulled: a made-up /sys and the messages that a kernel sends."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, FakeNetlink, Followed, Recorder
from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux.netlink import open_netlink
from reticent_agent.collect.linux.usb_events import Devices, plugging
from reticent_contract.rows import Row

STICK = {
    "idVendor": "0781",
    "idProduct": "5581",
    "manufacturer": "SanDisk",
    "product": "Ultra",
    "serial": "4C530001230101117392",
}
MOUSE = {"idVendor": "046d", "idProduct": "c077", "manufacturer": "Logitech", "product": "Mouse"}
STICK_VALUES = {
    "vendor_id": "0781",
    "product_id": "5581",
    "vendor": "SanDisk",
    "product": "Ultra",
    "serial": "4C530001230101117392",
}


def plug(root: Path, port: str, values: dict[str, str]) -> None:
    folder = root / "sys/bus/usb/devices" / port
    folder.mkdir(parents=True)
    for name, value in values.items():
        (folder / name).write_text(f"{value}\n")


def pull(root: Path, port: str) -> None:
    shutil.rmtree(root / "sys/bus/usb/devices" / port)


def message(action: str, port: str, *, product: str = "781/5581/100", more: str = "") -> bytes:
    """As the kernel's lib/kobject_uevent.c and drivers/usb/core build it."""
    path = f"/devices/pci0000:00/0000:00:14.0/usb1/{port}"
    keys = [
        f"ACTION={action}",
        f"DEVPATH={path}",
        "SUBSYSTEM=usb",
        "MAJOR=189",
        "MINOR=4",
        "DEVNAME=bus/usb/001/005",
        "DEVTYPE=usb_device",
        f"PRODUCT={product}",
        "TYPE=0/0/0",
        "BUSNUM=001",
        "DEVNUM=005",
        "SEQNUM=4711",
        *([more] if more else []),
    ]
    return "\0".join([f"{action}@{path}", *keys, ""]).encode()


def events(recorder: Recorder) -> list[tuple[str, object, object]]:
    return [(r.event, r.values["port"], r.values.get("serial")) for r in recorder.rows()]


def test_what_is_there_is_not_told_and_what_comes_and_goes_is(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", MOUSE)
    devices = Devices(DiskFiles(tmp_path))
    assert list(devices.told(message("add", "1-1", product="46d/c077/7200"), NOW_US)) == []
    plug(tmp_path, "1-4.2", STICK)
    (plugged,) = devices.told(message("add", "1-4.2"), NOW_US)
    assert (plugged.kind, plugged.ts_us) == ("usb_event.plugged", NOW_US)
    assert plugged.values == {"port": "1-4.2", **STICK_VALUES}
    pull(tmp_path, "1-4.2")
    (pulled,) = devices.told(message("remove", "1-4.2"), NOW_US)
    assert pulled.kind == "usb_event.pulled"
    assert pulled.values == {"port": "1-4.2", **STICK_VALUES}


def test_a_device_that_was_gone_before_one_could_look_is_told_by_its_numbers(
    tmp_path: Path,
) -> None:
    devices = Devices(DiskFiles(tmp_path))
    told = [row for a in ("add", "remove") for row in devices.told(message(a, "2-3"), NOW_US)]
    assert [(row.event, row.values) for row in told] == [
        ("plugged", {"port": "2-3", "vendor_id": "0781", "product_id": "5581"}),
        ("pulled", {"port": "2-3", "vendor_id": "0781", "product_id": "5581"}),
    ]


@pytest.mark.parametrize(
    "ignored",
    [
        message("add", "usb1"),  # a root hub
        message("add", "1-4:1.0").replace(b"usb_device", b"usb_interface"),
        message("bind", "1-4"),
        message("change", "1-4"),
        message("add", "1-4", more="SYNTH_UUID=0"),  # udevadm trigger
        b"libudev\0\xfe\xed\xca\xfe",
        b"",
    ],
)
def test_what_plugs_nothing_is_passed_over(tmp_path: Path, ignored: bytes) -> None:
    assert list(Devices(DiskFiles(tmp_path)).told(ignored, NOW_US)) == []


def test_another_device_at_a_port_whose_pulling_was_missed(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", MOUSE)
    devices = Devices(DiskFiles(tmp_path))
    pull(tmp_path, "1-1")
    plug(tmp_path, "1-1", STICK)
    told = list(devices.told(message("add", "1-1"), NOW_US))
    assert [(row.event, row.values["product"]) for row in told] == [
        ("pulled", "Mouse"),
        ("plugged", "Ultra"),
    ]


def test_a_source_waits_and_tells(tmp_path: Path) -> None:
    kernel = FakeNetlink()
    with Followed(plugging(lambda family, groups: kernel), tmp_path) as recorder:
        kernel.tell(message("remove", "9-9"))  # told: so it has looked at what is there
        recorder.wait_for(lambda: len(recorder.rows()) == 1)
        plug(tmp_path, "1-4", STICK)
        kernel.tell(message("add", "1-4"))
        recorder.wait_for(lambda: len(recorder.rows()) == 2)
        kernel.tell(message("add", "1-5"), sender=1_000)  # another program's
        kernel.tell(message("remove", "1-4"))
        recorder.wait_for(lambda: len(recorder.rows()) == 3)
    assert events(recorder)[1:] == [
        ("plugged", "1-4", STICK["serial"]),
        ("pulled", "1-4", STICK["serial"]),
    ]
    assert kernel.closed


class Busy(Recorder):
    """A pipeline that takes no second group of rows until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def emit(self, rows: Sequence[Row], *, cursor: str) -> None:
        super().emit(rows, cursor=cursor)
        self.go_on.wait(10)


def test_nothing_is_lost_in_a_burst_that_the_kernel_drops(tmp_path: Path) -> None:
    kernel = FakeNetlink(room=3)
    plug(tmp_path, "1-1", MOUSE)
    busy = Busy()
    with Followed(plugging(lambda family, groups: kernel), tmp_path, recorder=busy):
        kernel.tell(message("remove", "9-9"))
        busy.wait_for(lambda: len(busy.rows()) == 1)
        for number in range(2, 12):
            plug(tmp_path, f"1-{number}", {**STICK, "serial": f"S-{number}"})
            kernel.tell(message("add", f"1-{number}"))  # three of them fit
        pull(tmp_path, "1-2")
        kernel.tell(message("remove", "1-2"))
        pull(tmp_path, "1-1")
        kernel.tell(message("remove", "1-1"))
        busy.go_on.set()
        busy.wait_for(lambda: len(busy.rows()) >= 13)
    numbers = [str(n) for n in range(2, 12)]
    assert (
        sorted(events(busy)[1:], key=str)
        == sorted(
            [
                ("pulled", "1-1", None),
                ("pulled", "1-2", None),  # gone when its message was read: by its numbers
                ("plugged", "1-2", None),
                *(("plugged", f"1-{n}", f"S-{n}") for n in numbers[1:]),
            ],
            key=str,
        )
    )


@pytest.mark.enable_socket
def test_the_kernels_own_socket_opens(tmp_path: Path) -> None:
    with Followed(plugging(open_netlink), tmp_path) as recorder:
        pass
    assert recorder.rows() == []


def test_a_kernel_that_refuses_is_told_as_a_state_of_the_source(tmp_path: Path) -> None:
    def refuse(family: int, groups: int) -> FakeNetlink:
        raise PermissionError(1, "made-up")

    with (
        pytest.raises(SourceUnavailableError, match=r"\(EPERM\).*AF_NETLINK"),
        Followed(plugging(refuse), tmp_path) as recorder,
    ):
        recorder.wait_for(lambda: bool(recorder.collected))
