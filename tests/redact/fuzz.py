"""A bounded fuzz campaign over the redaction engine, on its two paths.

    python tests/redact/fuzz.py [--path lines|rows] [--inputs 1000000] [--seed 1] [--only NUMBER]

    lines   free text through the scanner (`fuzz_lines`)
    rows    rows of every table through a compiled policy (`fuzz_rows`)

Without a path each has its share of the inputs. Equal arguments give equal inputs: what breaks is
printed with its number, and `--only` with its path repeats it alone. All values are made up. What
is found belongs into tests/vectors/redact.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from redact import fuzz_lines, fuzz_rows

INPUTS = 1_000_000
FAILURES_MAX = 20
TOLD_EVERY = 50_000
PATHS = {"lines": (fuzz_lines, 0.8), "rows": (fuzz_rows, 0.2)}  # and their share of the inputs


def campaign(path: str, numbers: range, *, seed: int) -> int:
    """How many inputs broke; ends early where there are many."""
    module, _ = PATHS[path]
    begun, broken, done = time.process_time(), 0, 0
    for number in numbers:
        made, found = module.failures(Random(f"{seed} {path} {number}"), number)
        done += 1
        if found:
            broken += 1
            said = json.dumps({"problems": found, **module.shown(made)}, default=repr)
            print(f"FAILED {path} {number}: {said}", flush=True)
        if broken >= FAILURES_MAX:
            break
        if done % TOLD_EVERY == 0:
            print(f"{path}: {done} inputs so far, {broken} broke", flush=True)
    took_s = time.process_time() - begun
    print(f"{path}: {done} inputs of seed {seed} in {took_s:.0f} s, {broken} broke", flush=True)
    return broken


def main() -> int:
    """0 where nothing broke."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--path", choices=PATHS, help="one alone, with all the inputs")
    parser.add_argument("--inputs", type=int, default=INPUTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one input alone, by its number")
    options = parser.parse_args()
    if options.only is not None and options.path is None:
        parser.error("--only needs --path")
    broken = 0
    for path, (_, share) in PATHS.items():
        if options.path not in (None, path):
            continue
        count = options.inputs if options.path else round(options.inputs * share)
        first = 0 if options.only is None else options.only
        numbers = range(first, count if options.only is None else first + 1)
        broken += campaign(path, numbers, seed=options.seed)
    return int(broken > 0)


if __name__ == "__main__":
    raise SystemExit(main())
