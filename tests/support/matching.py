"""Which of many patterns match which of many texts, asked of twenty patterns at once.

The same as each pattern alone would say, in a tenth of the time; more in one set are no quicker.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reticent_contract.redact.sets import ALWAYS, gate_of

_TOGETHER = 20
_BYTES_MAX = 64 << 20


def matching(patterns: Iterable[str], texts: Sequence[bytes]) -> dict[str, set[int]]:
    """Of each pattern, the numbers of the texts that it matches. AssertionError where RE2 ran out
    of memory: a set would tell of nothing then."""
    different = list(dict.fromkeys(patterns))
    found: dict[str, set[int]] = {pattern: set() for pattern in different}
    for start in range(0, len(different), _TOGETHER):
        together = different[start : start + _TOGETHER]
        numbers = [found[pattern] for pattern in together]
        ask = gate_of(together, bytes_max=_BYTES_MAX)
        for number, text in enumerate(texts):
            met = ask(text)
            if not met:
                raise AssertionError(f"out of memory, asked for {together}")
            if len(met) > 1:
                for each in met:
                    if each != ALWAYS:
                        numbers[each - 1].add(number)
    return found
