"""User names in DOMAIN\\user, and in paths right below the homes.

What lies deeper in a path is `below`'s. Must hold: what Windows itself writes in that form, devices
and service accounts, is nobody; nor is a page of what is served, or a file of sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact import homes
from reticent_contract.redact.detectors.actors import FILES
from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at, words
from reticent_contract.redact.detectors.person import is_prose_word, named

# None ends in a dash: `-----END PRIVATE KEY-----\n`.
_DOMAIN = (
    r"\b[A-Z][A-Z0-9.\-]*[A-Z0-9]\\{1,2}"
    r"[A-Za-z_\x{80}-\x{10FFFF}][A-Za-z0-9._\-$\x{80}-\x{10FFFF}]*"
)
_DOMAIN_GATE = r"[A-Z0-9]\\{1,2}[A-Za-z_\x{80}-\x{10FFFF}]"
_NOT_DOMAINS = words(
    """
    HKLM HKCU HKCR HKU HKEY_LOCAL_MACHINE HKEY_CURRENT_USER HKEY_USERS SOFTWARE SYSTEM REGISTRY
    MACHINE SECURITY SAM BUILTIN VORDEFINIERT NT WINDOWS DRIVERS
    ACPI DISPLAY HDAUDIO HID INPUT INTELAUDIO ISAPNP PCI PCIIDE PCMCIA ROOT SCSI
    SERENUM SOUNDWIRE STORAGE SWD SWENUM TERMINPUT_BUS TSBUS UEFI UMB USB USB4 USBPRINT USBSTOR
    VMBUS WPDBUSENUM XUSB
    """
)
# NT SERVICE\MSSQLSERVER, IIS APPPOOL\shop: accounts that Windows makes for services.
_OF_SERVICES = re.compile(rb"(?i)\b(?:NT|IIS) (?:SERVICE|APPPOOL|VIRTUAL MACHINE|AUTHORITY)\Z")
_SERVICES_BYTES = 24
# VID_0781&PID_5581, of a device, whatever it is plugged to; longer ones hold an address.
_DEVICE = re.compile(rb"(?:VID|PID|VEN|DEV|FUNC|SUBSYS|REV|CLS|CC)_[0-9A-Za-z]{1,8}")
# SQLPROD01\\FIN: a server of databases, and which of its instances.
_OF_SERVER = re.compile(
    rb"(?:\s-S ?|(?i:\b(?:server|data source|address|server ?instance|instance)[\"']?\s?[=:]?\s?))"
    rb"[\"']?(?:(?:tcp|np):)?\Z"
)
# In small letters, as whoami writes it: before an identifier or rights, beside another account,
# by itself, and where the domain is Entra's.
_SMALL = r"[A-Za-z0-9.\-]+\\{1,2}[A-Za-z][A-Za-z0-9._\-]*"
_SMALL_GATE = r"\\[A-Za-z]"
_ENTRA = b"azuread"
_PATH_BEFORE = frozenset(b"\\/:_")
_LINE_ENDS = (b"", b"\n", b"\r")
_SID = re.compile(rb"S-[0-9]-")
_BEHIND_ACCOUNT = re.compile(rb" S-[0-9]-|:\(")
_BESIDE = (b"BUILTIN\\", b"NT AUTHORITY\\")
_HOME = (
    # Right behind a quote a blank belongs to the path: '/home/ann doe/x'.
    r"(?i)[\"'](?:/(?:export/|usr/)?home|/Users)/[^\\/\s:;,\"'<>|*?()\[\]]+ "
    r"[^\\/\s:;,\"'<>|*?()\[\]]+/|"
    r"(?:/(?:var/|export/|usr/)?home|/Users|(?:[A-Z]:[\\/]+|\\)(?:Users|Documents and Settings)"
    r"|/run/media|/media)[\\/]+(?:[^\\/:;,\"'<>|*?\r\n]{1,40}\\|"
    r"[^\\/\s:;,\"'<>|*?()\[\]]+ (?-i:[A-Z][a-z]*)/|"  # Users/Lotte V/x
    r"[^\\/\s:;,\"'<>|*?()\[\]]+)"
)
_HOME_GATE = r"(?i)(?:/home|/Users|[\\/]Users|[\\/]Documents and Settings|/media)[\\/]"
_NOT_HOMES = words(
    """
    shared public default linuxbrew all guest lost+found cdrom usb
    photos fotos documents dokumente pictures bilder music musik videos movies downloads desktop
    backup backups scans images
    new me self search list edit login logout register signup current index profile settings icons
    """
)
# What is installed and served has folders of that name as well; no home is in one of these.
_NOT_ROOTS = re.compile(
    rb"(?i)(?:\A|[/\s\"'(\[=])(?:share|lib|lib64|app|api|v[0-9]|static|assets|public|views|src)\Z"
)
NOT_FOLDERS = re.compile(
    rb"(?i)\.(?:html?|php|aspx?|jsp|js|css|json|xml|svg|png|jpe?g|gif|ico|dll|tsx?|jsx|vue|scss|py|rb|"
    rb"java|kt|scala|swift|ya?ml|sql)\Z"
)
# What is served has paths of the same form; there a plain word is a page. So it is in a path that
# begins nowhere, as sources have them: components/home/banner.
_SERVED = re.compile(
    rb"(?i)(?:\b(?:GET|POST|PUT|HEAD|DELETE|PATCH|OPTIONS) [\"']?|\b(?:https?|wss?)://[^/\s]+)(?:/[^\s\"'?]*)?\Z|"
    rb"(?:\A|[\s\"'(\[=])(?:\.{1,2}/)?[a-z][\w.\-]*(?:/[\w.\-]+)*\Z"
)
_BEFORE_BYTES = 64


def is_page(text: bytes, start: int, name: bytes) -> bool:
    """Whether a path of what is served goes on at `start`, and `name` is a plain word."""
    before = _SERVED.search(text, max(0, start - _BEFORE_BYTES), start)
    return before is not None and is_prose_word(name.replace(b"_", b"-"))  # /users/sign_up


def _find_domain(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        domain, _, user = text[start:end].partition(b"\\")
        user = user.lstrip(b"\\")
        if start and text[start - 1 : start] in (b"\\", b":", b"/"):
            continue  # a part of a Windows path
        if text[end : end + 1] == b"\\" or domain.decode("utf-8", "replace") in _NOT_DOMAINS:
            continue
        behind = start + len(domain)
        if _OF_SERVICES.search(text, max(0, behind - _SERVICES_BYTES), behind) is not None:
            continue
        if _DEVICE.fullmatch(user) is not None:
            continue
        if _OF_SERVER.search(text, max(0, start - _SERVICES_BYTES), start) is not None:
            continue
        found = named(end - len(user), user)
        if found is not None:
            yield found


def _find_home(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        raw = text[start:end].rstrip(b"\\/")
        begin = max(raw.rfind(b"/"), raw.rfind(b"\\")) + 1
        if _NOT_ROOTS.search(text, max(0, start - _BEFORE_BYTES), start) is not None:
            continue
        found = named(start + begin, raw[begin:])
        if found is None or NOT_FOLDERS.search(found[2]) is not None:
            continue
        name = found[2].lower()
        if name.decode("utf-8", "replace") in _NOT_HOMES | homes.NOBODY:
            continue
        if not is_page(text, start, name):
            yield found


def _find_small(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    is_beside = bool(spans) and any(each in text for each in _BESIDE)
    for start, end in spans:
        domain, _, user = text[start:end].partition(b"\\")
        user = user.lstrip(b"\\")
        if (start and text[start - 1] in _PATH_BEFORE) or text[end : end + 1] == b"\\":
            continue  # a part of a path
        if _SID.match(user) is not None or domain.decode().upper() in _NOT_DOMAINS:
            continue
        if is_prose_word(domain) or is_prose_word(user) or FILES.fullmatch(user) is not None:
            continue
        is_told = is_beside or domain.lower() == _ENTRA
        if not is_told and not _is_account(text, start, end):
            continue
        found = named(end - len(user), user)
        if found is not None:
            yield found


def _is_account(text: bytes, start: int, end: int) -> bool:
    if _BEHIND_ACCOUNT.match(text, end) is not None:
        return True
    return text[max(0, start - 1) : start] in _LINE_ENDS and text[end : end + 1] in _LINE_ENDS


PATHS: tuple[Finder, ...] = (
    finder_at(_SMALL_GATE, Pattern(_SMALL), _find_small, "B", reads=(0, 0)),
    finder_at(_DOMAIN_GATE, Pattern(_DOMAIN), _find_domain, "B", reads=(1, 1)),
    finder_at(_HOME_GATE, Pattern(_HOME), _find_home, "B", reads=(0, 0)),
)
