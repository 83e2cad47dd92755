"""Turns the text of a query into an `Expr`.

Enters: what a person typed. Leaves: a tree. Must hold: whatever the text, the result is a tree of
bounded size or a `QueryError`. A query that does not speak of receipts does not find them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from reticent_server.limits import QUERY_DEPTH_MAX
from reticent_server.query.errors import QueryError
from reticent_server.query.expr import And, Everything, Expr, Not, Or, TableIs
from reticent_server.query.lexer import Mark, Token, tokens_of
from reticent_server.query.terms import Terms
from reticent_server.store.events.fields import RECEIPT_FIELDS
from reticent_server.store.events.model import RECEIPT_REFUSED, RECEIPT_STORED, RECEIPT_TABLE

_RECEIPT_ONLY = frozenset(RECEIPT_FIELDS) - {"reason", "detail"}  # agent_health has those too


def parse_query(
    text: str, *, now_us: int | None = None, person: Callable[[str], Expr] | None = None
) -> Expr:
    """What the query means. `now_us`: what `7d` counts from, by default this machine's clock.
    `person`: what finds a named person; without it no query may name one.

    Raises QueryError.
    """
    now = time.time_ns() // 1_000 if now_us is None else now_us
    tokens = tokens_of(text)
    if tokens[0].mark is Mark.END:
        raise QueryError("the query is empty; * finds everything", text=text, column=1)
    expr = _Parser(tokens, Terms(text, now, person)).parse()
    if any(_names_receipts(token) for token in tokens):
        return expr
    hidden = Not(TableIs(RECEIPT_TABLE))
    return hidden if isinstance(expr, Everything) else And((expr, hidden))


def _names_receipts(token: Token) -> bool:
    if token.name in ("kind", "table"):
        return token.value.partition(".")[0] == RECEIPT_TABLE
    if token.name == "event":
        return token.value in (RECEIPT_STORED, RECEIPT_REFUSED)
    return token.name in _RECEIPT_ONLY


@dataclass(slots=True)
class _Parser:
    tokens: list[Token]
    terms: Terms
    at: int = 0
    depth: int = 0

    def parse(self) -> Expr:
        expr = self._or()
        if self._token.mark is Mark.CLOSE:
            raise self._error("this parenthesis closes nothing")
        return expr

    @property
    def _token(self) -> Token:
        return self.tokens[self.at]

    def _or(self) -> Expr:
        parts = [self._and()]
        while self._token.mark is Mark.OR:
            self.at += 1
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Expr:
        parts = [self._unary()]
        while self._token.mark in (Mark.TERM, Mark.OPEN, Mark.MINUS):
            parts.append(self._unary())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _unary(self) -> Expr:
        token = self._token
        match token.mark:
            case Mark.TERM:
                self.at += 1
                return self.terms.node(token)
            case Mark.MINUS:
                self._deeper()
                self.at += 1
                part = self._unary()
                self.depth -= 1
                return Not(part)
            case Mark.OPEN:
                self._deeper()
                self.at += 1
                expr = self._or()
                if self._token.mark is not Mark.CLOSE:
                    raise QueryError(
                        "this parenthesis is not closed", text=self.terms.text, column=token.column
                    )
                self.at += 1
                self.depth -= 1
                return expr
            case Mark.END:
                raise self._error("a term is missing at the end")
        raise self._error("a term is missing here")

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > QUERY_DEPTH_MAX:
            raise self._error(f"the query is nested more than {QUERY_DEPTH_MAX} deep")

    def _error(self, problem: str) -> QueryError:
        return QueryError(problem, text=self.terms.text, column=self._token.column)
