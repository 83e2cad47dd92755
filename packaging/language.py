"""What is written down of the policy language, made from the code that reads policies.

    proto/reticent_contract/policy/policy.schema.json   for editors, and served by the server
    proto/reticent_contract/policy/REFERENCE.md         for people
    agent/reticent_agent/policy/default.json            the default policy without its YAML

`--check` compares instead of writing.
"""

import argparse
import json
import sys
from pathlib import Path

from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml
from reticent_contract.policy.reference import reference_page
from reticent_contract.policy.schema import policy_schema
from reticent_server.policies.yaml_source import load_yaml

REPOSITORY = Path(__file__).resolve().parent.parent
POLICY = REPOSITORY / "proto" / "reticent_contract" / "policy"
AGENT = REPOSITORY / "agent" / "reticent_agent" / "policy"


def documents() -> dict[Path, str]:
    """Every file with the text that it should have."""
    schema = json.dumps(policy_schema(CATALOG), indent=1, ensure_ascii=False)
    default = json.dumps(load_yaml(default_policy_yaml()), indent=1, ensure_ascii=False)
    return {
        POLICY / "policy.schema.json": schema + "\n",
        POLICY / "REFERENCE.md": reference_page(CATALOG),
        AGENT / "default.json": default + "\n",
    }


def stale_files() -> list[str]:
    """The files that differ, by path in the repository."""
    return [
        str(path.relative_to(REPOSITORY))
        for path, text in documents().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]


def main() -> int:
    """Write the files, or with --check say what is not current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    if parser.parse_args().check:
        stale = stale_files()
        if stale:
            print(f"not current: {', '.join(stale)}; run `make generate`", file=sys.stderr)
            return 1
        print("the policy language is written down as it is")
        return 0
    written = documents()
    for path, text in written.items():
        path.write_text(text, "utf-8")
    print(f"wrote {len(written)} files of the policy language")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
