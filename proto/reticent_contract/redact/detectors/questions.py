"""What somebody is asked where a password is forgotten, and what one gives away then.

    answers      security answer: X, secret question: first pet? answer: X
    mothers      mother's maiden name: X, {"motherMaidenName": "X"}, Mädchenname der Mutter: X
    of one's own first pet: X, name of first school = X

Must hold: linear; a sign stands between what is asked and the answer.
"""

from __future__ import annotations

from reticent_contract.redact.detectors.configured import stands_for_one
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found
from reticent_contract.redact.gates import in_order

_MOTHER = (
    r"(?:mother'?s?(?:'s)?[_ \-]?(?:\x{2019}s )?maiden[_ \-]?name|maiden[_ \-]?name|"
    r"m\x{e4}dchenname (?:der|ihrer|deiner|meiner) mutter|"
    r"nom de jeune fille de (?:la|votre|ta|ma) m\x{e8}re|"
    r"apellido de soltera(?: de (?:la|su|tu|mi) madre)?|"
    r"nome de solteira(?: d[ae] (?:sua )?m\x{e3}e)?|"
    r"cognome da nubile(?: d(?:i|ella) (?:tua |sua )?madre)?|"
    r"nazwisko (?:rodowe|panie\x{144}skie) matki|"
    r"meisjesnaam (?:van )?(?:uw |je |de )?moeder|"
    r"(?:nama )?ibu kandung|annenizin k\x{131}zl\x{131}k soyad\x{131}|"
    r"\x{434}\x{435}\x{432}\x{438}\x{447}\x{44c}\x{44f} "
    r"\x{444}\x{430}\x{43c}\x{438}\x{43b}\x{438}\x{44f} "
    r"\x{43c}\x{430}\x{442}\x{435}\x{440}\x{438})"
)
_OWN = (
    r"(?:(?:name of )?(?:your |my |the )?(?:first|childhood|favou?rite)[_ ]"
    r"(?:pet|school|teacher|best friend|friend|crush|concert)(?:'s)?(?:[_ ]name)?|"
    r"(?:street|city) (?:you|i) grew up (?:on|in))"
)
_ANSWER = r"(?:(?:security|secret|challenge)[_ \-]?(?:question[_ \-]?)?(?:answer|ans)s?[_ ]?[0-9]?)"
_ASKED = (
    r"(?:(?:security|secret|challenge) question[^\r\n]{1,80}?|\byour [^\r\n?]{1,60}\?) ?\banswer"
)
_QUESTION = (
    rf"(?i)(?:{_MOTHER}|{_OWN}|{_ANSWER}|{_ASKED})[\\\"']{{0,3}}(?:\s?[:=>]\s?|\sis\s)[\\\"']{{0,3}}"
    r"([^\s\"',;<>&\\]+(?-i: [A-Z][^\s\"',;<>&\\]*)?)"
)
_GATE = in_order(
    r"(?i)maiden[_ \-]?name|dchenname |jeune fille |de soltera|de solteira|da nubile|matki|"
    r"meisjesnaam |ibu kandung|k\x{131}zl\x{131}k|\x{434}\x{435}\x{432}\x{438}\x{447}|"
    r"(?:first|childhood|favou?rite)[_ ](?:pet|school|teacher|best|friend|crush|concert)|"
    r"grew up [oi]n|(?:security|secret|challenge)[_ \-]?(?:question|ans)|\? ?answer"
)
_NO_ANSWER = frozenset(
    b"required missing invalid incorrect wrong set unset empty null none true false yes no correct "
    b"a an the not accepted matched updated changed is must cannot".split()
)
_TRIM = b".)]}"


def _take(start: int, value: bytes) -> Found | None:
    value = value.rstrip(_TRIM)
    if value.lower().split(b" ")[0] in _NO_ANSWER or stands_for_one(value):
        return None
    return (start, start + len(value), value) if len(value) > 1 and value[:1] != b"<" else None


QUESTIONS: tuple[Finder, ...] = (grouped(_QUESTION, _GATE, _take),)
