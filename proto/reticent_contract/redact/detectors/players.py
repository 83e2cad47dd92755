"""What people call themselves in games, chats and streams, where the form says that it is somebody.

    a game      LavaFrosch fell out of the world, piabear7 joined the game, x_9 was slain by y_4
    a chat      <piabear7> who has the map?, -!- tuxedo [~tux@host] has joined, Ulla!ul@host set
    a stream    raid from turboelch with 40 viewers, player GhostPickle connected

Enters: text. Leaves: user names, as `person.USER` has them. Must hold: linear; all digits are
alike; a word that logs are written with is no name.
"""

from __future__ import annotations

import re

from reticent_contract.redact.detectors.actors import LEFT_OUT
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found
from reticent_contract.redact.detectors.person import is_prose_word, named
from reticent_contract.redact.detectors.sentence import may_be_name
from reticent_contract.redact.gates import in_order
from reticent_contract.redact.shapes import ANY_DIGIT

_NICK = r"[A-Za-z_][A-Za-z0-9_]{2,30}"
_KILLED = r"was (?:slain|shot|fragged|blown up|killed|pricked) by"
_BY = rf"({_NICK})(?: using |\.?$)"
_IN_GAME = (
    rf"(?:^|[\]:>] )({_NICK}) {_KILLED}(?: {_BY})?|\b{_KILLED} {_BY}|"
    rf"(?:^|[\]:>] )({_NICK}) (?:fell out of the world|fell from a high place|"
    r"(?:has )?(?:joined|left) the game)|"
    rf"(?:^|[\]:>] )({_NICK}) fragged ({_NICK})"
)
_IN_GAME_GATE = in_order(
    r"was (?:slain|shot|fragged|blown up|killed|pricked) by|fell out of the world|"
    r"fell from a high place|(?:joined|left) the game| fragged [A-Za-z_]"
)
_IN_CHAT = (
    rf"(?:^|\] )<[@+%~]?({_NICK})> [^\s]|-!- ({_NICK}) \[~?[^\s@\]]+@|"
    rf"(?:^|\s)({_NICK})!~?[^\s!@]+@[A-Za-z0-9.\-]+ |\*\*\* ({_NICK}) is (?:now )?(?:back|away)\b"
)
_IN_CHAT_GATE = (
    r"(?:^|\n|\] )<[@+%~]?[A-Za-z_][A-Za-z0-9_]+> |-!- [A-Za-z_]|![^\s!@]+@|"
    r"\*\*\* [A-Za-z_][A-Za-z0-9_]* is "
)
_TOLD = (
    rf"\b(?:[Pp]layer|[Bb]roadcaster|[Ss]treamer|channel of) ({_NICK})(?:[\s,;:)]|$)|"
    rf"\b[Rr]aid (?:from|by) (?:streamer |channel )?({_NICK}) with [0-9]"
)
_TOLD_GATE = r"(?:layer|roadcaster|treamer|channel of) [A-Za-z_][A-Za-z0-9_]|[Rr]aid (?:from|by) "
_MADE_UP = re.compile(rb"[a-z][A-Z]|[A-Za-z]_|[A-Za-z][0-9]")


def _take(start: int, value: bytes) -> Found | None:
    word = value.lower()
    if is_prose_word(word) or LEFT_OUT.fullmatch(word) is not None:
        return None
    return named(start, value) if may_be_name(word.translate(ANY_DIGIT)) else None


def _take_made_up(start: int, value: bytes) -> Found | None:
    """The same where it is written as nobody writes a word: GhostPickle, x_9."""
    return _take(start, value) if _MADE_UP.search(value) is not None else None


PLAYERS: tuple[Finder, ...] = (
    grouped(_IN_GAME, _IN_GAME_GATE, _take),
    grouped(_IN_CHAT, _IN_CHAT_GATE, _take_made_up, _take, _take, _take),
    grouped(_TOLD, _TOLD_GATE, _take_made_up, _take),
)
