"""Sessions from the journal, for laptops that keep neither wtmp nor wtmpdb.

Enters: the entries of logind and systemd that carry a MESSAGE_ID (sd-messages.h). Leaves: groups
of session rows, each with the journal's cursor. Must hold: only what logind and process 1 wrote
counts (fields that begin with an underscore are set by journald itself); anybody may log a
MESSAGE_ID.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reticent_contract.rows import Row, Value

from reticent_agent.collect.batches import batches
from reticent_agent.collect.linux.journal import Entry, arguments, parse_entry
from reticent_agent.collect.linux.key_values import parse
from reticent_agent.collect.linux.wtmp import origin
from reticent_agent.collect.model import Context

SESSION_START = "8d45620c1a4348dbb17410da57c60c66"
SESSION_STOP = "3354939424b4456d9802ca8333ed424a"
STARTUP_FINISHED = "b07a249cd024414a82dd00cd181378ff"
SHUTDOWN = "98268866d1d54a499c4e98921d93bc40"
MESSAGE_IDS = (SESSION_START, SESSION_STOP, STARTUP_FINISHED, SHUTDOWN)
FIELDS = "MESSAGE_ID,SESSION_ID,USER_ID,_SYSTEMD_UNIT,_PID,KERNEL_USEC,INITRD_USEC,USERSPACE_USEC"
LOGIND = ("systemd-logind.service", "elogind.service")
SESSION_FOLDER = "/run/systemd/sessions"
NO_PERSON = ("greeter", "lock-screen", "manager", "manager-early", "background", "background-light")

_SESSION_ID = re.compile(r"[A-Za-z0-9]{1,32}")


def follow_journal(
    context: Context, cursor: str, *, since_us: int
) -> Iterator[tuple[Sequence[Row], str]]:
    """Rows and the cursor behind them, until it stops or journalctl ends."""
    matches = tuple(f"MESSAGE_ID={message_id}" for message_id in MESSAGE_IDS)
    command = arguments(cursor=cursor, since_us=since_us, fields=FIELDS, matches=matches)
    for lines in batches(context, command):
        entries = [entry for line in lines if (entry := parse_entry(line))]
        rows = [row for entry in entries if (row := session_row(context, entry))]
        if entries:
            yield rows, entries[-1].cursor


def session_row(context: Context, entry: Entry) -> Row | None:
    message_id = entry.text("MESSAGE_ID")
    is_logind = entry.text("_SYSTEMD_UNIT") in LOGIND
    if message_id == STARTUP_FINISHED and entry.integer("_PID") == 1:
        return Row("session", "boot", entry.ts_us - _since_boot_us(entry), {})
    if message_id == SHUTDOWN and is_logind:
        return Row("session", "shutdown", entry.ts_us, {})
    if message_id not in (SESSION_START, SESSION_STOP) or not is_logind:
        return None
    session_id, user = entry.text("SESSION_ID") or "", entry.text("USER_ID")
    values = session_details(context, session_id)
    if values is None:
        return None
    if session_id:
        values["session_id"] = session_id
    if user:
        values["user_name"] = user
    event = "logon" if message_id == SESSION_START else "logoff"
    return Row("session", event, entry.ts_us, values)


def session_details(context: Context, session_id: str) -> dict[str, Value] | None:
    """What logind keeps on a session that lasts; {} for one that is over; None: nobody's session.

    The file is what sd-login(3) reads itself; it has had this form since systemd 38.
    """
    if not _SESSION_ID.fullmatch(session_id):
        return {}
    text = context.files.read_text(f"{SESSION_FOLDER}/{session_id}")
    if text is None:
        return {}
    found = parse(text)
    if found.get("CLASS", "user") in NO_PERSON:
        return None
    values: dict[str, Value] = {}
    names = (
        ("user_name", "USER"),
        ("terminal", "DISPLAY"),
        ("terminal", "TTY"),  # where it has both
        ("session_type", "TYPE"),
        ("service", "SERVICE"),
    )
    values.update({field: found[key] for field, key in names if found.get(key)})
    if found.get("REMOTE") == "1":
        values.update(origin(found.get("REMOTE_HOST", "")) | {"remote": True})
    elif found.get("REMOTE") == "0":
        values["remote"] = False
    if found.get("UID", "").isdecimal() and len(found["UID"]) <= 10:
        values["user_id"] = int(found["UID"])
    return values


def _since_boot_us(entry: Entry) -> int:
    """systemd says at the end of its start how long each part took."""
    parts = (entry.integer(name) or 0 for name in ("KERNEL_USEC", "INITRD_USEC", "USERSPACE_USEC"))
    total = sum(parts)
    return total if total < 3_600_000_000 else 0
