"""MiniLM: where it is looked for, when it is downloaded, and what is said of a broken one."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.adapters.loopback import Page, Site, serving
from tests.adapters.tiny_minilm import DIMENSION, write_model
from threatwright.adapters.chroma import ONNXMiniLM_L6_V2
from threatwright.adapters.minilm import FILES, OF_CHROMA, MiniLm
from threatwright.errors import KnowledgeError


@pytest.fixture(autouse=True)
def of_chroma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Chroma's own cache, away from the home folder."""
    folder = tmp_path.joinpath(*OF_CHROMA, "all-MiniLM-L6-v2")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(ONNXMiniLM_L6_V2, "MODEL_DOWNLOAD_URL", "http://127.0.0.1:9/onnx.tar.gz")
    return folder


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Where the model can be downloaded."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(write_model(tmp_path / "packed") / "onnx", "onnx")
    content = packed.getvalue()
    pages: dict[str, Page | bytes] = {"/onnx.tar.gz": content, "/other.tar.gz": b"another file"}
    with serving(pages) as running:
        digest = hashlib.sha256(content).hexdigest()
        monkeypatch.setattr(ONNXMiniLM_L6_V2, "_MODEL_SHA256", digest)
        monkeypatch.setattr(ONNXMiniLM_L6_V2, "MODEL_DOWNLOAD_URL", running.url("/onnx.tar.gz"))
        yield running


def fetched(model: MiniLm) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    model.fetch(lambda done, total: told.append((done, total)))
    return told


def vectors(model: MiniLm, *texts: str) -> list[list[float]]:
    return [vector.tolist() for vector in model.vectors(texts)]


def test_a_model_in_the_cache_of_chroma_is_used_without_any_network(
    tmp_path: Path, of_chroma: Path
) -> None:
    write_model(of_chroma)
    model = MiniLm(tmp_path / "ours", offline=True)
    assert fetched(model) == []
    one, same, other = vectors(model, "poison labels", "Tainted rows", "pickle orders")
    assert one == same != other
    assert len(one) == DIMENSION
    assert np.linalg.norm(one) == pytest.approx(1)
    assert not (tmp_path / "ours").exists()


def test_a_long_text_is_cut_and_not_refused(tmp_path: Path, of_chroma: Path) -> None:
    write_model(of_chroma)
    assert vectors(MiniLm(tmp_path), "poison " * 10_000) == vectors(MiniLm(tmp_path), "poison")


def test_a_model_that_is_nowhere_is_downloaded_into_our_cache(
    tmp_path: Path, of_chroma: Path, site: Site
) -> None:
    told = fetched(MiniLm(tmp_path / "ours"))
    assert told[-1][0] == told[-1][1] > 0
    model = MiniLm(tmp_path / "ours", offline=True)
    assert fetched(model) == []
    assert vectors(model, "poison") == vectors(model, "tainted")
    assert not of_chroma.exists()
    assert site.asked == ["/onnx.tar.gz"]


def test_offline_nothing_is_downloaded(tmp_path: Path, site: Site) -> None:
    with pytest.raises(KnowledgeError, match="offline is on") as raised:
        fetched(MiniLm(tmp_path / "ours", offline=True))
    assert "onnx_models" in raised.value.fix
    assert site.asked == []


def test_a_model_that_is_not_there_is_not_downloaded_for_a_search(
    tmp_path: Path, site: Site
) -> None:
    with pytest.raises(KnowledgeError, match="not on this machine") as raised:
        vectors(MiniLm(tmp_path / "ours"), "poison")
    assert "--build-semantic" in raised.value.fix
    assert site.asked == []


@pytest.mark.parametrize("missing", FILES)
def test_a_model_that_lacks_a_file_is_not_there(
    tmp_path: Path, of_chroma: Path, missing: str
) -> None:
    (write_model(of_chroma) / "onnx" / missing).unlink()
    with pytest.raises(KnowledgeError, match="not on this machine"):
        vectors(MiniLm(tmp_path / "ours"), "poison")


def test_a_host_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"cannot be downloaded from 127\.0\.0\.1") as raised:
        fetched(MiniLm(tmp_path / "ours"))
    assert "Try again later" in raised.value.fix


@pytest.mark.slow  # Chroma waits and tries again
@pytest.mark.parametrize("path", ["/other.tar.gz", "/gone"])
def test_a_file_that_is_not_the_model_is_thrown_away(
    tmp_path: Path, site: Site, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ONNXMiniLM_L6_V2, "MODEL_DOWNLOAD_URL", site.url(path))
    with pytest.raises(KnowledgeError, match="does not match"):
        fetched(MiniLm(tmp_path / "ours"))
    assert not list((tmp_path / "ours").rglob("*.tar.gz"))


def test_a_folder_that_cannot_be_written_to_is_a_failure_to_download(
    tmp_path: Path, site: Site
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KnowledgeError, match="cannot be downloaded"):
        fetched(MiniLm(tmp_path / "file" / "ours"))


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"\xa5junk"])
def test_a_broken_model_says_which_folder_to_delete(
    tmp_path: Path, of_chroma: Path, file: str, content: bytes
) -> None:
    (write_model(of_chroma) / "onnx" / file).write_bytes(content)
    with pytest.raises(KnowledgeError, match="cannot be used") as raised:
        vectors(MiniLm(tmp_path / "ours"), "poison")
    assert str(of_chroma / "onnx") in raised.value.problem
    assert "Delete that folder" in raised.value.fix
