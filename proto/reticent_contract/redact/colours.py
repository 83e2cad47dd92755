"""What a terminal does not print: colours, movements, titles and links (ECMA-48, xterm).

    ESC[32m   \\u001b[32m   \\x1b[32m   #033[32m   ^[[32m   \\e[0m   ESC]8;;https://x ESC\\

Enters: a text. Leaves: the same without them, or with a blank for each of their characters. What a
link or a title says is left: it names hosts and people.
Must hold: linear.
"""

from __future__ import annotations

import re

# What may begin one, for the gate of other views, where no character beyond ASCII or control
# character tells already. Codes that are decoded for themselves (\\u001b) are in it as well.
COLOURED = r"\\[eE][\[\]]|#0(?:33[\[\]]|07)|\^(?:\[[\[\]]|G)"
_SPELLED = (
    r"(?:\\{1,8}(?:u001[bB]|u\{1[bB]\}|x1[bB]|033|[eE])|#033|\^\[|%1[bB]|&#(?:27|[xX]1[bB]);)"
)
_COLOUR = re.compile(
    # With a colon only of colours, which end with m: ESC[2001:db8::7 begins an address.
    r"(?:\x1b\[|\x9b)(?:[0-9;<-?]{0,64}[ -/]{0,8}[@-~]|[0-9;:]{0,64}m)"
    rf"|{_SPELLED}\[[0-9;?]{{0,64}}[A-HJKSTfhlmnsu]"
    rf"|(?:\x1b|{_SPELLED})(?:\][0-9]{{1,4}};(?:[\w=:.\-]{{0,80}};)?|[()][0-9AB]|\\{{1,8}}(?![nrtux]))"
    r"|\\{1,8}(?:u0007|x07|007)|#007"
    r"|(?<![0-9])\^G(?![a-z])"  # not the holder's name on a card's stripe: 4539148803436467^GRAY^
)
# What every one begins with: to look for that alone takes a tenth of the time.
_BEGINS = re.compile(r"\x1b|\x9b|\\|\^|#0|%1|&#")


def without_colours(text: str) -> str:
    return text if _BEGINS.search(text) is None else _COLOUR.sub("", text)


def blanked(text: str) -> str:
    """With a blank for each of their characters, so that offsets stay."""
    if _BEGINS.search(text) is None:
        return text
    return _COLOUR.sub(lambda match: " " * len(match[0]), text)
