"""What `export` makes of an answer that is whole, and of one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_server.main import main


@pytest.mark.parametrize(
    ("form", "text", "code"),
    [
        ("jsonl", '{"id":"a"}\n{"end":{"rows":1}}\n', 0),
        ("jsonl", '{"id":"a"}\n', 1),
        ("jsonl", '{"id":"a"}\n{"end":{"rows":1}}', 1),
        ("jsonl", "", 1),
        ("csv", "id,ts,fields\na,b,c\nend,1,\n", 0),
        ("csv", "id,ts,fields\na,b,c\n", 1),
        ("csv", 'id,ts,fields\na,b,"c\nend,1,\n', 1),  # within a laptop's own text
    ],
)
def test_an_export_that_does_not_end_as_a_whole_one_fails(
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
    form: str,
    text: str,
    code: int,
) -> None:
    class Short:
        def stream(self, path: str, *, body: object) -> Iterator[bytes]:
            yield from (text[:9].encode(), text[9:].encode())

    monkeypatch.setattr("reticent_server.commands.export.running_server", lambda _: Short())
    assert main(["export", "*", "--format", form, "--data", str(data_dir)]) == code
    out, err = capsysbinary.readouterr()
    assert out == text.encode()
    assert (b"not whole" in err) == (code == 1)
