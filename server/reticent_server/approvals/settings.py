"""What the operator says of approvals: `[approvals]` in the server's configuration.

    [approvals]
    second_person = ["policy.reveal", "events.export"]  # which kinds; left out: all; []: none
    request_hours = 72         # how long a request waits for somebody's decision
    use_hours = 24             # how long it may be used once it is approved
    uses = 1                   # how often
    export_rows = 10000        # an export of more events than this is one "in bulk"

What is recorded is not configurable. Raises ConfigError, which names the key and the fix.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from reticent_server.approvals.kinds import Kind
from reticent_server.errors import ConfigError

_BOUNDS = {
    "request_hours": (1, 31 * 24),
    "use_hours": (1, 7 * 24),
    "uses": (1, 100),
    "export_rows": (0, 2_000_000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRules:
    """`second_person`: the kinds that need one."""

    second_person: tuple[str, ...] = tuple(Kind)
    request_hours: int = 72
    use_hours: int = 24
    uses: int = 1
    export_rows: int = 10_000

    def __post_init__(self) -> None:
        unknown = [kind for kind in self.second_person if kind not in set(Kind)]
        if unknown:
            raise ConfigError(
                f"configuration key approvals.second_person: {unknown[0]!r} is unknown (known: "
                f"{', '.join(Kind)}); the server was not started; correct it"
            )
        for key, (least, most) in _BOUNDS.items():
            if not least <= getattr(self, key) <= most:
                raise ConfigError(
                    f"configuration key approvals.{key}: {getattr(self, key)} is out of bounds; "
                    f"the server was not started; use {least} to {most}"
                )

    def needs_second(self, kind: Kind) -> bool:
        return kind in self.second_person


def rules_of(table: Mapping[str, object]) -> ApprovalRules:
    """From the table as TOML has it. Raises ConfigError."""
    values: dict[str, int] = {}
    for key, value in table.items():
        if key == "second_person":
            continue
        if key not in _BOUNDS:
            raise ConfigError(
                f"configuration key approvals.{key} is unknown (known: second_person, "
                f"{', '.join(_BOUNDS)}); the server was not started; correct or remove it"
            )
        if not isinstance(value, int) or isinstance(value, bool):
            raise ConfigError(f"configuration key approvals.{key} must be a whole number")
        values[key] = value
    kinds = table.get("second_person", list(Kind))
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise ConfigError(
            "configuration key approvals.second_person must be a list of texts; the server was not "
            f"started; list some of: {', '.join(Kind)}"
        )
    return ApprovalRules(second_person=tuple(dict.fromkeys(kinds)), **values)


def lines_of(rules: ApprovalRules) -> list[str]:
    """The same as TOML. Where all kinds need one that stays unsaid, for those that come later."""
    said = asdict(rules)
    if set(rules.second_person) == set(Kind):
        del said["second_person"]
    return ["[approvals]", *(f"{key} = {json.dumps(value)}" for key, value in said.items())]
