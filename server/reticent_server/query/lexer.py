"""Cuts a query into tokens.

    query   = or
    or      = and { "OR" and }
    and     = unary { unary }
    unary   = [ "-" ] ( "(" or ")" | term )
    term    = "*" | word | phrase | name ":" ( word | phrase )
    phrase  = '"' any character, \\" and \\\\ escaped '"'

Enters: text of at most `QUERY_CHARS_MAX` characters. Leaves: tokens with their columns. Must hold:
whatever the text, the result is tokens or a `QueryError`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from reticent_server.limits import QUERY_CHARS_MAX, QUERY_TERMS_MAX
from reticent_server.query.errors import QueryError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?=:)")
_WORD = re.compile(r'[^\s()"]+')
_SPACE = re.compile(r"\s+")


class Mark(Enum):
    OPEN = "("
    CLOSE = ")"
    MINUS = "-"
    OR = "OR"
    TERM = "term"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`name` is what stands before the colon of a term, None where there is none.

    `column`, `value_column`: characters from 1. `quoted`: the value was a phrase.
    """

    mark: Mark
    column: int
    name: str | None = None
    value: str = ""
    quoted: bool = False
    value_column: int = 0


def tokens_of(text: str) -> list[Token]:
    """All tokens, the last one END. Raises QueryError."""
    if len(text) > QUERY_CHARS_MAX:
        raise QueryError(
            f"the query is longer than {QUERY_CHARS_MAX} characters",
            text=text,
            column=QUERY_CHARS_MAX + 1,
        )
    tokens: list[Token] = []
    at = terms = 0
    while at < len(text):
        space = _SPACE.match(text, at)
        if space is not None:
            at = space.end()
            continue
        token, at = _token(text, at)
        terms += token.mark is Mark.TERM
        if terms > QUERY_TERMS_MAX:
            raise QueryError(
                f"the query has more than {QUERY_TERMS_MAX} terms", text=text, column=token.column
            )
        tokens.append(token)
    tokens.append(Token(Mark.END, len(text) + 1))
    return tokens


def _token(text: str, at: int) -> tuple[Token, int]:
    column = at + 1
    if text[at] in "()":
        return Token(Mark(text[at]), column), at + 1
    if text[at] == "-":
        return Token(Mark.MINUS, column), at + 1
    name = _NAME.match(text, at)
    if name is None:
        return _term(text, at, None, column)
    return _term(text, name.end() + 1, name.group(), column)


def _term(text: str, at: int, name: str | None, column: int) -> tuple[Token, int]:
    if at < len(text) and text[at] == '"':
        value, end = _phrase(text, at)
        quoted = True
    else:
        word = _WORD.match(text, at)
        value, end = (word.group(), word.end()) if word is not None else ("", at)
        quoted = False
        if name is None and value == "OR":
            return Token(Mark.OR, column), end
    return Token(Mark.TERM, column, name, value, quoted, at + 1), end


def _phrase(text: str, at: int) -> tuple[str, int]:
    pieces: list[str] = []
    place = at + 1
    while place < len(text):
        character = text[place]
        if character == '"':
            return "".join(pieces), place + 1
        if character == "\\":
            place += 1
            if place >= len(text) or text[place] not in '"\\':
                raise QueryError(
                    'in a phrase a backslash stands only before " or another backslash',
                    text=text,
                    column=place,
                )
            character = text[place]
        pieces.append(character)
        place += 1
    raise QueryError("this phrase has no closing quote", text=text, column=at + 1)
