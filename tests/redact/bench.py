"""How fast text and rows are redacted under the default policy, and what memory that takes.

    python tests/redact/bench.py FOLDER_OF_LOG_FILES [OWN_IDENTIFIERS]

Every line is new to the caches in the first of the rounds; caches of values stay warm afterwards,
as they do on a laptop. Memory: resident set, MiB, before the imports, after them, after
compiling and what is imported late, after the lines. Speed: lines a second of processor time, hence of one core.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROUNDS = 5
Item = TypeVar("Item")


def resident_mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024


def a_second(run: Callable[[Item], object], items: list[Item]) -> float:
    start = time.process_time()
    for _ in range(ROUNDS):
        for item in items:
            run(item)
    return len(items) * ROUNDS / (time.process_time() - start)


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    own_count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    memory = [resident_mib()]
    from reticent_contract.catalog import CATALOG
    from reticent_contract.policy import default_policy_yaml, parse_policy
    from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan
    from reticent_contract.rows import Row, Value

    memory.append(resident_mib())
    from reticent_server.policies.yaml_source import load_yaml

    policy = parse_policy(load_yaml(default_policy_yaml()), CATALOG)
    own = OwnIdentifiers(CATALOG)
    for i in range(own_count // 2):
        mac = f"02:1a:{i % 256:02x}:4c:5e:{i // 256:02x}"
        own.learn(Row("user_account", "snapshot", 0, {"user_name": f"person.{i:04d}"}))
        own.learn(Row("network_interface", "snapshot", 0, {"mac_address": mac}))
    keys = KeyRing({1: b"k" * 32}, b"d" * 32)
    plan = compile_plan(policy, catalog=CATALOG, keys=keys, own=own)
    scan = plan._tables["log_line"].steps["message"].apply
    scan("from host7.example.com, call +1 415 555 2671")  # what is imported late is imported
    memory.append(resident_mib())
    lines_total, seconds_total = 0, 0.0
    for path in sorted(folder.glob("*.log")):
        lines = path.read_text(errors="replace").split("\n")
        facts: dict[str, Value] = {"source": path.name, "program": "x", "severity": 6}
        rows = [Row("log_line", "line", 0, {**facts, "message": line}) for line in lines]
        lines_s = a_second(scan, lines)
        rows_s = a_second(plan.redact, rows)
        lines_total += len(lines)
        seconds_total += len(lines) / lines_s
        print(f"{path.name:20} {lines_s:9,.0f} lines/s {rows_s:9,.0f} rows/s")
    print(f"{'all':20} {lines_total / seconds_total:9,.0f} lines/s")
    memory.append(resident_mib())
    print("memory MiB: " + " ".join(f"{m:.1f}" for m in memory))


if __name__ == "__main__":
    main()
