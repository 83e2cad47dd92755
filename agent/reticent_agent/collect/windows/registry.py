"""Values of the registry, as what they mean.

Enters: a key's values. Leaves: text, numbers, or None. Must hold: a value of another type than the
one expected is as good as none.
"""

from __future__ import annotations

from collections.abc import Mapping

from reticent_agent.collect.model import Context
from reticent_agent.collect.windows.laptop import RegistryValue, laptop

MACHINE = "HKEY_LOCAL_MACHINE"
USERS = "HKEY_USERS"
WINDOWS_NT = rf"{MACHINE}\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
CONTROL = rf"{MACHINE}\SYSTEM\CurrentControlSet\Control"


def values(context: Context, key: str) -> Mapping[str, RegistryValue]:
    return laptop(context).registry.values(key)


def keys(context: Context, key: str) -> tuple[str, ...]:
    return tuple(laptop(context).registry.keys(key))


def text(found: Mapping[str, RegistryValue], name: str) -> str | None:
    """Trimmed; None where it is empty or no text."""
    value = found.get(name.casefold())
    return (value.strip("\0 \t\r\n") or None) if isinstance(value, str) else None


def number(found: Mapping[str, RegistryValue], name: str) -> int | None:
    """Of a DWORD or QWORD, or of text that is all digits (policies write both)."""
    value = found.get(name.casefold())
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 18:
        return int(value)
    return None
