"""Contract of every event store: what it says about whole batches, for who checks receipts."""

from __future__ import annotations

from reticent_server.store.events import EventStore
from support.event_groups import DEVICE, OTHER, STREAM, batch, group, lines
from support.receipts import COUNTS, chained


def test_a_batch_is_told_with_its_rows_and_its_receipt(store: EventStore) -> None:
    stored = chained([1, 2])
    store.append(group(*stored))
    first, second = store.batches(DEVICE, STREAM, limit=10)
    assert (first.seq, second.seq) == (1, 2)
    assert (first.rows, first.numbers, first.highest) == (3, 3, 2)
    assert (first.receipts, first.event, first.place) == (1, "receipt", 3)
    facts = {name: fact for name, fact in stored[0].receipt.items() if name != "counts"}
    assert dict(first.fields) == facts
    assert list(first.counts) == list(COUNTS)


def test_a_batch_without_rows_and_a_refused_one_have_receipts(store: EventStore) -> None:
    store.append(group(batch(1), *chained([2], refused=[2])))
    empty, refused = store.batches(DEVICE, STREAM, limit=10)
    assert (empty.rows, empty.numbers, empty.highest, empty.place) == (0, 0, -1, 0)
    assert list(empty.counts) == []
    assert "receipt" not in empty.fields
    assert (refused.event, refused.rows, refused.receipts) == ("refused", 0, 1)
    assert refused.fields["sent_rows"] == 3
    assert refused.fields["reason"] == "malformed"


def test_batches_come_in_pages_by_number(store: EventStore) -> None:
    for seq in (3, 1, 2, 5, 4):
        store.append(group(batch(seq, [lines(2)])))
    assert [b.seq for b in store.batches(DEVICE, STREAM, limit=2)] == [1, 2]
    assert [b.seq for b in store.batches(DEVICE, STREAM, after_seq=2, limit=2)] == [3, 4]
    assert [b.seq for b in store.batches(DEVICE, STREAM, after_seq=4, limit=2)] == [5]
    assert list(store.batches(DEVICE, STREAM, after_seq=5, limit=2)) == []


def test_a_page_is_a_window_of_numbers_and_missing_ones_do_not_end_the_walk(
    store: EventStore,
) -> None:
    for seq in (1, 3, 4, 900, 901, 903):
        store.append(group(batch(seq, [lines(2)])))
    pages = []
    after_seq = 0
    while page := store.batches(DEVICE, STREAM, after_seq=after_seq, limit=2):
        pages.append([b.seq for b in page])
        after_seq = page[-1].seq
    assert pages == [[1], [3], [4], [900, 901], [903]]


def test_streams_are_told_apart(store: EventStore) -> None:
    store.append(
        group(
            batch(1, [lines(1)]),
            batch(1, [lines(2)], device=OTHER),
            batch(1, stream=b"t" * 16),
        )
    )
    found = store.streams()
    assert len(found) == 3
    assert set(found) == {(DEVICE, STREAM), (OTHER, STREAM), (DEVICE, b"t" * 16)}
    assert store.streams() == found
    assert [b.rows for b in store.batches(OTHER, STREAM, limit=10)] == [2]
