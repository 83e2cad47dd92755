"""The pipeline keeps up with a flood, makes collectors wait when it cannot, and counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_agent.collect.health import Collected
from reticent_agent.metrics import Metrics
from reticent_agent.pipeline import QUEUE_ITEMS_MAX, Pipeline
from reticent_agent.report.status import StatusBoard
from reticent_agent.spool import Spool
from reticent_contract.batch import decode_batch, rows_of
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy
from reticent_contract.redact import KeyRing
from reticent_contract.rows import Row
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
    def __init__(self, folder: Path, **bounds: int) -> None:
        self.board = StatusBoard(lambda: None)
        self.spool = Spool(folder / "spool.db", now_us=lambda: START_US, **bounds)
        self.pipeline = Pipeline(
            catalog=CATALOG,
            spool=self.spool,
            collecting=MadeLaptop(folder).collecting(),
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

    def rows(self) -> list[dict[str, object]]:
        out: list[dict[str, object]] = []
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


def test_a_full_queue_makes_collectors_wait(piped: Piped) -> None:
    piped.start()
    with piped.spool._lock:  # the disk hangs
        giver = threading.Thread(
            target=lambda: [piped.give(_lines(1)) for _ in range(QUEUE_ITEMS_MAX + 2_000)]
        )
        giver.start()
        giver.join(0.5)
        assert giver.is_alive()
        assert piped.pipeline._queue.qsize() <= QUEUE_ITEMS_MAX
    giver.join(30)
    piped.pipeline.flush()
    assert piped.spool.stats().rows == QUEUE_ITEMS_MAX + 2_000


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
    rows = piped.board.picture()["rows"]
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
    assert piped.board.picture()["rows"]["dropped"] == 4
