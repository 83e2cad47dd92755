"""From "this process is in front now" to "this application was in front that long".

Enters: changes of the foreground, with the times of a clock. Leaves: `Used` entries. Must hold: a
suspended laptop's time is nobody's; what was too short to be use is left out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from reticent_agent.collect.model import Clock

SHORTEST_MS = 1_000
LONGEST_MS = 3_600_000  # then it is told, so that a day in one application is not lost at its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """`app` is empty where the path's last part is its name."""

    pid: int
    path: str = ""
    app: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    app: str
    path: str
    pid: int
    start_us: int
    duration_ms: int

    def document(self) -> dict[str, object]:
        return asdict(self)


class Foreground:
    """One at a time. Times are measured by the monotonic clock, which stands still in suspend."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._now: Application | None = None
        self._start_us = 0
        self._started = 0.0

    def changed(self, to: Application | None) -> Used | None:
        """What has ended by it; None also where the same application stays in front."""
        if to == self._now and self._duration_ms() < LONGEST_MS:
            return None
        ended = self._ended()
        self._now = to
        self._start_us, self._started = self._clock.now_us(), self._clock.monotonic()
        return ended

    def _duration_ms(self) -> int:
        return round((self._clock.monotonic() - self._started) * 1_000)

    def _ended(self) -> Used | None:
        one, duration_ms = self._now, self._duration_ms()
        if one is None or duration_ms < SHORTEST_MS:
            return None
        return Used(
            app=one.app,
            path=one.path,
            pid=one.pid,
            start_us=self._start_us,
            duration_ms=min(duration_ms, LONGEST_MS),
        )
