"""The event source of `site_visit`: all histories of all people, followed.

Enters: the policy's options, who agreed, and the cursor. Leaves: visit rows, oldest first within a
profile. Must hold: a person who has not agreed is not looked for; a history that cannot be read
holds no other up, and is reported once, when nobody writes it any more; homes that are hidden from
the agent are never taken for homes without a browser.

The cursor: {"v": 1, "since": when the policy first asked, microseconds since 1970, "at": {profile:
[number, ts_us]}}. A profile is named by its browser and the inode of its folder: names of folders
hold names of people.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from pathlib import Path
from posixpath import dirname
from typing import TypeVar

from reticent_contract import limits
from reticent_contract.catalog.site_visit import SITE_VISIT
from reticent_contract.policy.options import BROWSERS, DETAILS
from reticent_contract.rows import Row

from reticent_agent.collect.browsers.history import (
    Mark,
    UnreadableError,
    Visit,
    visits_after,
)
from reticent_agent.collect.browsers.people import Person, people
from reticent_agent.collect.browsers.places import Database, databases, folders
from reticent_agent.collect.browsers.private_copy import BUSY, Stamp, private_copy, stamp, sweep
from reticent_agent.collect.browsers.reduce import reduced
from reticent_agent.collect.browsers.watching import HistoryWatch
from reticent_agent.collect.health import event_of, health_row, reason_of
from reticent_agent.collect.model import WHILE_ASKED, Context, Emit, EventSource, of_whom
from reticent_agent.collect.rows import event_row
from reticent_agent.errors import CollectError

_One = TypeVar("_One")
_LOOKS_MAX = 3
NAME = f"{WHILE_ASKED}{SITE_VISIT.name}"


def site_visits(options: Mapping[str, object], *, platform: str = sys.platform) -> EventSource:
    """`options`: of the policy's table, with who agreed."""
    given = options.get("browsers")
    follower = _Follower(
        platform=platform,
        browsers=tuple(given) if isinstance(given, (tuple, list)) else BROWSERS,
        detail=str(options.get("detail", DETAILS[0])),
        agreed=of_whom(options),
    )
    return EventSource(name=NAME, table=SITE_VISIT.name, follow=follower.follow)


@dataclass(slots=True)
class Cursor:
    since_us: int
    marks: dict[str, Mark] = field(default_factory=dict)

    def encode(self) -> str:
        found = {"v": 1, "since": self.since_us, "at": self.marks}
        return json.dumps(found, separators=(",", ":"))


def decode_cursor(text: str, *, now_us: int) -> Cursor:
    """From now on, where the cursor is not one of ours."""
    try:
        found = json.loads(text)
        marks = {
            str(profile): Mark(int(number), int(ts_us))
            for profile, (number, ts_us) in found["at"].items()
        }
        return Cursor(int(found["since"]), marks)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return Cursor(now_us)


