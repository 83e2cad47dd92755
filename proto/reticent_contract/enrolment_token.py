"""The enrolment token: one string with everything that a laptop needs to find and trust its server.

    "rtk1_" base64url-without-padding( zlib( canonical JSON ) )
    JSON object, exactly these keys:
      "a"  address of the enrolment port, "host:port"
      "c"  CA certificate in DER, base64url without padding
      "e"  expiry, seconds since 1970 UTC
      "g"  group that the device joins
      "s"  secret, base64url characters (the server stores a hash of it)
      "u"  how many devices may enrol with it

The token is a secret as a whole: it is shown once, never logged, and travels like a password.
zlib halves the certificate's share, so that the string fits into a chat message or a QR code.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass, field

from reticent_contract import limits

PREFIX = "rtk1_"
_PLAIN_BYTES_MAX = 4 * limits.TOKEN_CHARS_MAX
_KEYS = {"a", "c", "e", "g", "s", "u"}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_ADDRESS = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253}):(?P<port>[0-9]{1,5})"
)


class TokenError(Exception):
    """The text is no enrolment token. The message never holds a part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentToken:
    """What the token says. `expires_s` is seconds since 1970 UTC; the server checks it again."""

    address: str
    ca_certificate_der: bytes = field(repr=False)
    secret: str = field(repr=False)
    expires_s: int
    uses: int
    group: str

    def encode(self) -> str:
        """The string. Raises TokenError where a part is out of bounds: `decode` would refuse it."""
        document = {
            "a": self.address,
            "c": _text(self.ca_certificate_der),
            "e": self.expires_s,
            "g": self.group,
            "s": self.secret,
            "u": self.uses,
        }
        plain = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
        text = PREFIX + _text(zlib.compress(plain, level=9))
        if decode(text) != self:
            raise TokenError("the token does not read back as it was written; make a new one")
        return text


def decode(text: str) -> EnrolmentToken:
    """The token in `text` (white space around it is ignored). Raises TokenError.

    1. the size is within bounds; 2. the prefix is this version's; 3. base64url and zlib, whole and
    bounded; 4. a JSON object with exactly the known keys; 5. every value has its type and range.
    The caller owes: compare `expires_s` with a clock, and trust only `ca_certificate_der`.
    """
    text = text.strip()
    if len(text) > limits.TOKEN_CHARS_MAX:
        raise _problem(f"it is longer than {limits.TOKEN_CHARS_MAX} characters")
    if not text.startswith(PREFIX):
        raise _problem(f"it does not begin with {PREFIX}")
    try:
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(_bytes(text[len(PREFIX) :]), _PLAIN_BYTES_MAX)
        if not unpacker.eof or unpacker.unused_data:
            raise _problem("a part is missing or too much")
        document = json.loads(plain)
    except (ValueError, zlib.error, RecursionError):
        raise _problem("it is damaged") from None
    if not isinstance(document, dict) or set(document) != _KEYS:
        raise _problem("it has other parts than this version knows")
    address, secret, group = document["a"], document["s"], document["g"]
    expires_s, uses, certificate = document["e"], document["u"], document["c"]
    if not all(isinstance(v, str) for v in (address, secret, group, certificate)):
        raise _problem("a part has the wrong type")
    if not all(type(v) is int and 0 < v < 1 << 53 for v in (expires_s, uses)):
        raise _problem("its expiry or its number of uses is no proper number")
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match["port"]) < 65_536:
        raise _problem("its server address is not host:port")
    if not 16 <= len(secret) <= 256 or not _BASE64URL.fullmatch(secret):
        raise _problem("its secret is malformed")
    if not 0 < len(group) <= limits.NAME_CHARS_MAX or not group.isprintable():
        raise _problem("its group is malformed")
    try:
        der = _bytes(certificate)
    except ValueError:
        raise _problem("its CA certificate is damaged") from None
    return EnrolmentToken(
        address=address,
        ca_certificate_der=der,
        secret=secret,
        expires_s=expires_s,
        uses=uses,
        group=group,
    )


def _problem(what: str) -> TokenError:
    return TokenError(
        f"this is not a usable enrolment token: {what}; nothing was changed; copy the whole line "
        "that the administrator was given, or ask for a new token"
    )


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    if not _BASE64URL.fullmatch(text):
        raise binascii.Error("not base64url")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
