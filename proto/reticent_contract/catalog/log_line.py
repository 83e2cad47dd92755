"""Lines of the system's log and of the files that the policy names: one row each."""

from __future__ import annotations

from reticent_contract import limits
from reticent_contract.catalog.model import Field, FieldClass, Item, Kind, Source, Table, Type

LOG_LINE = Table(
    name="log_line",
    kind=Kind.EVENT,
    sentence="What programs on this laptop wrote into its log.",
    events=("line",),
    priority=10,
    fields=(
        Field(
            name="source",
            type=Type.TEXT,
            sentence="Where the line was written: the journal, or the path of a file.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="journal, or the path that the policy names",
                windows="the event log's channel",
                macos="unified log, or the path that the policy names",
            ),
            bytes_max=1024,
            ocsf="metadata.log_name",
        ),
        Field(
            name="unit",
            type=Type.TEXT,
            sentence="The service that wrote the line.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="journalctl -o json: _SYSTEMD_UNIT; files have none",
                windows="EvtRender: Provider/@Name",
                macos="log stream --style ndjson: subsystem",
            ),
            bytes_max=256,
        ),
        Field(
            name="program",
            type=Type.TEXT,
            sentence="The program that wrote the line.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux=(
                    "journalctl -o json: SYSLOG_IDENTIFIER, else _COMM; files: the name "
                    "before the colon of a syslog line"
                ),
                windows="none: the event tells the number of the program alone",
                macos="log stream --style ndjson: processImagePath",
            ),
            bytes_max=256,
            ocsf="actor.process.name",
        ),
        Field(
            name="severity",
            type=Type.INTEGER,
            sentence="How grave the line is: 0 is the worst, 7 is only for programmers.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux=(
                    "journalctl -o json: PRIORITY; files: the priority of a syslog line "
                    "where it stands"
                ),
                windows="EvtRender: Level, turned to syslog's scale",
                macos="log stream --style ndjson: messageType, turned to syslog's scale",
            ),
        ),
        Field(
            name="pid",
            type=Type.INTEGER,
            sentence="The number that the program had while it ran.",
            field_class=FieldClass.TECHNICAL,
            item=Item.LOG,
            source=Source(
                linux="journalctl -o json: _PID; files: the number in brackets of a syslog line",
                windows="EvtRender: Execution/@ProcessID",
                macos="log stream --style ndjson: processID",
            ),
            ocsf="actor.process.pid",
        ),
        Field(
            name="message",
            type=Type.TEXT,
            sentence=(
                "What the program wrote. It can hold anything, so it is searched for "
                "names and numbers before it leaves."
            ),
            field_class=FieldClass.CONTENT,
            item=Item.LOG,
            source=Source(
                linux=("journalctl -o json: MESSAGE; files: the line, or the lines of one record"),
                windows="EvtFormatMessage",
                macos="log stream --style ndjson: eventMessage",
            ),
            bytes_max=limits.LOG_LINE_BYTES_MAX,
            ocsf="message",
        ),
    ),
)
