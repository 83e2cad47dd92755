"""The row path: rows of every table through compiled policies, under what must always hold.

Rows have values of the right type and of wrong ones, lists that are too long, fields and events
that no table has; their texts are those of `fuzz_lines`. Policies are the default one, one that
scans every text, and some in which each field has an action drawn at random. For each row: the
plan does not raise; every value is counted once, and a text is never a failure of scan; what leaves
is what the server lets in, within its bound; a value that was planted is in no field whose action
hides it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from redact.fuzz_lines import OWN, Made, left_of, line
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Field, Kind, Table, Type
from reticent_contract.limits import VALUE_LIST_MAX
from reticent_contract.policy import Policy, default_policy_yaml, parse_policy
from reticent_contract.reading import At
from reticent_contract.redact import Admission, KeyRing, Plan, compile_plan
from reticent_contract.redact.actions import ACTIONS
from reticent_contract.redact.sealed import seal_key_of
from reticent_contract.rows import Pseudonym, RedactedRow, RedactedValue, Row
from reticent_server.policies.yaml_source import load_yaml

POLICIES = 12
KEYS = KeyRing({1: b"k" * 32}, b"d" * 32)
# What a field may have as its rule, where the action takes it.
RULES: tuple[object, ...] = (
    *("scan", "pseudonymise", "drop", "count_only", "keep", "ip_prefix", "seal"),
    {"scan": {"otherwise": "pseudonymise"}},
    {"scan": {"otherwise": {"tier_a": "pseudonymise", "tier_b": "drop_value"}}},
    {"scan": {"own": "pseudonymise", "ipv4": {"ip_prefix": {"v4": 16}}}},
    {"replace": {"with": "(gone)"}},
    {"mask": {"keep_last": 4}},
    {"truncate": {"characters": 3}},
    {"pseudonymise": {"scope": "device"}},
    {"generalise": {"to": "domain"}},
    {"bucket": {"width": 10}},
)
SHOWING = frozenset(("keep", "generalise", "bucket"))  # a part of what it was, or all of it
_STRANGE: tuple[object, ...] = (
    *(None, True, -1, 2**63, -(2**63) - 1, 1.5, float("nan"), float("inf"), b"ann@example.com"),
    *({"a": "PF3X9Z1K"}, ["PF3X9Z1K", 7, None], ("x",), (), object(), "", "\ud800"),
)


@dataclass(frozen=True, slots=True)
class MadeRow:
    """A raw row under policy `policy`, and of its texts those with something planted."""

    policy: int
    row: Row
    planted: Mapping[str, list[Made]] = field(default_factory=dict)


@lru_cache(maxsize=POLICIES)
def policy(number: int) -> tuple[Policy, Plan, Admission]:
    """The default one, one that scans every text, then those drawn at random."""
    document = load_yaml(default_policy_yaml()) if number == 0 else _document(number)
    parsed = parse_policy(document, CATALOG)
    plan = compile_plan(parsed, catalog=CATALOG, keys=KEYS, own=OWN)
    return parsed, plan, Admission(parsed, CATALOG)


def _document(number: int) -> Mapping[str, object]:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    random = Random(f"policy {number}")
    key = seal_key_of(X25519PrivateKey.from_private_bytes(b"s" * 32))
    return {
        "language": 1,
        "version": 1,
        "purpose": "testing",
        "legal_basis": "none is needed",
        "pseudonyms": {"epoch": 1},
        "seal": {"key": str(key)},
        "tables": {table.name: _rules(table, random, number) for table in CATALOG},
    }


def _rules(table: Table, random: Random, number: int) -> Mapping[str, object]:
    def rule(of: Field) -> object:
        drawn = ["scan"] if number == 1 else random.sample(RULES, len(RULES))
        return next((each for each in drawn if _takes(each, of)), "keep")

    is_state = table.kind is Kind.STATE
    kept = {"retention": "while_enrolled"} if is_state else {"retention_days": 30}
    return {**kept, "fields": {each.name: rule(each) for each in table.fields}}


def _takes(rule: object, of: Field) -> bool:
    name, parameters = next(iter(rule.items())) if isinstance(rule, dict) else (str(rule), None)
    return ACTIONS[name].read(At([]), parameters).refusal(of) is None


def row(random: Random) -> MadeRow:
    number = random.randrange(POLICIES)
    table = random.choice(tuple(CATALOG))
    planted: dict[str, list[Made]] = {}
    values: dict[str, object] = {}
    for each in table.fields:
        if random.random() < 0.4:
            values[each.name] = _value(random, each, planted)
    if random.random() < 0.05:
        values[f"no_{random.randrange(99)}"] = "PF3X9Z1K"
    event = random.choice(table.events) if random.random() < 0.97 else "exploded"
    raw = Row(table.name, event, random.randrange(1 << 40), values)  # type: ignore[arg-type]
    return MadeRow(number, raw, planted)


def _value(random: Random, of: Field, planted: dict[str, list[Made]]) -> object:
    if random.random() < 0.1:
        return random.choice(_STRANGE)
    if of.type is Type.TEXT:
        planted[of.name] = [line(random)]
        return planted[of.name][0].text
    if of.type is Type.TEXTS:
        planted[of.name] = [line(random) for _ in range(random.choice((0, 1, 2, 4)))]
        texts = tuple(made.text for made in planted[of.name])
        return texts * (200 if random.random() < 0.02 else 1)
    if of.type is Type.REAL:
        return random.uniform(-1e9, 1e9)
    if of.type is Type.BOOLEAN:
        return random.random() < 0.5
    return random.randrange(-(1 << random.randrange(1, 70)), 1 << random.randrange(1, 70))


def problems(made: MadeRow) -> Iterator[str]:
    """What does not hold for one row, in words with the field's name."""
    parsed, plan, admission = policy(made.policy)
    plan.take_counts()
    try:
        left = plan.redact(made.row)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what the campaign looks for
        yield f"raises {type(error).__name__}"
        return
    table = CATALOG.get(made.row.table)
    assert table is not None
    rules = parsed.tables[table.name].rules if table.name in parsed.tables else {}
    names = {name: rule.action.name for name, rule in rules.items()}
    counts = plan.take_counts()
    if sum(count.count for count in counts) != _due(made.row, table, bool(rules)):
        yield "not every value is counted once"
    texts = _texts(made.row, table)
    for count in counts:
        name = count.field.partition(".")[2]
        if count.outcome == "failed" and names.get(name) == "scan" and name in texts:
            yield f"{name}: scan failed"
    if left is not None:
        yield from _left(made, left, names, admission)


