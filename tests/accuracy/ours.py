"""What our detectors say of a case."""

from __future__ import annotations

from accuracy.cases import Case
from accuracy.own_laptop import laptop_called, made_laptop
from accuracy.real_lines import HOST_NAMES
from reticent_contract.redact.findings import findings

_LAPTOPS = {
    "made": made_laptop(),
    **{file: laptop_called(name) for file, name in HOST_NAMES.items()},
}


def ours(case: Case) -> list[tuple[int, int, str]]:
    found = findings(case.text, own=_LAPTOPS.get(case.laptop))
    return [(each.start, each.end, each.detector) for each in found]
