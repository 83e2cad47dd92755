"""Differences beside the rules: what is read, for how long, with whose consent, what joins what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from reticent_contract.catalog.model import Catalog
from reticent_contract.policy.diff.looking import (
    ALLOW,
    exceptions,
    own_detectors,
    phone_region,
)
from reticent_contract.policy.diff.model import Change
from reticent_contract.policy.diff.promises import (
    CHANGED_WORDS,
    changed_words,
    lets_out_personal,
)
from reticent_contract.policy.diff.ranks import Direction
from reticent_contract.policy.lint.places import PERSONAL
from reticent_contract.policy.model import Policy, TablePolicy
from reticent_contract.policy.options import DETAILS
from reticent_contract.reading import Path
from reticent_contract.redact.actions import Drop

# Compared elsewhere, or without a bearing on what leaves.
_KNOWN = frozenset(
    (
        *CHANGED_WORDS,
        "language",
        "version",
        "group",
        "not_before",
        "expires",
        "pseudonyms",
        "tables",
        "tests",
    )
)
_DETAIL_WORDS = {
    "": "nothing",
    "site": "the site alone",
    "host": "the whole host name",
    "url": "the whole address of the page",
}
_ENDLESS_DAYS = 1_000_000
_TABLE, _WHOLE = 2, 3  # weights: after the fields of the same direction that name somebody


def rest_changes(before: Policy, after: Policy, catalog: Catalog) -> Iterator[Change]:
    for table in catalog:
        was, is_now = before.tables.get(table.name), after.tables.get(table.name)
        personal = any(field.field_class in PERSONAL for field in table.fields)
        yield from _options(table.name, was, is_now, personal=personal)
        if was is not None and is_now is not None:
            yield from _duties(table.name, was, is_now, personal=personal)
        else:
            yield from _consent_alone(table.name, was, is_now, personal=personal)
    yield from _epoch(before, after)
    yield from _links(before, after)
    yield from _beginning(before, after)
    yield from _expiry(before, after)
    yield from _device_group(before, after)
    yield from _words(before, after, catalog)


def _change(
    path: Path, direction: Direction, sentence: str, *, personal: bool = True, weight: int = _WHOLE
) -> Change:
    return Change(
        place=".".join(str(step) for step in path if step != "tables"),
        path=path,
        direction=direction,
        sentence=sentence,
        is_personal=personal,
        weight=(weight, 0),
    )


def _options(
    name: str, was: TablePolicy | None, is_now: TablePolicy | None, *, personal: bool
) -> Iterator[Change]:
    old: Mapping[str, object] = {} if was is None else was.options
    new: Mapping[str, object] = {} if is_now is None else is_now.options
    for option in {**old, **new}:
        path = ("tables", name, "options", option)
        before, after = old.get(option), new.get(option)
        if option == "detail":
            yield from _detail(path, before, after, personal=personal)
        elif isinstance(before, tuple | None) and isinstance(after, tuple | None):
            for item in [i for i in after or () if i not in (before or ())]:
                said = f"{item} is now read ({name}.{option})"
                yield _change(path, "more", said, personal=personal, weight=_TABLE)
            for item in [i for i in before or () if i not in (after or ())]:
                said = f"{item} is no longer read ({name}.{option})"
                yield _change(path, "less", said, personal=personal, weight=_TABLE)
        elif bool(before) is not bool(after):
            said = f"{name}.{option} is {'now' if after else 'no longer'} read"
            direction: Direction = "more" if after else "less"
            yield _change(path, direction, said, personal=personal, weight=_TABLE)
        elif before != after:
            said = f"{name}.{option} is set otherwise, which cannot be weighed"
            yield _change(path, "more", said, personal=personal, weight=_TABLE)


def _detail(path: Path, before: object, after: object, *, personal: bool) -> Iterator[Change]:
    """How much of a visit is read: nothing without the table, then as `DETAILS` says."""
    if before == after:
        return
    ranks = ("", *DETAILS)
    was, is_now = str(before or ""), str(after or "")
    more = ranks.index(is_now) > ranks.index(was)
    said = f"{path[1]}: {_DETAIL_WORDS[is_now]} is read of a visit, before {_DETAIL_WORDS[was]}"
    yield _change(path, "more" if more else "less", said, personal=personal, weight=_TABLE)


def _duties(
    name: str, was: TablePolicy, is_now: TablePolicy, *, personal: bool
) -> Iterator[Change]:
    if was.consent_required is not is_now.consent_required:
        no_longer = was.consent_required
        yield _change(
            ("tables", name, "consent"),
            "more" if no_longer else "less",
            f"{name} {'no longer needs' if no_longer else 'now needs'} the user's consent",
            personal=personal,
            weight=_TABLE,
        )
    if was.retention_days != is_now.retention_days:
        longer = (is_now.retention_days or _ENDLESS_DAYS) > (was.retention_days or _ENDLESS_DAYS)
        yield _change(
            ("tables", name, "retention" if is_now.retention_days is None else "retention_days"),
            "more" if longer else "less",
            f"{name} was kept {_days(was)}, is now kept {_days(is_now)}",
            personal=personal,
            weight=_TABLE,
        )


def _consent_alone(
    name: str, was: TablePolicy | None, is_now: TablePolicy | None, *, personal: bool
) -> Iterator[Change]:
    """Of a table that one of the policies lacks. What leaves of it, its fields' changes say."""
    if is_now is not None and _lets_out(is_now):
        asked = "only with" if is_now.consent_required else "without asking for"
        said = f"{name} was not read, now is, {asked} the user's consent"
    elif was is not None and was.consent_required and _lets_out(was):
        said = f"{name} is no longer read, so the user's consent is no longer asked for it"
    else:
        return
    path = ("tables", name, "consent")
    yield _change(path, "same", said, personal=personal, weight=_TABLE)


