"""What a laptop knows about itself, so that its logs do not give it away.

Enters: raw rows, as collectors yield them. Leaves: a matcher that finds those values in free text.
Must hold: values stay in memory and appear in no repr and no error.

Learned: every `direct_id` field and every host name of the state tables; user names of people who
did log on (not of attempts: whoever guesses names from outside must not blank out the logs).
Not learned, so that an account called root or a host called localhost does not wipe a log: what has
fewer characters than `_CHARS_MIN` says for its form, accounts of every system, host names that
thousands share, common log words, and the fillers of vendors. Those are still pseudonymised in
their own fields, and user names still found where a sentence names them (detector `user`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

from reticent_contract.catalog.model import Catalog, Field, FieldClass, Form, Kind, Type
from reticent_contract.limits import OWN_IDENTIFIERS_MAX
from reticent_contract.redact.detectors.model import words
from reticent_contract.redact.detectors.person import LEFT_ALONE
from reticent_contract.redact.forms import canonical_form
from reticent_contract.redact.own_matcher import Identity, OwnMatcher
from reticent_contract.redact.phones import national
from reticent_contract.rows import Row

_CHARS_MIN = {
    Form.USER: 3,
    Form.HOST: 3,
    Form.TEXT: 5,
    Form.SERIAL: 5,
    Form.PHONE: 7,
    Form.EMAIL: 5,
    Form.MAC: 12,
    Form.UUID: 32,
    Form.DIGITS: 14,
}
# How systems introduce a disk's number; what follows is what all of them write.
_WWN = re.compile(r"(?i)(?:nvme[.\-]|wwn-)?(?:naa\.|eui\.|uuid\.|0x)+([0-9a-f\-]{16,36})")
_LEARNED_EVENTS = ("logon", "logoff", "lock", "unlock")
_FILLERS = frozenset(
    (
        "default string",
        "to be filled by o.e.m.",
        "system serial number",
        "chassis serial number",
        "base board serial number",
        "none",
        "n/a",
        "unknown",
        "not specified",
        "not present",
        "not available",
        "not applicable",
        "no asset tag",
        "asset tag",
        "123456789",
        "0123456789",
        "1234567890",
    )
)
_SHARED_HOSTS = words(
    """
    localhost localdomain local lan home internal intranet workgroup invalid example test
    ubuntu debian fedora centos arch linux raspberrypi desktop laptop server workstation
    notebook macbook macbook-pro imac host pc router gateway dev prod demo
    """
)
_LOG_WORDS = words(
    """
    test guest admin administrator user demo default session service kernel error warning
    info debug notice failed failure success device driver disk memory process thread
    network interface started stopped starting stopping connected disconnected port server
    client log
    """
)


def _identifies(form: Form, canonical: str) -> bool:
    text = canonical.lower()
    plain = text.replace("-", "")
    if len(plain) < _CHARS_MIN.get(form, 1_000) or text in _FILLERS or len(set(plain)) < 2:
        return False
    if form is Form.USER:
        return text not in LEFT_ALONE and text not in _LOG_WORDS
    if form is Form.HOST:
        return not (_SHARED_HOSTS | _LOG_WORDS).issuperset(text.split("."))
    return text not in LEFT_ALONE


class OwnIdentifiers:
    """What was learned so far. Thread-safe; at most `entries_max` values, `is_full` tells."""

    def __init__(self, catalog: Catalog, *, entries_max: int = OWN_IDENTIFIERS_MAX) -> None:
        self._catalog = catalog
        self._entries_max = entries_max
        self._lock = threading.Lock()
        self._identities: dict[tuple[Form, str], Identity] = {}
        self.made: OwnMatcher | None = None  # what `matcher` last made
        self.learned = object()  # another whenever there was something new

    def __repr__(self) -> str:
        return f"OwnIdentifiers({len(self._identities)} values)"

    @property
    def is_full(self) -> bool:
        """True where something had to be left out; the caller raises a health row."""
        return len(self._identities) >= self._entries_max

    def learn(self, row: Row) -> bool:
        """Remember what `row` says about this laptop. True where something was new."""
        table = self._catalog.get(row.table)
        if table is None:
            return False
        is_state = table.kind is Kind.STATE
        if not is_state and row.event not in _LEARNED_EVENTS:
            return False
        new = False
        for name, value in row.values.items():
            field = table.by_name.get(name)
            if field is None or not _is_learned(field, is_state=is_state):
                continue
            for text in (
                (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
            ):
                if isinstance(text, str):  # whoever tries a policy may give a list of anything
                    new |= self._add(table.name, field, text)
        return new

    def _add(self, table: str, field: Field, value: str) -> bool:
        new = False
        whole = canonical_form(field.form, _encodable(value))
        for text in _names(field, value):
            spelling = canonical_form(field.form, _encodable(text))
            if whole is None or spelling is None or not _identifies(field.form, spelling):
                continue
            key = (field.form, spelling)
            with self._lock:
                if key not in self._identities and not self.is_full:
                    self._identities[key] = Identity(table, field.name, field.form, whole, spelling)
                    self.made = None
                    self.learned = object()
                    new = True
        return new

    def matcher(self) -> OwnMatcher | None:
        """For what was learned so far; None where nothing was. Built anew only after a change."""
        matcher = self.made
        if matcher is None and self._identities:
            with self._lock:
                matcher = self.made
                if matcher is None:
                    matcher = self.made = OwnMatcher(tuple(self._identities.values()))
        return matcher


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _is_learned(field: Field, *, is_state: bool) -> bool:
    if field.type not in (Type.TEXT, Type.TEXTS):
        return False
    if not is_state:
        return field.form is Form.USER and field.field_class is FieldClass.DIRECT_ID
    return field.field_class is FieldClass.DIRECT_ID or field.form is Form.HOST


def _names(field: Field, value: str) -> Iterator[str]:
    """The value, and the shorter names that logs use for the same thing."""
    yield value
    # The first label of a domain is the organisation's word, not this laptop's.
    if field.form is Form.HOST and "." in value and "domain" not in field.name:
        yield value.partition(".")[0]
    if field.form is Form.SERIAL and (number := _WWN.fullmatch(value.strip())) is not None:
        yield number[1]
    if field.form is Form.PHONE and value.lstrip().startswith(("+", "00")):
        yield from national(value.strip())
    if field.form is Form.USER:
        if "\\" in value:
            yield value.rpartition("\\")[2]
        if "@" in value:
            yield value.partition("@")[0]
