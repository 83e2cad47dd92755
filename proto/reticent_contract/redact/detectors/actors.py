"""User names that a noun, a verb or a path around them tells, in any program's sentence.

    a noun before     user r.novak, uid r.novak, account [svc1], principal r.novak, owner 'ann'
    and a verb        user alice joined, account alice locked, login alice rejected
    a verb before     session opened for alice, access granted to r.novak, triggered by r.novak
    a verb behind     r.novak logged in, r.novak printed 3 pages, alice has left the meeting
    people in a list  reviewers: alice, bob; issue #4 assigned to alice
    whose it is       session of alice, on behalf of alice, (author alice)
    a program's way   pam(alice,10.0.0.1), by alice (1021), AUID="alice"
    names in          Kerberos (alice/admin@CORP), LDAP (CN=alice,CN=Users), shares (home$),
                      mail spools, crontabs, Hadoop

Must hold: a word of prose is no name. Without a sign (a dot, an underscore, a digit, a quote or a
bracket around it) it stands between two words that tell, and is none of `nobody.IN_PROSE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reticent_contract.redact.detectors import nobody
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.model import Finder, Found, Pattern
from reticent_contract.redact.detectors.person import CLAUSE_GATE, NAME, named
from reticent_contract.redact.gates import in_order

_NOUN = (
    r"(?:users?(?:[ ._]?name)?|log[io]n|logname|account|principal|uid|operator|member|owner|"
    r"identity|"
    r"employee|requester|actor|subject)"
)
# As nobody writes a word: r.novak, svc_backup, jdoe2, CORP\jdoe.
_SIGNED = r"(?:[A-Za-z][\w.\-]*\\+)?[A-Za-z]+(?:[._][\w.\-]*[A-Za-z0-9]|[0-9])[\w.\-]*"
_NAMED = rf"(?:[\"'`<\[(]{NAME}|{_SIGNED})"
# Of what stands behind a noun: files, versions, standards. Behind a verb alone: hosts, programs and
# what is counted as well, which may be names (ann.io, test1).
_FILE = (
    rb"[\w.\-]+\.(?:json|xml|ya?ml|conf|cfg|ini|toml|txt|log|db|dat|plist|service|slice|target|socket|"
    rb"timer|scope|css|html?|php|exe|dll|sys|msi|csv|sql|lock|pid|tmp|bak|png|svg|jpg)|"
    rb"v[0-9]{1,3}(?:[\-_.][\w.\-]*)?|s3(?:[\-_.][\w.\-]*)?|k[38]s|i18n|l10n|p2p|x(?:509|86|64)[\w.\-]*|"
    rb"(?:oauth|sha|md|utf|ipv|mp)[\-_.]?[0-9]{1,3}"
)
_FILES = re.compile(rb"(?i)" + _FILE)
_LEFT_OUT = re.compile(
    rb"(?i)"
    + _FILE
    + rb"|[\w.\-]+\.(?:js|ts|py|rb|go|java|rs|cs?|h|so|sh|ps1|bat|md|d|app|com|net|org|io|"
    rb"dev|local)|"
    rb"(?:ec|log|base|rfc|tls|ssl|http|arm|amd|win|eth|tty|pts|sda|wlan|en|lo|cpu|core|disk|port|"
    rb"vlan|node|item|line|page|step|test|phase|level|tier|error|code|status|type)[\-_.]?[0-9][\w.\-]*"
)
_TEXT = rb"\"'`<>[]() "
_EMPLOYEE_DIGITS_MIN = 5


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
    return None if _LEFT_OUT.fullmatch(found[2]) is not None else found


def _take_of_prose(start: int, value: bytes) -> Found | None:
    """The same of a plain word."""
    found = _take(start, value)
    return None if found is None or _is_among(nobody.IN_PROSE, found) else found


def _take_no_agent(start: int, value: bytes) -> Found | None:
    found = _take_of_prose(start, value)
    return None if found is None or _is_among(nobody.AGENTS, found) else found


def _take_between(start: int, value: bytes) -> Found | None:
    """Between two words that tell: whatever it is written as, but no number of an account."""
    found = _bare(start, value)
    if found is None or _is_among(nobody.IN_PROSE, found):
        return None
    return None if found[2].isdigit() and len(found[2]) < _EMPLOYEE_DIGITS_MIN else found


def _take_behind_noun(start: int, value: bytes) -> Found | None:
    found = _take_between(start, value)
    if found is None or len(found[2]) < 2 or _FILES.fullmatch(found[2]) is not None:
        return None
    return found


def _is_among(words: frozenset[str], found: Found) -> bool:
    return found[2].lower().decode("utf-8", "replace") in words


_NOUN_GATE = (
    r"(?i)\b(?:user|users|users?[ ._]?name|log[io]n|logname|account|principal|uid|operator|member|"
    r"owner|identity|employee|requester|actor|subject|home) \S"
)
_VERB = (
    r"(?:has|had|is|was|not|does|did|cannot|could|tried|attempted|left|ran|sent|via|on|at|in|"
    r"joined|fail(?:ed|s)|successfully|request(?:s|ed)|log(?:ged|s)|sign(?:ed|s)|connect(?:ed|s)|"
    r"disconnect(?:ed|s)|authenticat(?:ed|es)|and/or|enter(?:ed|s)|exit(?:ed|s)|access(?:ed|es)|"
    r"(?:re)?set|granted|denied|revoked|approved|rejected|blocked|banned|suspended|kicked|expired|"
    r"(?:un)?locked|(?:en|dis)abled|(?:de)?activated|created|added|deleted|removed|changed|updated|"
    r"modified|renamed|moved|assigned|invited|registered|enrolled|authori[sz]ed|executed|started|"
    r"stopped|submitted|printed|viewed|opened|closed|edited|saved|uploaded|downloaded|pushed|"
    r"committed|merged|switched|elevated|impersonated|belongs|exists|requires|already|may|can|will|"
    r"exceeded|accepted|received|timed|mapped|resolved|matched|"
    r"(?:could|is|was|has|does|did|would|ca|wo)n't)"
)
# Any between a noun and a verb, and one that tells itself behind a noun.
_AFTER_NOUN = rf"\b{_NOUN}(?: id| name)? ({_NAMED})"
_BEFORE_VERB = (
    r"\b(?:user(?:[ ._]?name| account)?|account|principal|member|operator|home) "
    rf"([\"'`\[(<]?{NAME}[\"'`\])>]?)(?:,?:? {_VERB}|[,:] (?:authentication|password|access))\b"
)
_DONE = (
    r"(?:opened|closed|started|ended|created|terminated|failed|failures?|succeeded|successful|success|"
    r"accepted|denied|granted|expired|(?:un)?locked|(?:re)?set|changed|requested|issued|sent|approved|"
    r"rejected|verified|completed|enabled|disabled|revoked|required|exceeded|attempts?|found|updated|"
    r"detected|initiated|ticket|password|credentials?|login|log-?on|logout|session|keyring|mailbox|"
    r"profile|quota|directory|challenge|tgt|mfa|otp|removed|added|assigned|delegated|run|owned|submitted|"
    r"impersonating|information changed)"
)
_DONE_FOR = rf"\b(?i:{_DONE}) (?:for|by) ([a-z]+(?:[._][A-Za-z0-9][\w.\-]*|[0-9][\w.\-]*))"
_DONE_FOR_GATE = r" (?:for|by) [a-z]+[._0-9]"
# Between two words that tell, a plain one.
_SESSION_FOR = (
    r"\b(?i:session (?:opened|closed|started|ended)|(?:login|log-?on|log-?in|sign-?in|"
    r"(?:pre-?)?authentication|password|credentials?|quota|mfa|otp|kerberos|ticket)(?: \w+){0,2}) "
    r"for ([a-z]+)(?:$|[,;:)]| (?:on|at|via|using|with|until)\b)"
)
_SESSION_FOR_GATE = r" for [a-z]+(?:$|[\r\n,;:)]| (?:on|at|via|using|with|until)\b)"
# What somebody did, by a plain name; agents are no people.
_DONE_BY = (
    r"(?i)\b(?:pushed|triggered|started|approved|merged|created|requested|opened|closed|deleted|"
    r"submitted|uploaded|assigned|(?:un)?locked|printed|initiated|cancell?ed|modified|updated|invited|"
    r"issued|owned|reset|added|removed|performed|sent|edited|reported|granted|revoked|reviewed|"
    r"committed|deployed|released|acknowledged|resolved|executed|impersonated|changed|run|escalated|"
    r"declined|muted|kicked|banned|promoted|archived|pinned|shared|forwarded|posted|postponed|"
    r"published|claimed|dismissed|wiped|retired|stopped|paused|resumed|held) by "
    r"([a-z_][^\s,;:\"'()\[\]<>=/|]*)(?:$|[.,;)]| (?:to|on|at|in|from|via|for|with|using)\b)"
)
_DONE_BY_GATE = r"(?i)(?:ed|run|sent|reset|held) by [a-z_]"
_QUOTED_OF = (
    r"(?i)\b(?:authentication|identity|credentials?|session|account|profile|password) (?:of|"
    r"for|as) "
    rf"[\"'`<]({NAME})"
)
_QUOTED_OF_GATE = (
    r"(?i)(?:authentication|identity|credentials?|session|account|profile|password) (?:of|for|"
    r"as) [\"'`<]"
)
# Whose it is, of any word.
_BEHALF = rf"(?i)\b(?:on behalf|at the request) of (?:the )?(?:user )?({NAME})"
_BEHALF_GATE = r"(?i)(?:behalf|the request) of "
_WHOSE_GATE = (
    r"(?i)\b(?:session|account|profile|mailbox|password|credentials?|keyring|quota|desktop|usage) "
    r"of "
)
_WHOSE = (
    rf"{_WHOSE_GATE}(?:user )?({NAME})(?:$|[,;:)]| (?:{_VERB}|synced|resumed|restored|ended)\b)"
)
_ENDING_GATE = (
    r"(?i)\b(?:for|of|by|from|as|to|with) (?:identity|principal|member|employee|owner|account) "
)
_ENDING = rf"{_ENDING_GATE}({NAME})(?:$|[,;:)])"
_BETWEEN_SIGNS = rf"[,\-] user ({NAME})[,;]|: user ({NAME}) from\b"
_IN_BRACKETS = rf"(?i)\((?:user|author|owner|login|account|committer) ({NAME})\)"
_IN_BRACKETS_GATE = r"(?i)\((?:user|author|owner|login|account|committer) "
_FOR_COLON_GATE = r": (?:password|login|(?:wrong|bad|invalid) (?:password|credentials))\b"
_FOR_COLON = rf"\bfor ({NAME}){_FOR_COLON_GATE}"
_ANSWERED_GATE = (
    r"(?i)\b(?:log-?[io]n|sign-?in|authentication) (?:failed|failure|succeeded|successful|denied): "
)
_ANSWERED = rf"{_ANSWERED_GATE}({NAME}) (?:\(|from )"
_ASSIGNED = (
    r"(?i)(?:\b(?:ticket|issue|incident|task|case|bug|story|mr|pr|review)\b|[#!][0-9]+)[^\r\n.;]{0,40}?"
    rf"assigned to ({NAME})(?:$|[,;.)]| (?:by|for|on|at)\b)"
)
_PEOPLE = Pattern(
    r"(?i)\b(?:reviewers?|approvers?|assignees|participants|attendees|watchers|maintainers):\s?"
    r"[\w.\-]+(?:,\s?[\w.\-]+)*"
)
_PEOPLE_GATE = (
    r"(?i)\b(?:reviewers?|approvers?|assignees|participants|attendees|watchers|maintainers):"
)
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
_PRINTED = (
    r"(?:^|[\s:(\[])([a-z][a-z\-]*[._][a-z][a-z\-]{2,}[0-9]{0,4}) (?:has |was |is )?(?:printed|"
    r"logged|"
    r"signed|pushed|approved|invited|uploaded|downloaded|commented|merged) "
)
_PLAIN_LOGGED = rf"(?:^|[:\]>] )({NAME}) (?:has )?(?:logged|signed) (?:in|on|out|off)\b"
_PRINTED_GATE = in_order(
    r" (?:printed|pushed|approved|invited|uploaded|downloaded|commented|merged|logged|signed) "
)
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
_DN_GATE = r"(?i)\bCN=[^,]"
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
    r" \(uid[ =]|,[0-9]{1,3}\.[0-9]{1,3}\.|,[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:|UID=\"|/~[A-Za-z]"
)


def _find_people(text: bytes) -> Iterable[Found]:
    for start, end in _PEOPLE.spans(text):
        at = text.index(b":", start, end) + 1
        for word in text[at:end].split(b","):
            found = _take_no_agent(at, word)
            at += len(word) + 1
            if found is not None and text[at - 1 : at] != b":":  # the next list
                yield found


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


ACTORS: tuple[Finder, ...] = (
    grouped(f"(?i){_BEFORE_VERB}|{_AFTER_NOUN}", _NOUN_GATE, _take_between, _take_behind_noun),
    grouped(_DONE_FOR, _DONE_FOR_GATE, _take),
    grouped(_SESSION_FOR, _SESSION_FOR_GATE, _take_of_prose),
    grouped(_DONE_BY, _DONE_BY_GATE, _take_no_agent),
    grouped(_QUOTED_OF, _QUOTED_OF_GATE, _take),
    grouped(_BEHALF, _BEHALF_GATE, _take_no_agent),
    grouped(_WHOSE, _WHOSE_GATE, _take_no_agent),
    grouped(_ENDING, _ENDING_GATE, _take_of_prose),
    grouped(_BETWEEN_SIGNS, CLAUSE_GATE, _take_of_prose),
    grouped(_IN_BRACKETS, _IN_BRACKETS_GATE, _take_of_prose),
    grouped(_FOR_COLON, _FOR_COLON_GATE, _take_no_agent),
    grouped(_ASSIGNED, r"(?i)assigned to ", _take_no_agent),
    grouped(_ANSWERED, _ANSWERED_GATE, _take_no_agent),
    Finder(_PEOPLE_GATE, _find_people, "B", needs=_PEOPLE, reads=(0, 1)),
    grouped(_IN_ROOM, _IN_ROOM_GATE, _take_no_agent),
    grouped(_BY_WITH_ID, _OF_ITS_OWN, _take),
    grouped(_OF_MODULE, _OF_ITS_OWN, _take),
    grouped(_AUDITED, _OF_ITS_OWN, _take),
    grouped(_TILDE, _OF_ITS_OWN, _take),
    grouped(_PRINTED, _PRINTED_GATE, _take),
    grouped(_PLAIN_LOGGED, _PRINTED_GATE, _take_of_prose),
    grouped(_REALM, _REALM_GATE, _take),
    grouped(_DN, _DN_GATE, _take_plain_dn),
    grouped(_MAILBOX, _PLACES_GATE, _take_of_box),
    grouped(_SHARES, _PLACES_GATE, _take),
)
