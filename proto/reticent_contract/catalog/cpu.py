"""The processor: one row a laptop."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Item, Kind, Source, Table, Type

CPU = Table(
    name="cpu",
    kind=Kind.STATE,
    sentence="The processor of this laptop.",
    priority=60,
    fields=(
        Field(
            name="vendor",
            type=Type.TEXT,
            sentence="The company that made the processor.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/proc/cpuinfo: vendor_id, else the name of CPU implementer",
                windows="Win32_Processor.Manufacturer",
                macos="sysctl machdep.cpu.vendor; on Apple silicon none: it is always Apple",
            ),
            bytes_max=128,
        ),
        Field(
            name="model",
            type=Type.TEXT,
            sentence="The model of the processor.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "/proc/cpuinfo: model name, else py-cpuinfo's brand (lscpu knows what "
                    "ARM parts are called)"
                ),
                windows="Win32_Processor.Name",
                macos="sysctl machdep.cpu.brand_string",
            ),
            bytes_max=256,
            ocsf="device.hw_info.cpu_type",
        ),
        Field(
            name="signature",
            type=Type.TEXT,
            sentence=(
                "The processor's kind to the exact revision; the same for every "
                "processor of that kind, so it names no laptop."
            ),
            field_class=FieldClass.TECHNICAL,
            item=Item.DEVICE_ID,
            source=Source(
                linux=(
                    "/proc/cpuinfo: cpu family, model, stepping (CPUID leaf 1); on ARM "
                    "implementer, part, variant, revision"
                ),
                windows="Win32_Processor.ProcessorId, its CPUID leaf 1 half",
                macos="sysctl machdep.cpu.{family,model,stepping}; on Apple silicon hw.cpufamily",
            ),
            bytes_max=128,
        ),
        Field(
            name="logical_count",
            type=Type.INTEGER,
            sentence="How many things the processor can do at the same time.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux="/proc/cpuinfo: processors counted",
                windows="Win32_Processor.NumberOfLogicalProcessors",
                macos="sysctl hw.logicalcpu",
            ),
            ocsf="device.hw_info.cpu_count",
        ),
        Field(
            name="physical_count",
            type=Type.INTEGER,
            sentence="How many cores the processor has.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "/proc/cpuinfo: pairs of physical id and core id, else "
                    "/sys/devices/system/cpu/cpu*/topology"
                ),
                windows="Win32_Processor.NumberOfCores",
                macos="sysctl hw.physicalcpu",
            ),
            ocsf="device.hw_info.cpu_cores",
        ),
        Field(
            name="frequency_max_hz",
            type=Type.INTEGER,
            sentence="The highest speed that the processor is made for, in hertz.",
            field_class=FieldClass.TECHNICAL,
            item=Item.HARDWARE_SOFTWARE,
            source=Source(
                linux=(
                    "/sys/devices/system/cpu/cpufreq/policy*/cpuinfo_max_freq, else /proc/cpuinfo: "
                    "the speed in model name, or cpu MHz; else py-cpuinfo's advertised speed"
                ),
                windows="Win32_Processor.MaxClockSpeed",
                macos=(
                    "sysctl hw.cpufrequency_max; on Apple silicon none: the system does not tell"
                ),
            ),
            ocsf="device.hw_info.cpu_speed",
        ),
    ),
)
