"""A policy file that extends another file, as one document.

`extends: base.yaml` (any name that ends in .yaml or .yml) is a file beside the one that says so.
Anything else is a device group, which only the server can look up: such a text stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from reticent_contract.catalog.model import Catalog
from reticent_contract.limits import POLICY_BYTES_MAX
from reticent_contract.policy import PolicyError, parse_policy
from reticent_contract.policy.parse import EXTENDS
from reticent_contract.reading import Path as Place
from reticent_contract.reading import Problem

from reticent_server.errors import ServerError
from reticent_server.limits import POLICY_FILES_DEEP_MAX
from reticent_server.policies.flatten import (
    flatten_checked,
    parent_refused,
    read_difference,
)
from reticent_server.policies.yaml_source import line_of_byte, load_yaml_lines, with_lines

_SUFFIXES = (".yaml", ".yml")


def read_policy_file(path: Path, catalog: Catalog) -> str | dict[str, object]:
    """The text; the document, flattened, where it extends a file.

    Raises PolicyError, whose problems name lines, and ServerError where a file cannot be read.
    """
    text = _text(path)
    document, lines = load_yaml_lines(text)
    if is_file(document.get(EXTENDS)):
        _check_chain(path, lines)
    return _flat(path, catalog, depth=1) if is_file(document.get(EXTENDS)) else text


def read_extended_file(path: Path, catalog: Catalog) -> dict[str, object]:
    """The document of a file that another text extends. Raises as `read_policy_file`."""
    _check_chain(path, None)
    return _flat(path, catalog, depth=2)


def _check_chain(path: Path, lines: Mapping[Place, int] | None) -> None:
    """Refuses, in one sentence, files that extend each other in a circle or too deeply. What else
    is wrong with them is told when they are read. `lines`: of the first one, where they are known.
    """
    names, where = [path.name], [path]
    while len(where) <= POLICY_FILES_DEEP_MAX:
        try:
            extends = load_yaml_lines(_text(where[-1]))[0].get(EXTENDS)
        except (PolicyError, ServerError):
            return
        if not isinstance(extends, str) or not is_file(extends):
            return
        names.append(extends)
        where.append(where[-1].parent / extends)
        known = [each.resolve() for each in where]
        if known[-1] in known[:-1]:
            circle = names[known.index(known[-1]) :]
            said = ", ".join(f"{below} extends {above}" for below, above in pairwise(circle))
            refusal = _refused(f"makes a circle: {said}")
            break
    else:
        most = f"more than {POLICY_FILES_DEEP_MAX} files extend each other"
        refusal = _refused(f"{most}: {', '.join(names)}")
    raise refusal if lines is None else with_lines(refusal, lines)


def _flat(path: Path, catalog: Catalog, *, depth: int) -> dict[str, object]:
    document, lines = load_yaml_lines(_text(path))
    try:
        difference = read_difference(document)
        if difference is None:
            parse_policy({**document, "version": 1}, catalog)
            return document
        if not is_file(difference.extends):
            raise _refused("a file that is extended must be whole, or extend a file itself")
        if depth >= POLICY_FILES_DEEP_MAX:  # a link of a folder's may hide it from the chain
            raise _refused(f"more than {POLICY_FILES_DEEP_MAX} files extend each other")
        parent = _parent(path, difference.extends, catalog, depth=depth + 1)
        return flatten_checked(parent, difference, catalog)
    except PolicyError as error:
        raise with_lines(error, lines) from None


def _parent(path: Path, extends: str, catalog: Catalog, *, depth: int) -> dict[str, object]:
    try:
        return _flat(path.parent / extends, catalog, depth=depth)
    except PolicyError as error:
        raise parent_refused(extends, error) from None


def is_file(name: object) -> bool:
    """Whether what is extended is a file, and not a group."""
    return isinstance(name, str) and name.endswith(_SUFFIXES)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(POLICY_BYTES_MAX + 1)
        if len(content) > POLICY_BYTES_MAX:
            raise ServerError(
                f"{path} is larger than {POLICY_BYTES_MAX} bytes; nothing was published; shorten it"
            )
        return content.decode()
    except OSError as error:
        raise ServerError(
            f"{path} cannot be read ({error.strerror}); nothing was published; name another file"
        ) from error
    except UnicodeDecodeError as error:
        raise ServerError(
            f"{path}, line {line_of_byte(content, error.start)}: is not UTF-8 text; nothing was "
            "published; save it as UTF-8"
        ) from error


def _refused(what: str) -> PolicyError:
    problems = [Problem((EXTENDS,), what)]
    return PolicyError("the policy was refused", problems, next_step="correct the file")
