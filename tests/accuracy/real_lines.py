"""Five hundred lines of four real logs, and what a person who read them calls an identifier.

The lines were drawn by chance (125 a file, `random.Random(f"labels of {file}").sample`), read one
by one, and labelled without running any detector. The logs themselves are not ours to hand on
(`Loghub`, research use), so `real_lines.jsonl` holds the number of each line, the beginning of its
SHA-256, and where the labels lie in it. Without the logs the measurement is skipped.

The question was: would a privacy officer call this an identifier of a person, of a device, or an
address? In particular:

1. Every address of a machine is one, in whatever spelling, wherever it stands, also backwards or
   with dashes in a host name (`ipv4`). Of a host name made from an address only the address is;
   what is left names a provider (may be found, as `fqdn`).
2. The name of somebody's machine is one: in full (`fqdn`), or of this machine (`own`, with what its
   agent has learned: combo, LabSZ, authorMacBook-Pro). The word before the address in
   `calvisitor-10-…` is that of a visitors' network: may be found.
3. An account that is a person's is one (`user`), also where somebody only tried it, and in the
   path of a home directory. An account that names a role or a product (root, news, cyrus, admin,
   test, guest, oracle, ubnt, 123, …) says nothing of anybody: it may be found, and
   `precision_strict` says what the figure is when that counts as false.
4. A radio's hardware address is one (`mac`), of the access point as well: it says where one was.
5. No identifier: versions, times, process and thread numbers, user numbers below a thousand, sizes,
   sequence numbers, pointers, update numbers (KB…), session numbers of an installer, error codes,
   bundle and class names, the name of a network, a serial that the system itself calls not unique.
6. The UUID of an assertion (`15G1510: com.apple.telemetry + 38574 […]`) is that of a program's
   build. From its shape nobody can tell: may be found.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from accuracy.cases import Case, Span

HERE = Path(__file__).resolve().parent
LABELS = HERE / "real_lines.jsonl"
FILES = ("Linux_2k.log", "OpenSSH_2k.log", "Mac_2k.log", "Windows_2k.log")
# What the agents of these machines would have learned of them.
HOST_NAMES = {
    "Linux_2k.log": "combo",
    "OpenSSH_2k.log": "LabSZ",
    "Mac_2k.log": "authorMacBook-Pro",
}
_VARIABLE = "RETICENT_LOGS"


def log_folder() -> Path | None:
    """Where the four logs are: $RETICENT_LOGS, or shared/data/logs beside a folder above."""
    named = os.environ.get(_VARIABLE)
    candidates = (
        [Path(named)] if named else [up / "shared" / "data" / "logs" for up in HERE.parents]
    )
    for folder in candidates:
        if all((folder / name).is_file() for name in FILES):
            return folder
    return None


@lru_cache(maxsize=8)
def lines_of(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8", errors="replace").split("\n"))


def real_cases(folder: Path) -> tuple[Case, ...]:
    """ValueError where a line is not the one that was read."""
    return tuple(_cases(folder))


def _cases(folder: Path) -> Iterator[Case]:
    for record in map(json.loads, LABELS.read_text("utf-8").splitlines()):
        text = lines_of(folder / record["file"])[record["line"] - 1]
        if hashlib.sha256(text.encode()).hexdigest()[:16] != record["sha256"]:
            raise ValueError(
                f"{record['file']} line {record['line']} is not the line that was read"
            )
        yield Case(
            record["file"],
            text,
            tuple(_span(*each) for each in record["spans"]),
            tuple(_span(*each) for each in record["either"]),
            laptop=record["file"],
        )


def _span(start: int, end: int, kind: str) -> Span:
    # Where a host name is made from an address, either name is right for the address.
    names = (
        ("ipv4", "fqdn", "own") if kind == "ipv4" else (kind, "own") if kind == "fqdn" else (kind,)
    )
    return Span(start, end, names, "B" if kind == "user" else "A")
