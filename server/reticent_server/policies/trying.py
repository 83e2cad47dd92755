"""A policy at work on lines and rows that the operator gave, without a laptop.

Enters: text lines, or rows. Leaves: what the field's rule would let out of each, and how many had
which outcome. Must hold: one result a line, on one line; what fails is dropped, never passed on;
keys are random for each `Trial`, so its pseudonyms match nothing that was stored.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reticent_contract.catalog.model import Catalog, Field, Table, Type
from reticent_contract.policy import Policy
from reticent_contract.policy.explain import UnknownFieldError, find_field
from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan, pseudonym_text
from reticent_contract.redact.actions.base import DROPPED, FAILED, Gone, Result
from reticent_contract.redact.bench import PlanBench
from reticent_contract.redact.findings import findings_of
from reticent_contract.redact.keys import KEY_BYTES
from reticent_contract.redact.places import Finding
from reticent_contract.redact.steps import compile_step
from reticent_contract.redact.text import CUT_MARK, cut, valid
from reticent_contract.rows import Pseudonym, RedactedValue, Row

from reticent_server.errors import ServerError
from reticent_server.policies.row_lines import NoRowError, row_of, row_of_document

DEFAULT_FIELD = "log_line.message"
# What a table that the policy does not have does with every value.
_NO_TABLE: Callable[[str], Result] = lambda _line: DROPPED  # noqa: E731  # it has an action's shape
_WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Tried:
    """`text` is None where nothing leaves.

    `outcome`: kept, redacted, cut (to the field's bound, and nothing else), dropped or failed.
    """

    text: str | None
    outcome: str


class Trial:
    """One field's rule of one policy. `counts` are the outcomes so far."""

    def __init__(
        self, policy: Policy, catalog: Catalog, field: str, *, own: OwnIdentifiers | None = None
    ) -> None:
        table, entry = field_of(catalog, field)
        self.counts: Counter[str] = Counter()
        self.own = OwnIdentifiers(catalog) if own is None else own
        self._policy = policy
        self._bytes_max = entry.bytes_max
        self._read = _reader(entry)
        self._apply: Callable[..., Result] = _NO_TABLE
        if table.name in policy.tables:
            bench = PlanBench(policy, _keys(policy), self.own)
            self._apply = compile_step(table, entry, policy, bench).apply

    def lines(self, lines: Sequence[str]) -> list[str]:
        """What leaves of each line; an empty line where nothing does."""
        if self._read is not None:
            return [self.one(line).text or "" for line in lines]
        apply, results, kept, redacted, cut = self._apply, [], 0, 0, 0
        for line in lines:
            try:
                result = apply(line)
            except Exception:  # noqa: BLE001  # an action may fail in any way; its value never passes
                result = FAILED
            if result is line:
                kept += 1
                results.append(line)
            elif result.__class__ is str:
                if result.endswith(CUT_MARK) and is_cut(line, result):
                    cut += 1
                else:
                    redacted += 1
                results.append(result if result.isprintable() else one_line(result))
            else:
                results.append(self._told(result))
        self.counts["kept"] += kept
        self.counts["redacted"] += redacted
        if cut:
            self.counts["cut"] += cut
        return results

    def one(self, line: str) -> Tried:
        """The same of one line, with its outcome."""
        value: object = line if self._read is None else self._read(line)
        try:
            result = FAILED if value is None else self._apply(value)
        except Exception:  # noqa: BLE001  # as above
            result = FAILED
        if result is value:
            self.counts["kept"] += 1
            return Tried(line, "kept")
        if isinstance(result, str) and is_cut(line, result):
            self.counts["cut"] += 1
            return Tried(one_line(result), "cut")
        text = self._told(result)
        if isinstance(result, Gone):
            return Tried(None, result.value)
        return Tried(text, "redacted")

    def marked(self, line: str) -> str:
        """The line with what was found, e.g. `from [ipv4/A:203.0.113.7] port 22`; where it is too
        long for the field, as far as that has room, with `<cut>` behind it."""
        pieces: list[str] = []
        end = 0
        line = self._within(line)
        for found in self.found(line):
            value = line[found.start : found.end]
            pieces += (line[end : found.start], f"[{found.detector}/{found.tier}:{value}]")
            end = found.end
        return "".join((*pieces, line[end:])) if pieces else line

    def found(self, line: str) -> tuple[Finding, ...]:
        """By the policy's detectors and exceptions, in what the field has room for. RuntimeError
        where one could not look."""
        return self._findings(self._within(line).removesuffix(CUT_MARK))

    def _within(self, line: str) -> str:
        """What redaction looks at: behind it nothing leaves, whatever it is."""
        return cut(valid(line), bytes_max=self._bytes_max)

    @cached_property
    def _findings(self) -> Callable[[str], tuple[Finding, ...]]:
        return findings_of(self._policy, own=self.own)  # only made where findings are asked for

    def _told(self, result: Result) -> str:
        if isinstance(result, Gone):
            self.counts[result.value] += 1
            return ""
        self.counts["redacted"] += 1
        return one_line(_text(result))


@dataclass(frozen=True, slots=True)
class TriedRow:
    """`row` is None where nothing leaves. `outcome`: left, dropped or unreadable, and then why."""

    row: Mapping[str, object] | None
    outcome: str
    problem: str = ""


class RowTrial:
    """All rules of one policy, over rows."""

    def __init__(
        self, policy: Policy, catalog: Catalog, *, own: OwnIdentifiers | None = None
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._catalog = catalog
        self._plan = compile_plan(
            policy,
            catalog=catalog,
            keys=_keys(policy),
            own=OwnIdentifiers(catalog) if own is None else own,
            consented=frozenset(policy.tables),  # consent is the person's; here the rules are tried
        )

    def one(self, line: str) -> TriedRow:
        """What leaves of the row on a line."""
        return self._counted(lambda: row_of(line, self._catalog))

    def document(self, document: object) -> TriedRow:
        """The same of a row that was read from JSON already."""
        return self._counted(lambda: row_of_document(document, self._catalog))

    def _counted(self, read: Callable[[], Row]) -> TriedRow:
        tried = self._tried(read)
        self.counts[tried.outcome] += 1
        return tried

    def _tried(self, read: Callable[[], Row]) -> TriedRow:
        try:
            redacted = self._plan.redact(read())
        except NoRowError as error:
            return TriedRow(None, "unreadable", str(error))
        if redacted is None:
            return TriedRow(None, "dropped")
        values = {name: _json(value) for name, value in redacted.values.items()}
        return TriedRow({redacted.kind: values}, "left")


def learned_from(rows: Iterable[object], catalog: Catalog) -> OwnIdentifiers:
    """What a laptop would know of itself from these rows, each as JSON reads it.

    Raises NoRowError, which says which of them it is.
    """
    own = OwnIdentifiers(catalog)
    for number, document in enumerate(rows, 1):
        try:
            own.learn(row_of_document(document, catalog))
        except NoRowError as error:
            raise NoRowError(f"row {number} of what is learned {error}") from None
    return own


def field_of(catalog: Catalog, name: str) -> tuple[Table, Field]:
    """Raises ServerError where the catalog has no such field."""
    try:
        return find_field(catalog, name)
    except UnknownFieldError as error:
        raise ServerError(f"{error}; nothing was done") from error


def one_line(text: str) -> str:
    """A redacted text on one line: line breaks that decoding laid bare become spaces."""
    return text if text.isprintable() else " ".join(text.splitlines())


def is_cut(line: str, result: str) -> bool:
    """Whether the field's bound alone made `result` of the line."""
    return result.endswith(CUT_MARK) and line.startswith(result.removesuffix(CUT_MARK))


def _text(result: Result | RedactedValue) -> str:
    if isinstance(result, Pseudonym):
        return pseudonym_text(result.domain, result.epoch, result.token)
    return str(result).lower() if isinstance(result, bool) else str(result)


def _json(value: RedactedValue) -> object:
    if isinstance(value, tuple):
        return [_json(element) for element in value]
    return _text(value) if isinstance(value, Pseudonym) else value


def _keys(policy: Policy) -> KeyRing:
    keys = {policy.epoch: secrets.token_bytes(KEY_BYTES)}
    return KeyRing(keys, secrets.token_bytes(KEY_BYTES))


def _reader(field: Field) -> Callable[[str], object] | None:
    """From a line to a value of the field's type, None where it is none; no reader for text."""
    if field.type in (Type.TEXT, Type.TEXTS):
        return None
    if field.type is Type.BOOLEAN:
        return lambda line: _WORDS.get(line.strip().lower())
    return _real if field.type is Type.REAL else _integer


def _integer(line: str) -> int | None:
    text = line.strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None


def _real(line: str) -> float | None:
    try:
        return float(line)
    except ValueError:
        return None
