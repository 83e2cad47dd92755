"""Which machine this is, said so that only this laptop's own earlier word can be compared with it.

Enters: rows of this laptop's own state collectors (never stored, never sent). Leaves: one token for
each part that can be read. Must hold: a token is keyed with a salt that never leaves the laptop, so
that a server can neither guess the serial number behind it nor find the part on another laptop.

    token = HMAC-SHA-256(salt, part NUL identifier), its first 16 bytes
    machine.salt: 32 random bytes, 0600; a copied data directory brings it along, which shows the
    copy: the same salt over other hardware gives other tokens
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reticent_contract.machine import SIGNAL_BYTES, SIGNALS_PER_PART_MAX, Part
from reticent_contract.rows import Row
from reticent_contract.v1 import identity_pb2

from reticent_agent import atomic
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.errors import describe

log = logging.getLogger("reticent_agent.identity")

SALT_NAME = "machine.salt"
_SALT_BYTES = 32
_PARTS = {"board": Part.BOARD, "disk": Part.DISK, "network_interface": Part.NETWORK}


def signals(
    folder: Path, collectors: Sequence[StateCollector], context: Context
) -> tuple[identity_pb2.MachineSignal, ...]:
    """Of the parts that can be read; blocks while they are. `folder`: the data directory.

    None at all where the salt can be neither read nor written.
    """
    try:
        salt = _salt(folder)
    except OSError as error:
        log.warning("the machine's salt cannot be used", extra={"fields": {"errno": error.errno}})
        return ()
    return tuple(
        identity_pb2.MachineSignal(kind=part, token=token(salt, part, identifier))
        for part, identifiers in _identifiers(collectors, context)
        for identifier in sorted(identifiers)[:SIGNALS_PER_PART_MAX]
    )


def token(salt: bytes, part: Part, identifier: str) -> bytes:
    made = hmac.new(salt, f"{part}\0{identifier}".encode(), hashlib.sha256)
    return made.digest()[:SIGNAL_BYTES]


def _identifiers(
    collectors: Sequence[StateCollector], context: Context
) -> Iterator[tuple[Part, set[str]]]:
    for collector in collectors:
        part = _PARTS.get(collector.table)
        if part is None:
            continue
        try:
            yield part, set(_of_part(part, collector.collect(context)))
        except Exception as error:  # noqa: BLE001 - what cannot be read is not compared
            log.info("a part cannot be read", extra={"fields": {"reason": describe(error)}})


def _of_part(part: Part, rows: Iterable[Row]) -> Iterator[str]:
    """Identifiers of what is built in: what is plugged in comes and goes."""
    for row in rows:
        values = row.values
        if part is Part.DISK and values.get("removable"):
            continue
        if part is Part.NETWORK and not values.get("physical"):
            continue
        found = values.get("mac_address" if part is Part.NETWORK else "serial")
        if isinstance(found, str) and found:
            yield found


def _salt(folder: Path) -> bytes:
    path = folder / SALT_NAME
    salt = atomic.read_file(path, bytes_max=_SALT_BYTES)
    if salt is None or len(salt) != _SALT_BYTES:
        salt = secrets.token_bytes(_SALT_BYTES)
        atomic.make_folder(folder)
        atomic.write_file(path, salt)
    return salt
