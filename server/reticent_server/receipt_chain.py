"""Whether what is stored is what the laptops' receipts say.

Enters: the event store. Leaves: a verdict, with what is wrong at which device, stream and batch.
Must hold: nothing is changed; nothing collected is in a sentence; memory does not depend on how
much is stored. Of each batch, in the order of its stream:

 1. it has one receipt;
 2. the batch before it is there (where a stream begins later, what is older has expired: its first
    batch is the anchor);
 3. as many rows are stored as were when its receipt was written, each place once; none of a
    refused batch. Where retention, or an erasure that a person asked for, has deleted rows of
    batches as old, fewer: which ones nobody can say then;
 4. its receipt is complete, or was never there (agents of the first version), and not missing
    where the stream had receipts before;
 5. the receipt is the hash of what it says: stream, number, policy, rows, hashes, the one before;
 6. it names the receipt of the batch before it; with number 1, that nothing was before it;
 7. as many rows are stored as the laptop sent, but for those that the server's catalog lacks;
 8. the stored counts are those of the receipt. Where the server did not know a name in them, it
    counted it under another: those cannot be compared, and are told as such;
 9. no later batch was stored, as far as is known elsewhere: what a running server acknowledged on
    connections that are open, and which batches were refused.

A device that was erased has neither rows nor receipts: it is counted, and nothing is missing. One
that is erased while this reads may have a part of them, so who was erased is asked at the end too.

What it cannot see: values changed in a stored row (only the second half of a pseudonym is known
here); the beginning of a stream cut off, which looks as if it had expired; its end, or a whole
stream, where nothing else knows of it. The laptop can see the end: `reticent-agent sent` shows its
receipts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from reticent_contract.batch import CHAIN_BEGINS, counts_sha256, receipt_sha256

from reticent_server.ingest.rule_counts import UNKNOWN
from reticent_server.ingest.second_lock import OWN_RULES, UNKNOWN_RULE
from reticent_server.limits import RECEIPT_PAGE_BATCHES, RECEIPT_PROBLEMS_MAX
from reticent_server.store.events import EventStore
from reticent_server.store.events.model import RECEIPT_CHAIN, RECEIPT_REFUSED, BatchRecord

_CUT_OFF = "batches after it were stored, and are missing at the end of its stream"
_NOTHING_LEFT = "it was stored, and nothing of its stream is there"
_PROOF = ("receipt", "previous_receipt", "counts_sha256", "payload_sha256", "sent_rows")


@dataclass(frozen=True, slots=True)
class Problem:
    """`device_id`, `stream_id`: hex."""

    device_id: str
    stream_id: str
    seq: int
    sentence: str

    def __str__(self) -> str:
        return (
            f"device {self.device_id}, stream {self.stream_id}, batch {self.seq}: {self.sentence}"
        )


@dataclass(slots=True)
class Verdict:
    """`problems` are the first RECEIPT_PROBLEMS_MAX of `broken`, but for those of devices that were
    erased meanwhile.

    `unchained`: batches of agents that send no receipts. `not_comparable`: batches whose counts
    name what this server did not know. `expired`: batches of which rows were deleted rightly.
    `erased`: devices that were erased, whose batches are not there to be checked.
    """

    streams: int = 0
    batches: int = 0
    unchained: int = 0
    not_comparable: int = 0
    expired: int = 0
    erased: int = 0
    broken: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """Problems so far: how many each device has, and the first ones."""

    by_device: Counter[bytes] = field(default_factory=Counter)
    first: list[Problem] = field(default_factory=list)

    def add(self, device_id: bytes, stream_id: bytes, seq: int, sentence: str) -> None:
        self.by_device[device_id] += 1
        if len(self.first) < RECEIPT_PROBLEMS_MAX:
            self.first.append(Problem(device_id.hex(), stream_id.hex(), seq, sentence))

    def told(self, verdict: Verdict, *, without: Collection[bytes]) -> Verdict:
        for device_id in without:
            del self.by_device[device_id]
        left = {device_id.hex() for device_id in self.by_device}
        verdict.broken = self.by_device.total()
        verdict.problems = [problem for problem in self.first if problem.device_id in left]
        return verdict


@dataclass(slots=True)
class _Before:
    """The batch before. `receipt` None: it has none that could be followed."""

    seq: int
    receipt: str | None


def verify(
    events: EventStore,
    *,
    erased: Callable[[], Collection[bytes]] = tuple,
    whole_from_us: Mapping[bytes, int] | None = None,
    reached: Mapping[tuple[bytes, bytes], int] | None = None,
) -> Verdict:
    """Reads everything once. Raises StoreError, QueryTooLargeError.

    `erased` gives devices whose rows are deleted, or just being. `whole_from_us`: by device, from
    when on no row was deleted. `reached`: by device and stream, a number that was stored before
    this.
    """
    verdict, found = Verdict(), _Found()
    gone = frozenset(erased())
    left = {stream: seq for stream, seq in (reached or {}).items() if stream[0] not in gone}
    for device_id, stream_id in events.streams():
        if device_id in gone:
            continue
        whole_us = (whole_from_us or {}).get(device_id, 0)
        verdict.streams += 1
        before: _Before | None = None
        for record in _records(events, device_id, stream_id):
            verdict.batches += 1
            may_lack = record.received_at_us < whole_us
            for sentence in _check(record, before, stream_id, verdict, may_lack=may_lack):
                found.add(device_id, stream_id, record.seq, sentence)
            receipt = record.fields.get("receipt")
            before = _Before(record.seq, str(receipt) if receipt is not None else None)
        if before is not None and left.pop((device_id, stream_id), 0) > before.seq:
            found.add(device_id, stream_id, before.seq, _CUT_OFF)
    for (device_id, stream_id), seq in left.items():
        found.add(device_id, stream_id, seq, _NOTHING_LEFT)
    gone = frozenset(erased())
    verdict.erased = len(gone)
    return found.told(verdict, without=gone)


def _records(events: EventStore, device_id: bytes, stream_id: bytes) -> Iterator[BatchRecord]:
    after_seq = 0
    while page := events.batches(
        device_id, stream_id, after_seq=after_seq, limit=RECEIPT_PAGE_BATCHES
    ):
        yield from page
        after_seq = page[-1].seq


def _check(
    record: BatchRecord,
    before: _Before | None,
    stream_id: bytes,
    verdict: Verdict,
    *,
    may_lack: bool,
) -> Iterator[str]:
    if before is not None and record.seq != before.seq + 1:
        first, last = before.seq + 1, record.seq - 1
        missing = f"batch {first} is" if first == last else f"batches {first} to {last} are"
        yield f"{missing} missing before it"
    if record.receipts != 1:
        yield (
            "it has rows but no receipt"
            if record.receipts == 0
            else f"its receipt stands {record.receipts} times"
        )
        return
    lacks = may_lack and record.event != RECEIPT_REFUSED and record.rows < record.place
    verdict.expired += lacks
    yield from _check_rows(record, lacks=lacks)
    found = [name for name in _PROOF if name in record.fields]
    if not found:
        if before is not None and before.receipt is not None:
            yield "its receipt is not in the chain that the batches before it form"
        verdict.unchained += 1
        return
    if len(found) < len(_PROOF):
        yield "parts of its receipt are missing"
        return
    if _recomputed(record, stream_id) != record.fields["receipt"]:
        yield "its receipt is not the hash of what it says"
    yield from _check_link(record, before)
    if record.event != RECEIPT_REFUSED:
        stored = record.place if lacks else record.rows
        yield from _check_sent(record, verdict, stored=stored)


def _check_rows(record: BatchRecord, *, lacks: bool) -> Iterator[str]:
    if lacks:
        if record.numbers != record.rows or record.highest >= record.place:
            yield "rows were exchanged: two stand at one place, or beyond the last one"
    elif record.rows != record.place:
        yield f"{record.rows} rows are stored, {record.place} were when its receipt was written"
    elif record.numbers != record.rows or record.highest != record.rows - 1:
        yield "rows were exchanged: two stand at one place, or beyond the last one"
    if record.event == RECEIPT_REFUSED and record.rows:
        yield "it was refused, and has rows"


def _recomputed(record: BatchRecord, stream_id: bytes) -> str | None:
    said = {name: record.fields.get(name) for name in RECEIPT_CHAIN}
    try:
        return receipt_sha256(
            stream_id=stream_id,
            seq=record.seq,
            policy_version=int(str(said["policy_version"])),
            policy_sha256=bytes.fromhex(str(said["policy_sha256"])),
            rows=int(str(said["sent_rows"])),
            counts_sha256=bytes.fromhex(str(said["counts_sha256"])),
            payload_sha256=bytes.fromhex(str(said["payload_sha256"])),
            previous=bytes.fromhex(str(said["previous_receipt"])),
        ).hex()
    except ValueError:
        return None


def _check_link(record: BatchRecord, before: _Before | None) -> Iterator[str]:
    previous = record.fields["previous_receipt"]
    if before is None:
        if record.seq == 1 and previous != CHAIN_BEGINS.hex():
            yield "it is the first of its stream, and its receipt names one before it"
    elif record.seq == before.seq + 1:
        expected = CHAIN_BEGINS.hex() if before.receipt is None else before.receipt
        if previous != expected:
            yield f"its receipt does not follow that of batch {before.seq}"


def _check_sent(record: BatchRecord, verdict: Verdict, *, stored: int) -> Iterator[str]:
    left_out = sum(
        count
        for name, rule, _, count in record.counts
        if rule == UNKNOWN_RULE and name.endswith(".*")
    )
    if stored + left_out != record.fields["sent_rows"]:
        yield (
            f"{stored} rows are stored and {left_out} left out, the laptop sent "
            f"{record.fields['sent_rows']}"
        )
    counts = [count for count in record.counts if count[1] not in OWN_RULES]
    if any(UNKNOWN in (name, rule) for name, rule, _, _ in counts):
        verdict.not_comparable += 1
    elif counts_sha256(counts).hex() != record.fields["counts_sha256"]:
        yield "its counts are not those of its receipt"
