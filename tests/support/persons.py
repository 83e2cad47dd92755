"""Pseudonyms of a person as an agent and then `ingest.pseudonyms` make them, and rows with them."""

from __future__ import annotations

from dataclasses import replace

from reticent_contract.catalog.model import Form
from reticent_contract.redact.forms import canonical_form
from reticent_contract.redact.keys import KeyRing, token_of
from reticent_contract.redact.tokens import pseudonym_text, second_half
from reticent_server.epochs.files import EpochFiles
from reticent_server.store.events.model import Event

from support.console_app import Site


def stored(site: Site, domain: str, form: Form, value: str, epoch: int = 1) -> str:
    """As it lies in the store of a site."""
    keys = EpochFiles(site.services.config.data_dir).load()
    canonical = canonical_form(form, value)
    assert canonical is not None
    sub_key = KeyRing(keys.fleet, None).sub_key(scope="fleet", epoch=epoch, domain=domain)
    token = second_half(keys.server[epoch], domain, epoch, token_of(sub_key, canonical))
    return pseudonym_text(domain, epoch, token)


def put(
    site: Site, device: bytes, table: str, *, ts_us: int | None = None, **fields: object
) -> Event:
    """One more row of a laptop that sent some."""
    like = next(row for row in site.events.rows if row.device_id == device)
    place = max(row.row for row in site.events.rows) + 1
    row = replace(
        like,
        table=table,
        event="x",
        ts_us=like.ts_us if ts_us is None else ts_us,
        row=place,
        fields=fields,  # type: ignore[arg-type]  # as made up
    )
    site.events.rows.append(row)
    return row
