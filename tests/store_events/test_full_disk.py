"""A disk that is full: the group is refused whole, and stored once there is room."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_server.query.expr import Everything
from reticent_server.store.events import open_chdb
from reticent_server.store.events.errors import StoreFullError
from support.event_groups import DEVICE, NOON_US, STREAM, batch, group, lines


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """24 MiB of tmpfs."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let root mount a tmpfs")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_refuses_a_group_whole_and_it_goes_in_when_there_is_room(
    small_disk: Path,
) -> None:
    store = open_chdb(small_disk / "events", key=bytes(32), clock=lambda: NOON_US)
    noise = random.Random(1)
    try:
        store.append(group(batch(1, [lines(10)])))
        ballast = small_disk / "ballast"
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        ballast.write_bytes(bytes(free - 300_000))
        wide = [lines(1, message=noise.randbytes(2_000).hex()) for _ in range(500)]
        for _ in range(3):
            with pytest.raises(StoreFullError, match="nothing of this group") as caught:
                store.append(group(batch(2, wide), batch(3, [lines(10)])))
            assert not caught.value.permanent
            assert store.last_seq(DEVICE, STREAM) == 1
            assert store.count(Everything()) == 11
        ballast.unlink()
        store.append(group(batch(2, wide), batch(3, [lines(10)])))
        assert store.last_seq(DEVICE, STREAM) == 3
        assert store.count(Everything()) == 11 + 501 + 11
    finally:
        store.close()
    store = open_chdb(small_disk / "events", key=bytes(32))
    assert store.count(Everything()) == 11 + 501 + 11
    assert store.damage() == []
    store.close()
