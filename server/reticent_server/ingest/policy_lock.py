"""One policy's second lock, prepared: columns are judged once, values by the column at a time.

Must hold: whatever `Admission` refuses is refused here. A short cut may only say "all of them are
good"; whenever it cannot, every value is asked about by itself. That both agree is tested with
made-up secrets, sizes and forged tokens (tests/ingest/test_policy_lock.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import re2
from reticent_contract.catalog.model import Catalog, Field, Type
from reticent_contract.policy import Policy
from reticent_contract.redact import Admission
from reticent_contract.redact.actions import Action, Generalise, Scan
from reticent_contract.redact.actions.simple import Keep
from reticent_contract.redact.detectors.model import UNANCHORED
from reticent_contract.redact.detectors.secret_gate import secret_gates
from reticent_contract.redact.sealed import PREFIX as SEALED
from reticent_contract.redact.tokens import find_tokens
from reticent_contract.rows import Scalar

from reticent_server.ingest.pseudonyms import OPEN, Pseudonyms
from reticent_server.ingest.refusal import BatchRefusedError
from reticent_server.ingest.rule_counts import RuleCounts

# Between values while many are searched at once: blank for patterns that ask for a blank or the
# start of the text, and no word character for those that ask for a word's edge.
_BETWEEN = "\n\x1e\n"
_STORED = "pn:"  # what a value that is a finished pseudonym begins with
_NEXT_STORED = _BETWEEN + _STORED
_NEXT_SEALED = _BETWEEN + SEALED
_UTF8_BYTES_MAX = 4  # of one character
_GATE_BYTES_MAX = 16 << 20  # of RE2's automaton; one a process
_REMEMBERED_MAX = 4_096  # good values of one field, e.g. programs and network prefixes
_REMEMBERED_CHARS_MAX = 64
_DISTINCT_MAX = 32  # a column with more distinct values is not of that kind

ColumnKey = tuple[str, str, str, str, str, int]  # table, event, field, encoding, domain, epoch


@lru_cache(maxsize=1)
def _secret_gate() -> re2._re2.RE2:
    """The gates of secrets as one pattern: unlike a set of them it stops at the first match. Made
    when it is first asked, as no command but `run` asks."""
    options = re2.Options()
    options.max_mem = _GATE_BYTES_MAX
    options.log_errors = False
    options.never_capture = True
    return re2.compile("|".join(f"(?:{gate})" for gate, _ in secret_gates()), options)._regexp


def _may_hold_a_secret(text: str) -> bool:
    data = text.encode()
    # Below the public method, which costs twice what the match itself does (see `Pattern`).
    return bool(_secret_gate().Match(UNANCHORED, data, 0, len(data))[0][1] >= 0)


class _FieldLock:
    """What is known of one field: its action, its bound, and values that were found good."""

    __slots__ = ("bytes_max", "coarser", "field", "good", "keeps", "scans", "whole")

    def __init__(self, action: Action, field: Field) -> None:
        self.keeps = isinstance(action, Keep)
        self.scans = isinstance(action, Scan)
        self.whole = self.keeps and field.type in (Type.INTEGER, Type.TIMESTAMP)
        # Told as a folder, without the owner of a home: which parts name one is known better since.
        is_folder = isinstance(action, Generalise) and action.to == "directory"
        self.coarser = action if is_folder else None
        self.field = field
        self.bytes_max = field.bytes_max
        self.good: set[Scalar] = set()

    def remember(self, values: Sequence[str]) -> None:
        if len(values) > _DISTINCT_MAX or max(map(len, values)) > _REMEMBERED_CHARS_MAX:
            return
        if len(self.good) > _REMEMBERED_MAX:
            self.good = set()
        self.good.update(values)


class PolicyLock:
    """Thread-safe: what it remembers is only ever added to or replaced as a whole."""

    def __init__(self, policy: Policy, catalog: Catalog) -> None:
        self._policy = policy
        self._catalog = catalog
        self._admission = Admission(policy, catalog)
        self.counts = RuleCounts(policy, catalog)
        self._good_columns: set[ColumnKey] = set()
        self._good_prefixes: set[str] = set()  # "DOMAIN:EPOCH:" of embedded tokens
        self._fields: dict[tuple[str, str], _FieldLock] = {}

    def check_column(self, key: ColumnKey) -> None:
        """Raises BatchRefusedError where the policy lets no such column out."""
        if key in self._good_columns:
            return
        table, event, field, encoding, domain, epoch = key
        problem = self._admission.column_problem(
            table, event, field, encoding=encoding, domain=domain, epoch=epoch
        )
        if problem is not None:
            raise BatchRefusedError("field-not-allowed", problem)
        self._good_columns.add(key)

    def texts(self, table: str, field: str, values: list[str], pseudonyms: Pseudonyms) -> list[str]:
        """The values as they are stored: embedded tokens have got their second half.

        Raises BatchRefusedError for a value that the field's action cannot have made,
        UnknownEpochError for a token of an epoch that has no key.
        """
        known = self._field(table, field)
        if len(values) <= _DISTINCT_MAX and known.good.issuperset(values):
            return values
        stored = self._at_once(table, field, values, pseudonyms)
        if stored is not None:
            return stored
        self._check_each(table, field, values)
        if known.scans:
            # Only of real tokens: what merely looks like one is admitted with any domain.
            found = (token for value in values for token in find_tokens(value))
            self._good_prefixes.update(f"{domain}:{epoch}:" for domain, epoch, _ in found)
        if not any(OPEN in value for value in values):
            known.remember(values)
        return [pseudonyms.in_text(value) for value in values]

    def naming_owners(self, table: str, field: str, values: Sequence[str]) -> set[int]:
        """The places of those that name the owner of a home folder, where the policy tells of a
        path its directory alone: agents of an older version left some in. `texts` refuses them."""
        known = self._field(table, field)
        action = known.coarser
        if action is None or known.good.issuperset(values):
            return set()
        entry = known.field
        return {n for n, text in enumerate(values) if action.admits(entry, text) is not None}

    def check_numbers(self, table: str, field: str, values: Iterable[float]) -> None:
        """As `texts`. The codec has made sure that integers fit 64 bits."""
        if not self._field(table, field).whole:
            self._check_each(table, field, set(values))

    def _field(self, table: str, field: str) -> _FieldLock:
        known = self._fields.get((table, field))
        if known is None:
            action = self._policy.tables[table].rules[field].action
            known = _FieldLock(action, self._catalog.tables[table].by_name[field])
            self._fields[table, field] = known
        return known

    def _at_once(
        self, table: str, field: str, values: list[str], pseudonyms: Pseudonyms
    ) -> list[str] | None:
        """All values in one go; None where that cannot tell, and each must be asked about."""
        known = self._field(table, field)
        if not (known.keeps or known.scans):
            return None
        if _UTF8_BYTES_MAX * max(map(len, values)) > known.bytes_max:
            return None
        joined = _BETWEEN.join(values)
        if known.scans and _may_hold_a_secret(joined):
            # Of a hundred values a few trip a gate by chance, a pseudonym's `:-x` among them.
            self._check_each(table, field, (v for v in values if _may_hold_a_secret(v)))
        if joined.startswith(_STORED) or _NEXT_STORED in joined:
            return None  # perhaps a finished pseudonym, which no laptop makes
        if joined.startswith(SEALED) or _NEXT_SEALED in joined:
            return None  # perhaps a sealed value, which neither keep nor scan makes
        if OPEN not in joined:
            known.remember(values)
            return values
        if not known.scans:
            return None
        replaced = pseudonyms.in_text_of(joined, self._good_prefixes)
        stored = [] if replaced is None else replaced.split(_BETWEEN)
        return stored if len(stored) == len(values) else None

    def _check_each(self, table: str, field: str, values: Iterable[Scalar]) -> None:
        for value in values:
            problem = self._admission.value_problem(table, field, value)
            if problem is not None:
                raise BatchRefusedError("value-not-allowed", problem)
