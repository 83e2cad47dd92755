"""What a laptop knows about itself, so that its logs do not give it away.

Enters: raw rows, as collectors yield them. Leaves: a matcher that finds those values in free text.
Must hold: values stay in memory and appear in no repr and no error.

Learned: every `direct_id` field and every host name of the state tables; user names of people who
did log on (not of attempts: whoever guesses names from outside must not blank out the logs).
Not learned, so that an account called root or a host called localhost does not wipe a log: what has
fewer characters than `_CHARS_MIN` says for its form, accounts of every system, host names that
thousands share, common log words, and the fillers of vendors. Those are still pseudonymised in
their own fields, and user names still found where a sentence names them (detector `user`).

Matching ignores case. User, host and full names, phones and serials under 8 characters match where
no letter or digit adjoins; MACs and UUIDs in every spelling, and longer serials, match anywhere.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import re2

from reticent_contract.catalog.model import Catalog, Field, FieldClass, Form, Kind, Type
from reticent_contract.limits import OWN_IDENTIFIERS_MAX
from reticent_contract.redact.detectors.model import words
from reticent_contract.redact.detectors.person import LEFT_ALONE
from reticent_contract.redact.forms import canonical_form
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
}
_ANYWHERE_CHARS_MIN = 8
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
_JOINTS = ":-._ "
_STRIP = str.maketrans("", "", ":-._ ()/\\+")
_OWN_PATTERN_BYTES_MAX = 8 << 20


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """One learned spelling: where it was learned, and the canonical form of the whole value.

    `spelling` is the value's canonical form or a shorter name for the same thing, such as the first
    label of a host name: it is looked for, and has the pseudonym of the whole.
    """

    table: str
    field: str
    form: Form
    canonical: str
    spelling: str


OwnFound = tuple[int, int, Identity]


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


def _quoted(text: str) -> str:
    return str(re2.escape(text))


def _spellings(form: Form, canonical: str) -> Iterator[tuple[str, bool]]:
    """`(pattern, anywhere)` for each way in which a log may spell the value."""
    if form is Form.MAC:
        joint = f"[{_JOINTS}]?".replace("-", "\\-")
        yield joint.join(canonical), True
        return
    if form is Form.UUID:
        digits = canonical.replace("-", "")
        # SMBIOS stores the first three groups in little-endian order; tools differ in undoing it.
        swapped = "".join(
            "".join(reversed([group[i : i + 2] for i in range(0, len(group), 2)]))
            for group in (digits[:8], digits[8:12], digits[12:16])
        )
        for spelling in (digits, swapped + digits[16:]):
            yield (
                "-?".join(
                    (spelling[:8], *(spelling[i : i + 4] for i in (8, 12, 16)), spelling[20:])
                ),
                True,
            )
        return
    if form is Form.PHONE:
        yield "[ ()./\\-]{0,2}".join(canonical.lstrip("+")), False
        return
    anywhere = form is Form.SERIAL and len(canonical) >= _ANYWHERE_CHARS_MIN
    for spelling in {canonical, unicodedata.normalize("NFD", canonical)}:
        words = spelling.split()
        yield r"[\s_.\-]{1,3}".join(_quoted(word) for word in words), anywhere


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold()).translate(_STRIP)


class OwnMatcher:
    """Finds the learned values in text. Immutable; a new one is made when something is learned."""

    __slots__ = ("_bounded", "_by_key", "_gate", "_loose")

    def __init__(self, identities: tuple[Identity, ...]) -> None:
        options = re2.Options()
        options.max_mem = _OWN_PATTERN_BYTES_MAX
        options.log_errors = False
        options.case_sensitive = False
        self._by_key: dict[str, Identity] = {}
        loose: set[str] = set()
        bounded: set[str] = set()
        for identity in identities:
            for pattern, anywhere in _spellings(identity.form, identity.spelling):
                (loose if anywhere else bounded).add(pattern)
            self._by_key.setdefault(_key(identity.spelling), identity)
            if identity.form is Form.UUID:
                digits = identity.spelling.replace("-", "")
                swapped = bytes.fromhex(digits)
                swapped = swapped[3::-1] + swapped[5:3:-1] + swapped[7:5:-1] + swapped[8:]
                self._by_key.setdefault(swapped.hex(), identity)
        self._loose = _alternation(loose, "({})", options)
        self._bounded = _alternation(bounded, r"(?:^|[^\pL\pN])({})(?:$|[^\pL\pN])", options)
        self._gate = re2.Set.SearchSet(options)
        self._gate.Add("")  # matches always: silence then means that RE2 ran out of memory
        for part in (self._loose, self._bounded):
            if part is not None:
                self._gate.Add(part.pattern)
        self._gate.Compile()

    def find(self, text: bytes) -> list[OwnFound]:
        """Every learned value in `text` (UTF-8). RuntimeError where RE2 could not look."""
        hits = self._gate.Match(text)
        if hits is None:
            raise RuntimeError("own identifiers could not be matched: RE2 is out of memory")
        if len(hits) == 1:
            return []
        found: list[OwnFound] = []
        for pattern in (self._loose, self._bounded):
            position = 0
            while pattern is not None and (match := pattern.search(text, position)) is not None:
                start, end = match.span(1)
                identity = self._by_key.get(_key(text[start:end].decode("utf-8", "replace")))
                if identity is None:
                    raise RuntimeError("own identifiers: a match belongs to no identity")
                found.append((start, end, identity))
                position = end  # the character behind may be the one before the next value
        return found


def _alternation(patterns: set[str], frame: str, options: re2.Options) -> re2._Regexp | None:
    """One pattern out of many, the longest first so that it wins at the same place."""
    if not patterns:
        return None
    joined = "|".join(sorted(patterns, key=lambda p: (-len(p), p)))
    return re2.compile(frame.format(joined), options)


class OwnIdentifiers:
    """What was learned so far. Thread-safe; at most `entries_max` values, `is_full` tells."""

    def __init__(self, catalog: Catalog, *, entries_max: int = OWN_IDENTIFIERS_MAX) -> None:
        self._catalog = catalog
        self._entries_max = entries_max
        self._lock = threading.Lock()
        self._identities: dict[tuple[Form, str], Identity] = {}
        self._matcher: OwnMatcher | None = None

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
                new |= self._add(table.name, field, text)
        return new

    def _add(self, table: str, field: Field, value: str) -> bool:
        new = False
        whole = canonical_form(field.form, _encodable(value))
        for text in _names(field.form, value):
            spelling = canonical_form(field.form, _encodable(text))
            if whole is None or spelling is None or not _identifies(field.form, spelling):
                continue
            key = (field.form, spelling)
            with self._lock:
                if key not in self._identities and not self.is_full:
                    self._identities[key] = Identity(table, field.name, field.form, whole, spelling)
                    self._matcher = None
                    new = True
        return new

    def matcher(self) -> OwnMatcher | None:
        """For what was learned so far; None where nothing was. Built anew only after a change."""
        matcher = self._matcher
        if matcher is None and self._identities:
            with self._lock:
                matcher = self._matcher
                if matcher is None:
                    matcher = self._matcher = OwnMatcher(tuple(self._identities.values()))
        return matcher


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _is_learned(field: Field, *, is_state: bool) -> bool:
    if field.type not in (Type.TEXT, Type.TEXTS):
        return False
    if not is_state:
        return field.form is Form.USER and field.field_class is FieldClass.DIRECT_ID
    return field.field_class is FieldClass.DIRECT_ID or field.form is Form.HOST


def _names(form: Form, value: str) -> Iterator[str]:
    """The value, and the shorter names that logs use for the same thing."""
    yield value
    if form is Form.HOST and "." in value:
        yield value.partition(".")[0]
    if form is Form.USER:
        if "\\" in value:
            yield value.rpartition("\\")[2]
        if "@" in value:
            yield value.partition("@")[0]
