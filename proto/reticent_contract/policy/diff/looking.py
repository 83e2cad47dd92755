"""Differences in what the detectors look for: a policy's own ones, the region, the exceptions.

Enters: two policies. Leaves: what is looked for that was not, and the other way round. Must hold:
"less" is said only of what can hide and nothing else. Of findings that overlap the most protective
treatment wins over all that they cover (`redact/search.py`), so one finding more can only hide
more, unless it makes a fleet's pseudonym of what had one laptop's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy.diff.model import Change
from reticent_contract.policy.diff.ranks import Direction
from reticent_contract.policy.lint.places import scans_of
from reticent_contract.policy.model import Policy
from reticent_contract.reading import Path
from reticent_contract.redact.actions import Scan
from reticent_contract.redact.allow import read_allowed
from reticent_contract.redact.detectors.model import Tier

ALLOW = "allow"  # exact values and networks that are exceptions from the detectors
_TIERS: tuple[Tier, ...] = ("A", "B")
_WEIGHT = 3  # with the other differences beside the rules
_UNWEIGHED = "which cannot be weighed"


def own_detectors(before: Policy, after: Policy, catalog: Catalog) -> Iterator[Change]:
    """The policy's own ones, by name. What is done with their findings, the rules' changes say."""
    was, is_now = (_mapping(policy.document.get("detectors")) for policy in (before, after))
    for name in {**was, **is_now}:
        path = ("detectors", name)
        old, new = (_mapping(said.get(name)) for said in (was, is_now))
        if name not in was:
            hides = all(_only_hides(scan, name) for _, scan in scans_of(after, catalog))
            said = f"the detector {name} is new, and what it finds "
            said += "is hidden" if hides else f"is kept or joined somewhere, {_UNWEIGHED}"
            yield _change(path, "less" if hides else "more", said)
        elif name not in is_now:
            yield _change(
                path, "more", f"what the detector {name} found is not looked for any more"
            )
        elif _without_sentence(old) != _without_sentence(new):
            yield _change(path, "more", f"the detector {name} is set otherwise, {_UNWEIGHED}")
        elif old != new:
            yield _change(path, "same", f"the detector {name} is described otherwise")


def phone_region(before: Policy, after: Policy, catalog: Catalog) -> Iterator[Change]:
    """With a region more numbers are found, and none of the others in another way."""
    path, region = ("scan", "phone_region"), after.phone_region
    if before.phone_region == region:
        return
    if region is None:
        said = f"national phone numbers of {before.phone_region} are not looked for any more"
        yield _change(path, "more", said)
    elif before.phone_region is not None:
        said = f"national phone numbers are those of {region} in the place of {before.phone_region}"
        yield _change(path, "more", f"{said}, {_UNWEIGHED}")
    else:
        hides = all(_only_hides(scan, "phone") for _, scan in scans_of(after, catalog))
        said = f"national phone numbers of {region} are now looked for, too"
        said += "" if hides else f", and kept or joined somewhere, {_UNWEIGHED}"
        yield _change(path, "less" if hides else "more", said)


def exceptions(before: Policy, after: Policy) -> Iterator[Change]:
    """Values that no detector takes. They are the author's own words, so they are repeated."""
    old, new = (_texts(policy.document.get(ALLOW)) for policy in (before, after))
    for text in [text for text in new if text not in old]:
        if _is_covered(text, old):
            said = f"{text} is left in the clear as before, it was within a broader exception"
            yield _change((ALLOW,), "same", said)
        else:
            said = f"{text} is now left in the clear wherever it is found"
            yield _change((ALLOW,), "more", said)
    for text in [text for text in old if text not in new]:
        if _is_covered(text, new):
            said = f"{text} stays an exception from the detectors, within a broader one"
            yield _change((ALLOW,), "same", said)
        else:
            said = f"{text} is no longer an exception from the detectors"
            yield _change((ALLOW,), "less", said)


def _change(path: Path, direction: Direction, sentence: str) -> Change:
    return Change(
        place=".".join(map(str, path)),
        path=path,
        direction=direction,
        sentence=sentence,
        is_personal=True,
        weight=(_WEIGHT, 0),
    )


def _only_hides(scan: Scan, name: str) -> bool:
    """Whether a finding more of this detector can only hide more in what is scanned."""
    treatment = scan.treatments.get(name)
    if treatment is None:
        return False
    parts = [treatment.of(tier) for tier in _TIERS]
    others = [other.of(tier) for other in scan.treatments.values() for tier in _TIERS]
    one_laptops = any(o.kind == "pseudonymise" and o.scope == "device" for o in others)
    return all(
        part.kind in ("drop_value", "replace")
        or (part.kind == "pseudonymise" and (part.scope == "device" or not one_laptops))
        for part in parts
    )


def _is_covered(text: str, listed: list[str]) -> bool:
    """Whether each value that `text` excepts is excepted by one of `listed`, too."""
    value, _ = read_allowed(text)
    if value is None:
        return False
    for other in listed:
        known, _ = read_allowed(other)
        if value == known:
            return True
        if known is None or isinstance(value, str) or isinstance(known, str):
            continue
        if (
            value.version == known.version
            and value.prefixlen >= known.prefixlen
            and value.network_address in known
        ):
            return True
    return False


def _texts(listed: object) -> list[str]:
    return [str(item) for item in listed] if isinstance(listed, list) else []


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _without_sentence(said: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in said.items() if key != "sentence"}
