"""Records into the store: for one device, or for all lines of a file.

A record is state: the first entry is a snapshot, a later one changes the fields it names, and what
it does not name stays (`store.events.state`). Entering the same again stores nothing. Raw values
are not kept, so a record made under one policy stays as that policy left it: what a later policy
would let out needs a new import, and what it would not is gone with the retention of the table.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID

from reticent_contract.rows import Row

from reticent_server.devices.models import DeviceStatus
from reticent_server.devices.view import DeviceView
from reticent_server.errors import ConflictError, ServerError, StoreError
from reticent_server.http.threads import BoundedThreads
from reticent_server.ingest.server_rows import Placed, Redacted
from reticent_server.limits import RECORD_MISSES_PER_FILE_MAX
from reticent_server.query.reach import ALL, Reach
from reticent_server.records.csv_file import Line, form_problem, lines_of
from reticent_server.records.entry import ENTERED_BY, FIELDS, EntryError, checked
from reticent_server.records.matching import DeviceMatcher, Match
from reticent_server.services import Services
from reticent_server.store.events.model import FieldValue

TABLE = "device_record"
EnteredBy = Literal["api", "console", "import"]
Fields = Mapping[str, FieldValue]


@dataclass(frozen=True, slots=True)
class LineProblem:
    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class LineConflict:
    """A line that was left out: which device it is about is for a person to say."""

    line: int
    sentence: str
    devices: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """With problems nothing was stored. `stored` and `unchanged` count devices.

    A dry run says nothing but problems of form: whether a name or a value is stored already would
    be the answer to a guess.
    """

    lines: int
    stored: int = 0
    unchanged: int = 0
    problems: list[LineProblem] = field(default_factory=list)
    conflicts: list[LineConflict] = field(default_factory=list)
    missed: int = 0  # names that no device has


@dataclass(frozen=True, slots=True)
class _Ready:
    device_id: UUID
    redacted: Redacted
    is_new: bool  # says something that is not stored yet


class RecordService:
    """Of the event loop; what blocks on a store runs in `threads`."""

    def __init__(
        self,
        services: Services,
        threads: BoundedThreads,
        *,
        groups: Collection[str] | None = None,
        reach: Reach = ALL,
    ) -> None:
        """Lines of a file match devices of these `groups`, by columns that `reach` shows."""
        self._groups = groups
        self._reach = reach
        self._services = services
        self._threads = threads
        self._rows = services.ingest.server_rows

    async def set(self, device_id: UUID, given: Mapping[str, str], *, by: EnteredBy) -> bool:
        """True once it is stored; False where it said so already.

        Raises NotFoundError, EntryError, ConflictError (the policy keeps nothing), StoreError.
        """
        ready = await self._ready(device_id, given, by=by)
        if ready.is_new:
            await self._store([ready])
        return ready.is_new

    async def clear(self, device_id: UUID, *, by: EnteredBy) -> bool:
        """True once the record is gone; False where there was none."""
        device = await self._device(device_id)
        if not await self._threads.run(self._current, device_id):
            return False
        redacted = await self._redacted(device, "removed", {ENTERED_BY: by})
        await self._store([_Ready(device_id, redacted, is_new=True)])
        return True

    async def import_csv(self, text: str, *, dry_run: bool) -> Imported:
        """Raises ServerError where the file cannot be read, StoreError where it was not stored.

        Devices are looked for only once every line is well-formed, so that no file is refused for
        its form after its guesses were answered.
        """
        lines = lines_of(text)
        today = self._today()
        badly_formed = [
            LineProblem(line.number, problem)
            for line in lines
            if (problem := form_problem(line, today=today))
        ]
        if badly_formed or dry_run:
            return Imported(len(lines), problems=badly_formed)
        guesses = self._services.guesses
        async with guesses.turn:
            guesses.require_room(time.monotonic())
            return await self._import(lines)

    async def _import(self, lines: Sequence[Line]) -> Imported:
        matcher = DeviceMatcher(
            self._services, self._threads, groups=self._groups, reach=self._reach
        )
        ready: list[_Ready] = []
        problems: list[LineProblem] = []
        conflicts: list[LineConflict] = []
        seen: dict[UUID, int] = {}
        missed = 0
        for line in lines:
            match = await matcher.match(line)
            if match.claimed_by:
                conflicts.append(LineConflict(line.number, match.problem, match.claimed_by))
                continue
            if match.is_miss:
                missed += 1
                self._services.guesses.missed(time.monotonic())
            found = await self._line(line, match, seen)
            if isinstance(found, LineProblem):
                problems.append(found)
            else:
                ready.append(found)
            if missed >= RECORD_MISSES_PER_FILE_MAX:
                problems.append(LineProblem(line.number, "is the last that was looked at"))
                break
        new = [one for one in ready if one.is_new]
        if problems:
            return Imported(len(lines), problems=problems, conflicts=conflicts, missed=missed)
        await self._store(new)
        return Imported(
            len(lines), stored=len(new), unchanged=len(ready) - len(new), conflicts=conflicts
        )

    async def _line(self, line: Line, match: Match, seen: dict[UUID, int]) -> _Ready | LineProblem:
        if match.device_id is None:
            return LineProblem(line.number, match.problem)
        before = seen.setdefault(match.device_id, line.number)
        if before != line.number:
            return LineProblem(line.number, f"is about the same device as line {before}")
        try:
            return await self._ready(match.device_id, line.values, by="import")
        except (EntryError, ConflictError) as error:
            return LineProblem(line.number, str(error))

    def _today(self) -> date:
        return datetime.fromtimestamp(self._services.ingest.now_s(), UTC).date()

    async def _device(self, device_id: UUID) -> DeviceView:
        device = await self._threads.run(self._services.devices.get, device_id)
        if device.status is DeviceStatus.ERASED:
            raise ConflictError("the device was erased")
        return device

    async def _ready(self, device_id: UUID, given: Mapping[str, str], *, by: EnteredBy) -> _Ready:
        device = await self._device(device_id)
        published = await self._rows.policy_of(device_id, device.group, runs=device.policy_sha256)
        region = None
        if published is not None:
            region = (await self._rows.parsed(published)).phone_region
        values = checked(given, phone_region=region, today=self._today())
        if not values:
            raise EntryError(f"nothing is given (known: {', '.join(FIELDS)})")
        now = await self._threads.run(self._current, device_id)
        event = "changed" if now else "snapshot"
        redacted = await self._redacted(device, event, {**values, ENTERED_BY: by})
        fields = {k: v for k, v in (redacted.fields or {}).items() if k != ENTERED_BY}
        if not fields:
            raise ConflictError("the device's policy keeps none of the fields that are given")
        return _Ready(device_id, redacted, is_new=any(now.get(k) != v for k, v in fields.items()))

    async def _redacted(
        self, device: DeviceView, event: str, values: Mapping[str, str]
    ) -> Redacted:
        published = await self._rows.policy_of(
            device.device_id, device.group, runs=device.policy_sha256
        )
        row = Row(TABLE, event, self._services.ingest.now_us(), values)
        redacted = None if published is None else await self._rows.redact([row], published)
        if redacted is None or redacted.fields is None:
            raise ConflictError("the device has no policy in force that keeps anything of a record")
        return redacted

    def _current(self, device_id: UUID) -> Fields:
        rows = self._services.events.current_state(device_id.bytes).get(TABLE, ())
        return rows[0] if rows else {}

    async def _store(self, ready: list[_Ready]) -> None:
        placed: list[Placed | None] = [
            await self._rows.put(one.redacted, one.device_id) for one in ready
        ]
        if not all([one is not None and await one.is_stored() for one in placed]):
            raise StoreError(
                "not everything could be stored; what was stays, and is not stored again; repeat "
                "the same once the server works (`reticent-server doctor`)"
            )


def nothing_done(problem: ServerError) -> str:
    """A sentence about one device's record that was refused."""
    return f"the record was refused: {problem}; nothing was changed; correct it and send it again"
