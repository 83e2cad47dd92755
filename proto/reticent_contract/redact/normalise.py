"""The plain view of a text, in which what hides behind another spelling shows.

Enters: one text. Leaves: the text as a reader means it. Must hold: linear in the text's length;
what is encoded deeper than anyone needs has no plain view.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from base64 import b64decode
from binascii import a2b_qp
from functools import lru_cache
from urllib.parse import unquote

from reticent_contract.redact.colours import COLOURED, without_colours
from reticent_contract.redact.text import valid
from reticent_contract.rows import SEALED_PREFIX

# What the gate looks for, to know that a text may have another view: the beginnings of what
# `normalised` decodes, what is neither ASCII nor printed, and of what `neutralise` changes.
OTHERWISE_SPELLED = (
    r"%[0-9A-Fa-fu][0-9A-Fa-f]|\\(?:[ux@/]|[0-3][0-7]{2})|&(?:#|[A-Za-z]+[0-9]{0,2};)|[^ -~]"
    rf"|(?:^|<)pn:|^{SEALED_PREFIX}|\?[QqBb]\?|{COLOURED}"
    r"|[A-Za-z0-9]=40[A-Za-z][A-Za-z0-9\-][A-Za-z0-9\-]+\.[A-Za-z]"
)
# As JSON, JavaScript and C write a character, `\/` among them; with more backslashes where that
# was quoted once more. And as JavaScript's escape() does.
_ESCAPE = re.compile(
    r"\\{1,8}(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|([/@]))"
    r"|%u([0-9A-Fa-f]{4})"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,24}[0-9]{0,2});")
# A word of a mail's header in another character set (RFC 2047, with a language as of RFC 2231).
_ENCODED_WORD = re.compile(
    r"=\?([A-Za-z0-9_.:\-]{1,40})(?:\*[A-Za-z\-]{0,20})?\?([QqBb])\?([!->@-~]*)\?="
)
# As quoted-printable and addresses within addresses write it: ann=40example.org.
_AT = re.compile(
    r"(?<=[A-Za-z0-9])=40(?=[A-Za-z][A-Za-z0-9\-]{2,62}(?:\.[A-Za-z0-9\-]{1,63}){0,8}\.[A-Za-z])"
)
# Others are read as Latin-1: a codec may be anything, and take more than linear time.
_CHARSETS = re.compile(
    r"(?i)utf-?8|us-ascii|iso-8859-[0-9]{1,2}|windows-125[0-8]|koi8-[ru]|gb2312|gbk|gb18030|big5|"
    r"shift_jis|euc-(?:jp|kr)|iso-2022-(?:jp|kr)"
)
_DECODINGS_MAX = 4
# Printed ASCII without what any code or colour needs: nothing of it is spelled otherwise.
_PLAIN = re.compile(r"[\t\n\r -\"$'-<>-\[\]_-~]*")
_MAY_BE_FOLDED = re.compile(r"[^\t\n\r -~]+")
# As programs write them: `=>` as of a pair, `->` with a blank behind it, as without one it is a
# pointer of C.
_ARROWS = {
    **dict.fromkeys("\u2192\u27f6\u2794\u279c\u279d\u279e\u27a1\u21a6\u21e8", "-> "),
    **dict.fromkeys("\u21d2\u27f9", "=>"),
}


def normalised(text: str) -> str | None:
    """The plain view of a text; None where it is encoded deeper than anyone needs.

    Encoded words of mail, percent codes, HTML entities, \\uXXXX, \\u{X}, %uXXXX, \\xXX, octal \\303
    and \\/ and \\@ decoded, NFKC, digits of all alphabets, dashes, arrows and full stops as ASCII,
    control and invisible characters gone, colours of a terminal too.
    """
    for _ in range(_DECODINGS_MAX):
        if _PLAIN.fullmatch(text):
            return text
        plain = _folded(unquote(_unescaped(without_colours(text)), errors="replace"))
        if plain == text:
            return text
        text = plain  # in which a code may stand that was none before: %\uff14\uff10
    return None


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    if text.isascii() and text.isprintable():
        return text
    return _MAY_BE_FOLDED.sub(lambda run: "".join(map(_plain, run[0])), text)


def _unescaped(text: str) -> str:
    """Bytes (\\xXX, \\303) become percent codes, which `unquote` takes for UTF-8 together."""
    if "=?" in text:
        text = _ENCODED_WORD.sub(_word, text)
    if "&" in text and ";" in text:
        from html import unescape  # its table takes a third of a megabyte, and few lines have any

        text = _ENTITY.sub(lambda m: unescape(m.group()), text)
    if "=40" in text:
        text = _AT.sub("@", text)
    if "\\" not in text and "%u" not in text:
        return text
    return valid(_ESCAPE.sub(_character, text))


def _word(match: re.Match[str]) -> str:
    """What an encoded word says; as it is written, where that is no base64."""
    charset, encoding, said = match.groups()
    try:
        data = a2b_qp(said, header=True) if encoding in "Qq" else b64decode(f"{said}==")
    except ValueError:
        return match[0]
    known = _CHARSETS.fullmatch(charset)
    return data.decode(charset if known else "latin-1", "replace")


def _character(match: re.Match[str]) -> str:
    code, braced, byte, octal, sign, percent = match.groups()
    if number := code or braced or percent:
        point = int(number, 16)
        return chr(point) if point <= sys.maxunicode else "\ufffd"
    if sign:
        return str(sign)
    return f"%{byte}" if byte else f"%{int(octal, 8):02x}"


@lru_cache(maxsize=4_096)
def _plain(character: str) -> str:
    if character in _ARROWS:
        return _ARROWS[character]
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    if character in "\t\n\r":
        return character
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if category in ("Cf", "Cc", "Co", "Cn"):
        return ""
    if "\ufe00" <= character <= "\ufe0f":
        return ""  # how the sign before it is drawn
    return "." if character in "\u3002\uff61\u2024" else character
