"""One stored value as HTML: escaped, pseudonyms as links, sizes and flags in words."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from markupsafe import Markup, escape
from reticent_contract.catalog.model import Field, Type
from reticent_contract.redact.sealed import parse_sealed

from reticent_server.console.pseudonyms import PSEUDONYM
from reticent_server.console.words import bytes_of, number, stamp_us
from reticent_server.query.reach import MASKED_WHY, Masked
from reticent_server.query.sealed import key_of_withheld

TOKEN_CHARS_SHOWN = 6
_IN_TEXT = re.compile(r"<(pn:[a-z0-9_.:-]{1,128}:[0-9]{1,9}:[A-Za-z0-9_-]{22})>")


def html_of(name: str, value: object, field: Field | None = None) -> Markup:
    """`name` is the field's, for the link from a pseudonym to every event with the same one."""
    if isinstance(value, list):
        return Markup(", ").join(html_of(name, item, field) for item in value) or Markup("–")
    if isinstance(value, bool):
        return escape("yes" if value else "no")
    if isinstance(value, int):
        return escape(_number(name, value, field))
    if isinstance(value, Masked):
        return Markup('<span class="masked" title="{}">masked</span>').format(MASKED_WHY)
    text = str(value)
    if PSEUDONYM.fullmatch(text):
        return pseudonym(name, text)
    if (key_id := key_of_withheld(text)) is not None:
        return sealed(key_id)
    if (found := parse_sealed(text)) is not None:
        return sealed(found.key_id)
    pieces = _IN_TEXT.split(text)  # text, pseudonym, text, ...
    return Markup("").join(
        pseudonym(name, piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces)
    )


def pseudonym(name: str, text: str) -> Markup:
    found = PSEUDONYM.fullmatch(text)
    if found is None:
        return escape(text)
    domain, epoch, token = found.groups()
    meaning = domain.rpartition(".")[2].rpartition(":")[2]
    # Beside the field's own name the meaning would only be said twice.
    what = (
        Markup("")
        if meaning == name
        else Markup('<span class="pn-what">{}</span> ').format(meaning.replace("_", " "))
    )
    return Markup(
        '<a class="pn" href="{address}" title="Pseudonym ({domain}, epoch {epoch}). Show all events'
        ' with this value">{what}{short}</a>'
    ).format(
        address="/same?" + urlencode({"field": name, "value": text}),
        domain=domain,
        epoch=epoch,
        what=what,
        short=token[:TOKEN_CHARS_SHOWN],
    )


def sealed(key_id: str) -> Markup:
    """In place of some hundred characters that say nothing to anybody here."""
    return Markup(
        '<span class="pn" title="Sealed for key {key_id}. Only the privacy officer can open it; '
        'its text is handed out with a second person.">sealed {short}</span>'
    ).format(key_id=key_id, short=key_id[:TOKEN_CHARS_SHOWN])


def _number(name: str, value: int, field: Field | None) -> str:
    if field is not None and field.type is Type.TIMESTAMP:
        return stamp_us(value)
    if name.endswith("_bytes"):
        return bytes_of(value)
    if name.endswith("_hz"):
        return f"{value / 1e9:.2f} GHz"
    if name.endswith(("_id", "pid", "port")):
        return str(value)
    return number(value)
