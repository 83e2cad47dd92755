"""Log files that the policy names.

Enters: lines as programs write them. Leaves: `log_line` rows. Must hold: a row has the text of one
line, or of one record where the policy says that records of this file have several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reticent_contract.rows import Row

from reticent_agent.collect.logs.followed_file import FollowedFile
from reticent_agent.collect.logs.records import Traces
from reticent_agent.collect.logs.syslog_line import LineReader
from reticent_agent.collect.model import Context, Emit, EventSource


def log_files(options: Mapping[str, object]) -> Iterator[EventSource]:
    """The sources of the files that the options of `log_line` name, each file once."""
    of_several_lines = frozenset(_paths(options.get("multi_line_files")))
    for path in dict.fromkeys((*_paths(options.get("files")), *sorted(of_several_lines))):
        yield log_file(path, multi_line=path in of_several_lines)


def _paths(value: object) -> tuple[str, ...]:
    return tuple(str(path) for path in value) if isinstance(value, (tuple, list)) else ()


def log_file(path: str, *, multi_line: bool = False) -> EventSource:
    """The source of one file, named "file:<path>"; the path is as on the laptop, no wildcards."""

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        reader = LineReader()

        def to_rows(texts: Sequence[str], now_us: int) -> list[Row]:
            return [_row(reader, path, text, now_us=now_us) for text in texts]

        FollowedFile(
            path,
            context,
            cursor,
            emit,
            component=f"file:{path}",
            to_rows=to_rows,
            rule=Traces() if multi_line else None,
        ).run()

    return EventSource(name=f"file:{path}", table="log_line", follow=follow)


def _row(reader: LineReader, path: str, text: str, *, now_us: int) -> Row:
    ts_us, values = reader.read(text, now_us=now_us)
    values["source"] = path
    return Row(table="log_line", event="line", ts_us=ts_us, values=values)
