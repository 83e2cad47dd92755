"""Follows one growing file of lines, over rotation and over restarts.

Enters: lines as programs write them, in UTF-8, UTF-16 or Windows-1252. Leaves: the rows that
`to_rows` makes of them, with a cursor that says how far. Must hold: a restart loses and doubles
nothing, whatever rotated the file meanwhile; only regular files are read; memory does not grow
with a line or a record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reticent_contract import limits
from reticent_contract.rows import Row

from reticent_agent.collect.available import is_usable, require_readable
from reticent_agent.collect.health import health_row
from reticent_agent.collect.lines import LAST_BYTES, Lines, Splitter
from reticent_agent.collect.logs.position import decode_mark
from reticent_agent.collect.logs.records import Records, Rule
from reticent_agent.collect.logs.tail import Step, Tail
from reticent_agent.collect.logs.watching import watch
from reticent_agent.collect.logs.wide_lines import splitter_of
from reticent_agent.collect.model import Context, Emit
from reticent_agent.collect.stopping import wait_readable

FIRST_BYTES = limits.LOG_FIRST_BYTES
GATHER_S = 0.25  # after a wake-up: lines seldom come alone
BYTE_ORDER_MARK = "\ufeff"

ToRows = Callable[[Sequence[str], int], Sequence[Row]]  # texts, microseconds of now


class FollowedFile:
    """`rule`: which lines make a record; None: each is one."""

    def __init__(
        self,
        path: str,
        context: Context,
        cursor: str,
        emit: Emit,
        *,
        component: str,
        to_rows: ToRows,
        rule: Rule | None = None,
    ) -> None:
        self._context = context
        self._emit = emit
        self._component = component
        self._to_rows = to_rows
        self._splitter: Splitter | None = None  # chosen by the beginning of each file
        self._records = None if rule is None else Records(rule)
        self._added_at = 0.0  # when the last line of an unfinished record came
        self._at_start = False
        real = require_readable(context, path)
        self._real = real
        self._told_unreadable = False
        self._watch = watch(real)
        mark = decode_mark(cursor) if cursor else None
        self._tail = Tail(real, mark, first_bytes=FIRST_BYTES, record_bytes=1)
        self._is_new = mark is None

    def run(self) -> None:
        """Until it stops."""
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
            self._read(step)
            return
        if step is Step.IDLE:
            self._wait()
            return
        if step is Step.ENDED:
            rest = self._ended()
            self._tail.go_on()
            self._begin_file()
            if rest:
                self._hand_on(rest)
        else:
            self._begin_file()
            if step is Step.LOST:
                self._report_lost()
        self._watch.arm(self._tail.fd)

    def _begin_file(self) -> None:
        """What was read beyond the mark is read again, and of another file perhaps."""
        self._splitter = None
        self._at_start = self._tail.mark.offset == 0
        if self._records is not None:
            self._records.forget()

    def _read(self, data: bytes) -> None:
        if self._splitter is None:
            one_by_one = self._records is not None
            self._splitter = splitter_of(self._tail.head, one_by_one=one_by_one)
        if self._records is None:
            for lines in self._splitter.feed(data):
                self._tail.done(lines.size_bytes, lines.last)
                self._hand_on(self._unmarked(lines).texts)
            return
        complete: list[Lines] = []
        for line in self._splitter.feed(data):
            complete += self._records.add(self._unmarked(line))
            if len(complete) >= limits.EMIT_ROWS_MAX:
                self._hand_on_records(complete)
                complete = []
        self._hand_on_records(complete)
        self._added_at = self._context.clock.monotonic()

    def _unmarked(self, lines: Lines) -> Lines:
        """Without the byte order mark that the first line of a file may begin with."""
        if not self._at_start:
            return lines
        self._at_start = False
        texts = [text.removeprefix(BYTE_ORDER_MARK) for text in lines.texts[:1]]
        return Lines((*filter(None, texts), *lines.texts[1:]), lines.size_bytes, lines.last)

    def _ended(self) -> list[str]:
        """What is left of a file that is complete."""
        rest = self._splitter.flush() if self._splitter is not None else None
        last = self._unmarked(Lines((rest,) if rest else (), 0, b""))
        if self._records is None:
            return list(last.texts)
        complete = [*self._records.add(last), *self._records.flush()]
        return [text for record in complete for text in record.texts]

    def _wait(self) -> None:
        if self._is_new:  # so that a restart before the first line does not begin anew
            self._is_new = False
            self._emit((), cursor=self._tail.mark.encode())
        self._check_readable()
        left_s = self._record_left_s()
        if left_s is not None and left_s <= 0:
            self._end_record()
        elif self._watch.wait(self._context.stopping, seconds_max=left_s):
            wait_readable(self._context.stopping, (), seconds_max=GATHER_S)
        self._watch.arm(self._tail.fd)

    def _record_left_s(self) -> float | None:
        """How long an unfinished record is waited for still; None where there is none."""
        wait_s = None if self._records is None else self._records.wait_s
        if wait_s is None:
            return None
        return self._added_at + wait_s - self._context.clock.monotonic()

    def _end_record(self) -> None:
        if self._records is not None and not self._context.stopping():
            self._hand_on_records([*self._records.flush()])

    def _hand_on_records(self, records: Sequence[Lines]) -> None:
        """With one step of the mark for all of them: it costs as much as reading ten lines."""
        if not records:
            return
        last = b"".join(record.last for record in records[-LAST_BYTES:])[-LAST_BYTES:]
        self._tail.done(sum(record.size_bytes for record in records), last)
        texts = [text for record in records for text in record.texts]
        if texts:
            self._hand_on(texts)

    def _hand_on(self, texts: Sequence[str]) -> None:
        rows = self._to_rows(texts, self._context.clock.now_us())
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
        component = self._component
        row = health_row(event, ts_us=now_us, component=component, reason=reason, detail=detail)
        self._emit((row,), cursor=self._tail.mark.encode())
