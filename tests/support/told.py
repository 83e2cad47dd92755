"""What somebody typed, as their browser sends it, and each way in which a log could repeat it."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

CHARS_MIN = 4  # a word that is shorter may stand in any line


def typed_in(url: str, body: str | None) -> set[str]:
    """Every line of every value of an address' query and of a form or JSON that was sent."""
    sent = [*parse_qsl(urlsplit(url).query), *parse_qsl(body or "")]
    values = [value for _, value in sent]
    with suppress(ValueError):  # a form
        values += _texts(json.loads(body or "null"))
    lines = {line.strip() for value in values for line in value.splitlines()}
    return {line for line in lines if len(line) >= CHARS_MIN}


def told_of(typed: Iterable[str], log: str) -> list[str]:
    """Those that stand in the log, in whatever spelling; case does not count."""
    log = log.casefold()
    return sorted(one for one in typed if any(form.casefold() in log for form in spellings(one)))


def spellings(text: str) -> set[str]:
    """As it is, and as it stands in JSON, in JSON within JSON, in an address, in HTML."""
    found = {text, html.escape(text), quote(text), quote(text, safe=""), quote_plus(text)}
    for _ in range(2):
        found |= {json.dumps(one)[1:-1] for one in found}
        found |= {json.dumps(one, ensure_ascii=False)[1:-1] for one in found}
    return found | {one.replace("/", "\\/") for one in found}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in _texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in _texts(one))
