"""Passwords and user names in the command lines of programs (`programs.PROGRAMS`).

Enters: text, in which shells, auditd (`a0="mysql" a1="-pX"`), JSON and Python lists write commands.
Leaves: what stands where a program takes a secret, and where it takes a user name.
Must hold: linear; a command ends with its line, at a pipe or semicolon between blanks, and before
the first word that begins behind the next program's name. A word is whole, though a program's name
is in it: `-w 'my az pass'`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from reticent_contract.redact.detectors.fleet import is_anywhere, is_called_so
from reticent_contract.redact.detectors.host_kinds import kind_of
from reticent_contract.redact.detectors.model import WIDE_BYTES_MAX, Found, Pattern
from reticent_contract.redact.detectors.person import is_prose_word
from reticent_contract.redact.detectors.programs import PROGRAMS, Program
from reticent_contract.redact.gates import in_order

_AFTER_NAME = r"(?:\.(?:exe|cmd|bat|sh))?[\s\"',\\]"


def _without_option(program: Program) -> list[str]:
    """What tells a command that needs no option: its name, and its first word where it has one."""
    firsts = sorted({form.split()[0] for form in program.forms if form[0] != "-"})
    keys = (*program.hidden.split(), *program.user.split(), *program.both)
    has_keys = any(key[0] not in "-/" for key in keys)
    if program.only_with.startswith("-") or not (firsts or has_keys):
        return []
    names = rf"\b(?:{'|'.join(map(re.escape, program.names.split()))}){_AFTER_NAME}"
    if has_keys or {"USER", "SECRET", "HOST", "_"} & {*firsts}:
        return [names]
    return [rf"{names}[\s\"',\\]*(?:a1=\"?)?(?:{'|'.join(map(re.escape, firsts))})[\s\"',]"]


_SLASHED = {
    option[1:]
    for p in PROGRAMS
    for option in f"{p.hidden} {p.user} {p.host}".split()
    if option[0] == "/"
}
# An option anywhere, or one of the few commands that need none. The names of all programs would
# cost the automaton far more.
OPTIONS_GATE = in_order(
    rf"(?i)(?:^|[^\w\-])--?[a-z]|[\s\"']/(?:{'|'.join(sorted(_SLASHED))})[ :\"']|"
    + "|".join(pattern for program in PROGRAMS for pattern in _without_option(program))
)
_QUOTED = r"\"(?:\\[^\n]|[^\"\\\n])*(?:\"|\n|\z)|'[^'\n]*(?:'|\n|\z)"
# A blank behind a backslash parts no words, but for the folders of Windows: C:\dir\ /y.
_WORD = Pattern(rf"(?:[A-Za-z]:\\|\\\\)(?:{_QUOTED}|[^\s\"'])*|(?:{_QUOTED}|\\ |[^\s\"'])+")
_NAMES = "|".join(
    sorted((re.escape(name) for p in PROGRAMS for name in p.names.split()), key=len, reverse=True)
)
_BEHIND_NAME = r"(?:\.exe|\.cmd|\.bat|\.sh)?(?:\\*[\"'])?[\s,]"
# Whatever digits a name has, so that it is the same for all lines of a shape.
MAY_BEGIN = Pattern(
    re.sub("[0-9]", "[0-9]", rf"(?i)\b(?:{_NAMES}){_BEHIND_NAME}"), bytes_max=WIDE_BYTES_MAX
)
_ENDING = re.compile(r"(?i)(?:\.exe|\.cmd|\.bat|\.sh)?(?:\\*[\"'])?[\s,]\Z")
_AUDITD = re.compile(rb"a[0-9]{1,3}=")
_SEPARATORS = frozenset((b"|", b"||", b"&&", b";", b"&", b">", b">>", b"<", b"2>"))
_NO_PROGRAM = frozenset(b"-.@_")
_VALUES = (b"USER", b"SECRET", b"HOST")
_ELSEWHERE = (b"env:", b"file:", b"fd:", b"stdin")  # of openssl: the secret is not here
_OPTION_BYTES = 24
_WORDS_MAX = 256
_WORD_BYTES_MAX = 4_096

Role = str  # "user", "host" or "secret", and "" for what is none of them
Word = tuple[int, int, bytes]


class _Command:
    """A program's options, ready to be looked up. Those with a slash are found in any case."""

    __slots__ = ("both", "flags", "forms", "joined", "only_with", "roles")

    def __init__(self, program: Program) -> None:
        self.roles: dict[bytes, Role] = {
            option.encode(): role
            for role, options in (
                ("", program.other),
                ("host", program.host),
                ("secret", program.hidden),
                ("user", program.user),
            )
            for option in options.split()
        }
        self.joined: list[tuple[bytes, Role]] = [
            (option.encode(), role)
            for role, options in (
                ("secret", program.joined_hidden),
                ("user", program.joined_user),
            )
            for option in options.split()
        ]
        self.both = {option.encode(): sign for option, sign in program.both.items()}
        self.flags = program.flags.encode()
        self.forms = tuple(tuple(form.encode().split()) for form in program.forms)
        self.only_with = frozenset(word.encode() for word in program.only_with.split())


