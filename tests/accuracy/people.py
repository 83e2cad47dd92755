"""Made-up people, hosts and addresses, by Faker's locales.

Enters: a `random.Random`. Leaves: strings. Faker is seeded by the same number as everything else;
it runs once for a pool of each kind, since it is slow.
"""

from __future__ import annotations

import importlib
import ipaddress
import logging
import pkgutil
import random
import re
import string
from collections.abc import Callable
from functools import lru_cache
from types import ModuleType
from typing import Any

from accuracy.numerals import grouped, mobile, some
from faker import Faker
from faker.generator import Generator
from faker.providers import bank, phone_number

LOCALES = (
    "en_US",
    "en_GB",
    "en_IN",
    "hi_IN",
    "ta_IN",
    "de_DE",
    "fr_FR",
    "ja_JP",
    "es_ES",
    "pt_BR",
    "pl_PL",
    "sv_SE",
    "it_IT",
    "nl_NL",
)
SEED = 20_261_125
_POOL = 40  # of each kind, per locale
_EACH = 6  # of what every locale has its own provider for
_DIGITS_MIN = 7  # of fewer, no word beside them would tell a person


@lru_cache(maxsize=1)
def fakers() -> dict[str, Faker]:
    made = {}
    for number, locale in enumerate(LOCALES):
        made[locale] = Faker(locale)
        made[locale].seed_instance(SEED + number)
    return made


@lru_cache(maxsize=1)
def users() -> tuple[str, ...]:
    """Account names as IT departments make them: jdoe, jane.doe, jane_doe7; also with umlauts."""
    names = [fake.user_name() for fake in fakers().values() for _ in range(_POOL)]
    for locale in ("en_US", "en_IN", "de_DE", "fr_FR"):
        fake = fakers()[locale]
        for _ in range(_POOL):
            first, last = (_plain(fake.first_name()), _plain(fake.last_name()))
            names += [
                f"{first}.{last}",
                f"{first}_{last}",
                f"{first[0]}{last}7",
                f"{last}{first[0]}",
            ]
    # An account of every system, or a word of the sentence itself, would not be a person's.
    return tuple(name for name in names if len(name) > 3)


def _plain(name: str) -> str:
    return re.sub(r"[^a-zäöüßéèàçñ]", "", name.lower()) or "devi"


@lru_cache(maxsize=1)
def emails() -> tuple[str, ...]:
    made = [
        address
        for fake in fakers().values()
        for _ in range(_POOL)
        for address in (fake.email(), fake.company_email(), fake.free_email())
    ]
    local = ("ann.b+tag", "o'brien", "first_last", "a", "x-y-z", "राम", "jörg", "1234567")
    domain = (
        "mail.example.co.in",
        "bücher.example",
        "EXAMPLE.ORG",
        "sub.d-omain.museum",
        "xn--bcher-kva.de",
    )
    return (*made, *(f"{name}@{host}" for name in local for host in domain))


def _of_each_locale(package: ModuleType, make: Callable[[Any], str]) -> dict[str, tuple[str, ...]]:
    """By Faker's locales that have a provider of their own in `package`, without the rest of
    them."""
    made = {}
    for number, module in enumerate(pkgutil.iter_modules(package.__path__)):
        generator = Generator()
        generator.seed_instance(SEED + number)
        provider = importlib.import_module(f"{package.__name__}.{module.name}").Provider(generator)
        generator.add_provider(provider)
        made[module.name] = tuple(make(provider) for _ in range(_EACH))
    return made


def _as_written(provider: Any) -> str:
    """The Philippines' providers tell mobiles from landlines."""
    make = getattr(provider, "phone_number", None) or provider.mobile_number
    while True:
        written = str(make())
        if sum(char.isdigit() for char in written) >= _DIGITS_MIN:
            return written


@lru_cache(maxsize=1)
def phones_by_locale() -> dict[str, tuple[str, ...]]:
    """As people of each locale write them, also with an extension, in the digits of other scripts,
    and such as no operator gives out."""
    return _of_each_locale(phone_number, _as_written)


@lru_cache(maxsize=1)
def ibans_by_locale() -> dict[str, tuple[str, ...]]:
    """The check digits hold; countries without IBAN have some too, and lengths may be wrong."""
    logging.getLogger(bank.__name__).setLevel(logging.ERROR)  # one warns that it made them up
    return _of_each_locale(bank, lambda provider: str(provider.iban()))


