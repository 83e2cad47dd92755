"""What a person reads before they agree."""

from __future__ import annotations

from reticent_agent.commands.consent import _listed


def test_what_becomes_of_each_field_is_said_in_words() -> None:
    table = {
        "table": "site_visit",
        "state": "open",
        "at_us": None,
        "retention_days": 30,
        "options": {"detail": "site"},
        "fields": {"user_name": "pseudonymise", "site": "keep", "url": "drop", "site_host": "seal"},
    }
    lines = _listed({"policy": 2, "tables": [table]})
    start = lines.index("  detail     site")
    assert lines[start + 1 : -2] == [
        "  site       leaves as it is: The site, as the part of its name that somebody registered.",
        "  site_host  leaves changed by seal: The whole name of the site's host; only where the "
        "policy asks for it.",
        "  url        does not leave: The whole address of the page; only where the policy asks "
        "for it.",
        "  user_name  leaves as a pseudonym: The name of the person whose browser it is.",
    ]
