"""The last-mile gate stops what the policy lets nobody say, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from reticent_agent.collect import platform
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.model import Context
from reticent_agent.last_mile import LastMileGate, StoppedValues
from reticent_agent.metrics import Metrics
from reticent_agent.pipeline import Pipeline
from reticent_agent.report import show_status
from reticent_agent.report.files import ReportFiles
from reticent_agent.report.status import StatusBoard
from reticent_agent.spool import GATE_RULE, SealedBatch, Spool
from reticent_contract import limits
from reticent_contract.batch import decode_batch, rows_of
from reticent_contract.catalog import CATALOG
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.rows import Pseudonym, Row, Value
from support.batch_rows import START_US, redacted
from support.canaries import STAGED, Searcher, plant
from support.gate import KEYS, behind_no_plan, own_of, policy_of
from support.made_laptop import MadeLaptop

SERIAL = "PF3X9Z1KQ7"
HOST = Row(
    "host",
    "snapshot",
    START_US,
    {"host_name": "alices-laptop.corp.example.com", "system_serial": SERIAL},
)
DOMAIN = Row("host", "snapshot", START_US, {"domain_name": "corp.example.com"})
ACCOUNT = Row(
    "user_account", "snapshot", START_US, {"user_name": "alicea", "work_phone": "1234567"}
)
OWN = (HOST, DOMAIN, ACCOUNT)


def line(**values: Value) -> Row:
    return Row("log_line", "line", START_US, values)


def left(row: Row, rules: Mapping[str, Mapping[str, object]] | None = None) -> dict[str, object]:
    """What of a row that nobody redacted gets through."""
    policy = policy_of({table: dict(fields) for table, fields in (rules or {}).items()})
    (gated,) = behind_no_plan([row], policy, own_of(OWN))
    assert len(gated.stops) >= len(row.values) - len(gated.row.values)
    return dict(gated.row.values)


@pytest.mark.parametrize(
    "message",
    [
        f"serial {SERIAL} seen",
        f"serial {SERIAL.lower()} seen",
        "ALICES-LAPTOP: booted",
        "alices%2Dlaptop: booted",
        r"\u0061licea logged on",
        "&#97;licea logged on",
        "mail to bob@example.com",
        "from 203.0.113.77 port 22",
        "from 2001:db8:5::77 port 22",
        "network 203.0.113.77/24",
        "network 203.0.113.0/240",
        "device 3c:5a:b4:00:11:22",
        "login with password=hunter2hunter2",
        "%252525252541",
        "<pn:person:1:AAAAAAAAAAAAAAAAAAAAAA> is alicea",
    ],
)
def test_what_scanning_should_have_removed_is_stopped(message: str) -> None:
    assert left(line(message=message, severity=6)) == {"severity": 6}


@pytest.mark.parametrize(
    "message",
    [
        "nothing to see",
        "from 203.0.113.0/24 port 22",
        "from 2001:db8:5::/48 port 22",
        "from 2002:cb00:7100::/40 port 22",
        "version 1.2.3.4 is installed",
        "<pn:alicea:1:AAAAAAAAAAAAAAAAAAAAAA> logged on, password=<secret>",
        "<mac> and <email>",
        "läuft, zu 100 % \N{WHITE HEAVY CHECK MARK}",
    ],
)
def test_what_redaction_leaves_passes(message: str) -> None:
    assert left(line(message=message)) == {"message": message}


def test_a_network_that_tells_an_embedded_address_whole_is_stopped() -> None:
    assert left(line(message="from 2002:cb00:7107::/48 port 22")) == {}


def test_the_word_that_stands_for_a_finding_is_nobodys_name() -> None:
    own = own_of([Row("user_account", "snapshot", START_US, {"user_name": "mac"})])
    (gated,) = behind_no_plan([line(message="to <mac> sent")], policy_of(), own)
    assert gated.stops == ()
    (gated,) = behind_no_plan([line(message="to mac sent")], policy_of(), own)
    assert [stop.detector for stop in gated.stops] == ["own"]


def test_a_technical_field_may_look_like_an_address_but_not_hold_a_serial_or_a_secret() -> None:
    def software(version: str) -> dict[str, object]:
        return left(Row("software", "snapshot", START_US, {"name": "x", "version": version}))

    assert software("10.20.30.40") == {"name": "x", "version": "10.20.30.40"}
    assert software(f"1-{SERIAL}") == {"name": "x"}
    assert software("ghp_" + "aB3" * 12) == {"name": "x"}


def test_a_field_that_the_policy_keeps_may_hold_the_identifier_it_is() -> None:
    kept = {"host": {"host_name": "keep"}}
    assert left(HOST, kept) == {"host_name": HOST.values["host_name"]}
    assert left(line(message="alices-laptop: booted"), kept) == {}


def test_a_scan_that_keeps_own_identifiers_lets_them_through() -> None:
    kept = {"log_line": {"message": {"scan": {"own": "keep", "ipv4": "keep"}}}}
    text = "alices-laptop: booted at 203.0.113.77"
    assert left(line(message=text), kept) == {"message": text}
    assert left(line(message="bob@example.com"), kept) == {}


def test_a_kept_finding_hides_none_that_overlaps_it() -> None:
    kept = {"log_line": {"message": {"scan": {"url": "keep"}}}}
    assert left(line(message="https://localhost/x?q=1"), kept) != {}
    for address in ("alice@example.com%20foo", "alice%40example.com-foo-bar-baz-long"):
        assert left(line(message=f"https://localhost/x?q={address}"), kept) == {}


def test_a_domain_may_be_told_where_the_policy_generalises_to_it() -> None:
    rule = {"host": {"host_name": {"generalise": {"to": "domain"}}}}
    row = Row("host", "snapshot", START_US, {"host_name": "corp.example.com"})
    assert left(row, rule) == row.values
    assert left(HOST, rule) == {}


def test_the_policys_own_words_are_let_through() -> None:
    rule = {"host": {"host_name": {"replace": {"with": "a laptop of alicea"}}}}
    row = Row("host", "snapshot", START_US, {"host_name": "a laptop of alicea"})
    assert left(row, rule) == row.values


def test_of_a_list_one_element_is_stopped_and_the_others_stay_in_order() -> None:
    addresses = ("192.0.2.0/24", "192.0.2.14", "2001:db8:5::/48")
    row = Row("network_interface", "snapshot", START_US, {"ip_addresses": addresses})
    assert left(row) == {"ip_addresses": (addresses[0], addresses[2])}
    row = Row("network_interface", "snapshot", START_US, {"ip_addresses": ("192.0.2.14",)})
    assert left(row) == {}
    values: dict[str, Value] = {"ip_addresses": (), "name": SERIAL}  # a list that was empty before
    assert left(Row("network_interface", "snapshot", START_US, values)) == {"ip_addresses": ()}


def test_a_number_is_an_identifier_in_decimal_and_a_short_one_is_none() -> None:
    assert left(line(pid=1_234_567, severity=6)) == {"severity": 6}
    own = own_of([Row("disk", "snapshot", START_US, {"serial": "40961"})])
    (gated,) = behind_no_plan([line(pid=40_961)], policy_of(), own)
    assert gated.row.values == {"pid": 40_961}


@pytest.mark.parametrize("number", [1_000_000, -1_000_000])
def test_a_number_of_seven_digits_is_looked_at_whatever_its_sign(number: int) -> None:
    own = own_of([Row("disk", "snapshot", START_US, {"serial": "1000000"})])
    (gated,) = behind_no_plan([line(pid=number, severity=6)], policy_of(), own)
    assert gated.row.values == {"severity": 6}


def test_a_pseudonym_is_no_text() -> None:
    token = Pseudonym("host", 1, SERIAL.encode() + b"123456")
    row = Row("host", "snapshot", START_US, {"host_name": token})  # type: ignore[dict-item]
    assert left(row) == {"host_name": token}


def test_rows_of_a_policy_that_the_gate_does_not_know_keep_no_identifier() -> None:
    gate = LastMileGate(CATALOG, own_of(OWN))
    gate.knows(policy_of({"host": {"host_name": "keep"}}))
    rows = [redacted("host", "snapshot", host_name="alices-laptop", model="21HM")]
    gated = gate.look(rows, policy_sha256=b"\x09" * 32)[0]  # type: ignore[arg-type]
    assert gated.row.values == {"model": "21HM"}


def test_a_value_that_cannot_be_looked_at_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_text: bytes) -> object:
        raise RuntimeError("out of memory")

    own = own_of(OWN)
    matcher = own.matcher()
    assert matcher is not None
    monkeypatch.setattr(type(matcher), "find", lambda _self, text: broken(text))
    (gated,) = behind_no_plan([line(message="dull", severity=6)], policy_of(), own)
    assert gated.row.values == {"severity": 6}
    assert [stop.detector for stop in gated.stops] == ["unreadable"]


def test_where_identifiers_cannot_be_looked_for_no_text_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_self: OwnIdentifiers) -> object:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(OwnIdentifiers, "matcher", broken)
    (gated,) = behind_no_plan([line(message="dull", severity=6)], policy_of(), own_of(OWN))
    assert gated.row.values == {"severity": 6}


# Where it stands: between the disk and the batch.


def spool_of(folder: Path) -> Spool:
    return Spool(folder / "spool.db", now_us=lambda: START_US)


def contents(batch: SealedBatch | None) -> tuple[list[dict[str, object]], dict[str, int]]:
    assert batch is not None
    decoded = decode_batch(batch.payload, rows=batch.rows, plain_bytes=batch.plain_bytes)
    counts = {c.field: c.count for c in decoded.counts if c.rule == GATE_RULE}
    return list(rows_of(decoded)), counts


def test_what_is_learned_after_a_row_was_spooled_does_not_leave_with_it(tmp_path: Path) -> None:
    own = OwnIdentifiers(CATALOG)
    policy = policy_of()
    spool = spool_of(tmp_path)
    spool.gate = gate = LastMileGate(CATALOG, own)
    gate.knows(policy)
    spool.append(
        [redacted(message=f"disk {SERIAL} is hot", severity=4), redacted(message="a fan spins")],
        policy_version=policy.version,
        policy_sha256=policy.sha256,
    )
    own.learn(HOST)
    batch = spool.seal()
    rows, counts = contents(batch)
    assert [row["values"] for row in rows] == [{"severity": 4}, {"message": "a fan spins"}]
    assert counts == {"log_line.message": 1}
    (again,) = spool.waiting()
    assert again == batch  # what is sent again is what was sent


def test_a_stop_is_counted_in_the_batch_that_its_row_is_in(tmp_path: Path) -> None:
    """A batch that is too large is halved: the second half is looked at again, counted once."""
    policy = policy_of()
    spool = spool_of(tmp_path)
    spool.gate = gate = LastMileGate(CATALOG, own_of(OWN))
    gate.knows(policy)
    rows = [
        redacted(event=f"e{n}", message=f"{SERIAL} {n}")
        for n in range(2 * limits.TABLES_PER_BATCH_MAX)
    ]
    spool.append(rows, policy_version=policy.version, policy_sha256=policy.sha256)
    stopped: list[int] = []
    spool.on_stopped = lambda stops: stopped.append(len(stops))
    counted = []
    while (batch := spool.seal()) is not None:
        sealed, counts = contents(batch)
        assert counts == {"log_line.message": len(sealed)}
        counted.append(len(sealed))
        spool.acknowledge(batch.seq)
    assert counted == stopped
    assert sum(counted) == len(rows)


def test_the_agent_counts_stops_and_says_so_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the pipeline's own gate to status, metrics and one health row for many stops."""
    board, metrics, spool = StatusBoard(lambda: None), Metrics(), spool_of(tmp_path)
    pipeline = Pipeline(
        catalog=CATALOG,
        spool=spool,
        collecting=MadeLaptop(tmp_path, {"host": [dict(HOST.values)]}).collecting(),
        board=board,
        metrics=metrics,
        spooled=lambda: None,
    )
    policy = policy_of()
    spool.append(  # as an agent left them that had not learned its serial yet
        [redacted(message=f"disk {SERIAL} is hot {n}") for n in range(50)],
        policy_version=policy.version,
        policy_sha256=policy.sha256,
    )
    pipeline.start(policy, KEYS)
    deadline = time.monotonic() + 20
    while spool.stats().rows < 51 and time.monotonic() < deadline:
        time.sleep(0.02)
    rows, counts = contents(spool.seal())
    assert counts == {"log_line.message": 50}
    assert not any("message" in row["values"] for row in rows)  # type: ignore[operator]
    pipeline.stop()
    told, _ = contents(spool.seal())
    assert [row["values"] for row in told] == [
        {
            "component": "last_mile_gate",
            "reason": "own",
            "detail": "log_line.message: values were stopped on their way out, their rows went",
            "count": 50,
        }
    ]
    stopped = 'reticent_agent_values_stopped_total{detector="own",table="log_line"} 50'
    assert stopped in metrics.render()
    ReportFiles(tmp_path, board=board, metrics=metrics).write(now_us=START_US)
    show_status.run(_Config(tmp_path), as_json=False)  # type: ignore[arg-type]
    assert "gate      50 values stopped on their way out" in capsys.readouterr().out


