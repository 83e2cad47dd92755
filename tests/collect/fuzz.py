"""Every parser of what a laptop holds, fed with damaged and random input.

    python tests/collect/fuzz.py [--inputs 100000] [--parser linux/dpkg] [--seed 1]

Gathers `PARSERS` of the modules beside it, tests/collect/fuzz_AREA.py:

    PARSERS   name: what takes bytes and reads them to the end
    SEEDS     name: sound inputs to begin from (may be missing)
    ALLOWED   name: the errors that the parser's docstring names (may be missing)

An input fails that raises anything else, takes more than TIME_MAX_S, or lets the process grow by
more than MEMORY_MAX_BYTES. Equal arguments give equal inputs; a failure is told by its number, and
`--only NUMBER` repeats it alone.
"""

from __future__ import annotations

import argparse
import importlib
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

INPUTS = 100_000
INPUT_BYTES_MAX = 32 << 10
TIME_MAX_S = 1.0  # of processor time, for one input; sound ones of this size take a few ms
MEMORY_MAX_BYTES = 256 << 20
_TOKENS = (
    b"\0", b"\n", b"\r\n", b"\t", b":", b"=", b"/", b"..", b'"', b"'", b"\\", b"{", b"}", b"[",
    b"]", b"-1", b"0", b"9" * 25, b"1e999", b"NaN", b"null", b"\xff", b"\xff\xff\xff\xff", b"\x80",
    b"\xed\xa0\x80", "é".encode(), "\u2028".encode(), b"\\ud800", b"\\u0000", b"%", b"<", b">",
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """One parser, named AREA/NAME."""

    name: str
    parse: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    allowed: tuple[type[Exception], ...]


class TooSlowError(BaseException):
    """Not an Exception: no parser may swallow it."""


class Failure(Exception):  # noqa: N818 - what it says is the result of the command
    """An input that the parser does not bear."""


def subjects() -> list[Subject]:
    """All that there are, sorted by name."""
    found = []
    for path in sorted(HERE.glob("fuzz_*.py")):
        module = importlib.import_module(f"collect.{path.stem}")
        area = path.stem.removeprefix("fuzz_")
        seeds, allowed = getattr(module, "SEEDS", {}), getattr(module, "ALLOWED", {})
        for name, parse in module.PARSERS.items():
            begin = tuple(seed for seed in seeds.get(name, ()) if seed)
            found.append(Subject(f"{area}/{name}", parse, begin, tuple(allowed.get(name, ()))))
    return sorted(found, key=lambda subject: subject.name)


def inputs(subject: Subject, numbers: Sequence[int], *, seed: int) -> Iterator[tuple[int, bytes]]:
    """The sound ones first; each depends on parser, seed and number alone."""
    for number in numbers:
        if number < len(subject.seeds):
            yield number, subject.seeds[number]
            continue
        chance = random.Random(f"{seed} {subject.name} {number}")
        if not subject.seeds or chance.random() < 0.1:
            yield number, chance.randbytes(chance.choice((1, 16, 200, 2_000)))
        else:
            yield number, _mutated(subject.seeds, chance)


def _mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    data = bytearray(chance.choice(seeds)[:INPUT_BYTES_MAX])
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        begin = chance.randint(0, len(data))
        end = min(len(data), begin + chance.choice((1, 1, 4, 30, 300)))
        match chance.randrange(7):
            case 0 if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
            case 1:
                del data[begin:end]
            case 2:
                data[begin:begin] = chance.choice(_TOKENS)
            case 3:
                data[begin:end] = chance.choice(_TOKENS)
            case 4:  # much of the same: what is slow on long input shows here
                data[begin:begin] = data[begin:end] * chance.choice((1, 2, 50, 1_000))
            case 5:
                other = chance.choice(seeds)
                at = chance.randint(0, len(other))
                data[begin:end] = other[at : at + chance.choice((10, 100, 1_000))]
            case _:
                del data[end:]
        del data[INPUT_BYTES_MAX:]
    return bytes(data)


def fuzz(subject: Subject, numbers: Sequence[int], *, seed: int) -> float:
    """The longest time that an input took, in seconds. Raises Failure."""
    longest_s = 0.0
    grown_from = _resident_bytes()
    for number, data in inputs(subject, numbers, seed=seed):
        where = f"{subject.name}: input {number} ({len(data)} bytes)"
        signal.setitimer(signal.ITIMER_VIRTUAL, TIME_MAX_S * 3)
        begun = time.process_time()
        try:
            subject.parse(data)
        except subject.allowed:
            pass
        except TooSlowError:
            raise Failure(f"{where} does not end") from None
        except Exception as error:
            raise Failure(f"{where} raises {type(error).__name__}: {error}") from error
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        took_s = time.process_time() - begun
        longest_s = max(longest_s, took_s)
        if took_s > TIME_MAX_S:
            raise Failure(f"{where} takes {took_s:.1f} s")
        if number % 64 == 0 and _resident_bytes() - grown_from > MEMORY_MAX_BYTES:
            raise Failure(f"{where}, or one before: it grew over {MEMORY_MAX_BYTES >> 20} MiB")
    return longest_s


def _resident_bytes() -> int:
    """At its highest so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlowError


def arm() -> None:
    """Ends a parser that does not end by itself."""
    signal.signal(signal.SIGVTALRM, _interrupt)


def main() -> int:
    """A line a parser; 1 where one failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--inputs", type=int, default=INPUTS, help="for each parser, besides the sound ones"
    )
    parser.add_argument("--parser", help="one alone, as AREA/NAME or AREA")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one input alone, by its number")
    options = parser.parse_args()
    wanted = [
        subject
        for subject in subjects()
        if options.parser in (None, subject.name, subject.name.partition("/")[0])
    ]
    if not wanted:
        parser.error("there is no parser of that name")
    arm()
    failed = 0
    for subject in wanted:
        begun = time.monotonic()
        until = len(subject.seeds) + options.inputs
        numbers = range(until) if options.only is None else [options.only]
        try:
            longest_s = fuzz(subject, numbers, seed=options.seed)
        except Failure as failure:
            failed += 1
            print(f"FAILED {failure}", flush=True)
        else:
            took_s = time.monotonic() - begun
            print(
                f"ok     {subject.name}: {len(numbers)} inputs in {took_s:.0f} s, "
                f"the slowest {longest_s * 1000:.1f} ms",
                flush=True,
            )
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
