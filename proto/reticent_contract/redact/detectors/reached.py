"""Names of machines without a domain that a command, a prompt or a message reaches.

    a command      ping nas-flur, ssh -p 2222 web-bravo, mysql -h db-main-2, mstsc /v:akten07
    a share        \\\\?\\UNC\\fs03\\x, smbclient //filer7/x, store02:/srv on /mnt
    a prompt       root@store02:~#, nils@term-9, ann@Anns-MacBook-Pro
    a mount        smb-share:server=fs03,share=hr, ssh-remote+build-2, backup-hr-mac-20261127.tar.gz
    a message      Connection to akten07 closed, domain controller DC03, Archive name: l-xps-2026-…

Enters: text. Leaves: names, as `machines.MACHINES` has them. Must hold: linear; all digits are
alike. Where prose may stand as well, a name has a number or a part that machines are called by.
"""

from __future__ import annotations

import re
from functools import partial

from reticent_contract.redact.detectors.commands import MAY_BEGIN, OPTIONS_GATE, told_as
from reticent_contract.redact.detectors.fleet import is_anywhere, is_called_so, is_numbered
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.machines import ADDRESS, DEVICES
from reticent_contract.redact.detectors.model import Finder, Found
from reticent_contract.redact.detectors.person import is_name, is_prose_word, named

