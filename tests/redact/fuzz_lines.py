"""The free-text path: random lines through the scanner under what must always hold.

Lines are made of identifiers, the words before them, pieces of broken ones, encodings, odd
characters and spliced lines of the labelled sets and the real logs. For each: the scanner does not
raise and takes time by the length; a value made to be found, or one of the laptop's own, does not
leave in any of its spellings, nor a piece of it; no secret is left; what leaves is what the server
lets in; findings are in order and exactly where the scanner changes a line.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from urllib.parse import quote

from accuracy.own_laptop import made_laptop
from redact.mutated import ODD, SPELLINGS, long, spliced
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml, parse_policy
from reticent_contract.reading import At
from reticent_contract.redact import Admission
from reticent_contract.redact.actions import Scan
from reticent_contract.redact.findings import findings
from reticent_contract.redact.normalise import normalised
from reticent_contract.redact.places import Finding
from reticent_contract.redact.scanner import Scanner
from reticent_contract.redact.text import fit
from reticent_server.policies.yaml_source import load_yaml
from support.identifiers import IDENTIFIERS

BYTES_MAX = 4_096
LONG_BYTES_MAX = 1 << 20
LONG_EVERY = 2_000  # inputs; each of them costs as much as a few hundred others
FINDINGS_EVERY = 4  # inputs; it takes as long as the scanner itself
# A busy machine is allowed for: what takes longer is measured again, and the least counts.
SECONDS_MAX = 0.02
SECONDS_A_BYTE_MAX = 10e-6
NAMES = tuple(IDENTIFIERS)
OWN = made_laptop()
# The laptop's own values (see `accuracy.own_laptop`) as logs write them.
OWN_SPELLINGS = (
    *("priyas-thinkpad", "PRIYAS-THINKPAD", "Priyas-Thinkpad.corp.example.com", "PF3X9Z1K"),
    *("pf3x9z1k", "L1HF65E00X9", "S5GXNX0T123456", "s5gxnx0t123456", "00:1a:2b:3c:4d:5e"),
    *("00-1A-2B-3C-4D-5E", "001a.2b3c.4d5e", "001A2B3C4D5E", "pnair7", "PNAIR7", "Priya Nair"),
    *("priya_nair", "PRIYA.NAIR", "4c5a9e1d7b3f42e8a6d0c1b2e3f40516"),
    *("4c5a9e1d-7b3f-42e8-a6d0-c1b2e3f40516", "4C5A9E1D-7B3F-42E8-A6D0-C1B2E3F40516"),
)
_PIECE = re.compile(r"[A-Za-z0-9]{6,}")
_JOINTS = re.compile(r"[^A-Za-z0-9]+")
_BARE_CHARS_MIN = 10


@dataclass(frozen=True, slots=True, repr=False)
class Made:
    """`value` must not leave in any spelling. `rest`: the text without it."""

    text: str
    value: str | None = None
    rest: str = ""


def scanner(bytes_max: int = BYTES_MAX) -> Scanner:
    return Scanner(
        Scan.read(At([]), None).treatments,
        bytes_max=bytes_max,
        own=OWN,
        substitute=lambda name, _tier, _value: f"<{name}>".encode(),
        substitute_own=lambda _identity: b"<own>",
    )


SCAN, SCAN_LONG = scanner(), scanner(LONG_BYTES_MAX)
ADMISSION = Admission(parse_policy(load_yaml(default_policy_yaml()), CATALOG), CATALOG)


def noise(random: Random) -> str:
    kind = random.random()
    if kind < 0.35:
        return "".join(random.choice(ODD) for _ in range(random.randrange(8)))
    if kind < 0.5:
        return "".join(chr(random.randrange(32, 127)) for _ in range(random.randrange(16)))
    if kind < 0.6:
        return "".join(chr(random.randrange(0x2FFF)) for _ in range(random.randrange(6)))
    if kind < 0.75:
        return spliced(random)
    value = IDENTIFIERS[random.choice(NAMES)][2](random)
    start = random.randrange(len(value))
    return value[start : start + random.randrange(len(value))]


def line(random: Random) -> Made:
    """A line, and perhaps a value that stands in it between blanks behind words that tell it."""
    around = [noise(random) for _ in range(random.randrange(1, 4))]
    kind = random.random()
    if kind < 0.3:
        text = "".join(around)
        return Made(quote(text, errors="replace") if random.random() < 0.1 else text)
    if kind < 0.45:
        return Made(SPELLINGS[random.choice(tuple(SPELLINGS))](random, spliced(random)))
    if kind < 0.6:
        before, value = "", random.choice(OWN_SPELLINGS)
    else:
        _, introductions, make = IDENTIFIERS[random.choice(NAMES)]
        before, value = random.choice(introductions), make(random)
    spell = SPELLINGS[random.choice(tuple(SPELLINGS))]
    rest = f"{around[0]} \n {before}", f" \n {''.join(around[1:])}"
    if random.random() < 0.5:
        text = spell(random, rest[0] + value + rest[1])
    else:
        text = f"{around[0]} \n {spell(random, before + value)}{rest[1]}"
    return Made(text, value, "\n".join(rest))


def left_of(made: Made, result: str) -> str | None:
    """What of the value is still in a text that leaves: in words that name no value."""
    if made.value is None:
        return None
    plain = normalised(result)
    if plain is None:
        return "what leaves is coded deeper than anyone needs"
    value = made.value.casefold()
    rest = (normalised(made.rest) or "").casefold()
    bare_rest = _JOINTS.sub("", rest)  # the same value broken by what stands in it: 00:1a :2b
    for view in (result.casefold(), plain.casefold()):
        if value in view and value not in rest:
            return "a made value leaves"
        bare = _JOINTS.sub("", value)
        if len(bare) >= _BARE_CHARS_MIN and bare in _JOINTS.sub("", view) and bare not in bare_rest:
            return "a made value leaves in another spelling"
        if any(piece in view and piece not in rest for piece in _PIECE.findall(value)):
            return "a piece of a made value leaves"
    return None


def problems(made: Made, *, with_findings: bool = True) -> Iterator[str]:
    """What does not hold for one line, in words without its values."""
    text = made.text
    try:
        result = SCAN(text)
        found = findings(text, own=OWN) if with_findings else None
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what the campaign looks for
        yield f"raises {type(error).__name__}"
        return
    if found is not None:
        yield from _disagreement(text, found, result)
    if not isinstance(result, str):
        return
    if len(result.encode()) > BYTES_MAX:
        yield "longer than its bound"
    left = left_of(made, result)
    if left is not None:
        yield left
    if ADMISSION.value_problem("log_line", "message", result) is not None:
        yield "the server refuses what leaves"  # for a secret too


def _disagreement(text: str, found: Sequence[Finding], result: object) -> Iterator[str]:
    """Where the findings of a text and what the scanner made of it do not go together."""
    if any(a.end > b.start for a, b in pairwise(found)):
        yield "findings overlap"
    if any(not 0 <= f.start < f.end <= len(text) for f in found):
        yield "a finding is outside of the text"
    if not isinstance(result, str):
        if not found:
            yield "dropped without a finding"
    elif found and result == text:
        yield "a finding is left"
    elif not found and result != fit(text, bytes_max=BYTES_MAX):
        yield "changed without a finding"


def slowness(scan: Callable[[str], object], text: str) -> Iterator[str]:
    """One sentence where a text takes longer than its length allows, at every one of five tries."""
    allowed_s = SECONDS_MAX + SECONDS_A_BYTE_MAX * len(text.encode("utf-8", "replace"))
    for _ in range(5):
        begun = time.process_time()
        scan(text)
        if time.process_time() - begun <= allowed_s:
            return
    yield "takes longer than its length allows"


def failures(random: Random, number: int) -> tuple[Made, list[str]]:
    if number % LONG_EVERY == LONG_EVERY - 1:
        made = Made(long(random))
        return made, [*slowness(SCAN_LONG, made.text), *slowness(findings, made.text)]
    made = line(random)
    begun = time.perf_counter()
    found = list(problems(made, with_findings=number % FINDINGS_EVERY == 0))
    if time.perf_counter() - begun > 2 * SECONDS_MAX:
        found += [*slowness(SCAN, made.text), *slowness(findings, made.text)]
    return made, found


def shown(made: Made) -> Mapping[str, object]:
    """All that was made up, for the vectors."""
    return {"line": made.text, "value": made.value}
