"""The server's second lock: what may stand in a column and in a value, by the same policy.

Enters: what a batch claims to hold. Leaves: None, or why it must be refused, without its values.
Must hold: shares no state with the plan; a field without a rule is never admitted.
"""

from __future__ import annotations

from reticent_contract.catalog.model import Catalog, FieldClass, Type
from reticent_contract.policy.model import Policy
from reticent_contract.redact.actions import Action, Scan
from reticent_contract.redact.tokens import find_tokens, parse_pseudonym
from reticent_contract.rows import Scalar

_ENCODINGS = {
    Type.TEXT: ("text", "pseudonym"),
    Type.TEXTS: ("texts", "pseudonyms"),
    Type.INTEGER: ("integer", ""),
    Type.TIMESTAMP: ("integer", ""),
    Type.REAL: ("real", ""),
    Type.BOOLEAN: ("boolean", ""),
}


class Admission:
    """For one policy and the server's catalog. Immutable, hence thread-safe."""

    def __init__(self, policy: Policy, catalog: Catalog) -> None:
        self._policy = policy
        self._catalog = catalog
        own_fields = {
            policy.domain_of(table.name, field.name) for table in catalog for field in table.fields
        }
        self._domains = frozenset(
            {policy.scan_domain_of(name) for name in policy.detectors} | own_fields
        )

    def column_problem(
        self,
        table: str,
        event: str,
        field: str,
        *,
        encoding: str,
        domain: str | None = None,
        epoch: int | None = None,
    ) -> str | None:
        """Why this column may not be here. `domain` and `epoch` are looked at for pseudonyms."""
        known = self._catalog.get(table)
        if known is None:
            return f"table {table!r} is not in the catalog"
        if event not in known.events:
            return f"table {table} has no event {event!r}"
        entry = known.by_name.get(field)
        if entry is None:
            return f"table {table} has no field {field!r}"
        action = self._action(table, field)
        if action is None or action.makes == "nothing":
            return f"the policy lets nothing of {table}.{field} out"
        clear, pseudonym = _ENCODINGS[entry.type]
        due = pseudonym if action.makes == "pseudonym" else clear
        if encoding != due:
            return f"{table}.{field} must come as {due}, not as {encoding}"
        if action.makes == "pseudonym":
            if domain != self._policy.domain_of(table, field):
                return f"the pseudonyms of {table}.{field} have a domain that is not the policy's"
            if epoch != self._policy.epoch:
                return f"the pseudonyms of {table}.{field} are not of epoch {self._policy.epoch}"
        return None

    def value_problem(self, table: str, field: str, value: Scalar) -> str | None:
        """Why the field's action cannot have made this value (of a list: this element)."""
        known = self._catalog.get(table)
        entry = known.by_name.get(field) if known is not None else None
        action = self._action(table, field)
        if entry is None or action is None:
            return f"the policy lets nothing of {table}.{field} out"
        problem = action.admits(entry, value)
        if problem is None and isinstance(value, str) and "pn:" in value:
            return self._pseudonyms_problem(action, field, value)
        return problem

    def _pseudonyms_problem(self, action: Action, field: str, value: str) -> str | None:
        """A pseudonym that the laptop wrote into text itself: only `scan` does, and only its own.

        Elsewhere it would pass for one that the server has completed with its second half.
        """
        tokens = list(find_tokens(value))
        if parse_pseudonym(value) is not None or (tokens and not isinstance(action, Scan)):
            return f"{field} holds a pseudonym in a place where the policy makes none"
        if any(d not in self._domains or e != self._policy.epoch for d, e, _ in tokens):
            return f"{field} holds a pseudonym of a domain or epoch that is not the policy's"
        return None

    def _action(self, table: str, field: str) -> Action | None:
        rules = self._policy.tables.get(table)
        rule = rules.rules.get(field) if rules is not None else None
        entry = self._catalog.get(table)
        if rule is None or entry is None or field not in entry.by_name:
            return None
        if entry.by_name[field].field_class is FieldClass.CREDENTIAL:
            return None
        return rule.action
