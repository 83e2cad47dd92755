"""The functions of a file, for pages that name tests as their evidence."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def functions_in(path: Path) -> frozenset[str]:
    """The names of all functions of the file, also of those within others."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, kinds))
