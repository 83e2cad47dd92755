"""Which functions that read what a laptop holds no registered parser reaches.

Enters: the packages below. Leaves: functions, as MODULE:NAME. A function reads if its name says so
(parse, read, decode) or one of its parameters is raw or half read (`READ`); it is reached where a
parser of tests/collect/fuzz.py runs it over its seeds and a few damaged inputs.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType

import reticent_agent
from collect.fuzz import Subject, inputs

AGENT = Path(reticent_agent.__file__).resolve().parent
PACKAGES = (
    *(f"collect/{name}" for name in ("linux", "windows", "macos", "logs", "browsers", "apps")),
    *("privileged", "local", "session"),
)
MODULES = ("collect/lines.py", "collect/worthless.py", "collect/rows.py")
DAMAGED = 60  # inputs of each parser, beside its seeds
_NAMES = ("parse", "read", "decode")
# What a parameter's type is where the function looks into what it did not make itself.
READ = frozenset(
    ("bytes", "Report", "Instance", "Event", "Entry", "Record", "Objects", "Properties")
) | frozenset(("Mapping[str, object]", "object", "Sequence[bytes]", "Sequence[Report]"))
OPTIONS = frozenset(("options", "_"))  # parameters that hold the policy's words, which are checked
# Those that no parser of the command reaches, and why that is no gap.
EXEMPT = {
    "collect/browsers/source:_read": "hands on what `visits_after` reads",
    "collect/linux/kernel_watches:_read_inotify": "looks at no more than which descriptor woke it",
    "collect/linux/kernel_watches:_read_socket": "hands on what `parse_uevent` reads",
    "collect/linux/power_events:read_clocks": "asks the kernel's clocks for numbers",
    "collect/linux/sessions:to_row": "hands on to `failed_logon`",
    "collect/logs/followed_file:_read": "hands on to splitter and records; has torture tests",
    "collect/logs/position:fingerprint": "hashes what it is given",
    "collect/logs/tail:_read": "hands on bytes of a file unseen; has torture tests",
    "collect/logs/tail:done": "counts bytes",
    "collect/logs/logfile:_paths": "of the policy's options",
    "collect/windows/files:read_bytes": "hands on bytes of a file unseen",
    "collect/windows/files:read_text": "decodes with a replacement for what is no text",
    "collect/windows/native/notices:_registered_device": "of Windows alone",
    "collect/windows/native/notices:_registered_network": "of Windows alone",
    "collect/windows/processes:read": "hands on the output of a process unseen",
    "local/client:ask": "reads what the agent itself answers",
    "session/helper:_is_asked": "reads what the agent itself answers",
}


def readers() -> dict[tuple[str, int], str]:
    """By file and first line of the code: their names."""
    found: dict[tuple[str, int], str] = {}
    files = [file for package in PACKAGES for file in sorted((AGENT / package).rglob("*.py"))]
    for file in (*files, *(AGENT / module for module in MODULES)):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _reads(node):
                line = min((d.lineno for d in node.decorator_list), default=node.lineno)
                where = file.relative_to(AGENT).with_suffix("")
                found[str(file), line] = f"{where}:{node.name}"
    return found


def _reads(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if all(isinstance(part, ast.Expr) for part in node.body):
        return False  # of a protocol: there is nothing in it
    given = node.args
    types = {
        ast.unparse(each.annotation)
        for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)
        if each.annotation is not None and each.arg not in OPTIONS
    }
    return bool(types & READ) or node.name.strip("_").split("_")[0] in _NAMES


def reached(subjects: list[Subject]) -> set[tuple[str, int]]:
    """By file and first line, what ran."""
    seen: set[CodeType] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            seen.add(frame.f_code)

    for subject in subjects:
        numbers = range(len(subject.seeds) + DAMAGED)
        for _, data in inputs(subject, numbers, seed=1):
            sys.setprofile(note)
            try:
                subject.parse(data)
            except subject.allowed:
                pass
            finally:
                sys.setprofile(None)
    return {(code.co_filename, code.co_firstlineno) for code in seen}


def unreached(subjects: list[Subject]) -> Iterator[str]:
    ran = reached(subjects)
    for place, name in readers().items():
        if place not in ran:
            yield name
