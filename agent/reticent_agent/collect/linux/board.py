"""Table `board`: the main board and its firmware."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reticent_contract.catalog.board import BOARD
from reticent_contract.rows import Row

from reticent_agent.collect.linux import dmi
from reticent_agent.collect.model import Context, FileRoot, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import identifying

_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})")  # SMBIOS type 0: month/day/year


def collect(context: Context) -> Iterator[Row]:
    """One row; none where the firmware has no DMI tables. None of it changes while it runs."""
    files = context.files
    return present(
        [
            snapshot(
                BOARD,
                context.clock.now_us(),
                {
                    "vendor": dmi.described(files, "board_vendor"),
                    "model": dmi.described(files, "board_name"),
                    "version": dmi.described(files, "board_version"),
                    "serial": identifying(dmi.serials(context, board=True).get("board_serial")),
                    "bios_vendor": dmi.described(files, "bios_vendor"),
                    "bios_version": dmi.described(files, "bios_version"),
                    "bios_date": _bios_date(files),
                },
            )
        ]
    )


def _bios_date(files: FileRoot) -> str | None:
    text = dmi.described(files, "bios_date")
    match = _DATE.fullmatch(text or "")
    return f"{match[3]}-{match[1]}-{match[2]}" if match else text


COLLECTOR = StateCollector(table=BOARD.name, collect=collect)
