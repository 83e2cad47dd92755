"""The bytes that are signed: canonical JSON.

RFC 8785 restricted to whole numbers within ±(2^53 - 1): keys sorted by UTF-16 code units, no white
space, the shortest escapes, UTF-8. Text is not normalised. Two documents have the same bytes only
where they are equal. Bytes are pinned in tests/vectors/policy/.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn

from reticent_contract.limits import POLICY_BYTES_MAX, POLICY_DEPTH_MAX
from reticent_contract.policy.errors import PolicyError
from reticent_contract.reading import Path, Problem, kind_of

INTEGER_MAX = 2**53 - 1
_NEXT = "correct the document and sign it again"


def canonical_bytes(document: Mapping[str, object]) -> bytes:
    """PolicyError where the document holds what canonical JSON does not: fractions, half
    surrogates, numbers beyond 2^53 - 1, keys that are not text, too much or too deep."""
    problems: list[Problem] = []
    ordered = _ordered(document, (), problems)
    if problems:
        raise PolicyError("the policy has no canonical form", problems, next_step=_NEXT)
    data = json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode()
    if len(data) > POLICY_BYTES_MAX:
        problem = f"it has {len(data)} bytes, at most {POLICY_BYTES_MAX} are allowed"
        raise PolicyError("the policy is too large", [problem], next_step=_NEXT)
    return data


def _ordered(value: object, path: Path, problems: list[Problem]) -> object:
    if len(path) > POLICY_DEPTH_MAX:
        problems.append(Problem(path, f"is nested deeper than {POLICY_DEPTH_MAX}"))
    elif isinstance(value, str):
        if not _is_unicode(value):
            problems.append(Problem(path, "holds half a surrogate pair"))
    elif isinstance(value, Mapping):
        named = [key for key in value if isinstance(key, str) and _is_unicode(key)]
        if len(named) != len(value):
            problems.append(Problem(path, "has a key that is not valid text"))
        named.sort(key=lambda key: key.encode("utf-16-be"))
        return {key: _ordered(value[key], (*path, key), problems) for key in named}
    elif isinstance(value, list | tuple):
        return [_ordered(item, (*path, i), problems) for i, item in enumerate(value)]
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > INTEGER_MAX:
            problems.append(Problem(path, f"is a number beyond {INTEGER_MAX}"))
    elif value is not None and not isinstance(value, bool):
        problems.append(Problem(path, f"must not be {kind_of(value)}"))
    return value


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


def canonical_document(data: bytes) -> dict[str, object]:
    """The document of canonical bytes. PolicyError where `data` is not exactly canonical."""
    if len(data) > POLICY_BYTES_MAX:
        _refuse(f"it has {len(data)} bytes, at most {POLICY_BYTES_MAX} are allowed")
    try:
        document = json.loads(
            data.decode("utf-8"),
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
            object_pairs_hook=_no_twins,
        )
    except RecursionError:
        _refuse(f"it is nested deeper than {POLICY_DEPTH_MAX}")
    except ValueError as error:  # bad UTF-8, bad JSON, a number of too many digits
        _refuse(f"it is no JSON that a policy may hold ({type(error).__name__})")
    if not isinstance(document, dict):
        _refuse("it is not a mapping")
    if canonical_bytes(document) != data:
        _refuse("its bytes are not the canonical ones")
    return document


def _refuse(why: str) -> NoReturn:
    raise PolicyError("the canonical policy cannot be read", [why], next_step="get it anew")


def _no_fraction(_text: str) -> NoReturn:
    raise ValueError("a fraction")


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice")
    return result
