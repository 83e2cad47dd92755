"""A copy of a store is a store of its own: it leads nowhere but into itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from reticent_server.query import run_query
from reticent_server.query.expr import Everything
from reticent_server.store.events import EventStore, open_chdb
from support.copied import copy, leads_into_itself, links, state
from support.event_groups import DEVICE, NOON_US, OTHER, STREAM, batch, group, lines

KEY = bytes(range(32))
DAY_US = 86_400_000_000


@contextmanager
def opened(path: Path) -> Iterator[EventStore]:
    store = open_chdb(path, key=KEY, clock=lambda: NOON_US)
    try:
        yield store
    finally:
        store.close()


def made(path: Path) -> None:
    """Two days and two devices."""
    with opened(path) as store:
        store.append(group(batch(1, [lines(300)]), received_at_us=NOON_US - DAY_US))
        store.append(group(batch(2, [lines(40)]), batch(1, [lines(7)], device=OTHER)))


def make_links_absolute(path: Path) -> None:
    """As an older server made the one for the encrypted disk."""
    root = path / "disk" / "sealed"
    link = Path(f"{root}{root}")
    link.unlink()
    link.symlink_to(root)


@pytest.mark.parametrize("by_an_older_server", [False, True])
def test_a_copy_holds_all_rows_and_never_touches_what_it_was_copied_from(
    tmp_path: Path, by_an_older_server: bool
) -> None:
    original, other = tmp_path / "original", tmp_path / "elsewhere" / "copy"
    made(original)
    if by_an_older_server:
        make_links_absolute(original)
    other.parent.mkdir()
    copy(original, other)
    before = state(original)

    with opened(other) as store:
        assert store.count(Everything()) == 350  # receipts too
        store.append(group(batch(3, [lines(5)])))
        assert store.erase([OTHER]) == {OTHER: 8}
    leads_into_itself(other)
    assert state(original) == before

    original.rename(tmp_path / "away")
    with opened(other) as store:
        assert store.last_seq(DEVICE, STREAM) == 3
        assert store.last_seq(OTHER, STREAM) == 0
        assert store.count(Everything()) == 348
        assert len(run_query(store, "line", limit=1_000).rows) == 345
        store.append(group(batch(4, [lines(5)])))
    leads_into_itself(other)
    assert not original.exists()


def test_a_store_leads_into_itself_wherever_it_is_copied_to(tmp_path: Path) -> None:
    made(tmp_path / "original")
    copy(tmp_path / "original", tmp_path / "copy")
    (tmp_path / "original").rename(tmp_path / "away")
    leads_into_itself(tmp_path / "copy")  # before anybody opens it


def test_the_links_of_former_places_are_taken_away_and_no_other_file(tmp_path: Path) -> None:
    made(tmp_path / "first")
    make_links_absolute(tmp_path / "first")
    sealed = tmp_path / "second" / "disk" / "sealed"
    (tmp_path / "first").rename(tmp_path / "second")
    former = Path(f"{sealed}{tmp_path / 'first'}")
    assert former.exists()
    (sealed / "note").symlink_to("/etc/hostname")
    (former / "kept").mkdir()
    with opened(tmp_path / "second"):
        pass
    ours = [link for link in links(sealed) if "store" not in link.relative_to(sealed).parts]
    assert ours == [sealed / "note", Path(f"{sealed}{sealed}")]
    assert (former / "kept").is_dir()


def test_opening_the_same_store_again_changes_no_link(tmp_path: Path) -> None:
    made(tmp_path / "store")
    before = {link: link.lstat().st_ino for link in links(tmp_path / "store")}
    with opened(tmp_path / "store"):
        pass
    assert {link: link.lstat().st_ino for link in links(tmp_path / "store")} == before
