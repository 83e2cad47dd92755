"""Applications that flatpak installed, updated and removed, from the journal.

Enters: entries with flatpak's MESSAGE_ID. Leaves: `software_event` rows with the journal's cursor.
Must hold: only root, for everybody, and the flatpak program, for a person, are believed (fields
that begin with an underscore are set by journald itself); anybody may log a MESSAGE_ID.

Source: flatpak-history(1); common/flatpak-dir.c: OPERATION is "deploy install", "deploy update" or
"uninstall" where something was done, REF is app/ID/ARCH/BRANCH; runtimes are not applications.
There are commits, but no versions.
"""

from __future__ import annotations

import re

from reticent_contract.catalog.software_event import SOFTWARE_EVENT
from reticent_contract.rows import Row

from reticent_agent.collect.available import require_program
from reticent_agent.collect.batches import batches
from reticent_agent.collect.linux.file_watch import FileWatch
from reticent_agent.collect.linux.journal import JOURNALCTL, Entry, arguments, parse_entry
from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import event_row

FLATPAK = "/usr/bin/flatpak"
MESSAGE_ID = "c7b39b1e006b464599465e105b361485"
FIELDS = "MESSAGE_ID,OPERATION,REF,_UID,_EXE"
FIRST_US = 7 * 86_400_000_000
_EVENTS = {"deploy install": "installed", "deploy update": "updated", "uninstall": "uninstalled"}
_REF = re.compile(r"app/([A-Za-z_][A-Za-z0-9._-]{1,254})/([A-Za-z0-9_]{1,32})/[^/]{1,128}")


def flatpak_changes() -> EventSource:
    """Named "software_flatpak"."""
    return EventSource(name="software_flatpak", table=SOFTWARE_EVENT.name, follow=_follow)


def _follow(context: Context, cursor: str, emit: Emit) -> None:
    _until_installed(context)
    if context.stopping():
        return
    require_program(context, JOURNALCTL)
    since_us = context.clock.now_us() - FIRST_US
    command = arguments(
        cursor=cursor, since_us=since_us, fields=FIELDS, matches=(f"MESSAGE_ID={MESSAGE_ID}",)
    )
    for lines in batches(context, command):
        entries = [entry for line in lines if (entry := parse_entry(line))]
        if entries:
            rows = [row for entry in entries if (row := change(entry))]
            emit(rows, cursor=entries[-1].cursor)


def _until_installed(context: Context) -> None:
    """No journalctl runs on a laptop without flatpak."""
    watch = FileWatch(str(context.files.real(FLATPAK)))
    try:
        while not context.stopping():
            watch.arm(None)
            if context.files.exists(FLATPAK):
                return
            watch.wait(context.stopping)
    finally:
        watch.close()


def change(entry: Entry) -> Row | None:
    """None for what is no change of an application, or was said by somebody else."""
    event = _EVENTS.get(entry.text("OPERATION") or "")
    ref = _REF.fullmatch(entry.text("REF") or "")
    is_flatpak = entry.text("_UID") == "0" or entry.text("_EXE") == FLATPAK
    if event is None or ref is None or not is_flatpak:
        return None
    if entry.text("MESSAGE_ID") != MESSAGE_ID:
        return None
    values = {"source": "flatpak", "name": ref[1], "architecture": ref[2]}
    return event_row(SOFTWARE_EVENT, event, entry.ts_us, values)
