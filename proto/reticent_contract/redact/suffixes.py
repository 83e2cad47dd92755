"""The part of a host's name that somebody registered, by the public suffix list.

Enters: a name in ASCII (IDNA), lower case, without a dot at its end. Leaves: its registrable part,
or None. Must hold: a name under no known suffix has none; the same is said as by the package
`publicsuffixlist`, whose list it is: that keeps three megabytes, this a hash of each of 10,000
suffixes. Rules: https://github.com/publicsuffix/list/wiki/Format.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_LABELS_MAX = 8  # no suffix has as many


def registrable(host: str) -> str | None:
    """`www.example.co.uk` gives `example.co.uk`; a suffix alone gives None."""
    labels = host.split(".")
    if "" in labels:
        return None
    public = _of_suffix(labels)
    return ".".join(labels[-public - 1 :]) if public and public < len(labels) else None


def _of_suffix(labels: list[str]) -> int:
    """How many of the last labels are a suffix; 0 where it is unknown."""
    for start in range(max(0, len(labels) - _LABELS_MAX), len(labels)):
        name = ".".join(labels[start:])
        count = len(labels) - start
        if _is_listed(f"!{name}"):  # an exception of a wildcard
            return count - 1
        if _is_listed(f"*.{name}"):  # which says the same of the name itself
            return count + (start > 0)
        if _is_listed(name):
            return count
    return 0


def _is_listed(rule: str) -> bool:
    rules, key = _rules(), hash(rule)
    at = bisect_left(rules, key)
    return at < len(rules) and rules[at] == key


@lru_cache(maxsize=1)
def _rules() -> array[int]:
    """Read with the first name, once in a process, whose hashes are its own."""
    spec = find_spec("publicsuffixlist")
    folders = spec and spec.submodule_search_locations
    if not folders:
        raise ModuleNotFoundError("publicsuffixlist")
    lines = Path(folders[0], "public_suffix_list.dat").read_text("utf-8").splitlines()
    return array("q", sorted(set(map(hash, _listed(lines)))))


def _listed(lines: list[str]) -> Iterator[str]:
    for line in lines:
        rule = line.partition(" ")[0].strip().lower()
        if not rule or rule.startswith("//"):
            continue
        if not rule.isascii():
            mark = "!" if rule[0] == "!" else ""
            rule = mark + rule.removeprefix("!").encode("idna").decode()
        yield rule
