"""Contrast by WCAG 2.2, success criterion 1.4.3: 4.5 to 1 for text, in light and in dark."""

from __future__ import annotations

import re

import pytest
from reticent_server.console.assets import FOLDER

CSS = (FOLDER / "console.css").read_text()
PAIRS = [
    ("ink", "ground"), ("ink", "card"), ("soft", "ground"), ("soft", "card"), ("soft", "code"),
    ("accent-text", "card"), ("accent-text", "ground"), ("accent-text", "accent-soft"),
    ("accent-ink", "accent"), ("good", "good-soft"), ("bad", "bad-soft"), ("warn", "warn-soft"),
    ("card", "bad"), ("top-ink", "top"),
]  # fmt: skip


def colours(scheme: str) -> dict[str, str]:
    blocks = re.findall(r":root \{([^}]*)\}", CSS)
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[0]))
    return light | (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[1])) if scheme == "dark" else {}
    )


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    known = colours(scheme)
    assert contrast(known[text], known[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edges_of_fields_can_be_seen(scheme: str) -> None:
    known = colours(scheme)
    assert contrast(known["line-strong"], known["card"]) >= 3  # 1.4.11


def test_the_style_sheet_asks_no_other_host() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
