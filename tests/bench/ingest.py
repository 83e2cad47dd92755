"""(a) Durable ingest end to end: 200 simulated laptops over TLS, batches of 100 realistic rows.

The server is a process of its own, the laptops are another, both on the same cores. A row counts
when its acknowledgement is back, which is after the durable insert. Baseline, in the same run on
the same machine afterwards: the bare engine inserting the same rows, built beforehand, ten
thousand at a time with the same durability settings.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reticent_contract.tls import force_tls13

force_tls13()

import bare_insert
import uvloop
from reticent_contract import enrolment_token
from reticent_contract.enrolment_token import EnrolmentToken
from support import fleet, payloads
from support.deployment import Deployment

LAPTOPS = 200
BATCH_ROWS = 100
DISTINCT_BATCHES = 400
TARGET_ROWS_PER_S = 80_000
TARGET_P99_S = 1.0


async def drive(
    token: EnrolmentToken, batches: list[fleet.Payload], *, seconds: float
) -> dict[str, float]:
    feeds = [cycle(batches[number:] + batches[:number]) for number in range(LAPTOPS)]
    results = await fleet.run_fleet(token, feeds, seconds=seconds)
    took = max(result.ended for result in results) - min(result.started for result in results)
    acks = sorted(ack for result in results for ack in result.ack_s)
    rows = sum(result.rows for result in results)
    return {
        "laptops": LAPTOPS,
        "seconds": took,
        "rows": rows,
        "rows_per_s": rows / took,
        "ack_p50_s": statistics.median(acks),
        "ack_p99_s": acks[int(len(acks) * 0.99)],
        "ack_max_s": acks[-1],
        "wire_bytes_per_row": sum(result.wire_bytes for result in results) / rows,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    directory = Path("var/bench/ingest")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    batches = payloads.batches(count=DISTINCT_BATCHES, rows=BATCH_ROWS)
    with Deployment(directory, by_name=True) as deployment:
        deployment.start_server()
        token = enrolment_token.decode(deployment.token(uses=LAPTOPS))
        result = uvloop.run(drive(token, batches, seconds=options.seconds))
        deployment.stop()
        by_table = deployment.stored_by_table()
        by_table.pop("connection")  # the server's own: one a laptop
        stored = sum(by_table.values())
    result["rows_stored"] = stored
    result["bare_insert_rows_per_s"] = bare_insert.rows_per_s(
        directory / "bare", batches, seconds=options.seconds / 2
    )
    result["ratio_to_bare_insert"] = result["rows_per_s"] / result["bare_insert_rows_per_s"]
    print(f"   durable ingest, {LAPTOPS} laptops, {BATCH_ROWS} rows a batch, TLS 1.3")
    print(
        f"   end to end    {result['rows_per_s']:>10,.0f} rows/s   (target {TARGET_ROWS_PER_S:,})"
    )
    print(f"   bare insert   {result['bare_insert_rows_per_s']:>10,.0f} rows/s")
    print(f"   ratio         {result['ratio_to_bare_insert']:>10.2f}")
    print(
        f"   ack           {result['ack_p50_s'] * 1000:>7,.0f} ms median, "
        f"{result['ack_p99_s'] * 1000:,.0f} ms p99 (target under {TARGET_P99_S * 1000:,.0f})"
    )
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    if stored != result["rows"]:
        print(f"   acknowledged {result['rows']} rows, stored {stored}", file=sys.stderr)
        return 1
    met = result["rows_per_s"] >= TARGET_ROWS_PER_S and result["ack_p99_s"] < TARGET_P99_S
    if not met:
        print("   below the target; only a quiet machine tells", file=sys.stderr)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
