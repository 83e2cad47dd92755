"""The bars above the events: counts by hour, as geometry for an SVG that needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reticent_server.console.words import noun, stamp
from reticent_server.query import expr as e
from reticent_server.store.events.model import RECEIPT_TABLE, HourCount

WIDTH, HEIGHT, BASE = 960, 96, 76  # units of the view box; bars stand on BASE
BARS_MAX = 84
HOUR_S = 3_600
LABELS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    bars: list[Bar]
    labels: list[str]
    total: int
    most: int
    step_hours: int
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """What of a query the hourly counts can follow."""

    device_id: bytes | None = None
    table: str | None = None
    event: str | None = None
    without_events: frozenset[str] = frozenset()
    exact: bool = True  # False: the query asks for more than these counts can tell apart


def restriction_of(expression: e.Expr) -> Restriction:
    device_id: bytes | None = None
    table: str | None = None
    event: str | None = None
    without: set[str] = set()
    exact = True
    for part in _conjuncts(expression):
        match part:
            case e.DeviceIs(found) if device_id is None:
                device_id = found
            case e.TableIs(name) if table is None:
                table = name
            case e.EventIs(name) if event is None:
                event = name
            case e.Not(e.TableIs(name)) if name == RECEIPT_TABLE:
                pass  # what the parser adds by itself
            case e.Not(e.EventIs(name)):
                without.add(name)
            case e.Everything() | e.Since() | e.Until():
                pass
            case _:
                exact = False
    return Restriction(
        device_id=device_id,
        table=table,
        event=event,
        without_events=frozenset(without),
        exact=exact,
    )


def chart_of(
    counts: Sequence[HourCount], *, since_s: int, until_s: int, only: Restriction
) -> Chart:
    first = since_s // HOUR_S
    hours = max(1, -(-until_s // HOUR_S) - first)
    step = next((s for s in (1, 3, 6, 12, 24) if hours / s <= BARS_MAX), -(-hours // BARS_MAX))
    columns = -(-hours // step)
    sums = [0] * columns
    for count in counts:
        place = (count.hour_us // (HOUR_S * 1_000_000) - first) // step
        wanted = only.table == count.table or (only.table is None and count.table != RECEIPT_TABLE)
        wanted = wanted and only.event in (None, count.event)
        wanted = wanted and count.event not in only.without_events
        if wanted and 0 <= place < columns:
            sums[place] += count.rows
    most = max(sums)
    slot = WIDTH / columns
    return Chart(
        bars=[
            _bar(i, rows, most, slot, (first + i * step) * HOUR_S) for i, rows in enumerate(sums)
        ],
        labels=_labels(first * HOUR_S, columns * step),
        total=sum(sums),
        most=most,
        step_hours=step,
    )


def _bar(place: int, rows: int, most: int, slot: float, start_s: int) -> Bar:
    height = 0.0 if not rows else max(2.0, (BASE - 6) * rows / most)
    gap = min(2.0, slot * 0.2)
    return Bar(
        x=round(place * slot + gap / 2, 2),
        y=round(BASE - height, 2),
        width=round(slot - gap, 2),
        height=round(height, 2),
        title=f"{stamp(start_s)[:16]} UTC: {noun(rows, 'event')}",
    )


def _labels(start_s: int, hours: int) -> list[str]:
    """Times at equal distances, the first at the left end, the last at the right."""
    step_s = hours * HOUR_S / (LABELS - 1)
    moments = (datetime.fromtimestamp(start_s + i * step_s, UTC) for i in range(LABELS))
    return [f"{at:%H:%M}" if hours <= 30 else f"{at:%d %b}" for at in moments]


def _conjuncts(expression: e.Expr) -> tuple[e.Expr, ...]:
    if isinstance(expression, e.And):
        return tuple(leaf for part in expression.parts for leaf in _conjuncts(part))
    return (expression,)
