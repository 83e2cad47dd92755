"""A policy as a person writes it: YAML, read so that every problem has its line.

Enters: YAML text. Leaves: a plain document (mappings, lists, text, whole numbers, true/false,
nothing), or a PolicyError whose problems begin with `line N:`.
Must hold: only what canonical JSON can say is read. Dates stay text, `yes` and `on` stay text,
012 is refused rather than read as ten, a key that stands twice is refused, and so are aliases and
tags: whoever reads the policy aloud must not have to resolve them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from reticent_contract.catalog import Catalog
from reticent_contract.limits import POLICY_BYTES_MAX, POLICY_DEPTH_MAX
from reticent_contract.policy import Policy, PolicyError, parse_policy
from reticent_contract.reading import Path, Problem
from yaml.reader import ReaderError

_NEXT = "correct the file and try again"
_NODES_MAX = 50_000
_TOO_DEEP = "the policy is nested too deeply or too long"
_SAID = {  # where what PyYAML says needs its context
    "but found another document": "a second document begins here; a policy is one, so leave out ---"
}
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Reader:
    """Composes nodes into values and remembers the line of each place."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.problems: list[tuple[int, str]] = []
        self._nodes = 0

    def value(self, node: yaml.Node, path: Path) -> object:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        self._nodes += 1
        if len(path) > POLICY_DEPTH_MAX or self._nodes > _NODES_MAX:
            self.problems.append((line, _TOO_DEEP))
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, line)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._scalar(key_node, line) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                self.problems.append((line, "a key must be text; put it in quotes"))
            elif key == "<<" and key_node.style is None:
                said = "<< takes keys over from elsewhere, which a policy has not; write them out"
                self.problems.append((line, said))
            elif key in result:
                self.problems.append((line, f"{key!r} stands twice"))
            else:
                self.lines[(*path, key)] = line
                result[key] = self.value(value_node, (*path, key))
        return result

    def _scalar(self, node: yaml.Node, line: int) -> object:
        text = str(node.value)
        if not isinstance(node, yaml.ScalarNode) or node.style in ("'", '"', "|", ">"):
            return text
        if text.lower() in _WORDS and text in (text.lower(), text.capitalize(), text.upper()):
            return _WORDS[text.lower()]
        digits = text.removeprefix("-")
        if digits.isascii() and digits.isdigit():
            if digits != "0" and digits.startswith("0"):
                self.problems.append((line, f"{text} may be read in two ways; put it in quotes"))
            elif len(digits) <= 16:
                return int(text)
        return text


class _Loader(yaml.SafeLoader):
    """Scans and composes; nothing is constructed by tag, and aliases are refused."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="an alias (*name); write it out", problem_mark=self._mark()
            )
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs
        if getattr(event, "tag", None) is not None:
            problem = "a tag; only plain values are read"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=self._mark())
        return super().compose_node(parent, index)

    def _mark(self) -> Any:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs
        return event.start_mark


def _read(text: str) -> tuple[dict[str, object], Mapping[Path, int]]:
    if len(text.encode("utf-8", "surrogatepass")) > POLICY_BYTES_MAX:
        raise PolicyError(f"the file is larger than {POLICY_BYTES_MAX} bytes", next_step=_NEXT)
    try:
        loader = _Loader(text)  # reads the first characters at once, and may refuse them
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        told = _SAID.get(str(error.problem), error.problem)
        raise _refused([f"line {line}: {told}"]) from None
    except ReaderError as error:  # before it looks at anything, it looks at each character
        line = text.count("\n", 0, error.position) + 1
        what = f"holds a character that no policy may have (U+{ord(text[error.position]):04X})"
        raise _refused([f"line {line}: {what}"]) from None
    except RecursionError:
        raise _refused([f"line {_deepest_line(text)}: {_TOO_DEEP}"]) from None
    except yaml.YAMLError as error:
        raise _refused([f"line 1: cannot be read ({type(error).__name__})"]) from None
    reader = _Reader()
    document = reader.value(node, ()) if node is not None else None
    if reader.problems:
        raise _refused([f"line {line}: {problem}" for line, problem in sorted(reader.problems)])
    if not isinstance(document, dict):
        raise _refused(["line 1: a policy is a mapping: language: 1, version: 1, …"])
    return document, reader.lines


def _deepest_line(text: str) -> int:
    """Where nesting passes what a policy may have, as far as brackets and indents tell."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        within = len(line) - len(line.lstrip(" -"))
        for character in line:
            depth += (character in "[{") - (character in "]}")
            if depth + within > POLICY_DEPTH_MAX:
                return number
    return 1


def _refused(problems: list[str]) -> PolicyError:
    return PolicyError("the policy's YAML was refused", problems, next_step=_NEXT)


def load_yaml(text: str) -> dict[str, object]:
    """The document. PolicyError, with line numbers, where the YAML is not what a policy may be."""
    return _read(text)[0]


def load_yaml_lines(text: str) -> tuple[dict[str, object], Mapping[Path, int]]:
    """The document, and the line of each place in it. PolicyError as `load_yaml`."""
    return _read(text)


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a place; where the place itself is not in the text, that of what holds it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def line_of_byte(content: bytes, place: int) -> int:
    """The line of a byte in a file that is no text."""
    return content.count(b"\n", 0, place) + 1


def parse_yaml_policy(text: str, catalog: Catalog) -> tuple[dict[str, object], Policy]:
    """The document, for signing, and the policy it says. Every problem has its line."""
    document, lines = _read(text)
    try:
        return document, parse_policy(document, catalog)
    except PolicyError as error:
        raise with_lines(error, lines) from None


def with_lines(error: PolicyError, lines: Mapping[Path, int]) -> PolicyError:
    """The same refusal, each problem with its line, in the order of the lines."""
    problems: list[Problem | str] = [
        f"line {line_of(lines, p.path)}: {p}"
        for p in sorted(error.located, key=lambda p: line_of(lines, p.path))
    ]
    return PolicyError(error.happened, problems or error.problems, next_step=_NEXT)
