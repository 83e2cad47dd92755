"""What kind of a host's name it is, by its labels and their case.

Enters: letters, digits, dashes and dots. Leaves: how much of what stands around it has to tell:

    plain      nothing: a registrable part under a suffix that is nothing else
    likely     nothing, but it is not proved: a local network's, one whose parts say host
    unlisted   a URL or such a key, as of a firm's own network: its suffix is nobody's
    ambiguous  a word near it: its suffix is a word or a file's ending as well
    weak       a URL, a share or a key such as host=: names of files and classes look like it

A name in both cases is written so by whoever names machines (DC01.acme.com, Janes-MBP.lan) and by
whoever names classes (System.Net). It counts as in lower case where its domain is in lower case and
each label before it is as machines are called: in capitals, with a digit or a dash. Otherwise
more has to stand around it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from reticent_contract.redact.detectors.model import words
from reticent_contract.redact.detectors.vocabulary import is_english
from reticent_contract.redact.suffixes import registrable

_CHARS_MAX = 253  # RFC 1035
_LABEL_CHARS_MAX = 63

# Suffixes that are nothing else in a log. The others need a third label, a URL or a word.
_PLAIN = words("com net org edu gov mil int biz info")
# Endings of files and programs that are suffixes as well: only in a URL or near a word.
_ENDINGS = words(
    """
    ac ai am app bin build cab cat cc cfg cpa data dev do download fm gz id im in ink io la link
    live log map md mm mo mov ms my name network new now off one ps pub pl pm py rs run sc services
    sh so st sys systems target test tools vc vi watch zip
    """
)
# Countries' and generic suffixes that are words as well.
_AMBIGUOUS = words(
    """
    ac ad ag ai al am an app as at be bin br build by ca call cam cat cc cd cf cfg ch cl cloud club
    cm co core cr data dev direct dm do docs download drive ec email eu events exchange fail fm fo
    fun gd ge gg gl global gm group gs gt hm host id ie il im in inc ink io is it je jobs kim la lb
    lc li life link live ll lt lu ly map market md me media mo mob mobi mom monster mov ms mt mu mv
    mw my na name network new news ng no now nu off ok one online open pa page pe ph pl plus pm
    click icu shop website pro ps pub pw py red report rest rs run sa sb sc search security select
    services sh show site sk
    sl so space sr st store studio su support sy sys systems target tc team tech test tf tg tk tl tm
    to tools top trust tt tv us vc vi vip watch web ws xyz zip zone
    """
)
_LOCAL = words("local lan internal corp intranet localdomain home private domain")
# Of what is a suffix otherwise, or none: RFC 8375, and what routers are delivered with.
_LOCAL_ENDS = ("home.arpa", "fritz.box", "easy.box")
_LOCAL_WORDS = words("intern intra")  # near a word: string.intern
_LOCAL_FILES = words("rc conf jail fail2ban filter action user usr env settings readme makefile")
# Before the last label, these say that it is a file: config.h.in, build.sh.in.
_FILE_LABELS = words(
    """
    h c cc cpp hpp py sh pc conf cfg service txt xml json desktop spec tar gz log so dll exe js css
    html md in am ac plist framework bundle kext app systemd timer socket target rules mk cmake
    yaml yml toml ini cnf m4 rs java kt go pl rb ts tsx jsx scss svg png sql bat ps1 cmd lua r d po
    pot man texi rst tex tmpl def ld map sed awk list properties policy gschema metainfo appdata
    """
)
_SOURCES = words("configure makefile")
# Packages whose modules are written like a host: numpy.ma.
_PACKAGES = words(
    "numpy scipy torch pandas sklearn tensorflow keras matplotlib django flask asyncio"
)
_SELVES = words("this self exports module")
_LOGS = words("logger log console")  # logger.info(…), where nothing else is before it
# What reversed names begin with, and what only hosts end with.
_BUNDLES = words("com net org edu gov io java javax")
_HOST_ENDS = words("com net org edu gov mil int biz info")
_NUMBERED = re.compile(r"[0-9]|-")
# How a label is written that is no class's and no variable's: DC01, LT-jdoe, Mail.
_MACHINE = re.compile(r"[A-Z0-9_\-]+|[A-Za-z0-9_]*[0-9\-][A-Za-z0-9_\-]*")
_TITLE = re.compile(r"[A-Z][a-z]+|[a-z]+")
# What objects have as well: Poly1.domain, Foo2.internal.
_LOCAL_NOUNS = words("domain home private internal")
_PROPERTIES = (".info", ".int")  # LOG.client.info
# Under these a word before a domain makes a host: no property is called so, as log.info is.
_PLAIN_FOR_WORDS = words("com org edu gov mil")
# Sites of programs, which no file ends with; a port tells there, and what a machine is for.
_SITES = words("io ai dev cloud app tech")
_ROLES = words(
    """
    registry mail webmail smtp imap pop3 vpn www mx ns1 ns2 ftp sftp ldap autodiscover jenkins
    gitlab harbor nexus
    """
)
# What a machine does, by its first label, where the second is no word: vpn.biuro.pl.
_SERVES = words(
    """
    mail webmail smtp imap pop pop3 vpn mx ns dns ldap ftp sftp irc git gitlab portal dc
    autodiscover exchange jenkins harbor nexus registry wiki intranet remote rdp owa citrix sip
    xmpp ntp www sso
    """
)
_HOLDS = words("api db redis mongo kafka mysql postgres elastic rabbitmq minio grafana auth")
# Endings of sources, and what things have: db.mytbl.name.
_OF_SOURCES = words("py rs sh so ps md cc zip map mo mm")
_OF_THINGS = words("name id is in as no my at by to do data live new now log link app")
# Under these are firms, and hardly anything else has two dots before: console.kurier.ai.
_FIRMS = words("pl ai dev")
_SHORT = 3
# Under these are sites, and before a third label no code is written so but with words.
_YOUNG = words("xyz top shop click site online club vip icu website space")
_RESERVED = words("example invalid localhost test")  # RFC 2606: of nobody
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?")
# Groups of an API of Kubernetes (rbac.authorization.k8s.io/v1) are no hosts.
_GROUPS = words("kubernetes.io k8s.io istio.io cert-manager.io argoproj.io projectcalico.org")
# What frameworks are called, programs of DOS and of consoles, and what is shown before a login.
_PRODUCTS = words(
    "asp.net ado.net vb.net ml.net command.com winscp.com devenv.com chcp.com issue.net"
)

# Libraries and modules, units of systemd; directly under .py nobody has a domain.
_FILE = re.compile(r"(?:lib|pam_|nss_|mod_)[\w+\-]+\.so|[\w\-]+\.(?:target|py)")


@lru_cache(maxsize=8_192)
def kind_of(name: bytes) -> str:
    """`plain`, `likely`, `ambiguous`, `weak`, or nothing where it cannot be a host's name."""
    text = name.decode("utf-8", "replace")
    if len(text) > _CHARS_MAX:
        return ""
    lower = text.lower()
    if lower in _PRODUCTS or _FILE.fullmatch(lower) is not None:
        return ""
    kind, domain = _kind_in_lower(lower)
    if not kind or lower == text or text == text.upper():
        return kind
    return _kind_in_both(text, kind, domain)


