"""Table `host`: the laptop itself."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.host import HOST
from reticent_contract.rows import Row

from reticent_agent.collect.chassis import CHASSIS_TYPES
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows import registry
from reticent_agent.collect.windows.cim import Instance, items, text, whole
from reticent_agent.collect.windows.hardware import first_of
from reticent_agent.collect.worthless import described, identifying, identifying_uuid

_TCPIP = rf"{registry.MACHINE}\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"


def collect(context: Context) -> Iterator[Row]:
    """One row."""
    enclosure = first_of(context, "Win32_SystemEnclosure")
    system = first_of(context, "Win32_ComputerSystem")
    product = first_of(context, "Win32_ComputerSystemProduct")
    network = registry.values(context, _TCPIP)
    return present(
        [
            snapshot(
                HOST,
                context.clock.now_us(),
                {
                    "host_name": registry.text(network, "Hostname"),
                    "domain_name": registry.text(network, "Domain"),
                    **_make(system, product),
                    "system_serial": identifying(
                        text(first_of(context, "Win32_BIOS"), "SerialNumber")
                    ),
                    "hardware_uuid": identifying_uuid(text(product, "UUID")),
                    "chassis_serial": identifying(text(enclosure, "SerialNumber")),
                    "chassis_type": _chassis_type(enclosure),
                    "asset_tag": identifying(text(enclosure, "SMBIOSAssetTag")),
                    "memory_bytes": whole(system, "TotalPhysicalMemory"),
                },
            )
        ]
    )


def _make(system: Instance, product: Instance) -> dict[str, str | None]:
    vendor = described(text(system, "Manufacturer"))
    model = described(text(system, "Model"))
    version = described(text(product, "Version"))
    if vendor and version and vendor.casefold() == "lenovo":
        model, version = version, model  # Lenovo keeps the name that people know in the version
    return {"vendor": vendor, "model": model, "model_version": version}


def _chassis_type(enclosure: Instance) -> str | None:
    """The first one: a docking station is a second enclosure, not a second number."""
    for number in items(enclosure, "ChassisTypes"):
        if isinstance(number, int):
            return CHASSIS_TYPES.get(number & 0x7F)
    return None


COLLECTOR = StateCollector(table=HOST.name, collect=collect, seconds_max=30.0)
