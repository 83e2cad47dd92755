"""A policy that was read without a problem: frozen, complete, ready to be compiled.

Enters: what `parse` found in a document. Leaves: the values that plan, admission, retention, spool
and reports work with. Must hold: nobody but `parse` makes a `Policy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from reticent_contract.limits import POLICY_CLOCK_TOLERANCE_S
from reticent_contract.rows import Row

if TYPE_CHECKING:  # the engine imports this model; at run time it must not import the engine
    from reticent_contract.redact.actions.base import Action
    from reticent_contract.redact.allow import Allow
    from reticent_contract.redact.detectors import Detector
    from reticent_contract.redact.sealed import SealKey

DENY_BY_DEFAULT = "deny-by-default"
SCAN_PREFIX = "scan:"


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to one field. `rule_id` is what counts and reports call it."""

    field: str
    rule_id: str
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePolicy:
    """One table. `rules` by field, wildcards resolved; a field without one is dropped."""

    table: str
    retention_days: int | None  # None: as long as the device is enrolled
    priority: int | None  # None: the catalog's
    consent_required: bool
    options: Mapping[str, object]
    rules: Mapping[str, Rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedTest:
    """A test in the policy: a raw row, and what of it may leave.

    `expect` is None where nothing may; the text `<pseudonym>` stands for any pseudonym, and
    `<pn:DOMAIN>` for one inside scanned text. `learned`: what the laptop knows of itself.
    """

    name: str
    given: Row
    learned: tuple[Row, ...]
    expect: Mapping[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Times are seconds since 1970-01-01 UTC. `sha256` is that of the canonical bytes.

    `group`: the device group that it is for, None where laptops of any group may run it.
    `detectors`: the built-in ones and the policy's own. `phone_region`: ISO 3166-1, in which the
    national phone numbers of free text are read.
    """

    version: int
    group: str | None
    not_before_s: int
    expires_s: int | None
    purpose: str
    legal_basis: str
    notice: str
    epoch: int
    seal_key: SealKey | None = None  # the privacy officer's, for the action `seal`
    link_groups: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, TablePolicy]
    tests: tuple[CarriedTest, ...]
    detectors: Mapping[str, Detector]
    phone_region: str | None
    allow: Allow
    sha256: bytes
    document: Mapping[str, object] = field(repr=False)
    _domains: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        domains = {m: group for group, members in self.link_groups.items() for m in members}
        object.__setattr__(self, "_domains", MappingProxyType(domains))

    def domain_of(self, table: str, field_name: str) -> str:
        """Under which name a field's pseudonyms are made: its link group, else `table.field`."""
        member = f"{table}.{field_name}"
        return self._domains.get(member, member)

    def scan_domain_of(self, detector: str) -> str:
        """The same for what a detector finds: its link group, else the detector's name.

        A group may have had a detector's name before there was the detector: they stay apart.
        """
        name = f"scan.{detector}" if detector in self.link_groups else detector
        return self._domains.get(SCAN_PREFIX + detector, name)

    def is_linked(self, member: str) -> bool:
        return member in self._domains

    def is_early(self, now_s: int) -> bool:
        """Whether its first day is still to come, bearing with a clock that is a day off."""
        return now_s + POLICY_CLOCK_TOLERANCE_S < self.not_before_s

    def time_problem(self, now_s: int) -> str | None:
        """Why the policy is not valid at `now_s`, bearing with a clock that is a day off."""
        if self.is_early(now_s):
            return "it is not valid yet (not_before)"
        if self.expires_s is not None and now_s - POLICY_CLOCK_TOLERANCE_S >= self.expires_s:
            return "it has expired (expires)"
        return None
