"""What a policy lets through in each field, as the last-mile gate understands it.

Enters: a policy. Leaves: one `Place` a field, and the detectors to look with. Must hold: read from
the rules alone, not from the compiled plan; what is not kept in some form lets nothing through.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from reticent_contract.catalog.model import Catalog, Field, FieldClass, Form
from reticent_contract.policy import Policy
from reticent_contract.redact.actions import (
    Action,
    Generalise,
    IpPrefix,
    Keep,
    Replace,
    Scan,
    Seal,
    Treatment,
)
from reticent_contract.redact.actions.ip_prefix import bits_of
from reticent_contract.redact.allow import Allow
from reticent_contract.redact.automaton import Gate, gate
from reticent_contract.redact.detectors import DETECTORS, Detector
from reticent_contract.redact.detectors.model import Finder
from reticent_contract.redact.own_matcher import Identity
from reticent_contract.redact.text import CUT_MARK

Where = tuple[str, str]  # table, field

_NO_EXCEPTION = Allow()
_ADDRESSES = ("ipv4", "ipv6")
_SECRET = "secret"  # noqa: S105 - a detector's name

BEHIND_BYTES = 5  # what `stops` looks at behind a finding: /128 and whether a digit follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`own_passes`: the laptop's own identifiers may stand here, as the policy says.

    `domains_pass`: names of the domain that the laptop is in may, its own name may not.
    `constant`: the fixed text that the policy puts here. `treatments`: where the rule says what
    becomes of a detector's findings; a detector that is not in it has none. None: the rule keeps
    text without looking at it, so it lets through what looks like an address. `allow`: what the
    policy lets every detector pass. `sealed`: what is sealed here nobody can look at.
    """

    own_passes: bool = False
    domains_pass: bool = False
    constant: str | None = None
    treatments: Mapping[str, Treatment] | None = None
    allow: Allow = _NO_EXCEPTION
    sealed: bool = False

    def passes(self, identity: Identity) -> bool:
        """Whether this identifier of the laptop may stand here."""
        return self.own_passes or (self.domains_pass and identity.field == "domain_name")

    def stops(self, detector: str, tier: str, text: bytes, start: int, end: int) -> bool:
        """Whether what a detector found in `text`, from byte `start` to `end`, must not leave.

        Secrets never; the rest of tier A not where the policy had it scanned for and removed.
        """
        if detector == _SECRET:
            return tier == "A" or self.treatments is not None
        if self.treatments is None or tier != "A":
            return False
        if self.allow and self.allow.lets(text[start:end], is_ip=detector in _ADDRESSES):
            return False
        treatment = self.treatments.get(detector)
        if treatment is None or treatment.of("A").kind == "keep":
            return treatment is None
        treatment = treatment.of("A")
        if treatment.kind == "ip_prefix":
            return not _is_network(text[start:end], text[end : end + BEHIND_BYTES], treatment)
        return True


STRICT = Place()  # of a policy that nobody here knows: it may have kept what looks like an address
_NOTHING = Place(treatments={})


@dataclass(frozen=True, slots=True)
class Places:
    """Of one policy: each field's place, and the detectors that the policy works with."""

    by_field: Mapping[Where, Place] = field(default_factory=dict)
    detectors: Mapping[str, Detector] = field(default_factory=lambda: DETECTORS)
    # What redaction itself writes in place of a finding is no text of the laptop's: <mac>, <cut>.
    marks: re.Pattern[bytes] = field(init=False)
    # By what proves something, of the policy's own patterns.
    own_patterns: tuple[tuple[str, Finder], ...] = field(init=False)

    def __post_init__(self) -> None:
        marks = ("<pn>", *(f"<{name}>" for name in self.detectors), CUT_MARK)
        own_patterns = tuple(
            (name, finder)
            for name, detector in self.detectors.items()
            if name not in DETECTORS
            for finder in detector.finders
            if finder.tier == "A"
        )
        object.__setattr__(self, "marks", re.compile("|".join(marks).encode()))
        object.__setattr__(self, "own_patterns", own_patterns)

    def at(self, where: Where) -> Place:
        return self.by_field.get(where, STRICT)

    def gate(self) -> Gate:
        """The one that the plan has: it is kept there, and only while it is used."""
        return gate(tuple(self.detectors.values()))


UNKNOWN = Places()  # of a policy that nobody here knows


def places_of(policy: Policy, catalog: Catalog) -> Places:
    """By table and field, all of the catalog's."""
    places: dict[Where, Place] = {}
    for table in catalog:
        rules = policy.tables.get(table.name)
        for column in table.fields:
            rule = None if rules is None else rules.rules.get(column.name)
            place = _NOTHING if rule is None else _place(column, rule.action, policy.allow)
            places[(table.name, column.name)] = place
    return Places(places, policy.detectors)


def _place(field: Field, action: Action, allow: Allow) -> Place:
    if isinstance(action, Keep):
        return Place(own_passes=_is_identifier(field))
    if isinstance(action, Scan):
        own = action.treatments["own"].of("A")
        return Place(own_passes=own.kind == "keep", treatments=action.treatments, allow=allow)
    if isinstance(action, Seal):
        return Place(treatments={}, sealed=True)
    if isinstance(action, IpPrefix):
        network = Treatment("ip_prefix", v4=action.v4, v6=action.v6)
        return Place(treatments={"ipv4": network, "ipv6": network})
    if isinstance(action, Generalise):
        return Place(domains_pass=action.to == "domain")
    if isinstance(action, Replace):
        return Place(constant=f"<{field.name}>" if action.text is None else action.text)
    if action.makes == "same":  # a part of the value; nobody looked at what it holds
        return Place()
    return _NOTHING


def _is_identifier(field: Field) -> bool:
    """A field that identifiers are learned from: who keeps it means to keep them."""
    return field.field_class is FieldClass.DIRECT_ID or field.form is Form.HOST


@lru_cache(maxsize=4_096)
def _is_network(address: bytes, behind: bytes, treatment: Treatment) -> bool:
    """What `ip_prefix` leaves: a network and its length, no address of somebody."""
    try:
        found = ipaddress.ip_address(address.decode("ascii"))
        bits = bits_of(found, v4=treatment.v4, v6=treatment.v6)
        length = f"/{bits}".encode()
        ipaddress.ip_network(f"{found}/{bits}")
    except ValueError:
        return False
    return behind.startswith(length) and not behind[len(length) : len(length) + 1].isdigit()
