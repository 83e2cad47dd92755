"""Table `host`: the laptop's name in the network, its make, model and serial numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reticent_contract.catalog.host import HOST
from reticent_contract.rows import Row, Value

from reticent_agent.collect.chassis import CHASSIS_TYPES
from reticent_agent.collect.linux import dmi
from reticent_agent.collect.model import Context, FileRoot, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import integer, present, snapshot
from reticent_agent.collect.worthless import described, identifying, identifying_uuid

_NAMELESS = frozenset({"localhost", "localhost.localdomain"})
_MEMORY = re.compile(r"^MemTotal:\s*(\d{1,15}) kB$", re.MULTILINE)
_RESOLV_DOMAIN = re.compile(r"^domain[ \t]+(\S+)", re.MULTILINE)


def collect(context: Context) -> Iterator[Row]:
    """One row, or none where the file root holds no system."""
    files = context.files
    serials = dmi.serials(context, board=False)
    values: dict[str, Value | None] = {
        **_names(files),
        **_make(files),
        "system_serial": identifying(serials.get("product_serial"))
        or identifying(files.read_text("/proc/device-tree/serial-number")),
        "hardware_uuid": identifying_uuid(serials.get("product_uuid")),
        "chassis_serial": identifying(serials.get("chassis_serial")),
        "chassis_type": _chassis_type(files),
        "asset_tag": dmi.identifying(files, "chassis_asset_tag"),
        "memory_bytes": _memory_bytes(files),
    }
    return present([snapshot(HOST, context.clock.now_us(), values)])


def _names(files: FileRoot) -> dict[str, str | None]:
    full = described(files.read_text("/proc/sys/kernel/hostname"))
    if full is None or full.casefold() in _NAMELESS:
        full = ""
    host_name, _, domain = full.partition(".")
    if not domain:
        domain = described(files.read_text("/proc/sys/kernel/domainname")) or ""
    if not domain:
        match = _RESOLV_DOMAIN.search(files.read_text("/etc/resolv.conf") or "")
        domain = match[1] if match else ""
    return {"host_name": host_name, "domain_name": domain}


def _make(files: FileRoot) -> dict[str, str | None]:
    vendor = dmi.described(files, "sys_vendor")
    model = dmi.described(files, "product_name")
    version = dmi.described(files, "product_version")
    if vendor and version and vendor.casefold() == "lenovo":
        model, version = version, model  # Lenovo keeps the name that people know in the version
    if model is None:
        model = described(files.read_text("/proc/device-tree/model"))
    return {"vendor": vendor, "model": model, "model_version": version}


def _chassis_type(files: FileRoot) -> str | None:
    number = integer(dmi.described(files, "chassis_type"))
    return None if number is None else CHASSIS_TYPES.get(number & 0x7F)


def _memory_bytes(files: FileRoot) -> int | None:
    match = _MEMORY.search(files.read_text("/proc/meminfo") or "")
    return int(match[1]) * 1024 if match else None


COLLECTOR = StateCollector(
    table=HOST.name,
    collect=collect,
    watches=tuple(
        Watch(WatchKind.PATH, path=path) for path in ("/etc/hostname", "/etc/resolv.conf")
    ),
)
