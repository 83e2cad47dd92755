"""What the plan lends to actions while it is compiled: keys as functions, and the detectors.

Enters: a policy, keys, the laptop's own identifiers. Leaves: functions that make pseudonyms and
scan text. Must hold: a key leaves only as a function over one sub-key; caches are bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from reticent_contract.catalog.model import Form
from reticent_contract.limits import DATE_SHIFTS_CACHED_MAX, PSEUDONYM_CACHE_MAX
from reticent_contract.policy.errors import PolicyError
from reticent_contract.policy.model import Policy
from reticent_contract.redact.actions import Pseudonymise
from reticent_contract.redact.actions.base import FAILED, Apply, Place, Result, Treatment
from reticent_contract.redact.actions.date_shift import shift_us
from reticent_contract.redact.actions.ip_prefix import prefix_of
from reticent_contract.redact.forms import canonical_form
from reticent_contract.redact.hits import Kind
from reticent_contract.redact.keys import KeyRing, Scope, token_of
from reticent_contract.redact.own import OwnIdentifiers
from reticent_contract.redact.own_matcher import Identity
from reticent_contract.redact.scanner import Scanner, Substitute
from reticent_contract.redact.sealed import sealer
from reticent_contract.redact.tokens import embedded
from reticent_contract.rows import Pseudonym

_CACHED_CHARS_MAX = 256


class PlanBench:
    """Lends the actions their tools while the plan is compiled."""

    def __init__(self, policy: Policy, keys: KeyRing, own: OwnIdentifiers) -> None:
        self._policy = policy
        self._keys = keys
        self._own = own

    def pseudonymise(self, *, domain: str, scope: Scope, form: Form) -> Callable[[str], Result]:
        if self._has_no_key(scope):
            return lambda _value: FAILED
        epoch = self._epoch(scope)
        sub_key = self._keys.sub_key(scope=scope, epoch=epoch, domain=domain)

        def make(value: str) -> Result:
            canonical = canonical_form(form, value, phone_region=self._policy.phone_region)
            if canonical is None:
                return FAILED
            return Pseudonym(domain, epoch, token_of(sub_key, canonical))

        cached = lru_cache(maxsize=PSEUDONYM_CACHE_MAX)(make)
        return lambda value: cached(value) if len(value) <= _CACHED_CHARS_MAX else make(value)

    def _has_no_key(self, scope: Scope) -> bool:
        """True for what only the laptop itself can make: each such value fails and is counted."""
        return scope == "device" and not self._keys.is_of_a_laptop

    def _epoch(self, scope: Scope) -> int:
        """The policy's. PolicyError where its key is needed and not here."""
        epoch = self._policy.epoch
        if scope == "fleet" and not self._keys.has(epoch):
            raise PolicyError(
                f"the key of pseudonym epoch {epoch} is not here",
                next_step="connect to the server to get the key, then try again",
            )
        return epoch

    def day_shift(
        self, *, domain: str, scope: Scope, form: Form, days: int
    ) -> Callable[[str], int | None]:
        if self._has_no_key(scope):
            return lambda _value: None
        sub_key = self._keys.sub_key(
            scope=scope, epoch=self._epoch(scope), domain=domain, use="date-shift"
        )

        @lru_cache(maxsize=DATE_SHIFTS_CACHED_MAX)
        def shift(value: str) -> int | None:
            canonical = canonical_form(form, value) if len(value) <= _CACHED_CHARS_MAX else None
            return None if canonical is None else shift_us(sub_key, canonical, days=days)

        return shift

    def sealer(self, place: Place) -> Callable[[str], str]:
        key = self._policy.seal_key
        if key is None:  # `parse` refuses such a policy
            raise PolicyError("the policy names no seal key", next_step="give it `seal: {key: …}`")
        return sealer(key, f"{place.table}.{place.field.name}")

    def scanner(self, treatments: Mapping[str, Treatment], place: Place) -> Apply:
        scanner = Scanner(
            treatments,
            bytes_max=place.field.bytes_max,
            own=self._own,
            substitute=self._substitute(treatments),
            substitute_own=self._substitute_own(treatments["own"]),
            detectors=self._policy.detectors,
            allow=self._policy.allow,
        )
        return scanner.__call__  # Python calls a method faster than an object

    def _substitute(self, treatments: Mapping[str, Treatment]) -> Substitute:
        """What stands in the place of a finding. One that has no canonical form is replaced."""
        makers: dict[Kind, Callable[[str], str | None]] = {}
        for name, both in treatments.items():
            for tier in ("A", "B"):
                treatment = both.of(tier)
                if treatment.kind == "pseudonymise":
                    make = self.pseudonymise(
                        domain=self._policy.scan_domain_of(name),
                        scope=treatment.scope,
                        form=self._policy.detectors[name].form,
                    )
                    makers[name, tier] = _embedding(make)
                elif treatment.kind == "ip_prefix":
                    makers[name, tier] = _prefixing(treatment)

        def substitute(name: str, tier: str, value: bytes) -> bytes:
            maker = makers.get((name, tier))
            text = maker(value.decode("utf-8", "replace")) if maker is not None else None
            return f"<{name}>".encode() if text is None else text.encode()

        return lru_cache(maxsize=PSEUDONYM_CACHE_MAX)(substitute)

    def _substitute_own(self, treatment: Treatment) -> Callable[[Identity], bytes]:
        """An own identifier has the pseudonym of the field it was learned from, so it joins."""
        if treatment.kind != "pseudonymise":
            return lambda _identity: b"<own>"

        @lru_cache(maxsize=PSEUDONYM_CACHE_MAX)
        def substitute(identity: Identity) -> bytes:
            domain, scope = self._policy.domain_of(identity.table, identity.field), treatment.scope
            table = self._policy.tables.get(identity.table)
            rule = table.rules.get(identity.field) if table is not None else None
            if self._policy.is_linked("scan:own"):
                domain = self._policy.scan_domain_of("own")
            elif rule is not None and isinstance(rule.action, Pseudonymise):
                scope = rule.action.scope
            make = _embedding(self.pseudonymise(domain=domain, scope=scope, form=identity.form))
            text = make(identity.canonical)
            return b"<own>" if text is None else text.encode()

        return substitute


def _embedding(make: Callable[[str], Result]) -> Callable[[str], str | None]:
    def embed(value: str) -> str | None:
        result = make(value)
        if not isinstance(result, Pseudonym):
            return None
        return embedded(result.domain, result.epoch, result.token)

    return embed


def _prefixing(treatment: Treatment) -> Callable[[str], str | None]:
    return lambda value: prefix_of(value, v4=treatment.v4, v6=treatment.v6)
