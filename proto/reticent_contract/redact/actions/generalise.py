"""generalise: the same fact, told more coarsely."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal, Self, cast
from urllib.parse import urlsplit

import re2

from reticent_contract.catalog.model import Field, FieldClass, Form, Shape, Type
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
from reticent_contract.redact.homes import owners, without_owners
from reticent_contract.redact.normalise import normalised
from reticent_contract.redact.suffixes import registrable
from reticent_contract.redact.text import fit
from reticent_contract.rows import Scalar

Level = Literal["major_version", "directory", "domain", "site", "grid", "hour", "day"]
LEVELS: tuple[Level, ...] = ("major_version", "directory", "domain", "site", "grid", "hour", "day")
GRIDS = (1, 2, 5, 10, 15, 30, 45)  # degrees; each divides 90, so that no cell crosses a pole
_DEGREES_MAX = 180
_SPAN_US = {"hour": 3_600_000_000, "day": 86_400_000_000}
_MAJOR = re2.compile(r"^\D{0,32}?\d{1,9}")
_OWNER = "<user>"
_HOST = re2.compile(r"[a-z0-9_\-]+(?:\.[a-z0-9_\-]+)+")


def major_version(value: str) -> str | None:
    """`22.04.3 LTS` as `22`, `Windows 10.0.19045` as `Windows 10`."""
    found = _MAJOR.match(value.strip())
    return None if found is None else str(found.group())


def directory(value: str) -> str | None:
    """The directory of a path; a home directory keeps its place and loses its owner's name.

    A separator at the end is part of no name: `/data/home/alice/` lies in itself. None where only
    another view of the path shows a home: `/h%6fme/alice`.
    """
    text = value.strip()
    if _hides_an_owner(text):
        return None
    cut = max(text.rfind("/"), text.rfind("\\"))
    if cut < 0:
        return None
    parent = text[:cut] or text[: cut + 1]
    return without_owners(parent, _OWNER)


def _hides_an_owner(path: str) -> bool:
    plain = normalised(path)
    return plain is None or (plain != path and len([*owners(plain)]) > len([*owners(path)]))


def domain(value: str) -> str | None:
    """A host name without its first label; None where fewer than two labels would be left.

    None too where there is no host name: a URL, an account, an address, with more before it too.
    """
    host = canonical_form(Form.HOST, value)
    if host is None or parse_ip(host) is not None:
        return None
    rest = host.partition(".")[2]
    return rest if _HOST.fullmatch(host) is not None and _is_domain(rest) else None


def _is_domain(text: str) -> bool:
    return _HOST.fullmatch(text) is not None and parse_ip(text) is None


def site(value: str) -> str | None:
    """The registrable domain of a URL's host or of a host name, by the public suffix list.

    None where there is no such host: an address, a name of a local network, a suffix alone, a URL
    that browsers and we may read in two ways.
    """
    text = value.strip()
    host: str | None = text
    if "/" in text or "@" in text:
        try:
            parts = urlsplit(text)
            host = parts.hostname
        except ValueError:
            return None
        if "\\" in text.partition("?")[0] or "%" in parts.netloc:
            return None
    host = None if not host else canonical_form(Form.HOST, host)
    if host is None or _HOST.fullmatch(host) is None or parse_ip(host) is not None:
        return None
    return registrable(host)


def cell(value: float, degrees: int) -> float | None:
    """The south or west edge of the cell in which a latitude or a longitude lies."""
    if not math.isfinite(value) or abs(value) > _DEGREES_MAX:
        return None
    # In whole degrees first: a quotient may be rounded over the edge (-5e-324 / 5 is -0.0).
    return float(math.floor(value) // degrees * degrees)


def _unfit(what: str, field: Field) -> str:
    return f"{what}; {field.name} is of type {field.type} (known for it: {known_for(field)})"


_TEXT = {
    "major_version": major_version,
    "directory": directory,
    "domain": domain,
    "site": site,
}


@dataclass(frozen=True, slots=True)
class Generalise:
    """`to` says how far; `degrees`, how wide the cells of a grid are."""

    name: ClassVar[str] = "generalise"
    sentence: ClassVar[str] = (
        "The value leaves more coarsely, as `to` says: a version's major_version, a path's "
        "directory, a host's domain, the site of a URL or a host, the cell of a grid in which a "
        "latitude or longitude lies, a time's hour or day."
    )
    makes: ClassVar[Makes] = "same"
    usage: ClassVar[Usage] = Usage(
        parameters={
            "to": one_of(
                {
                    "major_version": "Of a version its first number, with what stands before it.",
                    "directory": "Of a path its folder, without the owner of a home folder.",
                    "domain": "Of a host name all but its first label.",
                    "site": "Of a URL or a host name the part that somebody registered.",
                    "grid": "Of a latitude or longitude the lower edge of its cell.",
                    "hour": "Of a time its hour.",
                    "day": "Of a time its day, in UTC.",
                }
            ),
            "degrees": {
                "description": "How wide a cell of the grid is; without it 1.",
                "enum": list(GRIDS),
            },
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
            Example(
                "site_visit.url",
                {"generalise": {"to": "site"}},
                "https://mail.example.co.uk/inbox/4711",
                "example.co.uk",
            ),
            Example(
                "site_visit.url", {"generalise": {"to": "site"}}, "http://192.0.2.7/admin", None
            ),
            Example(
                "connection.latitude",
                {"generalise": {"to": "grid", "degrees": 5}},
                "18.5196",
                "15",
            ),
        ),
    )
    to: Level
    degrees: int = 1

    @classmethod
    def read(cls, at: At, parameters: object) -> Self:
        given = at.mapping(parameters or {}, known=("to", "degrees"), what="parameter")
        if "to" not in given:
            at.problem("generalise needs to, e.g. {generalise: {to: major_version}}")
            return cls("day")
        level = at.at("to").choice(given["to"], of=LEVELS)
        degrees = 1
        if "degrees" in given:
            inside, asked = at.at("degrees"), given["degrees"]
            if level is not None and level != "grid":
                inside.problem(f"goes with {{to: grid}} alone, not with {level}")
            elif isinstance(asked, bool) or asked not in GRIDS:
                inside.problem(f"must be one of {', '.join(map(str, GRIDS))}")
            else:
                degrees = asked
        return cls(cast("Level", level) if level else "day", degrees)

    def refusal(self, field: Field) -> str | None:
        if self.to in _SPAN_US:
            if field.type is Type.TIMESTAMP:
                return None
            return _unfit(f"generalise to {self.to} takes a time", field)
        if self.to == "grid":
            if field.shape is Shape.DEGREES:
                return None
            return _unfit("generalise to grid takes a latitude or longitude", field)
        if field.type is not Type.TEXT:
            return _unfit(f"generalise to {self.to} takes text", field)
        if self.to == "domain" and field.form is not Form.HOST:
            if field.shape is Shape.URL:
                said = f"{field.name} is a URL, of which {{to: site}} tells the site"
                return f"generalise to domain takes a host name; {said}"
            return f"generalise to domain takes a host name; {field.name} holds {field.form}"
        if self.to == "site" and field.form is not Form.HOST and field.shape is not Shape.URL:
            return f"generalise to site takes a URL or a host name; {field.name} holds {field.form}"
        if self.to == "major_version" and field.field_class is not FieldClass.TECHNICAL:
            return f"generalise to major_version takes a technical field; {field.name} is none"
        return None

    def build(self, place: Place, _bench: Bench) -> Apply:
        if self.to in _SPAN_US:
            span_us = _SPAN_US[self.to]

            def coarse_time(value: Scalar) -> Result:
                return value - value % span_us if isinstance(value, int) else FAILED

            return coarse_time
        if self.to == "grid":
            degrees = self.degrees

            def coarse_place(value: Scalar) -> Result:
                if isinstance(value, bool | str):
                    return FAILED
                edge = cell(value, degrees)
                return FAILED if edge is None else edge

            return coarse_place
        coarser, bytes_max = _TEXT[self.to], place.field.bytes_max

        def coarse_text(value: str) -> str | Gone:
            text = coarser(fit(value, bytes_max=bytes_max))
            return FAILED if text is None else text

        return text_only(coarse_text)

    def admits(self, field: Field, value: Scalar) -> str | None:
        if self.to in _SPAN_US:
            fits = isinstance(value, int) and value % _SPAN_US[self.to] == 0
        elif self.to == "grid":
            whole = isinstance(value, int | float) and not isinstance(value, bool)
            fits = whole and cell(float(value), self.degrees) == value
        elif not isinstance(value, str):
            fits = False
        elif self.to == "site":
            fits = registrable(value) == value
        elif self.to == "major_version":
            fits = major_version(value) == value
        elif self.to == "directory":
            fits = without_owners(value, _OWNER) == value and not _hides_an_owner(value)
        else:
            fits = _is_domain(value) and canonical_form(Form.HOST, value) == value
        return None if fits else f"{field.name} is not generalised to {self.to}"
