"""What a start finds on the disk and has to mend or tell: keys that lie plain, a damaged spool."""

from __future__ import annotations

import logging
from collections.abc import Callable

from reticent_agent.config import Config
from reticent_agent.errors import IdentityError
from reticent_agent.keepers.vault import Vault
from reticent_agent.pipeline import Pipeline
from reticent_agent.spool import Opened, Spool

log = logging.getLogger("reticent_agent")


def take_keys_over(vault: Vault) -> None:
    """Seals what lies there plain.

    Raises KeeperError where keys that were sealed cannot be opened, IdentityError where the folder
    cannot be read or written.
    """
    try:
        vault.take_over()
    except OSError as error:
        raise IdentityError(
            f"the keys in {vault.folder} cannot be read or written "
            f"({error.strerror or 'too large'}); nothing is collected; check the folder's rights "
            "and space",
            permanent=True,
        ) from None
    for kept, why in vault.refused.items():
        log.warning("a key store cannot be used", extra={"fields": {"store": kept, "reason": why}})


def open_spool(
    config: Config,
    *,
    now_us: Callable[[], int],
    on_damage: Callable[[Opened], None],
    soon: Callable[[Callable[[Opened], None], Opened], object],
) -> Spool:
    """`on_damage` hears of what is found damaged, now by way of `soon`, or later."""
    spool = Spool(
        config.data_dir / "spool.db",
        now_us=now_us,
        bytes_max=config.spool_bytes_max,
        rows_max=config.spool_rows_max,
    )
    spool.on_damage = on_damage
    if spool.opened.damaged is not None:
        soon(on_damage, spool.opened)
    return spool


def tell_damage(pipeline: Pipeline, opened: Opened) -> None:
    """To the log, and as a health row."""
    log.error(
        "the spool was damaged and set aside",
        extra={
            "fields": {
                "kept_as": opened.damaged,
                "rows_salvaged": opened.rows_salvaged,
                "batches_salvaged": opened.batches_salvaged,
                "not_read_to_the_end": list(opened.parts_lost),
            }
        },
    )
    pipeline.health(
        "spool_damaged",
        component="spool",
        reason="damaged",
        detail=f"not read to the end: {', '.join(opened.parts_lost) or 'nothing'}",
        count=opened.rows_salvaged,
    )
