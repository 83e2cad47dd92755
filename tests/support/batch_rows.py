"""Made-up rows as the codec and the spool take them."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st
from reticent_agent.spool import Spool
from reticent_agent.spool.model import SealedBatch
from reticent_contract import limits
from reticent_contract.batch import BatchCount, SpooledRow
from reticent_contract.rows import Pseudonym, RedactedRow, RedactedValue, redaction_key

START_US = 1_763_800_000_000_000


def redacted(
    table: str = "log_line",
    event: str = "line",
    *,
    ts_us: int = START_US,
    priority: int = 50,
    **values: RedactedValue,
) -> RedactedRow:
    return RedactedRow(
        key=redaction_key(),
        table=table,
        event=event,
        ts_us=ts_us,
        values=values,
        priority=priority,
    )


def realistic(count: int) -> list[SpooledRow]:
    """Log lines with a logon among every ten, as the default policy leaves them."""
    return [_logon(i) if i % 10 == 0 else _line(i) for i in range(count)]


def _logon(i: int) -> SpooledRow:
    values: Mapping[str, RedactedValue] = {
        "user_name": Pseudonym("person", 1, (i % 7).to_bytes(16, "big")),
        "session_id": str(i % 9),
        "terminal": "pts/1",
        "session_type": "tty",
        "remote": i % 20 == 0,
        "remote_address": f"10.0.{i % 5}.0/24",
    }
    return SpooledRow("session", "logon", START_US + i * 12_345, values)


def _line(i: int) -> SpooledRow:
    values: Mapping[str, RedactedValue] = {
        "source": "journal",
        "unit": "ssh.service" if i % 3 else "cron.service",
        "program": "sshd" if i % 3 else "CRON",
        "severity": 6 - i % 2,
        "pid": 1000 + i * 7 % 900,
        "message": f"Failed password for <pn:person:1:AAAAAAAAAAAAAAAAAAAA{i % 90 + 10}> from "
        f"10.0.{i % 5}.0/24 port {40000 + i * 37 % 20000} ssh2",
    }
    return SpooledRow("log_line", "line", START_US + i * 12_345, values)


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TOKENS = st.builds(
    Pseudonym,
    st.sampled_from(["person", "disk.serial"]),
    st.integers(0, 3),
    st.binary(min_size=16, max_size=16),
)
_ONE_KIND = [
    TEXTS,
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.booleans(),
    TOKENS,
    st.lists(TEXTS, min_size=1, max_size=5).map(tuple),
    st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=5).map(
        lambda tokens: tuple(Pseudonym("host", 1, token) for token in tokens)
    ),
]
# Any mixture of types in one field: the codec keeps them apart by itself.
ROWS = st.lists(
    st.builds(
        SpooledRow,
        st.sampled_from(["session", "log_line", "disk"]),
        st.sampled_from(["logon", "line", "snapshot"]),
        st.integers(0, limits.TS_US_MAX),
        st.dictionaries(NAMES, st.one_of(_ONE_KIND), max_size=6),
    ),
    max_size=30,
)
COUNTS = st.lists(
    st.builds(
        BatchCount,
        field=NAMES.map(lambda name: f"disk.{name}"),
        rule=NAMES,
        outcome=st.sampled_from(["kept", "redacted", "dropped", "failed", "overflow"]),
        count=st.integers(1, 2**40),
    ),
    max_size=5,
)


def sealed(spool: Spool) -> list[SealedBatch]:
    """The next batch that a spool seals; none where nothing is left in it."""
    batch = spool.seal()
    return [] if batch is None else [batch]