_NAME = r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){0,4}"
_ENDS = r"(?:[\s,;\"')\]:]|\.?$)"
_OPTIONS = r"(?: +-{1,2}[A-Za-z0-9]+(?:[= ](?:[0-9]+|[^\s]*[=/@][^\s]*))?){0,4}"
# Whatever digit one has, so that it is the same for all lines of a shape.
_PROGRAM = (
    r"(?:ssh|sftp|ping[0-9]?|telnet|mosh|traceroute[0-9]?|tracert|tracepath|mtr|nslookup|arping|"
    r"Test-NetConnection|Test-Connection|tnc|Resolve-DnsName|ssh-keyscan|nmap|nc)(?:\.exe)?"
)
_COMMAND = (
    rf"(?:^|[\s;|&(\"'=/>])(?:{_PROGRAM}){_OPTIONS} +({_NAME})(?:[\s;|&)\"']|$)|"
    # Where the option is the machine's: nothing else stands there.
    rf"\s-ComputerName[ :=][\"']?({_NAME})|\bmstsc(?:\.exe)? (?:/[a-z]+ )*/v:({_NAME})|"
    r"\b(?:mysql|mysqldump|mysqladmin|mariadb|psql|pg_dump|pg_isready|redis-cli|mongo|mongosh|"
    rf"ldapsearch|cqlsh|clickhouse-client)(?: [^\r\n]*?)? -h ?({_NAME})(?:[\s\"']|$)|"
    rf"\bhost=({_NAME}) (?:port|dbname|user|hostaddr|sslmode)=|"
    rf"\b(?:PING|traceroute to) ({_NAME}) \("
)
_COMMAND_GATE = (
    r"(?:ssh|sftp|ping[0-9]?|telnet|mosh|route[0-9]?|tracert|tracepath|mtr|nslookup|arping|Connection|tnc|"
    r"DnsName|keyscan|nmap|\bnc)(?:\.exe)? +[A-Za-z\-]|-ComputerName|/v:[A-Za-z]|\s-h ?[A-Za-z]|"
    r"\bhost=[A-Za-z]|\bPING [A-Za-z]|traceroute to [A-Za-z]"
)
_SHARE = (
    rf"\\UNC\\{{1,2}}({_NAME})\\|\bnet use [^\r\n]{{0,12}}\\\\({_NAME})\\|"
    rf"\b(?:smbclient|cifs|smbfs|smb)\b[^\r\n/]{{0,24}} //({_NAME})/|"
    rf"\b(?:nfs[0-9]?|mount|rsync|scp)\b[^\r\n]{{0,80}}? ({_NAME}):/[a-z]|"
    rf"(?:^|\s)({_NAME}):/[^\s:]+ on /"
)
_SHARE_GATE = (
    r"\\UNC\\|\bnet use | //[A-Za-z]|"
    r"[A-Za-z0-9]:/[^\s:]"
)
_PROMPT = (
    rf"(?:^|[\s(\[])[A-Za-z_][\w.\-]*@({_NAME})(?::[~/][^\s$#%]*[$#%]|: ~|"
    rf"(?: ~| [\w\-./]+)\]?[$#%](?: |$))|"
    rf"\broot@({_NAME}){_ENDS}|(?:^|[\s(\[\"'])[a-z][a-z0-9._]*@({_NAME}){_ENDS}|"
    rf"@({_NAME})'s password|"
    rf"\b[Cc]omment[:=]? [\"']?[a-z][a-z0-9._\-]*@({_NAME}){_ENDS}"
)
PROMPT_GATE = r"@[A-Za-z][A-Za-z0-9\-]*(?:$|[^A-Za-z0-9.\-]|\.(?:$|\s))"
_MESSAGE = (
    rf"\b[Cc]onnect(?:ed|ing|ion) to (?:host )?({_NAME})(?: closed| port| on port|{_ENDS})|"
    rf"\b[Cc]ould not resolve host(?:name)?:? ({_NAME})(?:[:;\s]|$)|"
    rf"\b[Dd]omain [Cc]ontroller ({_NAME}){_ENDS}|"
    rf"\b(?:[Aa]gent|[Nn]ode|[Hh]ost) [\"']?({_NAME})[\"']? "
    r"(?:(?:is |went |came )?(?:offline|online|disconnected|unreachable)|is down)\b|"
    rf"\b[Aa]rchive name: ({_NAME})-[0-9]{{4}}-[0-9]|"
    rf"\b(?:[Ll]ogged|[Ss]igned) on to ({_NAME}){_ENDS}|\b[Ll]og(?:i|o)n from ({_NAME}){_ENDS}|"
    rf"\b[Bb]ackup of ({_NAME}) (?:finished|failed|started|completed)|"
    rf"\b(?:client name|[Ii]ncoming connection from) ({_NAME}){_ENDS}|"
    # What is said of no name but a host's, and where mail is handed over.
    rf"\b({_NAME}): (?:Temporary failure in name resolution|Name or service not known)|"
    rf"\b(?:cannot resolve|unknown host) ({_NAME})(?:: Unknown host|{_ENDS})|"
    rf"\b(?:EHLO |HELO |helo=)<?({_NAME})(?:[\s>,;]|$)"
)
_MESSAGE_GATE = (
    r"[Cc]onnect(?:ed|ing|ion) to |[Cc]ould not resolve host|[Cc]ontroller [A-Za-z]|"
    r"(?:[Aa]gent|[Nn]ode|[Hh]ost) [\"']?[A-Za-z0-9\-]+[\"']? (?:is |went |came )?"
    r"(?:o[fn]|dis|unr|down)|"
    r"[Aa]rchive name: |(?:ogged|igned) on to |[Ll]og[io]n from |[Bb]ackup of |"
    r"client name |coming connection from |: (?:Temporary failure in|Name or service)|"
    r"nknown host |cannot resolve |(?:EHLO |HELO |helo=)<?[A-Za-z]"
)
# As GNOME calls what it has mounted, Visual Studio where it works, and backups of a machine.
_MOUNTED = (
    rf"\b(?:smb-(?:share|server)|sftp|ftps?|davs?|ssh|afp-(?:volume|server)|nfs):(?:server|host)=({_NAME})(?:[,/\s\"']|$)|"
    rf"\bssh-remote\+({_NAME})(?:[/\s,;\"'\]]|$)|"
    r"\b(?:backup|bkp|bak|dump|image|snapshot|clone|sosreport|support|diag(?:nostics)?|inventory|export|"
    rf"timemachine)[_\-]({_NAME})[_\-](?:[0-9]{{8}}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"
)
_MOUNTED_GATE = (
    r":(?:server|host)=[A-Za-z]|\bssh-remote\+|"
    r"(?:backup|bkp|bak|dump|image|snapshot|clone|sosreport|support|diag(?:nostics)?|inventory|export|"
    r"timemachine)[_\-][A-Za-z]"
)
_HOST = r"[A-Za-z0-9][A-Za-z0-9.\-]*"
# Who sits there, where the machine's name says that it is one.
_WHO = (
    r"(?:^|[\s(\[\"'])([a-z][a-z0-9._\-]*)@(?:[A-Z][a-z]+s?-(?:MacBook|iMac|Mac)|"
    r"(?:DESKTOP|LAPTOP|WIN|PC|LT|NB)-[A-Z0-9]|(?:term|kiosk|pc|nb|lt|ws|srv|web|db|app|nas|fs|dc|vm|"
    r"gpu|host)-?(?:[a-z0-9]+-)?[0-9]{1,3}(?:[\s,;\"')\]:]|\.?$))|"
    rf"(?:^|[\s(\[\"'])([a-z][a-z0-9._\-]*)@{_NAME}'s password|"
    # Of a shell: [ann@fedora src]$, ann@mac ~ %; of a terminal: ann@pts/0, sshd: ann [priv]; of a
    # key, behind its fingerprint.
    rf"\[([a-z][a-z0-9._\-]*)@{_HOST} [^\]\r\n]{{1,64}}\] ?[$#%](?:\s|$)|"
    rf"^([a-z][a-z0-9._\-]*)@{_HOST} [^\s]{{1,64}} %(?:\s|$)|"
    r"(?:^|[\s:])([a-z][a-z0-9._\-]*)@(?:pts/[0-9]+|tty[0-9S]+|notty)(?:[\s,;)\]]|$)|"
    r"\bsshd(?:-session)?(?:\[[0-9]+\])?: ([a-z][a-z0-9._\-]*) \[(?:priv|net|pam)\]|"
    rf"\bSHA[0-9]{{3}}:[A-Za-z0-9+/]{{43}}=? ([A-Za-z][A-Za-z0-9._\-]*)@{_HOST} \(|"
    # A terminal's title: ann@nb-waw-0412: ~/src
    r"(?:^|[\s(\[\"'|])([a-z][a-z0-9._\-]*)@[A-Za-z0-9\-]+: ?~|"
    rf"^([a-z][a-z0-9._\-]*)@[A-Za-z0-9\-]+: /[a-z]|"
    # As ssh-keygen lists keys: what stands behind one.
    rf"(?:[Cc]omment[:=]? |\b[0-9]{{3,4}} \()[\"']?([a-z][a-z0-9._\-]*)@{_HOST}"
)
_WHO_GATE = (
    r"@(?:[A-Z]|(?:term|kiosk|pc|nb|lt|ws|srv|web|db|app|nas|fs|dc|vm|gpu|host)[\-0-9a-z])|'s pass|"
    r"\] ?[$#%](?:\s|$)|@[A-Za-z0-9][A-Za-z0-9.\-]* [^\s]+ %(?:\s|$)|@(?:pts/|tty|notty)|"
    r"\[(?:priv|net|pam)\]|SHA[0-9]{3}:[A-Za-z0-9+/=]+ [^\s]+@|@[A-Za-z0-9\-]+:(?: ?~| /[a-z])|"
    r"omment[:=]? [\"']?[a-z]|[0-9]{3} \([\"']?[a-z][a-z0-9._\-]*@"
)
_WINDOWS = r"\b(WIN-[A-Z0-9]{6,11})\b|\b((?:KIOSK|TERM)-[0-9]{2,4})\b"
_WINDOWS_GATE = r"\bWIN-[A-Z0-9]{4}|\b(?:KIOSK|TERM)-[0-9]{2}"
_GLUED = re.compile(rb"[A-Za-z]{2,}[0-9]{2,}|[A-Z]{2,}[0-9]+")