@dataclass(slots=True, kw_only=True)
class _Follower:
    platform: str
    browsers: Collection[str]
    detail: str
    agreed: Mapping[int, int] | None
    _stamps: dict[str, Stamp] = field(default_factory=dict)
    _unread: dict[str, Stamp] = field(default_factory=dict)  # as they were when unreadable
    _busy: bool = False
    _told: dict[str, str] = field(default_factory=dict)  # what is wrong with which database

    def follow(self, context: Context, text: str, emit: Emit) -> None:
        cursor = decode_cursor(text, now_us=context.clock.now_us())
        self._stamps.clear()
        self._unread.clear()
        sweep()
        if not text:
            emit((), cursor=cursor.encode())  # from now on, also when nothing comes for a week
        if untold := self._require_homes(context):
            emit(untold, cursor=cursor.encode())
        watch = HistoryWatch(self.platform)
        try:
            while not context.stopping():
                self._busy = False
                found = self._watched(context, watch)
                for database in found:
                    if context.stopping():
                        return
                    for rows in self._read(context, database, cursor):
                        emit(rows, cursor=cursor.encode())
                watch.wait(context.stopping, again=self._busy)
        finally:
            watch.close()

    def _people(self, context: Context) -> list[Person]:
        return [
            person
            for person in people(context.files, self.platform)
            if self.agreed is None or person.user_id in self.agreed
        ]

    def _require_homes(self, context: Context) -> list[Row]:
        """Says that homes were hidden (ProtectHome=): by raising where all were, else in a row."""
        if self.platform != "linux":
            return []
        from reticent_agent.collect.available import SourceUnavailableError
        from reticent_agent.collect.linux.readable import is_hidden

        files = context.files
        homes = [person.home for person in self._people(context)]
        hidden = [
            home for home in homes if is_hidden(files, home) or is_hidden(files, dirname(home))
        ]
        if not hidden:
            return []
        problem = SourceUnavailableError(
            "homes, where browsers keep their histories, are hidden from the agent",
            "install reticent-agent-browsers.conf on this laptop, as it says in "
            "/usr/share/doc/reticent-agent/examples, or take site_visit out of the policy",
        )
        if not any(files.is_dir(home) for home in homes if home not in hidden):
            raise problem
        reason, detail = reason_of(problem)
        now_us = context.clock.now_us()
        return [
            health_row(event_of(reason), ts_us=now_us, component=NAME, reason=reason, detail=detail)
        ]

    def _watched(self, context: Context, watch: HistoryWatch) -> list[Database]:
        """The histories there are. What appeared while the watches were made is watched too."""
        seen = self._look(context)
        for _ in range(_LOOKS_MAX):
            found, places = seen
            watch.arm([Path(context.files.real(one.path)) for one in found], places)
            seen = self._look(context)
            if seen == (found, places):
                break
        return seen[0]

    def _look(self, context: Context) -> tuple[list[Database], list[Path]]:
        files, platform, browsers = context.files, self.platform, self.browsers
        found: list[list[Database]] = []
        places: list[list[Path]] = []
        for person in self._people(context):
            found.append(list(databases(files, person, platform=platform, browsers=browsers)))
            near = folders(files, person, platform=platform, browsers=browsers)
            places.append([Path(files.real(folder)) for folder in near])
        return _in_turn(found), _in_turn(places)

    def _read(self, context: Context, database: Database, cursor: Cursor) -> Iterator[list[Row]]:
        """What is new in one history, and what is wrong with it."""
        real = Path(context.files.real(database.path))
        try:
            now = stamp(real)
            if self._stamps.get(database.path) == now or now[0][1] == 0:  # or just being made
                return
            profile = f"{database.browser}:{real.parent.stat().st_ino:x}"
            person = database.person
            since_us = cursor.since_us
            if self.agreed is not None and person.user_id is not None:
                since_us = max(since_us, self.agreed[person.user_id])
            mark = cursor.marks.get(profile, Mark())
            with private_copy(real, user_id=person.user_id) as copy:
                for visits, behind in visits_after(
                    copy, database.schema, mark, not_before_us=since_us
                ):
                    cursor.marks[profile] = behind
                    yield self._rows(visits, database)
            self._stamps[database.path] = now
            self._told.pop(database.path, None)
        except UnreadableError as error:
            if self._unread.get(database.path) != now:  # a browser may be making it
                self._unread[database.path] = now
                self._busy = True
                return
            self._stamps[database.path] = now
            yield from self._trouble(context, database, error)
        except (CollectError, OSError) as error:
            yield from self._trouble(context, database, error)

    def _rows(self, visits: list[Visit], database: Database) -> list[Row]:
        rows = []
        for visit in visits:
            address = reduced(visit.url, self.detail)
            if address is None:
                continue
            row = event_row(
                SITE_VISIT,
                "visit",
                visit.ts_us,
                {
                    "user_name": database.person.user_name,
                    "browser": database.browser,
                    "profile": database.profile,
                    **address,
                    "transition": visit.transition,
                    "duration_ms": visit.duration_us // 1_000 or None,
                },
            )
            if row is not None:
                rows.append(row)
        return rows

    def _trouble(
        self, context: Context, database: Database, error: CollectError | OSError
    ) -> Iterator[list[Row]]:
        reason, detail = reason_of(error)
        if reason == BUSY:
            self._busy = True
            return
        if self._told.get(database.path) == reason:
            return
        self._told[database.path] = reason
        yield [
            health_row(
                "collector_failed",
                ts_us=context.clock.now_us(),
                component=f"{NAME}:{database.browser}",
                reason=reason,
                detail=detail,
            )
        ]


def _in_turn(of_each: list[list[_One]]) -> list[_One]:
    """One of each person, then the next of each: nobody's many profiles take the others' room."""
    turns = (one for turn in zip_longest(*of_each) for one in turn if one is not None)
    return list(islice(turns, limits.HISTORY_PROFILES_MAX))
