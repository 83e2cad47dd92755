"""Takes rows out of the chDB store: all of some devices, or those whose time is over.

Enters: devices, or tables with a time. Leaves: how many rows there were. Must hold: on return no
question, index or roll-up knows a deleted row; what the files of before still hold is named until
the engine has removed them (`leftovers`); what a crash cut off the engine finishes when it opens.

A deletion is a mutation over all parts: a part that holds such a row is written anew without it,
its index and roll-ups with it; every other part is linked, not copied. Not a lightweight delete:
that one only hides rows, and leaves the values in the files until some later merge.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from reticent_server.errors import StoreError
from reticent_server.limits import DELETE_DEVICES_MAX
from reticent_server.store.events import parameters, schema
from reticent_server.store.events.engine import Engine
from reticent_server.store.events.errors import StoreClosedError
from reticent_server.store.events.fields import DELIVERED, Column
from reticent_server.store.events.model import CONNECTION_TABLE, Expiry

_REMOVED = "delete_tmp_"  # goes before a part's name while it is removed
_DETACHED = "detached"
_NOWHERE = ", ".join(
    f"`{name}` = {'NULL' if column is Column.HOT_INTEGER else repr('')}"
    for name, column in DELIVERED.items()
)
_SAID = " OR ".join(
    f"`{name}` IS NOT NULL" if column is Column.HOT_INTEGER else f"`{name}` != ''"
    for name, column in DELIVERED.items()
)
_CONDITION_DEVICES = 16  # a condition without any is shorter than so many: 640 characters
_POLL_FIRST_S, _POLL_MAX_S = 0.02, 1.0


class _Piece(NamedTuple):
    """Of an expiry as much as one statement names; `place`: which one it is."""

    place: int
    expiry: Expiry
    devices: tuple[bytes, ...] | None


class ChdbDeleting:
    """The part of `ChdbEventStore` that deletes."""

    def __init__(self, engine: Engine) -> None:
        self._deleting_engine = engine
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._noted = False  # since the store was opened, and since the last deletion
        self._stale: set[str] = set()

    def erase(self, device_ids: Sequence[bytes]) -> Mapping[bytes, int]:
        """See `EventStore.erase`."""
        found: Counter[bytes] = Counter()
        for some in _chunks(sorted(set(device_ids))):
            where = f"device_id IN ({_listed(some)})"
            rows = self._deleting_engine.read(
                f"SELECT device_id, count() AS stored FROM {schema.TABLE} "  # noqa: S608  # ids are UUIDs
                f"WHERE {where} GROUP BY device_id"
            )
            found.update({row["device_id"].bytes: int(row["stored"]) for row in rows})
            if rows:
                self._delete(where)
        self._note_stale()
        return {device_id: found[device_id] for device_id in device_ids}

    def due(self, expiries: Sequence[Expiry]) -> Sequence[Mapping[str, int]]:
        """See `EventStore.due`."""
        found: list[Counter[str]] = [Counter() for _ in expiries]
        for together in _packed(expiries):
            self._count(together, found)
        return found

    def expire(self, expiries: Sequence[Expiry]) -> Sequence[Mapping[str, int]]:
        """See `EventStore.expire`."""
        found: list[Counter[str]] = [Counter() for _ in expiries]
        for together in _packed(expiries):
            over = self._count(together, found)
            if over:
                self._delete(_any(over, _condition))
            placed = [one for one in together if CONNECTION_TABLE in one.expiry.tables]
            if placed and self._say_where(placed):
                self._mutate(f"UPDATE {_NOWHERE} WHERE ({_SAID}) AND ({_any(placed, _before)})")
        self._note_stale()
        return found

    def _count(self, together: Sequence[_Piece], found: Sequence[Counter[str]]) -> list[_Piece]:
        """Adds to `found` by place, in one question; the pieces of which there are rows."""
        sets = list(dict.fromkeys(one.devices for one in together))
        names = {devices: f"members{number}" for number, devices in enumerate(sets)}
        conditions = [f"{names[one.devices]} AND {_condition(one.expiry)}" for one in together]
        counts = (f"countIf({one}) AS rows{number}" for number, one in enumerate(conditions))
        rows = self._deleting_engine.read(
            f"WITH {', '.join(f'({_among(one)}) AS {names[one]}' for one in sets)} "  # noqa: S608  # names of the catalog, numbers, UUIDs
            f"SELECT `table`, {', '.join(counts)} FROM {schema.TABLE} "
            f"WHERE {' OR '.join(f'({one})' for one in conditions)} GROUP BY `table`"
        )
        over: list[_Piece] = []
        for number, one in enumerate(together):
            by_table = {row["table"]: n for row in rows if (n := int(row[f"rows{number}"]))}
            found[one.place].update(by_table)
            if by_table:
                over.append(one)
        return over

    def _say_where(self, placed: Sequence[_Piece]) -> bool:
        """Whether a row that is over says from where it was delivered."""
        return bool(
            self._deleting_engine.read(
                f"SELECT 1 FROM {schema.TABLE} "  # noqa: S608  # names of the catalog, numbers, UUIDs
                f"WHERE ({_SAID}) AND ({_any(placed, _before)}) LIMIT 1"
            )
        )

    def leftovers(self) -> int:
        """See `EventStore.leftovers`."""
        with self._lock:
            self._stale &= self._on_disk()
            return len(self._stale)

    def stop_deleting(self) -> None:
        """Waits for no deletion any more; the engine goes on with it when it opens again."""
        self._ending.set()

    def _delete(self, where: str) -> None:
        self._mutate(f"DELETE WHERE {where}")

    def _mutate(self, what: str) -> None:
        self._finished()  # one at a time: what was cut off before comes first
        try:
            self._deleting_engine.maintain(
                f"ALTER TABLE {schema.TABLE} {what} SETTINGS mutations_sync = 0"
            )
            self._finished()
        finally:  # also where nobody waited for the end: the engine comes to it by itself
            self._noted = False

    def _finished(self) -> None:
        """Returns when no deletion is under way. Raises StoreError where one fails or is to wait.

        Not `mutations_sync`: that waits for ever once merges are stopped, as they are at the end.
        """
        delay_s = _POLL_FIRST_S
        while True:
            rows = self._deleting_engine.read(
                "SELECT count() AS waiting, countIf(latest_fail_reason != '') AS failing "
                "FROM system.mutations WHERE database = currentDatabase() "
                "AND table = {table:String} AND NOT is_done",
                {"table": schema.TABLE},
            )
            if not rows[0]["waiting"]:
                return
            if rows[0]["failing"]:
                raise StoreError(
                    "the event store cannot finish a deletion just now; what is not deleted is "
                    "still there, and the engine tries again by itself; see to the disk's room"
                )
            if self._ending.wait(delay_s):
                raise StoreClosedError(
                    "the event store closes in the middle of a deletion; it goes on with it when "
                    "it is opened again"
                )
            delay_s = min(2 * delay_s, _POLL_MAX_S)

    def _note_stale(self) -> None:
        """Not again where nothing was deleted: merges go on replacing parts, which is no matter.

        What lies on disk and is not in use: it may hold what was deleted, now or before a
        crash. Parts that were damaged and set aside count too: nobody can say what is in them."""
        with self._lock:  # whoever comes meanwhile has what is noted here before it is asked for
            if self._noted:
                return
            self._noted = True  # a deletion that ends from here on is looked for again
            try:
                self._finished()
                self._note_on_disk()
            except BaseException:
                self._noted = False
                raise

    def _note_on_disk(self) -> None:
        on_disk = self._on_disk()
        active = self._deleting_engine.read(
            "SELECT name FROM system.parts WHERE database = currentDatabase() "
            "AND table = {table:String} AND active",
            {"table": schema.TABLE},
        )
        self._stale = (self._stale & on_disk) | (on_disk - {row["name"] for row in active})

    def _on_disk(self) -> set[str]:
        """Names of the table's parts as the file system has them, also those set aside."""
        found: set[str] = set()
        for folder in self._deleting_engine.table_folders():
            found |= {n.removeprefix(_REMOVED) for n in _names(folder) if n != _DETACHED}
            found |= {f"{_DETACHED}/{name}" for name in _names(folder / _DETACHED)}
        return found


