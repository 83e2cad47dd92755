"""Differences in what people were told: why, on which legal basis, by which notice.

Enters: the words of two policies. Leaves: both texts, side by side. Must hold: where personal data
leave, another purpose or legal basis counts as revealing more, as what was sent for one end is then
used for another (GDPR 5 (1) b, 13 (3)); so does a notice that is gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy.diff.model import Change
from reticent_contract.policy.diff.ranks import Direction
from reticent_contract.policy.lint.places import written_rules
from reticent_contract.policy.model import Policy

CHANGED_WORDS = ("purpose", "legal_basis", "notice")
_NAMES = {"legal_basis": "the legal basis"}
_WEIGHT = 4  # after what says more of a value


def changed_words(key: str, old: object, new: object, *, personal: bool) -> Iterator[Change]:
    """`personal`: whether the policy that comes after lets out anything personal."""
    was, is_now = _text(old), _text(new)
    if was == is_now:
        return
    name = _NAMES.get(key, f"the {key}")
    said = f"{name} was {_quoted(was)}, is now {_quoted(is_now)}"
    direction: Direction = "same"
    if personal and key in ("purpose", "legal_basis"):
        direction = "more"
        said += "; personal data that leave are used otherwise than people were told"
    elif personal and key == "notice" and not is_now:
        direction = "more"
        said += "; personal data leave, and nothing tells the people at the laptops any more"
    yield Change(
        place=key,
        path=(key,),
        direction=direction,
        sentence=said,
        is_personal=direction == "more",
        weight=(_WEIGHT, 0),
    )


def lets_out_personal(policy: Policy, catalog: Catalog) -> bool:
    return any(written.is_personal and written.leaves for written in written_rules(policy, catalog))


def _text(value: object) -> str:
    """On one line: what breaks a line must not pass for another difference."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _quoted(text: str) -> str:
    return (
        f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}" if text else "none"
    )
