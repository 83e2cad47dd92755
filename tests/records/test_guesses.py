"""An import answers few guesses of what a laptop is called, and none for nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from reticent_server.errors import ServerError
from reticent_server.limits import RECORD_MISSES_MAX, RECORD_MISSES_PER_FILE_MAX
from reticent_server.records.service import Imported

from .test_records import office

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


async def test_a_guess_is_not_answered_before_something_is_at_stake(data_dir: Path) -> None:
    """Neither a dry run nor a file that is refused for its form tells whether a guess is right."""
    async with office(data_dir) as here:
        device = await here.laptop(host_name="laptop-1", system_serial="PF0AAA11")
        await here.records.set(device, {"email": "ada@example.com"}, by="api")
        head = "device_id,system_serial,email,purchase_date\n"

        async def answer(line: str, *, dry_run: bool) -> object:
            return await here.records.import_csv(head + line, dry_run=dry_run)

        right, wrong = (f"{device},,{who}@example.com,\n" for who in ("ada", "bob"))
        assert await answer(right, dry_run=True) == await answer(wrong, dry_run=True)
        right, wrong = (f",{serial},ada@example.com,\n" for serial in ("PF0AAA11", "PF0AAA12"))
        assert await answer(right, dry_run=True) == await answer(wrong, dry_run=True)
        bad = f"{device},,ada@example.com,tomorrow\n"
        refused = await answer(right + bad, dry_run=False)
        assert refused == await answer(wrong + bad, dry_run=False)
        assert here.stored() == 1


async def test_names_that_no_device_has_are_looked_for_a_few_times_only(data_dir: Path) -> None:
    async with office(data_dir) as here:
        device = await here.laptop(host_name="laptop-1")
        lines = "".join(f"guess-{number},2026-01-31\n" for number in range(100))
        text = f"host_name,purchase_date\n{lines}laptop-1,2026-01-31\n"
        for _ in range(RECORD_MISSES_MAX // RECORD_MISSES_PER_FILE_MAX):
            done = await here.records.import_csv(text, dry_run=False)
            assert done.missed == RECORD_MISSES_PER_FILE_MAX
            assert done.problems[-1].line == RECORD_MISSES_PER_FILE_MAX + 1
        with pytest.raises(ServerError, match="no device has"):
            await here.records.import_csv(
                "host_name,purchase_date\nlaptop-1,2026-01-31\n", dry_run=False
            )
        assert await here.records.set(device, {"purchase_date": "2026-01-31"}, by="api")


async def test_files_that_are_imported_at_once_get_no_more_guesses(data_dir: Path) -> None:
    async with office(data_dir) as here:
        await here.laptop(host_name="laptop-1")
        lines = "".join(f"guess-{number},2026-01-31\n" for number in range(30))
        files = 2 * RECORD_MISSES_MAX // RECORD_MISSES_PER_FILE_MAX
        text = f"host_name,purchase_date\n{lines}"
        done = await asyncio.gather(
            *(here.records.import_csv(text, dry_run=False) for _ in range(files)),
            return_exceptions=True,
        )
        assert sum(one.missed for one in done if isinstance(one, Imported)) == RECORD_MISSES_MAX
        assert sum(isinstance(one, ServerError) for one in done) == files // 2