def _names(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in folder.iterdir() if entry.is_dir()]
    except FileNotFoundError:
        return []


def _chunks(
    devices: Sequence[bytes], size: int = DELETE_DEVICES_MAX
) -> Iterator[tuple[bytes, ...]]:
    for first in range(0, len(devices), size):
        yield tuple(devices[first : first + size])


def _packed(expiries: Sequence[Expiry]) -> Iterator[list[_Piece]]:
    """What goes into one statement each: as much as fits. Every statement looks at every part.

    Devices of several expiries are named once in it, so half of one is for them.
    """
    together: list[_Piece] = []
    named: set[tuple[bytes, ...] | None] = set()
    size = 0
    for place, expiry in enumerate(expiries):
        pieces: Iterable[tuple[bytes, ...] | None] = (
            [None]
            if expiry.devices is None
            else _chunks(sorted(expiry.devices), DELETE_DEVICES_MAX // 2)
        )
        for devices in pieces:
            more = _CONDITION_DEVICES + len(expiry.tables)
            names = 0 if devices in named else len(devices or ())
            if together and size + more + names > DELETE_DEVICES_MAX:
                yield together
                together, named, size = [], set(), 0
                names = len(devices or ())
            together.append(_Piece(place, expiry, devices))
            named.add(devices)
            size += more + names
    if together:
        yield together


def _any(pieces: Sequence[_Piece], condition: Callable[[Expiry], str]) -> str:
    """Rows of which it holds for one of them, devices named once."""
    by_devices: defaultdict[tuple[bytes, ...] | None, dict[str, None]] = defaultdict(dict)
    for one in pieces:
        by_devices[one.devices][f"({condition(one.expiry)})"] = None
    return " OR ".join(
        f"({_among(devices)} AND ({' OR '.join(conditions)}))"
        for devices, conditions in by_devices.items()
    )


def _condition(expiry: Expiry) -> str:
    names = ", ".join(f"'{table}'" for table in expiry.tables if table.isidentifier())
    return f"`table` IN ({names}) AND {_before(expiry)}"


def _before(expiry: Expiry) -> str:
    return f"received_at < fromUnixTimestamp64Micro({int(expiry.before_us)}, 'UTC')"


def _among(devices: Sequence[bytes] | None) -> str:
    return "1" if devices is None else f"device_id IN ({_listed(devices)})"


def _listed(devices: Sequence[bytes]) -> str:
    return ", ".join(f"'{parameters.identifier(device)}'" for device in devices)
