"""(e) Redaction beside Presidio: lines a second on one core, and accuracy on the labelled set.

Ours is what an agent runs: the compiled default policy on `log_line.message`, with own identifiers
learned, one call a line. In the first of the rounds every line is new, and so are most patterns to
RE2; from then on each shape was seen before, as nearly all are on a laptop after some minutes. The
targets are for all rounds together, and the median of them stands beside, as does the first. Then
once more with other IPv4 addresses in the same lines, no one twice, as whoever tries to log on
brings them; and as a log goes on: the lines of all files by chance, with other numbers of processes
and ports, and addresses out of some hundred that come again, the first and the last of some ten
thousands. Speed is in processor time, hence of one core.

Baseline, in the same run on the same lines: Presidio's analyzer with every recogniser of its own
that speaks English, the Indian ones among them ("full set"), and with only those for what ours
finds too ("same kinds"). No language model is loaded: a blank spaCy pipeline cuts the text into
words, so names of people and places, which it would need a model for, are not among the kinds
compared, and the time a model takes is not counted against it.

    python tests/bench/redaction.py [--json FILE] [--own N]     logs: $RETICENT_LOGS or shared/data
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeVar

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))


def resident_mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024


# Before the imports, then after them, after compiling and what is imported late, after the lines
# of the logs, after those of which no two are alike.
MEMORY_MIB = [resident_mib()]

from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.rows import Row, Value

MEMORY_MIB.append(resident_mib())

from accuracy.real_lines import FILES, lines_of, log_folder
from diverse import diverse_lines
from reticent_server.policies.yaml_source import load_yaml

ROUNDS = 5
TARGET_LINES_PER_S = 200_000
TARGET_RATIO = 300
PRESIDIO_S = 15.0  # for each of its two sets of recognisers
CASES_EVERY = 5  # of the labelled set, for both
Item = TypeVar("Item")
_IPV4 = re.compile(r"(?<![0-9.\-])[0-9]{1,3}([.\-])[0-9]{1,3}(?:\1[0-9]{1,3}){2}(?![0-9.\-])")
_DOTTED = re.compile(r"(?<![0-9.\-])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.\-])")
_PROCESS, _PORT = re.compile(r"\[[0-9]+\]"), re.compile(r"port [0-9]+")
GOING_ON, GOING_ON_PARTS = 200_000, 10  # lines
_WARM_UP = "mail.example.com [203.0.113.7] to ann@example.org, call +91 98450 12345"


def seconds(run: Callable[[Item], object], items: list[Item]) -> float:
    start = time.process_time()
    for item in items:
        run(item)
    return time.process_time() - start


def with_other_addresses(lines: list[str]) -> list[str]:
    """The lines, with an IPv4 address of its own for each that stands in one, as it is joined."""
    rng = random.Random(len(lines))

    def other(address: re.Match[str]) -> str:
        return address[1].join(str(rng.randint(11, 250)) for _ in range(4))

    return [_IPV4.sub(other, line) for line in lines]


def going_on(lines: list[str], count: int) -> list[str]:
    """So many of the lines by chance, with numbers that are longer or shorter in each."""
    rng = random.Random(count)
    addresses = [".".join(str(rng.randint(1, 254)) for _ in range(4)) for _ in range(500)]

    def address(_: re.Match[str]) -> str:
        return addresses[min(int(rng.expovariate(1 / 60)), len(addresses) - 1)]

    made: list[str] = []
    for line in rng.choices(lines, k=count):
        line = _DOTTED.sub(address, line)
        line = _PROCESS.sub(lambda _: f"[{int(10 ** rng.uniform(2, 5.3))}]", line)
        made.append(_PORT.sub(lambda _: f"port {rng.randint(1_024, 65_535)}", line))
    return made


def compiled(own_count: int) -> Plan:
    own = OwnIdentifiers(CATALOG)
    for i in range(own_count // 2):
        mac = f"02:1a:{i % 256:02x}:4c:5e:{i // 256:02x}"
        own.learn(Row("user_account", "snapshot", 0, {"user_name": f"person.{i:04d}"}))
        own.learn(Row("network_interface", "snapshot", 0, {"mac_address": mac}))
    policy = parse_policy(load_yaml(default_policy_yaml()), CATALOG)
    keys = KeyRing({1: b"k" * 32}, b"d" * 32)
    plan = compile_plan(policy, catalog=CATALOG, keys=keys, own=own)
    # Tables that are read at the first use, once in an agent's life.
    plan.redact(Row("log_line", "line", 0, {"message": _WARM_UP}))
    return plan


def our_speed(plan: Plan, files: dict[str, list[str]]) -> dict[str, float]:
    scan = plan._tables["log_line"].steps["message"].apply
    result: dict[str, float] = {}
    rounds_s, rows_s = [0.0] * ROUNDS, 0.0
    for name, lines in files.items():
        facts: dict[str, Value] = {"source": name, "program": "x", "severity": 6}
        rows = [Row("log_line", "line", 0, {**facts, "message": line}) for line in lines]
        taken_s = [seconds(scan, lines) for _ in range(ROUNDS)]
        rounds_s = [sum(both) for both in zip(rounds_s, taken_s, strict=True)]
        rows_s += sum(seconds(plan.redact, rows) for _ in range(ROUNDS))
        result[name] = len(lines) * ROUNDS / sum(taken_s)
        print(f"   {name:<20} {result[name]:>10,.0f} lines/s")
    every = [line for lines in files.values() for line in lines]
    result["median"] = len(every) / median(rounds_s)
    result["first"] = len(every) / rounds_s[0]
    result["together"] = len(every) * ROUNDS / sum(rounds_s)
    result["rows_per_s"] = len(every) * ROUNDS / rows_s
    # Last, as their numbers are longer or shorter: most of these lines are of other shapes.
    other_s = sum(seconds(scan, with_other_addresses(lines)) for lines in files.values())
    result["other_addresses"] = len(every) / other_s
    made, part = going_on(every, GOING_ON), GOING_ON // GOING_ON_PARTS
    parts_s = [seconds(scan, made[at : at + part]) for at in range(0, GOING_ON, part)]
    result["going_on"] = GOING_ON / sum(parts_s)
    result["going_on_at_first"], result["going_on_at_last"] = part / parts_s[0], part / parts_s[-1]
    return result


def diverse_speed(plan: Plan) -> float:
    """Each line once: what repeats would be known the second time."""
    scan = plan._tables["log_line"].steps["message"].apply
    lines = diverse_lines()
    start = time.process_time()
    for line in lines:
        scan(line)
    return len(lines) / (time.process_time() - start)


def their_speed(analyze: Callable[[str], object], files: dict[str, list[str]]) -> float:
    """Lines taken from the four files in turn, until the time is up."""
    analyze(_WARM_UP)
    start = time.process_time()
    count = 0
    for lines in zip(*files.values(), strict=False):
        for line in lines:
            analyze(line)
        count += len(lines)
        if time.process_time() - start > PRESIDIO_S:
            break
    return count / (time.process_time() - start)


def print_accuracy(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> None:
    print("   recall and precision on the same cases of the labelled set, %")
    print(f"   {'':<10} {'recall':>8} {'Presidio':>9}    {'precision':>9} {'Presidio':>9}")
    for kind in sorted(ours):
        cells = [f"{100 * value:.1f}" for value in (*ours[kind], *theirs[kind])]
        print(f"   {kind:<10} {cells[0]:>8} {cells[2]:>9}    {cells[1]:>9} {cells[3]:>9}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--own", type=int, default=200, help="how many own identifiers are learned")
    options = parser.parse_args()
    folder = log_folder()
    if folder is None:
        print("   the logs are not here: set RETICENT_LOGS to their folder", file=sys.stderr)
        return 1
    files = {name: list(lines_of(folder / name)) for name in FILES}
    plan = compiled(options.own)
    MEMORY_MIB.append(resident_mib())
    gc.collect()
    gc.freeze()  # as the agent does when it has started
    print(f"   ours: default policy on log_line.message, {options.own} own identifiers")
    speed = our_speed(plan, files)
    MEMORY_MIB.append(resident_mib())
    target = f"(target {TARGET_LINES_PER_S:,})"
    print(f"   {'all four':<20} {speed['together']:>10,.0f} lines/s   {target}")
    print(f"   {'  the median round':<20} {speed['median']:>10,.0f} lines/s")
    print(f"   {'  the first round':<20} {speed['first']:>10,.0f} lines/s")
    print(f"   {'  other addresses':<20} {speed['other_addresses']:>10,.0f} lines/s")
    first, last = speed["going_on_at_first"], speed["going_on_at_last"]
    ends = f"({first:,.0f} at first, {last:,.0f} at last)"
    print(f"   {'  as a log goes on':<20} {speed['going_on']:>10,.0f} lines/s   {ends}")
    print(f"   {'as whole rows':<20} {speed['rows_per_s']:>10,.0f} rows/s")
    diverse = diverse_speed(plan)
    MEMORY_MIB.append(resident_mib())
    print(f"   {'no two lines alike':<20} {diverse:>10,.0f} lines/s   (see diverse.py)")
    print("   memory MiB: " + " ".join(f"{mib:.1f}" for mib in MEMORY_MIB))
    try:
        import presidio
    except ModuleNotFoundError as error:
        print(f"   {error.name} is not installed: make .venv/.bench", file=sys.stderr)
        return 1
    full, same = presidio.Presidio(everything=True), presidio.Presidio(everything=False)
    print(f"   Presidio {presidio.version()}, blank spaCy pipeline (no model), same lines")
    theirs = {
        "full_set": their_speed(full.analyze, files),
        "same_kinds": their_speed(same.analyze, files),
    }
    for each, label in ((full, "full_set"), (same, "same_kinds")):
        name = f"{label.replace('_', ' ')}, {each.recognisers}"
        ratios = (
            speed[each] / theirs[label] for each in ("together", "median", "first", "going_on")
        )
        all_rounds, in_median, in_first, on = (f"{ratio:,.0f}" for ratio in ratios)
        print(
            f"   {name:<20} {theirs[label]:>10,.0f} lines/s   ours is {all_rounds} times as fast:"
        )
        print(f"{'':<40}{in_median} in the median round, {in_first} in the first, {on} going on")
    print(f"   (target {TARGET_RATIO} times the full set)")
    our_accuracy, their_accuracy, cases = presidio.accuracy(same, every=CASES_EVERY)
    print_accuracy(our_accuracy, their_accuracy)
    ratio = speed["together"] / theirs["full_set"]
    result = {
        "ours_lines_per_s": speed,
        "ours_diverse_lines_per_s": diverse,
        "presidio_lines_per_s": theirs,
        "presidio_version": presidio.version(),
        "ratio_to_full_set": ratio,
        "memory_mib": MEMORY_MIB,
        "cases": cases,
        "ours_recall_precision": our_accuracy,
        "presidio_recall_precision": their_accuracy,
    }
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    met = speed["together"] >= TARGET_LINES_PER_S and ratio >= TARGET_RATIO
    if not met:
        print("   below the target; only a quiet machine tells", file=sys.stderr)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
