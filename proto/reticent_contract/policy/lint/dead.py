"""Lints for what has no effect: the author meant something that does not happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reticent_contract.policy.lint.model import Context, Spot
from reticent_contract.policy.lint.places import (
    Written,
    fields_path,
    given_keys,
    is_pseudonymised,
    keys_of,
    learned_by_own,
    scans_of,
    teaches_own,
    treats,
    written_rules,
)
from reticent_contract.policy.model import SCAN_PREFIX, TablePolicy
from reticent_contract.redact.actions import CountOnly, Pseudonymise, Scan

_LINKS = ("pseudonyms", "link_groups")


def dead_wildcards(context: Context) -> Iterator[Spot]:
    for name in context.policy.tables:
        table = context.catalog.get(name)
        if table is None:
            continue
        deciding = set(keys_of(context.policy, table).values())
        for key in given_keys(context.policy, name):
            if "*" in key and key not in deciding:
                yield Spot(
                    (*fields_path(name), key),
                    f"every field that {key!r} covers has a rule of its own or a longer wildcard",
                    "remove the wildcard, or the rules that stand in its way",
                )


def dead_link_members(context: Context) -> Iterator[Spot]:
    policy, catalog = context.policy, context.catalog
    pseudonymised = {w.name for w in written_rules(policy, catalog) if is_pseudonymised(w)}
    own = treats(policy, catalog, "own", "pseudonymise")
    for group, members in policy.link_groups.items():
        for i, member in enumerate(members):
            if member.startswith(SCAN_PREFIX):
                used = treats(policy, catalog, member.removeprefix(SCAN_PREFIX), "pseudonymise")
            else:
                table, _, field = member.partition(".")
                entry = catalog.tables[table].by_name[field]
                used = member in pseudonymised or (own and learned_by_own(entry))
            if not used:
                yield Spot(
                    (*_LINKS, group, i),
                    f"{member} is in link group {group}, and no rule pseudonymises it",
                    "pseudonymise it, or take it out of the group",
                )


def lonely_link_groups(context: Context) -> Iterator[Spot]:
    for group, members in context.policy.link_groups.items():
        if len(members) < 2:
            yield Spot(
                (*_LINKS, group),
                f"link group {group} has {len(members)} members, so it joins nothing",
                "name the fields whose pseudonyms are to agree, or remove the group",
            )


def differing_scopes(context: Context) -> Iterator[Spot]:
    scopes: dict[str, dict[str, str]] = {}
    groups = {m: g for g, members in context.policy.link_groups.items() for m in members}
    for written in written_rules(context.policy, context.catalog):
        action = written.rule.action
        if isinstance(action, Pseudonymise) and written.name in groups:
            scopes.setdefault(groups[written.name], {})[written.name] = action.scope
    for group, by_member in scopes.items():
        if len(set(by_member.values())) > 1:
            said = ", ".join(f"{member}: {scope}" for member, scope in by_member.items())
            yield Spot(
                (*_LINKS, group),
                f"the members of link group {group} differ in scope ({said}), so they never agree",
                "give all of them one scope",
            )


def _sends(table: TablePolicy) -> bool:
    return any(
        rule.action.makes != "nothing" or isinstance(rule.action, CountOnly)
        for rule in table.rules.values()
    )


def tiers_that_cannot_occur(context: Context) -> Iterator[Spot]:
    for written, scan in scans_of(context.policy, context.catalog):
        for name, treatment in scan.treatments.items():
            named = name in _named(context, written)
            tiers = {finder.tier for finder in context.policy.detectors[name].finders}
            if named and treatment.tier_b is not None and len(tiers) == 1:
                yield Spot(
                    (*written.path, Scan.name, name),
                    f"the detector {name} finds nothing of tier {'B' if 'A' in tiers else 'A'}",
                    f"write the treatment of tier {min(tiers)} alone",
                )


def _named(context: Context, written: Written) -> Mapping[str, object]:
    """The detectors that a scan names itself; the others have what `otherwise` says."""
    at: object = context.policy.document
    for step in (*written.path, Scan.name):
        at = at.get(str(step)) if isinstance(at, Mapping) else None
    return at if isinstance(at, Mapping) else {}


def silent_tables(context: Context) -> Iterator[Spot]:
    scans = scans_of(context.policy, context.catalog)
    learning = any(scan.treatments["own"].kind != "keep" for _, scan in scans)
    for name, table in context.policy.tables.items():
        entry = context.catalog.get(name)
        if learning and entry is not None and teaches_own(entry):
            continue  # what the laptop learns from it is looked for in its logs
        if not _sends(table):
            with_options = any(table.options.values())
            yield Spot(
                ("tables", name),
                f"no field of {name} leaves"
                + (", and yet its options have it read on every laptop" if with_options else ""),
                "leave the table out, or give a field a rule that lets something leave",
            )


def unread_tables(context: Context) -> Iterator[Spot]:
    for name, table in context.policy.tables.items():
        if table.options and not any(table.options.values()) and _sends(table):
            yield Spot(
                ("tables", name),
                f"{name} has rules, and its options have nothing read: "
                + ", ".join(sorted(table.options)),
                "set an option, or leave the table out",
            )


def shared_rule_ids(context: Context) -> Iterator[Spot]:
    first: dict[str, tuple[str, object]] = {}
    for written in written_rules(context.policy, context.catalog):
        rule = written.rule
        name, action = first.setdefault(rule.rule_id, (written.name, rule.action))
        if action != rule.action:
            yield Spot(
                written.path,
                f"the id {rule.rule_id} is that of {name}'s rule too, which does something else; "
                "counts and reports cannot tell them apart",
                "give each rule an id of its own",
            )
