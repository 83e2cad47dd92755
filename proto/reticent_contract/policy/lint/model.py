"""What a lint is: a code, a severity, one sentence, and a search over a policy.

Enters: a policy that parses. Leaves: where something is suspicious, why, and what to do about it.
Must hold: a lint never changes what a policy means; it speaks of the policy, and of no value
but those that its author wrote into its tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy.model import Policy
from reticent_contract.reading import Path, path_text

Severity = Literal["error", "warning"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that a lint found. `path` finds the line in the YAML it came from.

    `instead`: what `advice` says to write there, as data, so that a test can do as it says.
    """

    path: Path
    sentence: str
    advice: str
    instead: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a lint looks at. `now_s`: seconds since 1970-01-01 UTC."""

    policy: Policy
    catalog: Catalog
    now_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """`sentence` says what it finds, for the reference page. `error`: do not publish it so."""

    code: str
    severity: Severity
    sentence: str
    search: Callable[[Context], Iterable[Spot]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """One finding, ready to be shown."""

    code: str
    severity: Severity
    path: Path
    sentence: str
    advice: str

    @property
    def place(self) -> str:
        return path_text(self.path)
