"""The registry of this Windows laptop, in its 64-bit view.

Enters: keys by their full name. Leaves: values and names. Must hold: a key that is not there is
empty; one that may not be read raises; what is a link or a resource list is left out.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import winreg
from collections.abc import Mapping, Sequence

from reticent_agent.collect.windows.laptop import RegistryValue

ENTRIES_MAX = 20_000
_HIVES = {
    "HKEY_LOCAL_MACHINE": winreg.HKEY_LOCAL_MACHINE,
    "HKEY_USERS": winreg.HKEY_USERS,
}
_ACCESS = winreg.KEY_READ | winreg.KEY_WOW64_64KEY


class WindowsRegistry:
    """The `Registry` of this laptop."""

    def values(self, key: str) -> Mapping[str, RegistryValue]:
        found: dict[str, RegistryValue] = {}
        try:
            with _opened(key) as handle:
                for at in range(min(winreg.QueryInfoKey(handle)[1], ENTRIES_MAX)):
                    try:
                        name, data, _ = winreg.EnumValue(handle, at)
                    except OSError:  # fewer by now
                        break
                    if isinstance(data, list):
                        data = tuple(str(part) for part in data)
                    if isinstance(data, (str, int, bytes, tuple)):
                        found[name.casefold()] = data
        except FileNotFoundError:
            return {}
        return found

    def keys(self, key: str) -> Sequence[str]:
        names: list[str] = []
        try:
            with _opened(key) as handle:
                for at in range(min(winreg.QueryInfoKey(handle)[0], ENTRIES_MAX)):
                    try:
                        names.append(winreg.EnumKey(handle, at))
                    except OSError:  # fewer by now
                        break
        except FileNotFoundError:
            return ()
        return sorted(names)


def _opened(key: str) -> winreg.HKEYType:
    hive, _, rest = key.partition("\\")
    return winreg.OpenKey(_HIVES[hive], rest, 0, _ACCESS)
