"""Whether what is stored at a mount point is encrypted on the disk.

Enters: /proc/self/mountinfo and sysfs. Leaves: mount point, state, method. Must hold: a file
system of which it is not certain says `unknown`, never `on`.

Source: proc(5) mountinfo; cryptsetup names its mappings `CRYPT-TYPE-…` (lib/libdevmapper.c), the
kernel shows that as /sys/block/dm-N/dm/uuid; `slaves` are what a block device is made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename
from typing import NamedTuple

from reticent_agent.collect.model import FileRoot

_MOUNTINFO = "/proc/self/mountinfo"
_MOUNTINFO_BYTES_MAX = 1 << 20
_ESCAPE = re.compile(r"\\([0-7]{3})")
_NUMBERS = re.compile(r"\d{1,6}:\d{1,8}")
_DEPTH_MAX = 8  # a file system on LVM on LUKS on RAID on partitions is 4
_SLAVES_MAX = 64
_NAMES_MAX = 1_024  # of mount points


class Mount(NamedTuple):
    """One file system, at the mount point nearest to the root."""

    point: str
    kind: str
    source: str
    numbers: str  # major:minor


class Encryption(NamedTuple):
    point: str
    state: str
    method: str


def read(files: FileRoot) -> Iterator[Encryption]:
    """One for each file system on a disk, in the order of the mount points."""
    text = files.read_text(_MOUNTINFO, bytes_max=_MOUNTINFO_BYTES_MAX) or ""
    dm_names = {
        files.read_text(f"{path}/dm/name") or "": basename(path)
        for path in files.glob("/sys/block/dm-*")
    }
    for mount in parse(text):
        if mount.kind == "zfs":
            yield Encryption(mount.point, "unknown", "zfs")
            continue
        device = _device(files, mount, dm_names)
        if device is not None:
            state, method = _encryption(files, device, _DEPTH_MAX)
            yield Encryption(mount.point, state, method)


def parse(text: str) -> list[Mount]:
    """File systems on block devices and of ZFS, each once, without loop and RAM devices."""
    nearest: dict[str, Mount] = {}
    for line in text.splitlines():
        before, dash, after = line.partition(" - ")
        left, right = before.split(" "), after.split(" ")
        if not dash or len(left) < 6 or len(right) < 2 or not _NUMBERS.fullmatch(left[2]):
            continue
        kind, source = right[0], _unescaped(right[1])
        mount = Mount(_unescaped(left[4]), kind, source, left[2])
        if kind == "zfs":
            key = source.partition("/")[0]  # one a pool
        elif source.startswith("/dev/") and not source.startswith(("/dev/loop", "/dev/ram")):
            key = left[2]
        else:
            continue
        known = nearest.get(key)
        if known is None or len(mount.point) < len(known.point):
            nearest[key] = mount
    return sorted(nearest.values())[:_NAMES_MAX]


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8)), text)


def _device(files: FileRoot, mount: Mount, dm_names: dict[str, str]) -> str | None:
    """Its folder in sysfs. btrfs has numbers of its own, so its source's name counts too."""
    path = f"/sys/dev/block/{mount.numbers}"
    if files.exists(path):
        return path
    name = basename(mount.source)
    if mount.source.startswith("/dev/mapper/"):
        name = dm_names.get(name, "")
    path = f"/sys/class/block/{name}"
    return path if name and files.exists(path) else None


def _encryption(files: FileRoot, device: str, depth: int) -> tuple[str, str]:
    uuid = files.read_text(f"{device}/dm/uuid") or ""
    if uuid.startswith("CRYPT-"):
        method = uuid.split("-")[1].lower()
        return "on", method if method.isalnum() and len(method) <= 16 else ""
    slaves = files.glob(f"{device}/slaves/*")
    if not slaves or depth == 0 or len(slaves) > _SLAVES_MAX:
        return ("off", "") if not slaves else ("unknown", "")
    below = [_encryption(files, slave, depth - 1) for slave in slaves]
    states = {state for state, _ in below}
    methods = sorted({method for _, method in below if method})
    state = states.pop() if len(states) == 1 else "partial" if "on" in states else "unknown"
    return state, ",".join(methods)
