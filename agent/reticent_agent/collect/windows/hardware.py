"""What the tables `host`, `cpu` and `board` ask together: nothing of it changes while it runs."""

from __future__ import annotations

from reticent_agent.collect.model import Context
from reticent_agent.collect.windows.cim import Instance, Question, ask

_FRESH_S = 60.0
_QUESTIONS = (
    Question(
        cim_class="Win32_ComputerSystem",
        properties=("Manufacturer", "Model", "TotalPhysicalMemory"),
    ),
    Question(cim_class="Win32_ComputerSystemProduct", properties=("Version", "UUID")),
    Question(
        cim_class="Win32_SystemEnclosure",
        properties=("SerialNumber", "SMBIOSAssetTag", "ChassisTypes"),
    ),
    Question(
        cim_class="Win32_BIOS",
        properties=("Manufacturer", "SMBIOSBIOSVersion", "ReleaseDate", "SerialNumber"),
    ),
    Question(
        cim_class="Win32_BaseBoard",
        properties=("Manufacturer", "Product", "Version", "SerialNumber"),
    ),
    Question(
        cim_class="Win32_Processor",
        properties=(
            "Manufacturer",
            "Name",
            "ProcessorId",
            "Architecture",
            "NumberOfCores",
            "NumberOfLogicalProcessors",
            "MaxClockSpeed",
        ),
    ),
)


def all_of(context: Context, cim_class: str) -> tuple[Instance, ...]:
    """Every instance; () where the class is not there."""
    return ask(context, _QUESTIONS, fresh_s=_FRESH_S)[cim_class].instances


def first_of(context: Context, cim_class: str) -> Instance:
    """The only or first instance; {} where there is none."""
    found = all_of(context, cim_class)
    return found[0] if found else {}
