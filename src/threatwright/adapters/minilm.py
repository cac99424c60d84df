"""Vectors of meaning from MiniLM, which runs on this machine once it is here.

Where Chroma's cache holds the model, it is used from there. Otherwise it goes into ours, and only
`fetch` downloads it.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np
from filelock import FileLock

from threatwright.adapters.chroma import ONNXMiniLM_L6_V2
from threatwright.engine.search.tfidf import Vector
from threatwright.errors import KnowledgeError

FILES = (
    "config.json",
    "model.onnx",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
)
"""What the model consists of. Where one is missing, Chroma downloads all of them again."""
OF_CHROMA = (".cache", "chroma", "onnx_models")
"""Where Chroma keeps models, below the home folder."""
BUILD = "`threatwright search --build-semantic`"

Progress = Callable[[int, int], None]
"""Is told how much is done, and of how much."""


class MiniLm:
    """all-MiniLM-L6-v2, as Chroma runs it."""

    model = ONNXMiniLM_L6_V2.MODEL_NAME
    origin = ""
    """Where it is asked. It is one and the same model everywhere."""

    def __init__(self, cache: Path, *, offline: bool = False) -> None:
        own = cache / "onnx_models" / self.model
        folders = (Path.home().joinpath(*OF_CHROMA, self.model), own)
        self.folder = next((folder for folder in folders if _is_whole(folder)), own)
        """Where it is, or will be."""
        self._offline = offline

    def fetch(self, progress: Progress) -> None:
        """Download the model, about 80 MB, unless it is here. Raises KnowledgeError."""
        if _is_whole(self.folder):
            return
        if self._offline:
            raise KnowledgeError(
                f"The model {self.model} is not on this machine, and offline is on.",
                f"Turn offline off for this once, or put the model into {self._files}.",
            )
        self._function.tqdm = lambda *, total, **_: _Bar(total, progress)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / "download.lock"):
                self._function._download_model_if_not_exists()
        except (httpx.HTTPError, OSError, ValueError, tarfile.TarError) as error:
            host = urlsplit(ONNXMiniLM_L6_V2.MODEL_DOWNLOAD_URL).hostname
            raise KnowledgeError(
                f"The model {self.model} cannot be downloaded from {host}: "
                f"{str(error) or type(error).__name__}",
                f"Try again later, or put the model into {self._files}.",
            ) from error

    def vectors(self, texts: Sequence[str]) -> Iterator[Vector]:
        """The vector of each text, of length one. Downloads nothing. Raises KnowledgeError."""
        if not _is_whole(self.folder):
            raise KnowledgeError(
                f"The model {self.model} is not on this machine.", f"{BUILD} downloads it."
            )
        from onnxruntime.capi import (  # type: ignore[import-untyped]
            onnxruntime_pybind11_state as onnx,
        )

        try:
            # What is no JSON is told here; the tokenizer's own library would raise bare Exceptions.
            json.loads((self._files / "tokenizer.json").read_text(encoding="utf-8"))
            # One at a time, none is filled up to the length of the longest that there could be.
            self._function.tokenizer.no_padding()
            for text in texts:
                yield np.asarray(self._function([text])[0], dtype=np.float32)
        except (OSError, ValueError, onnx.Fail, onnx.InvalidArgument, onnx.InvalidGraph,
                onnx.InvalidProtobuf, onnx.NoSuchFile, onnx.NotImplemented,
                onnx.RuntimeException) as error:  # fmt: skip
            raise KnowledgeError(
                f"The model {self.model} in {self._files} cannot be used: {error}",
                f"Delete that folder; {BUILD} downloads the model again.",
            ) from error

    @property
    def _files(self) -> Path:
        return self.folder / ONNXMiniLM_L6_V2.EXTRACTED_FOLDER_NAME

    @cached_property
    def _function(self) -> ONNXMiniLM_L6_V2:
        function = ONNXMiniLM_L6_V2()
        function.DOWNLOAD_PATH = self.folder
        return function


class _Bar:
    """What Chroma takes for a progress bar."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._total, self._progress, self._done = total, progress, 0

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def update(self, more: int) -> None:
        self._done += more
        self._progress(self._done, self._total)


def _is_whole(folder: Path) -> bool:
    files = folder / ONNXMiniLM_L6_V2.EXTRACTED_FOLDER_NAME
    return all((files / name).is_file() for name in FILES)
