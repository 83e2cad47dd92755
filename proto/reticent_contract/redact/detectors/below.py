"""User names in home folders that lie below a domain or a group: `/home/CORP/alice/x`.

The part right below the homes is `person`'s, be it a domain or a name; this finds those below it.
Must hold: a folder that people have in their home is no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reticent_contract.redact.detectors.model import Finder, Found, Pattern, finder_at, words
from reticent_contract.redact.detectors.paths import NOT_FOLDERS, is_page
from reticent_contract.redact.detectors.person import named
from reticent_contract.redact.homes import NOBODY, owners

_PART = r"[^\\/\s:;,\"'<>|*?()\[\]]+"
_BELOW = (
    rf"(?:(?i:/home[0-9]?|\\(?:home|users)\$?)|/Users|/homes)[\\/]+{_PART}(?:[\\/]+{_PART}){{0,3}}"
    r"(?: [A-Z][a-z]*[\\/])?"  # Lotte V/
)
_GATE = r"(?:(?i:/home[0-9]?|\\(?:home|users)\$?)|/Users|/homes)[\\/]"
_FOLDERS = words(
    """
    desktop documents downloads music pictures videos templates public movies library sites
    applications projects project work workspace code repos dev build dist venv node_modules go
    snap maildir public_html www htdocs scripts logs log cache config etc opt var usr lib tmp
    test tests app apps backups archive html css js img images photos onedrive dropbox
    appdata
    """
)
# Right below these stands a name too; right below the others `person` and `actors` look.
_OURS = re.compile(rb"(?i)(?:\\home|/homes)[\\/]+")
_ROOT = re.compile(rb"[\\/]+[^\\/]+[\\/]+")


def _find(text: bytes, spans: Sequence[tuple[int, int]]) -> Iterable[Found]:
    for start, end in spans:
        # One character a byte, so that places in it are places in the text.
        path = text[start:end].decode("latin-1")
        root = _ROOT.match(text, start, end)
        right_below = root.end() if root is not None and _OURS.match(text, start) is None else -1
        for begin, stop in owners(path):
            if start + begin == right_below:
                continue
            found = named(start + begin, text[start + begin : start + stop])
            if found is None or _is_folder(name := found[2].lower()):
                continue
            if not is_page(text, start, name):
                yield found


def _is_folder(name: bytes) -> bool:
    if name.endswith((b".exe", b".msi", b".bat", b".cmd", b".lnk")):
        return True
    if name.startswith((b".", b"_")) or NOT_FOLDERS.search(name) is not None:
        return True
    return name.decode("utf-8", "replace") in _FOLDERS | NOBODY


# What stands before tells no digit from another.
BELOW: Finder = finder_at(_GATE, Pattern(_BELOW), _find, "B", reads=(0, 0))
