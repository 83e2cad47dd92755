"""What a bundle counts of the control store."""

from __future__ import annotations

from collections.abc import Mapping

from reticent_server.devices.service import DeviceService
from reticent_server.erasure.service import ErasureService
from reticent_server.retention.cuts import Cuts


def counts_of(
    devices: DeviceService, erasures: ErasureService, cuts: Cuts, *, server_runs: bool
) -> Mapping[str, int]:
    counts = {f"devices.{state}": number for state, number in devices.counts_by_status().items()}
    counts["erasures.open"] = len(erasures.open())
    counts["retention.groups_and_tables"] = cuts.count_all()
    counts["server.runs"] = int(server_runs)
    return counts
