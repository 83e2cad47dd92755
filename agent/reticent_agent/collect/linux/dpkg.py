"""Packages that dpkg installed, from its status file.

Source: dpkg(1) "Package states" and deb822(5): stanzas of `Field: value`, ended by an empty line;
lines that go on begin with a blank. A package counts as installed in every state in which its
files are on the disk.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from reticent_contract import limits

from reticent_agent.collect.linux.packages import Package
from reticent_agent.collect.model import Context

STATUS = "/var/lib/dpkg/status"
_FIELDS = (b"package:", b"status:", b"version:", b"architecture:")
_INITIALS = frozenset(initial for field in _FIELDS for initial in (field[0], field[0] - 32))
_NOT_INSTALLED = frozenset({"not-installed", "config-files"})


def installed(context: Context) -> Iterator[Package]:
    """Packages in the order of the file. Raises OSError where it is there but cannot be read."""
    try:
        content = context.files.read_bytes(STATUS, bytes_max=limits.FILE_BYTES_MAX)
    except FileNotFoundError:
        return iter(())
    return parse(content)


def parse(content: bytes) -> Iterator[Package]:
    """Installed packages; stanzas without name or state, and other lines, are left out."""
    stanza: dict[bytes, str] = {}
    for line in _lines(content):
        first = line[0]
        if first in _INITIALS:  # of ten lines nine end here: most of the file is descriptions
            colon = line.find(b":") + 1
            field = line[:colon].lower()
            if field in _FIELDS:
                stanza[field] = line[colon:].decode(errors="replace").strip()
        elif first == 10 or not line.strip():
            if package := _package(stanza):
                yield package
            stanza.clear()


def _lines(content: bytes) -> Iterator[bytes]:
    """The lines, and an empty one that ends the last stanza. The content is not copied."""
    yield from io.BytesIO(content)
    yield b"\n"


def _package(stanza: dict[bytes, str]) -> Package | None:
    name = stanza.get(b"package:")
    state = stanza.get(b"status:", "").split()  # what is wanted, error flag, state
    if not name or len(state) != 3 or state[2] in _NOT_INSTALLED:
        return None
    return Package(name, stanza.get(b"version:", ""), stanza.get(b"architecture:", ""))
