"""What the author of a version wrote, comments and all, shown only where it says what was signed.

Enters: a stored text, the version it is kept with, the policy that version was laid over. Leaves:
whether the two say the same. Must hold: nobody reads a text as the policy of the laptops that is
not; so the text is read, flattened and bound to its group anew, and has to come out as the signed
bytes. Only its number is not compared: publication gives it, also where the text has another one
(a rollback republishes an older text).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import PolicyError, canonical_bytes

from reticent_server.policies.flatten import flatten, read_difference
from reticent_server.policies.published import AuthorText, PublishedPolicy
from reticent_server.policies.publishing import for_group
from reticent_server.policies.yaml_source import load_yaml

NOT_KEPT = "its author's text was not kept"
OTHERWISE = (
    "the text that is kept of it does not say what was signed: it was changed in the control "
    "store, or this version of Reticent reads it otherwise"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """`text` is proved; None: there is nothing to show but what was signed, and `why`."""

    text: AuthorText | None
    why: str = ""


def proved(
    stored: bytes | None,
    policy: PublishedPolicy,
    parent: Mapping[str, object] | None,
    catalog: Catalog,
) -> ShownText:
    """`parent`: the document that the version was laid over; None where it extends nothing."""
    if stored is None or policy.text_by is None:
        return ShownText(text=None, why=NOT_KEPT)
    try:
        text = stored.decode()
        same = _says(text, policy, parent, catalog) == policy.canonical_json
    except (PolicyError, UnicodeDecodeError):
        same = False
    if not same:
        return ShownText(text=None, why=OTHERWISE)
    return ShownText(text=AuthorText(text=text, author=policy.text_by))


def _says(
    text: str, policy: PublishedPolicy, parent: Mapping[str, object] | None, catalog: Catalog
) -> bytes | None:
    """The canonical bytes of what the text says under the version's number."""
    document: Mapping[str, object] = load_yaml(text)
    difference = read_difference(document)
    if difference is not None:
        extends = policy.extends
        if extends is None or parent is None or difference.extends != extends.parent_group:
            return None
        document = flatten(parent, difference.says, catalog)
    elif policy.extends is not None:
        return None
    return canonical_bytes({**for_group(document, policy.group), "version": policy.version})
