"""Table `os`: all of it stands in the registry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reticent_contract.catalog.os import OS
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import integer, present, snapshot
from reticent_agent.collect.windows.laptop import RegistryValue
from reticent_agent.collect.windows.registry import (
    CONTROL,
    MACHINE,
    USERS,
    WINDOWS_NT,
    number,
    text,
    values,
)
from reticent_agent.collect.worthless import identifying_uuid

_WINDOWS_11_BUILD = 22_000  # ProductName still says Windows 10 there
_ARCHITECTURES = {"AMD64": "x86_64", "ARM64": "aarch64", "X86": "x86"}


def collect(context: Context) -> Iterator[Row]:
    """One row."""
    version = values(context, WINDOWS_NT)
    cryptography = values(context, rf"{MACHINE}\SOFTWARE\Microsoft\Cryptography")
    zone = values(context, rf"{CONTROL}\TimeZoneInformation")
    machine = values(context, rf"{CONTROL}\Session Manager\Environment")
    # The account of the system and of the sign-in screen: what the laptop is set to.
    international = values(context, rf"{USERS}\.DEFAULT\Control Panel\International")
    architecture = text(machine, "PROCESSOR_ARCHITECTURE")
    build = text(version, "CurrentBuild")
    update = number(version, "UBR")
    return present(
        [
            snapshot(
                OS,
                context.clock.now_us(),
                {
                    "name": product_name(text(version, "ProductName"), build),
                    "version": text(version, "DisplayVersion") or text(version, "ReleaseId"),
                    "build": build if build is None or update is None else f"{build}.{update}",
                    "kernel": _kernel(version, build),
                    "architecture": architecture
                    and _ARCHITECTURES.get(architecture.upper(), architecture),
                    "time_zone": text(zone, "TimeZoneKeyName"),
                    "locale": text(international, "LocaleName"),
                    "machine_id": identifying_uuid(text(cryptography, "MachineGuid")),
                },
            )
        ]
    )


def product_name(name: str | None, build: str | None) -> str | None:
    number_ = integer(build)
    if name and number_ is not None and number_ >= _WINDOWS_11_BUILD:
        return name.replace("Windows 10", "Windows 11")
    return name


def _kernel(version: Mapping[str, RegistryValue], build: str | None) -> str | None:
    major, minor = (number(version, f"Current{part}VersionNumber") for part in ("Major", "Minor"))
    return None if major is None or minor is None or not build else f"{major}.{minor}.{build}"


COLLECTOR = StateCollector(table=OS.name, collect=collect)
