"""User names in the forms of single programs: databases, network devices, mail, shells, clouds.

Enters: text. Leaves: user names, as `person.USER` has them. What sentences and keys tell stands in
`person`; what options of command lines tell, in `commands`.
"""

from __future__ import annotations

from collections.abc import Iterable

from reticent_contract.redact.detectors import nobody
from reticent_contract.redact.detectors.abroad import NOBODY
from reticent_contract.redact.detectors.commands import BEGINS, OPTIONS_GATE, told_as
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.detectors.person import CRON_GATE, NAME, is_prose_word, named
from reticent_contract.redact.gates import in_order

# The name is what the group holds.
_PATTERNS = (
    (
        r"\barn:aws[a-z\-]*:(?:iam|sts)::[0-9]*:(?:(?:user|federated-user)/(?:[^\s\"',/]+/)*|"
        rf"assumed-role/[^\s\"',/]+/)({NAME})"
    ),
    (rf"\bby ({NAME}) on (?:vty|console|con|tty|ssh|http)"),
    (rf"(?i)\buser <({NAME})>"),
    (rf"\bedit \"({NAME})"),
    (rf"(?i)\brole [\"']({NAME})[\"'] (?:does|is|already|cannot|was)\b"),
    (
        r"(?i)\b(?:alter|create|drop) (?:user|login|role) (?:if (?:not )?exists )?"
        rf"[\"'`\[]?({NAME})"
    ),
    (rf"\b(?:GRANT|grant) [^\r\n;]{{1,120}}? (?:TO|to) [\"'`]?({NAME})"),
    (rf"\bLOGIN ON \S+ BY ({NAME})"),
    (rf"\bUSER ({NAME})(?::|$|\r| --)"),
    (rf"\b(?:imap|pop3|lmtp|lda|managesieve|submission|doveadm|indexer-worker)\(({NAME})\)"),
    (rf"\bsmbd_audit(?:\[[0-9]+\])?: ({NAME})\|"),
    (rf"\bpostgres: ({NAME}) \S+ (?:\[local\]|[0-9.]+\()"),
    (rf"[bcdlps\-](?:[r\-][w\-][xsStT\-]){{3}} ({NAME})/[a-z]"),
    (rf"(?:^|: )({NAME})\s+[0-9]+\s+[0-9]\.[0-9]\s+[0-9]{{1,3}}\.[0-9]\s"),
    (rf"(?:^|: )({NAME})\s+(?:pts/[0-9]+|ttys?[0-9]+)\s"),
    (rf"(?:^|[\s(\[])({NAME})@[A-Za-z0-9.\-]+:~[^\s$#%]*[$#%]"),
    (rf"\bchown (?:-\S+ )*({NAME}):"),
    (rf"\bsu - ({NAME})"),
    (rf"\bdoas(?:\[[0-9]+\])?: ({NAME}) ran command"),
    (rf"\brecord [\"']({NAME})"),
    (rf"Login (?:OK|incorrect)[^\[\r\n]{{0,60}}: \[({NAME})"),
    (rf"\bk[0-9]+, u'({NAME})'"),
    (
        rf"(?:^|\s)({NAME}):[0-9]{{3,10}}:(?:[0-9a-f]{{32}}:[0-9a-f]{{32}}:::|"
        rf"aad3b435b51404eeaad3b435b51404ee:)"
    ),
    (rf"(?:^|\s)({NAME}):\$[0-9a-z]{{1,8}}\$"),
    (rf"(?:^|\s)({NAME}):[x*!]:[0-9]{{3,6}}:[0-9]{{1,6}}:"),
    (rf"[0-9] LOGIN \"?({NAME})\"? "),
    (rf"\bmachine\s+\S+\s+login\s+({NAME})"),
    (rf"\b(?:Target|Subject|Caller)UserName\s+({NAME})|\bAccount Name\s+({NAME})(?:\s|$)"),
    (rf"(?i)\buseraccount where name=[\"']({NAME})"),
    (rf"(?i)credential\(\s*[\"']({NAME})[\"']\s*,"),
    (rf"[\s\"']~({NAME})/"),
    (rf"\[[^\[\]\s]+\]\\{{1,2}}\[({NAME})\]"),
    (rf"\[({NAME})\] Peer Connection"),
    (rf"\bUSER(?:ID)?:\[[0-9]+\] [\"']({NAME})"),
    (rf"\br[0-9]+ \| ({NAME}) \|"),
    (r"\"([^\"<>\r\n]{1,64})<[0-9]+><[^<>\s]*>"),  # a player of a game server
    (r"\b([A-Z][a-z]+s?-(?:MacBook|iMac|Mac-mini|Mac-Pro|iPhone|iPad)[A-Za-z0-9\-]*(?:\.local)?)"),
    (r"(?:^|\s):([^\s!:@]+)!~?[^\s!@]+@"),  # of IRC
    (rf"<[0-9]+:({NAME})\(-?[0-9]+\)>"),  # Murmur's
    (rf"({NAME}) \(STEAM_[0-9]"),
    (r"\b([A-Z]{2,}<<[A-Z]+(?:<[A-Z]+)*)"),  # of a passport
    (rf"\buser_(?:add|mod|del|show|find|disable|enable): ({NAME})"),  # FreeIPA's
    (rf"\b(?:from|by|for|to|as|user) ({NAME}@[a-z][a-z0-9]*(?:-[a-z0-9]+)+)(?:[\s,;:]|$)"),
    (rf"\bclient (?:dis)?connected '({NAME})'\("),  # TeamSpeak's
    (rf"\b[Uu]ser\[({NAME})\]"),
    (rf"\busers:\s*-\s*name:\s+({NAME})"),
    (rf"\buser \[[^\]\r\n]*\] -> \[({NAME})\]"),  # Samba's: the name given, and the one mapped
    (rf"\bsetuid to ({NAME})"),
    (r"(?:^|[\s\"'(<])@([a-z][a-z0-9._=\-]*):[a-z0-9\-]+\.[a-z]"),  # Matrix
    (rf"\bpkexec(?:\[[0-9]+\])?: ({NAME}): "),
    (rf"\bsystemd-homed(?:\[[0-9]+\])?: ({NAME}): "),
    (rf"\bAccount:\s+Account Name:\s*({NAME})"),  # the second of an event of Windows
)
_ABROAD = (
    r"(?i)\b(?:benutzer|utilisateur|usuario|utente|gebruiker|usu\x{e1}rio|anv\x{e4}ndare|"
    rf"bruger)(?:konto)? (?:[\"']({NAME})|([a-z]+[._0-9][a-z0-9._\-]*)|({NAME}) (?:angemeldet|"
    r"abgemeldet|gesperrt|connect\x{e9}|d\x{e9}connect\x{e9}|conectado|desconectado|collegato|"
    r"ingelogd|inloggad|logget))"
)
_OPTION = (
    r"(?i)\s--?(?:[a-z]+-)?user-?name[ =]"
    rf"[\"']?({NAME})|\s--(?:as|user|login|owner)=[\"']?({NAME})|"
    rf"\s-(?:User|LocalUser|ADUser|Identity) [\"']?({NAME})"
)
# One gate for all of them; each of its words is rare.
_GATE = in_order(
    r"\barn:aws| on (?:vty|con|tty|ssh|http)|(?i:user <)|\bedit \"|"
    r"(?i:\brole [\"']|\b(?:alter|create|drop) (?:user|login|role) |\bgrant )|LOGIN ON |"
    r"\bUSER [^ ]|(?:imap|pop3|lmtp|lda|sieve|submission|doveadm|worker)\(|"
    r"smbd_audit|\bby [\"'<]|postgres: |"
    r"[r\-][w\-][xsStT\-] [^ ]|\s[0-9]\.[0-9]\s|\s(?:pts/|ttys?)[0-9]|"
    r":~|\bchown |\bsu - |ran command|record [\"']|"
    r"(?i:benutzer|utilisateur|usuario|utente|gebruiker|\x{e1}rio|\x{e4}ndare|bruger)|"
    r"Login (?:OK|incorrect)|[0-9], u'|b51404ee:|:::|:\$[0-9a-z]|:[x*!]:[0-9]|[0-9] LOGIN |"
    r"\bmachine\s|UserName\s|Account Name[\s:]|(?i:useraccount where|credential\()|[\s\"']~[^\s/]|"
    r"\]\\{1,2}\[|\] Peer Connection|USER(?:ID)?:\[[0-9]|\br[0-9]+ \| |[0-9]><|"
    r"s?-(?:MacBook|iMac|Mac-|iPhone|iPad)|[^\s!:@]!~?[^\s!@]+@|<[0-9]+:[^\s]|onnected '|"
    r" \(STEAM_[0-9]|[A-Z]<<[A-Z]|\buser_[a-z]+: |@[a-z][a-z0-9]*-[a-z0-9]|"
    r"\b[Uu]ser\[|\busers:\s*-\s*name:\s|\] -> \[|\bsetuid to |(?:^|[\s\"'(<])@[a-z]|"
    r"\bpkexec|-homed(?:\[|:)|\(to [^\s]"
)
_BY_QUOTED = rf"\bby [\"'<]({NAME})[\"'>]"
_SU_TO = rf"\(to ({NAME})\) [^\s()]+ on\b"
_EDIT_OF_TABLE = rf"\) (?:LIST|BEGIN EDIT|END EDIT|REPLACE|DELETE|RELOAD) \(({NAME})\)"
_COTURN = Pattern(r"\buser <[0-9]{8,11}:[^\s<>]+>")


