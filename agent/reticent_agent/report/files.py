"""Writes status.json and metrics.prom, about once a second while something changes, else never."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from reticent_agent import atomic
from reticent_agent.errors import ReportError
from reticent_agent.metrics import Metrics
from reticent_agent.report.status import StatusBoard

log = logging.getLogger("reticent_agent.report")

STATUS_NAME, METRICS_NAME = "status.json", "metrics.prom"
_BYTES_MAX = 1 << 20


class ReportFiles:
    """In the data directory. A full disk is logged once and otherwise borne."""

    def __init__(self, folder: Path, *, board: StatusBoard, metrics: Metrics) -> None:
        self._folder = folder
        self._board = board
        self._metrics = metrics
        self._failed = False

    def write(self, *, now_us: int) -> None:
        at = datetime.fromtimestamp(now_us / 1e6, UTC).isoformat(timespec="seconds")
        picture = {**self._board.picture(), "updated_at": at.replace("+00:00", "Z")}
        try:
            text = json.dumps(picture, indent=1).encode()
            atomic.write_file(self._folder / STATUS_NAME, text, durable=False)
            if self._metrics.changed():
                text = self._metrics.render().encode()
                atomic.write_file(self._folder / METRICS_NAME, text, durable=False)
            self._failed = False
        except OSError as error:
            if not self._failed:
                log.warning("status not written", extra={"fields": {"errno": error.errno}})
            self._failed = True


def read_status(folder: Path) -> dict[str, object] | None:
    """What the running (or last) agent wrote; None where there is nothing to read.

    Raises ReportError where it may not be read.
    """
    try:
        data = atomic.read_file(folder / STATUS_NAME, bytes_max=_BYTES_MAX)
        picture = None if data is None else json.loads(data)
    except PermissionError:
        raise not_yours(folder) from None
    except (OSError, ValueError):
        return None
    return picture if isinstance(picture, dict) else None


def not_yours(folder: Path) -> ReportError:
    """The agent's folder belongs to its own user: logs of everybody at this laptop are in it."""
    return ReportError(
        f"{folder} may be read by the agent's user and by root only; nothing was read; ask with "
        "sudo, or as the user that the agent runs as",
        permanent=True,
    )
