"""Writes the page of roles: which built-in role holds which scope, and what each scope allows.

python packaging/roles.py           writes the page
python packaging/roles.py --check   exits 1 where the page is not what would be written
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from reticent_server.auth.scopes import (
    BASE,
    LIMITABLE,
    NEVER_FOR_TOKENS,
    SENTENCES,
    Role,
    scopes_of,
)

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "server" / "reticent_server" / "auth" / "ROLES.md"

HEAD = """# Roles and scopes

Made by `python packaging/roles.py` from `auth/scopes.py`; do not edit.

An account holds any number of roles and may do what one of them gives. Besides the built-in ones
there are those that you make (`reticent-server role add`, or the console's page of roles), from the
same scopes, limited to device groups, and to tables and columns, where you say so.
"""
FOOT = """
*limits*: a role with limits may hold it. Every other scope is about the whole fleet. *token*: an
API token may hold it.

Within a limit to groups, whatever belongs to another group is answered like what is not there.
Within a limit to columns, a column that is not shown comes back as `[masked]`, named under
`masked`, and cannot be searched by. Roles are read anew for every request.
"""


def main() -> int:
    page = "\n".join(lines()) + FOOT
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
        return 0
    if PAGE.read_text(encoding="utf-8") == page:
        return 0
    print(f"{PAGE.relative_to(ROOT)} is not what auth/scopes.py says; run {__file__}")
    return 1


def lines() -> Iterator[str]:
    """The page."""
    yield HEAD
    heads = ["scope", "what it allows", *Role, "limits", "token"]
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for scope, sentence in SENTENCES.items():
        held = [_mark(scope in scopes_of(role)) for role in Role]
        marks = [_mark(scope in LIMITABLE), _mark(scope not in NEVER_FOR_TOKENS)]
        everybody = " (every account)" if scope in BASE else ""
        yield f"| `{scope}` | {sentence}{everybody} | {' | '.join([*held, *marks])} |"


def _mark(held: bool) -> str:
    return "yes" if held else ""


if __name__ == "__main__":
    sys.exit(main())