class _Config:
    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir


def test_a_flood_of_stops_is_a_bounded_round_of_health_rows_a_minute() -> None:
    from reticent_agent.spool import Stop

    stopped = StoppedValues()
    for number in range(3 * limits.GATE_KINDS_MAX):
        stopped.add([Stop("t", f"f{number}", "own")] * 2)
    told = stopped.to_tell(100.0)
    assert len(told) == limits.GATE_KINDS_MAX + 1
    assert sum(count for _, count in told) == 6 * limits.GATE_KINDS_MAX
    stopped.add([Stop("t", "f", "own")])
    assert stopped.to_tell(130.0) == []
    assert stopped.to_tell(161.0) == [(("t.f", "own"), 1)]


# The gate alone.


def collected(root: Path) -> list[Row]:
    """Everything that the collectors find, and the log as it is."""
    context = Context(
        files=DiskFiles(root),
        commands=ProcessRunner(),
        clock=SystemClock(),
        stopping=lambda: False,
    )
    rows = [row for c in platform.collectors("linux") for row in c.collect(context)]
    text = (root / STAGED.lstrip("/")).read_text()
    return rows + [line(message=message, program="app") for message in text.splitlines()]


def test_behind_a_plan_that_lets_everything_through_the_gate_alone_holds_the_canaries(
    tmp_path: Path,
) -> None:
    canaries = plant(tmp_path / "root")
    rows = collected(tmp_path / "root")
    policy = policy_of()
    spool = spool_of(tmp_path)
    spool.gate = gate = LastMileGate(CATALOG, own_of(rows))
    gate.knows(policy)
    spool.append(
        [redacted(row.table, row.event, ts_us=row.ts_us, **row.values) for row in rows],  # type: ignore[arg-type]
        policy_version=policy.version,
        policy_sha256=policy.sha256,
    )
    searcher = Searcher(canaries)
    assert len(searcher.find((tmp_path / "spool.db-wal").read_bytes())) > 1_000  # they are there
    sent: set[str] = set()
    batches = 0
    while (batch := spool.seal()) is not None:
        sealed, _ = contents(batch)
        sent |= {c.name for c in searcher.find(repr(sealed).encode())}
        spool.acknowledge(batch.seq)
        batches += 1
    assert batches > 0
    assert sent == set()
