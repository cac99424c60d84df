"""How well drafts rank the ATLAS techniques of a plausible attack on labelled systems.

    python -m evals.ranking [ROWS.jsonl] [--missed]

Each system is drafted from its description and facts, each fact a paragraph, and its techniques
(the parents) are ranked as the draft orders its threats and their references. Beside that: with
all base values equal, which shows what the ratings of the patterns add; without the phrases that no
other system of the set uses, which shows how much rests on a vocabulary that was fitted; and
drafted from the description alone.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from evals.figures import Better, Figure, Table, judged, mean, text_of
from evals.leaving_out import used_by_one, without
from evals.systems import LabelledSystem, load_systems, parent, read_rows
from threatwright.engine.derive import begin
from threatwright.knowledge.load import load_knowledge
from threatwright.model.catalogue import ListName
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.terms import Access, Effort

FIRST = 20
"""How many places are looked at for techniques that cannot be done to the system."""
EQUAL_IMPACT = 3


class Ranked(NamedTuple):
    """The draft of one system."""

    system: LabelledSystem
    techniques: tuple[str, ...]
    """Of ATLAS, as cited, each once, in the order of the draft."""
    threats: int

    @property
    def parents(self) -> tuple[str, ...]:
        """The techniques without their sub-techniques."""
        return tuple(dict.fromkeys(map(parent, self.techniques)))

    def recall(self, k: int) -> float:
        """Share of the expected techniques among the first `k`."""
        return 1 - len(self.missed(k)) / len(self.system.expect)

    def missed(self, k: int) -> tuple[str, ...]:
        """The expected techniques that are not among the first `k`."""
        found = set(self.parents[:k])
        return tuple(t for t in self.system.expect if t not in found)

    @property
    def impossible(self) -> float:
        """Share of the first places that go to what cannot be done to the system."""
        cannot = set(self.system.impossible)
        return sum({t, parent(t)} & cannot != set() for t in self.techniques[:FIRST]) / FIRST


def text_of_all(system: LabelledSystem) -> str:
    """The description and every fact, each a paragraph."""
    return "\n\n".join((system.description, *(fact.text for fact in system.facts)))


def drafted(system: LabelledSystem, text: str, knowledge: Knowledge) -> ThreatModel:
    """The draft of a system from a text about it."""
    return begin(
        system.id, [Source(kind=SourceKind.PROSE, name="description.md", text=text)], knowledge
    )


def ranked(system: LabelledSystem, text: str, knowledge: Knowledge) -> Ranked:
    """The techniques of the draft of a system from a text about it."""
    threats = drafted(system, text, knowledge).threats
    cited = (r.id for t in threats for r in t.references if r.list is ListName.ATLAS)
    return Ranked(system, tuple(dict.fromkeys(cited)), len(threats))


def with_equal_bases(knowledge: Knowledge) -> Knowledge:
    """The knowledge base with the same effort, access and impact for every pattern.

    What raises and lowers a rating in a given system stays.
    """

    def equal(pattern: Pattern) -> Pattern:
        likelihood = {"access": Access.BLACK_BOX, "effort": Effort.MEDIUM}
        return pattern.model_copy(
            update={
                "likelihood": pattern.likelihood.model_copy(update=likelihood),
                "impact": tuple(
                    i.model_copy(update={"base": EQUAL_IMPACT}) for i in pattern.impact
                ),
            }
        )

    return knowledge.model_copy(
        update={
            "digest": f"{knowledge.digest} with equal bases",
            "patterns": tuple(map(equal, knowledge.patterns)),
        }
    )


def measure(systems: Sequence[LabelledSystem], knowledge: Knowledge) -> dict[str, list[Ranked]]:
    """Every system, drafted in each of the ways."""
    whole = {system.id: text_of_all(system) for system in systems}
    equal, own = with_equal_bases(knowledge), used_by_one(whole, knowledge)
    return {
        "description and facts": [ranked(s, whole[s.id], knowledge) for s in systems],
        "all base values equal": [ranked(s, whole[s.id], equal) for s in systems],
        "without own phrases": [
            ranked(s, whole[s.id], without(own[s.id], knowledge)) for s in systems
        ],
        "description alone": [ranked(s, s.description, knowledge) for s in systems],
    }


def figures(drafts: Iterable[Ranked]) -> dict[str, Figure]:
    """The figures of one way of drafting."""
    drafts = list(drafts)
    return {
        "R@10": mean(d.recall(10) for d in drafts),
        "R@20": mean(d.recall(20) for d in drafts),
        "impossible in 20": mean((d.impossible for d in drafts), Better.LESS),
        "threats": mean((d.threats for d in drafts), Better.NEITHER),
    }


def table(found: Mapping[str, Iterable[Ranked]]) -> Table:
    """The figures of every way of drafting."""
    return {way: figures(drafts) for way, drafts in found.items()}


def run(*, update: bool = False) -> Sequence[str]:
    """Measure the labelled systems, print, and tell what fell below the baseline."""
    found = table(measure(load_systems(), load_knowledge()))
    print(text_of(found))
    return judged("ranking", found, update=update)


def most_missed(drafts: Iterable[Ranked], knowledge: Knowledge) -> str:
    """The expected techniques that are most often not among the first."""
    counted = Counter(t for d in drafts for t in d.missed(FIRST))
    return "\n".join(f"{n:3}  {knowledge.cite(t).name} ({t})" for t, n in counted.most_common(20))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.ranking", description=__doc__)
    parser.add_argument("rows", type=Path, nargs="?", help="another set of labelled systems")
    parser.add_argument("--missed", action="store_true", help="list what is ranked too low")
    options = parser.parse_args(arguments)
    knowledge = load_knowledge()
    systems = read_rows(options.rows) if options.rows else load_systems()
    found = measure(systems, knowledge)
    print(text_of(table(found)))
    if options.missed:
        print(most_missed(next(iter(found.values())), knowledge))
    return 0


if __name__ == "__main__":
    sys.exit(main())
