"""Applications that were started and stopped on a Linux desktop, by their control groups.

GNOME, Plasma and others put each application into a unit of its own below the person's app.slice
(systemd.io/DESKTOP_ENVIRONMENTS, "XDG standardization for applications"):

    app[-LAUNCHER]-APP-RANDOM.scope
    app[-LAUNCHER]-APP[@RANDOM].service     also app-APP@autostart.service

Enters: the folders of /sys/fs/cgroup, which the kernel makes and removes with them (inotify tells).
Leaves: `started` and `stopped` rows. Must hold: what ran already when the source started is not
told as started; desktops without such groups have no rows, which is no error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inotify_simple import INotify, flags
from reticent_contract import limits
from reticent_contract.catalog.app_usage import APP_USAGE
from reticent_contract.rows import Row

from reticent_agent.collect.browsers.people import people
from reticent_agent.collect.model import WHILE_ASKED, Context, Emit, EventSource, of_whom
from reticent_agent.collect.rows import event_row, integer
from reticent_agent.collect.stopping import wait_readable

NAME = f"{WHILE_ASKED}app_usage:scopes"
_USERS = "/sys/fs/cgroup/user.slice"
_SLICES = f"{_USERS}/user-*.slice/user@*.service/app.slice"
_UNIT = re.compile(r"app-(?P<name>.+?)(?:[-@](?P<random>[^-@]*))?\.(?P<kind>scope|service)")
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")
# Of the launchers that are named in front of the application.
_LAUNCHERS = ("gnome-", "KDE-", "flatpak-", "snap-", "cosmic-", "sway-", "niri-", "dbus-")
_UID = re.compile(r"/user-([0-9]{1,10})\.slice/")
HOURLY_S = 3_600.0
GATHER_S = 0.3


def app_scopes(options: Mapping[str, object]) -> EventSource:
    agreed = of_whom(options)

    def follow(context: Context, _: str, emit: Emit) -> None:
        _follow(context, agreed, emit)

    return EventSource(name=NAME, table=APP_USAGE.name, follow=follow)


def app_of(unit: str) -> str | None:
    """The application that a unit's name tells, as `org.gnome.Terminal`; None where it is none."""
    found = _UNIT.fullmatch(unit)
    if found is None:
        return None
    name = found["name"]
    for launcher in _LAUNCHERS:
        if name.startswith(launcher) and len(name) > len(launcher):
            name = name[len(launcher) :]
            break
    text = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), name)
    return text.strip() or None


@dataclass(frozen=True, slots=True)
class _Running:
    user_id: int
    app: str
    pid: int | None
    since: float | None  # monotonic; None where it ran before the source did


def _follow(context: Context, agreed: Mapping[int, int] | None, emit: Emit) -> None:
    known: dict[str, _Running] | None = None
    while not context.stopping():
        inotify = INotify(nonblocking=True)
        try:
            _watch(context, inotify)
            is_first = known is None
            known, rows = _compare(context, agreed, known)
            if rows or is_first:
                emit(rows, cursor="1")
            if wait_readable(context.stopping, (inotify.fileno(),), seconds_max=HOURLY_S):
                wait_readable(context.stopping, (), seconds_max=GATHER_S)
        finally:
            inotify.close()


def _watch(context: Context, inotify: INotify) -> None:
    """The slices of applications, and the folders in which one would appear."""
    mask = flags.CREATE | flags.DELETE | flags.MOVED_TO | flags.MOVED_FROM | flags.ONLYDIR
    above = [_USERS, f"{_USERS}/user-*.slice", f"{_USERS}/user-*.slice/user@*.service"]
    for pattern in (*above, _SLICES):
        for folder in context.files.glob(pattern)[: limits.HISTORY_PROFILES_MAX]:
            try:
                inotify.add_watch(Path(context.files.real(folder)), mask)
            except FileNotFoundError:  # gone again
                continue


def _compare(
    context: Context, agreed: Mapping[int, int] | None, known: dict[str, _Running] | None
) -> tuple[dict[str, _Running], list[Row]]:
    """What runs now, and what that is otherwise than before."""
    now_us, now = context.clock.now_us(), context.clock.monotonic()
    names = {one.user_id: one.user_name for one in people(context.files, "linux")}
    running: dict[str, _Running] = {}
    rows: list[Row | None] = []
    for path in context.files.glob(f"{_SLICES}/app-*")[: limits.APPS_RUNNING_MAX]:
        app = app_of(path.rpartition("/")[2])
        uid = _UID.search(path)
        if app is None or uid is None or (agreed is not None and int(uid[1]) not in agreed):
            continue
        before = None if known is None else known.get(path)
        if before is not None:
            running[path] = before
            continue
        since = None if known is None else now
        one = _Running(int(uid[1]), app, _pid(context, path), since)
        running[path] = one
        if known is not None:
            rows.append(_row("started", one, names, now_us, None))
    for path, one in (known or {}).items():
        if path not in running:
            ran_ms = None if one.since is None else round((now - one.since) * 1_000)
            rows.append(_row("stopped", one, names, now_us, ran_ms))
    return running, [row for row in rows if row is not None]


def _row(
    name: str,
    one: _Running,
    names: Mapping[int | None, str],
    ts_us: int,
    duration_ms: int | None,
) -> Row | None:
    values = {
        "user_name": names.get(one.user_id),
        "app": one.app,
        "pid": one.pid,
        "duration_ms": duration_ms,
    }
    return event_row(APP_USAGE, name, ts_us, values)


def _pid(context: Context, path: str) -> int | None:
    """The first process of the group, which is the application's own."""
    text = context.files.read_text(f"{path}/cgroup.procs") or ""
    return integer(text.split("\n", 1)[0] or None)
