"""consent.json: who agreed to what, when, and to which words.

    {"format": 1, "said": [{"user_id", "table", "state": "given"|"withdrawn",
                            "words": hex of the words' SHA-256, "policy": version, "at_us"}]}

The last statement of each person on each table. The words are what the policy tells people: its
purpose, legal basis and notice, how much is read (the table's options), which fields leave and how
(their rules as they are signed, and where one scans, what the policy says of detectors), and how
long they are kept. Where a policy has other words a statement has lapsed: it is not counted, and
the person is asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from reticent_contract import limits
from reticent_contract.policy import Policy

from reticent_agent import atomic
from reticent_agent.errors import ConsentError

_NAME = "consent.json"
_FORMAT = 1
_BYTES_MAX = 4 << 20
GIVEN, WITHDRAWN, LAPSED, OPEN = "given", "withdrawn", "lapsed", "open"
# Tables whose every row is of one person, whom the collector knows by account number.
OF_ONE_PERSON = frozenset({"app_usage", "site_visit"})
# What a policy says of detectors, for all its scans.
_OF_SCANS = ("allow", "detectors", "scan")

# By table that needs consent: who agreed, each since when (microseconds since 1970).
Agreed = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    user_id: int
    table: str
    state: str
    words: str
    policy: int
    at_us: int


def tables_that_ask(policy: Policy) -> list[str]:
    return sorted(name for name, rules in policy.tables.items() if rules.consent_required)


def words_of(policy: Policy, table: str) -> str:
    """What a person agrees to, as a hash."""
    rules = policy.tables[table]
    options = sorted((name, value) for name, value in rules.options.items())
    fields = sorted((name, rule.action.name) for name, rule in rules.rules.items())
    told: list[object] = [table, policy.purpose, policy.legal_basis, policy.notice, options, fields]
    told += (rules.retention_days, _signed_rules(policy, table))
    if any(name == "scan" for _, name in fields):
        told.append({part: policy.document.get(part) for part in _OF_SCANS})
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=dict)
    return hashlib.sha256(text.encode()).hexdigest()


def _signed_rules(policy: Policy, table: str) -> object:
    """As the policy was signed, not as it was read: a newer agent that knows more detectors reads
    more into the same words, and nobody is asked again for that."""
    tables = policy.document.get("tables")
    signed = tables.get(table) if isinstance(tables, Mapping) else None
    return signed.get("fields") if isinstance(signed, Mapping) else None


class ConsentRecord:
    """The file in `folder` (the data directory). A damaged one counts as empty: nobody agreed."""

    def __init__(
        self, folder: Path, *, persons: Callable[[], Collection[int] | None] = lambda: None
    ) -> None:
        self._file = folder / _NAME
        self._persons = persons
        self._said = _load(self._file)

    def agreed(self, policy: Policy) -> dict[str, dict[int, int]]:
        """Every table that asks for consent, with who agreed.

        A table that is not of one person is collected where everybody of the laptop agreed and
        nobody objects: its rows cannot be told apart by who they are about.
        """
        found: dict[str, dict[int, int]] = {}
        asked = tables_that_ask(policy)
        everybody = None if OF_ONE_PERSON.issuperset(asked) else self._persons()
        for table in asked:
            words = words_of(policy, table)
            said = [one for one in self._said.values() if one.table == table]
            who = {o.user_id: o.at_us for o in said if o.state == GIVEN and o.words == words}
            if table not in OF_ONE_PERSON and (
                not everybody  # None: nobody can tell; nobody at all: whose could the rows be
                or not who.keys() >= set(everybody)
                or any(one.state == WITHDRAWN for one in said)
            ):
                who = {}
            found[table] = who
        return found

    def state(self, policy: Policy, table: str, *, user_id: int) -> tuple[str, int]:
        """given, withdrawn, lapsed or open (never asked), and since when (0: never)."""
        said = self._said.get((user_id, table))
        if said is None:
            return OPEN, 0
        if said.state == GIVEN and said.words != words_of(policy, table):
            return LAPSED, said.at_us
        return said.state, said.at_us

    def has_said(self, table: str, *, user_id: int) -> bool:
        return (user_id, table) in self._said

    def say(self, statement: Statement) -> None:
        """On disk when this returns. Raises ConsentError; then what was said before holds."""
        key = (statement.user_id, statement.table)
        said = {**self._said, key: statement}
        if len(said) > limits.CONSENTS_MAX:
            raise ConsentError(
                "too many statements are kept on this laptop; yours was not taken down; tell the "
                "administrator",
                permanent=True,
            )
        document = {"format": _FORMAT, "said": [asdict(one) for one in said.values()]}
        try:
            atomic.write_file(self._file, json.dumps(document, indent=1).encode())
        except OSError as error:
            raise ConsentError(
                f"what you said could not be written ({error.strerror}); what you said before "
                "holds; free some space and say it again",
                permanent=False,
            ) from None
        self._said = said


def _load(file: Path) -> dict[tuple[int, str], Statement]:
    """All of it or nothing: of half a record a yes could outlive the no that came after it."""
    try:
        data = atomic.read_file(file, bytes_max=_BYTES_MAX)
        if not data:
            return {}
        document = json.loads(data)
        if document["format"] != _FORMAT:
            return {}
        said = [Statement(**one) for one in document["said"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
    found = {(one.user_id, one.table): one for one in said if _is_whole(one)}
    return found if len(found) == len(said) else {}


def _is_whole(one: Statement) -> bool:
    numbers = (one.user_id, one.policy, one.at_us)
    texts = (one.table, one.words)
    return (
        all(type(number) is int for number in numbers)
        and all(isinstance(text, str) for text in texts)
        and one.state in (GIVEN, WITHDRAWN)
    )
