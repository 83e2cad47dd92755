"""Table `cpu`: the processor."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.cpu import CPU
from reticent_contract.rows import Row

from reticent_agent.collect.macos import asking
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import integer, present, snapshot
from reticent_agent.collect.worthless import described

_BRAND = "machdep.cpu."
_INTEL = ("family", "model", "stepping")


def collect(context: Context) -> Iterator[Row]:
    """One row, or none where sysctl is missing."""
    told = asking.sysctl(
        context,
        *(f"{_BRAND}{name}" for name in ("vendor", "brand_string", *_INTEL)),
        "hw.cpufamily",
        "hw.logicalcpu",
        "hw.physicalcpu",
        "hw.cpufrequency_max",
    )
    parts = [told.get(_BRAND + name) for name in _INTEL]
    family = integer(told.get("hw.cpufamily"))
    row = snapshot(
        CPU,
        context.clock.now_us(),
        {
            "vendor": described(told.get(_BRAND + "vendor")),
            "model": described(told.get(_BRAND + "brand_string")),
            # hw.cpufamily is a signed number of 32 bits that stands for an unsigned one.
            "signature": "-".join(part for part in parts if part)
            if all(parts)
            else (None if family is None else f"{family & 0xFFFFFFFF:08x}"),
            "logical_count": integer(told.get("hw.logicalcpu")),
            "physical_count": integer(told.get("hw.physicalcpu")),
            "frequency_max_hz": integer(told.get("hw.cpufrequency_max")),
        },
    )
    return present([row])


COLLECTOR = StateCollector(table=CPU.name, collect=collect)
