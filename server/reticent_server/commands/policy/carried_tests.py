"""`reticent-server policy test`: the tests that a policy carries, as a laptop runs them.

ok    3  a logon says from which network: user_name redacted by session.user_name (…), …
FAIL  4  a local terminal stays: terminal leaves otherwise than expected: expected "tty1", came …
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from reticent_contract.catalog import CATALOG
from reticent_contract.policy.trace import TracedTest, trace_tests

from reticent_server.commands.common import count_of, put, put_json, say
from reticent_server.commands.policy.drafts import draft_of


def run(options: argparse.Namespace) -> int:
    tests = trace_tests(draft_of(options.file, options).policy, CATALOG)
    failed = sum(bool(test.problems) for test in tests)
    if options.json:
        documents = [asdict(test) | {"passed": not test.problems} for test in tests]
        put_json({"passed": not failed, "tests": documents})
    else:
        for test in tests:
            put(_line(test))
        say(f"{len(tests) - failed} of {count_of(len(tests), 'test')} passed")
    return 1 if failed else 0


def _line(test: TracedTest) -> str:
    decided = ", ".join(map(str, test.decisions))
    if test.problems:
        return f"FAIL {test.number:3}  {test.name}: {'; '.join(test.problems)} | {decided}"
    return f"ok   {test.number:3}  {test.name}: {decided}"
