"""What a check of `doctor` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    check: str
    state: State
    found: str
    fix: str = ""


def bad(check: str, found: str, fix: str) -> Finding:
    return Finding(check=check, state="bad", found=found, fix=fix)
