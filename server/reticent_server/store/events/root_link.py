"""The link by which the engine finds its directories when it syncs them.

Its encrypted disk puts its root in front of a path that has the root in front already, fails to
open the directory, and cannot insert at all with `fsync_part_directory` on. A link at that place
leads back to the root, so that the right directory is synced.

    <root>/<root's own path> -> ../../..   as many as lead to the root

Must hold: the link is relative, so that it leads into a copy of the store and not out of it; and
only the link for the path that is opened now is there. Where it is another, the store was copied or
moved, or an older server made it, whose links were absolute. Called before the engine opens.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_ENGINES_OWN = "store"  # with all parts: too much to look through, and no link of ours is there


def link_root_into_itself(root: Path) -> None:
    """`root`: of the encrypted disk, absolute. Made where it is not there yet."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    link = Path(f"{root}{root}")
    for other in [found for found in _links(root) if found != link]:
        _remove(other, root)
    link.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    back = _back(link, root)
    if link.is_symlink() and link.readlink() == back:
        return
    draft = link.with_name(f"{link.name}.new")
    draft.unlink(missing_ok=True)
    draft.symlink_to(back)
    draft.replace(link)


def _links(root: Path) -> Iterator[Path]:
    """Those of this kind, for whatever path."""
    for folder, names, files in os.walk(root):  # a link into nothing is among the files
        if folder == str(root):
            names[:] = [name for name in names if name != _ENGINES_OWN]
        for link in (Path(folder, name) for name in (*names, *files)):
            if link.is_symlink() and link.readlink() in {
                Path("/", link.relative_to(root)),
                _back(link, root),
            }:
                yield link


def _back(link: Path, root: Path) -> Path:
    return Path(*[".."] * len(link.parent.relative_to(root).parts))


def _remove(link: Path, root: Path) -> None:
    """With the folders that were made for it alone."""
    link.unlink()
    for folder in link.relative_to(root).parents:
        try:
            (root / folder).rmdir()
        except OSError:  # another link's too, or the root itself
            return
