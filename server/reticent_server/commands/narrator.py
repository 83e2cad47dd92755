"""Tells a person what happens, on standard error, so that standard output stays the machine's."""

from __future__ import annotations

import sys
import time


class Narrator:
    """Steps with the time since the start, and one live line that is written over."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._live = False

    def step(self, text: str) -> None:
        self.plain(f"[{time.monotonic() - self._started:5.1f} s] {text}")

    def plain(self, text: str) -> None:
        if self._live:
            sys.stderr.write("\n")
            self._live = False
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def live(self, text: str) -> None:
        """Nothing where standard error is no terminal: a log file wants no repeated line."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[2K{text}")
            sys.stderr.flush()
            self._live = True
