"""What the system's own programs report, as data.

Enters: an argument list. Leaves: property lists, JSON or lines; None where the program is missing.
Must hold: what cannot be understood raises UnknownFormError, whose message holds nothing of what
was reported.
"""

from __future__ import annotations

import json
import plistlib
from collections.abc import Iterator, Mapping, Sequence

from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.model import Context, FileRoot
from reticent_agent.errors import AgentError

IOREG = "/usr/sbin/ioreg"
SYSTEM_PROFILER = "/usr/sbin/system_profiler"
SYSCTL = "/usr/sbin/sysctl"
SECONDS_MAX = 20.0
PLIST_BYTES_MAX = 4 << 20
_CHILDREN = "IORegistryEntryChildren"
_DEPTH_MAX = 64

Report = Mapping[str, object]


class UnknownFormError(AgentError):
    """A program or a file of the system said something that is not in its format."""

    term = "not_understood"

    def __init__(self, source: str) -> None:
        super().__init__(
            f"{source} reports in a form that is not known; its table keeps the rows it had; "
            f"update the agent",
            permanent=False,
        )


def output(context: Context, arguments: Sequence[str]) -> bytes | None:
    """Standard output; None where the program is not installed. Raises CommandError otherwise."""
    try:
        return context.commands.run(arguments, seconds_max=SECONDS_MAX)
    except CommandError as error:
        if error.reason == "missing":
            return None
        raise


def lines(context: Context, arguments: Sequence[str]) -> list[str]:
    """No line where the program is missing."""
    return (output(context, arguments) or b"").decode("utf-8", "replace").splitlines()


def sysctl(context: Context, *names: str) -> dict[str, str]:
    """Those that this Mac has, by name (sysctl(8), with -i: what is unknown is left out)."""
    found: dict[str, str] = {}
    for line in lines(context, (SYSCTL, "-i", *names)):
        name, colon, value = line.partition(": ")
        if colon and name in names:
            found[name] = value.strip()
    return found


def system_profiler(context: Context, *types: str) -> dict[str, list[Report]]:
    """The items of each data type, those in items too, in the order of the report."""
    told = output(context, (SYSTEM_PROFILER, "-json", "-detailLevel", "full", *types))
    return {} if told is None else read_profile(told, types)


def read_profile(told: bytes, types: Sequence[str]) -> dict[str, list[Report]]:
    """Raises UnknownFormError where it is no JSON object of lists."""
    try:
        report = json.loads(told)
    except (ValueError, RecursionError):
        raise UnknownFormError(SYSTEM_PROFILER) from None
    if not isinstance(report, dict):
        raise UnknownFormError(SYSTEM_PROFILER)
    return {kind: list(_items(report.get(kind), 0)) for kind in types}


def _items(value: object, depth: int) -> Iterator[Report]:
    if not isinstance(value, list) or depth > _DEPTH_MAX:
        return
    for item in value:
        if isinstance(item, dict):
            yield item
            yield from _items(item.get("_items"), depth + 1)


def io_registry(context: Context, *arguments: str) -> list[Report]:
    """Every entry that ioreg tells, with those beneath it. Raises UnknownFormError."""
    told = output(context, (IOREG, "-a", *arguments))
    if not told:  # ioreg says nothing at all where no entry matches
        return []
    found = read_plist(told, IOREG)
    return list(_entries(found if isinstance(found, list) else [found], 0))


def _entries(value: object, depth: int) -> Iterator[Report]:
    if not isinstance(value, list) or depth > _DEPTH_MAX:
        return
    for entry in value:
        if isinstance(entry, dict):
            yield entry
            yield from _entries(entry.get(_CHILDREN), depth + 1)


def plist_file(files: FileRoot, path: str) -> object:
    """None where the file is missing or may not be read. Raises UnknownFormError."""
    try:
        content = files.read_bytes(path, bytes_max=PLIST_BYTES_MAX)
    except OSError:
        return None
    return read_plist(content, path.rpartition("/")[2])


def read_plist(content: bytes, source: str) -> object:
    """Of either form. Entities are refused by plistlib. Raises UnknownFormError."""
    try:
        return plistlib.loads(content)
    except Exception:  # noqa: BLE001 - plistlib lets through whatever a broken file raises in it
        raise UnknownFormError(source) from None


def text(value: object) -> str | None:
    """Text, or the text in data that ends in NULs, as the device tree has it."""
    if isinstance(value, bytes):
        value = value.rstrip(b"\0").decode("utf-8", "replace")
    return value if isinstance(value, str) else None


def number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
