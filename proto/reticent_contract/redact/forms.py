"""Canonical forms: the one spelling in which a value is compared and pseudonymised.

Enters: a value as a platform or a log spells it. Leaves: its canonical spelling, or None where the
value has none (then it is dropped and counted as failed; it is never hashed in a doubtful form).
Must hold: two spellings of one thing give one text. The forms are those of the design: MAC in 12
lower hex digits, e-mail and user names NFC and case-folded, domains IDNA, UUID lower with dashes,
serials trimmed upper case. Phones are E.164 where the policy names the region of national numbers;
without one they keep their digits and a leading `+`, and a national number stays national.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Callable, Mapping
from socket import AF_INET, inet_pton

from reticent_contract.catalog.model import Form
from reticent_contract.redact.phones import e164

_HEX = frozenset("0123456789abcdef")
_MAC_DIGITS = (12, 16, 40)  # EUI-48, EUI-64, InfiniBand


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _text(value: str) -> str | None:
    return _nfc(value).strip() or None


def _user(value: str) -> str | None:
    return _nfc(_nfc(value).casefold()).strip() or None


def _host(value: str) -> str | None:
    text = _nfc(value).strip().rstrip(".").lower()
    if not text or any(c.isspace() for c in text):
        return None
    if text.isascii():
        return text
    try:
        name = text.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError:
        return None
    return None if not name or " " in name else name


def _email(value: str) -> str | None:
    local, at, domain = value.strip().rpartition("@")
    user, host = _user(local), _host(domain)
    if not at or user is None or host is None:
        return None
    return f"{user}@{host}"


def ipv4_octets(value: str) -> bytes | None:
    """Those of an address in the spelling that nearly all have, `203.0.113.7`; of any other None,
    whether it is one or not. A twentieth of what `parse_ip` costs."""
    try:
        return inet_pton(AF_INET, value)
    except (OSError, ValueError):
        return None


def parse_ip(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address out of the spellings that platforms use: brackets, zone, prefix length, mapped."""
    text = value.strip().strip("[]").partition("/")[0].partition("%")[0]
    if text.count(".") == 3 and ":" not in text:
        parts = text.split(".")
        if all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
            text = ".".join(str(int(part)) for part in parts)  # 010.1.2.3 is 10.1.2.3 to people
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _ip(value: str) -> str | None:
    if ipv4_octets(value) is not None:
        return value
    address = parse_ip(value)
    return None if address is None else str(address)


def _mac(value: str) -> str | None:
    digits = value.strip().lower().translate({ord(c): None for c in ":-._ "})
    if len(digits) in _MAC_DIGITS and _HEX.issuperset(digits):
        return digits
    return None


def _uuid(value: str) -> str | None:
    digits = value.strip().strip("{}").lower().removeprefix("urn:uuid:").replace("-", "")
    if len(digits) != 32 or not _HEX.issuperset(digits):
        return None
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _serial(value: str) -> str | None:
    return _nfc(_nfc(value).strip().upper()) or None


_PHONE_DIGITS_MIN = 3


def _phone(value: str) -> str | None:
    text = unicodedata.normalize("NFKC", value).strip()
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    if text.startswith(("+", "00")) and "(0)" in text:
        digits = "".join(c for c in text.replace("(0)", "") if c.isascii() and c.isdigit())
    if len(digits) < _PHONE_DIGITS_MIN:
        return None
    if text.startswith("+"):
        return f"+{digits}"
    is_international = digits.startswith("00") and len(digits) >= 2 + _PHONE_DIGITS_MIN
    return f"+{digits[2:]}" if is_international else digits


def _digits(value: str) -> str | None:
    text = unicodedata.normalize("NFKC", value)
    return "".join(c for c in text if c.isascii() and c.isdigit()) or None


_FORMS: Mapping[Form, Callable[[str], str | None]] = {
    Form.TEXT: _text,
    Form.USER: _user,
    Form.EMAIL: _email,
    Form.HOST: _host,
    Form.IP: _ip,
    Form.MAC: _mac,
    Form.UUID: _uuid,
    Form.SERIAL: _serial,
    Form.PHONE: _phone,
    Form.DIGITS: _digits,
}


def canonical_form(form: Form, value: str, *, phone_region: str | None = None) -> str | None:
    """`value` in its canonical spelling, None where it is empty or not of this form.

    `phone_region` (ISO 3166-1): in which numbering plan a national phone number is read.
    """
    if form is Form.PHONE and phone_region is not None:
        international = e164(unicodedata.normalize("NFKC", value).strip(), phone_region)
        if international is not None:
            return international
    return _FORMS[form](value)
