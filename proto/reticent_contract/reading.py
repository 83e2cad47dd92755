"""Reading a policy document: every problem is collected with its place, none stops the reading.

Enters: JSON-able values and where they stand. Leaves: checked values, or None with a problem noted.
Must hold: nothing unknown passes in silence; a problem names the place, what is wrong and the fix.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

Step = str | int
Path = tuple[Step, ...]


def path_text(path: Path) -> str:
    """`("tests", 0, "expect")` as `tests[0].expect`; the document itself as `policy`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "policy"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document. `path` finds the line in the YAML it came from."""

    path: Path
    message: str

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.message}"


def known_words(words: Collection[str], given: str) -> str:
    """`(did you mean 'drop'?)` or the list of what is known."""
    from difflib import get_close_matches  # for what is refused alone: an agent seldom needs it

    close = get_close_matches(given, words, n=1, cutoff=0.75)
    if close:
        return f"(did you mean {close[0]!r}?)"
    return f"(known: {', '.join(sorted(words))})"


class At:
    """A place in the document that is being read, with the list that problems go to."""

    __slots__ = ("path", "problems")

    def __init__(self, problems: list[Problem], path: Path = ()) -> None:
        self.path = path
        self.problems = problems

    def at(self, step: Step) -> At:
        return At(self.problems, (*self.path, step))

    def problem(self, message: str) -> None:
        self.problems.append(Problem(self.path, message))

    def mapping(
        self, value: object, *, known: Collection[str] | None = None, what: str = "key"
    ) -> dict[str, object]:
        """The mapping, without the keys that are not `known`; empty where it is none."""
        if not isinstance(value, dict):
            self.problem(f"must be a mapping, not {kind_of(value)}")
            return {}
        result: dict[str, object] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                self.problem(f"a {what} must be text, not {kind_of(key)}; put it in quotes")
            elif known is not None and key not in known:
                self.at(key).problem(f"unknown {what} {key!r} {known_words(known, key)}")
            else:
                result[key] = item
        return result

    def items(self, value: object, *, items_max: int) -> list[object]:
        if not isinstance(value, list | tuple):
            self.problem(f"must be a list, not {kind_of(value)}")
            return []
        if len(value) > items_max:
            self.problem(f"has {len(value)} entries; at most {items_max} are read")
            return []
        return list(value)

    def text(self, value: object, *, chars_max: int, chars_min: int = 1) -> str | None:
        if not isinstance(value, str):
            self.problem(f"must be text, not {kind_of(value)}; put it in quotes")
        elif not chars_min <= len(value) <= chars_max:
            self.problem(f"must have {chars_min} to {chars_max} characters, has {len(value)}")
        elif any("\ud800" <= c <= "\udfff" for c in value):
            self.problem("is not valid Unicode: it holds half a surrogate pair")
        else:
            return value
        return None

    def integer(self, value: object, *, low: int, high: int) -> int | None:
        if isinstance(value, str) and value.lstrip("+-.")[:1].isdigit():
            self.problem(
                f"must be a whole number from {low} to {high}; write its digits alone, without "
                "quotes, a fraction or another base"
            )
        elif isinstance(value, bool) or not isinstance(value, int):
            self.problem(f"must be a whole number from {low} to {high}, not {kind_of(value)}")
        elif not low <= value <= high:
            self.problem(f"must be a whole number from {low} to {high}, is {value}")
        else:
            return value
        return None

    def boolean(self, value: object) -> bool | None:
        if isinstance(value, bool):
            return value
        self.problem(f"must be true or false, not {kind_of(value)}")
        return None

    def choice(self, value: object, *, of: Collection[str]) -> str | None:
        if isinstance(value, str) and value in of:
            return value
        said = repr(value) if isinstance(value, str) else kind_of(value)
        self.problem(f"must be one of {', '.join(of)}, not {said}")
        return None


def kind_of(value: object) -> str:
    """What a document's author calls this kind of value."""
    if value is None:
        return "nothing"
    for kind, word in (
        (bool, "true/false"),
        (int, "a number"),
        (float, "a fraction"),
        (str, "text"),
        (dict, "a mapping"),
        (list, "a list"),
        (tuple, "a list"),
    ):
        if isinstance(value, kind):
            return word
    return "something else"
