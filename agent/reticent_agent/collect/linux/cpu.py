"""Table `cpu`: the processor, from /proc/cpuinfo; py-cpuinfo fills what that does not tell."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract import limits
from reticent_contract.catalog.cpu import CPU
from reticent_contract.rows import Row

from reticent_agent.collect.linux import cpuinfo, cpuinfo_report
from reticent_agent.collect.model import Absence, Context, FileRoot, StateCollector
from reticent_agent.collect.rows import integer, present, snapshot
from reticent_agent.collect.worthless import described

_FREQUENCIES = "/sys/devices/system/cpu/cpufreq/policy*/cpuinfo_max_freq"  # kHz


def collect(context: Context) -> Iterator[Row]:
    """One row; none where there is no /proc."""
    text = context.files.read_text("/proc/cpuinfo", bytes_max=limits.PROC_FILE_BYTES_MAX)
    if not text:
        return iter(())
    ts_us = context.clock.now_us()
    processor = cpuinfo.parse(text)
    model = described(processor.model)
    # Without a cpufreq driver, as in virtual machines, the speed does not change.
    frequency_hz = _frequency_max_hz(context.files) or processor.advertised_hz
    if model is None or frequency_hz is None:
        report = cpuinfo_report.report(context)
        model = model or described(report.brand)
        frequency_hz = frequency_hz or report.advertised_hz
        for field, value in (("model", model), ("frequency_max_hz", frequency_hz)):
            if report.failure and value is None:
                context.absent(Absence(report.failure, field))
    return present(
        [
            snapshot(
                CPU,
                ts_us,
                {
                    "vendor": described(processor.vendor),
                    "model": model,
                    "signature": processor.signature,
                    "logical_count": processor.logical_count or None,
                    "physical_count": processor.physical_count or _cores(context.files),
                    "frequency_max_hz": frequency_hz,
                },
            )
        ]
    )


def _frequency_max_hz(files: FileRoot) -> int | None:
    """The fastest core's: laptops mix fast and thrifty ones."""
    kilohertz = [integer(files.read_text(path)) for path in files.glob(_FREQUENCIES)]
    return max((value * 1_000 for value in kilohertz if value), default=None)


def _cores(files: FileRoot) -> int | None:
    """Cores by the kernel's topology, for processors whose cpuinfo does not number them (ARM)."""
    cores = {
        (files.read_text(f"{folder}/physical_package_id"), files.read_text(f"{folder}/core_id"))
        for folder in files.glob("/sys/devices/system/cpu/cpu[0-9]*/topology")
    }
    return len(cores) or None


# Not once_per_boot: only py-cpuinfo is expensive, and its report is kept by boot; the rest takes
# less than a millisecond, so that this table has its daily round as the others.
COLLECTOR = StateCollector(table=CPU.name, collect=collect)
