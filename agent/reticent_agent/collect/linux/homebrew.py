"""Formulae that Homebrew installed on Linux.

Source: Homebrew's docs/Formula-Cookbook: opt/NAME links to the keg in use,
../Cellar/NAME/VERSION; INSTALL_RECEIPT.json in it has `time` and `arch`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from reticent_contract import limits

from reticent_agent.collect.linux.packages import Package, installed_at
from reticent_agent.collect.model import Context

_PREFIX = "/home/linuxbrew/.linuxbrew"
_CELLAR = f"{_PREFIX}/Cellar"
_KEG = re.compile(r"(?:\.\.|/home/linuxbrew/\.linuxbrew)/Cellar/([^/]{1,128})/([^/]{1,128})")


def installed(context: Context) -> Iterator[Package]:
    """The keg in use of each formula; an alias links to the same one and counts once."""
    seen: set[str] = set()
    for path in context.files.glob(f"{_PREFIX}/opt/*"):
        keg = _KEG.fullmatch(context.files.readlink(path) or "")
        if keg is None or keg[1] in seen:
            continue
        seen.add(keg[1])
        receipt = f"{_CELLAR}/{keg[1]}/{keg[2]}/INSTALL_RECEIPT.json"
        try:
            content = context.files.read_bytes(receipt, bytes_max=limits.SMALL_FILE_BYTES_MAX)
        except OSError:  # Homebrew's folder is no root's: an odd file must not fail the table
            content = b""
        architecture, time_us = parse(content)
        yield Package(keg[1], keg[2], architecture, installed_at_us=time_us)


def parse(receipt: bytes) -> tuple[str, int | None]:
    """Architecture and time of the installation, in microseconds, where it tells them."""
    try:
        document = json.loads(receipt)
    except (ValueError, RecursionError):
        return "", None
    if not isinstance(document, dict):
        return "", None
    architecture, time = document.get("arch"), document.get("time")
    seconds = str(int(time)) if isinstance(time, (int, float)) and 0 < time < 1e10 else ""
    return architecture if isinstance(architecture, str) else "", installed_at(seconds)
