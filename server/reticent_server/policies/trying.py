"""A policy at work on lines and rows that the operator gave, without a laptop.

Enters: text lines, or rows. Leaves: what the field's rule would let out of each, and how many had
which outcome. Must hold: one result a line, on one line; what fails is dropped, never passed on;
keys are random for each `Trial`, so its pseudonyms match nothing that was stored.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reticent_contract.catalog.model import Catalog, Field, Table
from reticent_contract.limits import VALUE_LIST_MAX
from reticent_contract.policy import Policy
from reticent_contract.policy.explain import UnknownFieldError, find_field
from reticent_contract.redact import KeyRing, OwnIdentifiers, compile_plan, pseudonym_text
from reticent_contract.redact.actions.base import DROPPED, FAILED, Gone, Result
from reticent_contract.redact.bench import PlanBench
from reticent_contract.redact.keys import KEY_BYTES
from reticent_contract.redact.steps import compile_step
from reticent_contract.redact.text import CUT_MARK
from reticent_contract.rows import Pseudonym, RedactedValue, Row

from reticent_server.errors import ServerError
from reticent_server.policies.line_values import reader
from reticent_server.policies.marking import Found, Marker, found_or_none
from reticent_server.policies.row_lines import NoRowError, row_of, row_of_document

DEFAULT_FIELD = "log_line.message"
# What a table that the policy does not have does with every value.
_NO_TABLE: Callable[[str], Result] = lambda _line: DROPPED  # noqa: E731  # it has an action's shape
_WORST_FIRST = ("failed", "dropped", "redacted", "cut", "kept")


@dataclass(frozen=True, slots=True)
class Tried:
    """`text` is None where nothing leaves.

    `outcome`: kept, redacted, cut (to the field's bound, and nothing else), dropped or failed; of a
    list the worst of its elements. Of a line that is marked: kept, cut, marked or failed.
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
        self._marker = Marker(policy, self.own)
        self._bytes_max = entry.bytes_max
        self._read = reader(entry)
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
        value = self._value(line)
        if isinstance(value, list):
            return self._one_list(line, value)
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

    def mark(self, line: str) -> Tried:
        """The line with what was found, e.g. `from [ipv4/A:203.0.113.7] port 22`; where it is too
        long for the field, as far as that has room, with `<cut>` behind it. Of a list, each
        element.

        `outcome`: kept, cut, marked; failed where a detector could not look.
        """
        value = self._value(line)
        given = value if isinstance(value, list) else line
        try:
            marked = self._marker.mark_value(given, bytes_max=self._bytes_max)
        except RuntimeError:  # it is not shown as if it were clean
            tried = Tried(None, "failed")
        else:
            outcome = _marked_outcome({"": given}, {"": marked})
            text = marked if isinstance(marked, str) else json_line(marked)
            tried = Tried(line if outcome == "kept" else text, outcome)
        self.counts[tried.outcome] += 1
        return tried

    def found(self, line: str) -> tuple[Found, ...] | None:
        """By the policy's detectors and exceptions, in what the field has room for. None where one
        could not look."""
        value = self._value(line)
        value = value if isinstance(value, list) else line
        return found_or_none(self._marker.of_value(value, bytes_max=self._bytes_max))

    def _value(self, line: str) -> object:
        return line if self._read is None else self._read(line)

    def _one_list(self, line: str, elements: list[object]) -> Tried:
        """As the engine does: an element that may not leave is left out, the others stay."""
        tried = [self._one(element) for element in elements[:VALUE_LIST_MAX]]
        outcomes = {outcome for _, outcome in tried}
        if len(elements) > VALUE_LIST_MAX:
            outcomes.add("failed")
        worst = next((one for one in _WORST_FIRST if one in outcomes), "dropped")
        self.counts[worst] += 1
        if worst == "kept":
            return Tried(line, worst)
        left = [text for text, _ in tried if text is not None]
        return Tried(json_line(left) if left else None, worst)

    def _one(self, element: object) -> tuple[str | None, str]:
        """What leaves of an element of a list, and its outcome."""
        if not isinstance(element, str):
            return None, "failed"
        try:
            result = self._apply(element)
        except Exception:  # noqa: BLE001  # as above
            result = FAILED
        if isinstance(result, Gone):
            return None, result.value
        if result is element:
            return element, "kept"
        text = _text(result)
        return text, "cut" if isinstance(result, str) and is_cut(element, result) else "redacted"

    def _told(self, result: Result) -> str:
        if isinstance(result, Gone):
            self.counts[result.value] += 1
            return ""
        self.counts["redacted"] += 1
        return one_line(_text(result))


@dataclass(frozen=True, slots=True)
class TriedRow:
    """`row` is None where nothing leaves. `outcome`: left, dropped or unreadable, and then why; of
    one that is marked: kept, cut, marked, failed or unreadable."""

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
        own = OwnIdentifiers(catalog) if own is None else own
        self._marker = Marker(policy, own)
        self._plan = compile_plan(
            policy,
            catalog=catalog,
            keys=_keys(policy),
            own=own,
            consented=frozenset(policy.tables),  # consent is the person's; here the rules are tried
        )

    def one(self, line: str) -> TriedRow:
        """What leaves of the row on a line."""
        return self._counted(lambda: row_of(line, self._catalog))

    def document(self, document: object) -> TriedRow:
        """The same of a row that was read from JSON already."""
        return self._counted(lambda: row_of_document(document, self._catalog))

    def mark(self, line: str) -> TriedRow:
        """The row on a line, as it was given, with what was found in its texts; no row, and
        `failed`, where a detector could not look."""
        try:
            row = row_of(line, self._catalog)
            marked = self._marker.mark_row(row, self._catalog.tables[row.table])
        except NoRowError as error:
            tried = TriedRow(None, "unreadable", str(error))
        except RuntimeError:  # it is not shown as if it were clean
            tried = TriedRow(None, "failed")
        else:
            tried = TriedRow({row.kind: marked}, _marked_outcome(row.values, marked))
        self.counts[tried.outcome] += 1
        return tried

    def found(self, line: str) -> tuple[Found, ...] | None:
        """In the row on a line; nothing where it is none. None as of `Trial.found`."""
        return self._found(lambda: row_of(line, self._catalog))

    def found_in(self, document: object) -> tuple[Found, ...] | None:
        """The same of a row that was read from JSON already."""
        return self._found(lambda: row_of_document(document, self._catalog))

    def _found(self, read: Callable[[], Row]) -> tuple[Found, ...] | None:
        try:
            row = read()
        except NoRowError:
            return ()
        return found_or_none(self._marker.of_row(row, self._catalog.tables[row.table]))

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


def _marked_outcome(given: Mapping[str, object], marked: Mapping[str, object]) -> str:
    outcomes = {
        "kept" if after == before else "cut" if is_cut(before, after) else "marked"
        for name, value in given.items()
        for before, after in zip(_texts(value), _texts(marked[name]), strict=True)
    }
    return next((one for one in ("marked", "cut") if one in outcomes), "kept")


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list | tuple) else (value,)
    return [each for each in values if isinstance(each, str)]


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


def json_line(value: object) -> str:
    """As JSON, readable where it stays one line with that."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


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
