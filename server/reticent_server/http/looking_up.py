"""A look-up of a named person, for the API and the console alike.

1. the query is read, and who it names; 2. somebody has agreed, where that is needed, and that it is
used is recorded; 3. the look-up is recorded by a keyed digest of who was named, never the name; 4.
the rows that the caller's roles show are searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reticent_server.approvals.subjects import person_subject
from reticent_server.auth import Caller, Scope
from reticent_server.epochs.files import EpochFiles
from reticent_server.http.approving import use_or_ask
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import events_of, refuse_hidden
from reticent_server.limits import LOOKUP_POLICIES_MAX, PERSONS_PER_LOOKUP_MAX
from reticent_server.query import QueryError
from reticent_server.query.expr import Everything, Expr
from reticent_server.query.parser import parse_query
from reticent_server.query.people import People
from reticent_server.services import Services
from reticent_server.store.events.errors import QueryTooLargeError
from reticent_server.store.events.model import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`more`: there are older rows. `epochs`: whose keys are there, so that it was looked by.
    `unread`: how many versions of policies were not read, so what only they linked is not found."""

    rows: list[Event]
    more: bool
    epochs: list[int]
    unread: int
    pseudonyms: list[str]  # that stand in these rows and are the person's


def look_up(
    services: Services, *, caller: Caller, text: str, reason: str, limit: int, address: str
) -> Found:
    """Blocks. Raises ProblemError."""
    named: list[str] = []

    def note(person: str) -> Expr:
        named.append(person)
        return Everything()

    _parsed(text, note)  # 1
    if not 0 < len(named) <= PERSONS_PER_LOOKUP_MAX:
        raise ProblemError(
            400,
            "bad-query",
            f"a look-up names 1 to {PERSONS_PER_LOOKUP_MAX} persons with person:NAME; nothing was "
            "searched; a search without a person needs no look-up",
        )
    events = events_of(services, caller, Scope.READ_EVENTS)
    keys = EpochFiles(services.config.data_dir).load()
    policies, unread = services.policies.read_all(most=LOOKUP_POLICIES_MAX)
    people = People(
        fleet=keys.fleet,
        server=keys.server,
        policies=policies,
        reach=events.reach,
    )
    expr = _parsed(text, people.condition)
    refuse_hidden(services, caller, events.reach, expr, address=address)
    subject = person_subject(named)
    used = use_or_ask(services, caller, subject, reason=reason, address=address)  # 2
    services.audit.record(  # 3
        actor=caller.name,
        action="person.look_up",
        object=f"look-up of {subject.name}, {used.subject}, request {used.request_id}",
        reason=used.reason,
        source_address=address,
    )
    try:
        page = events.search(expr, limit=limit)  # 4
    except QueryTooLargeError as error:
        raise ProblemError(400, "query-too-large", str(error)) from None
    theirs = {text for name in named for text in people.pseudonyms(name)}
    texts = [text for row in page.rows for text in _texts(row.fields) if "pn:" in text]
    return Found(
        rows=list(page.rows),
        more=page.next_cursor is not None,
        epochs=sorted(keys.fleet),
        unread=unread,
        pseudonyms=sorted(one for one in theirs if any(one in text for text in texts)),
    )


def _parsed(text: str, person: Callable[[str], Expr]) -> Expr:
    try:
        return parse_query(text, person=person)
    except QueryError as error:
        raise ProblemError(400, "bad-query", str(error), extra={"column": error.column}) from error


def _texts(fields: Mapping[str, object]) -> Iterator[str]:
    for value in fields.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from (one for one in value if isinstance(one, str))
