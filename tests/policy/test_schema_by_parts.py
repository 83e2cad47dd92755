"""A validator that looks at each part of a policy once tells what jsonschema does."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from support.policy_schema import SCHEMA, VALIDATOR


def test_what_looks_at_each_part_once_tells_what_is_told_every_time(
    document: dict[str, Any],
) -> None:
    every_time = Draft202012Validator(SCHEMA)
    fields = document["tables"]["os"]["fields"]
    for rule, is_one in (("keep", True), ("shred", False), ({"keep": 1}, False), ("keep", True)):
        for retention_days in (30, True, "30", 1.5):
            fields["name"] = rule
            document["tables"]["log_line"]["retention_days"] = retention_days
            for _ in range(2):
                told, expected = (
                    [(error.json_path, error.message) for error in each.iter_errors(document)]
                    for each in (VALIDATOR, every_time)
                )
                assert told == expected
                assert bool(told) is not (is_one and retention_days == 30)
