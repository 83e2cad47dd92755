"""`make accuracy`: the table of recall and precision, into the folder of the detectors.

    python tests/accuracy/report.py [--misses N]

`--misses N` prints, instead of writing, up to N misses and false findings of each detector; of what
is held back, their number alone.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from accuracy import aims
from accuracy.cases import KINDS
from accuracy.made import made_cases
from accuracy.ours import ours
from accuracy.people import LOCALES, SEED
from accuracy.real_lines import log_folder, real_cases
from accuracy.score import Score, Tally, score
from accuracy.traps import HELD_BACK, SETS, cases_of

FIRST_CONTACT = HERE / "first_contact.md"  # what was measured before any mending; never redone
TABLE = HERE.parents[1] / "proto" / "reticent_contract" / "redact" / "ACCURACY.md"
_HEAD = """# How accurate the detectors are

Written by `make accuracy` from what is measured; `tests/accuracy` holds the aims and fails where
this table is out of date. `python tests/accuracy/report.py --misses 9` shows what is missed and
what is found falsely. The real logs are not part of the repository: RETICENT_LOGS names their
folder. Beside Presidio, with speed: `make bench BENCH=redaction`.

A value is found if findings cover every character of it (*covered*), whatever detector they are of;
*named* counts those whose finding has the right name. A finding is false if it touches no label.
Tier A: its parse or its checksum proves the value. Tier B: mistyped or invented, and a word beside
it tells what it is. The cases are made by `tests/accuracy/made.py` (seed {seed}; Faker's locales
{locales}; for phones, IBANs
and full names all that it has) and by hand (`traps.py`): traps, and lines that were held out (first
contact, below); what is labelled in the real lines, and why, stands in `real_lines.py`.
"""


def percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _cell(tally: Tally) -> str:
    if not tally.labelled:
        return "| | | "
    return f"| {tally.labelled:,} | {percent(tally.recall)} | {percent(tally.recall_named)} "


def _detector_rows(result: Score) -> list[str]:
    rows = [
        "| detector | A cases | covered % | named % | B cases | covered % | named % "
        "| findings | false | precision % |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for kind in (*KINDS, *sorted(set(result.precision) - set(KINDS))):
        a, b = result.of_kind(kind, "A"), result.of_kind(kind, "B")
        found = result.precision.get(kind, Tally())
        count = found.right + found.false
        if not (a.labelled or b.labelled or count):
            continue
        rows.append(
            f"| {kind} {_cell(a)}{_cell(b)}| {count:,} | {found.false:,} "
            f"| {percent(found.precision) if count else ''} |"
        )
    return rows


def _summary_rows(results: dict[str, tuple[int, Score]]) -> list[str]:
    rows = [
        "| set | lines | A values | recall A % | B values | recall B % | findings | precision % |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, (lines, result) in results.items():
        a, b, found = result.of_tier("A"), result.of_tier("B"), result.all_findings()
        rows.append(
            f"| {name} | {lines:,} | {a.labelled:,} | {percent(a.recall)} | {b.labelled:,} "
            f"| {percent(b.recall)} | {found.right + found.false:,} | {percent(found.precision)} |"
        )
    return rows


def document(results: dict[str, tuple[int, Score]]) -> str:
    real = results.get("real lines")
    parts = [
        _HEAD.format(seed=f"{SEED:,}", locales=", ".join(LOCALES)),
        *_summary_rows(results),
        "",
        f"Aims: recall A {percent(aims.RECALL_A)}, recall B {percent(aims.RECALL_B)}, precision on "
        f"the real lines {percent(aims.PRECISION_REAL)}.",
    ]
    if real is not None:
        strict = percent(real[1].precision_strict)
        parts.append(
            f"In the real lines, findings in what may be found either way (names of roles, of "
            f"providers) are left out; counted as false, they make the precision {strict}."
        )
    for name, (_, result) in results.items():
        parts += ["", f"## By detector: {name}", "", *_detector_rows(result)]
    return "\n".join(parts) + "\n\n" + FIRST_CONTACT.read_text("utf-8")


def measure() -> dict[str, tuple[int, Score]]:
    sets = {"made cases": made_cases(), **{name: cases_of(name) for name in SETS}}
    folder = log_folder()
    if folder is not None:
        sets["real lines"] = real_cases(folder)
    return {name: (len(cases), score(cases, ours)) for name, cases in sets.items()}


def print_misses(results: dict[str, tuple[int, Score]], count: int) -> None:
    for name, (_, result) in results.items():
        shown = 0 if name.endswith(HELD_BACK) else count
        for (kind, tier), tally in sorted(result.recall.items()):
            missed = tally.labelled - tally.named
            if missed:
                print(
                    f"{name}: {kind} {tier}: {missed} of {tally.labelled} not covered or not named"
                )
                print("".join(f"    {each}\n" for each in tally.examples[:shown]), end="")
        for detector, tally in sorted(result.precision.items()):
            if tally.false:
                print(f"{name}: {detector}: {tally.false} false")
                print("".join(f"    {each}\n" for each in tally.examples[:shown]), end="")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make accuracy", description=__doc__)
    parser.add_argument("--misses", type=int, metavar="N")
    options = parser.parse_args()
    results = measure()
    if options.misses is not None:
        print_misses(results, options.misses)
        return 0
    if "real lines" not in results:
        print("the real logs are not here: set RETICENT_LOGS to their folder", file=sys.stderr)
        return 1
    TABLE.write_text(document(results), encoding="utf-8")
    print("\n".join(_summary_rows(results)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
