"""How a pseudonym is written.

    stored, in a text column     pn:DOMAIN:EPOCH:TOKEN
    inside scanned text         <pn:DOMAIN:EPOCH:TOKEN>

DOMAIN is `table.field`, a link group or a detector; EPOCH a decimal number; TOKEN the 16 bytes in
base64url without padding (22 characters). Raw text that spells such a thing is changed before it is
scanned or kept (`neutralise`), so whatever has this form after redaction was made by redaction.
The laptop writes its own half; the server replaces each by the second half (`replace_tokens`).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterator

import re2

from reticent_contract.catalog import CATALOG
from reticent_contract.redact.sealed import neutralise_sealed

TOKEN_BYTES = 16
TOKEN_CHARS = 22
_EMBEDDED = re2.compile(rb"<pn:[a-z0-9_.-]{1,128}:[0-9]{1,10}:[A-Za-z0-9_-]{22}>")
# As `neutralise` leaves one. Nothing in it is looked at, so it holds as little of another's choice
# as can be: a field of the catalog or a plain word, and what 16 bytes are written as.
_FIELDS = "|".join(
    f"{table}[.]{field.name}" for table, of in CATALOG.tables.items() for field in of.fields
)
NEUTRALISED = (
    rf"<pn_:(?:[a-z_]{{1,32}}|ipv[46]|{_FIELDS}):[0-9]{{1,10}}:[A-Za-z0-9_\-]{{21}}[AQgw]>"
).encode()
_EITHER = re2.compile(_EMBEDDED.pattern + b"|" + NEUTRALISED)
TOKEN_BEGINS = b"<pn:"  # nothing else that redaction writes does
SHORTENED = b"<pn>"
_LABEL_SECOND = b"reticent-second-half-v1\0"


def token_text(token: bytes) -> str:
    if len(token) != TOKEN_BYTES:
        raise ValueError(f"a pseudonym token has {TOKEN_BYTES} bytes, not {len(token)}")
    return base64.urlsafe_b64encode(token)[:TOKEN_CHARS].decode("ascii")


def token_bytes(text: str) -> bytes | None:
    """The 16 bytes, None where `text` is not exactly how `token_text` writes them."""
    try:
        token = base64.b64decode(text.encode("ascii") + b"==", altchars=b"-_", validate=True)
    except ValueError:
        return None
    return token if len(token) == TOKEN_BYTES and token_text(token) == text else None


def pseudonym_text(domain: str, epoch: int, token: bytes) -> str:
    """The stored form, e.g. `pn:person:1:…`."""
    return f"pn:{domain}:{epoch}:{token_text(token)}"


def embedded(domain: str, epoch: int, token: bytes) -> str:
    return f"<{pseudonym_text(domain, epoch, token)}>"


def parse_pseudonym(text: str) -> tuple[str, int, bytes] | None:
    """`(domain, epoch, token)` of a stored form, None where `text` is none."""
    parts = text.split(":")
    if len(parts) != 4 or parts[0] != "pn" or not parts[2].isascii() or not parts[2].isdigit():
        return None
    token = token_bytes(parts[3])
    if token is None or not parts[1] or len(parts[2]) > 10:
        return None
    return parts[1], int(parts[2]), token


def neutralise(text: str) -> str:
    """Raw text that can no longer be taken for a pseudonym, nor as a whole for a sealed value.

    The same object where nothing was.
    """
    text = neutralise_sealed(text)
    if "pn:" not in text:
        return text
    if "<pn:" in text:
        text = text.replace("<pn:", "<pn_:")
    return "pn_:" + text[3:] if text.startswith("pn:") else text


def find_tokens(text: str) -> Iterator[tuple[str, int, bytes]]:
    """`(domain, epoch, token)` of each embedded pseudonym."""
    if "<pn:" not in text:
        return
    for match in _EMBEDDED.finditer(text.encode()):
        found = parse_pseudonym(match.group()[1:-1].decode("ascii"))
        if found is not None:
            yield found


def without_tokens(text: bytes) -> bytes:
    """`text` with every embedded token shortened to `<pn>`, for a look at what stands around; also
    one that was collected again, and neutralised."""
    return bytes(_EITHER.sub(SHORTENED, text))


def replace_tokens(text: str, second: Callable[[str, int, bytes], str]) -> str:
    """`text` with each embedded token replaced by `<`, what `second(…)` says, and `>`.

    `second` returns the stored form, as `pseudonym_text` writes it. Linear in the text's length.
    """
    if "<pn:" not in text:
        return text
    data = text.encode()
    pieces: list[bytes] = []
    end = 0
    for match in _EMBEDDED.finditer(data):
        found = parse_pseudonym(match.group()[1:-1].decode("ascii"))
        if found is None:
            continue
        pieces += (data[end : match.start()], b"<", second(*found).encode(), b">")
        end = match.end()
    return b"".join((*pieces, data[end:])).decode()


def second_half(server_key: bytes, domain: str, epoch: int, token: bytes) -> bytes:
    """The server's half: 16 bytes of HMAC-SHA-256 over the laptop's half, bound to its domain.

    `server_key`: 32 bytes that exist only on the server, outside its database.
    """
    if len(server_key) != 32 or len(token) != TOKEN_BYTES:
        raise ValueError("the second half takes a key of 32 bytes and a token of 16")
    message = _LABEL_SECOND + domain.encode() + b"\0" + epoch.to_bytes(4, "big") + token
    return hmac.digest(server_key, message, "sha256")[:TOKEN_BYTES]
