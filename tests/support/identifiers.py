"""Made identifiers, by detector: what must be found wherever it stands.

Enters: a `random.Random`. Leaves: a value, and words before it that a person would write.
Must hold: each value is valid for its detector; none belongs to anybody (example domains, numbers
out of ranges that are counted up).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from random import Random

from reticent_contract.redact.checksums import gstin, luhn, mod97, verhoeff

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WORDS = ("alder", "birch", "cedar", "fir", "hazel", "larch", "maple", "rowan", "willow", "yew")
_DOMAINS = ("example.com", "example.org", "example.net", "example.co.in", "example.de")


def _digits(random: Random, count: int) -> str:
    return "".join(random.choices("0123456789", k=count))


def _checked(body: str, holds: Callable[[str], bool]) -> str:
    return next(body + c for c in "0123456789" if holds(body + c))


def _grouped(random: Random, digits: str) -> str:
    joint = random.choice(("", " ", "-"))
    return joint.join(digits[i : i + 4] for i in range(0, len(digits), 4))


def _ipv4(random: Random) -> str:
    return str(ipaddress.IPv4Address(random.randrange(0x0B000000, 0x7E000000) | 1))


def _ipv6(random: Random) -> str:
    return str(ipaddress.IPv6Address((0x2001 << 112) | random.getrandbits(112) | 1))


def _mac(random: Random) -> str:
    joint = random.choice(":-")
    return joint.join(f"{random.randrange(1, 255):02x}" for _ in range(6))


def _uuid(random: Random) -> str:
    digits = f"{random.getrandbits(128) | 1 << 127:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _email(random: Random) -> str:
    return f"{random.choice(_WORDS)}.{random.choice(_WORDS)}@{random.choice(_DOMAINS)}"


def _fqdn(random: Random) -> str:
    return f"{random.choice(_WORDS)}-{random.randrange(1, 99)}.{random.choice(_DOMAINS)}"


def _user(random: Random) -> str:
    return f"{random.choice(_WORDS)}.{random.choice(_WORDS)}"


def _secret(random: Random) -> str:
    return "".join(random.choices("abcdefghkmnpqrstXYZ23456789", k=24))


def _phone(random: Random) -> str:
    number = f"98{_digits(random, 8)}"
    return random.choice((f"+91 {number[:5]} {number[5:]}", f"+91{number}", f"+91-{number}"))


def _national(random: Random) -> str:
    number = f"98{_digits(random, 7)}1"
    return random.choice((number, f"{number[:5]} {number[5:]}", f"0{number}"))


def _card(random: Random) -> str:
    return _grouped(random, _checked(f"4{random.randrange(10**13, 10**14)}", luhn))


def _aadhaar(random: Random) -> str:
    return _grouped(random, _checked(f"{random.randrange(2, 10)}{_digits(random, 10)}", verhoeff))


def _invented(random: Random) -> str:
    """An Aadhaar number whose check fails."""
    digits = f"{random.randrange(2, 10)}{_digits(random, 10)}"
    return digits + next(c for c in "0123456789" if not verhoeff(digits + c))


def _vid(random: Random) -> str:
    return _checked(f"9{_digits(random, 14)}", verhoeff)


def _imei(random: Random) -> str:
    return _checked(f"35{_digits(random, 12)}", luhn)


def _letters(random: Random, count: int) -> str:
    return "".join(random.choices(_LETTERS, k=count))


def _pan(random: Random) -> str:
    return f"{_letters(random, 3)}P{random.choice('QXZ')}{_digits(random, 4)}{_letters(random, 1)}"


def _gstin(random: Random) -> str:
    body = f"{random.randrange(10, 37)}{_pan(random)}1Z"
    return next(body + c for c in "0123456789" + _LETTERS if gstin(body + c))


def _iban(random: Random) -> str:
    body = _digits(random, 18)
    return next(f"DE{c:02d}{body}" for c in range(2, 99) if mod97(f"DE{c:02d}{body}"))


def _ssn(random: Random) -> str:
    area, serial = random.randrange(1, 666), random.randrange(1, 10_000)
    return f"{area:03d}-{random.randrange(1, 100):02d}-{serial:04d}"


def _sid(random: Random) -> str:
    parts = "-".join(str(random.randrange(1, 2**32)) for _ in range(3))
    return f"S-1-5-21-{parts}-{random.randrange(1_000, 9_999)}"


def _geo(random: Random) -> str:
    return f"{random.uniform(-89, 89):.6f}, {random.uniform(-179, 179):.6f}"


def _vehicle(random: Random) -> str:
    joint = random.choice(("", " ", "-"))
    return joint.join(("KA", f"{random.randrange(1, 72):02d}", "MX", f"{_digits(random, 3)}1"))


def _dashed(random: Random) -> str:
    return _ipv4(random).replace(".", "-")


# By name: the detector it must be found by, what a person writes before it, how it is made.
IDENTIFIERS: Mapping[str, tuple[str, tuple[str, ...], Callable[[Random], str]]] = {
    "ipv4": ("ipv4", ("from ", "addr:", "("), _ipv4),
    "dashed": ("ipv4", ("ip-", "host-"), _dashed),
    "ipv6": ("ipv6", ("from ", "["), _ipv6),
    "mac": ("mac", ("bssid ", "arp "), _mac),
    "uuid": ("uuid", ("id ", "{"), _uuid),
    "email": ("email", ("to ", "<", "mailto:"), _email),
    "fqdn": ("fqdn", ("rhost=", "https://", "lookup "), _fqdn),
    "user": ("user", ("for user ", "user=", "/home/"), _user),
    "secret": ("secret", ("password=", "Authorization: Bearer ", "--token "), _secret),
    "phone": ("phone", ("call ", "tel:", ""), _phone),
    "national": ("phone", ("phone ", "mobile: "), _national),
    "card": ("card", ("paid with ", "card no. "), _card),
    "aadhaar": ("aadhaar", ("Aadhaar ", "aadhaar_no="), _aadhaar),
    "invented": ("aadhaar", ("Aadhaar: ", "aadhaar="), _invented),
    "vid": ("vid", ("VID ", "virtual id: "), _vid),
    "imei": ("imei", ("IMEI ", "imei="), _imei),
    "pan": ("pan", ("PAN ", "tax of "), _pan),
    "gstin": ("gstin", ("GSTIN ", "invoice "), _gstin),
    "iban": ("iban", ("IBAN ", "to "), _iban),
    "ssn": ("ssn", ("SSN ", "id "), _ssn),
    "sid": ("sid", ("SID ", "HKU\\"), _sid),
    "geo": ("geo", ("at ", "position "), _geo),
    "vehicle": ("vehicle", ("car ", "plate "), _vehicle),
    "upi": ("upi", ("paid to ", "vpa="), lambda r: f"{_user(r)}@okaxis"),
    "ifsc": ("ifsc", ("IFSC ", "branch "), lambda r: f"HDFC0{_digits(r, 5)}1"),
    "epic": ("epic", ("voter id ", "EPIC "), lambda r: f"{_letters(r, 3)}{_digits(r, 7)}"),
    "passport": ("passport", ("passport ", "passport no: "), lambda r: f"Z{_digits(r, 6)}1"),
    "url": ("url", ("https://example.org/s?q=",), lambda r: f"{_user(r)}{_digits(r, 2)}"),
}
