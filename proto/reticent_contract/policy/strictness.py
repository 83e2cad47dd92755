"""What a policy reveals that another one does not.

Enters: two policies. Leaves: one `Change` for each field, finding and setting of which `new` lets
out more. Must hold: fail closed. Where it cannot be shown that `new` says at most what `old` said,
it counts as saying more; a word that this module does not know is such a case.

How actions are ordered stands in `ordering`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reticent_contract.policy.model import DENY_BY_DEFAULT, SCAN_PREFIX, Policy, Rule, TablePolicy
from reticent_contract.policy.ordering import (
    as_strict,
    compact,
    differing,
    said_of,
    said_treatment,
    treated_as_strictly,
)
from reticent_contract.reading import Path
from reticent_contract.redact.actions import Action, Drop, Pseudonymise, Scan

# Fields of `Policy` that are compared below, or that say nothing of what leaves.
_SETTLED = frozenset(
    {
        *("version", "not_before_s", "expires_s", "epoch", "link_groups", "tables", "tests"),
        *("group", "purpose", "legal_basis", "notice", "sha256", "document", "_domains"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing of which more leaves.

    `place`: what a person calls it: `log_line.message` for a field, `log_line:retention` for a
    setting of a table, `pseudonyms:epoch` for one of the policy. `part`: the detector, where only
    the treatment of its findings changed. `was` and `now` are words of the policy language.
    `path`: where in the document `new` says so.
    """

    place: str
    was: str
    now: str
    path: Path
    part: str | None = None

    def __str__(self) -> str:
        of = "" if self.part is None else f" ({self.part})"
        return f"{self.place}{of} was {self.was}, is now {self.now}"


def reveals_more(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Field by field in the order of `new`, then the settings. Empty: `new` is as strict."""
    found: list[Change] = []
    for name, table in new.tables.items():
        before = old.tables.get(name)
        found += _fields(old, new, name, before, table)
        if before is not None:
            found += _settings(name, before, table)
    return (*found, *_whole(old, new))


def _fields(
    old: Policy, new: Policy, name: str, before: TablePolicy | None, table: TablePolicy
) -> Iterator[Change]:
    for field, rule in table.rules.items():
        earlier = before.rules.get(field) if before is not None else None
        was: Action = Drop() if earlier is None else earlier.action
        place, path = f"{name}.{field}", _path_of(name, field, rule)
        yield from _changes(place, path, was, rule.action, unnamed=earlier is None)
        if not isinstance(was, Pseudonymise | Scan):
            continue
        if joined := _joined(new, place, rule.action) - _joined(old, place, was):
            now = f"in one link group with {', '.join(sorted(joined))}"
            yield Change(place=place, was="apart", now=now, path=("pseudonyms", "link_groups"))


def _path_of(table: str, field: str, rule: Rule) -> Path:
    """A rule without an id of its own names its key, which may be a wildcard."""
    head, _, key = rule.rule_id.partition(".")
    return ("tables", table, "fields", key if head == table and "*" in key else field)


def _changes(
    place: str, path: Path, was: Action, now: Action, *, unnamed: bool = False
) -> Iterator[Change]:
    if isinstance(was, Scan) and isinstance(now, Scan):
        for detector in dict.fromkeys((*was.treatments, *now.treatments)):
            one, other = was.treatments.get(detector), now.treatments.get(detector)
            if not treated_as_strictly(one, other):
                yield Change(
                    place=place,
                    part=detector,
                    was=said_treatment(one),
                    now=said_treatment(other),
                    path=(*path, "scan", detector),
                )
        for name in differing(was, now, besides={"treatments"}):
            yield Change(
                place=place, part=name, was="other", now="changed", path=(*path, "scan", name)
            )
    elif not as_strict(was, now):
        said = DENY_BY_DEFAULT if unnamed else said_of(was)
        yield Change(place=place, was=said, now=said_of(now), path=path)


def _joined(policy: Policy, place: str, action: Action) -> set[str]:
    """With which other fields the pseudonyms of this one agree."""
    if isinstance(action, Pseudonymise):
        members = {place}
    elif isinstance(action, Scan):
        made = (d for d, t in action.treatments.items() if t.kind == "pseudonymise")
        members = {SCAN_PREFIX + detector for detector in made}
    else:
        return set()
    groups = [set(listed) for listed in policy.link_groups.values() if members & set(listed)]
    return set().union(*groups) - {place}


def _settings(name: str, was: TablePolicy, now: TablePolicy) -> Iterator[Change]:
    if was.consent_required and not now.consent_required:
        yield _setting(name, "consent", "required", "not_required", "consent")
    if _longer(was.retention_days, now.retention_days):
        yield _setting(
            name,
            "retention",
            _said_days(was.retention_days),
            _said_days(now.retention_days),
            "retention" if now.retention_days is None else "retention_days",
        )
    for option, value in now.options.items():
        if not _reads_at_most(was.options.get(option), value):
            yield _setting(
                name,
                f"options.{option}",
                _said_option(was.options.get(option)),
                _said_option(value),
                "options",
                option,
            )


def _setting(table: str, what: str, was: str, now: str, *path: str) -> Change:
    return Change(place=f"{table}:{what}", was=was, now=now, path=("tables", table, *path))


def _longer(was: int | None, now: int | None) -> bool:
    return was is not None and (now is None or now > was)


def _reads_at_most(was: object, now: object) -> bool:
    if was == now or now in (None, False, ()):
        return True
    return isinstance(was, tuple) and isinstance(now, tuple) and set(now) <= set(was)


def _whole(old: Policy, new: Policy) -> Iterator[Change]:
    if new.epoch < old.epoch:
        # An earlier key again: what was parted by the newer one matches once more.
        yield Change(
            place="pseudonyms:epoch",
            was=str(old.epoch),
            now=str(new.epoch),
            path=("pseudonyms", "epoch"),
        )
    if old.expires_s is not None and (new.expires_s is None or new.expires_s > old.expires_s):
        yield Change(
            place="policy:expires",
            was=str(old.document.get("expires")),
            now=str(new.document.get("expires")),
            path=("expires",),
        )
    for name in differing(old, new, besides=_SETTLED):
        yield Change(place=f"policy:{name}", was="other", now="changed", path=(name,))


def _said_days(days: int | None) -> str:
    return "while_enrolled" if days is None else f"{days} days"


def _said_option(value: object) -> str:
    return "nothing" if value is None else compact(value)
