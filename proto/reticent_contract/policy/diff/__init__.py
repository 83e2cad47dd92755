"""Diff: what a policy reveals that another one did not, in words.

Enters: two policies. Leaves: every difference with its direction, the most sensitive first, and a
verdict. Must hold: what cannot be weighed counts as revealing more.
"""

from __future__ import annotations

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy.diff.fields import field_changes
from reticent_contract.policy.diff.model import Change, Comparison, in_order
from reticent_contract.policy.diff.ranks import RANKS, Direction
from reticent_contract.policy.diff.rest import rest_changes
from reticent_contract.policy.diff.telling import Told, told
from reticent_contract.policy.model import Policy


def compare(before: Policy, after: Policy, catalog: Catalog) -> Comparison:
    """What changes when `after` takes the place of `before`."""
    changes = [*field_changes(before, after, catalog), *rest_changes(before, after, catalog)]
    return Comparison(in_order(changes))


def reveals_more(before: Policy, after: Policy, catalog: Catalog) -> bool:
    """Whether `after` lets out anything that `before` does not. False also where they are equal."""
    return compare(before, after, catalog).verdict == "more"


__all__ = ["RANKS", "Change", "Comparison", "Direction", "Told", "compare", "reveals_more", "told"]
