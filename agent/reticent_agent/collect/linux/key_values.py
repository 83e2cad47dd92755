"""Files of `KEY=value` lines: os-release, locale.conf, /etc/default/locale.

Enters: text. Leaves: a dictionary. Source: os-release(5): values may be in single or double
quotes; in double quotes a backslash takes `$`, `"`, `\\` and the backtick as they are.
"""

from __future__ import annotations

import re

_LINE = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_ESCAPED = re.compile(r'\\([$"\\`])')


def parse(text: str) -> dict[str, str]:
    """The last value of each key; lines of another form are left out."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        if match := _LINE.fullmatch(line):
            values[match[1]] = _unquoted(match[2].strip())
    return values


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1]
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return _ESCAPED.sub(r"\1", value)
