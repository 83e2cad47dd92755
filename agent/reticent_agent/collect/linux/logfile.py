"""Follows one log file that the policy names.

Enters: lines as programs write them. Leaves: `log_line` rows, with a cursor that says how far.
Must hold: a restart loses and doubles nothing, whatever rotated the file meanwhile; only regular
files are read; memory does not grow with a line.
"""

from __future__ import annotations

from collections.abc import Iterable

from reticent_contract import limits
from reticent_contract.rows import Row

from reticent_agent.collect.health import health_row
from reticent_agent.collect.lines import LineSplitter
from reticent_agent.collect.linux.available import is_usable, require_readable
from reticent_agent.collect.linux.file_watch import FileWatch
from reticent_agent.collect.linux.position import decode_mark
from reticent_agent.collect.linux.syslog_line import LineReader
from reticent_agent.collect.linux.tail import Step, Tail
from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.stopping import wait_readable

FIRST_BYTES = limits.LOG_FIRST_BYTES
GATHER_S = 0.25  # after a wake-up: lines seldom come alone


def log_file(path: str) -> EventSource:
    """The source of one file, named "file:<path>"; the path is as on the laptop, no wildcards."""

    def follow(context: Context, cursor: str, emit: Emit) -> None:
        _Following(path, context, cursor, emit).run()

    return EventSource(name=f"file:{path}", table="log_line", follow=follow)


class _Following:
    def __init__(self, path: str, context: Context, cursor: str, emit: Emit) -> None:
        self._path = path
        self._context = context
        self._emit = emit
        self._splitter = LineSplitter()
        self._reader = LineReader()
        real = require_readable(context, path)
        self._real = real
        self._told_unreadable = False
        self._watch = FileWatch(real)
        mark = decode_mark(cursor) if cursor else None
        self._tail = Tail(real, mark, first_bytes=FIRST_BYTES, record_bytes=1)
        self._is_new = mark is None

    def run(self) -> None:
        try:
            self._watch.arm(None)
            while not self._context.stopping():
                self._step()
        finally:
            self._tail.close()
            self._watch.close()

    def _step(self) -> None:
        step = self._tail.step()
        if isinstance(step, bytes):
            for lines in self._splitter.feed(step):
                self._tail.done(lines.count, lines.last)
                self._hand_on(lines.texts)
            return
        if step is Step.IDLE:
            if self._is_new:  # so that a restart before the first line does not begin anew
                self._is_new = False
                self._emit((), cursor=self._tail.mark.encode())
            self._check_readable()
            self._watch.wait(self._context.stopping)
            wait_readable(self._context.stopping, (), seconds_max=GATHER_S)
            self._watch.arm(self._tail.fd)
            return
        if step is Step.ENDED:
            rest = self._splitter.flush()
            self._tail.go_on()
            if rest:
                self._hand_on((rest,))
        else:
            self._splitter.forget()
            if step is Step.LOST:
                self._report_lost()
        self._watch.arm(self._tail.fd)

    def _hand_on(self, texts: Iterable[str]) -> None:
        now_us = self._context.clock.now_us()
        rows = []
        for text in texts:
            ts_us, values = self._reader.read(text, now_us=now_us)
            values["source"] = self._path
            rows.append(Row(table="log_line", event="line", ts_us=ts_us, values=values))
        self._emit(rows, cursor=self._tail.mark.encode())

    def _check_readable(self) -> None:
        """Tells once when something is there now that the agent may not or does not read."""
        if is_usable(self._real):
            self._told_unreadable = False
        elif not self._told_unreadable:
            self._told_unreadable = True
            self._report(
                "collector_failed",
                reason="unreadable",
                detail="no regular file, or the agent's user is not in its group: see its mode",
            )

    def _report_lost(self) -> None:
        self._report(
            "rows_dropped",
            reason="rotated_away",
            detail="the old file is gone or compressed; lines after the last one sent are lost",
        )

    def _report(self, event: str, *, reason: str, detail: str) -> None:
        now_us = self._context.clock.now_us()
        component = f"file:{self._path}"
        row = health_row(event, ts_us=now_us, component=component, reason=reason, detail=detail)
        self._emit((row,), cursor=self._tail.mark.encode())
