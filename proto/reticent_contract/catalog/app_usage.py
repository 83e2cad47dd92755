"""Applications: one row when one is started, stopped, or was in the foreground."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

APP_USAGE = Table(
    name="app_usage",
    kind=Kind.EVENT,
    sentence="Which applications people used here, and for how long; never what was in them.",
    events=(
        "started",
        "stopped",
        "foreground",
    ),
    priority=20,
    fields=(
        Field(
            name="user_name",
            type=Type.TEXT,
            sentence="The name of the person who used it.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.VISITED,
            source=Source(
                linux="the account of the control group or of the session's helper",
                windows="none: the helper has no way to the agent there",
                macos="the account of the session's helper",
            ),
            form=Form.USER,
            bytes_max=256,
            ocsf="actor.user.name",
        ),
        Field(
            name="app",
            type=Type.TEXT,
            sentence="The application, by its system name, such as firefox.",
            field_class=FieldClass.QUASI_ID,
            item=Item.VISITED,
            source=Source(
                linux="the control group app-*.scope; in front: the program's file name",
                windows="none: the helper has no way to the agent there",
                macos="lsappinfo: LSBundleIdentifier",
            ),
            bytes_max=256,
            ocsf="process.name",
        ),
        Field(
            name="path",
            type=Type.TEXT,
            sentence="Where the program lies; that may be in a person's folder.",
            field_class=FieldClass.QUASI_ID,
            item=Item.VISITED,
            source=Source(
                linux="/proc/*/exe, read by the person's own helper; only of what is in front",
                windows="none: the helper has no way to the agent there",
                macos="lsappinfo: LSExecutablePath",
            ),
            bytes_max=1024,
            ocsf="process.file.path",
        ),
        Field(
            name="pid",
            type=Type.INTEGER,
            sentence="The number that the system gave the running program.",
            field_class=FieldClass.TECHNICAL,
            item=Item.VISITED,
            source=Source(
                linux="cgroup.procs, the first; in front: _NET_WM_PID",
                windows="none: the helper has no way to the agent there",
                macos="lsappinfo: pid",
            ),
            ocsf="process.pid",
        ),
        Field(
            name="duration_ms",
            type=Type.INTEGER,
            sentence="How long it ran or was in the foreground, in thousandths of a second.",
            field_class=FieldClass.TECHNICAL,
            item=Item.VISITED,
            source=Source(
                linux=(
                    "_NET_ACTIVE_WINDOW of X11, seen by the person's own helper; Wayland has no "
                    "source"
                ),
                windows="none: the helper has no way to the agent there",
                macos="lsappinfo front, asked every five seconds by the person's own helper",
            ),
        ),
    ),
)
