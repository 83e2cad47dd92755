"""One policy's second lock, prepared: columns are judged once, values by the column where that
gives the same answer.

Must hold: whatever `Admission` refuses is refused here. A short cut may only say "all of them are
good"; whenever it cannot, every value is asked about by itself. That both agree is tested with
made-up secrets, sizes and forged tokens (tests/ingest/test_policy_lock.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import re2
from reticent_contract.catalog.model import Catalog, Type
from reticent_contract.policy import Policy
from reticent_contract.redact import Admission
from reticent_contract.redact.actions import Scan
from reticent_contract.redact.actions.simple import Keep
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.rows import Scalar

from reticent_server.ingest.pseudonyms import embedded_tokens
from reticent_server.ingest.refusal import BatchRefusedError

# Between values while many are searched at once: blank for patterns that ask for a blank or the
# start of the text, and no word character for those that ask for a word's edge.
_BETWEEN = "\n\x1e\n"
_UTF8_BYTES_MAX = 4  # of one character
_VALUES_REMEMBERED = 20_000  # of what is asked one by one, e.g. network prefixes
_REMEMBERED_CHARS_MAX = 64
_GATE_BYTES_MAX = 16 << 20  # of RE2's automaton; one a process

ColumnKey = tuple[str, str, str, str, str, int]  # table, event, field, encoding, domain, epoch


def _secret_gate() -> re2._Regexp:
    options = re2.Options()
    options.max_mem = _GATE_BYTES_MAX
    options.log_errors = False
    options.never_capture = True
    finders = DETECTORS["secret"].finders
    return re2.compile("|".join(f"(?:{finder.gate})" for finder in finders), options)


_SECRETS = _secret_gate()


class PolicyLock:
    """Thread-safe: what it remembers only grows, up to what the catalog allows."""

    def __init__(self, policy: Policy, catalog: Catalog) -> None:
        self._policy = policy
        self._catalog = catalog
        self._admission = Admission(policy, catalog)
        self._value_problem = lru_cache(maxsize=_VALUES_REMEMBERED)(self._admission.value_problem)
        self._good_columns: set[ColumnKey] = set()
        self._good_prefixes: set[str] = set()  # "<pn:DOMAIN:EPOCH:" of embedded tokens

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

    def check_texts(self, table: str, field: str, values: list[str]) -> None:
        """Raises BatchRefusedError for a value that the field's action cannot have made."""
        action = self._policy.tables[table].rules[field].action
        bytes_max = self._catalog.tables[table].by_name[field].bytes_max
        short = _UTF8_BYTES_MAX * max(map(len, values)) <= bytes_max
        if short and isinstance(action, Keep):
            return
        if short and isinstance(action, Scan) and self._scanned(_BETWEEN.join(values)):
            return
        self._check_each(table, field, values)
        if isinstance(action, Scan):
            self._good_prefixes.update(
                prefix for value in values for prefix, _ in embedded_tokens(value)
            )

    def check_numbers(self, table: str, field: str, values: Iterable[float]) -> None:
        """As `check_texts`. The codec has made sure that integers fit 64 bits."""
        action = self._policy.tables[table].rules[field].action
        if isinstance(action, Keep) and self._whole(table, field):
            return
        self._check_each(table, field, set(values))

    def _whole(self, table: str, field: str) -> bool:
        return self._catalog.tables[table].by_name[field].type in (Type.INTEGER, Type.TIMESTAMP)

    def _scanned(self, joined: str) -> bool:
        """True where no secret can stand in the text and each token in it is the policy's."""
        if _SECRETS.search(joined) is not None:
            return False
        return "<pn:" not in joined or all(
            prefix in self._good_prefixes for prefix, _ in embedded_tokens(joined)
        )

    def _check_each(self, table: str, field: str, values: Iterable[Scalar]) -> None:
        for value in values:
            if isinstance(value, str) and len(value) > _REMEMBERED_CHARS_MAX:
                problem = self._admission.value_problem(table, field, value)
            else:
                problem = self._value_problem(table, field, value)
            if problem is not None:
                raise BatchRefusedError("value-not-allowed", problem)
