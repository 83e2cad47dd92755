"""User names that a program's own way of writing them tells.

    a program's way   pam(alice,10.0.0.1), by alice (1021), AUID="alice", alice is now known as bob
    names in          Kerberos (alice/admin@CORP), LDAP (CN=alice,CN=Users), shares (home$),
                      mail spools, crontabs, Hadoop

What the words of a sentence tell, in any program, is `slots`'.
Must hold: a word of prose is no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.redact.detectors import nobody
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.detectors.person import NAME, is_prose_word, named
from reticent_contract.redact.gates import in_order

# Of what stands behind a noun: files, versions, standards. Behind a verb alone: hosts, programs and
# what is counted as well, which may be names (ann.io, test1).
_FILE = (
    rb"[\w.\-]+\.(?:json|xml|ya?ml|conf|cfg|ini|toml|txt|log|db|dat|plist|service|slice|target|socket|"
    rb"timer|scope|css|html?|cld|cvd|cdiff|php|exe|dll|sys|msi|csv|sql|lock|pid|tmp|bak|png|svg|jpe?g|"
    rb"pdf|docx?|xlsx?|pptx?|od[ts])|"
    rb"[a-z]{2,12}_-?[0-9]{12,20}|(?:regsvr|rundll)[0-9]{2}|"
    rb"ed[0-9]{3,5}|v[0-9]{1,3}(?:[\-_.][\w.\-]*)?|s3(?:[\-_.][\w.\-]*)?|k[38]s|i18n|l10n|p2p|x(?:509|86|64)[\w.\-]*|"
    rb"(?:oauth|sha|md|utf|ipv|mp)[\-_.]?[0-9]{1,3}"
)
FILES = re.compile(rb"(?i)" + _FILE)
LEFT_OUT = re.compile(
    rb"(?i)"
    + _FILE
    + rb"|[\w.\-]+\.(?:js|ts|py|rb|go|java|rs|cs?|h|so|sh|ps1|bat|md|d|app|com|net|org|io|"
    rb"dev|local)|"
    rb"(?:ec|log|base|rfc|tls|ssl|http|arm|amd|win|eth|tty|pts|sda|wlan|en|lo|cpu|core|disk|port|"
    rb"vlan|node|item|line|page|step|test|phase|level|tier|error|code|status|type)[\-_.]?[0-9][\w.\-]*|"
    rb"vm-[\w\-]*[0-9]"
)
_CHARS_MAX = 64
_TEXT = rb"\"'`<>[]() "


def _bare(start: int, value: bytes) -> Found | None:
    """The name, without what is around it."""
    bare = value.lstrip(_TEXT)
    start += len(value) - len(bare)
    return named(start, bare.rstrip(_TEXT).partition(b"@")[0])


def _take(start: int, value: bytes) -> Found | None:
    """The name, unless it is a number or is written as files, versions and programs are."""
    found = _bare(start, value)
    if found is None or len(found[2]) < 2 or found[2].isdigit():
        return None
    return None if LEFT_OUT.fullmatch(found[2]) is not None else found


def _take_no_agent(start: int, value: bytes) -> Found | None:
    """The same of a plain word: none that logs are written with."""
    found = _take(start, value)
    if found is None or is_prose_word(found[2]):
        return None
    return None if _is_among(nobody.IN_PROSE | nobody.AGENTS, found) else found


def _take_beside_address(start: int, value: bytes) -> Found | None:
    """The same before an address, where rossetti.c is no source of a program."""
    initialed = _INITIALED.fullmatch(value)
    is_one = initialed is not None and not is_prose_word(initialed[1])
    return _bare(start, value) if is_one else _take(start, value)


def _take_named_id(start: int, value: bytes) -> Found | None:
    return None if _HEX.fullmatch(value) is not None else _take_no_agent(start, value)


def _is_among(words: frozenset[str], found: Found) -> bool:
    return found[2].lower().decode("utf-8", "replace") in words


_ROOM = r"(?:meeting|call|channel|room|chat|conversation|group|team|conference|#)"
_IN_ROOM = (
    rf"(?:^|[:\]>] )({NAME}) (?:has )?(?:left|joined|entered) (?:the )?{_ROOM}|"
    rf"\b({NAME}) is now known as ({NAME})"
)
_IN_ROOM_GATE = rf" (?:left|joined|entered) (?:the )?{_ROOM}| is now known as "
_BY_WITH_ID = rf"\bby ({NAME}) \(uid[ =]"
_OF_MODULE = (
    rf"\b[a-z][a-z\-]{{2,15}}\(({NAME}),"
    r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)"
)
_AUDITED = rf"\b(?:[AEFSO]|FS|SU|EU|LOGIN)?UID=\"({NAME})\""
# auid=ann; a UUID is longer and has digits.
_NAMED_ID = r"\b(?:[aes]|fs|log)?uid=\"?([a-z]+(?:[._\-][a-z]+)*)(?:[\s\";)\]]|$)"
_INITIALED = re.compile(rb"([a-z]{3,})\.[a-z]")
_HEX = re.compile(rb"[a-f\-]+")
_REALM = (
    r"\b([A-Za-z][\w.\-]*)/(?:admin|root|cron|changepw|host)@[A-Z][A-Z0-9.\-]+|"
    r"(?i:principal|client|kinit|klist|krb5|tgt|tgs|as_req|spn|ticket)[^\r\n@]{0,40}?[\s:='\"]"
    r"([A-Za-z][\w.\-]*)@[A-Z][A-Z0-9\-]+(?:$|[\s,;:'\")])"
)
_REALM_GATE = r"@[A-Z][A-Z0-9.\-]"
_DN = (
    r"(?i)\bCN=([^,=+<>;\"\r\n]{2,64}),\s?(?:(?:OU|CN)=[^,=\r\n]{0,40},\s?){0,3}(?:OU|CN)=[^,=]{0,20}"
    r"(?:users?|people|staff|employees|accounts|benutzer|mitarbeiter|personal|contractors|admins)\b"
)
_BOUND = (
    r"(?i)(?:(?:^|\s)-D |\bbind[ _\-]?dn[\"']?\s?[=:]\s?|\bBIND dn=)\\?[\"']?"
    r"CN=([^,=+<>;\"\r\n]{2,64}),"
)
# As a filter of LDAP and a connection string have it; (uid=0) is PAM's.
_UID = rf"\(uid=([A-Za-z_]{NAME})\)|(?i:\buid=({NAME});\s?pwd=|\bpwd=[^;\s]*;\s?uid=({NAME}))"
# As shadow-utils write a user, and who asks for a password.
_QUOTED = (
    rf"\b[Pp]assword for [\"'`]({NAME})[\"'`]|"
    rf"\b(?:[Aa]dd|[Dd]elet|[Rr]emov)(?:e|ed|ing)? [\"'`]({NAME})[\"'`] (?:to|from) "
    r"(?:shadow )?group\b"
)
_QUOTED_GATE = in_order(r"assword for [\"'`]|[\"'`] (?:to|from) (?:shadow )?group")
_LOGIN_BY = rf"(?i)\b(?:log[io]n|logout) by ({NAME})"
_ADDRESS = r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]+)"
# invalid user ftp user from 192.0.2.7 port 22: one name, with a blank in it. Where it ends is the
# form's: at the address and its port, or where sshd says how far it was.
_OF_BLANKS = (
    r"\b(?:(?:[Ii]nvalid|[Ii]llegal|authenticating) user|(?:Disconnected|Received disconnect) from "
    rf"user) ([^\s\[\]:][^\r\n\[\]]*?) (?:(?:from )?{_ADDRESS} port [0-9]|\[preauth\])|"
    r"\b(?:Failed|Accepted|Postponed|Partial) [a-z/\-]+ for (?:(?:invalid|illegal) user "
    r"([^\s\[\]:][^\r\n\[\]]*?)|([^\s\[\]:]+ [^\s\[\]:][^\r\n\[\]:]*?)) from "
    rf"{_ADDRESS} port [0-9]|"
    r"\bUser ([^\s\[\]:]+ [^\r\n\[\]:]*?) from [^\s]+ not allowed because|"
    # Without a port, as sshd wrote it once; so is prose: invalid user name or password from …
    rf"\b(?:Invalid|Illegal) user ([^\s\[\]:,]+ [^\s\[\]:,]+) from {_ADDRESS}"
)
_OF_BLANKS_GATE = in_order(
    r"(?:[Ii]nvalid|[Ii]llegal|authenticating|connect(?:ed)? from) user [^ ]|"
    r"(?:iled|pted|oned|rtial) [a-z/\-]+ for [^ ]|not allowed because"
)
# A name with a blank: what stands behind its first word is not where somebody came from.
_WITH_BLANK = re.compile(
    rb"(?:[Uu]ser|for(?! (?:invalid|illegal) user [^ ])) [^ ]+ "
    rb"(?!(?:from )?[0-9A-Fa-f:.]+ port [0-9])"
)
_DN_GATE = r"(?i)\bCN=[^,]"
# Who is connected, and from where: of Samba and of terminals' accounting.
_BESIDE_ADDRESS = (
    rf"(?:^|: )({NAME}) \(ipv[0-9]:|^{_ADDRESS}\t({NAME})\t(?:tty|vty|pts/)[0-9]|"
    r"(?:^|: )([a-z][a-z]+(?:[._][a-z]+)*[0-9]?) \([0-9]{1,3}(?:\.[0-9]{1,3}){3}:[0-9]"
)
_BESIDE_ADDRESS_GATE = (
    r" \(ipv[0-9]:|\t(?:tty|vty|pts/)[0-9]| \([0-9]{1,3}(?:\.[0-9]{1,3}){3}:[0-9]"
)
# Mail that stays on the machine, and who is told of beside it.
_LOCAL_MAIL = (
    r"\b(?:from|to|orig_to|ctladdr)=<([A-Za-z][\w.\-]*)>|\bctladdr=([A-Za-z][\w.\-]*) \(|"
    r"\bto=([A-Za-z][\w.\-]*), ctladdr|\bspamd: [^\r\n]* for ([A-Za-z][\w.\-]*):[0-9]"
)
_LOCAL_MAIL_GATE = r"(?:om|to|dr)=<[A-Za-z]|ctladdr|spamd: "
_TOLD = (
    r"\bpam_[a-z0-9_]+\([a-z\-]+:auth\): ([a-z][\w.\-]*) failed\b|"
    rf"\bUSER_PROCESS: [0-9]+ console ({NAME})|\bFileVault: ({NAME}) was (?:added|removed)|"
    rf"\b[Cc]onnection to [^\s]+ as ({NAME}) (?:failed|refused|closed|timed)"
)
_TOLD_GATE = r":auth\): [a-z]|USER_PROCESS: [0-9]+ c|FileVault: |onnection to [^\s]+ as "
# The log of slow queries of MySQL: user[account] @ host
_TWICE = Pattern(rf"(?:^|[\s:]){NAME}\[{NAME}\] @ ")
_TWICE_GATE = r"[^ ]\] @ "
_MAILBOX = (
    r"(?:/var/(?:spool/)?mail|/var/spool/cron(?:/crontabs|/tabs)?|/etc/sudoers\.d|/var/lib/sss/pubconf|"
    r"/AccountsService/(?:users|icons)|/dslocal/nodes/\w+/users|hdfs://[^/\s]*/user|"
    r"\bauth/(?:userpass|ldap|okta|radius)/(?:login|users)|/home[0-9])/([\w.\-]*[\w\-])"
)
# What stands there for no user: sssd's files about a realm's servers end with the realm's name.
_NOT_BOXES = re.compile(
    rb"(?i)crontabs|tabs|at(?:jobs|spool)|lastrun|README|known_hosts|krb5\.include\.d|"
    rb"k(?:dc|passwd)info\..*"
)
_SHARES = (
    r"(?i)[\\/](?:home|homes|users?|profiles?|redirected|folders|userdata|"
    r"personal)\$[\\/]+([\w.\-]+)"
)
_PLACES_GATE = (
    r"/(?:mail|crontabs|tabs|cron|sudoers\.d|pubconf|user|users|icons|login|home[0-9])/[\w.\-]|"
    r"\$[\\/]+[\w.\-]"
)
_TILDE = r"/~([A-Za-z][\w.\-]+)"
_OF_ITS_OWN = in_order(
    r" \(uid[ =]|,[0-9]{1,3}\.[0-9]{1,3}\.|,[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:|UID=\"|/~[A-Za-z]|"
    r"\(uid=[A-Za-z_]|uid=\"?[a-z]|(?i:;\s?(?:pwd|uid)=)"
)


def _take_of_box(start: int, value: bytes) -> Found | None:
    return None if _NOT_BOXES.fullmatch(value) is not None else _take(start, value)


def _take_plain_dn(start: int, value: bytes) -> Found | None:
    """A full name may have blanks; a group's (Domain Users) and a machine's are not people's."""
    lowered = value.lower()
    if lowered.startswith((b"domain ", b"enterprise ", b"schema ")) or lowered.endswith(
        (b" admins", b" users", b" group", b" computers", b"users", b"computers")
    ):
        return None
    return (start, start + len(value), value) if named(start, value) is not None else None


