"""The long run of schemathesis over the whole API, against a server process of its own.

    python tests/http/hostile.py [--examples 200] [--seed N] [--as session|token|nobody]

Makes a data directory with seven made-up laptops and throws it away afterwards. Prints what each
caller sent and how it was answered; then every finding, with the request that shows it. Exit code
1 where there is one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.console_site import RunningSite, prepared
from support.hostile import SEED, ask_everything
from support.hostile_callers import Administrator

CALLERS = ("session", "token", "nobody")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=200, help="drawn for each operation (200)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of what is drawn ({SEED})")
    parser.add_argument("--as", dest="callers", choices=CALLERS, action="append")
    given = parser.parse_args()
    found = 0
    for name in given.callers or CALLERS:
        found += _run(name, examples=given.examples, seed=given.seed)
    return 1 if found else 0


def _run(name: str, *, examples: int, seed: int) -> int:
    """A server for each caller, so that none meets what another has left."""
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory) / "server"
        prepared(data)
        with RunningSite(data) as site, Administrator(data, site.origin) as administrator:
            outcome = ask_everything(
                administrator.document(),
                origin=site.origin,
                ca_file=str(data / "ca.crt"),
                caller=administrator.callers()[name],
                examples=examples,
                seed=seed,
            )
    statuses = ", ".join(f"{status}: {n:,}" for status, n in sorted(outcome.statuses.items()))
    print(
        f"{name}: {outcome.requests:,} requests to {len(outcome.answers)} operations in "
        f"{outcome.seconds:,.0f} s, {len(outcome.findings)} findings ({statuses})",
        flush=True,
    )
    for (operation, kind), text in sorted(outcome.findings.items()):
        print(f"\n{operation}: {kind}\n{text[:2_000]}", flush=True)
    return len(outcome.findings)


if __name__ == "__main__":
    sys.exit(main())