_HEX = re.compile(rb"[a-f]{2}[0-9]{2}|[0-9a-f]{5,}")
# Of a cloud: me-west1-b, ap-south-1a
_ZONE = re.compile(
    rb"(?:us|eu|me|ap|af|sa|ca|il|mx|asia|europe|africa|australia|northamerica|southamerica)-"
    rb"(?:gov-)?(?:north|south|east|west|central)+-?[0-9]{1,2}(?:-?[a-f])?"
)


def take_host(start: int, value: bytes) -> Found | None:
    """A name where nothing else stands."""
    if is_anywhere(value) or (not is_called_so(value) and is_prose_word(value)):
        return None
    if _HEX.fullmatch(value) is not None:
        return None  # fe80
    if _ZONE.fullmatch(value) is not None:
        return None
    if DEVICES.fullmatch(value) is not None or ADDRESS.search(value) is not None:
        return None
    return (start, start + len(value), value) if is_name(value) else None


def _take_marked(start: int, value: bytes) -> Found | None:
    """The same where a word may stand too: with a number, or a part that tells."""
    if is_called_so(value) or is_numbered(value) or _GLUED.fullmatch(value) is not None:
        return take_host(start, value)
    return None


def _take_typed(start: int, value: bytes) -> Found | None:
    """The same, or joined parts that are no words: ping drucker-eg."""
    is_joined = b"-" in value and not is_prose_word(value)
    return take_host(start, value) if is_joined else _take_marked(start, value)


