"""Files by Windows paths, under another root; on Windows itself none of this has run."""

from __future__ import annotations

from pathlib import Path

import pytest
from reticent_agent.collect.windows.files import WindowsFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    profile = tmp_path / "C" / "Users" / "AnnaVogel" / "AppData" / "Local"
    for name in ("Default", "Profile 1"):
        folder = profile / "Google" / "Chrome" / "User Data" / name
        folder.mkdir(parents=True)
        (folder / "History").write_bytes(b"SQLite format 3\0")
    (tmp_path / "C" / "utf16.txt").write_bytes("Köln\r\n".encode("utf-16"))
    return tmp_path


def test_names_are_found_whatever_their_case_and_slash(root: Path) -> None:
    files = WindowsFiles(root)
    name = r"c:\users\annavogel\APPDATA\local\google\chrome\user data\default\history"
    assert files.read_bytes(name, bytes_max=6) == b"SQLite"
    assert files.exists(name.replace("\\", "/"))
    assert files.is_dir(r"C:\Users")
    assert not files.is_dir(name)


def test_a_pattern_finds_every_profile(root: Path) -> None:
    pattern = r"C:\Users\*\appdata\Local\Google\Chrome\User Data\*\History"
    base = r"C:\Users\AnnaVogel\appdata\Local\Google\Chrome\User Data"
    assert WindowsFiles(root).glob(pattern) == [
        rf"{base}\Default\History",
        rf"{base}\Profile 1\History",
    ]


def test_text_may_be_utf_16(root: Path) -> None:
    assert WindowsFiles(root).read_text(r"C:\utf16.txt") == "Köln"
    assert WindowsFiles(root).read_text(r"C:\missing.txt") is None


@pytest.mark.parametrize(
    "path",
    [
        "Users",
        "/etc/passwd",
        r"\\server\share\x",
        r"\\.\PhysicalDrive0",
        r"\\?\C:\x",
        r"C:\Users\..\secret",
        r"C:\utf16.txt:stream",
        r"C:\NUL",
        r"C:\Users\com1.txt",
        "C:\\a\0b",
        "",
    ],
)
def test_what_is_no_plain_file_is_not_opened(root: Path, path: str) -> None:
    files = WindowsFiles(root)
    with pytest.raises(OSError, match="absolute path"):
        files.read_bytes(path, bytes_max=10)
    assert not files.exists(path)
    assert files.glob(path) == []


def test_links_lead_nowhere(root: Path) -> None:
    (root / "C" / "link.txt").symlink_to("/etc/passwd")
    (root / "C" / "Linked").symlink_to("/etc")
    files = WindowsFiles(root)
    for path in (r"C:\link.txt", r"C:\Linked\passwd"):
        with pytest.raises(OSError, match="a link"):
            files.read_bytes(path, bytes_max=10)
    assert files.glob(r"C:\*ink*\passwd") == []
