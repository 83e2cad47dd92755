"""Logs are JSON lines without anything collected."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
from reticent_server.log import Log, configure_logging


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("info", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("reticent_server").setLevel(logging.NOTSET)


def parsed(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_an_event_is_one_json_object_with_its_fields(lines: io.StringIO) -> None:
    Log("ingest").info("stream_opened", device_id=UUID(int=1), seq=7, hash=b"\xab")
    Log("ingest").debug("not_at_this_level")
    (line,) = parsed(lines)
    assert line["event"] == "stream_opened"
    assert (line["level"], line["part"]) == ("info", "ingest")
    assert (line["device_id"], line["seq"], line["hash"]) == (str(UUID(int=1)), 7, "ab")


def test_an_exceptions_text_stays_out(lines: io.StringIO) -> None:
    try:
        raise ValueError("alice@example.com")
    except ValueError as error:
        Log("ingest").error("failed", error)
        logging.getLogger("some.library").exception("could not do it")
        logging.getLogger("some.library").error("bad value %s", "alice@example.com")
    assert "alice" not in lines.getvalue()
    first, second, third = parsed(lines)
    assert (first["error"], second["error"]) == ("ValueError", "ValueError")
    assert "test_log.py" in str(first["where"])
    assert third["template"] == "bad value %s"


def test_long_text_is_cut(lines: io.StringIO) -> None:
    Log("ingest").warning("long", text="x" * 10_000)
    assert len(str(parsed(lines)[0]["text"])) == 400
