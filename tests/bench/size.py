"""(d) Bytes a row: on the wire, and at rest.

Simulated laptops send distinct rows (none is sent twice). On the wire: gRPC messages, and all that
the loopback interface carried in both directions, TCP headers and acknowledgements included. At
rest: what the encrypted event store holds after its merges, all columns, indexes and projections.
Baseline: the same redacted rows as JSON lines, plain and as one zstd stream.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reticent_contract.tls import force_tls13

force_tls13()

import psutil
import uvloop
import zstandard
from reticent_contract import enrolment_token
from support import fleet, payloads
from support.deployment import Deployment

LAPTOPS = 50
BATCH_ROWS = 100
SETTLE_S = 25.0
SEND_S_MAX = 120.0


def bytes_below(directory: Path) -> int:
    total = 0
    for path in directory.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # merged away while we looked
            continue
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--batches", type=int, default=4_000)
    options = parser.parse_args()
    directory = Path("var/bench/size")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    batches = payloads.batches(count=options.batches, rows=BATCH_ROWS)
    rows = options.batches * BATCH_ROWS
    with Deployment(directory, by_name=True) as deployment:
        deployment.start_server()
        empty = bytes_below(deployment.server_data / "events")
        token = enrolment_token.decode(deployment.token(uses=LAPTOPS))
        before = psutil.net_io_counters(pernic=True)["lo"].bytes_sent
        feeds = [iter(batches[number::LAPTOPS]) for number in range(LAPTOPS)]
        sent = uvloop.run(fleet.run_fleet(token, feeds, seconds=SEND_S_MAX))
        if sum(each.rows for each in sent) != rows:
            raise SystemExit("not every row was acknowledged in time")
        interface = psutil.net_io_counters(pernic=True)["lo"].bytes_sent - before
        time.sleep(SETTLE_S)
        at_rest = bytes_below(deployment.server_data / "events") - empty
        deployment.stop()
    lines = payloads.json_lines(batches[: min(500, len(batches))])
    line_rows = min(500, len(batches)) * BATCH_ROWS
    result = {
        "rows": rows,
        "wire_message_bytes_per_row": sum(each.wire_bytes for each in sent) / rows,
        "wire_interface_bytes_per_row": interface / rows,
        "at_rest_bytes_per_row": at_rest / rows,
        "json_lines_bytes_per_row": len(lines) / line_rows,
        "json_lines_zstd_bytes_per_row": len(zstandard.compress(lines, 3)) / line_rows,
    }
    print(f"   {rows:,} distinct rows, {BATCH_ROWS} a batch")
    print(f"   wire, gRPC messages      {result['wire_message_bytes_per_row']:7.1f} bytes a row")
    print(f"   wire, all of loopback    {result['wire_interface_bytes_per_row']:7.1f}")
    print(f"   at rest, encrypted       {result['at_rest_bytes_per_row']:7.1f}")
    print(f"   as JSON lines            {result['json_lines_bytes_per_row']:7.1f}")
    print(f"   as JSON lines, one zstd  {result['json_lines_zstd_bytes_per_row']:7.1f}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
