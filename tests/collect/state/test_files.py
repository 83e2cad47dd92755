"""The file root: bounded, regular files only, and with no way out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reticent_agent.collect.files import DiskFiles
from reticent_contract import limits


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root beside a file that nobody inside may read."""
    inside = tmp_path / "root"
    (inside / "etc").mkdir(parents=True)
    (inside / "etc" / "inside").write_text("inside\n")
    (tmp_path / "outside").write_text("outside\n")
    return inside


def test_a_file_is_read_up_to_the_bound(root: Path) -> None:
    (root / "long").write_bytes(b"x" * 200_000)
    files = DiskFiles(root)
    assert len(files.read_bytes("/long", bytes_max=1 << 20)) == 200_000
    assert files.read_bytes("/long", bytes_max=70_000) == b"x" * 70_000
    assert files.read_bytes("/long", bytes_max=0) == b""


def test_text_is_stripped_and_never_fails_to_decode(root: Path) -> None:
    (root / "odd").write_bytes(b" \0caf\xe9\0\n")
    assert DiskFiles(root).read_text("/odd") == "caf\ufffd"


@pytest.mark.parametrize("path", ["/nothing", "/etc", "/etc/inside/below", "relative", "/a\0b"])
def test_what_cannot_be_read_is_none(root: Path, path: str) -> None:
    files = DiskFiles(root)
    assert files.read_text(path) is None
    with pytest.raises(OSError):
        files.read_bytes(path, bytes_max=10)


def test_a_fifo_neither_hangs_nor_is_read(root: Path) -> None:
    os.mkfifo(root / "fifo")
    with pytest.raises(OSError, match="regular"):
        DiskFiles(root).read_bytes("/fifo", bytes_max=10)


def test_a_device_without_end_is_not_read() -> None:
    with pytest.raises(OSError, match="regular"):
        DiskFiles().read_bytes("/dev/zero", bytes_max=10)


def test_a_file_of_proc_is_read_though_it_says_it_is_empty() -> None:
    assert (DiskFiles().read_text("/proc/self/status") or "").startswith("Name:")


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("absolute", "{outside}"),
        ("climbing", "../../../../../..{outside}"),
        ("beside", "../outside"),
    ],
)
def test_a_link_that_points_outside_ends_inside(root: Path, link: str, target: str) -> None:
    outside = root.parent / "outside"
    (root / "etc" / link).symlink_to(target.format(outside=outside))
    files = DiskFiles(root)
    assert files.read_text(f"/etc/{link}") is None
    assert Path(files.real(f"/etc/{link}")).is_relative_to(root)
    assert not files.exists(f"/etc/{link}")


def test_dots_in_a_path_do_not_leave_the_root(root: Path) -> None:
    files = DiskFiles(root)
    assert files.read_text("/../outside") is None
    assert files.read_text("/../etc/./inside") == "inside"


def test_a_folder_that_is_an_absolute_link_leads_to_the_root_s_own(root: Path) -> None:
    (root / "link").symlink_to("/etc")
    (root / "up").symlink_to("/link/../etc")
    files = DiskFiles(root)
    assert files.read_text("/link/inside") == "inside"
    assert files.read_text("/up/inside") == "inside"
    assert files.is_dir("/link")
    assert files.glob("/link/*") == ["/link/inside"]


def test_links_in_a_ring_are_an_error_and_not_a_loop(root: Path) -> None:
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("a")
    files = DiskFiles(root)
    with pytest.raises(OSError, match="symbolic"):
        files.read_bytes("/a", bytes_max=1)
    assert not files.exists("/a")
    assert not files.is_dir("/a")
    assert files.glob("/a/*") == []


def test_links_that_grow_are_bounded(root: Path) -> None:
    (root / "grow").symlink_to("grow/grow/grow")
    assert not DiskFiles(root).exists("/grow")


def test_a_link_is_read_without_being_followed(root: Path) -> None:
    (root / "zone").symlink_to("/usr/share/zoneinfo/Asia/Kolkata")
    files = DiskFiles(root)
    assert files.readlink("/zone") == "/usr/share/zoneinfo/Asia/Kolkata"
    assert files.readlink("/etc/inside") is None
    assert files.readlink("/nothing") is None


def test_patterns_match_within_one_component_and_leave_hidden_names_out(root: Path) -> None:
    for name in ("b1", "b2", ".b3", "c"):
        (root / "dev" / name / "deep").mkdir(parents=True)
    (root / "dev" / "dangling").symlink_to("nowhere")
    files = DiskFiles(root)
    assert files.glob("/dev/b*") == ["/dev/b1", "/dev/b2"]
    assert files.glob("/dev/*/deep") == ["/dev/b1/deep", "/dev/b2/deep", "/dev/c/deep"]
    assert files.glob("/dev/.b*") == ["/dev/.b3"]
    assert files.glob("/dev/*") == ["/dev/b1", "/dev/b2", "/dev/c"]
    assert files.glob("/d[a-e]v/c") == ["/dev/c"]
    assert files.glob("/nothing/*") == []


def test_a_pattern_finds_no_more_than_allowed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GLOB_PATHS_MAX", 3)
    for number in range(10):
        (root / f"n{number}").touch()
    assert DiskFiles(root).glob("/n*") == ["/n0", "/n1", "/n2"]


def test_a_name_that_is_no_utf_8_can_be_found_and_opened(root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root) + b"/log\xff")).write_text("line\n")
    files = DiskFiles(root)
    (path,) = files.glob("/log*")
    assert files.read_text(path) == "line"


def test_the_laptop_itself_is_told_from_a_copy(root: Path) -> None:
    assert DiskFiles().is_laptop
    assert not DiskFiles(root).is_laptop
    assert str(DiskFiles().real("/etc/hostname")) == "/etc/hostname"
    assert str(DiskFiles(root).real("/etc/new")) == str(root / "etc/new")


PARTS = st.sampled_from(["..", ".", "etc", "link", "up", "inside", "", "nothing"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(PARTS, max_size=12), st.lists(PARTS, min_size=1, max_size=8), st.booleans())
def test_no_path_through_any_link_leads_outside(
    root: Path, path: list[str], target: list[str], absolute: bool
) -> None:
    for name in ("link", "up"):
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to(("/" if absolute else "./") + "/".join(target))
    files = DiskFiles(root)
    try:
        real = files.real("/" + "/".join(path))
    except OSError:
        return
    assert Path(real).resolve().is_relative_to(root.resolve())
