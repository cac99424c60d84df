"""Makes `knowledge/vocabulary/likeness.yaml` from what people say (`evals/sayings.py`).

    python -m evals.likeness [--check]

For each fact, the words that tell statements about it from those about others. `--check` ends
with 1 if the file is not what would be made.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from evals.sayings import Saying, sayings
from threatwright import resources
from threatwright.engine.likeness import features
from threatwright.engine.text import parse
from threatwright.engine.word_groups import Groups
from threatwright.knowledge.load import load_knowledge
from threatwright.model.vocabulary import FactKey

MADE = resources.folder("knowledge") / "vocabulary" / "likeness.yaml"
KEPT = 140
"""Words of each fact: those that weigh most."""
SEEN = 2
"""A word counts that stands in so many statements at least."""

HEAD = """\
# How people speak about each fact: the words that tell statements about it from others.
# Made by `python -m evals.likeness` from evals/sayings.py; not to be edited by hand.
"""


def made(said: Iterable[Saying], groups: Groups) -> str:
    """The file's text: how rare each word is, and its weight for each fact."""
    found: dict[FactKey, list[Counter[str]]] = {}
    for text, fact, _ in said:
        tokens = (t for s in parse(text).sentences for t in groups.marked(s).tokens)
        found.setdefault(fact, []).append(Counter(features(tokens)))
    words = dict(sorted(found.items()))
    seen = Counter(word for counts in words.values() for count in counts for word in count)
    total = sum(map(len, words.values()))
    rarity = {w: 1 + math.log((1 + total) / (1 + n)) for w, n in seen.items() if n >= SEEN}
    lines = [HEAD, "facts:"]
    kept: set[str] = set()
    for key, counts in words.items():
        weights: dict[str, float] = {}
        for count in counts:
            vector = {w: (1 + math.log(n)) * rarity[w] for w, n in count.items() if w in rarity}
            length = math.sqrt(sum(v * v for v in vector.values())) or 1.0
            for word, value in vector.items():
                weights[word] = weights.get(word, 0.0) + value / length
        length = math.sqrt(sum(v * v for v in weights.values())) or 1.0
        best = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
        kept |= {w for w, _ in best}
        lines.append(f"  {key}: {{{', '.join(f'{_q(w)}: {v / length:.3f}' for w, v in best)}}}")
    lines.append("rarity:")
    lines += [f"  {_q(w)}: {rarity[w]:.2f}" for w in sorted(kept)]
    return "\n".join(lines) + "\n"


def _q(word: str) -> str:
    return '"' + word.replace('"', "") + '"'


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.likeness", description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    text = made((one for one in sayings() if one.choice), Groups(load_knowledge().words))
    if options.check:
        return 0 if MADE.read_text(encoding="utf-8") == text else 1
    MADE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
