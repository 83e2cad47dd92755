"""Logs as JSON lines on standard error, without collected values.

    {"at": RFC 3339, "level", "logger", "message", …fields}

Call as `log.info("batch refused", extra={"fields": {"seq": 7}})`. An exception becomes
`errors.describe(error)`: a foreign exception's own text may quote what it choked on.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from reticent_agent.errors import describe

LEVELS = ("debug", "info", "warning", "error")


class JsonFormatter(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line.update(fields)
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str) -> None:
    """Everything below the root logger goes to standard error in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.raiseExceptions = False  # a failing log line must not print its arguments