def _take_of_blanks(start: int, value: bytes) -> Found | None:
    is_one = len(value) <= _CHARS_MAX and b" " in value and not value.endswith(b" from")
    return (start, start + len(value), value) if is_one else None


def _take_of_two(start: int, value: bytes) -> Found | None:
    return None if any(map(is_prose_word, value.split())) else _take_of_blanks(start, value)


def _take_bound(start: int, value: bytes) -> Found | None:
    """Not cn=config, cn=Directory Manager."""
    if all(map(is_prose_word, value.split())):
        return None
    return _take_plain_dn(start, value)


def _take_unless_prose(start: int, value: bytes) -> Found | None:
    return None if is_prose_word(value) else named(start, value)


def _take_by(start: int, value: bytes) -> Found | None:
    """Not `login by password`, `login by OTP`; by an admin, where nothing says which."""
    found = _bare(start, value)
    if found is None or value.isupper() or is_prose_word(found[2]):
        return None
    return None if _is_among(nobody.AGENTS | nobody.IN_PROSE, found) else found


def _find_twice(text: bytes) -> Iterable[Found]:
    for start, end in _TWICE.spans(text):
        start += text[start : start + 1] in (b" ", b":", b"\t", b"\n", b"\r")
        name, _, account = text[start : end - len(b"] @ ")].partition(b"[")
        if name == account and (found := named(start, name)) is not None:
            yield found
            yield start + len(name) + 1, start + 2 * len(name) + 1, name


