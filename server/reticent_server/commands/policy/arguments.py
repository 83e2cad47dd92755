"""What arguments of `reticent-server policy` may say.

Each raises ValueError, which argparse turns into its own message: the function's name says what was
expected.
"""

from __future__ import annotations

from reticent_server.limits import LINT_REASON_CHARS_MAX

SHARE_WHOLE = 100  # percent
STOP = "stop"


def reason(text: str) -> str:
    """Raises ValueError, which argparse turns into its own message."""
    if not 0 < len(text.strip()) <= LINT_REASON_CHARS_MAX:
        raise ValueError
    return text.strip()


reason.__name__ = f"reason (1 to {LINT_REASON_CHARS_MAX} characters)"  # as argparse says it


def percent_of(text: str) -> int:
    """`30%` or `30`. Raises ValueError, which argparse turns into its own message."""
    share = int(text.removesuffix("%"))
    if not 1 <= share <= SHARE_WHOLE:
        raise ValueError
    return share


percent_of.__name__ = "share (1% to 100%)"  # what argparse calls a value that is none


def share_or_stop(text: str) -> int | str:
    return STOP if text == STOP else percent_of(text)


share_or_stop.__name__ = "share (1% to 100%, or stop)"  # as argparse says it
