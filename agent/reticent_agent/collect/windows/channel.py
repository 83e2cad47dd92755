"""Follows one channel of the event log from a cursor.

Enters: a channel, a query, and what makes rows of an event. Leaves: rows with the cursor behind
them. Must hold: an event is told once: a record number is only believed while the log still has
it. Where it was cleared or overwritten everything later than the last row is told.

The cursor: {"v": 1, "channel": name, "record": number, "ts": microseconds of the newest event that
was dealt with, "kept": whatever the source remembers}.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, Emit
from reticent_agent.collect.windows.event_xml import Event, parse
from reticent_agent.collect.windows.laptop import RecordGoneError, laptop

FIRST_US = 7 * 86_400_000_000  # the first time: how far back is told
KEPT_MAX = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a source follows. `events`: XPath of the event IDs, "*" for all."""

    name: str
    query: str = "*"
    with_message: bool = False
    first_us: int = FIRST_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    channel: str = ""
    record: int | None = None
    ts_us: int = 0
    kept: tuple[str, ...] = ()

    def encode(self) -> str:
        found = {
            "v": 1,
            "channel": self.channel,
            "record": self.record,
            "ts": self.ts_us,
            "kept": self.kept,
        }
        return json.dumps(found, separators=(",", ":"))


def decode(text: str) -> Cursor:
    """The first time, where the cursor is not one of ours."""
    try:
        found = json.loads(text)
        return Cursor(
            channel=str(found["channel"]),
            record=None if found["record"] is None else int(found["record"]),
            ts_us=int(found["ts"]),
            kept=tuple(str(text) for text in found["kept"])[:KEPT_MAX],
        )
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return Cursor()


def query(*providers: tuple[str, Sequence[int]]) -> str:
    """XPath 1.0 as the event log reads it: these events of these providers."""
    parts = []
    for provider, event_ids in providers:
        ids = " or ".join(f"EventID={event_id}" for event_id in event_ids)
        parts.append(f"(Provider[@Name='{provider}'] and ({ids}))")
    return f"*[System[{' or '.join(parts)}]]"


def follow(
    context: Context,
    channel: Channel,
    cursor: Cursor,
    emit: Emit,
    rows_of: Callable[[Event], Sequence[Row]],
    kept: Callable[[], Sequence[str]] = tuple,
) -> None:
    """Until it stops. Raises SourceUnavailableError where the channel cannot be read."""
    if cursor.channel != channel.name:
        # Another source told until then, or none: by time.
        since_us = cursor.ts_us + 1 if cursor.ts_us else context.clock.now_us() - channel.first_us
        cursor = Cursor(channel=channel.name, ts_us=since_us - 1, kept=cursor.kept)
    for events in _groups(context, channel, cursor):
        rows: list[Row] = []
        for event in events:
            cursor = replace(cursor, record=event.record, ts_us=max(cursor.ts_us, event.ts_us))
            rows += rows_of(event)
        if rows:  # else the cursor stays: reading the same again costs less than keeping it
            emit(rows, cursor=replace(cursor, kept=tuple(kept())[-KEPT_MAX:]).encode())


def _groups(context: Context, channel: Channel, cursor: Cursor) -> Iterator[list[Event]]:
    if cursor.record is not None:
        try:
            yield from _parsed(context, channel, cursor.record)
        except RecordGoneError:
            pass
        else:
            return
    # From the oldest record that is left: what is not later than the last row was told. Behind the
    # first that is later all are new, whatever their clock said.
    is_new = False
    for events in _parsed(context, channel, None):
        fresh = []
        for event in events:
            is_new = is_new or event.ts_us > cursor.ts_us
            if is_new:
                fresh.append(event)
        if fresh:
            yield fresh


def _parsed(context: Context, channel: Channel, after: int | None) -> Iterator[list[Event]]:
    documents = laptop(context).event_log.follow(
        channel.name,
        channel.query,
        after=after,
        with_message=channel.with_message,
        stopping=context.stopping,
    )
    for group in documents:
        yield [event for document in group if (event := parse(document))]
