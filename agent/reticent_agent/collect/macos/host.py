"""Table `host`: the Mac's name in the network, its model and serial numbers."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.host import HOST
from reticent_contract.rows import Row

from reticent_agent.collect.macos import asking
from reticent_agent.collect.macos.platform_expert import platform_expert
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import integer, present, snapshot
from reticent_agent.collect.worthless import described, identifying, identifying_uuid

SCUTIL = "/usr/sbin/scutil"
_NO_DOMAINS = frozenset({"", "local", "localdomain"})  # of Bonjour, and of nobody


def collect(context: Context) -> Iterator[Row]:
    """One row, or none where the file root holds no system."""
    system = asking.sysctl(context, "hw.memsize", "kern.hostname")
    expert = platform_expert(context)
    profile = asking.system_profiler(context, "SPHardwareDataType").get("SPHardwareDataType") or []
    hardware = profile[0] if profile else {}
    names = asking.lines(context, (SCUTIL, "--get", "LocalHostName"))
    _, _, domain = system.get("kern.hostname", "").partition(".")
    row = snapshot(
        HOST,
        context.clock.now_us(),
        {
            "host_name": described(names[0] if names else None),
            "domain_name": domain if domain.lower() not in _NO_DOMAINS else None,
            "model": described(asking.text(hardware.get("machine_name"))),
            "model_version": described(asking.text(hardware.get("machine_model"))),
            "system_serial": identifying(asking.text(expert.get("IOPlatformSerialNumber"))),
            "hardware_uuid": identifying_uuid(asking.text(expert.get("IOPlatformUUID"))),
            "memory_bytes": integer(system.get("hw.memsize")),
        },
    )
    return present([row])


COLLECTOR = StateCollector(table=HOST.name, collect=collect, seconds_max=30.0)
