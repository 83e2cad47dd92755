"""However many spellings a long text has, it is looked at a few times, and never twice alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import pytest
from redact.fuzz_lines import LONG_BYTES_MAX, OWN, SCAN_LONG, line
from reticent_contract.redact.detectors.marks import keyed
from reticent_contract.redact.detectors.sentence import Sentence
from reticent_contract.redact.findings import findings
from reticent_contract.redact.search import Search
from reticent_contract.redact.text import fit

CHARS = 20_000
# As it came, with blanks for control characters and without them, decoded: each with its line
# breaks written out as well.
LOOKS_MAX = 8
MADE_OF = {
    "control characters": "user=alice\0user=bob token: ab\x07cd ",
    "within a name": "al\0ice@exam\u200bple.org ",
    "percent codes": "to=pooja%40wierzba.com.pl&x=1 password=abc%20defghi ",
    "percent codes twice": "to=pooja%2540wierzba.com.pl ",
    "entities": "&lt;pooja&#64;wierzba.com.pl&gt; ",
    "escapes of JSON": "\\u0022pooja\\u0040wierzba.com.pl\\u0022\\n",
    "full width": "\uff55\uff53\uff45\uff52=\uff41\uff4e\uff4e from 192.0.2.7 ",
    "colours": "\x1b[32muser\x1b[0m=ann token: x9Kq2LmZ81 ",
    "all of them": "\0user=ann%20b \u3000&#64; \\u0040 <pn:x:1: password=a%20b\\n\x1b[0m ",
    "pseudonyms that are none": "<pn:x:1:y> user=ann ",
}


@pytest.mark.parametrize(
    "of", [SCAN_LONG, lambda text: findings(text, own=OWN)], ids=["scan", "find"]
)
@pytest.mark.parametrize("name", MADE_OF)
def test_no_view_of_a_text_is_looked_at_twice(
    name: str, of: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: Counter[bytes] = Counter()
    look = Search.look

    def counted(search: Search, data: bytes, text: bytes) -> object:
        looked[data] += 1
        return look(search, data, text)

    monkeypatch.setattr(Search, "look", counted)
    piece = MADE_OF[name]
    of((piece * (CHARS // len(piece) + 1))[:CHARS])
    assert max(looked.values()) == 1
    assert looked.total() <= LOOKS_MAX


@pytest.mark.parametrize("seed", range(4))
def test_a_search_for_secrets_alone_finds_those_of_the_whole_search(seed: int) -> None:
    random = Random(seed)
    search = SCAN_LONG._search
    for _ in range(100):
        data = fit(line(random).text, bytes_max=LONG_BYTES_MAX).encode()
        secrets = [hit for hit in search.find(data)[0] if hit[3] == "secret"]
        assert search.secrets().find(data)[0] == secrets


class _CountedWords(list[bytes]):
    """How often somebody went through all of them."""

    passes = 0

    def __iter__(self) -> Iterator[bytes]:
        self.passes += 1
        return super().__iter__()


def test_a_walk_goes_through_all_words_a_few_times_however_many_keys_stand_there() -> None:
    sentence = Sentence(b"name=ann member=bob " * 500)
    words = sentence.words = _CountedWords(sentence.words)
    assert [*keyed(sentence)]
    assert words.passes <= 3  # its own, and one for each set of words that it looks for
