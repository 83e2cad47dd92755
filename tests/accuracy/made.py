"""The made cases: every kind of identifier in every shape of line, from one seed.

Enters: nothing. Leaves: the same cases on every machine, as long as Faker is the locked one.
Must hold: no case is left out because a detector fails it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from accuracy import numerals, people
from accuracy.cases import Case, marked, text_lines
from accuracy.full_names import messages
from accuracy.nothing import harmless
from accuracy.numerals import grouped, mistyped
from accuracy.own_laptop import own_sentence
from accuracy.sentences import sentences
from accuracy.shapes import line

PROVED_CASES = 170  # of each kind
TOLD_CASES = 120
HIDDEN_CASES = 40
NOTHING_CASES = 1_200
WHOLE_LINE_CASES = 10
LOCALE_CASES = 6  # of each of Faker's locales
ISSUER_CASES = 20  # of each of Faker's kinds of cards

Make = Callable[[random.Random], str]


def _aadhaar(rng: random.Random) -> str:
    number = numerals.aadhaar(rng)
    return rng.choice((number, grouped(number, (4, 4, 4), " "), grouped(number, (4, 4, 4), "-")))


def _vid(rng: random.Random) -> str:
    number = numerals.vid(rng)
    return rng.choice((number, grouped(number, (4, 4, 4, 4), " ")))


def _card(rng: random.Random) -> str:
    number = numerals.card(rng)
    sizes = (4, 6, 5) if len(number) == 15 else (4, 4, 4, 4)
    return rng.choice((number, grouped(number, sizes, " "), grouped(number, sizes, "-")))


def _iban(rng: random.Random) -> str:
    number = numerals.iban(rng)
    spaced = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return rng.choice((number, number, spaced))


def _ssn(rng: random.Random) -> str:
    return rng.choice(("-", "-", "-", " ", "")).join(numerals.ssn(rng))


def _vehicle(rng: random.Random) -> str:
    return rng.choice((" ", "", "-")).join(numerals.vehicle(rng))


def _upi(rng: random.Random) -> str:
    handle = rng.choice(("ybl", "okhdfcbank", "okaxis", "okicici", "paytm", "upi", "ibl", "axl"))
    name = rng.choice((rng.choice(people.users()), "98450" + numerals.some(rng, "0123456789", 5)))
    return f"{name}@{handle}"


def _invented_phone(rng: random.Random) -> str:
    return rng.choice((rng.choice(people.written_phones()), " ".join(numerals.mobile(rng)[1])))


def _wrong_pan(rng: random.Random) -> str:
    return numerals.pan(rng, classes="DEIKMNOQRSUVWXYZ")


def _wrong_imei(rng: random.Random) -> str:
    return rng.choice((mistyped(rng, numerals.imei(rng)), numerals.imeisv(rng)))


def _bare_mac(rng: random.Random) -> str:
    return people.mac(rng).translate({ord(joint): None for joint in ":-._"})


PROVED: dict[str, Make] = {
    "ipv4": people.ipv4,
    "ipv6": people.ipv6,
    "mac": people.mac,
    "uuid": people.uuid,
    "sid": people.sid,
    "email": lambda rng: rng.choice(people.emails()),
    "fqdn": people.fqdn,
    "phone": people.phone,
    "imei": numerals.imei,
    "aadhaar": _aadhaar,
    "vid": _vid,
    "pan": numerals.pan,
    "gstin": numerals.gstin,
    "card": _card,
    "iban": _iban,
    "geo": lambda rng: ",".join(people.place(rng)),
}
TOLD: dict[str, Make] = {
    "user": lambda rng: rng.choice(people.users()),
    "mac": _bare_mac,
    "phone": _invented_phone,
    "imei": _wrong_imei,
    "aadhaar": lambda rng: mistyped(rng, _aadhaar(rng)),
    "vid": lambda rng: mistyped(rng, _vid(rng)),
    "pan": _wrong_pan,
    "gstin": lambda rng: mistyped(rng, numerals.gstin(rng)),
    "epic": numerals.epic,
    "passport": numerals.passport,
    "vehicle": _vehicle,
    "upi": _upi,
    "ifsc": numerals.ifsc,
    "card": lambda rng: mistyped(rng, _card(rng)),
    "iban": lambda rng: mistyped(rng, _iban(rng)),
    "ssn": _ssn,
}
# The name of another detector is right as well where the value is of both kinds.
ALSO = {
    "email": "email,user,url",
    "ipv6": "ipv6,ipv4",
    "vid": "vid,aadhaar,card",
    "card": "card,vid",
    "imei": "imei,card",
}

_WIDE = {ord(char): ord(char) + 0xFEE0 for char in "0123456789"}
# How a value hides: in codes, in other digits, behind characters that are not seen.
HIDINGS: tuple[Callable[[random.Random, str], str], ...] = (
    lambda _rng, value: "".join(
        c if c.isascii() and c.isalnum() else f"%{b:02X}" for c in value for b in c.encode()
    ),
    lambda rng, value: _at(rng, value, lambda c: f"%{ord(c):02x}"),
    lambda rng, value: _at(rng, value, lambda c: f"&#{ord(c)};"),
    lambda rng, value: _at(rng, value, lambda c: f"&#x{ord(c):x};"),
    lambda rng, value: _at(rng, value, lambda c: f"\\u{ord(c):04x}"),
    lambda rng, value: _at(rng, value, lambda c: c + rng.choice("\u200b\u200c\u2060\ufeff\u00ad")),
    lambda _rng, value: value.translate(_WIDE),
)
_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
HIDDEN = ("ipv4", "email", "mac", "uuid", "phone", "card", "aadhaar", "iban", "imei", "pan")


def _at(rng: random.Random, value: str, write: Callable[[str], str]) -> str:
    """`value` with one character in its middle, a sign where there is one, written otherwise."""
    inner = range(1, len(value) - 1)
    signs = [at for at in inner if value[at].isascii() and not value[at].isalnum()]
    at = rng.choice(signs or [at for at in inner if value[at].isascii()] or [0])
    return value[:at] + write(value[at]) + value[at + 1 :]


def _nth(part: str, number: int) -> str:
    """In turn, so that each sentence has as many cases."""
    return sentences(part)[number % len(sentences(part))]


def _fill(sentence: str, marks: list[str]) -> str:
    pieces = sentence.split("{}")
    return "".join(
        piece + (marks[at % len(marks)] if at < len(pieces) - 1 else "")
        for at, piece in enumerate(pieces)
    )


def _of_kinds(rng: random.Random) -> Iterator[Case]:
    for makes, part, sign, count in (
        (PROVED, "proved", "", PROVED_CASES),
        (TOLD, "told", "?", TOLD_CASES),
    ):
        for kind, make in makes.items():
            names = ALSO.get(kind, kind)
            for number in range(count):
                marks = [f"«{names}{sign}|{make(rng)}»" for _ in range(2)]
                yield marked(kind, line(rng, _fill(_nth(f"{part} {kind}", number), marks)))


def _of_faker(rng: random.Random) -> Iterator[Case]:
    """Every phone number, IBAN and card that Faker makes, beside words: nothing is left out."""
    for part, makes, count in (
        ("told phone", people.phones_by_locale(), LOCALE_CASES),
        ("checked iban", people.ibans_by_locale(), LOCALE_CASES),
        ("checked card", people.cards_by_issuer(), ISSUER_CASES),
    ):
        kind = part.rpartition(" ")[2]
        values = [value for each in makes.values() for value in each[:count]]
        for number, value in enumerate(values):
            mark = f"«{ALSO.get(kind, kind)}?|{value}»"
            yield marked(f"{kind} of Faker", line(rng, _fill(_nth(part, number), [mark])))


def _hidden(rng: random.Random) -> Iterator[Case]:
    for kind in HIDDEN:
        for number in range(HIDDEN_CASES):
            value = HIDINGS[number % len(HIDINGS)](rng, PROVED[kind](rng))
            if value.isascii() or number % len(HIDINGS) > 4:
                sentence = rng.choice(sentences(f"proved {kind}"))
                mark = f"«{ALSO.get(kind, kind)}|{value}»"
                yield marked(
                    f"{kind} hidden", f"{rng.choice(('', 'x=1 '))}{_fill(sentence, [mark])}"
                )


def _places(rng: random.Random) -> Iterator[Case]:
    for number in range(TOLD_CASES):
        marks = [f"«geo?|{each}»" for each in people.place(rng)]
        yield marked("geo", line(rng, _fill(_nth("place", number), marks)))


def _urls(rng: random.Random) -> Iterator[Case]:
    """The user-info, and every value of the query that is a person's."""
    for number in range(TOLD_CASES + PROVED_CASES):
        host, user = people.fqdn(rng).lower(), rng.choice(people.users())
        name = rng.choice(("Priya+Nair", "J%C3%B6rg%20M", "ana.silva", user))
        url = rng.choice(
            (
                f"https://«url,secret|{user}:{people.word(rng)}»@«fqdn,url|{host}»/repo.git",
                f"ftp://«url,user,email,secret|{user}»@«fqdn,url,email|{host}»/in",
                f"https://«fqdn|{host}»/search?q=«url|{name}»&page=«~url|2»",
                f"http://«fqdn|{host}»/p?name=«url|{name}»",
                f"https://«fqdn|{host}»/u?email=«email,url|{rng.choice(people.emails()[:400])}»",
                f"wss://«fqdn|{host}»/s?user=«url,user|{user}»&v=«~url|3»#top",
            )
        )
        yield marked("url", line(rng, _fill(_nth("url", number), [url])))


