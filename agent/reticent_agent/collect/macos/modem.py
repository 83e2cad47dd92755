"""Table `modem`: always empty, for no Mac has a mobile modem; a plugged one is listed by USB."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.modem import MODEM
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, StateCollector


def collect(_: Context) -> Iterator[Row]:
    """No row."""
    return iter(())


COLLECTOR = StateCollector(table=MODEM.name, collect=collect)
