"""A policy that says only what differs from another one, as one closed document.

    extends: GROUP           whose policy in force it builds on (a file for the command line)
    looser: [PLACE, …]       where it lets out more than that one, on purpose
    …                        what differs; see `flatten` for how it is laid over the other

Enters: both documents. Leaves: a document without `extends` and `looser`, which no agent and no
signature ever sees. Must hold: what lets out more than the policy that is extended is refused, but
for the places that say so; a place that says so for nothing is refused as dead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reticent_contract.catalog.model import Catalog, FieldClass, Table
from reticent_contract.limits import NAME_CHARS_MAX, POLICY_PATH_CHARS_MAX, POLICY_RULES_MAX
from reticent_contract.policy import Policy, PolicyError, parse_policy
from reticent_contract.policy.diff import compare
from reticent_contract.policy.parse import EXTENDS, LOOSER, REQUIRED
from reticent_contract.reading import At, Path, Problem

_OF_THE_VERSION_ALONE = ("version", "group")  # never taken over
_NEEDED = tuple(key for key in REQUIRED if key not in _OF_THE_VERSION_ALONE)
_NEXT = "correct these places and publish again"


class CircleError(PolicyError):
    """The group would extend itself, by way of what it extends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A document that extends another one. `says` is the rest of it."""

    extends: str
    looser: tuple[str, ...]
    says: Mapping[str, object]


def read_difference(document: Mapping[str, object]) -> Difference | None:
    """None where the document stands on its own. PolicyError with places."""
    problems: list[Problem] = []
    at = At(problems)
    if EXTENDS not in document:
        if LOOSER in document:
            at.at(LOOSER).problem(f"only a policy that {EXTENDS} another one can be looser")
            raise PolicyError("the policy was refused", problems, next_step=_NEXT)
        return None
    name_chars = max(NAME_CHARS_MAX, POLICY_PATH_CHARS_MAX)
    name = at.at(EXTENDS).text(document[EXTENDS], chars_max=name_chars)
    inside = at.at(LOOSER)
    said = document.get(LOOSER)  # nothing is nowhere
    listed = [] if said is None else inside.items(said, items_max=POLICY_RULES_MAX)
    looser: list[str] = []
    for i, item in enumerate(listed):
        place = inside.at(i).text(item, chars_max=2 * NAME_CHARS_MAX)
        if place in looser:
            inside.at(i).problem("stands twice")
        elif place is not None:
            looser.append(place)
    for key in _NEEDED:
        if key in document and document[key] is None:
            at.at(key).problem(
                "every policy needs it, so it cannot be taken away; leave it out to take over what "
                "the other one says"
            )
    if problems or name is None:
        raise PolicyError("the policy was refused", problems, next_step=_NEXT)
    rest = {key: value for key, value in document.items() if key not in (EXTENDS, LOOSER)}
    return Difference(extends=name, looser=tuple(looser), says=rest)


def flatten(
    parent: Mapping[str, object], says: Mapping[str, object], catalog: Catalog
) -> dict[str, object]:
    """`says` laid over `parent`: mappings key by key, anything else whole. Where `says`
    has nothing (null) for a key, what the other one said there is taken away.

    - A field's rule replaces the other one; of two that scan, what is said of each detector does.
    - A wildcard replaces what was said of the fields that it covers, by name or by wildcard.
    - `retention` and `retention_days` replace each other.
    - The other's tests are taken over for tables that `says` does not speak of; none of them where
      its tests are nothing.
    """
    base = {key: value for key, value in parent.items() if key not in _OF_THE_VERSION_ALONE}
    tests = _tests_still_true(base.pop("tests", None), says)
    base_tables, says_tables = base.get("tables"), says.get("tables")
    flat = _laid_over(base, {key: v for key, v in says.items() if key not in ("tables", "tests")})
    if "tables" in says and not isinstance(says_tables, dict):
        flat["tables"] = says_tables  # refused when it is read, at its place
    elif isinstance(base_tables, dict) and isinstance(says_tables, dict):
        flat["tables"] = _tables(base_tables, says_tables, catalog)
    own = says.get("tests")
    own = [] if own is None else own
    flat["tests"] = [*tests, *own] if isinstance(own, list) else own
    return flat


def tests_left_out(parent: Mapping[str, object], says: Mapping[str, object]) -> list[str]:
    """Names of the other one's tests that are not taken over, and that `says` has none of.

    Of a table that is taken away nothing leaves, so its tests have nothing to hold to.
    """
    tests, own = parent.get("tests"), says.get("tests")
    gone = {name for name, table in _mapping(says.get("tables")).items() if table is None}
    if not isinstance(tests, list):
        return []
    kept = [*_tests_still_true(tests, says), *(own if isinstance(own, list) else ())]
    names = {_mapping(test).get("name") for test in kept}
    return [
        str(name)
        for test in tests
        if (name := _mapping(test).get("name")) not in names and not _tables_of(test) & gone
    ]


def flatten_checked(
    parent: Mapping[str, object], difference: Difference, catalog: Catalog
) -> dict[str, object]:
    """As `flatten`, for a document that is in no group yet. PolicyError also where it lets out
    more than `parent` in a place that does not say so."""
    flat = flatten(parent, difference.says, catalog)
    before = parse_policy({**parent, "version": 1}, catalog)
    child = parse_policy({**flat, "version": 1}, catalog)
    check_strictness(before, child, difference, catalog)
    return flat


def lines_of_flat(
    lines: Mapping[Path, int],
    parent: Mapping[str, object],
    difference: Difference,
    catalog: Catalog,
) -> dict[Path, int]:
    """Where the flat document's places stand in the author's text: its tests come after those
    that are taken over, and what it does not say itself, `extends` says."""
    taken_over = flatten(parent, {**difference.says, "tests": []}, catalog)["tests"]
    first = len(taken_over) if isinstance(taken_over, list) else 0
    placed: dict[Path, int] = {}
    for path, line in lines.items():
        if len(path) > 1 and path[0] == "tests" and isinstance(path[1], int):
            placed["tests", path[1] + first, *path[2:]] = line
        else:
            placed[path] = line
    return {**placed, (): lines[EXTENDS,]}


def parent_refused(name: str, error: PolicyError) -> PolicyError:
    """What is wrong with the policy that is extended, whose lines are those of another text."""
    said = f"{name} was refused itself: {'; '.join(error.problems)}"
    return PolicyError("the policy was refused", [Problem((EXTENDS,), said)], next_step=_NEXT)


def check_strictness(
    parent: Policy, child: Policy, difference: Difference, catalog: Catalog
) -> None:
    """PolicyError where `child` lets out more than `parent` in a place that does not say so."""
    changes = [c for c in compare(parent, child, catalog).changes if c.direction == "more"]
    problems = [
        Problem(
            _written(change.path, difference),
            f"lets out more than {difference.extends!r} does: {change.sentence}; make it stricter, "
            f"or list {change.place!r} under {LOOSER}",
        )
        for change in changes
        if not any(_covers(place, change.place) for place in difference.looser)
    ]
    problems += [
        Problem(
            (LOOSER, i), f"{place!r} is not looser than in {difference.extends!r}; leave it out"
        )
        for i, place in enumerate(difference.looser)
        if not any(_covers(place, change.place) for change in changes)
    ]
    if problems:
        raise PolicyError(
            f"the policy was refused, it is not as strict as {difference.extends!r}",
            problems,
            next_step=_NEXT,
        )


def _covers(listed: str, place: str) -> bool:
    """`log_line.message` stands for what each detector finds in it, too, and `detectors` for each
    of them, as it did before they were told apart; no table stands for its fields."""
    of_many = listed.count(".") == 1 or listed in ("detectors", "scan")
    return place == listed or (of_many and place.startswith(f"{listed}."))


def _laid_over(base: Mapping[str, object], says: Mapping[str, object]) -> dict[str, object]:
    flat = dict(base)
    for key, value in says.items():
        before = flat.get(key)
        if value is None:
            flat.pop(key, None)
        elif isinstance(before, dict) and isinstance(value, dict):
            flat[key] = _laid_over(before, value)
        else:
            flat[key] = value
    return flat


def _tables(
    base: Mapping[str, object], says: Mapping[str, object], catalog: Catalog
) -> dict[str, object]:
    flat = dict(base)
    for name, value in says.items():
        before, table = flat.get(name), catalog.get(name)
        if value is None:
            flat.pop(name, None)
        elif isinstance(before, dict) and isinstance(value, dict) and table is not None:
            flat[name] = _table(before, value, table)
        else:
            flat[name] = value
    return flat


def _table(
    base: Mapping[str, object], says: Mapping[str, object], table: Table
) -> dict[str, object]:
    kept = dict(base)
    if "retention" in says or "retention_days" in says:
        kept.pop("retention", None)
        kept.pop("retention_days", None)
    flat = _laid_over(kept, {key: value for key, value in says.items() if key != "fields"})
    before, fields = base.get("fields"), says.get("fields")
    if isinstance(before, dict) and isinstance(fields, dict):
        flat["fields"] = _fields(before, fields, table)
    elif "fields" in says:
        flat["fields"] = fields
    return flat


def _fields(
    base: Mapping[str, object], says: Mapping[str, object], table: Table
) -> dict[str, object]:
    wildcards = [key for key in says if "*" in key]
    covered = {name for key in wildcards for name in _covered(key, table)}
    flat = _written_out(base, table) if wildcards else dict(base)
    flat = {key: rule for key, rule in flat.items() if key not in covered}
    for key, rule in says.items():
        before = base.get(key)
        if rule is None:
            flat.pop(key, None)
        elif (treated := _scan_of(before)) is not None and (named := _scan_of(rule)) is not None:
            both = {name: how for name, how in (treated | named).items() if how is not None}
            flat[key] = {**_mapping(before), **_mapping(rule), "scan": both}
        else:
            flat[key] = rule
    return flat


def _written_out(base: Mapping[str, object], table: Table) -> dict[str, object]:
    """Without wildcards of its own: else a longer one would win over a shorter one laid over it."""
    flat: dict[str, object] = {}
    for key in sorted((key for key in base if "*" in key), key=len):
        flat |= dict.fromkeys(_covered(key, table), base[key])
    return flat | {key: rule for key, rule in base.items() if "*" not in key}


def _covered(key: str, table: Table) -> list[str]:
    head, _, tail = key.partition("*")
    return [
        field.name
        for field in table.fields
        if field.field_class is FieldClass.TECHNICAL
        and len(field.name) >= len(head) + len(tail)
        and field.name.startswith(head)
        and field.name.endswith(tail)
    ]


def _scan_of(rule: object) -> dict[str, object] | None:
    scan = _mapping(rule).get("scan")
    return scan if isinstance(scan, dict) else None


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _tests_still_true(tests: object, says: Mapping[str, object]) -> list[object]:
    """Tests of tables that nothing new is said of; none where pseudonyms are made otherwise, or
    where they are taken away."""
    taken_away = "tests" in says and says["tests"] is None
    if not isinstance(tests, list) or "pseudonyms" in says or taken_away:
        return []
    spoken_of = says.get("tables")
    names = set(spoken_of) if isinstance(spoken_of, dict) else set()
    return [test for test in tests if not _tables_of(test) & names]


def _tables_of(test: object) -> set[str]:
    if not isinstance(test, dict):
        return set()
    learned = test.get("learned")
    rows = [test.get("given"), *(learned if isinstance(learned, list) else ())]
    return {str(key).partition(".")[0] for row in rows if isinstance(row, dict) for key in row}


def _written(path: Path, difference: Difference) -> Path:
    """The part of a place that the author of the difference wrote."""
    node: object = difference.says
    for depth, step in enumerate(path):
        if not isinstance(node, Mapping) or step not in node:
            return path[:depth] or (EXTENDS,)
        node = node[step]
    return path
