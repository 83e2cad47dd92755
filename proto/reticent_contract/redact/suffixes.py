"""The part of a host's name that somebody registered, by the public suffix list.

Enters: a name in ASCII (IDNA), lower case, without a dot at its end. Leaves: its registrable part,
or None. Must hold: a name under no known suffix has none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def registrable(host: str) -> str | None:
    """`www.example.co.uk` gives `example.co.uk`; a suffix alone gives None."""
    found: str | None = _suffixes().privatesuffix(host)
    return found


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    """Imported with the first name; about two megabytes."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)
