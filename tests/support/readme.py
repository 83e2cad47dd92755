"""The README's commands, read from its text."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def example(name: str) -> str:
    """The ```yaml block whose first line is the comment `# name`."""
    found = re.search(rf"^```yaml\n(# {re.escape(name)}\n.*?)^```", _text(), re.M | re.S)
    if found is None:
        raise LookupError(name)
    return found[1]


def _text() -> str:
    return README.read_text("utf-8")


def commands() -> list[str]:
    """Every line of every ```sh block, in order, comments and blank lines aside."""
    blocks = re.findall(r"^```sh\n(.*?)^```", _text(), re.M | re.S)
    lines = (line.strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
