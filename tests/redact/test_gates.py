"""No gate hides what its finder would find, and what a gate is made cheaper by."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest
import re2
from accuracy.made import made_cases
from accuracy.real_lines import log_folder, real_cases
from accuracy.traps import SETS, cases_of
from hypothesis import given
from hypothesis import strategies as st
from reticent_contract.limits import CUSTOM_MATCHES_MAX, LOG_LINE_BYTES_MAX
from reticent_contract.redact.automaton import gate
from reticent_contract.redact.detectors import DETECTORS
from reticent_contract.redact.detectors.address import _DOTTED, _EMAIL_FIND
from reticent_contract.redact.detectors.commands import OPTIONS_GATE, told
from reticent_contract.redact.detectors.custom import CustomDetector, detectors_of
from reticent_contract.redact.detectors.grouped import Grouped
from reticent_contract.redact.detectors.host import _DASHED_FIND, _NAME_FIND
from reticent_contract.redact.detectors.model import FindAt, Finder, Pattern, Sifted
from reticent_contract.redact.detectors.near import WithWord
from reticent_contract.redact.detectors.programs import PROGRAMS, Program
from reticent_contract.redact.detectors.secret_gate import secret_gate
from reticent_contract.redact.detectors.url import _QUERY_FIND, _USER_FIND
from reticent_contract.redact.gates import cheaper, uncounted
from reticent_contract.redact.search import Search
from support.identifiers import IDENTIFIERS
from support.made_of_patterns import texts_of
from support.matching import matching

HERE = Path(__file__).parent
FINDERS = {
    f"{detector.name} {number}": finder
    for detector in DETECTORS.values()
    for number, finder in enumerate(detector.finders)
}
CUSTOM = (
    r"[a-f]{3,20}x",
    r"(?i)emp[0-9]{12}|\x{e9}{2}z",
    r"a.{1,9}b",
    r"[\x{80}-\x{ff}]+",
    r"x{0,30}y",
)


@lru_cache(maxsize=1)
def _texts() -> list[bytes]:
    """Made when a test asks: every worker of a run imports this module, and one runs it."""
    random = Random("gates")
    folder = log_folder()
    hand_made = [case for name in SETS for case in cases_of(name)]
    real = () if folder is None else real_cases(folder)
    texts = [case.text for case in (*made_cases()[::24], *hand_made, *real)]
    texts += _written()
    for _, introductions, make in IDENTIFIERS.values():
        for _ in range(20):
            value = f"{random.choice(introductions)}{make(random)}"
            around = (
                random.choice(("", " ", "x", "\n", "(", "\u00e9", "k")),
                random.choice(" \n)\u0928z"),
            )
            texts += [value, around[0] + value + around[1], make(random)]
    texts += [_adjoining(random) for _ in range(1_500)]
    return list(dict.fromkeys(text.encode("utf-8", "replace") for text in texts))


def _written() -> set[str]:
    """Every text that the tests of this folder write out."""
    trees = [ast.parse(path.read_text("utf-8")) for path in HERE.glob("test_*.py")]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def _adjoining(random: Random) -> str:
    """Two or three values with next to nothing between them."""
    makers = [make for _, _, make in IDENTIFIERS.values()]
    between = ("", "", *"07aZ_-.@/:=,;|%\\~+\u00e9\u0928")
    return "".join(
        random.choice(makers)(random) + random.choice(between)
        for _ in range(random.randrange(2, 4))
    )


def _named(text: bytes) -> set[int]:
    with_gate = gate()
    return {id(f) for i in with_gate.match(text) if i > 1 for _, f in with_gate.finders[i - 2]}


@lru_cache(maxsize=1)
def _gated() -> dict[str, set[int]]:
    return matching((finder.gate for finder in FINDERS.values()), _texts())


def _is_its_source(needs: Pattern) -> bool:
    """Whether nothing matches where its source does not: others walk over the text themselves, or
    over another."""
    if type(needs) is WithWord:
        return _is_its_source(needs.word) and _is_its_source(needs.value)
    return type(needs) in (Pattern, Sifted, Grouped)


def _finds(finder: Finder, text: bytes) -> bool:
    return any(True for _ in finder.find(text))


def test_whatever_a_finder_finds_its_gate_matches_and_is_named() -> None:
    named: dict[int, set[int]] = {}
    for number, text in enumerate(_texts()):
        for each in _named(text):
            named.setdefault(each, set()).add(number)
    sources = (f.needs.source for f in FINDERS.values() if f.needs is not None)
    needed = matching(sources, _texts())
    silent: dict[str, int] = {}
    for name, finder in FINDERS.items():
        looked_for = named.get(id(finder), set()) & _gated()[finder.gate]
        needs, find_at = finder.needs, finder.find_at
        if needs is not None and find_at is not None and _is_its_source(needs):
            # Such a finder is what `find_at` finds where `needs` matches: of most texts, nowhere.
            assert _nowhere(find_at)
            missed = [_texts()[n] for n in needed[needs.source] - looked_for]
        else:
            missed = [t for n, t in enumerate(_texts()) if n not in looked_for]
        if found := sum(_finds(finder, text) for text in missed):
            silent[name] = found
    assert not silent


def _nowhere(find_at: FindAt) -> bool:
    return not any(True for text in _texts() for _ in find_at(text, ()))


def test_the_texts_have_something_for_nearly_every_finder() -> None:
    found = [
        any(_finds(finder, _texts()[number]) for number in sorted(_gated()[finder.gate]))
        for finder in FINDERS.values()
    ]
    assert sum(found) > 0.95 * len(FINDERS)


def test_what_a_finders_own_patterns_make_its_gate_lets_through() -> None:
    random = Random("patterns")
    silent: dict[str, int] = {}
    found = set()
    for name, finder in FINDERS.items():
        gate_of_it = Pattern(finder.gate)
        for text in texts_of(finder, random, 240):
            data = text.encode()
            if any(True for _ in finder.find(data)):
                found.add(name)
                if id(finder) not in _named(data) or not gate_of_it.spans(data):
                    silent[name] = silent.get(name, 0) + 1
    assert not silent
    assert len(found) > 0.9 * len(FINDERS)


def test_the_gate_of_a_uid_takes_every_joint_that_its_number_is_written_with() -> None:
    for joint in ("", " ", "\t", "+", "-", "."):
        number = joint.join(("3735", "6002", "4047")).encode()
        (found,) = [value for _, _, value in FINDERS["aadhaar 3"].find(b"uid: " + number)]
        assert found == number
        assert id(FINDERS["aadhaar 3"]) in _named(b"uid: " + number)


def _of_form(form: str) -> str:
    stands_for = {"USER": "anna", "SECRET": "Hunter22", "_": "a"}
    return " ".join(stands_for.get(word, word) for word in form.split())


@pytest.mark.parametrize("program", PROGRAMS, ids=[p.names.split()[0] for p in PROGRAMS])
def test_what_a_program_takes_is_looked_for_however_it_is_written(program: Program) -> None:
    options = (
        f"{program.hidden} {program.user} {program.joined_hidden} {program.joined_user}".split()
    )
    arguments = [
        *(_of_form(form) for form in program.forms),
        *(f"anna{sign.decode()}Hunter22" for o, sign in program.both.items() if o == "_"),
        *(f"{o}{sign}anna" for o in options for sign in ("", " ", ":", "=")),
        *(f'{before}"{o}" "anna"' for o in options for before in ("", "x ")),
    ]
    told_of = 0
    for name in program.names.split():
        for line in (f"{name}{end} {rest}" for end in ("", ".exe") for rest in arguments):
            data = f"{line} {program.only_with} password".encode()  # which reg asks for
            if any(True for _ in told(data)):
                told_of += 1
                assert re2.search(OPTIONS_GATE, data), line
    assert told_of or not arguments


# Each was found by its finder, and never looked for, because its gate was too narrow.
BEHIND_NARROW_GATES = (
    ("at N 52\u00b0 31' 12\" E 13\u00b0 24' 18\" now", "geo"),
    ("s3_key=ABCDEFGHIJKLMNOP1234 x", "secret"),
    ("oauth2_key: base64:QUJDREVGR0hJSktMTU5P", "secret"),
    ("\u9a8c\u8bc1\u7801\uff1a123 456", "secret"),
    ("pukcode=64715128", "secret"),
    ("your pin is\t1234", "secret"),
    ("USER \u00e9mile:", "user"),
    ("cd ~\u00e9mile/x", "user"),
    ("-rw-r--r-- 1 \u00e9mile staff 12", "user"),
    ("-rwxr-xr-x \u00e9mile/staff 12", "user"),
    ("closed, user -bob.x", "user"),
    ("(root) DELETE (\u00f6mer)", "user"),
    ("_auth: YW5uYTpIdW50ZXIyMng=", "secret"),
    ('"_auth": "YW5uYTpIdW50ZXIyMng="', "secret"),
    ("<adminPassword><string>Hunter22", "secret"),
    ('<password salt="ab">Hunter22', "secret"),
    ("secretsdump.py -just-dc CORP/svc:Hunter22@dc1", "secret"),
    ("identified  by 'Hunter22'", "secret"),
    ("authentication  sha Hunter22", "secret"),
    ("community was set to Hunter22", "secret"),
    ("\u5bc6\u7801 is 'Hunter22'", "secret"),
    ("\u9a8c\u8bc1\u7801 code 4781", "secret"),
    ("use 15330 \u9a8c\u8bc1\u7801", "secret"),
    ("figd_abcdefghijklmnopqrstuvwxyz0123456789", "secret"),
    ("vault.exe login Hunter22", "secret"),
    ("expdp anna/Hunter22", "secret"),
    ("net.exe user anna", "user"),
    ("user_name r.novak", "user"),
    ("user.name r.novak", "user"),
    ("actor [9anna]", "user"),
    ("pam(alice,2001:db8::1)", "user"),
    ("principal JDOE@CORP", "user"),
    ("by ANNA (uid=1000)", "user"),
    ('AUID="4nna"', "user"),
    ("user[Anna]", "user"),
    ("j.doe signed x", "user"),
    ("docker login -u 4nna", "user"),
    ("modified by=\u00e9mile", "user"),
    ("/var/lib/sss/pubconf/jdoe", "user"),
    ("ann@example\\.org", "email"),
    ("? (10.0.0.1) AT 0:1A:2b:3:4d:5e on en0", "mac"),
    ("#map=15/113.5/-8.5", "geo"),
    ("+12.9716+077.5946+900CRSWGS_84/", "geo"),
)


@pytest.mark.parametrize(
    ("text", "detector"), BEHIND_NARROW_GATES, ids=range(len(BEHIND_NARROW_GATES))
)
def test_a_gate_is_as_wide_as_its_finder(text: str, detector: str) -> None:
    data = text.encode()
    finders = [f for f in DETECTORS[detector].finders if any(True for _ in f.find(data))]
    assert finders
    assert {id(finder) for finder in finders} <= _named(data)


def test_a_cheaper_gate_matches_wherever_the_gate_does() -> None:
    wide = matching(map(cheaper, _gated()), _texts())
    assert [gate for gate, texts in _gated().items() if texts - wide[cheaper(gate)]] == []


@pytest.mark.parametrize("pattern", CUSTOM)
@given(st.text("abfxyz0129eEmMpP\u00e9\u017f ", max_size=40))
def test_a_gate_without_counts_matches_wherever_it_does_with_them(pattern: str, text: str) -> None:
    data = text.encode()
    if re2.search(pattern, data):
        assert re2.search(uncounted(pattern), data)
        assert re2.search(cheaper(pattern), data)


def test_what_looks_like_a_count_and_is_none_stays() -> None:
    for pattern in (r"[{20}]", r"\Q{20}\E", r"\{20}", r"\x{20}", r"\p{Greek}{3}"):
        assert uncounted(pattern) == pattern
    assert uncounted(r"a{20}b{0,9}?c{9,}") == "a+b*?c+"


def test_under_any_case_a_letter_beyond_ascii_is_not_met_by_k_and_s() -> None:
    wide = re2.compile(cheaper(r"(?i)t\x{e9}l"))
    assert wide.search("T\u00e9L")
    assert not wide.search("tsl")
    assert not wide.search("tkl")


def test_no_gate_of_secrets_takes_k_and_s_for_what_is_beyond_ascii() -> None:
    for text in (b"address=10.1.2.0/24", b"disk 100 % full", b"kk: 1", b"class is up", b"ss:123"):
        assert secret_gate()(text) == [0]
    assert not re2.compile(cheaper(r"(?i)z[=\x{ff1a}]")).search("zk")


WITH_HOLDS = (_DOTTED, _EMAIL_FIND, _NAME_FIND, _DASHED_FIND, _QUERY_FIND, _USER_FIND)


@pytest.mark.parametrize("number", range(len(WITH_HOLDS)))
@given(st.text("1a.-_@?:/= \u00e9", max_size=80))
def test_what_a_match_holds_is_no_reason_to_miss_one(number: int, text: str) -> None:
    pattern, data = WITH_HOLDS[number], text.encode()
    assert pattern.spans(data) == Pattern(pattern.source).spans(data)
    assert list(pattern.each(data)) == pattern.spans(data)


def _search(*patterns: str) -> Search:
    own = tuple(CustomDetector(name=f"c{i}", pattern=p) for i, p in enumerate(patterns))
    detectors = detectors_of(own, None)
    wanted = {(spec.name, tier): 1 for spec in own for tier in ("A", "B")}
    return Search(gate(tuple(detectors.values())), wanted, None)


def test_patterns_of_a_policy_that_would_take_too_long_over_a_text_raise() -> None:
    search = _search(*(f"a.{{1,100}}{letter}" for letter in "bcdefghijklmnopqrstuvwxyzABCDEFG"))
    line = (b"abcdefghijklmnopqrstuvwxyzABCDEFG" * LOG_LINE_BYTES_MAX)[:LOG_LINE_BYTES_MAX]
    assert search.find(line[:100])[0]
    with pytest.raises(RuntimeError, match="too long"):
        search.find(line)


def test_one_pattern_of_the_largest_size_may_look_at_the_longest_line() -> None:
    line = b"x" * (LOG_LINE_BYTES_MAX - 10) + b"aaaaz"
    assert _search("a(?:[a-h]{0,290}z)").find(line)[0]


def test_a_pattern_of_a_policy_that_matches_too_often_raises() -> None:
    search = _search("[0-9]")
    assert len(search.find(b"1" * CUSTOM_MATCHES_MAX)[0]) == CUSTOM_MATCHES_MAX
    with pytest.raises(RuntimeError, match="too often"):
        search.find(b"1" * (CUSTOM_MATCHES_MAX + 1))


def test_patterns_of_a_policy_and_secrets_are_named_beside_the_others() -> None:
    search = _search("zz[0-9]{2}")
    assert [hit[3] for hit in search.find(b"password=hunter2 zz12 10.1.2.3")[0]] == ["c0"]
    assert secret_gate()(b"nothing") == [0]
