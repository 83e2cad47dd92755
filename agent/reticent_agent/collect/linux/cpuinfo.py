"""What /proc/cpuinfo tells of a processor.

Enters: its text: one stanza of `key : value` lines a logical processor. Leaves: a `Processor`.
Source: Intel SDM volume 2A, CPUID leaf 1 (EAX); Arm ARM, MIDR_EL1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reticent_agent.collect.rows import integer

_BRAND_SPEED = re.compile(r"@ {0,4}([0-9]{1,4}(?:\.[0-9]{1,4})?) ?([GM])Hz\b", re.ASCII)
_MHZ = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?", re.ASCII)
_ARM_IMPLEMENTERS = {
    0x41: "ARM",
    0x42: "Broadcom",
    0x43: "Cavium",
    0x46: "Fujitsu",
    0x48: "HiSilicon",
    0x4E: "NVIDIA",
    0x50: "Applied Micro",
    0x51: "Qualcomm",
    0x53: "Samsung",
    0x56: "Marvell",
    0x61: "Apple",
    0x69: "Intel",
    0x6D: "Microsoft",
    0xC0: "Ampere",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    vendor: str | None
    model: str | None
    signature: str | None  # eight hex digits: EAX of CPUID leaf 1, or MIDR_EL1
    logical_count: int
    physical_count: int  # 0 where the text does not number the cores
    advertised_hz: int | None  # as the brand says, else the speed where it does not change


def parse(text: str) -> Processor:
    """Facts of the first processor, and how many there are. Unknown lines are left out."""
    first: dict[str, str] = {}
    cores: set[tuple[str, str]] = set()
    logical = 0
    package = ""
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        key, value = key.strip(), value.strip()
        if not colon:
            continue
        if key == "processor" and value.isdecimal():
            logical += 1
            package = ""
        elif key == "physical id":
            package = value
        elif key == "core id":
            cores.add((package, value))
        if logical <= 1:
            first.setdefault(key, value)
    return Processor(
        vendor=first.get("vendor_id") or _arm_vendor(first),
        model=first.get("model name"),
        signature=_x86_signature(first) or _arm_signature(first),
        logical_count=logical,
        physical_count=len(cores),
        advertised_hz=_brand_hz(first.get("model name", ""))
        or _megahertz(first.get("cpu MHz", "")),
    )


def _brand_hz(brand: str) -> int | None:
    """Intel writes it behind the name: `... CPU @ 2.40GHz`."""
    found = _BRAND_SPEED.search(brand)
    if found is None:
        return None
    return round(float(found[1]) * (1_000_000_000 if found[2] == "G" else 1_000_000)) or None


def _megahertz(text: str) -> int | None:
    return round(float(text) * 1_000_000) or None if _MHZ.fullmatch(text) else None


def _x86_signature(fields: dict[str, str]) -> str | None:
    """EAX of CPUID leaf 1, put together again from what the kernel took out of it."""
    family = integer(fields.get("cpu family"))
    model = integer(fields.get("model"))
    stepping = integer(fields.get("stepping"))
    if family is None or model is None or stepping is None:
        return None
    if not (0 <= family <= 0xF + 0xFF and 0 <= model <= 0xFF and 0 <= stepping <= 0xF):
        return None
    base, extended = min(family, 0xF), max(family - 0xF, 0)
    eax = extended << 20 | (model >> 4) << 16 | base << 8 | (model & 0xF) << 4 | stepping
    return f"{eax:08X}"


def _arm_vendor(fields: dict[str, str]) -> str | None:
    implementer = integer(fields.get("CPU implementer"), base=16)
    return None if implementer is None else _ARM_IMPLEMENTERS.get(implementer)


def _arm_signature(fields: dict[str, str]) -> str | None:
    implementer = integer(fields.get("CPU implementer"), base=16)
    variant = integer(fields.get("CPU variant"), base=16)
    part = integer(fields.get("CPU part"), base=16)
    revision = integer(fields.get("CPU revision"))
    if implementer is None or variant is None or part is None or revision is None:
        return None
    if not (0 <= implementer <= 0xFF and 0 <= variant <= 0xF):
        return None
    if not (0 <= part <= 0xFFF and 0 <= revision <= 0xF):
        return None
    return f"{implementer << 24 | variant << 20 | 0xF << 16 | part << 4 | revision:08X}"
