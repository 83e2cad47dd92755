"""`reticent-server policy lint`: what is probably not meant in a policy file.

my-policy.yaml:41: error: network_interface.name is kept and may hold … [kept-beside-hidden]
    use {scan: {own: pseudonymise}} in its place
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reticent_contract.catalog import CATALOG

from reticent_server.commands.common import count_of, put, put_json, say
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
            for line in told(options.file, asdict(finding)):
                put(line)
        say(f"{count_of(errors, 'error')}, {count_of(len(findings) - errors, 'warning')}")
    return 1 if errors else 0


def told(name: object, finding: Mapping[str, Any]) -> tuple[str, str]:
    """The finding with its place in the file `name`, and what to do about it."""
    line = "" if finding["line"] is None else f":{finding['line']}"
    place = f"{finding['place']}: " if finding["place"] else ""
    return (
        f"{name}{line}: {finding['severity']}: {place}{finding['sentence']} [{finding['code']}]",
        f"    {finding['advice']}",
    )
