"""`reticent-server policy schema`: the language as JSON Schema, for editors."""

from __future__ import annotations

import argparse
import json

from reticent_contract.catalog import CATALOG
from reticent_contract.policy.schema import policy_schema

from reticent_server.commands.common import put, put_json


def run(options: argparse.Namespace) -> int:
    schema = policy_schema(CATALOG)
    if options.json:
        put_json(schema)
    else:
        put(json.dumps(schema, indent=1, ensure_ascii=False))
    return 0
