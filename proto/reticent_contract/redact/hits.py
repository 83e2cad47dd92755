"""What was found where, and how findings overlap.

Enters: hits. Leaves: stretches that do not overlap: the most protective treatment wins, then the
longest, over all they cover.
"""

from __future__ import annotations

from collections import Counter
from operator import itemgetter

from reticent_contract.redact.own_matcher import Identity

Kind = tuple[str, str]  # detector, tier
# protection of the treatment, length, `own` before a policy's own detectors before the others, tier
# A before B and then the order of the detectors
Rank = tuple[int, int, int]
# start, end, rank, detector, value, tier, identity where it is the laptop's own
Hit = tuple[int, int, Rank, str, bytes, str, Identity | None]


def only_in(view: list[Hit], text: list[Hit]) -> list[Hit]:
    """The hits in another view of a text that the text itself does not show."""
    shown = Counter(hit[3:5] for hit in text)
    more: list[Hit] = []
    for hit in view:
        if shown[hit[3:5]]:
            shown[hit[3:5]] -= 1
        else:
            more.append(hit)
    return more


def resolve(hits: list[Hit]) -> list[Hit]:
    """Stretches that do not overlap, in order, each with the hit that decides over it."""
    if len(hits) == 1:
        return hits
    hits.sort(key=itemgetter(0))
    stretches: list[Hit] = []
    for hit in hits:
        if not stretches or hit[0] >= stretches[-1][1]:
            stretches.append(hit)
            continue
        before = stretches[-1]
        end = max(before[1], hit[1])
        winner = hit if hit[2] > before[2] else before
        stretches[-1] = (before[0], end, *winner[2:])
    return stretches
