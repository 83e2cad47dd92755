"""`reticent-server doctor`: numbered checks, each with what is wrong and how to mend it.

Exit code 3 where a check failed. It changes nothing.
"""

from __future__ import annotations

import argparse

from reticent_server.commands.checks import check_all
from reticent_server.commands.common import add_place, config_of, put, put_json
from reticent_server.commands.findings import Finding
from reticent_server.commands.receipt_checks import check_receipts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    parser.add_argument(
        "--receipts",
        action="store_true",
        help="also compare every stored batch with its laptop's receipt; reads the whole store",
    )


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    findings = check_all(config)
    if options.receipts:
        findings += check_receipts(config)
    failed = [finding for finding in findings if finding.state == "bad"]
    if options.json:
        put_json({"ok": not failed, "checks": [_json(i, f) for i, f in enumerate(findings, 1)]})
    else:
        for number, finding in enumerate(findings, 1):
            put(f"{number:2}. {finding.state:4}  {finding.check}: {finding.found}")
            if finding.fix:
                put(f"          {finding.fix}")
        put(f"{len(failed)} of {len(findings)} checks failed" if failed else "all is well")
    return 3 if failed else 0


def _json(number: int, finding: Finding) -> dict[str, object]:
    return {
        "number": number,
        "check": finding.check,
        "state": finding.state,
        "found": finding.found,
        "fix": finding.fix,
    }
