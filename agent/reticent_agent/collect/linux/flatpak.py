"""Applications of flatpak, of the system's installation and of people's own.

Source: flatpak's common/flatpak-dir.c: app/ID/current links to ARCH/BRANCH, `active` below it to
the deployed commit; its `deploy` is a GVariant (ssasta{sv}) that begins with the origin's name.
The version stands in the AppStream metadata, newest release first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reticent_contract import limits

from reticent_agent.collect.linux.packages import Package
from reticent_agent.collect.model import Context, FileRoot

FOLDER = "/var/lib/flatpak/app"
_OF_PEOPLE = "/home/*/.local/share/flatpak/app"
_METADATA = ("share/metainfo/{}.metainfo.xml", "share/appdata/{}.appdata.xml")
_CURRENT = re.compile(r"([A-Za-z0-9_]{1,32})/[^/]{1,128}")
_ORIGIN = re.compile(rb"[A-Za-z0-9._-]{1,128}(?=\0)")
_VERSION = re.compile(rb"<release\b[^<>]{0,256}?\bversion=(?:\"([^\"<>]{1,64})\"|'([^'<>]{1,64})')")
_METADATA_BYTES_MAX = 512 << 10


def installed(context: Context) -> Iterator[Package]:
    """The branch in use of each application; one that several people have counts once.

    Raises OSError where the system's own cannot be read. What lies in a home is its owner's: an odd
    file there must not take the table from everybody.
    """
    seen: set[tuple[str, str]] = set()
    for folder in (FOLDER, _OF_PEOPLE):
        for path in context.files.glob(f"{folder}/*/current"):
            package = _package(context.files, path)
            if (package.name, package.architecture) not in seen:
                seen.add((package.name, package.architecture))
                yield package


def _package(files: FileRoot, current: str) -> Package:
    name = current.split("/")[-2]
    match = _CURRENT.fullmatch(files.readlink(current) or "")
    return Package(
        name,
        _version(files, f"{current}/active/files", name),
        match[1] if match else "",
        origin(_content(files, f"{current}/active/deploy", limits.SMALL_FILE_BYTES_MAX)),
    )


def _version(files: FileRoot, folder: str, name: str) -> str:
    for place in _METADATA:
        version = newest(_content(files, f"{folder}/{place.format(name)}", _METADATA_BYTES_MAX))
        if version:
            return version
    return ""


def origin(deploy: bytes) -> str:
    """The remote that it came from, or ""."""
    match = _ORIGIN.match(deploy)
    return match[0].decode("ascii") if match else ""


def newest(metadata: bytes) -> str:
    """The version of the first release that AppStream metadata names, or ""."""
    match = _VERSION.search(metadata)
    return (match[1] or match[2]).decode(errors="replace") if match else ""


def _content(files: FileRoot, path: str, bytes_max: int) -> bytes:
    try:
        return files.read_bytes(path, bytes_max=bytes_max)
    except FileNotFoundError:
        return b""
    except OSError:
        if path.startswith(FOLDER):
            raise
        return b""
