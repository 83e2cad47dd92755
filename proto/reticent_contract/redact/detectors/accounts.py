"""User names in the forms of single programs: databases, network devices, mail, shells, clouds.

Enters: text. Leaves: user names, as `person.USER` has them. What sentences and keys tell stands in
`person`; what options of command lines tell, in `commands`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors import nobody
from reticent_contract.redact.detectors.abroad import NOBODY
from reticent_contract.redact.detectors.commands import MAY_BEGIN, OPTIONS_GATE, told_as
from reticent_contract.redact.detectors.configured import LISTED_LOGIN, LISTED_LOGIN_GATE
from reticent_contract.redact.detectors.grouped import Grouped, grouped
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at
from reticent_contract.redact.detectors.person import CRON_GATE, NAME, is_prose_word, named

# What every text with one of them holds, and the whole of it; the name is what the group holds.
_PATTERNS = (
    (
        r"\barn:aws",
        r"\barn:aws[a-z\-]*:(?:iam|sts)::[0-9]*:(?:(?:user|federated-user)/(?:[^\s\"',/]+/)*|"
        rf"assumed-role/[^\s\"',/]+/)({NAME})",
    ),
    (r" on (?:vty|con|tty|ssh|http)", rf"\bby ({NAME}) on (?:vty|console|con|tty|ssh|http)"),
    (r"(?i)user <", rf"(?i)\buser <({NAME})>"),
    (r"\bedit \"", rf"\bedit \"({NAME})"),
    (r"(?i)\brole [\"']", rf"(?i)\brole [\"']({NAME})[\"'] (?:does|is|already|cannot|was)\b"),
    (
        r"(?i)\b(?:alter|create|drop) (?:user|login|role) ",
        r"(?i)\b(?:alter|create|drop) (?:user|login|role) (?:if (?:not )?exists )?"
        rf"[\"'`\[]?({NAME})",
    ),
    (r"\b(?:GRANT|grant) ", rf"\b(?:GRANT|grant) [^\r\n;]{{1,120}}? (?:TO|to) [\"'`]?({NAME})"),
    (r"LOGIN ON ", rf"\bLOGIN ON \S+ BY ({NAME})"),
    (r"\bUSER [^ ]", rf"\bUSER ({NAME})(?::|$|\r| --)"),
    (
        r"(?:imap|pop3|lmtp|lda|sieve|submission|doveadm|worker)\(",
        rf"\b(?:imap|pop3|lmtp|lda|managesieve|submission|doveadm|indexer-worker)\(({NAME})\)",
    ),
    (r"smbd_audit", rf"\bsmbd_audit(?:\[[0-9]+\])?: ({NAME})\|"),
    (r"postgres: ", rf"\bpostgres: ({NAME}) \S+ (?:\[local\]|[0-9.]+\()"),
    (r"[r\-][w\-][xsStT\-] [^ ]", rf"[bcdlps\-](?:[r\-][w\-][xsStT\-]){{3}} ({NAME})/[a-z]"),
    (r"\s[0-9]\.[0-9]\s", rf"(?:^|: )({NAME})\s+[0-9]+\s+[0-9]\.[0-9]\s+[0-9]{{1,3}}\.[0-9]\s"),
    (r"\s(?:pts/|ttys?)[0-9]", rf"(?:^|: )({NAME})\s+(?:pts/[0-9]+|ttys?[0-9]+)\s"),
    (r":~", rf"(?:^|[\s(\[])({NAME})@[A-Za-z0-9.\-]+:~[^\s$#%]*[$#%]"),
    (r"\bchown ", rf"\bchown (?:-\S+ )*({NAME}):"),
    (r"\bsu - ", rf"\bsu - ({NAME})(?:$|[;&|)\"',:]|\s(?:$|[^\-\s]|-[^\s]))"),
    (r"\bsu [^ ]+ -c", rf"\bsu ({NAME}) -c\b"),
    (r"ran command", rf"\bdoas(?:\[[0-9]+\])?: ({NAME}) ran command"),
    (r"record [\"']", rf"\brecord [\"']({NAME})"),
    (r"Login (?:OK|incorrect)", rf"Login (?:OK|incorrect)[^\[\r\n]{{0,60}}: \[({NAME})"),
    (r"[0-9], u'", rf"\bk[0-9]+, u'({NAME})'"),
    (
        r"b51404ee:|:::",
        rf"(?:^|\s)({NAME}):[0-9]{{3,10}}:(?:[0-9a-f]{{32}}:[0-9a-f]{{32}}:::|"
        rf"aad3b435b51404eeaad3b435b51404ee:)",
    ),
    (r":\$[0-9a-z]", rf"(?:^|\s)({NAME}):\$[0-9a-z]{{1,8}}\$"),
    (r":[x*!]:[0-9]", rf"(?:^|\s)({NAME}):[x*!]:[0-9]{{3,6}}:[0-9]{{1,6}}:"),
    (r"[0-9] LOGIN ", rf"[0-9] LOGIN \"?({NAME})\"? "),
    (r"\bmachine\s", rf"\bmachine\s+\S+\s+login\s+({NAME})"),
    (
        r"UserName\s|Account Name\s",
        rf"\b(?:Target|Subject|Caller)UserName\s+({NAME})|\bAccount Name\s+({NAME})(?:\s|$)",
    ),
    (r"(?i)useraccount where", rf"(?i)\buseraccount where name=[\"']({NAME})"),
    (r"(?i)credential\(", rf"(?i)credential\(\s*[\"']({NAME})[\"']\s*,"),
    (r"[\s\"']~[^\s/]", rf"[\s\"']~({NAME})/"),
    (r"\]\\{1,2}\[", rf"\[[^\[\]\s]+\]\\{{1,2}}\[({NAME})\]"),
    (r"\] Peer Connection", rf"\[({NAME})\] Peer Connection"),
    (r"USER(?:ID)?:\[[0-9]", rf"\bUSER(?:ID)?:\[[0-9]+\] [\"']({NAME})"),
    (r"\br[0-9]+ \| ", rf"\br[0-9]+ \| ({NAME}) \|"),
    # A player of a game server
    (r"[0-9]><", r"\"([^\"<>\r\n]{1,64})<[0-9]+><[^<>\s]*>"),
    (
        r"s?-(?:MacBook|iMac|Mac-|iPhone|iPad)",
        r"\b([A-Z][a-z]+s?-(?:MacBook|iMac|Mac-mini|Mac-Pro|iPhone|iPad)[A-Za-z0-9\-]*(?:\.local)?)",
    ),
    (
        r"-(?:von|de|di|van|af|av|da|do)-[A-Z]",
        r"\b((?:iPhone|iPad|iPod|iMac|MacBook|Mac|Redmi|Galaxy|Pixel|Handy|Laptop|Tablet|TV|PC)"
        r"(?:-[A-Za-z0-9]+){0,2}-"
        r"(?:von|de|di|van|af|av|da|do)-[A-Z][A-Za-z\x{80}-\x{10FFFF}]+)",
    ),
    # Of IRC
    (r"[^\s!:@]!~?[^\s!@]+@", r"(?:^|\s):([^\s!:@]+)!~?[^\s!@]+@"),
    # Murmur's
    (r"<[0-9]+:[^\s]", rf"<[0-9]+:({NAME})\(-?[0-9]+\)>"),
    (r" \(STEAM_[0-9]", rf"({NAME}) \(STEAM_[0-9]"),
    # Of a passport
    (r"[A-Z]<<[A-Z]", r"\b([A-Z]{2,}<<[A-Z]+(?:<[A-Z]+)*)"),
    # FreeIPA's
    (r"\buser_[a-z]+: ", rf"\buser_(?:add|mod|del|show|find|disable|enable): ({NAME})"),
    (
        r"@[a-z][a-z0-9]*-[a-z0-9]",
        rf"\b(?:from|by|for|to|as|user) ({NAME}@[a-z][a-z0-9]*(?:-[a-z0-9]+)+)(?:[\s,;:]|$)",
    ),
    # TeamSpeak's
    (r"onnected '", rf"\bclient (?:dis)?connected '({NAME})'\("),
    (r"\b[Uu]ser\[", rf"\b[Uu]ser\[({NAME})\]"),
    (r"\busers:\s*-\s*name:\s", rf"\busers:\s*-\s*name:\s+({NAME})"),
    # Samba's: the name given, and the one mapped
    (r"\] -> \[", rf"\buser \[[^\]\r\n]*\] -> \[({NAME})\]"),
    (r"\bsetuid to ", rf"\bsetuid to ({NAME})"),
    # Matrix
    (r"(?:^|[\s\"'(<])@[a-z]", r"(?:^|[\s\"'(<])@([a-z][a-z0-9._=\-]*):[a-z0-9\-]+\.[a-z]"),
    (r"\bpkexec", rf"\bpkexec(?:\[[0-9]+\])?: ({NAME}): "),
    (r"-homed(?:\[|:)", rf"\bsystemd-homed(?:\[[0-9]+\])?: ({NAME}): "),
    # Of IIS, without a query and without a domain; of sudo's rules
    (r" - [0-9]{2,5} [a-z][\w\-]*\.", r" - [0-9]{2,5} ([a-z][\w\-]*\.[\w.\-]+) [0-9]{1,3}\."),
    # Pulse Secure's, and Gerrit's
    (r"\.[0-9]+\] [^\s(]+\(", rf"\[[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}\] ({NAME})\([^()]*\)\["),
    (r" a/[0-9]+ [A-Z]", rf" ({NAME}) a/[0-9]+ (?:LOGIN|LOGOUT|AUTH)"),
    (
        r"\bwhoami\b",
        rf"\bwhoami\b[^\r\n\\a-z]{{1,8}}[a-z0-9\-]+\\{{1,2}}({NAME})",
    ),
    (r"\sALL ?= ?\(", rf"(?:^|: )({NAME})\s+ALL ?= ?\("),
    # The second of an event of Windows
    (r"Account Name:", rf"\bAccount:\s+Account Name:\s*({NAME})"),
)
_ABROAD = (
    r"(?i)\b(?:benutzer|utilisateur|usuario|utente|gebruiker|usu\x{e1}rio|anv\x{e4}ndare|"
    rf"bruger)(?:konto)? (?:[\"']({NAME})|([a-z]+[._0-9][a-z0-9._\-]*)|({NAME}) (?:angemeldet|"
    r"abgemeldet|gesperrt|connect\x{e9}|d\x{e9}connect\x{e9}|conectado|desconectado|collegato|"
    r"ingelogd|inloggad|logget))"
)
# Whom a command is about, but for a group's: Add-ADGroupMember -Identity Finance.
_OPTION = (
    r"(?i)\b[a-z]+-[a-z]*group[a-z]*\s+-Identity\s+(?:\"[^\"]*\"|'[^']*'|[^\s\"']+)|"
    r"\s--?(?:[a-z]+-)?user-?name[ =]"
    rf"[\"']?({NAME})|\s--(?:as|user|login|owner)=[\"']?({NAME})|"
    rf"\s-(?:User|LocalUser|ADUser|Identity) [\"']?({NAME})|"
    r"\s--(?:role-)?session-name[ =][\"']?([a-z]+\.[a-z]+)(?:[\s\"']|$)"
)
_OF_CMDLET = r"-(?:LocalUser|ADUser|ADAccount|ADPrincipalGroupMembership)"
_CMDLET = (
    rf"{_OF_CMDLET}(?: -(?:Name|Identity|Member))? [\"']?"
    rf"([A-Za-z][A-Za-z0-9._\-]*)[\"']?(?: -NewName [\"']?({NAME}))?|"
    rf"\s-SamAccountName [\"']?({NAME})"
)
_CMDLET_GATE = rf"{_OF_CMDLET} |-SamAccountName "
# Who is to mend it; a letter in brackets, as whoever looks for unfinished work finds nothing here.
_MARKED_FOR = r"\b(?:FIX[M]E|TO[D]O|HAC[K]|XX[X])\(([a-z][a-z0-9._\-]+)\)"
_MARKED_FOR_GATE = r"(?:FIX[M]E|TO[D]O|HAC[K]|XX[X])\([a-z]"
_ABROAD_GATE = r"(?i)(?:benutzer|utilisateur|usuario|utente|gebruiker|\x{e1}rio|\x{e4}ndare|bruger)"
_COTURN_GATE = r"(?i)user <"
_SU_GATE = r"\(to [^\s]"
_BY_QUOTED_GATE = r"\bby [\"'<]"
_BY_QUOTED = rf"\bby [\"'<]({NAME})[\"'>]"
_SU_TO = rf"\(to ({NAME})\) [^\s()]+ on\b"
_EDIT_OF_TABLE = rf"\) (?:LIST|BEGIN EDIT|END EDIT|REPLACE|DELETE|RELOAD) \(({NAME})\)"
_COTURN = Pattern(r"\buser <[0-9]{8,11}:[^\s<>]+>")


def _grouped(gate: str, pattern: str) -> Finder:
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


_OF_USAGE = (b"[", b"(", b"<")  # chage [options] LOGIN


def _find_told(text: bytes) -> Iterable[Found]:
    for start, _, word in told_as("user", text):
        found = None if word[:1] in _OF_USAGE else named(start, word)
        if found is not None and not word.isdigit():
            yield found


def _find_listed_login(text: bytes, spans: Sequence[tuple[int, int, int]]) -> Iterable[Found]:
    """The login, where the port is PostgreSQL's or any: `configured` finds the password there."""
    is_served = True
    for start, end, group in spans:
        if group == 0:
            is_served = text[start] in _FIRST_OF_PORT and text[start + 1 : start + 2] == b"4"
            continue
        found = named(start, text[start:end]) if is_served else None
        if found is not None and not found[2].isdigit():
            yield found
        is_served = True


_FIRST_OF_PORT = frozenset(b"56")
ACCOUNTS: tuple[Finder, ...] = (
    *(_grouped(gate, pattern) for gate, pattern in _PATTERNS),
    finder_at(
        LISTED_LOGIN_GATE,
        Grouped(f"(?m){LISTED_LOGIN}"),
        _find_listed_login,
        "B",
        reads=(0, 0),
    ),
    grouped(_BY_QUOTED, _BY_QUOTED_GATE, _take_doer),
    grouped(_SU_TO, _SU_GATE, _take_person),
    grouped(_CMDLET, _CMDLET_GATE, _take_doer),
    grouped(_MARKED_FOR, _MARKED_FOR_GATE, _take_doer),
    grouped(_ABROAD, _ABROAD_GATE, _take_abroad),
    _grouped(OPTIONS_GATE, _OPTION),
    _grouped(CRON_GATE, _EDIT_OF_TABLE),
    Finder(_COTURN_GATE, _find_coturn, "B", needs=_COTURN),
    Finder(OPTIONS_GATE, _find_told, "B", needs=MAY_BEGIN),
)