@lru_cache(maxsize=1)
def cards_by_issuer() -> dict[str, tuple[str, ...]]:
    """The check digit holds; some issuers have long given out no such numbers, or never did."""
    fake = Faker("en_US")
    fake.seed_instance(SEED)
    issuers = (
        *("amex", "diners", "discover", "jcb15", "jcb16", "maestro", "mastercard"),
        *("visa13", "visa16", "visa19"),
    )
    return {
        issuer: tuple(fake.credit_card_number(issuer) for _ in range(_POOL)) for issuer in issuers
    }


@lru_cache(maxsize=1)
def written_phones() -> tuple[str, ...]:
    """Those of all locales together."""
    return tuple(each for phones in phones_by_locale().values() for each in phones)


@lru_cache(maxsize=1)
def domains() -> tuple[str, ...]:
    return tuple(
        name
        for fake in fakers().values()
        for _ in range(_POOL)
        for name in (fake.domain_name(), fake.domain_name(2))
        if name.isascii()
    )


def fqdn(rng: random.Random) -> str:
    """A machine's name: a label or two before a registered domain."""
    label = rng.choice(("ws", "laptop", "p", "dc", "mail", "vpn", "host", "nb"))
    name = f"{label}{rng.randint(1, 99_999)}.{rng.choice(domains())}"
    return rng.choice((name, name, name.upper(), f"eu.{name}", f"{label}-{name}"))


def ipv4(rng: random.Random) -> str:
    first = rng.choice((10, 172, 192, *(n for n in range(1, 224) if n != 127)))
    return f"{first}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randint(1, 254)}"


def ipv6(rng: random.Random) -> str:
    """In full, shortened, with zeros, with an IPv4 tail; capitals too."""
    prefix = rng.choice(("2001:db8", "2607:f140", "fe80:0", "fd12:3456", "2a02:8108", "2409:4072"))
    address = ipaddress.IPv6Address(
        f"{prefix}:{':'.join(some(rng, '0123456789abcdef', 4) for _ in range(6))}"
    )
    sparse = ipaddress.IPv6Address((int(address) >> 80 << 80) | rng.randrange(1, 2**16))
    spellings = (str(address), address.exploded, str(sparse), sparse.exploded, str(sparse).upper())
    return rng.choice((*spellings, f"::ffff:{ipv4(rng)}"))


def mac(rng: random.Random) -> str:
    """Colons, dashes, dots; capitals or not."""
    digits = some(rng, "02468ace", 1).rjust(2, "0") + some(rng, "0123456789abcdef", 10)
    spelling = rng.choice((":", ":", "-", ".", "_"))
    spelled = (
        grouped(digits, (4, 4, 4), ".") if spelling == "." else grouped(digits, (2,) * 6, spelling)
    )
    return rng.choice((spelled, spelled.upper()))


def uuid(rng: random.Random) -> str:
    digits = some(rng, "0123456789abcdef", 32)
    spelled = grouped(digits[:12] + "4" + digits[13:16] + "a" + digits[17:], (8, 4, 4, 4, 12), "-")
    return rng.choice((spelled, spelled, spelled.upper()))


def sid(rng: random.Random) -> str:
    """Of a domain's or a machine's account, and of a cloud account."""
    parts = "-".join(str(rng.randrange(10**8, 2**32)) for _ in range(3))
    cloud = "-".join(str(rng.randrange(10**8, 2**32)) for _ in range(4))
    return rng.choice((f"S-1-5-21-{parts}-{rng.randint(1000, 99_999)}", f"S-1-12-1-{cloud}"))


def phone(rng: random.Random) -> str:
    """A number that an operator may give out, with its country."""
    country, groups = mobile(rng)
    joint = rng.choice((" ", "-", ""))
    if country == "1" and rng.random() < 0.3:
        return f"+1 ({groups[0]}) {groups[1]}-{groups[2]}"
    return rng.choice(
        (f"+{country}{joint}{joint.join(groups)}", f"+{country} {joint.join(groups)}")
    )


def place(rng: random.Random) -> tuple[str, str]:
    decimals = rng.randint(4, 7)
    return f"{rng.uniform(-60, 70):.{decimals}f}", f"{rng.uniform(-179, 179):.{decimals}f}"


def word(rng: random.Random) -> str:
    """A password as people choose them."""
    return rng.choice(
        ("hunter2", "Tr0ub4dor", "S3cret", "letmein", "p@ssw0rd", "Sommer2026")
    ) + some(rng, string.ascii_letters + string.digits, 3)
