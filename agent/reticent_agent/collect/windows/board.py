"""Table `board`: the main board and its firmware."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.board import BOARD
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows.cim import day, text
from reticent_agent.collect.windows.hardware import first_of
from reticent_agent.collect.worthless import described, identifying


def collect(context: Context) -> Iterator[Row]:
    """One row."""
    board = first_of(context, "Win32_BaseBoard")
    firmware = first_of(context, "Win32_BIOS")
    return present(
        [
            snapshot(
                BOARD,
                context.clock.now_us(),
                {
                    "vendor": described(text(board, "Manufacturer")),
                    "model": described(text(board, "Product")),
                    "version": described(text(board, "Version")),
                    "serial": identifying(text(board, "SerialNumber")),
                    "bios_vendor": described(text(firmware, "Manufacturer")),
                    "bios_version": described(text(firmware, "SMBIOSBIOSVersion")),
                    "bios_date": day(firmware, "ReleaseDate"),
                },
            )
        ]
    )


COLLECTOR = StateCollector(table=BOARD.name, collect=collect, seconds_max=30.0)
