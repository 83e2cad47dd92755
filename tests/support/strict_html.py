"""What a page must not have: what the Content-Security-Policy blocks, and unlabelled fields."""

from __future__ import annotations

from html.parser import HTMLParser


class Strict(HTMLParser):
    """Collects what the Content-Security-Policy would block, and unlabelled fields."""

    def __init__(self) -> None:
        super().__init__()
        self.blocked: list[str] = []
        self.fields: list[str] = []
        self.labels: set[str] = set()
        self._in_label = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.blocked.append(tag)
        self.blocked += [name for name in given if name == "style" or name.startswith("on")]
        for name in ("src", "href", "action"):
            if "//" in (given.get(name) or "").partition("?")[0]:
                self.blocked.append(str(given[name]))
        if tag == "label":
            self._in_label += 1
            self.labels.add(given.get("for") or "")
        shown = given.get("type") != "hidden" and given.get("aria-hidden") != "true"
        if tag in {"input", "select"} and shown and not self._in_label:
            self.fields.append(given.get("id") or "nameless")

    def handle_endtag(self, tag: str) -> None:
        self._in_label -= tag == "label"


def check(page: str) -> None:
    strict = Strict()
    strict.feed(page)
    assert strict.blocked == []
    assert set(strict.fields) <= strict.labels
    assert page.count("<h1") <= 1