def _texts(raw: Row, table: Table) -> frozenset[str]:
    """The fields with nothing but text in them, as the catalog wants it, and not too much."""
    found = set()
    for each in table.fields:
        value = raw.values.get(each.name)
        elements = value if each.type is Type.TEXTS and isinstance(value, tuple) else ()
        if type(value) is str and each.type is Type.TEXT:
            elements = (value,)
        if elements and len(elements) <= VALUE_LIST_MAX and all(type(e) is str for e in elements):
            found.add(each.name)
    return frozenset(found)


def _due(raw: Row, table: Table, is_asked: bool) -> int:
    """How many values there are to count: of a list its elements, of a refused row itself."""
    if not is_asked or raw.event not in table.events:
        return 1
    texts = {each.name for each in table.fields if each.type is Type.TEXTS}
    return sum(
        len(value) if name in texts and isinstance(value, tuple | list) else 1
        for name, value in raw.values.items()
    )


def _left(
    made: MadeRow, left: RedactedRow, names: Mapping[str, str], admission: Admission
) -> Iterator[str]:
    table = CATALOG.get(left.table)
    assert table is not None
    for name, value in left.values.items():
        if names.get(name) in (None, "drop", "count_only"):
            yield f"{name}: leaves without a rule that lets it"
            continue
        yield from _of_field(table.by_name[name], value, names[name], admission, left)
        if names[name] in SHOWING:
            continue
        for each in made.planted.get(name, ()):
            for text in _elements(value):
                problem = left_of(each, text) if isinstance(text, str) else None
                if problem is not None:
                    yield f"{name}: {problem} through {names[name]}"


def _of_field(
    of: Field, value: RedactedValue, action: str, admission: Admission, left: RedactedRow
) -> Iterator[str]:
    for each in _elements(value):
        if isinstance(each, Pseudonym) != (action == "pseudonymise"):
            yield f"{of.name}: {action} makes what it must not"
        elif not isinstance(each, Pseudonym):
            if admission.value_problem(left.table, of.name, each) is not None:  # type: ignore[arg-type]
                yield f"{of.name}: the server refuses what {action} lets out"
            if isinstance(each, str) and action != "seal" and len(each.encode()) > of.bytes_max:
                yield f"{of.name}: longer than its bound"


def _elements(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def failures(random: Random, _number: int) -> tuple[MadeRow, list[str]]:
    made = row(random)
    return made, list(problems(made))


def shown(made: MadeRow) -> Mapping[str, object]:
    """All that was made up, for the vectors."""
    planted = {name: [each.value for each in of] for name, of in made.planted.items()}
    raw = {made.row.kind: dict(made.row.values)}
    return {"policy": made.policy, "row": raw, "planted": planted}