_COMMANDS = MappingProxyType(
    {name: _Command(program) for program in PROGRAMS for name in program.names.split()}
)
# Digits and dots are an address, and another detector's.
_MACHINE = re.compile(
    rb"(?i)(?:(?:tcp|np|lpc|admin):)?(?:\\\\)?([a-z][a-z0-9_\-]*(?:\.[a-z0-9_\-]+)*)"
    rb"(?:\\{1,2}[\w$]+)?(?:[,:][0-9]{2,5})?(?:/[\w./\-]*)?"
)
_CHARS_MIN = 3
_NO_MACHINES = frozenset(b"localhost local all any none localdb".split())
_REG_TELLS = re.compile(rb"(?i)pass|pwd|secret|token|credential|api_?key|psk")


def told(text: bytes) -> Iterator[tuple[Role, Found]]:
    """Every value behind a program's option, with what it is."""
    begun = [
        (start, end, name)
        for start, end in MAY_BEGIN.spans(text)
        if (not start or text[start - 1] not in _NO_PROGRAM)
        and (name := _ENDING.sub("", text[start:end].decode("utf-8", "replace")).lower())
        in _COMMANDS
    ]
    if not begun:
        return
    # Lists of JSON and of Python, byte for byte: a comma between two words is a blank.
    text = text.replace(b'","', b'" "').replace(b"', '", b"'  '").replace(b'", "', b'"  "')
    begun = [
        each for at, each in enumerate(begun) if not at or not _is_value(text, begun[at - 1], each)
    ]
    thens = [*(start for start, _, _ in begun[1:]), len(text)]
    for (_, end, name), then in zip(begun, thens, strict=True):
        words = _words(text, end, then)
        if name == "reg" and not any(_REG_TELLS.search(w) for _, _, w in words):
            continue
        yield from _of(_COMMANDS[name], words)


