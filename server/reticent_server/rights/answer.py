"""What the person is told, in plain language (GDPR, articles 12(1), 15(1) and 19).

Enters: a request that was run, and what the policies of now promise. Leaves: text for people to
read, which says no more of the person than how many rows were found where. Must hold: it says what
cannot be found and what is not erased; what only the organisation knows is asked of it.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from reticent_contract.catalog import CATALOG
from reticent_contract.policy import Policy

from reticent_server.rights.case import Case, Count
from reticent_server.rights.words import GROUNDS, Right, State

_WIDTH = 88
_NOT_ERASED = (
    "Backups made before still hold it until they expire: the server cannot reach into them. The "
    "audit trail keeps that your request was handled, and not whom it was about.",
    "What a directory (SCIM) told this server of you is the directory's to remove. An account with "
    "which you log on to this server is removed by its administrator.",
    "What else your own laptop sent stays unless the laptop itself is erased.",
    "New rows that name you are not kept from coming: whatever a laptop sends from now on is "
    "treated as its policy says.",
)
_RIGHTS = (
    "You may ask for your data to be corrected or erased, for its processing to be restricted, and "
    "you may object to it. Write to whoever sent you this.",
    "You may complain to a data protection authority.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What one group's policy of now says of the tables in which the person is."""

    group: str
    purpose: str
    legal_basis: str
    retention_days: Mapping[str, int | None]  # None: until the laptop is erased

    @classmethod
    def of(cls, group: str, policy: Policy) -> Promise:
        return cls(
            group=group,
            purpose=policy.purpose,
            legal_basis=policy.legal_basis,
            retention_days={name: one.retention_days for name, one in policy.tables.items()},
        )


def text_of(case: Case, *, promises: Sequence[Promise], readers: Sequence[str]) -> str:
    """`promises`: of the laptops' groups. `readers`: roles by name."""
    lines: list[str] = []
    for head, sentences in _sections(case, promises, readers):
        lines += [head, "-" * len(head), ""]
        for sentence in sentences:
            lines += [*textwrap.wrap(sentence, _WIDTH, break_on_hyphens=False), ""]
    return "\n".join(lines)


def _sections(
    case: Case, promises: Sequence[Promise], readers: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    yield f"Your request {case.reference}", [_outcome(case)]
    if case.state is State.REFUSED:
        yield "Your rights", list(_RIGHTS[1:])
        return
    if not _is_looked_for(case):
        yield "Your rights", list(_RIGHTS)
        return
    if case.right is Right.ACCESS:
        rows = [_FORGOTTEN] if case.is_over else [_FILE, _DIRECTORY]
        yield "What is held", [*_held(case.counts), *rows, _ACCOUNT]
        yield "Why, and for how long", list(_promised(case.counts, promises))
        yield "Where it is from", list(_sources(case.counts))
        yield "Who receives it", _receivers(readers)
    else:
        yield "What was erased", list(_erased(case.counts))
        yield "What is not erased", list(_NOT_ERASED)
    yield "What could not be looked for", list(case.unseen)
    yield "Your rights", list(_RIGHTS)


_FILE = (
    "The file that comes with this has each row, one JSON object a line, the newest first. It "
    "is whole where its last line says so. Of laptops that are not yours it has the table, the "
    "time and the columns that name you: the rest is about other people. A sealed value is marked "
    "as such; the organisation opens it for you on request."
)
_DIRECTORY = "If a directory told this server of you, what it told is in the file's second line."
_FORGOTTEN = (
    "This request is closed, and whom it was about is forgotten: the rows themselves are not given "
    "any more. For them, ask again."
)
_ACCOUNT = (
    "If you have an account on this server, the account and what the audit trail says of it are "
    "not in this answer: whoever answers you adds them."
)


def _is_looked_for(case: Case) -> bool:
    """Before that there are no counts, and "none was found" would be untrue."""
    answered = case.state is State.RUNNING and case.right is Right.ACCESS
    return case.is_counted and (answered or case.state is State.DONE)


def _outcome(case: Case) -> str:
    match case.state:
        case State.REFUSED:
            ground = "" if case.ground is None else GROUNDS[case.ground]
            return f"Your request was not met. {ground}"
        case State.DONE if case.right is Right.ERASURE:
            return "What named you was erased. A search finds none of it, and no file holds it."
        case State.RUNNING if case.right is Right.ERASURE:
            return "What names you is being erased. This is not finished."
        case State.OPEN | State.APPROVED:
            return "Your request is being looked at."
    return "This is what the server held of you when it was looked for."


def _held(counts: Sequence[Count]) -> list[str]:
    if not counts:
        return ["No row that names you was found."]
    rows: Counter[str] = Counter()
    laptops: defaultdict[str, set[UUID]] = defaultdict(set)
    for one in counts:
        rows[one.table] += one.found
        laptops[one.table].add(one.device_id)
    return [
        f"{table}: {_many(number, 'row')} of {_many(len(laptops[table]), 'laptop')}. "
        f"{_meaning(table)}"
        for table, number in sorted(rows.items())
    ]


def _erased(counts: Sequence[Count]) -> Iterator[str]:
    if not counts:
        yield "No row that named you was found."
    deleted: Counter[str] = Counter()
    emptied: Counter[str] = Counter()
    for one in counts:
        deleted[one.table] += one.deleted
        emptied[one.table] += one.emptied
    for table in sorted(deleted.keys() | emptied.keys()):
        if deleted[table]:
            yield f"{table}: {_many(deleted[table], 'row')} about you, deleted. {_meaning(table)}"
        if emptied[table]:
            yield (
                f"{table}: {_many(emptied[table], 'row')} about something else, from which what "
                f"named you was removed. {_meaning(table)}"
            )


def _promised(counts: Sequence[Count], promises: Sequence[Promise]) -> Iterator[str]:
    tables = sorted({one.table for one in counts})
    for promise in promises:
        said = [
            f"{table}: {_days(promise.retention_days[table])}"
            for table in tables
            if table in promise.retention_days
        ]
        yield (
            f"Laptops of the group {promise.group}. Purpose: {promise.purpose.rstrip('.')}. Legal "
            f"basis: {promise.legal_basis.rstrip('.')}. Kept: "
            f"{'; '.join(said) or 'none of these is collected now'}."
        )
    yield "This server decides nothing about a person by itself, and makes no profile."


def _days(days: int | None) -> str:
    return "until the laptop is erased" if days is None else f"{_many(days, 'day')} from receipt"


def _sources(counts: Sequence[Count]) -> Iterator[str]:
    for table in sorted({one.table for one in counts}):
        found = CATALOG.get(table)
        made = found is not None and found.from_server
        yield (
            f"{table}: the organisation wrote it down, or a directory told it."
            if made
            else f"{table}: the agent on the laptop, under a policy that its user can read."
        )


def _receivers(readers: Sequence[str]) -> list[str]:
    return [
        "On this server those who hold one of the roles: " + ", ".join(readers) + ".",
        "The server passes it to nobody. To whom the organisation passes it on, and whether to "
        "another country, the organisation adds here.",
    ]


def _meaning(table: str) -> str:
    found = CATALOG.get(table)
    return "" if found is None else found.sentence


def _many(number: int, what: str) -> str:
    """`1 row`, `2 rows`"""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
