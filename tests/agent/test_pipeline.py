"""The pipeline keeps up with a flood, makes collectors wait when it cannot, and counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reticent_agent.collect.health import Collected, health_row
from reticent_agent.collect.model import Asked, EventSource
from reticent_agent.metrics import Metrics
from reticent_agent.pipeline import QUEUE_ROWS_MAX, Pipeline
from reticent_agent.policy.learning import Learning
from reticent_agent.queued import Flush, Item
from reticent_agent.report.status import StatusBoard
from reticent_agent.spool import Spool
from reticent_contract import limits
from reticent_contract.batch import decode_batch, rows_of
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy
from reticent_contract.redact import KeyRing
from reticent_contract.rows import Row, Value
from support.batch_rows import START_US
from support.made_laptop import MadeLaptop
from support.policies import document

KEYS = KeyRing({1: b"\x01" * 32}, b"\x02" * 32)
LINES_A_SECOND_MIN = 2_500  # alone on a core it is several times that; the tests share two


def _lines(count: int) -> tuple[Row, ...]:
    return tuple(
        Row("log_line", "line", START_US + n, {"source": "journal", "message": f"line {n} is dull"})
        for n in range(count)
    )


class Piped:
    def __init__(
        self,
        folder: Path,
        state: dict[str, list[dict[str, Value]]] | None = None,
        *,
        delay_s: float = 0.0,
        **bounds: Any,
    ) -> None:
        self.board = StatusBoard(lambda: None)
        self.spool = Spool(folder / "spool.db", now_us=lambda: START_US, **bounds)
        self.pipeline = Pipeline(
            catalog=CATALOG,
            spool=self.spool,
            collecting=MadeLaptop(folder, state or {}, delay_s).collecting(),
            board=self.board,
            metrics=Metrics(),
            spooled=lambda: None,
        )

    def start(self, version: int = 2) -> None:
        self.pipeline.start(parse_policy(document(version=version), CATALOG), KEYS)

    def give(self, rows: tuple[Row, ...], *, cursor: str = "", late: int = 0) -> None:
        """`late`: how many starts ago the source that hands this in was ended."""
        name = "made up" if cursor else ""
        self.pipeline._sink(
            self.pipeline._round - late,
            Collected(rows=rows, table="log_line", complete=False, cursor_name=name, cursor=cursor),
        )

    def rows(self) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = []
        while (batch := self.spool.seal()) is not None:
            decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
            out += rows_of(decoded)
            self.spool.acknowledge(batch.seq)
        return out


@pytest.fixture
def piped(tmp_path: Path) -> Iterator[Piped]:
    made = Piped(tmp_path)
    yield made
    made.pipeline.stop()
    made.spool.close()


def test_a_flood_of_log_lines_is_kept_up_with(piped: Piped) -> None:
    piped.start()
    started = time.perf_counter()
    for number in range(40):
        piped.give(_lines(500), cursor=str(number))
    piped.pipeline.flush()
    seconds = time.perf_counter() - started
    print(f"{20_000 / seconds:,.0f} lines/s scanned and spooled")
    assert piped.spool.stats().rows == 20_000
    assert piped.spool.cursors()["made up"] == "39"
    assert 20_000 / seconds > LINES_A_SECOND_MIN


@pytest.mark.parametrize("rows", [1, 400])
def test_a_full_queue_makes_collectors_wait(piped: Piped, rows: int) -> None:
    piped.start()
    gifts = (QUEUE_ROWS_MAX + 2_000) // rows
    with piped.spool._lock:  # the disk hangs

        def give() -> None:
            for _ in range(gifts):
                piped.give(_lines(rows))

        giver = threading.Thread(target=give)
        giver.start()
        giver.join(0.5)
        assert giver.is_alive()
        waiting = sum(item.rows for item in piped.pipeline._queue.queue)
        assert waiting == piped.pipeline._queue.qsize()
        assert QUEUE_ROWS_MAX <= waiting < QUEUE_ROWS_MAX + rows
    giver.join(30)
    piped.pipeline.flush()
    assert piped.spool.stats().rows == gifts * rows


def test_what_was_collected_under_one_policy_is_not_sent_under_the_next(piped: Piped) -> None:
    piped.start(2)
    piped.give(_lines(3))
    piped.start(3)
    piped.give(_lines(2))
    piped.pipeline.flush()
    sealed = [piped.spool.seal(), piped.spool.seal()]
    assert [(b.policy.version, b.rows) for b in sealed if b is not None] == [(2, 3), (3, 2)]


def test_what_an_ended_source_hands_in_late_is_left_to_the_one_that_follows_it(
    piped: Piped,
) -> None:
    piped.start(2)
    piped.give(_lines(3), cursor="3")
    piped.start(3)
    piped.give(_lines(5), cursor="8", late=1)  # it waited for room while the policy changed
    piped.give(_lines(2), cursor="5")
    piped.pipeline.flush()
    assert piped.spool.stats().rows == 5
    assert piped.spool.cursors()["made up"] == "5"


@pytest.mark.parametrize("paused", [False, True])
def test_what_lands_right_behind_the_flush_that_ends_a_round_is_not_written(
    piped: Piped, monkeypatch: pytest.MonkeyPatch, paused: bool
) -> None:
    piped.start(2)
    pipeline = piped.pipeline
    put, set_ = pipeline._queue.put, Flush.set
    late = Item(
        Collected(
            rows=_lines(5), table="log_line", complete=False, cursor_name="made up", cursor="5"
        ),
        pipeline._round,
    )

    def put_and_be_late(item: Item | Flush) -> None:
        put(item)
        if isinstance(item, Flush):
            monkeypatch.undo()
            monkeypatch.setattr(Flush, "set", set_late)
            put(late)  # its source was blocked in `put` until the flush had been taken

    def set_late(flush: Flush) -> None:
        """The writer has gone on before whoever waits for the flush runs again."""
        monkeypatch.undo()
        threading.Timer(0.5, set_, [flush]).start()

    monkeypatch.setattr(pipeline._queue, "put", put_and_be_late)
    if paused:
        pipeline.pause()
    piped.start(3)
    pipeline.flush()
    assert piped.spool.stats().rows == 0
    assert "made up" not in piped.spool.cursors()


def _state(table: str) -> Collected:
    return Collected(rows=(), table=table, complete=True)


def _told(event: str, table: str, reason: str) -> Collected:
    row = health_row(event, ts_us=START_US, component=table, reason=reason)
    return Collected(rows=(row,), table=row.table, complete=False)


def test_log_lines_wait_until_every_state_table_has_reported_failed_or_run_over_its_time() -> None:
    learning = Learning(["os", "host", "usb"], wait_s=60, gave_up=lambda _: None)
    answers: list[bool] = []
    waiting = threading.Thread(target=lambda: answers.append(learning.wait()))
    waiting.start()
    learning.heard(_state("os"))
    learning.heard(_told("collector_timeout", "host", "over_time"))
    learning.heard(_told("collector_failed", "usb", "watch_unavailable"))  # it is still read
    waiting.join(0.2)
    assert not answers
    learning.heard(_told("collector_failed", "usb", "not_readable"))
    waiting.join(5)
    assert answers == [True]


def test_waiting_for_state_tables_has_an_end_that_is_told(tmp_path: Path) -> None:
    missing: list[tuple[str, ...]] = []
    learning = Learning(["os", "host"], wait_s=0.05, gave_up=missing.append)
    learning.heard(_state("os"))
    assert learning.wait()
    assert learning.wait()
    assert missing == [("host",)]


@pytest.mark.parametrize(
    ("table_s", "cap_s", "reason"), [(0.2, 60.0, "over_time"), (30.0, 0.3, "not_learned")]
)
def test_lines_wait_no_longer_for_a_table_that_hangs_and_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table_s: float, cap_s: float, reason: str
) -> None:
    monkeypatch.setattr(limits, "COLLECT_SECONDS_MAX", table_s)
    monkeypatch.setattr("reticent_agent.pipeline.LEARN_WAIT_S", cap_s)
    piped = Piped(tmp_path, {"host": [{"host_name": "made-up-1"}]}, delay_s=5.0)
    try:
        piped.start()
        started = time.monotonic()
        piped.give(_lines(1), cursor="1")
        assert time.monotonic() - started < 4
        piped.pipeline.flush()
        rows = piped.rows()
        assert [
            (row["event"], row["values"]["component"], row["values"]["reason"])
            for row in rows
            if row["table"] == "agent_health"
        ] == [("collector_timeout", "host", reason)]
        assert len(rows) == 2
    finally:
        piped.pipeline.stop()
        piped.spool.close()


def test_lines_that_still_wait_when_collecting_ends_are_left_to_the_next_start(
    tmp_path: Path,
) -> None:
    piped = Piped(tmp_path, {"host": [{"host_name": "made-up-1"}]}, delay_s=3.0)
    try:
        piped.start()
        giver = threading.Thread(target=lambda: piped.give(_lines(2), cursor="2"))
        giver.start()
        giver.join(0.2)
        assert giver.is_alive()
        piped.pipeline.pause()
        giver.join(5)
        assert not giver.is_alive()
        assert piped.spool.stats().rows == 0
        assert "made up" not in piped.spool.cursors()
    finally:
        piped.pipeline.stop()
        piped.spool.close()


def test_a_stop_waits_for_a_start_that_still_runs_and_ends_what_it_began(tmp_path: Path) -> None:
    piped, begun, go_on = Piped(tmp_path), threading.Event(), threading.Event()
    sources = piped.pipeline._collecting.sources

    def held(asked: Asked) -> Sequence[EventSource]:
        begun.set()
        assert go_on.wait(30)
        return sources(asked)

    piped.pipeline._collecting = replace(piped.pipeline._collecting, sources=held)
    starter = threading.Thread(target=piped.start)
    starter.start()
    assert begun.wait(30)
    stopper = threading.Thread(target=piped.pipeline.stop)
    stopper.start()
    stopper.join(0.1)
    assert stopper.is_alive()
    go_on.set()
    starter.join(30)
    stopper.join(30)
    assert piped.pipeline._supervisor is None
    assert piped.pipeline._writer is None
    piped.spool.close()


def test_nothing_starts_after_the_stop(piped: Piped) -> None:
    piped.pipeline.stop()
    piped.start()
    assert piped.pipeline.policy is None
    assert piped.pipeline._supervisor is None


def test_without_a_policy_rows_go_nowhere(piped: Piped) -> None:
    piped.start()
    piped.pipeline.pause()
    piped.give(_lines(3))
    piped.pipeline.flush()
    assert piped.spool.stats().rows == 0
    assert piped.pipeline.policy is None


def test_a_full_spool_is_told_by_a_health_row(tmp_path: Path) -> None:
    piped = Piped(tmp_path, rows_max=50)
    piped.start()
    piped.give(_lines(200))
    piped.pipeline.flush()
    piped.pipeline.flush()
    health = [row for row in piped.rows() if row["table"] == "agent_health"]
    assert [(row["event"], row["values"]["count"]) for row in health] == [("rows_dropped", 150)]
    rows: Any = piped.board.picture()["rows"]
    assert (rows["collected"], rows["dropped"]) == (201, 151)
    piped.pipeline.stop()
    piped.spool.close()


def test_one_bad_group_does_not_end_collecting(
    piped: Piped, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped.start()
    monkeypatch.setattr(piped.spool, "append", lambda *_, **__: 1 / 0)
    piped.give(_lines(4))
    piped.pipeline.flush()
    monkeypatch.undo()
    piped.give(_lines(2))
    piped.pipeline.flush()
    assert piped.spool.stats().rows == 2
    rows: Any = piped.board.picture()["rows"]
    assert rows["dropped"] == 4
