"""A model in the place of MiniLM that knows a few words, and that some of them mean the same.

It consists of the files that Chroma looks for; onnxruntime and tokenizers run it as they run the
real one. A word's vector is a row of a table, and words that mean the same have the same row.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

from threatwright.adapters.minilm import FILES

MEANINGS = (
    ("[UNK]",),
    ("[PAD]",),
    ("poison", "poisoned", "tainted", "contaminated"),
    ("records", "labels", "rows", "data"),
    ("pickle", "deserialization", "unmarshalling"),
    ("orders", "instructions", "commands", "injection"),
)
DIMENSION = len(MEANINGS)


def write_model(folder: Path) -> Path:
    """Write the files of the model under `folder`, as they lie in Chroma's cache."""
    files = folder / "onnx"
    files.mkdir(parents=True, exist_ok=True)
    words = {word: at for at, word in enumerate(w for same in MEANINGS for w in same)}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    rows = [np.eye(DIMENSION)[at] for at, same in enumerate(MEANINGS) for _ in same]
    for name in FILES:
        (files / name).write_text("{}")
    tokenizer.save(str(files / "tokenizer.json"))
    (files / "model.onnx").write_bytes(_lookup(np.array(rows, dtype=np.float32)))
    return folder


def _lookup(table: np.ndarray) -> bytes:
    """The ONNX model whose output is the row of the table for each of `input_ids`.

    Written field by field as `onnx.proto` numbers them, for the package `onnx` is no dependency.
    """
    initialiser = (
        b"".join(_number(1, size) for size in table.shape)
        + _number(2, 1)  # 32-bit floats
        + _bytes(8, b"table")
        + _bytes(9, table.tobytes())
    )
    node = b"".join(
        (_bytes(1, b"table"), _bytes(1, b"input_ids"), _bytes(2, b"y"), _bytes(4, b"Gather"))
    )
    inputs = (b"input_ids", b"attention_mask", b"token_type_ids")
    graph = (
        _bytes(1, node)
        + _bytes(2, b"lookup")
        + _bytes(5, initialiser)
        + b"".join(_bytes(11, _tensor(name, 7, 2)) for name in inputs)  # 64-bit integers
        + _bytes(12, _tensor(b"y", 1, 3))
    )
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 17))


def _tensor(name: bytes, type_: int, rank: int) -> bytes:
    shape = b"".join(_bytes(1, _bytes(2, b"d%d" % axis)) for axis in range(rank))
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, type_) + _bytes(2, shape)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
