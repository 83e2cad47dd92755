"""Lints for what a policy owes the people at the laptops: why, how long, and that it was tried."""

from __future__ import annotations

from collections.abc import Iterator

from reticent_contract.catalog.model import Kind
from reticent_contract.policy.carried import failures_with_values
from reticent_contract.policy.lint.model import Context, Spot
from reticent_contract.policy.lint.places import Written, written_rules

_DAY_S = 86_400
_SOON_DAYS = 30
# What people write where they have not decided yet.
_PLACEHOLDERS = frozenset(
    ("", "-", ".", "?", "…", "...", "n/a", "none", "todo", "tbd", "test", "testing", "purpose")
)


def _personal(context: Context) -> list[Written]:
    rules = written_rules(context.policy, context.catalog)
    return [w for w in rules if w.is_personal and w.leaves]


def _leaving(personal: list[Written]) -> str:
    if len(personal) == 1:
        return f"1 personal field leaves, {personal[0].name}"
    return f"{len(personal)} personal fields leave, {personal[0].name} among them"


def no_purpose(context: Context) -> Iterator[Spot]:
    personal = _personal(context)
    for key, words in (
        ("purpose", context.policy.purpose),
        ("legal_basis", context.policy.legal_basis),
    ):
        if personal and words.strip().rstrip(".!").lower() in _PLACEHOLDERS:
            yield Spot(
                (key,),
                f"{_leaving(personal)}, and {key} does not say why",
                "write the sentence that a person at a laptop is to read",
            )


def no_notice(context: Context) -> Iterator[Spot]:
    personal = _personal(context)
    if personal and context.policy.notice.strip().lower() in _PLACEHOLDERS:
        yield Spot(
            ("notice",) if "notice" in context.policy.document else (),
            f"{_leaving(personal)}, and no notice tells the people at the laptops",
            "write a notice: what is sent, to whom, and where they can see it",
        )


def endless_retention(context: Context) -> Iterator[Spot]:
    """A state table is bounded by what a laptop has; events only ever add up."""
    for name, table in context.policy.tables.items():
        entry = context.catalog.get(name)
        if entry is not None and entry.kind is Kind.EVENT and table.retention_days is None:
            yield Spot(
                ("tables", name, "retention"),
                f"events of {name} are kept as long as the laptop is enrolled, which has no end",
                "say retention_days, e.g. 180",
            )


def untested_tables(context: Context) -> Iterator[Spot]:
    tested = {
        f"{test.given.table}.{field}"
        for test in context.policy.tests
        for field in test.given.values
    }
    by_table: dict[str, list[Written]] = {}
    for written in written_rules(context.policy, context.catalog):
        by_table.setdefault(written.table.name, []).append(written)
    for name, rules in by_table.items():
        personal = any(w.is_personal and w.leaves for w in rules)
        if personal and not any(w.name in tested for w in rules):
            yield Spot(
                ("tables", name),
                f"{name} has personal fields, and no test of the policy covers one of its rules",
                "add a test: a row as a laptop sees it, and what of it may leave",
            )


def failing_tests(context: Context) -> Iterator[Spot]:
    for problem in failures_with_values(context.policy, context.catalog):
        number = int(problem.split(maxsplit=2)[1])
        yield Spot(
            ("tests", number - 1),
            f"{problem}; laptops refuse a policy whose tests fail",
            "correct the rule or the test",
        )


def expired(context: Context) -> Iterator[Spot]:
    expires_s = context.policy.expires_s
    if expires_s is not None and expires_s <= context.now_s:
        yield Spot(
            ("expires",),
            f"it expired {(context.now_s - expires_s) // _DAY_S} days ago; laptops refuse it",
            "give it a later day, or none",
        )


def expires_soon(context: Context) -> Iterator[Spot]:
    expires_s = context.policy.expires_s
    if expires_s is not None and 0 < expires_s - context.now_s < _SOON_DAYS * _DAY_S:
        yield Spot(
            ("expires",),
            f"it expires in {(expires_s - context.now_s) // _DAY_S} days; laptops collect nothing "
            "after that until they get another",
            "give it a later day, or have its successor ready",
        )


def not_yet(context: Context) -> Iterator[Spot]:
    """Beyond the day by which a laptop's clock may be off: within it they take it up at once."""
    policy = context.policy
    if policy.is_early(context.now_s):
        days = -(-(policy.not_before_s - context.now_s) // _DAY_S)
        yield Spot(
            ("not_before",),
            f"its first day is {days} days away; laptops take it up then and go on with what they "
            "have, which is nothing where they have no policy",
            "leave not_before out where it is to be in force at once",
        )
