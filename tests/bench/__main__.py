"""`make bench`: the measured targets, each beside its baseline in the same run.

`python tests/bench [all|ingest|agent|queries|size|redaction|fleet]`. Prints a table each and writes
JSON to `var/bench/<name>.json`. The machine's speed drifts, so the figures to quote are the ratios.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
RESULTS = REPOSITORY / "var" / "bench"
# Each bench is a program of its own: what one leaves in memory does not slow the next.
PROGRAMS = {
    "ingest": ["ingest.py"],
    "agent": ["agent.py"],
    "queries": ["queries.py"],
    "size": ["size.py"],
    "redaction": ["redaction.py"],
    "fleet": ["devices.py"],
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("name", nargs="?", default="all", choices=["all", *PROGRAMS])
    name = parser.parse_args().name
    RESULTS.mkdir(parents=True, exist_ok=True)
    machine = {"system": platform.platform(), "python": platform.python_version()}
    (RESULTS / "machine.json").write_text(json.dumps(machine, indent=2) + "\n")
    failed = []
    for each in PROGRAMS if name == "all" else [name]:
        started = time.monotonic()
        print(f"== {each}", flush=True)
        result = RESULTS / f"{each}.json"
        command = [sys.executable, str(HERE / PROGRAMS[each][0]), "--json", str(result)]
        if subprocess.run(command, cwd=REPOSITORY, check=False).returncode != 0:
            failed.append(each)
        print(
            f"   {time.monotonic() - started:.0f} s, written to {result.relative_to(REPOSITORY)}\n"
        )
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