ACTORS: tuple[Finder, ...] = (
    grouped(_IN_ROOM, _IN_ROOM_GATE, _take_no_agent),
    grouped(_BY_WITH_ID, _OF_ITS_OWN, _take),
    grouped(_OF_MODULE, _OF_ITS_OWN, _take_beside_address),
    grouped(_AUDITED, _OF_ITS_OWN, _take),
    grouped(_NAMED_ID, _OF_ITS_OWN, _take_named_id),
    grouped(_TILDE, _OF_ITS_OWN, _take),
    grouped(_REALM, _REALM_GATE, _take),
    grouped(_DN, _DN_GATE, _take_plain_dn),
    grouped(
        _OF_BLANKS,
        _OF_BLANKS_GATE,
        *[_take_of_blanks] * 4,
        _take_of_two,
        first=_WITH_BLANK.search,
    ),
    grouped(_BOUND, _DN_GATE, _take_bound),
    grouped(_UID, _OF_ITS_OWN, _take),
    grouped(_QUOTED, _QUOTED_GATE, _take_unless_prose, named),
    grouped(_LOGIN_BY, r"(?i)log(?:[io]n|out) by ", _take_by),
    grouped(_MAILBOX, _PLACES_GATE, _take_of_box),
    grouped(_SHARES, _PLACES_GATE, _take),
    grouped(_BESIDE_ADDRESS, _BESIDE_ADDRESS_GATE, _take, _take, _take_no_agent),
    grouped(_LOCAL_MAIL, _LOCAL_MAIL_GATE, _take_no_agent),
    grouped(_TOLD, _TOLD_GATE, _take_no_agent),
    Finder(_TWICE_GATE, _find_twice, "B", needs=_TWICE, reads=(0, 0)),
)