def _kind_in_lower(text: str) -> tuple[str, str]:
    """The kind, and the part of the name that somebody registered."""
    labels = text.split(".")
    last = labels[-1]
    if any(len(label) > _LABEL_CHARS_MAX for label in labels):
        return "", ""
    if not text.isascii() and unicodedata.normalize("NFKC", text) != text:
        return "", ""  # looked at in its plain view
    ending = f"{labels[-2]}.{last}"
    if last in _LOCAL:
        if labels[-2] in _LOCAL_FILES:
            return "", ""
        return ("weak" if labels[-2] in _FILE_LABELS else "likely"), last
    if ending in _LOCAL_ENDS:
        return ("likely", ending) if len(labels) > 2 else ("ambiguous", ending)
    if last in _LOCAL_WORDS:
        return "ambiguous", last
    if last == "arpa":
        return "", ""
    is_country = len(last) == 2 and last not in _AMBIGUOUS and last not in _ENDINGS
    if labels[0] in _SELVES or (labels[0] in _PACKAGES and len(last) == 2):
        return "", ""
    if len(labels) == 2 and labels[0] in _LOGS and last == "info":
        return "", ""
    if labels[0] in _BUNDLES and last not in _HOST_ENDS and not is_country:
        return "", ""
    domain = _registrable(text)
    if not domain and _is_unlisted(text, labels):
        return "unlisted", last
    if not domain or not any(c.isalpha() for c in labels[-2]):
        return "", ""  # a suffix alone, or a number with a unit
    domain = ".".join(labels[-1 - domain.count(".") :])  # in its own letters
    if labels[-2] in _FILE_LABELS and not domain.startswith(f"{labels[-2]}."):
        # ac.uk, ts.net: a suffix of two parts. Files are made from configure.ac.in.
        return ("weak" if labels[-3] in _FILE_LABELS | _SOURCES else "plain"), domain
    if labels[-2] in _FILE_LABELS:
        is_plain = len(labels) > 2 and (last in _PLAIN_FOR_WORDS or last == "net")
        return ("plain" if is_plain and labels[-2] != "java" else "weak"), domain
    return _by_suffix(text, labels, last, domain, is_country=is_country), domain


