"""How well prose is read without a language model.

    python -m evals.reading [--choices] [--wrong]

Two measurements. Over the facts of the labelled systems: how many of the choices that a person saw
in them are found, how many are taken for another choice of the same fact, and how much is read that
the text is not about. Over `evals/statements/`: the same for each choice of each fact, and how
often a statement that uses a fact's words and states none of its choices is taken for one.

The statements are what the wide constructions of the vocabulary were written from, so the second
measurement says how much of its material the vocabulary holds, not how well it reads what is new.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from evals.figures import Better, Figure, Table, judged, share, text_of
from evals.sayings import OTHER, read_statements
from evals.systems import Known, LabelledSystem, load_systems
from threatwright.engine.reading.prose import read
from threatwright.knowledge.load import load_knowledge
from threatwright.model.knowledge import Knowledge
from threatwright.model.vocabulary import FactKey

WORST = 12
"""How many of the choices that are read least are shown."""


def read_values(text: str, knowledge: Knowledge) -> dict[FactKey, set[str]]:
    """Every fact that the text states as an answer, with its choices."""
    found: dict[FactKey, set[str]] = {}
    for said in read(text, "answer:1", knowledge).facts:
        found.setdefault(said.key, set()).add(said.value)
    return found


class Judged(NamedTuple):
    """What was made of one fact that somebody told."""

    found: int
    wrong: int
    labelled: int
    beside: int
    """Facts that were read though the text is not about them."""
    read: int


def judge(fact: Known, knowledge: Knowledge) -> Judged:
    """Read a fact and hold it against its labels."""
    got = read_values(fact.text, knowledge)
    return Judged(
        found=sum(value in got.get(key, ()) for key, value in fact.value.items()),
        wrong=sum(key in got and value not in got[key] for key, value in fact.value.items()),
        labelled=len(fact.value),
        beside=len(got.keys() - fact.about - fact.value.keys()),
        read=len(got),
    )


def of_systems(systems: Iterable[LabelledSystem], knowledge: Knowledge) -> Table:
    """The facts of labelled systems; a case is a system."""
    told = [[judge(fact, knowledge) for fact in system.facts] for system in systems]
    hidden = [
        [one for one, fact in zip(judged_, system.facts, strict=True) if fact.hidden]
        for judged_, system in zip(told, systems, strict=True)
    ]
    return {"all facts": _figures(told), "hidden facts": _figures(hidden)}


def _figures(told: Sequence[Sequence[Judged]]) -> dict[str, Figure]:
    def of(part: str, whole: str, better: Better) -> Figure:
        return share(
            (
                (sum(getattr(j, part) for j in one), sum(getattr(j, whole) for j in one))
                for one in told
            ),
            better,
        )

    return {
        "found": of("found", "labelled", Better.MORE),
        "wrong choice": of("wrong", "labelled", Better.LESS),
        "not labelled": of("beside", "read", Better.LESS),
    }


# --- statements -------------------------------------------------------------------------------


class Statement(NamedTuple):
    """One statement, and whether its fact was read from it."""

    fact: FactKey
    choice: str
    """Empty where it states none."""
    text: str
    read: frozenset[str]

    @property
    def is_found(self) -> bool:
        """Whether it was read as what it states."""
        return self.choice in self.read

    @property
    def is_wrong(self) -> bool:
        """Whether it was read as another choice, or as one where it states none."""
        return bool(self.read) and not self.is_found


def statements(knowledge: Knowledge) -> Iterator[Statement]:
    """Every statement, read."""
    for key, by_choice in read_statements().items():
        for choice, texts in by_choice.items():
            for text in texts:
                got = frozenset(read_values(text, knowledge).get(key, ()))
                yield Statement(key, "" if choice == OTHER else choice, text, got)


def of_statements(found: Sequence[Statement], knowledge: Knowledge) -> Table:
    """The statements of each class of fact; a case is a statement."""
    classes = dict.fromkeys(fact.fact_class for fact in knowledge.facts)
    table = {
        str(c): _of([s for s in found if knowledge.fact_entries[s.fact].fact_class is c])
        for c in classes
    }
    return {"all": _of(found)} | table


def _of(found: Sequence[Statement]) -> dict[str, Figure]:
    stating = [s for s in found if s.choice]
    return {
        "found": share((s.is_found, 1) for s in stating),
        "wrong choice": share(((s.is_wrong, 1) for s in stating), Better.LESS),
        "false finds": share(((s.is_wrong, 1) for s in found if not s.choice), Better.LESS),
    }


def by_choice(found: Sequence[Statement]) -> list[tuple[float, str]]:
    """(share of its statements that are found, `FACT=CHOICE (n)`), the least first."""
    groups: dict[str, list[Statement]] = {}
    for one in found:
        if one.choice:
            groups.setdefault(f"{one.fact}={one.choice}", []).append(one)
    return sorted(
        (sum(s.is_found for s in group) / len(group), f"{name} ({len(group)})")
        for name, group in groups.items()
    )


def run(*, update: bool = False) -> Sequence[str]:
    """Measure, print, and tell what fell below the baseline."""
    knowledge = load_knowledge()
    told = of_systems(load_systems(), knowledge)
    print(text_of(told))
    found = list(statements(knowledge))
    stated = of_statements(found, knowledge)
    print("\nStatements that the wide constructions were written from:\n" + text_of(stated))
    print("\nRead least:", "; ".join(f"{name} {s:.2f}" for s, name in by_choice(found)[:WORST]))
    whole = told | {f"statements, {row}": columns for row, columns in stated.items()}
    return judged("reading", whole, update=update)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.reading", description=__doc__)
    parser.add_argument("--choices", action="store_true", help="list every choice")
    parser.add_argument("--wrong", action="store_true", help="list what is read wrongly")
    options = parser.parse_args(arguments)
    found = list(statements(load_knowledge())) if options.choices or options.wrong else []
    if options.choices:
        print(*(f"{s:.2f} {name}" for s, name in by_choice(found)), sep="\n")
    if options.wrong:
        wrong = (s for s in found if s.is_wrong)
        print(
            *(f"{s.fact}={s.choice or OTHER}, read {set(s.read)}: {s.text}" for s in wrong),
            sep="\n",
        )
    return 0 if found else len(run())


if __name__ == "__main__":
    sys.exit(main())
