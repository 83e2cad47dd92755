"""The parsers of macOS, for tests/collect/fuzz.py."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from reticent_agent.collect.macos import (
    asking,
    installed,
    mach_o,
    network_interface,
    power,
    sessions,
    unified_log,
    user_account,
    utmpx,
)
from reticent_agent.collect.macos.asking import ReportError


def _text(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()


def _profile(content: bytes) -> object:
    with suppress(ReportError):
        return asking.read_profile(content, ["SPDisplaysDataType", "SPNVMeDataType"])
    return None


def _accounts(content: bytes) -> object:
    with suppress(ReportError):
        return user_account.read_accounts(content)
    return None


def _receipts(content: bytes) -> object:
    with suppress(ReportError):
        return list(installed.installations(asking.read_plist(content, "fuzz"), after_us=0))
    return None


def _log(content: bytes) -> object:
    return unified_log.in_order(content.splitlines())


def _power(content: bytes) -> object:
    told = dict(line.split(": ", 1) for line in _text(content) if ": " in line)
    return power.changes(power.Known("b", 1, 1, "z"), told, "z", now_us=1)


PARSERS: dict[str, Callable[[bytes], object]] = {
    "macos.system_profiler": _profile,
    "macos.dscl": _accounts,
    "macos.receipts": _receipts,
    "macos.ifconfig": lambda content: network_interface.read_links(_text(content)),
    "macos.networksetup": lambda content: network_interface.read_ports(_text(content)),
    "macos.utmpx": lambda content: sessions.changes(sessions.Known(), list(utmpx.records(content))),
    "macos.mach_o": mach_o.read_head,
    "macos.unified_log": _log,
    "macos.kernel_times": _power,
}
