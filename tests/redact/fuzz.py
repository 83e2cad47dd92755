"""A bounded fuzz campaign: random lines through the scanner under what must always hold.

    python tests/redact/fuzz.py [INPUTS] [SEED]

Lines are made of identifiers, the words before them, pieces of broken ones, encodings and odd
characters. For each: the scanner does not raise; a value made to be found does not leave; no secret
is left; findings are in order and exactly where the scanner changes a line. What breaks is printed
with its seed and line; it belongs into tests/vectors/redact/lines.json.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reticent_contract.catalog import CATALOG
from reticent_contract.reading import At
from reticent_contract.redact import OwnIdentifiers
from reticent_contract.redact.actions import Scan
from reticent_contract.redact.detectors import secret_in
from reticent_contract.redact.findings import findings
from reticent_contract.redact.scanner import Scanner
from support.identifiers import IDENTIFIERS

INPUTS = 1_000_000
FAILURES_MAX = 20
NAMES = tuple(IDENTIFIERS)
PIECES = (
    *("%", "%4", "%41", "%25", "%2540", "\\", "\\u", "\\u0041", "\\x4", "\\x41", "\\303\\251", "&"),
    *("&#64;", "&#x", "&amp;#64;", "&commat;", "&nbsp;", "\ud800", "\udc00", "\x00", "\x1b[31m"),
    *("\u200b", "\u202e", "\ufeff", "\u00ad", "\uff11", "\u0967", "\u2024", "\u2010", "\u0301"),
    *("<pn:", "<pn:email:1:", "pn:", "<cut>", "<secret>", "://", "?", "&a=", "#", "@", ":", "::"),
    *("1.", "-", "_", "+", "(", ")", "[", "]", "{", "}", '"', "'", '\\"', ",", ";", "=", "|", "\n"),
    *(
        "\t",
        " ",
        "  ",
        "card ",
        "phone ",
        "Aadhaar ",
        "password=",
        "for user ",
        "http://",
        "version ",
    ),
    *("com.apple.", ".service", "\u00e9", "\u0928\u093e\u092e ", "\U0001f600", "\U000e0041"),
)


def scanner() -> Scanner:
    return Scanner(
        Scan.read(At([]), None).treatments,
        bytes_max=4_096,
        own=OwnIdentifiers(CATALOG),
        substitute=lambda name, _tier, _value: f"<{name}>".encode(),
        substitute_own=lambda _identity: b"<own>",
    )


def _noise(random: Random) -> str:
    kind = random.random()
    if kind < 0.5:
        return "".join(random.choice(PIECES) for _ in range(random.randrange(8)))
    if kind < 0.8:
        return "".join(chr(random.randrange(32, 127)) for _ in range(random.randrange(16)))
    if kind < 0.9:
        return "".join(chr(random.randrange(0x2FFF)) for _ in range(random.randrange(6)))
    value = IDENTIFIERS[random.choice(NAMES)][2](random)
    start = random.randrange(len(value))
    return value[start : start + random.randrange(len(value))]


def _line(random: Random) -> tuple[str, str | None]:
    """A line, and a value that stands in it between blanks behind words that introduce it."""
    noise = [_noise(random) for _ in range(random.randrange(1, 5))]
    if random.random() < 0.4:
        text = "".join(noise)
        return (quote(text, errors="replace") if random.random() < 0.1 else text), None
    _, introductions, make = IDENTIFIERS[random.choice(NAMES)]
    value = make(random)
    return f"{noise[0]} \n{random.choice(introductions)}{value}\n {''.join(noise[1:])}", value


def problems(scan: Scanner, text: str, value: str | None) -> Iterator[str]:
    try:
        result = scan(text)
        found = findings(text)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what the campaign looks for
        yield f"raises {type(error).__name__}"
        return
    if any(a.end > b.start for a, b in pairwise(found)):
        yield "findings overlap"
    if any(not 0 <= f.start < f.end <= len(text) for f in found):
        yield "a finding is outside of the text"
    if not isinstance(result, str):
        if not found:
            yield "dropped without a finding"
        return
    if value is not None and value in result:
        yield "a made value leaves"
    if secret_in(result):
        yield "a secret is left"
    if not found and result != text and "pn:" not in text and text.isascii():
        yield "changed without a finding"
    if found and result == text:
        yield "a finding is left"


def main() -> int:
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else INPUTS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    random, scan, failures = Random(seed), scanner(), 0
    for i in range(inputs):
        text, value = _line(random)
        for problem in problems(scan, text, value):
            failures += 1
            print(f"{seed}/{i}: {problem}: {json.dumps(text)} {json.dumps(value)}", flush=True)
        if failures >= FAILURES_MAX:
            break
    print(f"{i + 1} inputs from seed {seed}: {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
