"""Home folders wherever they lie: below a domain, a group, a share, in the middle of a path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.catalog import CATALOG
from reticent_contract.redact.actions import Generalise
from reticent_contract.redact.actions.generalise import directory
from reticent_contract.redact.findings import findings

DIRECTORIES = (
    ("/home/CORP/alice/bin/x", "/home/CORP/<user>/bin"),
    ("/home/ACME/alice/bin/x", "/home/<user>/<user>/bin"),
    ("/home/acme.example.com/alice/bin/x", "/home/<user>/<user>/bin"),
    ("/home/acme.local/alice/bin/x", "/home/<user>/<user>/bin"),
    ("/home/likewise-open/ACME/alice/x", "/home/likewise-open/<user>/<user>"),
    ("/home/staff/alice/x", "/home/staff/<user>"),
    ("/home/a/al/alice/x", "/home/<user>/<user>/<user>"),
    ("/home//alice/x", "/home//<user>"),
    ("/home/./alice/x", "/home/./<user>"),
    ("/home2/alice/x", "/home2/<user>"),
    ("/data/home/alice/", "/data/home/<user>"),
    ("/home/alice/", "/home/<user>"),
    ("/volume1/homes/alice/x", "/volume1/homes/<user>"),
    ("/home/alice@corp.example/x", "/home/<user>"),
    ("/home/alice@corp.example.com/bin/x", "/home/<user>/bin"),
    (r"\\srv\users$\alice\x", r"\\srv\users$\<user>"),
    (r"\\srv\home\alice\x", r"\\srv\home\<user>"),
    (r"\\srv\Profiles$\alice.V6\x", r"\\srv\Profiles$\<user>"),
    (r"C:\Users\alice\AppData\x", r"C:\Users\<user>\AppData"),
    (r"C:\Documents and Settings\alice\x", r"C:\Documents and Settings\<user>"),
    ("/mnt/c/Users/alice/x", "/mnt/c/Users/<user>"),
    ("/run/media/alice/stick", "/run/media/<user>"),
    ("/var/mail/alice/new", "/var/mail/<user>"),
    ("/var/spool/cron/alice/x", "/var/spool/cron/<user>"),
    ("/var/spool/cron/crontabs/alice/x", "/var/spool/cron/crontabs/<user>"),
    ("/var/spool/cron/tabs/alice/", "/var/spool/cron/tabs/<user>"),
    ("/var/spool/cron/alice", "/var/spool/cron"),
    ("/var/spool/cronies/alice/x", "/var/spool/cronies/alice"),
    ("/nix/var/nix/profiles/per-user/alice/profile", "/nix/var/nix/profiles/per-user/<user>"),
    (r"\\srv\alice$\x", r"\\srv\<user>"),
    ("//srv/alice$/x", "//srv/<user>"),
    (r"\\srv\C$\Windows\x", r"\\srv\C$\Windows"),
    (r"\\srv\ADMIN$\x", r"\\srv\ADMIN$"),
    ("/opt/My%20App/bin/x", "/opt/My%20App/bin"),
    ("~alice/bin/x", "~<user>/bin"),
    ("~/bin/x", "~/bin"),
    ("/Users/Shared/x", "/Users/Shared"),
    (r"C:\Users\Public\Desktop\x", r"C:\Users\Public\Desktop"),
    ("/home/linuxbrew/.linuxbrew/bin/x", "/home/linuxbrew/.linuxbrew/bin"),
    ("/home/x", "/home"),
    ("/usr/bin/x", "/usr/bin"),
)
# What a scan finds, besides the part right below the homes, which it took before.
SCANNED: tuple[tuple[str, list[str]], ...] = (
    ("/home/CORP/alice/x.txt", ["CORP", "alice"]),
    ("open /home/CORP/alice: failed", ["CORP", "alice"]),
    ("/home/corp.example.com/alice/x", ["corp.example.com", "alice"]),
    ("/home/local/CORP/alice/x", ["alice"]),
    ("/home/users/alice/x", ["alice"]),
    ("/home/staff/alice/x", ["alice"]),
    ("/export/home/CORP/alice", ["CORP", "alice"]),
    ("/home/CORP/Anna Doe/x", ["CORP", "Anna Doe"]),
    ("/home/a/alice/x", ["alice"]),
    (r"\\srv\users$\CORP\alice\x", ["CORP", "alice"]),
    (r"\\srv\home\alice\x", ["alice"]),
    ("/volume1/homes/alice/x", ["alice"]),
    ("/home/ALICE/Documents/x", ["ALICE"]),
    ("/home/CORP/lost+found", ["CORP"]),
    ("GET /home/US/index.html", []),
    ("GET /home/US/products", []),
    ("/Users/Shared/x", []),
)


@pytest.mark.parametrize("number", range(len(DIRECTORIES)))
def test_a_directory_is_told_without_the_owner(number: int) -> None:
    given_path, becomes = DIRECTORIES[number]
    assert directory(given_path) == becomes


@pytest.mark.parametrize("number", range(len(DIRECTORIES)))
def test_the_server_takes_what_a_laptop_makes_and_nothing_with_an_owner(number: int) -> None:
    given_path, becomes = DIRECTORIES[number]
    table = CATALOG.get("user_account")
    assert table is not None
    field = table.by_name["shell"]
    action = Generalise("directory")
    assert action.admits(field, becomes) is None
    if "<user>" in becomes:
        assert action.admits(field, given_path.rstrip("/\\")) is not None


@pytest.mark.parametrize(
    "path", ["/h%6fme/alice/x", "/ho\u200bme/alice/x", "%2Fhome%2Falice/x"], ids=range(3)
)
def test_a_path_that_shows_an_owner_in_another_view_only_tells_nothing(path: str) -> None:
    assert directory(path) is None
    table = CATALOG.get("user_account")
    assert table is not None
    assert Generalise("directory").admits(table.by_name["shell"], path) is not None


@pytest.mark.parametrize("number", range(len(SCANNED)))
def test_a_scan_finds_the_owner_below_a_domain_or_a_group(number: int) -> None:
    line, wanted = SCANNED[number]
    found = [line[f.start : f.end] for f in findings(line) if f.detector == "user"]
    assert found == wanted


def test_an_address_as_the_name_of_a_home_folder_is_found() -> None:
    line = "/home/alice@corp.example/x"
    assert [line[f.start : f.end] for f in findings(line)] == ["alice@corp.example"]


ROOTS = ("/home", "/var/home", "/srv/nfs/home", "/Users", "C:\\Users", "//srv/home$", "/home7")
LEVELS = ("", "CORP", "CORP-EU", "corp.example.com", "ad.corp.local", "staff", "local/CORP", "z/zq")


@given(
    st.sampled_from(ROOTS),
    st.sampled_from(LEVELS),
    st.from_regex(r"z[a-z]{2,8}q[a-z0-9.]{0,4}", fullmatch=True),
    st.sampled_from(("/", "//", "\\", "\\\\")),
    st.lists(st.sampled_from(("bin", ".config", "x", "Documents")), min_size=1, max_size=3),
)
def test_no_directory_holds_the_owner_whatever_lies_between(
    root: str, level: str, owner: str, separator: str, below: list[str]
) -> None:
    path = separator.join(part for part in (root, level, owner, *below) if part)
    coarse = directory(path)
    assert coarse is not None
    assert owner not in coarse
    assert directory(coarse + "/x") == coarse
