"""What libzypp's history says: zypper, YaST and PackageKit on SUSE.

Enters: lines of /var/log/zypp/history. Leaves: changes. Source: libzypp, zypp/HistoryLog.cc; fields
between bars, a bar or backslash in one has a backslash before it, the action is filled with blanks:
    2026-11-22 06:13:02|install|tool|1.1-1.2|x86_64|root@host|repo-oss|<checksum>|<id>|
    2026-11-22 06:14:02|remove |tool|1.1-1.2|x86_64|root@host|<id>|

An update is written as an installation. Which it was the lines before it say, as YaST reads them; a
package whose earlier lines were rotated away, or that libzypp did not install, counts as installed.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable

from reticent_contract import limits

from reticent_agent.collect.linux.software_logs import Change
from reticent_agent.collect.model import FileRoot

PATH = "/var/log/zypp/history"
_LINE = re.compile(
    r"([0-9-]{10} [0-9:]{8})\|(install|remove ?)\|((?:[^|\\]|\\.){1,512})\|"
    r"([^|]{1,256})\|([^|]{1,64})\|.*"
)
_ESCAPED = re.compile(r"\\(.)")
_NAMES_MAX = 20_000
_Line = tuple[str, str]  # time and version; "" where it was removed


class ZyppHistory:
    """Bounded: the names seen last. `earlier`: the lines of the log as it is at the start."""

    def __init__(self, earlier: Iterable[str] = ()) -> None:
        self._lines: OrderedDict[tuple[str, str], list[_Line]] = OrderedDict()
        for line in earlier:
            found = _LINE.fullmatch(line)
            if found is not None:
                self._place(found)

    @classmethod
    def of(cls, files: FileRoot) -> ZyppHistory:
        """Without what came before, where that cannot be read."""
        try:
            content = files.read_bytes(PATH, bytes_max=limits.FILE_BYTES_MAX)
        except OSError:
            return cls()
        return cls(content.decode(errors="replace").splitlines())

    def change(self, line: str) -> Change | None:
        found = _LINE.fullmatch(line)
        if found is None:
            return None
        lines, place = self._place(found)
        before = lines[place - 1][1] if place else ""
        time, action, name, version, architecture = found.groups()
        is_removal = action.startswith("remove")
        if before == version and not is_removal:  # the same version again
            return None
        updated = bool(before) and not is_removal
        return Change(
            event="uninstalled" if is_removal else "updated" if updated else "installed",
            time=time,
            source="rpm",
            name=_ESCAPED.sub(r"\1", name),
            version=version,
            version_before=before if updated else None,
            architecture=architecture,
        )

    def _place(self, found: re.Match[str]) -> tuple[list[_Line], int]:
        """The lines of its package, and where this one stands among them."""
        time, action, name, version, architecture = found.groups()
        line = (time, "" if action.startswith("remove") else version)
        lines = self._lines.setdefault((name, architecture), [])
        self._lines.move_to_end((name, architecture))
        if len(self._lines) > _NAMES_MAX:
            self._lines.popitem(last=False)
        if line not in lines:
            lines.append(line)
        return lines, lines.index(line)
