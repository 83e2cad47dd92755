"""A page in a browser, and everything that the browser complained about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass
class Watched:
    """A page and everything that a browser complained about."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.on(
            "response",
            lambda r: self.complaints.append(f"{r.status} {r.url}") if r.status >= 500 else None,
        )

    def _said(self, message: Any) -> None:
        refused = message.text.startswith("Failed to load resource")  # a 4xx, which tests look at
        if message.type in {"error", "warning"} and not refused:
            self.complaints.append(message.text)

    def go(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def text(self) -> str:
        return self.page.inner_text("main")