def _lets_out(table: TablePolicy) -> bool:
    return any(not isinstance(rule.action, Drop) for rule in table.rules.values())


def _days(table: TablePolicy) -> str:
    days = table.retention_days
    return "while the laptop is enrolled" if days is None else f"{days} days"


def _epoch(before: Policy, after: Policy) -> Iterator[Change]:
    if after.epoch > before.epoch:
        said = f"pseudonyms start anew with epoch {after.epoch}: they no longer match the old ones"
        yield _change(("pseudonyms", "epoch"), "less", said)
    elif after.epoch < before.epoch:
        said = f"pseudonyms go back to epoch {after.epoch}: they match old ones again"
        yield _change(("pseudonyms", "epoch"), "more", said)


def _pairs(policy: Policy) -> set[tuple[str, str]]:
    return {
        pair for members in policy.link_groups.values() for pair in combinations(sorted(members), 2)
    }


def _links(before: Policy, after: Policy) -> Iterator[Change]:
    old, new = _pairs(before), _pairs(after)
    for one, other in sorted(new - old):
        said = f"the pseudonyms of {one} and {other} now match, so that both can be joined"
        yield _change(("pseudonyms", "link_groups"), "more", said)
    for one, other in sorted(old - new):
        said = f"the pseudonyms of {one} and {other} no longer match"
        yield _change(("pseudonyms", "link_groups"), "less", said)
    groups = [{m: g for g, ms in p.link_groups.items() for m in ms} for p in (before, after)]
    renamed = sorted(m for m in groups[0].keys() & groups[1].keys() if groups[0][m] != groups[1][m])
    if renamed and old == new:
        said = f"the pseudonyms of {', '.join(renamed)} start anew under another name"
        yield _change(("pseudonyms", "link_groups"), "same", said)


def _beginning(before: Policy, after: Policy) -> Iterator[Change]:
    """Without a first day it takes effect at once; so it does from one before 1970, as no day is
    earlier than none."""
    was, is_now = max(0, before.not_before_s), max(0, after.not_before_s)
    if was != is_now:
        earlier = is_now < was
        said = f"the policy takes effect {'earlier' if earlier else 'later'}: {_first_day(after)}, "
        said += f"no longer {_first_day(before)}"
        yield _change(("not_before",), "more" if earlier else "less", said, personal=False)


def _first_day(policy: Policy) -> str:
    return f"on {policy.document['not_before']}" if policy.not_before_s > 0 else "at once"


def _expiry(before: Policy, after: Policy) -> Iterator[Change]:
    was, is_now = before.expires_s, after.expires_s
    if was != is_now:
        longer = is_now is None or (was is not None and is_now > was)
        said = (
            "holds without an end" if is_now is None else f"holds until {after.document['expires']}"
        )
        yield _change(
            ("expires",), "more" if longer else "less", f"the policy now {said}", personal=False
        )


def _device_group(before: Policy, after: Policy) -> Iterator[Change]:
    """Only where `after` itself says that it is for any: what names none is given its own group's
    name when it is published."""
    if before.group is not None and after.group is None and "group" in after.document:
        said = f"laptops of any group may run the policy, before those of {before.group!r} alone"
        yield _change(("group",), "more", said, personal=False)


def _words(before: Policy, after: Policy, catalog: Catalog) -> Iterator[Change]:
    for key in {**before.document, **after.document}:
        old, new = before.document.get(key), after.document.get(key)
        if old == new:
            continue
        if key in CHANGED_WORDS:
            yield from changed_words(key, old, new, personal=lets_out_personal(after, catalog))
        elif key == "seal":
            yield from _seal(before, after)
        elif key == ALLOW:
            yield from exceptions(before, after)
        elif key == "detectors":
            yield from own_detectors(before, after, catalog)
        elif key == "scan":
            yield from phone_region(before, after, catalog)
        elif key not in _KNOWN:
            yield _change((key,), "more", f"{key} is set otherwise, which cannot be weighed")


def _seal(before: Policy, after: Policy) -> Iterator[Change]:
    """To whom `seal` encrypts. What is sealed, the rules' changes say."""
    path = ("seal",)
    if before.seal_key is None:
        said = "a key to seal to is named for the first time; nothing was sealed before"
        yield _change(path, "same", said, personal=False)
    elif after.seal_key is None:
        yield _change(path, "same", "no key to seal to is named any more", personal=False)
    else:
        said = "seal names another key: whoever has that one can open what is sealed from now on"
        yield _change(path, "more", said)
