"""Writes the page of sources: each field of the catalog, on each system, and how that is tested.

A field counts as tested on a system where a row that a fixture of that system must give has it
(`tests/fixtures/SYSTEM/`), and as compared where a test says that it compares the field with what
an independent tool tells of a real machine (`pytest.mark.compares("table.field", …)`).

    python packaging/sources.py           writes the page
    python packaging/sources.py --check   exits 1 where the page is not what would be written
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from reticent_contract.catalog import CATALOG, Field, Table

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "agent" / "reticent_agent" / "collect" / "SOURCES.md"
SYSTEMS = {"linux": "Linux", "windows": "Windows", "macos": "macOS"}
PRIVILEGES = {
    "(root)": "root",
    "(Administrator)": "administrator",
    "(FDA)": "Full Disk Access",
}
Seen = Mapping[str, frozenset[str]]  # by system: "table.field"

HEAD = """# Where each datum comes from

Made by `python packaging/sources.py` from the catalog and the tests; do not edit.

Each field of each table on each system: its source, what the agent must be allowed for it, and how
it is tested. *row*: a fixture in the system's own format goes through the real parser and must give
the field. *compared*: on a real machine the value is compared with what an independent tool tells.
**not tested** means what it says. A source that begins with "none" says why there is no such field.
What reads these sources also bears damaged ones: `tests/FUZZING.md` says how often that was tried.
"""


def main() -> int:
    page = "\n".join(lines()) + "\n"
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
        return 0
    if PAGE.read_text(encoding="utf-8") == page:
        return 0
    print(f"{PAGE.relative_to(ROOT)} is not what the catalog and the tests say; run {__file__}")
    return 1


def lines() -> Iterator[str]:
    """The page."""
    rows = {system: in_fixtures(system) for system in SYSTEMS}
    compared = compared_fields()
    yield HEAD
    yield "## In short\n"
    yield "Fields with a source, and how many of them are tested.\n"
    yield "| table | " + " | ".join(SYSTEMS.values()) + " |"
    yield "|---|" + "---|" * len(SYSTEMS)
    for table in CATALOG:
        cells = [_in_short(table, system, rows[system]) for system in SYSTEMS]
        yield f"| `{table.name}` | " + " | ".join(cells) + " |"
    for table in CATALOG:
        yield f"\n## `{table.name}`\n"
        yield f"{table.sentence}\n"
        if table.from_server:
            yield "| field | the server |\n|---|---|"
            for field in table.fields:
                yield f"| `{field.name}` | {field.source.linux.partition(': ')[2]} |"
            continue
        yield "| field | " + " | ".join(SYSTEMS.values()) + " |"
        yield "|---|" + "---|" * len(SYSTEMS)
        for field in table.fields:
            cells = [_cell(table, field, system, rows[system], compared) for system in SYSTEMS]
            yield f"| `{field.name}` | " + " | ".join(cells) + " |"


def untested() -> list[str]:
    """`system: table.field` of every source without a row that has it."""
    rows = {system: in_fixtures(system) for system in SYSTEMS}
    return [
        f"{system}: {table.name}.{field.name}"
        for table in CATALOG
        if not table.from_server
        for field in table.fields
        for system in SYSTEMS
        if has_source(field, system) and f"{table.name}.{field.name}" not in rows[system]
    ]


def has_source(field: Field, system: str) -> bool:
    """Not of the agent's own word, which comes from no system."""
    return not _source(field, system).startswith(("none", "the agent's own"))


def in_fixtures(system: str) -> frozenset[str]:
    """`table.field` of every row that the system's fixtures must give."""
    found: set[str] = set()
    for path in sorted((ROOT / "tests" / "fixtures" / system).rglob("*.json")):
        listed = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(listed, dict):
            continue
        for table, rows in listed.items():
            if table in CATALOG.tables and isinstance(rows, list):
                found |= {f"{table}.{name}" for row in rows for name in row}
    return frozenset(found)


def compared_fields() -> frozenset[str]:
    """What the tests' marks `compares` name."""
    found: set[str] = set()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.compares" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "compares"
            ):
                found |= {str(ast.literal_eval(argument)) for argument in node.args}
    return frozenset(found)


def _source(field: Field, system: str) -> str:
    return str(getattr(field.source, system))


def _in_short(table: Table, system: str, rows: frozenset[str]) -> str:
    if table.from_server:
        return "the server"
    sources = [f"{table.name}.{field.name}" for field in table.fields if has_source(field, system)]
    if not sources:
        return "none"
    tested = sum(name in rows for name in sources)
    text = f"{tested} of {len(sources)}"
    return text if tested == len(sources) else f"**{text}**"


def _cell(
    table: Table, field: Field, system: str, rows: frozenset[str], compared: frozenset[str]
) -> str:
    source = _source(field, system).replace("|", "\\|")
    if not has_source(field, system):
        return source
    privilege = [word for sign, word in PRIVILEGES.items() if sign in source]
    name = f"{table.name}.{field.name}"
    tested = "*row*" if name in rows else "**not tested**"
    if system == "linux" and name in compared:
        tested += ", *compared*"
    needs = f" Needs {' and '.join(privilege)}." if privilege else ""
    for sign in PRIVILEGES:
        source = source.replace(f" {sign}", "")
    return f"{source}.{needs} {tested}"


if __name__ == "__main__":
    sys.exit(main())
