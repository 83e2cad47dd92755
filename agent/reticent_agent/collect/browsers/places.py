"""Where browsers keep their histories, below a person's home.

Enters: a home. Leaves: the databases that are there, each with its browser and profile.
Must hold: no browser that the policy does not name is looked for.

Sources: chromium.googlesource.com, docs/user_data_dir.md; support.mozilla.org, "Profiles - Where
Firefox stores your bookmarks"; Flatpak keeps each application's folders under ~/.var/app/ID, snap
under ~/snap/NAME. Firefox writes to ~/.config/mozilla from release 147 on, unless ~/.mozilla is
there already (XDG base directories).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from reticent_agent.collect.browsers.history import CHROMIUM, FIREFOX, SAFARI, Schema
from reticent_agent.collect.browsers.people import Person
from reticent_agent.collect.model import FileRoot


class Place(NamedTuple):
    """`pattern`: the database below a home; `*` stands for the profile's folder."""

    browser: str
    schema: Schema
    pattern: str


class Database(NamedTuple):
    person: Person
    browser: str
    profile: str
    schema: Schema
    path: str


def _chromium(browser: str, *folders: str) -> tuple[Place, ...]:
    return tuple(Place(browser, CHROMIUM, f"{folder}/*/History") for folder in folders)


def _firefox(*folders: str) -> tuple[Place, ...]:
    return tuple(Place("firefox", FIREFOX, f"{folder}/*/places.sqlite") for folder in folders)


_MAC = "Library/Application Support"

PLACES: dict[str, tuple[Place, ...]] = {
    "linux": (
        *_chromium(
            "chrome",
            ".config/google-chrome",
            ".var/app/com.google.Chrome/config/google-chrome",
        ),
        *_chromium(
            "edge",
            ".config/microsoft-edge",
            ".var/app/com.microsoft.Edge/config/microsoft-edge",
        ),
        *_chromium(
            "brave",
            ".config/BraveSoftware/Brave-Browser",
            ".var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser",
            "snap/brave/current/.config/BraveSoftware/Brave-Browser",
        ),
        *_chromium(
            "chromium",
            ".config/chromium",
            "snap/chromium/common/chromium",
            ".var/app/org.chromium.Chromium/config/chromium",
        ),
        *_firefox(
            ".mozilla/firefox",
            ".config/mozilla/firefox",
            "snap/firefox/common/.mozilla/firefox",
            "snap/firefox/common/.config/mozilla/firefox",
            ".var/app/org.mozilla.firefox/.mozilla/firefox",
            ".var/app/org.mozilla.firefox/config/mozilla/firefox",
        ),
    ),
    "darwin": (
        *_chromium("chrome", f"{_MAC}/Google/Chrome"),
        *_chromium("edge", f"{_MAC}/Microsoft Edge"),
        *_chromium("brave", f"{_MAC}/BraveSoftware/Brave-Browser"),
        *_chromium("chromium", f"{_MAC}/Chromium"),
        *_firefox(f"{_MAC}/Firefox/Profiles"),
        Place("safari", SAFARI, "Library/Safari/History.db"),
        # Safari 17 and later have profiles, each with a history of its own.
        Place("safari", SAFARI, "Library/Containers/com.apple.Safari/Data/Library/Safari/"
              "Profiles/*/History.db"),
    ),
    "win32": (
        *_chromium("chrome", "AppData/Local/Google/Chrome/User Data"),
        *_chromium("edge", "AppData/Local/Microsoft/Edge/User Data"),
        *_chromium("brave", "AppData/Local/BraveSoftware/Brave-Browser/User Data"),
        *_chromium("chromium", "AppData/Local/Chromium/User Data"),
        *_firefox("AppData/Roaming/Mozilla/Firefox/Profiles"),
    ),
}  # fmt: skip


def databases(
    files: FileRoot, person: Person, *, platform: str, browsers: Collection[str]
) -> Iterator[Database]:
    """The histories in one home."""
    for browser, schema, pattern in PLACES.get(platform, ()):
        if browser not in browsers:
            continue
        wild = "*" in pattern
        for path in files.glob(f"{_escaped(person.home)}/{pattern}"):
            profile = path.split("/")[-2] if wild else "Default"
            yield Database(person, browser, profile, schema, path)


def folders(
    files: FileRoot, person: Person, *, platform: str, browsers: Collection[str]
) -> list[str]:
    """The folders in which a history would appear: profiles, what holds them, or what would."""
    found: set[str] = set()
    for place in PLACES.get(platform, ()):
        if place.browser not in browsers:
            continue
        folder = f"{person.home}/{place.pattern.partition('/*')[0]}"
        if "*" not in place.pattern:
            folder = folder.rpartition("/")[0]
        if files.is_dir(folder):
            inside = files.glob(f"{_escaped(folder)}/*") if "*" in place.pattern else ()
            found.update(path for path in inside if files.is_dir(path))
        while not files.is_dir(folder) and folder.startswith(f"{person.home}/"):
            folder = folder.rpartition("/")[0]
        if files.is_dir(folder):
            found.add(folder)
    return sorted(found)


def _escaped(home: str) -> str:
    """A home's name is no pattern."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in home)