def _is_unlisted(text: str, labels: list[str]) -> bool:
    """Whether it is written as a host under a suffix that nobody has registered: build.acme."""
    last = labels[-1]
    if (
        not text.isascii()
        or not last.isalpha()
        or len(last) <= _SHORT
        or last in _FILE_LABELS | _RESERVED
    ):
        return False
    return all(_LABEL.fullmatch(label) for label in labels) and _registrable(f"x.y.{last}") == ""


def _registrable(text: str) -> str:
    try:
        ascii_text = text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return registrable(ascii_text) or ""


def _by_suffix(text: str, labels: list[str], last: str, domain: str, *, is_country: bool) -> str:
    if last in _PLAIN or domain.count(".") > 1 or last.startswith("xn--"):
        return "plain"
    if is_country:
        return "plain" if len(labels) > 2 or len(labels[0]) > 3 else "ambiguous"
    if last == "in" and len(labels) > 2:
        return "plain"  # templates (config.h.in) are sorted out above
    is_numbered = len(labels) > 2 and _NUMBERED.search(text) is not None
    if last in _SITES and len(labels) > 2 and domain not in _GROUPS:
        is_told = is_numbered or labels[0] in _ROLES or _is_served(labels, last)
        return "likely" if is_told else "ambiguous"
    if last in _YOUNG and len(labels) > 2 and len(labels[-2]) > _SHORT:
        return "ambiguous" if is_english(labels[-2]) else "likely"
    named = len(labels) > 3 or is_numbered
    if named and last not in _ENDINGS and len(last) == 2:
        return "plain"
    return "likely" if _is_served(labels, last) else "ambiguous"


def _is_served(labels: list[str], last: str) -> bool:
    """Whether the first label says what the machine does, or the domain is written as no word of
    code is, `wisla-soft`, and the others are no words of code."""
    if len(labels) != 3 or last in _OF_SOURCES or is_english(labels[1]):
        return False
    if last in _FIRMS and labels[0].isalpha() and len(labels[1]) > _SHORT:
        return True
    if len(last) == 2 and "-" in labels[1] and labels[1].replace("-", "").isalpha():
        return any(len(part) > _SHORT and not is_english(part) for part in labels[1].split("-"))
    does = labels[0].rstrip("0123456789")
    return does in _SERVES or labels[0] in _SERVES or (does in _HOLDS and last not in _OF_THINGS)


def _kind_in_both(text: str, kind: str, domain: str) -> str:
    """The kind of a name in both cases, given what it would be in lower case."""
    if not text.endswith(f".{domain}"):  # the domain is in both cases too, or all there is
        is_machine = kind == "plain" and _NUMBERED.search(text) is not None
        return "ambiguous" if is_machine else "weak"
    labels = text[: -len(domain) - 1].split(".")
    if domain in _LOCAL_NOUNS and len(labels) == 1 and "-" not in labels[0]:
        return ""
    if all(_MACHINE.fullmatch(label) or label.islower() for label in labels):
        return "ambiguous" if domain.endswith(_PROPERTIES) and kind == "plain" else kind
    if kind == "plain" and all(_TITLE.fullmatch(label) for label in labels):
        is_proved = domain.count(".") > 1 or domain.rpartition(".")[2] in _PLAIN_FOR_WORDS
        return "plain" if is_proved else "ambiguous"
    return "ambiguous" if kind == "plain" else "weak"


def is_site(name: bytes) -> bool:
    """Whether no file ends as the name does, though a word may."""
    last = name[name.rfind(b".") + 1 :].decode("utf-8", "replace").lower()
    return last in _SITES or (name.count(b".") > 1 and last in _AMBIGUOUS - _ENDINGS)


def is_of_source(name: bytes) -> bool:
    """Whether a file of sources ends so, behind which a number is that of a line."""
    return name[name.rfind(b".") + 1 :].decode("utf-8", "replace").lower() in _OF_SOURCES


def is_defanged_by_itself(name: bytes) -> bool:
    """Whether brackets around its dots are enough: under a suffix of many letters that no file has.

    A pattern writes `libc[.]so` and `foo[.]bar`, and a person `evil[.]xyz`.
    """
    last = name.rpartition(b".")[2].decode("utf-8", "replace").lower()
    return len(last) > 2 and last in _AMBIGUOUS - _ENDINGS - _FILE_LABELS


def is_listed(name: bytes) -> bool:
    """Whether a gate lists its suffix."""
    last = name[name.rfind(b".") + 1 :]
    return len(last) == 2 or last.lower() in _LISTED


LISTED_SUFFIXES = sorted(
    _PLAIN
    | _LOCAL
    | _LOCAL_WORDS
    | {each.rpartition(".")[2] for each in _LOCAL_ENDS}
    | {s for s in _AMBIGUOUS | _ENDINGS if len(s) > 2}
)
_LISTED = frozenset(suffix.encode() for suffix in LISTED_SUFFIXES)
