"""Makes the list by which the tests know sentences of MITRE ATLAS without holding any.

    python -m tests.conformance.make_ngram_hashes PATH/TO/ATLAS.yaml

Texts are taken as words: lower-cased, without punctuation, ids and the targets of links. Every run
of eight words of every text in the file becomes a hash of 48 bits (BLAKE2b). The list holds these
hashes sorted, without repetition, and byte by byte: first the first bytes of all, then the second
of all, and so on, because sorted numbers are alike in front and LZMA makes much of that. Eight
words of ours are a run of theirs if their hash is in the list.

With some 18,000 hashes, a run of ours that is none of theirs is taken for one in 18,000 of 2^48
cases: for all 150,000 runs of the knowledge base together, once in a hundred thousand. No text can
be had back from the list. It is named by the release that it was made from; one of another release
may stand beside it.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from threatwright.knowledge.official.read import parse, read

RUN = 8
"""Words."""
BYTES = 6
"""Of a hash."""
SUFFIX = ".ngrams.xz"

_NO_WORDS = re.compile(r"\]\([^()]*\)|https?://\S+|\bAML\.[A-Z]+\d{4}(?:\.\d{3})?")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def runs(text: str) -> Iterator[str]:
    """Every run of eight words of a text, the words as they are compared."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(_NO_WORDS.sub("] ", text))]
    for start in range(len(words) - RUN + 1):
        yield " ".join(words[start : start + RUN])


def hashed(run: str) -> int:
    """The hash of a run."""
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=BYTES).digest(), "big")


def packed(hashes: Iterable[int]) -> bytes:
    """A list of hashes as it is stored."""
    rows = [number.to_bytes(BYTES, "big") for number in sorted(set(hashes))]
    columns = b"".join(bytes(row[i] for row in rows) for i in range(BYTES))
    return lzma.compress(columns, preset=9 | lzma.PRESET_EXTREME)


def unpacked(content: bytes) -> frozenset[int]:
    """The hashes of a stored list."""
    columns = lzma.decompress(content)
    count = len(columns) // BYTES
    return frozenset(int.from_bytes(columns[row::count][:BYTES], "big") for row in range(count))


def texts(value: Any) -> Iterator[str]:
    """Every text in parsed YAML, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def make(path: Path, folder: Path) -> Path:
    """Write the list of an ATLAS file, in the 5.x or 6.x form, into the folder."""
    content = path.read_bytes()
    release = read(content, path.name).release
    hashes = {hashed(run) for text in texts(parse(content, path.name)) for run in runs(text)}
    target = folder / f"atlas-{release}{SUFFIX}"
    target.write_bytes(packed(hashes))
    print(f"{len(hashes)} hashes, {target.stat().st_size} bytes in {target}")
    return target


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(__file__).parent)
