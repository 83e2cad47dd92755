"""Table `board`: the main board and its firmware."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.board import BOARD
from reticent_contract.rows import Row

from reticent_agent.collect.macos import asking
from reticent_agent.collect.macos.platform_expert import platform_expert
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import described, identifying


def collect(context: Context) -> Iterator[Row]:
    """One row; Apple silicon names no board, Intel Macs keep the board's serial from users."""
    expert = platform_expert(context)
    profile = asking.system_profiler(context, "SPHardwareDataType").get("SPHardwareDataType") or []
    hardware = profile[0] if profile else {}
    row = snapshot(
        BOARD,
        context.clock.now_us(),
        {
            "model": described(asking.text(expert.get("board-id"))),
            "serial": identifying(asking.text(expert.get("mlb-serial-number"))),
            "bios_version": described(asking.text(hardware.get("boot_rom_version"))),
        },
    )
    return present([row])


COLLECTOR = StateCollector(table=BOARD.name, collect=collect, seconds_max=30.0)
