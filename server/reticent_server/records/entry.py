"""One device's record as a person gives it: which fields there are, and which values they take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from reticent_contract.catalog.device_record import DEVICE_RECORD
from reticent_contract.catalog.model import Form
from reticent_contract.redact.forms import canonical_form

from reticent_server.errors import ServerError

ENTERED_BY = "entered_by"
FIELDS = tuple(field.name for field in DEVICE_RECORD.fields if field.name != ENTERED_BY)
_FIRST_PURCHASE = date(1980, 1, 1)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHAT = {
    Form.EMAIL: "an e-mail address, e.g. ada@example.com",
    Form.PHONE: "a phone number; with its country's code, e.g. +49 30 901820",
    Form.USER: "a user name",
}


class EntryError(ServerError):
    """A value cannot be taken. The message names the field, never the value."""


def checked(given: Mapping[str, str], *, phone_region: str | None, today: date) -> dict[str, str]:
    """The values by field, without blanks around them; an empty one says nothing.

    Raises EntryError. `phone_region`: how national phone numbers are read, from the policy.
    """
    values: dict[str, str] = {}
    for name, text in given.items():
        value = text.strip()
        if name not in FIELDS:
            raise EntryError(f"there is no such field (known: {', '.join(FIELDS)})")
        if value:
            problem = _problem(name, value, phone_region=phone_region, today=today)
            if problem is not None:
                raise EntryError(f"{name} is not {problem}")
            values[name] = value
    return values


def _problem(name: str, value: str, *, phone_region: str | None, today: date) -> str | None:
    """What the value is not."""
    field = DEVICE_RECORD.by_name[name]
    if len(value.encode()) > field.bytes_max:
        return f"at most {field.bytes_max} bytes long"
    if not value.isprintable():
        return "text on one line"
    if name == "purchase_date":
        return _date_problem(value, today)
    if field.form in _WHAT and canonical_form(field.form, value, phone_region=phone_region) is None:
        return _WHAT[field.form]
    return None


def _date_problem(value: str, today: date) -> str | None:
    try:
        day = date.fromisoformat(value) if _DATE.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or not _FIRST_PURCHASE <= day <= today:
        return f"a day from {_FIRST_PURCHASE} to today, written as {_FIRST_PURCHASE}"
    return None
