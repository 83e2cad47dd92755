"""User names in what sudo, su, passwd and databases say, in whatever language.

    sudo        [sudo] Mot de passe de perrine : , [sudo] tkaya için parola:
    passwd      Passwort für otto:, Cambiando la contraseña de jquintana.
    accounts    Abmeldung von brittas, Échec de connexion pour fcaron, Senha alterada para bruno
    su          su: Benutzer ottok existiert nicht, otto ist nicht in der sudoers-Datei
    databases   Key (username)=(anton.m) already exists, Duplicate entry 'leena.s' for key 'login'
    changes     assignee -> tlindt, username→meera.k
    records     [meera.k] logged out, last_editor "hfuku", {"sub":"meeras"}, u=meera.k p=X

Enters: text. Leaves: user names, as `person.USER` has them. Must hold: linear. Of a prompt of sudo
everything but the name is in the list of its translations: the one word that is not is the name,
whatever the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.actors import LEFT_OUT
from reticent_contract.redact.detectors.foreign import FOREIGN
from reticent_contract.redact.detectors.full_names import is_part_of_name
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at, words
from reticent_contract.redact.detectors.person import CLAIM, NAME, is_prose_word, named
from reticent_contract.redact.detectors.vocabulary import is_english
from reticent_contract.redact.gates import in_order

_PROMPT = r"\[sudo(?:: [^\]\r\n]{0,40})?\] ([^\r\n:\x{ff1a}]{4,80}?) ?[:\x{ff1a}]"
_PROMPT_GATE = r"\[sudo(?:\]|: )"
# The words of sudo's translations, and what its own prompts are written with.
_PROMPTED = words(
    """
    password for passwort kennwort für mot de passe du pour contraseña para senha palavra-passe
    hasło użytkownika dla lösenord för di par wachtwoord voor van adgangskode til passord
    пароль для до за користувача пользователя лозинка jelszó jelszava felhasználó a következőhöz
    käyttäjän salasana heslo pro uživatele pre používateľa için parola parolası şifre şifresi parolă
    pentru lui parolei zaporka lozinka za geslo uporabnika contrasenya d el la per pasvorto por
    pasahitza contrasinal slaptažodis naudotojo mật khẩu cho kata sandi untuk συνθηματικό κωδικός
    fjalëkalimi për の パスワード 的密码 的密碼 密码 密碼 의 암호 parole lietotāja salasõna kasutaja
    pfāhidh focal faire authentication required sudo as user on touch enter your pin fingerprint
    """
)
_ALIKE = bytes.maketrans(
    b"123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"000000000abcdefghijklmnopqrstuvwxyz"
)
_LOGIN = re.compile(rb"[A-Za-z_][A-Za-z0-9._\-]*(?:\\[A-Za-z0-9._\-]+)?")
_WORD = re.compile(r"[^\s\"'\x60\x{2018}\x{2019}]+".replace(r"\x{2018}\x{2019}", "\u2018\u2019"))
# Whom a prompt asks, or a program changes; behind it the sentence ends.
_ASKED = (
    r"(?i)\b(?:passwor[td]s?|kennworts?|mot de passe|contrase\x{f1}a|senha|has\x{142}a|has\x{142}o|"
    r"wachtwoord|l\x{f6}senord(?:et)?|adgangskoden?|passordet|passord)"
    r"(?: (?:for|f\x{fc}r|pour|de|para|di|per|voor|van|f\x{f6}r|til|u\x{17c}ytkownika))+ "
    r"((?-i:[a-z])[a-z0-9._\-]*)(?: ?:$| wird ge| (?:wurde|has been|est|ha) )|"
    r"\b(?:cambiando|changement|(?:ver)?\x{e4}ndern|zmienianie|alterando|cambio|wijzigen|"
    r"\x{e4}ndrar|endrer)\b"
    r"[^\r\n:]{1,24} (?:f\x{fc}r|pour|de|para|di|per|voor|van|f\x{f6}r|u\x{17c}ytkownika) "
    r"((?-i:[a-z])[a-z0-9._\-]*)\.?$"
)
_ASKED_GATE = (
    r"(?i)(?:passwor[td]s?|kennworts?|passe|contrase\x{f1}a|senha|has\x{142}[ao]|wachtwoord|"
    r"senord(?:et)?|adgangskoden?|passord(?:et)?) (?:for|f\x{fc}r|pour|de|para|di|per|voor|van|"
    r"f\x{f6}r|til|u\x{17c}ytkownika) [a-z]|"
    r"(?:cambiando|changement|ndern|zmienianie|alterando|cambio|wijzigen|ndrar|endrer)\b"
)
# What is of somebody's account, with a verb in between or none: Senha alterada para X.
_OF_ACCOUNT = (
    r"(?i)\b(?:an|ab)meldung (?:von|f\x{fc}r) ([a-z][a-z0-9._\-]+)|"
    r"\b(?:kenn|pass)wort f\x{fc}r ([a-z][a-z0-9._\-]+)(?:[\s,;.]|$)|"
    r"\b(?:connexion|session|mot de passe)(?: [a-z\x{e0}-\x{ff}]{4,16})? pour "
    r"([a-z][a-z0-9._\-]+)|"
    r"\b(?:sesi\x{f3}n|sess\x{e3}o|contrase\x{f1}a|senha|cuenta|conta)"
    r"(?: [a-z\x{e0}-\x{ff}]{4,16})? (?:por|para) ([a-z][a-z0-9._\-]+)"
)
_OF_ACCOUNT_GATE = (
    r"(?i)meldung (?:von|f\x{fc}r) [a-z]|wort f\x{fc}r [a-z]|"
    r"(?:connexion|session|mot de passe)(?: [a-z\x{e0}-\x{ff}]{4,16})? pour |"
    r"(?:sesi\x{f3}n|sess\x{e3}o|contrase\x{f1}a|senha|cuenta|conta)"
    r"(?: [a-z\x{e0}-\x{ff}]{4,16})? (?:por|para) "
)
_INFINITIVES = (b"ar", b"er", b"ir", b"re")
_SU = (
    r"\bsu(?:\[[0-9]+\])? ?: (?:[Bb]enutzer|l'utilisateur|el usuario|l'utente|o usu\x{e1}rio|"
    rf"u\x{{17c}}ytkownik|gebruiker|anv\x{{e4}}ndaren) ({NAME}) |"
    rf"(?:^|sudo ?: |: )({NAME}) [^\r\n:]{{0,40}}\bsudoers\b"
)
_SU_GATE = r"\bsu(?:\[[0-9]+\])? ?: |\bsudoers"
_COLUMN = (
    r"(?:user_?name|user|login|log_?in_?name|owner|account(?:_?name)?|nick(?:name)?|handle|uid|"
    r"screen_?name|created_by|updated_by|author|assignee|sam_?account_?name)"
)
_KEY = (
    rf"(?i)\bKey \((?:lower\()?\"?{_COLUMN}\"?(?:::[a-z ]+)?\)?(?:, [^)\r\n]{{0,80}})?\)=\(({NAME})"
)
_ENTRY = rf"(?i)\bDuplicate entry '({NAME})' for key '(?:\w+\.)?(?:\w*_)?{_COLUMN}(?:_\w+)?'"
_LIKE = (
    r"(?i)(?:full|first|last|given|family|sur|middle|customer|client|contact|patient|employee|"
    r"student)_?name[\"`\])]{0,2} i?like "
    r"'%{0,2}((?-i:[A-Z\x{c0}-\x{17f}])[^'%_]+)[%']"
)
_DATABASE_GATE = r"(?i)\bkey \(|duplicate entry '|name[\"`\])]{0,2} i?like '"
_ARROW = r"(?:->|\x{2192}|\x{21d2}|\x{279c})"
_CHANGE = (
    r"(?i)\b(?:user(?:_?name)?|login|assignee|owner|reporter|reviewer|approver|requester|author|"
    rf"on-?call|operator|assigned)(?:(?:: | ){NAME})?(?: {_ARROW} |{_ARROW} ?)"
    rf"[\"'@]?({NAME})(?:[\s,;\"')\]]|$)"  # no call: user -> user.getName()
)
_RECORD = (
    rf"\[({NAME})\] (?:has |was )?(?:logged|signed) (?:in|out|off|on)\b|"
    rf"\b(?:last_)?(?:editor|author|modifier|committer|reviewer|updater|owner)(?:_name)? "
    rf"\"({NAME})\"|\"([a-z][\w.\-]{{1,63}})\" <(?:sips?:)?[\w.+\-]+[@>]|"
    rf"\"sub\"\s?:\s?\"({NAME})\"|"
    rf"\bsub=({NAME})|\bu=({NAME})[ ;&,] ?p(?:w|ass|wd)?=[^\s]|\brunas=({NAME})|"
    rf"^<([a-z]+[._][a-z]+)> |\b{CLAIM}(?:[\w.\-]+\\{{1,2}})?({NAME})(?:[\s,;\"')\]]|$)|"
    rf"(?:\b|_)(?:typing|message|DM|mention|reaction\w*) from "
    rf"({NAME}) (?:in|to) [#@]"
)
# Two who chat, in one line: <ann> anyone there? <otto> yes
_CHAT = r"^<[a-z][\w\-]{2,}> [^<>\r\n]+ <([a-z][\w\-]{2,})> [^<>\r\n]+$"
_OF_MARKUP = frozenset(b"div img pre nav svg sup sub col del ins kbd var samp thead tbody".split())
_RECORD_GATE = in_order(
    r"\] (?:has |was )?(?:logged|signed) |(?:or|er)(?:_name)? \"[^\"]|\"sub\"\s?:|"
    r"[\w.\-]\" <[\w.+\-]|\bu=[^ ]|\bsub=[^ ]|runas=|"
    r" (?:in|to) [#@]|(?:^|\n)<[a-z]+[._][a-z]| <[a-z][\w\-]+> |"
    r"\bi:[0-9][#e]\.[a-z]\|"
)


# The same word before an address and in it: ann <ann@example.org>.
_ADDRESSED = r"(?:^|[\s:,;(\"'])[A-Za-z][\w.\-]* <[A-Za-z][\w.\-]*@"
_ADDRESSED_GATE = r"[\w.\-] <[A-Za-z0-9_.\-]+@"
_SAME = re.compile(rb"([A-Za-z][\w.\-]*) <([\w.\-]+)@\Z")


def _find_addressed(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        two = _SAME.search(text, start, end)
        if two is None or two[1].translate(_ALIKE) != two[2].translate(_ALIKE):
            continue
        found = named(two.start(1), two[1])
        if found is not None:
            yield found


def _take_prompted(start: int, value: bytes) -> Found | None:
    """The only word of a prompt that is no word of one."""
    text = value.decode("utf-8", "surrogateescape")
    others = [word for word in _WORD.finditer(text) if word[0].lower() not in _PROMPTED]
    if len(others) > 1:  # tanaka_k のパスワード
        others = [word for word in others if word[0][0].isascii()]
    if len(others) != 1:
        return None
    login = _LOGIN.match(others[0][0].encode("utf-8", "surrogateescape"))
    if login is None:
        return None
    before = len(text[: others[0].start()].encode("utf-8", "surrogateescape"))
    return named(start + before, login[0])


def _take(start: int, value: bytes) -> Found | None:
    """The name, and no word that logs, or another language, are written with."""
    found = named(start, value)
    if found is None or found[2].isdigit() or LEFT_OUT.fullmatch(found[2]) is not None:
        return None
    is_foreign = found[2].lower().decode("utf-8", "replace") in FOREIGN
    return None if is_foreign or is_prose_word(found[2]) else found


def _take_no_word(start: int, value: bytes) -> Found | None:
    """The same where any word may stand: pour cause inconnue."""
    return None if is_english(value.decode("utf-8", "replace").lower()) else _take(start, value)


def _take_nick(start: int, value: bytes) -> Found | None:
    """The same, and no element of a page."""
    return None if value in _OF_MARKUP else _take_no_word(start, value)


def _take_no_deed(start: int, value: bytes) -> Found | None:
    """The same where a verb may stand: contraseña para continuar, mot de passe pour entrer."""
    return None if value.lower().endswith(_INFINITIVES) else _take_no_word(start, value)


def _take_part(start: int, value: bytes) -> Found | None:
    is_name = all(map(is_part_of_name, value.split()))
    return (start, start + len(value), value) if is_name else None


ASKED: tuple[Finder, ...] = (
    grouped(_PROMPT, _PROMPT_GATE, _take_prompted),
    grouped(_ASKED, _ASKED_GATE, _take),
    grouped(_OF_ACCOUNT, _OF_ACCOUNT_GATE, _take_no_word, _take_no_word, _take_no_deed),
    grouped(_SU, _SU_GATE, _take),
    grouped(_KEY, _DATABASE_GATE, named),
    grouped(_ENTRY, _DATABASE_GATE, named),
    grouped(_LIKE, _DATABASE_GATE, _take_part),
    grouped(_CHANGE, _ARROW, _take),
    grouped(_RECORD, _RECORD_GATE, _take),
    grouped(_CHAT, _RECORD_GATE, _take_nick),
    finder_at(_ADDRESSED_GATE, Pattern(_ADDRESSED), _find_addressed, "B", reads=(0, 0)),
)
