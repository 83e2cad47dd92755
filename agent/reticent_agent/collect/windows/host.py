"""Table `host`: the laptop itself."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.host import HOST
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows import registry
from reticent_agent.collect.windows.cim import Instance, items, text, whole
from reticent_agent.collect.windows.hardware import first_of
from reticent_agent.collect.worthless import described, identifying, identifying_uuid

_TCPIP = rf"{registry.MACHINE}\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
# SMBIOS 7.4.1, in the words that Linux's collector uses.
_CHASSIS_TYPES = {
    3: "desktop",
    4: "low profile desktop",
    5: "pizza box",
    6: "mini tower",
    7: "tower",
    8: "portable",
    9: "laptop",
    10: "notebook",
    11: "hand held",
    12: "docking station",
    13: "all in one",
    14: "sub notebook",
    15: "space-saving",
    16: "lunch box",
    17: "main server chassis",
    23: "rack mount chassis",
    28: "blade",
    30: "tablet",
    31: "convertible",
    32: "detachable",
    33: "IoT gateway",
    34: "embedded pc",
    35: "mini pc",
    36: "stick pc",
}


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
            return _CHASSIS_TYPES.get(number & 0x7F)
    return None


COLLECTOR = StateCollector(table=HOST.name, collect=collect, seconds_max=30.0)
