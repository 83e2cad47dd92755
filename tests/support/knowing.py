"""A scanner that knows lines, held to one that knows none.

Enters: plans. Leaves: scanners, and what becomes of a text of which nothing is known.
"""

from __future__ import annotations

from typing import Any, TypeVar

from reticent_contract.redact import Plan
from reticent_contract.redact.recent import Recent
from reticent_contract.redact.scanner import Scanner
from reticent_contract.redact.templates import Templates

Value = TypeVar("Value")
OWN = {"serial": "PF3X9Z1K", "user_name": "maren.voss77", "mac": "02:1a:77:4c:5e:01"}
RULES: dict[str, dict[str, Any]] = {
    "pseudonyms": {"otherwise": "pseudonymise", "ipv4": {"ip_prefix": {"v4": 24, "v6": 48}}},
    "words": {},
    "some drop the value": {"card": "drop_value", "phone": "drop_value"},
    "some are kept": {"ipv4": "keep", "user": "keep", "otherwise": "pseudonymise"},
}


def scanner_in(plan: Plan) -> Scanner:
    """The one of the lab's messages."""
    apply = plan._tables["lab"].steps["message"].apply
    scanner = getattr(apply, "__self__", None)
    assert isinstance(scanner, Scanner)
    return scanner


def kept(recent: Recent[Value]) -> dict[int, Value]:
    """All that is kept, also what was not asked for since there was room again."""
    return recent._older | recent.newer


def forget_shapes(scanner: Scanner) -> None:
    known = scanner._search.shapes().known
    known.newer.clear()
    known._older.clear()


def anew(scanner: Scanner, text: str) -> object:
    """What becomes of it where nothing is known of its shape."""
    forget_shapes(scanner)
    scanner._templates = Templates(scanner._search.matcher())
    return scanner(text)