def _is_value(text: bytes, one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether the name of the other program is what an option of the one has: `-u ansible`."""
    (_, begin, name), (start, _, _) = one, other
    if text[start - 1 : start] != b" ":
        return False
    option = text[max(begin, start - _OPTION_BYTES) : start - 1].rpartition(b" ")[2]
    return option in _COMMANDS[name].roles


def _words(text: bytes, start: int, then: int) -> list[Word]:
    """The words of the line that begin before `then`."""
    words: list[Word] = []
    end = then + _WORD_BYTES_MAX
    line = text.find(b"\n", start, end)
    part = text[start : end if line < 0 else line]
    for first, last in _WORD.each(part):
        word = part[first:last]
        if start + first >= then or word in _SEPARATORS or len(words) >= _WORDS_MAX:
            break
        audited = _AUDITD.match(word)
        if audited is not None:
            first += audited.end()
        words.append(_unquoted(part, first, last, start))
    return words


def _unquoted(part: bytes, first: int, last: int, offset: int) -> Word:
    word = part[first:last]
    if word[:1] in (b'"', b"'"):
        closed = word.rfind(word[:1], 1)
        stop = closed if closed > 0 else len(word)
        return offset + first + 1, offset + first + stop, word[1:stop]
    return offset + first, offset + last, word


def _of(command: _Command, words: list[Word]) -> Iterator[tuple[Role, Found]]:
    if command.only_with and not any(
        word in command.only_with or word[: word.find(b"=") + 1] in command.only_with
        for _, _, word in words
    ):
        return
    waiting: Role | bytes | None = None
    others: list[Word] = []
    for start, end, word in words:
        # A password may begin with a dash; a name does not, and an option of this program is one.
        if waiting is not None and not (
            word in command.roles
            or word in command.both
            or (waiting != "secret" and word[:1] == b"-" and isinstance(waiting, str))
        ):
            if waiting:
                yield from _value(waiting, start, end, word)
            waiting = None
            continue
        waiting = None
        # Windows takes its options in any case; elsewhere -p and -P are two.
        key = word.lower() if word[:1] == b"/" else word
        if command.flags and word[:1] == b"-" and word[:2] != b"--":
            bare = b"-" + word[1:].lstrip(command.flags)  # -su: -s -u
            start, key, word = start + len(word) - len(bare), bare, bare
        if key in command.roles:
            waiting = command.roles[key]
        elif key in command.both:
            waiting = command.both[key]
        else:
            found = _against(command, start, word, key)
            yield from found
            if not found and word[:1] != b"-":
                others.append((start, end, word))
    if b"_" in command.both and others and command.both[b"_"] in others[0][2][1:]:
        yield from _value(command.both[b"_"], *others[0])
    yield from _form(command, others, words)


def _against(command: _Command, start: int, word: bytes, key: bytes) -> list[tuple[Role, Found]]:
    """An option and its value in one word."""
    sign = b":" if word[:1] == b"/" else b"="
    if word[:1] == b"-" and word[2:3] == b":" and b"/" + word[1:2] in command.roles:
        sign = b":"  # winrs -u:ann
    joint = command.both.get(word[:2]) if word[:1] == b"-" else None
    if joint is not None and joint in word[2:]:
        return list(_value(joint, start + 2, start + len(word), word[2:]))
    option, found, _ = key.partition(sign)
    role: Role | bytes | None = command.roles.get(option, command.both.get(option))
    length = len(option) + 1
    if not found or not role:
        joined = [(o, r) for o, r in command.joined if word.startswith(o) and len(word) > len(o)]
        if not joined or word[:2] == b"--":
            return []
        option, role = joined[0]
        length = len(option)
    value = word[length:]
    if value[:1] in (b'"', b"'"):
        length += 1
        value = value[1:].rstrip(value[:1])
    return list(_value(role, start + length, start + length + len(value), value))


def _form(command: _Command, plain: list[Word], words: list[Word]) -> Iterator[tuple[Role, Found]]:
    """By the words without options, or, where a form begins with an option, by those behind it.

    In any case: net USER, networksetup -setAirportNetwork.
    """
    for form in command.forms:
        if form[0][:1] == b"-":
            places = [place for place, (_, _, word) in enumerate(words) if word.lower() == form[0]]
            told_by = words[places[0] :] if places else []
        else:
            told_by = plain
        if len(told_by) < len(form) or not all(
            part in (*_VALUES, b"_") or part == word.lower()
            for part, (_, _, word) in zip(form, told_by, strict=False)
        ):
            continue
        for part, (start, end, word) in zip(form, told_by, strict=False):
            if part in _VALUES and word[:1] not in (b"/", b"*"):
                yield from _value(part.decode().lower(), start, end, word)
        return


def _value(role: Role | bytes, start: int, end: int, word: bytes) -> Iterator[tuple[Role, Found]]:
    if isinstance(role, bytes):
        user, _, secret = word.partition(role)
        if secret and not _is_ours(secret):
            yield "secret", (start, end, word)
        elif user and role not in (b":", b"="):
            yield "user", (start, start + len(user), user)
        return
    if role == "host":
        yield from _host(start, word)
        return
    if role == "secret":
        if word.startswith(_ELSEWHERE):
            return
        kind = 5 if word.startswith(b"pass:") else 2 if word.startswith(b"s:") else 0
        start, word = start + kind, word[kind:]
    if word and word != b"-" and not _is_ours(word):
        yield role, (start, start + len(word), word)


def _host(start: int, word: bytes) -> Iterator[tuple[Role, Found]]:
    """The machine, without how it is reached, its instance and its port: tcp:SQL01\\FIN,1433."""
    machine = _MACHINE.fullmatch(word)
    if machine is not None and _may_be_machine(machine[1]):
        yield "host", (start + machine.start(1), start + machine.end(1), machine[1])


def _may_be_machine(name: bytes) -> bool:
    """Neither what every firm has, db1, nor a plain word, a group of machines."""
    if name.lower() in _NO_MACHINES or b"." in name:
        return b"." in name and bool(kind_of(name))
    if len(name) < _CHARS_MIN or is_anywhere(name):
        return False
    return is_called_so(name) or not is_prose_word(name)


def _is_ours(word: bytes) -> bool:
    return word.startswith((b"<secret>", b"<cut>"))


def told_as(role: Role, text: bytes) -> Iterable[Found]:
    return [found for each, found in told(text) if each == role]
