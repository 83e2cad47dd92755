"""What the numbering plans of the world's countries say of a phone number (ITU-T E.164).

Enters: a number as a person or a log writes it. Leaves: whether it may exist, and its E.164 form.
Must hold: `phonenumbers` is imported with the first number, not before: most laptops never see one,
and its plans are loaded country by country.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_CHARS_MAX = 40
_DIGITS_MIN, _DIGITS_MAX = 8, 15


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    import phonenumbers

    if len(text) > _CHARS_MAX:
        return None
    if text.startswith("00"):
        text = f"+{text[2:]}"
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def is_valid(text: str, *, region: str | None = None) -> bool:
    """Whether the plan of its country assigns it. Without `region` it must begin with + or 00."""
    import phonenumbers

    number = _parsed(text, region)
    return number is not None and phonenumbers.is_valid_number(number)


def is_plausible(text: str) -> bool:
    """Whether a country has that prefix and any number is so long (ITU-T E.164). Of what people
    invent or mistype, much has a length that the country does not use."""
    number = _parsed(text, None)
    digits = sum(char.isdigit() for char in text.removeprefix("00"))
    return number is not None and _DIGITS_MIN <= digits <= _DIGITS_MAX


def e164(text: str, region: str) -> str | None:
    """`+` and digits; None where the number is not one of `region` or of another country's."""
    import phonenumbers

    number = _parsed(text, region)
    if number is None or not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def national(text: str) -> tuple[str, ...]:
    """The digits of an international number as its own country dials them, without and with what
    is dialled before them (0); nothing where it is none."""
    import phonenumbers

    number = _parsed(text, None)
    if number is None or not phonenumbers.is_possible_number(number):
        return ()
    bare = phonenumbers.national_significant_number(number)
    dialled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return tuple({bare, "".join(c for c in dialled if c.isdigit())})


def regions() -> list[str]:
    """All of them, for whoever chooses one."""
    import phonenumbers

    return sorted(phonenumbers.SUPPORTED_REGIONS)


def is_region(text: str) -> bool:
    """Whether `text` is a region that has a numbering plan, as ISO 3166-1 writes it: IN, US, …"""
    import phonenumbers

    return text in phonenumbers.SUPPORTED_REGIONS
