"""`reticent-server policy lint`: what is probably not meant in a policy file.

my-policy.yaml:41: error: network_interface.name is kept and may hold … [kept-beside-hidden]
    use {scan: {own: pseudonymise}} in its place
"""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict

from reticent_contract.catalog import CATALOG

from reticent_server.commands.common import put, put_json, say
from reticent_server.commands.policy.drafts import parents_of, read_text
from reticent_server.policies.drafts import lint_text


def run(options: argparse.Namespace) -> int:
    findings = lint_text(
        read_text(options.file),
        CATALOG,
        now_s=int(time.time()),
        parent_of=parents_of(options.file, options),
    )
    errors = sum(finding.severity == "error" for finding in findings)
    if options.json:
        put_json({"ok": not errors, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            place = f"{finding.place}: " if finding.place else ""
            put(
                f"{options.file}:{finding.line}: {finding.severity}: {place}{finding.sentence} "
                f"[{finding.code}]"
            )
            put(f"    {finding.advice}")
        say(f"{_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}")
    return 1 if errors else 0


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