_PLACEHOLDER = re.compile(r"\{(~?)([a-z0-9_]+)(\??)\}")


def _whole_lines(rng: random.Random) -> Iterator[Case]:
    """The lines of `lines.txt`, each a few times with other values."""

    def fill(place: re.Match[str]) -> str:
        tilde, kind, told = place.groups()
        if kind == "n":
            return str(rng.randint(2, 65_535))
        if kind == "raw_secret":
            return people.word(rng).replace("@", "")
        if kind == "secret":
            return f"«secret|{numerals.some(rng, _ALNUM, 32)}»"
        if kind in ("lat", "lon"):
            return f"«geo?|{people.place(rng)[kind == 'lon']}»"
        if kind not in (PROVED | TOLD):
            return place[0]  # braces of the line's own
        proved = kind in PROVED and not told
        value = (PROVED if proved else TOLD)[kind](rng)
        return f"«{tilde}{ALSO.get(kind, kind)}{'' if proved else '?'}|{value}»"

    for each in text_lines("lines.txt"):
        for _ in range(WHOLE_LINE_CASES):
            yield marked("line", _PLACEHOLDER.sub(fill, each))


def _secrets(rng: random.Random) -> Iterator[Case]:
    for number in range(TOLD_CASES + PROVED_CASES):
        before, secret, after = _nth("secret", number).split("|")
        made = secret.format(
            word=people.word(rng),
            hex=numerals.some(rng, "0123456789abcdef", 32),
            token=numerals.some(rng, _ALNUM, 40),
            caps16=numerals.some(rng, _ALNUM[:26] + "234567", 16),
            alnum8=numerals.some(rng, _ALNUM, 8),
            alnum20=numerals.some(rng, _ALNUM, 20),
            alnum36=numerals.some(rng, _ALNUM, 36),
            num12=numerals.some(rng, "0123456789", 12),
        )
        yield marked("secret", line(rng, f"{before}«secret|{made}»{after}"))


def _full_names() -> Iterator[Case]:
    """With chance of their own: the other cases stay what they were."""
    rng = random.Random(people.SEED + 1)
    for message in messages(rng):
        yield marked("user", line(rng, message))


@lru_cache(maxsize=1)
def made_cases() -> tuple[Case, ...]:
    """All of them, made once."""
    rng = random.Random(people.SEED)
    return (
        *_of_kinds(rng),
        *_hidden(rng),
        *_places(rng),
        *_urls(rng),
        *_secrets(rng),
        *_whole_lines(rng),
        *(marked("own", line(rng, own_sentence(rng)), laptop="made") for _ in range(PROVED_CASES)),
        *(marked("nothing", line(rng, harmless(rng))) for _ in range(NOTHING_CASES)),
        *_of_faker(rng),
        *_full_names(),
    )
