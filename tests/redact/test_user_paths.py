r"""Homes, and what only looks like one; DOMAIN\user, and what only looks like one."""

from __future__ import annotations

import pytest
from reticent_contract.redact.findings import findings

FOUND = (
    r"ACME\⟪jdoe⟫ logged on",
    r"SERVICE\⟪jdoe⟫ logged on",
    "https://shop.example/home/⟪q.vogler⟫",
    "file:///home/⟪monitor⟫/x",
    "sftp://nas/home/⟪deploy⟫/x",
    "/data/home/⟪monitor⟫/x",
    "/home/⟪page⟫/x",
    r"C:\Users\⟪page⟫\x",
    r"BTHLE\⟪DEV_7c04d0bb612f⟫ paired",
    "src: /home/⟪page⟫/x",
)
LEFT = (
    r"USB\VID_0781&PID_5581\6&1a2b3c",
    r"PCI\VEN_8086&DEV_51C8",
    r"HID\VID_046D&PID_C52B",
    r"HDAUDIO\FUNC_01&VEN_10EC",
    r"XBUS\VID_0781 attached",
    r"Device ROOT\SYSTEM\0000 had a problem starting",
    r"ROOT\SYSTEM started",
    r"NT SERVICE\MSSQLSERVER",
    r"IIS APPPOOL\DefaultAppPool",
    "https://shop.example/home/products",
    "https://shop.example/de/home/products?x",
    "GET /home/monitor/x HTTP/1.1",
    '"GET / HTTP/1.1" 200 12 "https://shop.example/home" "Mozilla/5.0 (X11)"',
    "src/users/users.service.ts",
    "./components/home/button",
    "/home/$USER/documents",
    "/home/$USER/x",
    "/home/%USERNAME%/x",
    r"C:\Users\All Users\x",
    r"C:\Users\Default User\x",
)


def users(text: str) -> list[str]:
    return [text[f.start : f.end] for f in findings(text) if f.detector == "user"]


@pytest.mark.parametrize("number", range(len(FOUND)))
def test_an_owner_and_a_user_of_a_domain_are_found(number: int) -> None:
    line = FOUND[number]
    name = line[line.index("⟪") + 1 : line.index("⟫")]
    assert users(line.replace("⟪", "").replace("⟫", "")) == [name]


@pytest.mark.parametrize("number", range(len(LEFT)))
def test_devices_services_pages_and_sources_are_left(number: int) -> None:
    assert users(LEFT[number]) == []
