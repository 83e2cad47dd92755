"""What a table of the catalog is: data, from which validation, reports and documentation come.

Enters: nothing. Leaves: frozen values. Must hold: a field that is not here does not exist for
policy, wire or store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    STATE = "state"  # what is so now; sent on change and once a day
    EVENT = "event"  # what happened; sent as it occurs


class Type(StrEnum):
    TEXT = "text"
    INTEGER = "integer"  # signed, 64 bits
    REAL = "real"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"  # microseconds since 1970-01-01 UTC, as an integer
    TEXTS = "texts"  # a list of text


class FieldClass(StrEnum):
    """How a field relates to a person, after GDPR recital 26 and ISO/IEC 29100."""

    DIRECT_ID = "direct_id"
    QUASI_ID = "quasi_id"
    CONTENT = "content"
    TECHNICAL = "technical"
    CREDENTIAL = "credential"  # dropped whatever a policy says


class Form(StrEnum):
    """The canonical form in which a value is compared and pseudonymised."""

    TEXT = "text"  # NFC, trimmed
    USER = "user"  # NFC, case-folded
    EMAIL = "email"
    HOST = "host"  # IDNA, lower case, no trailing dot
    IP = "ip"
    MAC = "mac"  # 12 lower hex digits
    UUID = "uuid"
    SERIAL = "serial"  # trimmed, upper case
    PHONE = "phone"  # E.164
    DIGITS = "digits"  # digits alone, without joints


class Shape(StrEnum):
    """What a value is, where an action has to know more than type and form."""

    ANY = "any"
    URL = "url"
    DEGREES = "degrees"  # of latitude or longitude


class Item(StrEnum):
    """The line of the mission's list that a field serves."""

    USER = "user details"
    CONTACT = "company, e-mail, phone"
    ADDRESS = "addresses"
    OS = "OS version"
    DEVICE_ID = "device identifiers"
    HARDWARE_SOFTWARE = "hardware and software"
    VISITED = "sites and apps visited"
    LOG = "log history"


STATE_EVENTS = ("snapshot", "added", "changed", "removed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a field comes from on each OS, or why it does not exist there."""

    linux: str
    windows: str
    macos: str


def the_server(what: str) -> Source:
    """Of what no laptop tells: the server adds it, under the same policy."""
    told = f"the server, not the laptop: {what}"
    return Source(linux=told, windows=told, macos=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str  # lower snake case; the same name means the same thing in every table
    type: Type
    sentence: str  # one that a layperson understands
    field_class: FieldClass
    item: Item
    source: Source
    form: Form = Form.TEXT
    shape: Shape = Shape.ANY
    bytes_max: int = 1_024  # of the UTF-8 text; of TEXTS: of each element
    ocsf: str | None = None  # OCSF 1.x attribute path, None where OCSF has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    kind: Kind
    sentence: str
    fields: tuple[Field, ...]
    events: tuple[str, ...] = STATE_EVENTS
    key: tuple[str, ...] = ()  # state tables: the fields that tell one row from another
    priority: int = 50  # 0..99; when the spool is full the lowest is dropped first
    from_server: bool = False  # the server makes its rows; none comes from a laptop
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {f.name: f for f in self.fields})
        if len(self.by_name) != len(self.fields):
            raise ValueError(f"table {self.name}: a field name stands twice")
        unknown = set(self.key) - set(self.by_name)
        if unknown:
            raise ValueError(f"table {self.name}: key names unknown fields {sorted(unknown)}")


@dataclass(frozen=True, slots=True)
class Catalog:
    """All tables, with the version that `hello` exchanges. Only grows."""

    version: int
    tables: Mapping[str, Table]

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())

    def get(self, name: str) -> Table | None:
        return self.tables.get(name)
