"""The `seal` of a policy: the public key to which `seal` encrypts.

seal: {key: "x25519:…"}        or p256:…, as `reticent-server policy seal-key new` prints it
"""

from __future__ import annotations

from collections.abc import Mapping

from reticent_contract.limits import SEAL_KEY_CHARS_MAX
from reticent_contract.policy.model import TablePolicy
from reticent_contract.reading import At
from reticent_contract.redact.actions import Seal
from reticent_contract.redact.sealed import SealError, SealKey, parse_seal_key


def read_seal(at: At, value: object) -> SealKey | None:
    given = at.mapping(value, known=("key",))
    inside = at.at("key")
    if "key" not in given:
        at.problem("key is missing: the public key that `policy seal-key new` printed")
        return None
    text = inside.text(given["key"], chars_max=SEAL_KEY_CHARS_MAX)
    if text is None:
        return None
    try:
        return parse_seal_key(text)
    except SealError as error:
        inside.problem(str(error))
        return None


def refuse_without_key(at: At, tables: Mapping[str, TablePolicy]) -> None:
    """A rule that seals needs a key to seal to."""
    for table in tables.values():
        for rule in table.rules.values():
            if isinstance(rule.action, Seal):
                at.at(table.table).at("fields").at(rule.field).problem(
                    "is to be sealed, but the policy names no key; add seal: {key: …}, which "
                    "`reticent-server policy seal-key new` makes"
                )
