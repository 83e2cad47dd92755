"""Puts together what was written over several lines.

Enters: lines one by one. Leaves: records, with how many bytes they stand for. Must hold: nothing
is held back that is complete; a record is bounded, and what is beyond it begins the next one, so
every line is told; the bytes of an unfinished record are not counted, so that a restart reads them
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from reticent_contract import limits

from reticent_agent.collect.lines import LAST_BYTES, Lines
from reticent_agent.collect.logs.syslog_line import begins_with_time

TRACES_WAIT_S = 2.0
_INDENTED = (" ", "\t")
_PYTHON_TRACE = "Traceback (most recent call last):"
_JAVA_CAUSE = "Caused by: "


class Rule(Protocol):
    """Which lines belong together."""

    wait_s: float  # a record that nothing was added to for so long is complete

    def continues(self, first: str, line: str) -> bool:
        """Whether `line` belongs to the record that began with `first`."""

    def closes(self, first: str, line: str) -> bool:
        """Whether it is its last line."""


class Traces:
    """Stack traces and other continued lines.

    A line that is indented continues the one before. Where records begin with a time, every line
    without one does: the message and the causes of a trace are not indented. Else a trace of
    Python ends with its message, and one of Java goes on with its causes.
    """

    wait_s = TRACES_WAIT_S

    def __init__(self) -> None:
        # A line is asked about twice: whether it continues a record, then as the next one's first.
        self._first, self._first_is_timed = "", False
        self._line, self._line_is_timed = "", False

    def continues(self, first: str, line: str) -> bool:
        if line.startswith(_INDENTED):
            return True
        if first is not self._first:
            known = first is self._line
            self._first_is_timed = self._line_is_timed if known else begins_with_time(first)
            self._first = first
        if self._first_is_timed:
            self._line, self._line_is_timed = line, begins_with_time(line)
            return not self._line_is_timed
        return line.startswith(_JAVA_CAUSE) or first == _PYTHON_TRACE

    def closes(self, first: str, line: str) -> bool:
        return first == _PYTHON_TRACE and line != first and not line.startswith(_INDENTED)


class Records:
    """One record at most is kept, of RECORD_LINES_MAX lines and LOG_LINE_BYTES_MAX bytes."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._texts: list[str] = []
        self._bytes = self._count = 0
        self._last = b""

    @property
    def wait_s(self) -> float | None:
        """How long to wait for more; None where no record is begun."""
        return self._rule.wait_s if self._texts else None

    def add(self, line: Lines) -> Iterator[Lines]:
        """The records that are complete now; `line` is one line, its text "" where it is empty."""
        text = line.texts[0] if line.texts else ""
        size = len(text) if text.isascii() else len(text.encode())
        if text and self._texts:
            too_long = self._bytes + size + 1 > limits.LOG_LINE_BYTES_MAX
            too_many = len(self._texts) >= limits.RECORD_LINES_MAX
            if too_long or too_many or not self._rule.continues(self._texts[0], text):
                yield self._take()
        self._count += line.size_bytes
        self._last = (self._last + line.last)[-LAST_BYTES:]
        if text:
            self._texts.append(text)
            self._bytes += size + 1
        if not self._texts or (text and self._rule.closes(self._texts[0], text)):
            yield self._take()

    def flush(self) -> Iterator[Lines]:
        """The record that was begun."""
        if self._texts:
            yield self._take()

    def forget(self) -> None:
        self._texts = []
        self._bytes = self._count = 0
        self._last = b""

    def _take(self) -> Lines:
        texts = ("\n".join(self._texts),) if self._texts else ()
        taken = Lines(texts, self._count, self._last)
        self.forget()
        return taken
