"""User names where a program, a key or a path says that it is one.

Accounts of every system (`nobody.SYSTEM_ACCOUNTS`) name no person and stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors import nobody, unnamed
from reticent_contract.redact.detectors.bounds import TRIM, last_word_at, of_value, within_quotes
from reticent_contract.redact.detectors.doers import is_rank
from reticent_contract.redact.detectors.elsewhere import elsewhere
from reticent_contract.redact.detectors.given_names import GIVEN_NAMES
from reticent_contract.redact.detectors.legal_forms import is_firm
from reticent_contract.redact.detectors.model import (
    Detector,
    Finder,
    Found,
    Pattern,
    finder_at,
)
from reticent_contract.redact.detectors.vocabulary import is_word

LEFT_ALONE = nobody.LEFT_ALONE
NAME = r"[^\s,;:\"'()\[\]<>=/|]+"
_NO_NUMBER = rf"(?:[0-9][0-9\-]*)?[^\s,;:\"'()\[\]<>=/|0-9\-](?:{NAME})?"
# o'brien, D'Souza: an apostrophe between letters closes no quote, unless it is bob's.
_ELIDED = rf"{NAME}(?:'[A-Za-z]{{2}}(?:{NAME})?)?"
_NAME_CHARS_MAX = 256
# user: client-key-data: LS0t…, where YAML was put on one line: the next key.
_NEXT_KEY = re.compile(rb"(?s)[^=]*:[ \t]+[a-z\-]+-(?:data|key|name|file|type):")
# dovecot's imap-login: what it says, not who.
_SAID = re.compile(
    rb"(?is)(?:(?<=imap-)|(?<=pop3-)|(?<=sieve-)|(?<=submission-)|(?<=com\.apple\.))login:.*"
)
# permission denied for table x: what is denied, and its name behind it.
_THING = re.compile(
    rb"(?is).* for (?:table|view|schema|relation|database|sequence|function|column|tablespace|type|"
    rb"language|display|domain|device|volume|interface|port|file|folder|directory|path|key|job|"
    rb"task|queue) "
)
_REPOSITORY = re.compile(rb"(?is).* for [^\s/]+/")  # pull access denied for acme/shop
# system:serviceaccount:monitoring:default, of Kubernetes.
_OF_SERVICE = re.compile(rb"(?s)(?<=:service)account:.*")
_POSSESSIVE = re.compile(rb"(?s).*'s\s")  # user's id
# What a template has in the place of a name; braces are some program's quotes as well.
_PLACEHOLDER = re.compile(
    r"[$%].*|\{+(?:[\w.]*(?:user|name|login|account|owner|actor|mail|uid|id)[\w.]*|[a-z]?|[0-9]*)\}*"
)
# user #41, owner 0x0041: a row or an address in memory, not what anybody is called.
# 535-5.7.8 is what a mail server says, kCFPreferencesCurrentUser a constant.
_NUMBER = re.compile(
    r"business[0-9]|#[0-9]+|0x[0-9a-f]+|[0-9]{3}-[0-9]\.[0-9]{1,3}\.[0-9]{1,3}|kcfpreferences[a-z]+"
)
_RELEASE = re.compile(rb"(?i)[a-z]+[0-9]+(?:\.[0-9]+)+")  # tls1.2
# User Name: N/A
_NOT_GIVEN = re.compile(rb"(?is).*[^a-z0-9]n/")
# Account Name: CN=Ann Doe: the next key, of a directory's name.
_DN_PART = re.compile(rb"(?is).*[:=] ?[\"']?(?:cn|ou|dc)=")
_OF_PROGRAM = re.compile(rb"[A-Z][a-z]+[A-Z]{2,}")
_SELECTOR = re.compile(rb"(?<=[a-z])User:[a-z]+[A-Za-z]*:")  # of Objective-C: loadForUser:withName:
_UID = re.compile(rb"(?is).*\buid=[0-9]+.?")  # user: uid=1000
_CLAIMED = re.compile(rb"(?s).*i:[0-9][#e]\.[a-z]\|[\w.\-]+\|")  # i:0#.f|membership|ann@example.org
_NO_VALUES = (_NEXT_KEY, _SAID, _OF_SERVICE, _NOT_GIVEN, _DN_PART, _UID, _CLAIMED, _SELECTOR)
OF_DEEDS = (b"ion", b"ing", b"ment", b"ity", b"ness", b"ance", b"al")
_REVERSED = ("com.", "org.", "net.", "io.")  # com.apple.SystemUIServer.agent is a program


@lru_cache(maxsize=4_096)
def is_name(value: bytes) -> bool:
    """Whether it may name a person: neither a system account nor a word that stands there often."""
    text = value.decode("utf-8", "replace").lower()
    if text in LEFT_ALONE or _PLACEHOLDER.fullmatch(text) is not None:
        return False
    if text.startswith(_REVERSED) and text.count(".") > 1:
        return False
    if _NUMBER.fullmatch(text) is not None:
        return False
    return any(c.isalnum() for c in text)


@lru_cache(maxsize=4_096)
def is_prose_word(value: bytes) -> bool:
    """Whether it is a plain word, or words joined, that logs are written with: `read-only-2`."""
    first, *more = value.decode("utf-8", "replace").lower().split("-")
    return is_word(first) and all(part.isdigit() or is_word(part) for part in more)


def named(start: int, value: bytes) -> Found | None:
    """The finding, without the punctuation of its sentence; a DOMAIN\\ before the name stays."""
    value = value.rstrip(TRIM).rstrip(b"\\")
    if not value.isascii():
        start, value = within_quotes(start, value)
    if value.find(b"\\") >= 0:  # `in` makes and forgets an exception each time
        domain, _, user = value.rpartition(b"\\")
        # `user: ann\\n`, an escaped line end, unless CORP\\nadia: in doubt all of it is the name.
        if user[:1] not in b"nrt" or domain.isupper():
            start, value = start + len(domain) + 1, user
    if value and len(value) <= _NAME_CHARS_MAX and is_name(value):
        return start, start + len(value), value
    return None


def _of_no_deed(start: int, value: bytes) -> Found | None:
    """The same where what stands before says less: no deed (`for user approval`), no release."""
    found = named(start, value)
    if found is None or _RELEASE.fullmatch(found[2]) is not None or unnamed.is_row(found[2]):
        return None
    name = found[2].lower()
    if name.decode("utf-8", "replace") in nobody.NO_ACCOUNTS:
        return None
    return None if name.endswith(OF_DEEDS) and is_prose_word(name) else found


def _of_one_word(start: int, value: bytes) -> Found | None:
    """The same where `user` does not stand before: no words that are joined, `for read-only`."""
    found = _of_no_deed(start, value)
    return None if found is None or (b"-" in found[2] and is_prose_word(found[2])) else found


def _of_no_rank(start: int, value: bytes) -> Found | None:
    """The same, unless it is a rank or a program: logged in as Veteran, as PowerCLI."""
    found = named(start, value)
    if found is None or not found[2][:1].isupper():
        return found
    is_program = _OF_PROGRAM.fullmatch(found[2]) is not None
    return None if is_program or is_rank(found[2].lower()) else found


def _of_no_level(start: int, value: bytes) -> Found | None:
    """The same, unless it is how grave an error of CUPS is: `E [27/Nov/`."""
    return None if len(value) == 1 and value.isupper() else named(start, value)


def _of_no_word(start: int, value: bytes) -> Found | None:
    """The same, unless logs are written with it and nobody and no account is called so."""
    found = named(start, value)
    if found is None:
        return None
    name = found[2].lower().decode("utf-8", "replace")
    is_somebody = name in nobody.ROLE_ACCOUNTS or name in GIVEN_NAMES
    return found if is_somebody or not is_prose_word(found[2]) else None


def last_word(
    pattern: str,
    *,
    trailer: bytes = b"",
    gate: str | None = None,
    holds: tuple[bytes, ...] = (),
    unless: tuple[re.Pattern[bytes], ...] = (),
    takes: Callable[[int, bytes], Found | None] = named,
    is_keyed: bool = False,
    is_cell: bool = False,
) -> Finder:
    """A finder whose value is the last word of the match, before `trailer` where there is one.

    `trailer` is where the word ends: everything from its last occurrence on is context. `unless`:
    what the match and the sign behind it are where there is no name in it. `takes` makes a finding
    of the word and where it begins, or none. It is the value of a key or of a row.
    """

    def find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
        names: list[Found] = []
        for start, end in spans:
            raw = text[start:end]
            if any(each.fullmatch(text, start, end + 1) for each in unless):
                continue
            if trailer:
                raw = raw[: raw.rfind(trailer)].rstrip(b"\"'")
            raw = raw.rstrip(b":")
            begin = last_word_at(raw)
            name = raw[begin:]
            if is_keyed:
                more, name = of_value(name, is_before_key=text[end : end + 1] == b"=")
                begin += more
                if name.endswith(b"}") and (b"{" in raw[:begin] or name[:-1] == b"null"):
                    name = name.rstrip(b"}")
            found = takes(start + begin, name)
            if found is None or unnamed.is_part(text, found[1]):
                continue
            if unnamed.is_of_core(text, found[0], found[1]):
                continue
            if is_cell and unnamed.is_in_header(text, start):
                continue
            if is_keyed and (
                unnamed.is_row(found[2])
                or unnamed.is_call(text, found[0], found[1])
                or (is_prose_word(found[2]) and unnamed.is_said(text, found[0], found[1]))
            ):
                continue
            if found[2][:1].islower() or not is_firm(text, found[0], found[0] + len(found[2])):
                names.append(found)
        return [*names, *elsewhere(text, names, is_word=is_prose_word)] if names else names

    needs = Pattern(pattern, holds=holds)
    return finder_at(gate or pattern, needs, find, "B", reads=(0, 1 if unless or is_keyed else 0))


def _first_word(pattern: str, *, gate: str) -> Finder:
    def find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
        for start, end in spans:
            raw = text[start:end]
            begin = len(raw) - len(raw.lstrip(b" (\t:\"',]"))
            found = named(start + begin, raw[begin:].split(None, 1)[0].rstrip(b")"))
            if found is not None:
                yield found

    return finder_at(gate, Pattern(pattern), find, "B", reads=(0, 0))


# What a key is called that holds a name, with anything before it (targetUser, DB_USER, x.actor).
_CALLED = (
    r"(?:(?:user|log[io]n|account|acct|principal|actor|identity|benutzer|anwender|usr|unix|auid|"
    r"konto|anmelde|aanmeld|"
    r"utilisateur|usuario|usu\x{e1}rio|utente|gebruiker|"
    r"anv\x{e4}ndar|bruker|bruger|u\x{17c}ytkownik)s?[._ \-]?(?:name|nam|naam|navn|namn)|"
    r"user|login|logname|principal|acct|usr|benutzer|anwender|utilisateur|"
    r"usuario|usu\x{e1}rio|utente|gebruiker|u\x{17c}ytkownik|sam ?account ?name|set_id|whoami|"
    r"uname|new (?:user|group): name)"
)
# The same, where things have them as well: `owner: platform`, `approved_by: policy`.
_OF_SOMEBODY = (
    r"(?:owner|account|identifiant|identity|assignee|requester|requestor|initiator|submitter|uploader|committer|"
    r"(?:\b|_)actor|(?-i:[a-z]Actor)|employee|modified by|"
    r"(?:creat|updat|modifi|delet|approv|submitt|assign|request|initiat|"
    r"trigger|review|report|upload|perform|own|print|invit|lock|chang|clos|open|execut|start)(?:ed)?_?by)"
)
# Before a login that SharePoint and Entra tell: i:0#.w|, i:0#.f|membership|.
CLAIM = r"i:[0-9][#e]\.[a-z]\|(?:[\w.\-]+\|)?"
# Login: username=otto, user: {login: otto}: the first is a heading.
_HEADING = r"(?:user_?(?:name)?|login|uid|name|account)\\?[\"']?"
_HEADED = rf"(?:{_HEADING}=|\{{ ?\\?[\"']?{_HEADING}: ?)[\\\"'\[<(]{{0,4}}"
_VALUE = (
    r"(?:\[[0-9]\])?(?:[\\\"']{0,4}"
    rf"(?:=|\s?:[ \t]{{0,4}}| ?=> ?| = )|[\"']?\] ?=> ?)"
    rf"(?:[\\\"'\[<(]{{0,4}}|&quot;)(?:user:|user/|{_HEADED}|{CLAIM})?{_ELIDED}"
)
_KEY = rf"(?i){_CALLED}{_VALUE}"
_KEY_OF_SOMEBODY = rf"(?i){_OF_SOMEBODY}{_VALUE}"
# How those words end, and the sign: what stands behind is the finder's business.
_KEY_GATE = (
    r"(?i)(?:user|name|naam|navn|namn|nam|log[io]n|principal|actor|owner|acct|account|usr|identity|"
    r"assignee|request[eo]r|initiator|submitter|uploader|committer|employee|identifiant|benutzer|anwender|"
    r"utilisateur|usuario|utente|gebruiker|ownik|set_id|by|whoami|rio)"
    r"(?:\[[0-9]\])?[\\\"']{0,4}(?:=[!-~\x{80}-\x{10FFFF}]|\s?:| =|\] ?=>)"
)
# A name in the cell of a table, an account of a connection string, an object of JSON.
_CELL = rf"(?i)(?:^|[|\t])(?:user|user[_ ]?name|login|account)[|\t]{NAME}"
_USER_ID = rf"(?i)\buser ?id=[\"']?[a-z_]{NAME}"
_OBJECT_GATE = r"(?i)[\"'](?:user|owner|account|actor|author)\\?[\"']\s?:\s?\{"
_OF_OBJECT = rf"[\"'](?:name|username|login)\\?[\"']\s?:\s?\\?[\"']{NAME}"
_OBJECT = rf"{_OBJECT_GATE}\s?\\?{_OF_OBJECT}"
_OBJECT_OF_MORE = (  # "user":{"id":5,"name":"ann"}; so are groups and firms
    r"(?i)[\"'](?:user|owner|actor|author)\\?[\"']\s?:\s?\{\s?"
    r"(?:\\?[\"'][A-Za-z_]{1,16}\\?[\"']\s?:\s?[^\s,{}\[\]]{1,40},\s?){1,3}\\?"
    rf"{_OF_OBJECT}"
)
# Where a program says itself that it is a user's name, it is one whatever it looks like: `admin`,
# `deploy`, `4711`.
_SURE_USER = (
    r"(?i)\b(?:(?:invalid|illegal|unknown|authenticating|authenticated|remote|console) "
    rf"user(?: ?name)?|session (?:opened|closed) for user) [\"'\[(]?{_ELIDED}"
)
_SURE_USER_GATE = (
    r"(?i)(?:invalid|illegal|unknown|authenticating|authenticated|remote|console|ed for) user"
)
_BEFORE_USER = (
    r"(?i)\b(?:for|of|by|from|as|to|new|local|change|changed|delete|add|adding|create|created) "
    rf"user [\"'\[(]?{NAME}"
)
_AS = (
    r"(?i)\b(?:authenticated(?: client)?|logged (?:in|on)|signed in|logging in|connected|running|"
    rf"login|run) as (?:user |principal |account |member |unix-user:)?[\"'\[(]?{_ELIDED}"
)
_AS_GATE = (
    r"(?i)\b(?:authenticated|authenticated client|logged (?:in|on)|signed in|logging in|"
    r"connected|running|login|run) as "
)
_FAILED_FOR = (
    r"\b(?:(?:[Ll]ogin|[Ll]ogon|[Aa]uth(?:entication)?|[Ss]ign-?in) (?:failed|failure|succeeded|"
    r"success)|"
    rf"failed login(?: [^\r\n]*?)?) for (?:(?:user|record|principal|identity|"
    rf"subject) )?[\"'\[(]?{_ELIDED}"
)
_FAILED_FOR_GATE = r"(?i)(?:(?:failed|failure|succeeded|success) for|failed login) "
# Where a clause ends.
CLAUSE_GATE = r"(?:[,:\-]|\bstarted) user [^\s,;:]"
_CLAUSE = r"(?:[,\-] user|\bstarted user) [A-Za-z0-9._\-]+[!.]?$"
_COMPANY = r"(?-i:GmbH|Ltd|Limited|Inc|LLC|LLP|Pty|Pvt|Corp|AG|BV|SARL|SpA)"
_QUOTED = (
    rf"(?i)\b(?:user|account|login|username)s? ?[\"'`]{_ELIDED}"
    rf"(?: [^\"'`\r\n]{{0,40}}?\b{_COMPANY}\b)?"
)
_OF_COMPANY = re.compile(rf"(?s).*\s\(?{_COMPANY}.?".replace("(?-i:", "(?:").encode())
# The patterns overlap little, so that a usual line is looked at by one of them.
_OF_QUOTES = NAME.replace("'", "", 1)  # the same with apostrophes
_FOR_FROM = rf"\b(?:for|by) [\"']?{_OF_QUOTES}[\"']? from [^\s]"
_USER_FROM = rf"\bUser [\"']?{_OF_QUOTES}[\"']? from\b"
_BY_UID = rf"\b(?:by|user|for|from) {NAME}\(uid="
_HAPPENED = r"(?:changed|updated|reset|expired|information|denied|granted)"
_CHANGED_FOR = (
    rf"(?i)\b(?:password|expiry|shell|account)[a-z]* {_HAPPENED} for {NAME}|"
    rf"\bchanging password for {NAME}|\bpassword for {NAME}(?::|$)"
)
_ACCESS_FOR = rf"(?i)\b(?:access|permission)[a-z]* {_HAPPENED} for {NAME}"
_DENIED = rf"\b[Pp]ermission to \S+ denied to {NAME}"
# A number before the date is a job of CUPS, unless it stands in the place of the user.
_ACCESS_LOG = rf" (?:- [0-9]{{5,}}|{_NO_NUMBER}) \[[0-9]{{2}}/[A-Z][a-z]{{2}}/[0-9]{{4}}:"
_PAGE_LOG = rf" {_NO_NUMBER} [0-9]+ \[[0-9]{{2}}/[A-Z][a-z]{{2}}/"  # of CUPS
_PROXY_LOG = rf" {NAME} (?:HIER_[A-Z_]+|DIRECT|NONE|[A-Z]+_PARENT)/"  # Squid's
_VSFTPD = rf"\[{NAME}\] (?:OK|FAIL) (?:LOGIN|UPLOAD|DOWNLOAD|DELETE|MKDIR|RENAME|CHMOD)"
# In a line of PostgreSQL: user@database, then how grave it is.
_AT_DATABASE = rf"{NAME}@[A-Za-z0-9_\-]+ (?:LOG|ERROR|FATAL|PANIC|STATEMENT|DETAIL|HINT|WARNING):"
_AT_DATABASE_GATE = r"@[A-Za-z0-9_\-]+ (?:LOG|ERROR|FATAL|PANIC|STATEMENT|DETAIL|HINT|WARNING):"
_SSH = rf"\b(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id)\s[^\r\n@]*?{NAME}@[A-Za-z0-9]"
_OPTION = (
    r"\b(?:mysql|mysqldump|mysqladmin|mariadb|docker|podman|psql|pg_dump|sudo|smbclient|sqlplus|"
    r"xfreerdp|rdesktop|ldapsearch)(?:\s[^\r\n]*?)?\s(?:-u |-U |--user(?:name)?[ =])"
    rf"[\"']?{_NO_NUMBER}"  # not 1000:1000, not -k
)
_LISTED = rf"[bcdlps\-](?:[r\-][w\-][xsStT\-]){{3}}[.+@]? +[0-9]+ {NAME}"
# One gate for what programs write in a form of their own: many small ones cost more than a few
# finders that look in vain.
OF_PROGRAMS_GATE = (
    r" (?:\[[0-9]{2}/[A-Z][a-z]{2}/|HIER_|DIRECT/|NONE/)|_PARENT/|\] (?:OK|FAIL) [A-Z]|"
    r"\bs(?:sh|cp|ftp)\s|\b(?:rsync|mosh|ssh-copy-id)\s|\s-[uU] [^\s\-]|"
    r"\s--user(?:name)?[ =]|ermission to \S+ denied to "
)
_LISTED_GATE = r"[r\-][w\-][xsStT\-][.+@]? +[0-9]+ [^ ]"
_SUDO = (
    rf"(?:^|[:\"',\]\s])\s*{NAME} : "
    r"(?:TTY|PWD|USER|[0-9]+ incorrect|user NOT|command not|a password)"
)
_AT_ADDRESS = rf"{NAME}@[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}"
_OF_ID = rf"\b(?:[ug]id|euid|groups)=[0-9]+\({NAME}"
_OPENVPN = rf"\bopenvpn(?:\[[0-9]+\])?: {NAME}/[0-9]{{1,3}}\.[0-9]"
_XML = rf"(?i)Name=[\"'](?:Target|Subject|Caller)?(?:User|Account)Name[\"']>{NAME}"
_LDAP = rf"\buid={NAME},(?:ou|cn|dc)="
_SUDO_GATE = r" : (?:TTY|PWD|USER|[0-9]+ incorrect|user NOT|command not|a password)"
CRON_GATE = r"\) (?:CMD|RELOAD|LIST|REPLACE|DELETE|BEGIN|END|ORPHAN|MAIL)"
_SU = rf"\(to [^)]{{1,64}}\) {NAME} on\b"
_MANAGER = rf"\bUser Manager for {NAME}"
_CRON = rf"\({NAME}\) (?:CMD|CMDEND|CMDOUT|RELOAD|LIST|REPLACE|BEGIN|END|ORPHAN|MAIL)"


USER = Detector(
    name="user",
    sentence=(
        "User names after user=, for user, session opened for user and their like, in DOMAIN\\user "
        "and in the paths of home directories, and full names; not root and the other accounts of "
        "every system."
    ),
    form=Form.USER,
    finders=(
        last_word(_KEY, gate=_KEY_GATE, unless=_NO_VALUES, is_keyed=True),
        last_word(
            _KEY_OF_SOMEBODY, gate=_KEY_GATE, unless=_NO_VALUES, takes=_of_no_word, is_keyed=True
        ),
        last_word(_CELL, is_cell=True),
        last_word(_USER_ID),
        last_word(_OBJECT, gate=_OBJECT_GATE),
        last_word(_OBJECT_OF_MORE, gate=_OBJECT_GATE, takes=_of_no_word),
        last_word(_SURE_USER, gate=_SURE_USER_GATE),
        last_word(_BEFORE_USER, takes=_of_no_deed),
        last_word(_QUOTED, unless=(_POSSESSIVE, _OF_COMPANY)),
        last_word(_AS, gate=_AS_GATE, unless=(_THING,), takes=_of_no_rank),
        last_word(_FAILED_FOR, gate=_FAILED_FOR_GATE, unless=(_THING,), takes=_of_one_word),
        last_word(_CLAUSE, gate=CLAUSE_GATE),
        last_word(_FOR_FROM, trailer=b" from ", holds=(b" from ",)),
        last_word(_USER_FROM, trailer=b" "),
        last_word(_BY_UID, trailer=b"(uid="),
        last_word(_CHANGED_FOR, unless=(_THING,)),
        last_word(_ACCESS_FOR, unless=(_THING, _REPOSITORY), takes=_of_no_word),
        last_word(_DENIED, gate=OF_PROGRAMS_GATE),
        last_word(_ACCESS_LOG, trailer=b" [", gate=OF_PROGRAMS_GATE, takes=_of_no_level),
        _first_word(_PAGE_LOG, gate=OF_PROGRAMS_GATE),
        last_word(_PROXY_LOG, trailer=b" ", gate=OF_PROGRAMS_GATE),
        last_word(_VSFTPD, trailer=b"]", gate=OF_PROGRAMS_GATE),
        last_word(_AT_DATABASE, trailer=b"@", gate=_AT_DATABASE_GATE),
        last_word(_SSH, trailer=b"@", gate=OF_PROGRAMS_GATE),
        last_word(_OPTION, gate=OF_PROGRAMS_GATE),
        last_word(_LISTED, gate=_LISTED_GATE),
        _first_word(_SUDO, gate=_SUDO_GATE),
        _first_word(_CRON, gate=CRON_GATE),
        last_word(_SU, trailer=b" on"),
        last_word(_MANAGER),
        last_word(_AT_ADDRESS, trailer=b"@", gate=r"@[0-9]{1,3}(?:\.[0-9]{1,3}){3}"),
        last_word(_OF_ID),
        last_word(_XML),
        last_word(_OPENVPN, trailer=b"/"),
        last_word(_LDAP, trailer=b","),
    ),
)
