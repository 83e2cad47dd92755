"""The registry's entry of the Mac itself, which several tables read."""

from __future__ import annotations

from reticent_agent.collect.macos.asking import Report, io_registry
from reticent_agent.collect.model import Context

_CLASS = "IOPlatformExpertDevice"


def platform_expert(context: Context) -> Report:
    """Its properties; empty where ioreg is missing."""
    entries = io_registry(context, "-rd1", "-c", _CLASS)
    return entries[0] if entries else {}
