"""Makes `knowledge/vocabulary/telling.yaml` from the systems in `evals/owners/`.

    python -m evals.telling [--check]

For each fact of the vocabulary: in what share of systems somebody can say something of it that
their description leaves out, without and with a language model. `--check` ends with 1 if the file
is not what would be made. The systems that the interview is measured on (`evals/systems/`) have no
part in it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence

from evals.systems import OWNERS, LabelledSystem, load_systems
from threatwright import resources
from threatwright.engine.probing import API, AUTHORITY, PERMISSION
from threatwright.knowledge.load import load_knowledge
from threatwright.model.vocabulary import FactEntry, FactKey

MADE = resources.folder("knowledge") / "vocabulary" / "telling.yaml"
OTHER_KIND = 0.15
"""What a system with a language model counts for those without, and the other way round."""
ANSWERABLE = 0.1
"""For a gate at least so often: whoever is asked can tell, but of those that a description leaves
open no more than that are so."""
DECIDED = 0.1
"""For a decision, such as consent to probes: it comes after what people know."""
DECISIONS = (PERMISSION, AUTHORITY, API)
UNSEEN = 2.0
"""So many systems more, of the usual share: of what was seen once or never, little is known."""

HEAD = """\
# How often people can say something of a fact that their description leaves out: the share of
# systems without a language model, and with one. `others` is for facts that are not listed.
# Made by `python -m evals.telling` from evals/owners/; not to be edited by hand.
"""


def made(systems: Sequence[LabelledSystem], facts: Iterable[FactEntry]) -> str:
    """The file's text."""
    told = {s.id: {key for f in s.facts if f.hidden for key in f.about} for s in systems}
    known = set().union(*told.values())
    usual = sum(map(len, told.values())) / len(known) / len(systems)
    lines = [f"others: {usual:.2f}", "facts:"]
    for fact in sorted(facts, key=lambda fact: fact.key):
        least = DECIDED if fact.key in DECISIONS else ANSWERABLE if fact.is_gate else 0.0
        shares = (
            max(least, _share(fact.key, systems, told, usual, llm=llm)) for llm in (False, True)
        )
        lines.append(f"  {fact.key}: [{', '.join(f'{share:.2f}' for share in shares)}]")
    return HEAD + "\n".join(lines) + "\n"


def _share(
    key: FactKey,
    systems: Sequence[LabelledSystem],
    told: dict[str, set[FactKey]],
    usual: float,
    *,
    llm: bool,
) -> float:
    weights = {s.id: 1.0 if s.features["llm"] is llm else OTHER_KIND for s in systems}
    saying = sum(weight for id_, weight in weights.items() if key in told[id_])
    return (saying + UNSEEN * usual) / (sum(weights.values()) + UNSEEN)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.telling", description=__doc__)
    parser.add_argument("--check", action="store_true", help="make nothing, compare")
    options = parser.parse_args(arguments)
    text = made(load_systems(OWNERS), load_knowledge().facts)
    if options.check:
        return int(MADE.read_text(encoding="utf-8") != text)
    MADE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
