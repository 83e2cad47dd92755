"""Lines of which no two are alike, for the speed of redaction where nothing repeats.

Enters: nothing. Leaves: the same lines on every machine; run by itself, it prints them as JSON. A
real log repeats a few dozen templates, and an automaton that makes its states as it needs them
learns those in no time. These lines are what it cannot learn: the sentences of the labelled set,
invented words, paths, addresses of the web, JSON, hexadecimal and base64.
"""

from __future__ import annotations

import base64
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from accuracy.made import made_cases
from accuracy.traps import traps
from reticent_contract.redact.detectors.model import words

_EACH = 500  # lines of every invented kind
_CASES_EVERY = 3  # of the labelled set
_SYLLABLES = sorted(
    words(
        """
        ba be bi co da de di el en er fa fi go ha in ka ke la le li lo ma me mi na ne no ol on or
        pa pe pri que ra re ri ro sa se shi sta str ta te ther ti tion tra ul un ve vi wa xy za
        """
    )
)
_ENDINGS = ("log", "conf", "service", "so.1", "py", "json", "tar.gz", "socket", "xml", "plist")
_LEVELS = ("debug", "INFO", "notice", "WARN", "error", "Fatal")


def _word(rng: random.Random) -> str:
    word = "".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4)))
    return rng.choice((word, word, word, word.capitalize(), word.upper()))


def _words(rng: random.Random, most: int) -> str:
    return " ".join(_word(rng) for _ in range(rng.randint(2, most)))


def _path(rng: random.Random) -> str:
    folders = "/".join(_word(rng).lower() for _ in range(rng.randint(2, 6)))
    return f"/{folders}.{rng.choice(_ENDINGS)}"


def _journal(rng: random.Random) -> str:
    program = f"{_word(rng).lower()}[{rng.randint(2, 99_999)}]"
    return f"{program}: {_words(rng, 12)} ({_word(rng)}={rng.randrange(1 << 20)}), {_words(rng, 5)}"


def _of_paths(rng: random.Random) -> str:
    return f"{_word(rng)} {_path(rng)} -> {_path(rng)}: {_words(rng, 4)}"


def _trace(rng: random.Random) -> str:
    names = ".".join(_word(rng).lower() for _ in range(rng.randint(2, 5)))
    return f"    at {names}.{_word(rng).capitalize()}({_word(rng)}.java:{rng.randint(1, 2_000)})"


def _json(rng: random.Random) -> str:
    record: dict[str, object] = {"level": rng.choice(_LEVELS), "msg": _words(rng, 8)}
    for _ in range(rng.randint(2, 6)):
        value = rng.choice((_words(rng, 3), rng.randrange(1 << 24), rng.random(), None, True))
        record[_word(rng).lower()] = value
    return json.dumps(record)


def _url(rng: random.Random) -> str:
    query = "&".join(f"{_word(rng).lower()}={_word(rng)}" for _ in range(rng.randint(1, 4)))
    return (
        f'"GET /{_word(rng)}/{_word(rng)}?{query} HTTP/1.1" {rng.randint(200, 599)} "{_path(rng)}"'
    )


def _hex(rng: random.Random) -> str:
    numbers = " ".join(rng.randbytes(rng.choice((2, 4, 8, 20))).hex() for _ in range(5))
    return f"{_word(rng)}: {numbers} {_words(rng, 3)}"


def _base64(rng: random.Random) -> str:
    text = base64.b64encode(rng.randbytes(rng.randint(12, 90))).decode()
    return f"{_word(rng)} {_word(rng)} {text}"


def _logfmt(rng: random.Random) -> str:
    pairs = (f"{_word(rng).lower()}={_word(rng)}" for _ in range(rng.randint(4, 10)))
    return f"level={rng.choice(_LEVELS)} {' '.join(pairs)} took={rng.uniform(0.1, 900):.3f}ms"


def _numbers(rng: random.Random) -> str:
    fields = (f"{_word(rng)}:{rng.randrange(10 ** rng.randint(1, 9))}" for _ in range(9))
    return ", ".join(fields)


_KINDS: tuple[Callable[[random.Random], str], ...] = (
    *(_journal, _of_paths, _trace, _json, _url, _hex, _base64, _logfmt, _numbers),
)


def _made() -> Iterator[str]:
    rng = random.Random("diverse lines")
    for make in _KINDS:
        for _ in range(_EACH):
            yield make(rng)
    yield from (case.text for case in made_cases()[::_CASES_EVERY])
    yield from (case.text for case in traps())


def diverse_lines() -> list[str]:
    """Made by another process: what making them takes is no memory of whoever redacts them."""
    command = [sys.executable, str(HERE / "diverse.py")]
    lines: list[str] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return lines


def main() -> None:
    lines = list(_made())
    random.Random("their order").shuffle(lines)
    json.dump(lines, sys.stdout)


if __name__ == "__main__":
    main()
