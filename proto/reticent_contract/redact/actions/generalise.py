"""generalise: the same fact, told more coarsely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, Self, cast

import re2

from reticent_contract.catalog.model import Field, FieldClass, Form, Type
from reticent_contract.reading import At
from reticent_contract.redact.actions.base import (
    FAILED,
    Apply,
    Bench,
    Gone,
    Makes,
    Place,
    Result,
    known_for,
    text_only,
)
from reticent_contract.redact.actions.usage import Example, Usage, one_of
from reticent_contract.redact.forms import canonical_form, parse_ip
from reticent_contract.redact.homes import without_owners
from reticent_contract.redact.text import fit
from reticent_contract.rows import Scalar

Level = Literal["major_version", "directory", "domain", "hour", "day"]
LEVELS: tuple[Level, ...] = ("major_version", "directory", "domain", "hour", "day")
_SPAN_US = {"hour": 3_600_000_000, "day": 86_400_000_000}
_MAJOR = re2.compile(r"^\D{0,32}?\d{1,9}")
_OWNER = "<user>"


def major_version(value: str) -> str | None:
    """`22.04.3 LTS` as `22`, `Windows 10.0.19045` as `Windows 10`."""
    found = _MAJOR.match(value.strip())
    return None if found is None else str(found.group())


def directory(value: str) -> str | None:
    """The directory of a path; a home directory keeps its place and loses its owner's name.

    A separator at the end is part of no name: `/data/home/alice/` lies in itself.
    """
    text = value.strip()
    cut = max(text.rfind("/"), text.rfind("\\"))
    if cut < 0:
        return None
    parent = text[:cut] or text[: cut + 1]
    return without_owners(parent, _OWNER)


def domain(value: str) -> str | None:
    """A host name without its first label; None where fewer than two labels would be left."""
    host = canonical_form(Form.HOST, value)
    if host is None or parse_ip(host) is not None:
        return None
    rest = host.partition(".")[2]
    return rest if "." in rest.strip(".") else None


def _unfit(what: str, field: Field) -> str:
    return f"{what}; {field.name} is of type {field.type} (known for it: {known_for(field)})"


_TEXT = {"major_version": major_version, "directory": directory, "domain": domain}


@dataclass(frozen=True, slots=True)
class Generalise:
    """`to` says how far: major_version, directory, domain (of a host), hour or day (of a time)."""

    name: ClassVar[str] = "generalise"
    sentence: ClassVar[str] = (
        "The value leaves more coarsely, as `to` says: a version's major_version, a path's "
        "directory, a host's domain, a time's hour or day."
    )
    makes: ClassVar[Makes] = "same"
    usage: ClassVar[Usage] = Usage(
        parameters={
            "to": one_of(
                {
                    "major_version": "Of a version its first number, with what stands before it.",
                    "directory": "Of a path its folder, without the owner of a home folder.",
                    "domain": "Of a host name all but its first label.",
                    "hour": "Of a time its hour.",
                    "day": "Of a time its day, in UTC.",
                }
            )
        },
        required=("to",),
        examples=(
            Example("os.version", {"generalise": {"to": "major_version"}}, "22.04.3 LTS", "22"),
            Example(
                "user_account.shell",
                {"generalise": {"to": "directory"}},
                "/home/alice/bin/fish",
                "/home/<user>/bin",
            ),
            Example(
                "host.host_name",
                {"generalise": {"to": "domain"}},
                "alices-laptop.corp.example.com",
                "corp.example.com",
            ),
        ),
    )
    to: Level

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        given = at.mapping(parameters or {}, known=("to",), what="parameter")
        if "to" not in given:
            at.problem("generalise needs to, e.g. {generalise: {to: major_version}}")
            return cls("day")
        level = at.at("to").choice(given["to"], of=LEVELS)
        return cls(cast("Level", level) if level else "day")

    def refusal(self, field: Field) -> str | None:
        if self.to in _SPAN_US:
            if field.type is Type.TIMESTAMP:
                return None
            return _unfit(f"generalise to {self.to} takes a time", field)
        if field.type is not Type.TEXT:
            return _unfit(f"generalise to {self.to} takes text", field)
        if self.to == "domain" and field.form is not Form.HOST:
            return f"generalise to domain takes a host name; {field.name} holds {field.form}"
        if self.to == "major_version" and field.field_class is not FieldClass.TECHNICAL:
            return f"generalise to major_version takes a technical field; {field.name} is none"
        return None

    def build(self, place: Place, _bench: Bench) -> Apply:
        if self.to in _SPAN_US:
            span_us = _SPAN_US[self.to]

            def coarse_time(value: Scalar) -> Result:
                return value - value % span_us if isinstance(value, int) else FAILED

            return coarse_time
        coarser, bytes_max = _TEXT[self.to], place.field.bytes_max

        def coarse_text(value: str) -> str | Gone:
            text = coarser(fit(value, bytes_max=bytes_max))
            return FAILED if text is None else text

        return text_only(coarse_text)

    def admits(self, field: Field, value: Scalar) -> str | None:
        if self.to in _SPAN_US:
            fits = isinstance(value, int) and value % _SPAN_US[self.to] == 0
        elif not isinstance(value, str):
            fits = False
        elif self.to == "major_version":
            fits = major_version(value) == value
        elif self.to == "directory":
            fits = without_owners(value, _OWNER) == value
        else:
            fits = "." in value and canonical_form(Form.HOST, value) == value
        return None if fits else f"{field.name} is not generalised to {self.to}"
