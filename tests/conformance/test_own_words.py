"""No run of eight words of ours is one of MITRE's: descriptions are our own words.

The list that this is held against is made by `make_ngram_hashes.py`, which says how it works.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conformance.make_ngram_hashes import (
    BYTES,
    SUFFIX,
    hashed,
    make,
    packed,
    runs,
    texts,
    unpacked,
)
from tests.knowledge.official.releases import five
from threatwright import resources, yamltext
from threatwright.knowledge.load import load_knowledge

pytestmark = pytest.mark.long

ROOT = resources.folder("knowledge")
KNOWLEDGE = load_knowledge()


class Borrowed(NamedTuple):
    """A run of words that is not ours."""

    file: str
    run: str
    text: str


def official_names() -> set[str]:
    """Names, of today and before, which are facts and no sentences."""
    names = {entry.name for entry in KNOWLEDGE.entries.values()}
    names |= {name for row in KNOWLEDGE.history for name in (row.old_name, row.new_name) if name}
    return names


def borrowed(
    texts_of: Iterable[tuple[str, str]], theirs: frozenset[int], names: Iterable[str]
) -> list[Borrowed]:
    """The runs in (file, text) that are in the list, unless they lie wholly in an official name."""
    allowed = {run for name in names for run in runs(name)}
    return [
        Borrowed(file, run, text)
        for file, text in texts_of
        for run in runs(text)
        if run not in allowed and hashed(run) in theirs
    ]


def our_texts() -> Iterator[tuple[str, str]]:
    """Every text of every file in `knowledge/`, whatever folder it is in."""
    for path in sorted(ROOT.rglob("*.yaml")):
        content = yamltext.parse(path.read_text(encoding="utf-8"), path.name)
        for text in texts(content):
            yield path.relative_to(ROOT).as_posix(), text
    for path in sorted(ROOT.rglob("*.md")):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def theirs() -> frozenset[int]:
    lists = sorted(Path(__file__).parent.glob(f"*{SUFFIX}"))
    assert lists
    return frozenset().union(*(unpacked(path.read_bytes()) for path in lists))


def test_no_run_of_eight_words_of_ours_is_theirs(theirs: frozenset[int]) -> None:
    found = borrowed(our_texts(), theirs, official_names())
    told = "\n".join(f"{b.file}: “{b.run}” in: {b.text[:200]}" for b in found)
    assert not found, f"reword what is not ours:\n{told}"


def test_the_list_is_long_enough_to_find_and_short_enough_to_be_right(
    theirs: frozenset[int],
) -> None:
    ours = {run for _, text in our_texts() for run in runs(text)}
    assert len(theirs) > 10_000
    assert len(ours) > 50_000
    assert len(ours) * len(theirs) / 2 ** (8 * BYTES) < 1e-3  # false alarms to be expected


SENTENCE = "The quick brown fox jumps over one very lazy dog, and then it sleeps for hours."
PLANTED = unpacked(packed(hashed(run) for run in runs(SENTENCE)))


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "We know: the quick BROWN fox jumps\nover one very old idea.",
        "Then [it](/techniques/AML.T0001) sleeps; a very lazy dog, and then it sleeps for days",
        "one very lazy dog AML.T0051.000 and then it sleeps",
    ],
)
def test_a_planted_run_is_found(text: str) -> None:
    found = borrowed([("x.yaml", text)], PLANTED, ())
    assert found
    assert found[0].file == "x.yaml"


@pytest.mark.parametrize(
    "text",
    [
        "The quick brown fox jumps over one",
        "The quick brown fox jumped over one very lazy dog, and so it slept.",
        "",
    ],
)
def test_a_shorter_or_reworded_run_is_ours(text: str) -> None:
    assert borrowed([("x.yaml", text)], PLANTED, ()) == []


def test_a_run_within_an_official_name_is_no_sentence() -> None:
    name = "Quick Brown Fox Jumps Over One Very Lazy Dog"
    assert borrowed([("x.yaml", f"{name} is a name.")], PLANTED, [name]) == []
    assert borrowed([("x.yaml", f"The {name} is a name.")], PLANTED, [name])


def test_the_list_comes_back_as_it_was_stored() -> None:
    numbers = {0, 1, 255, 256, 2**48 - 1}
    assert unpacked(packed(numbers)) == numbers


def test_a_list_is_made_of_every_text_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "ATLAS.yaml").write_bytes(five())
    path = make(tmp_path / "ATLAS.yaml", tmp_path)
    assert path.name == "atlas-5.6.0.ngrams.xz"
    found = unpacked(path.read_bytes())
    assert hashed("something looks at what goes in and what") in found
    assert hashed("words in a prompt do what no words") in found
    assert hashed("the words come from whoever talks to the") in found