def _grouped(pattern: str, *, gate: str = _GATE) -> Finder:
    return grouped(pattern, gate, lambda at, name: None if name.isdigit() else named(at, name))


def _take_abroad(start: int, value: bytes) -> Found | None:
    """Not `Benutzer wurde gesperrt`."""
    return None if value.isdigit() or value.lower() in NOBODY else named(start, value)


def _take_doer(start: int, value: bytes) -> Found | None:
    """Not `unaffected by 'update'`; an account may be called `deploy`."""
    is_role = value.decode("utf-8", "replace").lower() in nobody.ROLE_ACCOUNTS
    if value.isdigit() or (is_prose_word(value) and not is_role):
        return None
    return named(start, value)


def _take_person(start: int, value: bytes) -> Found | None:
    """Not `(to oracle)`: whose shell was asked for, which mostly is a service's."""
    is_role = value.decode("utf-8", "replace").lower() in nobody.ROLE_ACCOUNTS
    return None if is_role else named(start, value)


def _find_coturn(text: bytes) -> Iterable[Found]:
    """A time-limited user name of TURN: the time and the name (draft-uberti-behave-turn-rest)."""
    for start, end in _COTURN.spans(text):
        first = text.index(b"<", start) + 1
        yield first, end - 1, text[first : end - 1]


def _find_told(text: bytes) -> Iterable[Found]:
    for start, _, word in told_as("user", text):
        found = named(start, word)
        if found is not None and not word.isdigit():
            yield found


ACCOUNTS: tuple[Finder, ...] = (
    *(_grouped(pattern) for pattern in _PATTERNS),
    grouped(_BY_QUOTED, _GATE, _take_doer),
    grouped(_SU_TO, _GATE, _take_person),
    grouped(_ABROAD, _GATE, _take_abroad),
    _grouped(_OPTION, gate=OPTIONS_GATE),
    _grouped(_EDIT_OF_TABLE, gate=CRON_GATE),
    Finder(_GATE, _find_coturn, "B", needs=_COTURN),
    Finder(OPTIONS_GATE, _find_told, "B", needs=BEGINS),
)
