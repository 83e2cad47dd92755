"""The questions that the helper knows, and what an answer may look like.

Enters: file root and command runner. Leaves: records. Must hold: a record has no key but those
named here; both sides check it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reticent_contract import limits

from reticent_agent.collect.linux import bluez, cups, dmi_serials, nftables, screen_locks, sssd
from reticent_agent.collect.model import Answer, CommandRunner, FileRoot


@dataclass(frozen=True, slots=True)
class Question:
    """`answer` raises PermissionError where the rights do not suffice."""

    keys: frozenset[str]
    answer: Callable[[FileRoot, CommandRunner], Answer]


QUESTIONS: Mapping[str, Question] = {
    "bluetooth_devices": Question(bluez.KEYS, bluez.paired),
    "cups_printers": Question(cups.KEYS, cups.printers),
    "dmi_serials": Question(dmi_serials.KEYS, dmi_serials.read),
    "nftables_active": Question(nftables.KEYS, nftables.active),
    "screen_locks": Question(screen_locks.KEYS, screen_locks.read),
    "sssd_domains": Question(sssd.KEYS, sssd.domains),
}


def checked(question: str, answer: object) -> Answer | None:
    """`answer` as it may pass between helper and agent; None where it may not."""
    keys = QUESTIONS[question].keys
    if not isinstance(answer, list) or len(answer) > limits.PRIVILEGED_RECORDS_MAX:
        return None
    fits = all(
        isinstance(record, dict)
        and record.keys() <= keys
        and all(
            isinstance(text, str) and len(text) <= limits.PRIVILEGED_TEXT_CHARS_MAX
            for text in record.values()
        )
        for record in answer
    )
    return answer if fits else None
