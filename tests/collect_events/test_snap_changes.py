"""Snaps that come, change and go, as the folder tells in which snapd mounts them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, Followed, Recorder
from reticent_agent.collect.linux import snap_changes
from reticent_agent.collect.linux.snap_changes import decode, encode
from reticent_agent.collect.linux.software_events import software_changes

SOURCE = next(source for source in software_changes() if source.name == "software_snap")
MADE_US = NOW_US - 60_000_000


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snap_changes, "GATHER_S", 0.02)


class Snapd:
    """Does to the folder what snapd does, in its order."""

    def __init__(self, root: Path, folder: str = "snap") -> None:
        self.folder = root / folder
        (self.folder / "bin").mkdir(parents=True)
        (self.folder / "README").touch()

    def mount(self, name: str, revision: str, version: str) -> None:
        meta = self.folder / name / revision / "meta"
        meta.mkdir(parents=True)
        (meta / "snap.yaml").write_text(f"name: {name}\nversion: '{version}'\nbase: core24\n")

    def link(self, name: str, revision: str) -> None:
        """By a second name and a rename, as of 2.30; the link says the revision alone."""
        made = self.folder / name / "current.made"
        made.symlink_to(revision)
        made.rename(self.folder / name / "current")
        os.utime(self.folder / name / "current", ns=(MADE_US * 1_000,) * 2, follow_symlinks=False)

    def install(self, name: str, revision: str, version: str) -> None:
        self.mount(name, revision, version)
        self.link(name, revision)

    def unlink(self, name: str) -> None:
        (self.folder / name / "current").unlink()

    def unmount(self, name: str, revision: str) -> None:
        shutil.rmtree(self.folder / name / revision)

    def remove(self, name: str, revision: str) -> None:
        self.unlink(name)
        self.unmount(name, revision)
        (self.folder / name).rmdir()


def told(recorder: Recorder) -> list[tuple[object, ...]]:
    fields = ("name", "version", "version_before")
    return [(row.event, *(row.values.get(field) for field in fields)) for row in recorder.rows()]


def settled(recorder: Recorder, **revisions: str) -> None:
    def is_so() -> bool:
        snaps = decode(recorder.cursor)
        return snaps is not None and {n: s.revision for n, s in snaps.items()} == revisions

    recorder.wait_for(is_so)


@pytest.mark.parametrize("folder", ["snap", "var/lib/snapd/snap"])
def test_what_is_installed_refreshed_and_removed_is_told(tmp_path: Path, folder: str) -> None:
    snapd, kept = Snapd(tmp_path, folder), Recorder()
    snapd.install("core24", "739", "20241119")
    with Followed(SOURCE, tmp_path, recorder=kept):
        settled(kept, core24="739")
        snapd.install("hello", "x1", "2.10")
        settled(kept, core24="739", hello="x1")
        snapd.mount("hello", "42", "2.11")
        snapd.unlink("hello")
        snapd.link("hello", "42")
        settled(kept, core24="739", hello="42")
        snapd.unmount("hello", "x1")
        snapd.remove("hello", "42")
        settled(kept, core24="739")
    assert told(kept) == [
        ("installed", "hello", "2.10", None),
        ("updated", "hello", "2.11", "2.10"),
        ("uninstalled", "hello", "2.11", None),
    ]
    assert {row.values["source"] for row in kept.rows()} == {"snap"}
    assert [row.ts_us for row in kept.rows()[:2]] == [MADE_US] * 2


def test_what_happened_while_the_agent_was_off_is_told_once(tmp_path: Path) -> None:
    snapd, kept = Snapd(tmp_path), Recorder()
    snapd.install("hello", "1", "2.10")
    snapd.install("gone", "7", "3")
    with Followed(SOURCE, tmp_path, recorder=kept):
        settled(kept, hello="1", gone="7")
    assert told(kept) == []  # the first time
    snapd.remove("gone", "7")
    snapd.install("new", "5", "1.0")
    for _ in range(2):
        with Followed(SOURCE, tmp_path, recorder=kept, cursor=kept.cursor):
            settled(kept, hello="1", new="5")
    assert told(kept) == [("uninstalled", "gone", "3", None), ("installed", "new", "1.0", None)]


def test_a_snap_that_is_disabled_or_loses_an_old_revision_was_not_removed(tmp_path: Path) -> None:
    snapd, kept = Snapd(tmp_path), Recorder()
    snapd.install("hello", "1", "2.10")
    snapd.mount("hello", "2", "2.11")
    with Followed(SOURCE, tmp_path, recorder=kept):
        settled(kept, hello="1")
        snapd.unlink("hello")
        snapd.unmount("hello", "2")
        snapd.install("seen", "1", "1")
        settled(kept, hello="1", seen="1")
        snapd.link("hello", "1")
        snapd.install("again", "1", "1")
        settled(kept, hello="1", seen="1", again="1")
    assert [row[:2] for row in told(kept)] == [("installed", "seen"), ("installed", "again")]


def test_a_snap_that_is_disabled_at_the_first_look_was_there_before(tmp_path: Path) -> None:
    snapd, kept = Snapd(tmp_path), Recorder()
    for name in ("hello", "other"):
        snapd.mount(name, "1", "2.10")
    with Followed(SOURCE, tmp_path, recorder=kept):
        settled(kept, hello="", other="")
    with Followed(SOURCE, tmp_path, recorder=kept, cursor=kept.cursor):
        snapd.link("hello", "1")  # enabled
        snapd.unmount("other", "1")
        (snapd.folder / "other").rmdir()
        settled(kept, hello="1")
        snapd.install("hello", "2", "2.11")
        settled(kept, hello="2")
    assert told(kept) == [
        ("uninstalled", "other", None, None),
        ("updated", "hello", "2.11", "2.10"),
    ]


def test_snapd_that_comes_later_is_seen(tmp_path: Path) -> None:
    kept = Recorder()
    with Followed(SOURCE, tmp_path, recorder=kept):
        settled(kept)
        Snapd(tmp_path).install("hello", "1", "2.10")
        settled(kept, hello="1")
    assert told(kept) == [("installed", "hello", "2.10", None)]


def test_a_folder_that_cannot_be_read_is_no_empty_one(tmp_path: Path) -> None:
    (tmp_path / "snap").touch()
    cursor, kept = encode({"hello": snap_changes.InUse("1", "2")}), Recorder()
    with (
        pytest.raises(NotADirectoryError),
        Followed(SOURCE, tmp_path, recorder=kept, cursor=cursor) as followed,
    ):
        followed.wait_for(lambda: bool(followed.collected))
    assert told(kept) == []


@pytest.mark.parametrize(
    "cursor", ["", "{}", "[]", "x", "null", '{"snaps": []}', '{"snaps": {"a": ["1"]}}']
)
def test_a_cursor_that_is_none_of_ours_is_the_first_time(cursor: str) -> None:
    assert decode(cursor) is None
    assert decode(encode({"a": snap_changes.InUse("1", "2")})) == {"a": ("1", "2")}
