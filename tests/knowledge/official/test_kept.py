"""What was synced, on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.official.releases import five, six
from threatwright.errors import InputError, KnowledgeError
from threatwright.knowledge.official.kept import PLACE, Synced, extra_texts, keep, kept
from threatwright.knowledge.official.read import read


def synced(content: bytes) -> Synced:
    return Synced(
        source="ATLAS.yaml",
        sha256="0" * 64,
        synced="2026-11-01T10:00:00+00:00",
        release=read(content, "file"),
    )


def test_what_was_kept_comes_back_whole(tmp_path: Path) -> None:
    keep(synced(five()), tmp_path)
    assert kept(tmp_path) == synced(five())
    keep(synced(six()), tmp_path)
    assert kept(tmp_path) == synced(six())
    assert [path.name for path in (tmp_path / PLACE).parent.iterdir()] == ["atlas.json"]


def test_nothing_kept_is_nothing(tmp_path: Path) -> None:
    assert kept(tmp_path) is None
    assert extra_texts(tmp_path) == {}


def test_search_gets_the_official_text_by_id(tmp_path: Path) -> None:
    keep(synced(six()), tmp_path)
    texts = extra_texts(tmp_path)
    assert set(texts) == {"AML.T0051", "AML.T0051.000", "AML.T0020", "AML.M0020"}
    assert texts["AML.T0020"] == "Some rows of a table are theirs."


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x00", b'{"format": "threatwright-atlas/9"}'])
def test_a_damaged_file_is_named_and_search_goes_on_without(tmp_path: Path, damage: bytes) -> None:
    path = keep(synced(five()), tmp_path)
    path.write_bytes(damage)
    with pytest.raises(KnowledgeError) as caught:
        kept(tmp_path)
    assert str(path) in caught.value.problem
    assert extra_texts(tmp_path) == {}


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "knowledge").write_text("in the way", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        keep(synced(five()), tmp_path)
    assert "cannot be written" in caught.value.problem