def _take_glued(start: int, value: bytes) -> Found | None:
    """The same in a sentence: akten07, DC3, db-main-2; not pipewire-0."""
    if is_called_so(value) or _GLUED.fullmatch(value) is not None:
        return take_host(start, value)
    return None


def _take_no_words(start: int, value: bytes) -> Found | None:
    """The same, but no words joined: HTTP-proxy."""
    return None if is_prose_word(value) else _take_marked(start, value)


def _take_said(start: int, value: bytes) -> Found | None:
    """The same where a sentence says that it is one: `lotus`; not `server`, `ssh-agent`."""
    return None if is_prose_word(value) else take_host(start, value)


def _take_called(start: int, value: bytes) -> Found | None:
    return take_host(start, value) if is_called_so(value) else None


def _take_numbered(start: int, value: bytes) -> Found | None:
    """Not WIN-SERVER."""
    return None if value.endswith(b"-") or value[4:].isalpha() else take_host(start, value)


def take_mounted(start: int, value: bytes) -> Found | None:
    """Where nothing but a machine stands: `fileserver`."""
    return (start, start + len(value), value) if is_name(value) else None


def _take_noted(start: int, value: bytes) -> Found | None:
    """The same, but a machine of its own: `(comment ann@builder-11)`."""
    is_no_name = value == b"localhost" or is_anywhere(value)
    return None if is_no_name else take_mounted(start, value)


REACHED: tuple[Finder, ...] = (
    Finder(OPTIONS_GATE, partial(told_as, "host"), "B", needs=MAY_BEGIN),
    grouped(_MOUNTED, _MOUNTED_GATE, take_mounted, take_mounted, _take_marked),
    grouped(
        _COMMAND, _COMMAND_GATE, _take_typed, take_host, take_host, take_host, take_host, take_host
    ),
    grouped(_SHARE, _SHARE_GATE, take_host, take_host, take_host, _take_marked, _take_marked),
    grouped(_PROMPT, PROMPT_GATE, take_host, _take_glued, _take_called, take_host, _take_noted),
    grouped(
        _MESSAGE,
        _MESSAGE_GATE,
        *(_take_glued, take_host, take_host, _take_said, _take_marked, _take_glued, _take_glued),
        *(_take_glued, _take_no_words, take_host, take_host, take_host),
    ),
    grouped(_WINDOWS, _WINDOWS_GATE, _take_numbered),
)
WHO_REACHES: tuple[Finder, ...] = (grouped(_WHO, _WHO_GATE, named),)
