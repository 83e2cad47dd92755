"""One JSON object a line, on standard error: `{"at": …, "level": …, "event": …, …}`.

Must hold: nothing collected gets in. So a log call names an event (a stable word) and plain
fields; text is cut; an exception gives its class, never its text, which may quote its input.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO
from uuid import UUID

LOGGER = "reticent_server"
TEXT_CHARS_MAX = 400
FRAMES_MAX = 8

Field = str | int | float | bool | UUID | bytes | None


class Log:
    """Structured logging for one part of the server."""

    def __init__(self, part: str) -> None:
        self._logger = logging.getLogger(f"{LOGGER}.{part}")

    def debug(self, event: str, **fields: Field) -> None:
        self._logger.debug(event, extra={"reticent": fields})

    def info(self, event: str, **fields: Field) -> None:
        self._logger.info(event, extra={"reticent": fields})

    def warning(self, event: str, **fields: Field) -> None:
        self._logger.warning(event, extra={"reticent": fields})

    def error(self, event: str, error: BaseException | None = None, **fields: Field) -> None:
        """With `error`, its class and where it was raised; not its message."""
        if error is not None:
            fields |= {"error": type(error).__name__, "where": _where(error)}
        self._logger.error(event, extra={"reticent": fields})


class JsonFormatter(logging.Formatter):
    """Formats records of `Log`, and of libraries by their class of message alone."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": record.name.removeprefix(f"{LOGGER}."),
        }
        fields = getattr(record, "reticent", None)
        if fields is None:
            # A library's message may hold anything once its arguments are in; its template may not.
            line["event"] = "library"
            line["template"] = str(record.msg)[:TEXT_CHARS_MAX]
            if record.exc_info and record.exc_info[1] is not None:
                line["error"] = type(record.exc_info[1]).__name__
                line["where"] = _where(record.exc_info[1])
        else:
            line["event"] = record.msg
            line |= {name: _plain(value) for name, value in fields.items()}
        return json.dumps(line, ensure_ascii=False)


def configure_logging(level: str, stream: TextIO | None = None) -> None:
    """Sends everything of this process to `stream` (standard error) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel("WARNING")
    logging.getLogger(LOGGER).setLevel(level.upper())


def _plain(value: Field) -> object:
    if isinstance(value, bytes):
        return value.hex()[:TEXT_CHARS_MAX]
    if isinstance(value, UUID):
        return str(value)
    return value[:TEXT_CHARS_MAX] if isinstance(value, str) else value


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
    return " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)
