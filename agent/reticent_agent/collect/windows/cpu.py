"""Table `cpu`: the processor, or several equal ones taken together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reticent_contract.catalog.cpu import CPU
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows.cim import Instance, text, whole
from reticent_agent.collect.windows.hardware import all_of
from reticent_agent.collect.worthless import described

_X86 = frozenset({0, 9})  # Win32_Processor.Architecture: x86 and x64
_PROCESSOR_ID = re.compile(r"[0-9A-F]{8}([0-9A-F]{8})", re.IGNORECASE)


def collect(context: Context) -> Iterator[Row]:
    """One row; none where CIM knows no processor."""
    found = all_of(context, "Win32_Processor")
    first: Instance = found[0] if found else {}
    megahertz = whole(first, "MaxClockSpeed")
    return present(
        [
            snapshot(
                CPU,
                context.clock.now_us(),
                {
                    "vendor": described(text(first, "Manufacturer")),
                    "model": described(text(first, "Name")),
                    "signature": _signature(first),
                    "logical_count": _sum(found, "NumberOfLogicalProcessors"),
                    "physical_count": _sum(found, "NumberOfCores"),
                    "frequency_max_hz": megahertz * 1_000_000 if megahertz else None,
                },
            )
        ]
    )


def _signature(processor: Instance) -> str | None:
    """EAX of CPUID leaf 1: ProcessorId holds EDX and then EAX; on ARM it means something else."""
    match = _PROCESSOR_ID.fullmatch((text(processor, "ProcessorId") or "").strip())
    if match is None or whole(processor, "Architecture") not in _X86:
        return None
    return match[1].upper()


def _sum(processors: Sequence[Instance], name: str) -> int | None:
    return sum(whole(processor, name) or 0 for processor in processors) or None


COLLECTOR = StateCollector(table=CPU.name, collect=collect, seconds_max=30.0)
