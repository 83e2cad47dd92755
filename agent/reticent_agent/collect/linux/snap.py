"""Snaps, from what each brings along where it is mounted.

Source: snapcraft's reference of snap.yaml. That is YAML, of which two keys at the margin with a
plain or quoted value are read; anything richer counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname

from reticent_contract import limits

from reticent_agent.collect.linux.packages import Package
from reticent_agent.collect.model import Context

FOLDERS = ("/snap", "/var/lib/snapd/snap")  # the second where /snap is not allowed (Fedora)
_LINE = re.compile(r"(name|version):[ \t]+(.{1,256})")
# A plain scalar here has none of the signs that begin something else in YAML.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+~:/-]*|'[^'\\\n]*'|\"[^\"\\\n]*\"")


def installed(context: Context) -> Iterator[Package]:
    """The revision in use of each snap. Raises OSError where one is there and cannot be read."""
    seen: set[str] = set()
    for folder in FOLDERS:
        for path in context.files.glob(f"{folder}/*/current/meta/snap.yaml"):
            content = context.files.read_bytes(path, bytes_max=limits.SMALL_FILE_BYTES_MAX)
            values = parse(content)
            instance = basename(dirname(dirname(dirname(path))))
            name = values.get("name", instance)
            if name not in seen:  # /snap may be a link to the other
                seen.add(name)
                yield Package(name, values.get("version", ""), "")


def parse(content: bytes) -> dict[str, str]:
    """`name` and `version`, where they are written simply; of each the first."""
    values: dict[str, str] = {}
    for line in content.decode(errors="replace").splitlines():
        match = _LINE.fullmatch(line.rstrip())
        if match and (plain := _PLAIN.match(match[2])):
            rest = match[2][plain.end() :]
            if not rest or rest.startswith((" #", "\t#")):
                values.setdefault(match[1], plain[0].strip("'\""))
    return values
