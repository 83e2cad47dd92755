"""Lints for what is written in the form of something else, and so matches or means nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from reticent_contract.catalog.model import Type
from reticent_contract.policy.lint.model import Context, Spot
from reticent_contract.redact.forms import parse_ip

_WORDS = (Type.TEXT, Type.TEXTS)
# Not all that a pattern may be: `LAPTOP01$`, `CORP\\dwight` and `/var/log/` are values.
_PATTERN = re.compile(
    r"\^.*|/[^/]+/[a-z]{0,3}|.*(?:\.[+?]|\\[dwsSWDb][+?{]|\[[^\]:]+\]|\(\?|\{[0-9]).*", re.S
)
# As `custom._PART`: in a class, and behind a backslash, a sign stands for itself.
_PART = re.compile(
    r"(?s)\\Q.*?(?:\\E|\Z)|\\.|\[\^?\]?(?:\[:[^\]]*:\]|\\.|[^\]\\])*\]|(?P<count>\{,[0-9]+\})|."
)


def mistaken_exceptions(context: Context) -> Iterator[Spot]:
    """Only what no detector could take as a whole value."""
    given = context.policy.document.get("allow")
    for i, text in enumerate(given if isinstance(given, list) else ()):
        what = _taken_for(str(text))
        if what:
            yield Spot(
                ("allow", i),
                f"the exception {text} looks like {what}, and is compared as an exact value, so "
                "that it matches nothing",
                "write whole values or networks, e.g. 10.20.0.0/16",
            )


def _taken_for(text: str) -> str:
    for joint, what in (("-", "a range of addresses"), ("/", "a network with its mask")):
        first, _, second = (part.strip() for part in text.partition(joint))
        bare = "/" not in first and "/" not in second
        if bare and parse_ip(first) is not None and parse_ip(second) is not None:
            return what
    return "a pattern" if _PATTERN.fullmatch(text) else ""


def literal_counts(context: Context) -> Iterator[Spot]:
    given = context.policy.document.get("detectors")
    for name, said in given.items() if isinstance(given, Mapping) else ():
        pattern = said.get("pattern") if isinstance(said, Mapping) else None
        for part in _PART.finditer(pattern) if isinstance(pattern, str) else ():
            if count := part["count"]:
                yield Spot(
                    ("detectors", name, "pattern"),
                    f"{count} of the detector {name} stands for these characters themselves, as "
                    "RE2 knows no count without its first number",
                    f"write {{0{count[1:]}, or \\{count} where the characters are meant",
                )


def numbers_for_text(context: Context) -> Iterator[Spot]:
    for i, test in enumerate(context.policy.tests):
        table = context.catalog.get(test.given.table)
        for name, value in test.given.values.items():
            field = None if table is None else table.by_name.get(name)
            if field is not None and field.type in _WORDS and isinstance(value, int):
                kind = f"{test.given.table}.{test.given.event}"
                yield Spot(
                    ("tests", i, "given", kind, name),
                    f"{test.given.table}.{name} is text, and the test gives it "
                    f"{'true/false' if isinstance(value, bool) else 'a number'}, of which nothing "
                    "leaves whatever the rule says",
                    "put the value in quotes",
                )
