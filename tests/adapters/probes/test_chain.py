"""Evidence that was touched shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from threatwright.adapters.probes.chain import START, Chain, links, verify
from threatwright.model.base import Value


class Note(Value):
    """Something that is kept."""

    text: str


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A chain of four records."""
    path = tmp_path / "evidence.jsonl"
    chain = Chain(path)
    for text in ("one", 'two, "hash":"0"}', "three\nthree", "four ünicode"):
        chain.append(Note(text=text))
    chain.close()
    return path


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_a_chain_that_nobody_touched_is_whole(file: Path) -> None:
    assert verify(file) == ()
    assert [link.content["text"] for link in links(file)][1] == 'two, "hash":"0"}'


def test_it_goes_on_where_it_ended(file: Path) -> None:
    chain = Chain(file)
    chain.append(Note(text="five"))
    chain.close()

    assert [link.n for link in links(file)] == [1, 2, 3, 4, 5]
    assert verify(file, chain.last) == ()


def test_a_new_chain_begins_with_no_hash(tmp_path: Path) -> None:
    assert Chain(tmp_path / "new.jsonl").last == START


def test_a_changed_record_is_found(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"three", b"THREE", 1))

    assert [(flaw.line, flaw.says) for flaw in verify(file)] == [(3, "this record was changed")]


def test_a_changed_hash_is_found(file: Path) -> None:
    good = lines(file)
    bad = good[1][:-4] + (b"0" if good[1][-4:-3] != b"0" else b"1") + good[1][-3:]
    file.write_bytes(b"".join([good[0], bad, *good[2:]]))

    assert {flaw.line for flaw in verify(file)} == {2, 3}


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_removed_record_is_found(file: Path, gone: int) -> None:
    left = lines(file)
    del left[gone]
    file.write_bytes(b"".join(left))

    assert [flaw.line for flaw in verify(file)] == [gone + 1]


def test_records_removed_from_the_end_are_found_by_the_hash_that_was_noted(file: Path) -> None:
    last = list(links(file))[-1].hash
    file.write_bytes(b"".join(lines(file)[:-1]))

    assert verify(file) == ()
    assert "missing" in verify(file, last)[0].says


def test_an_inserted_record_is_found(file: Path) -> None:
    whole = lines(file)
    file.write_bytes(b"".join([*whole[:2], whole[1], *whole[2:]]))

    assert 3 in {flaw.line for flaw in verify(file)}


def test_records_in_another_order_are_found(file: Path) -> None:
    one, two, three, four = lines(file)
    file.write_bytes(b"".join([one, three, two, four]))

    assert {flaw.line for flaw in verify(file)} >= {2, 3}


def test_a_line_that_was_cut_off_is_told_as_that(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])

    assert [flaw.says for flaw in verify(file)] == ["the last line is cut off"]


def test_a_line_that_is_no_record_is_found(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"{}\n")

    assert "no record" in verify(file)[0].says


def test_a_worker_that_goes_on_takes_a_cut_off_line_away(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])
    chain = Chain(file)
    chain.append(Note(text="four again"))
    chain.close()

    assert verify(file) == ()
    assert [link.content["text"] for link in links(file)][-1] == "four again"
