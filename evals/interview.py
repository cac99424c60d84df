"""How well the interview closes gaps, asked of a stakeholder who knows the system.

    python -m evals.interview [ROWS.jsonl] [--labels LABELS.json] [--questions 12] [--missing]

Beside the planned interview the same is measured for a generic list of questions and for random
order, and for a stakeholder who answers the gates by yes and no though no fact of theirs is about
them. A question is blank when no fact of the system fits it, redundant when only facts fit that
were told before.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from evals.figures import Better, Figure, Part, Table, judged, mean, share, text_of
from evals.stakeholder import Course, first_draft, full_draft, interview
from evals.systems import FEATURES, LabelledSystem, load_systems, read_rows
from evals.ways_of_asking import PLANNED, ways
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.facts import NO, YES
from threatwright.model.knowledge import Knowledge
from threatwright.model.vocabulary import FactKey

QUESTIONS = 12
WITH_GATES = "planned, gates known"
"""The planned way, of a stakeholder who can say what every system has or has not."""
MARKS = (4, 6, 8, 10, 12)
"""After how many questions it is looked at."""

Courses = Mapping[str, Sequence[Course]]
"""Way of asking → how the interview on each system went."""


def measure(systems: Sequence[LabelledSystem], knowledge: Knowledge, questions: int) -> Courses:
    """Interview the stakeholder of every system in every way, and one who knows the gates."""
    asked = ways(knowledge)
    return {
        way: [interview(system, knowledge, asking, questions) for system in systems]
        for way, asking in asked.items()
    } | {
        WITH_GATES: [
            interview(system, knowledge, asked[PLANNED], questions, gates_of(system))
            for system in systems
        ]
    }


def gates_of(system: LabelledSystem) -> dict[FactKey, str]:
    """What anybody can say of a system: its gates."""
    return {FEATURES[f]: YES if is_so else NO for f, is_so in system.features.items()}


def tables(courses: Courses, knowledge: Knowledge, questions: int) -> list[Table]:
    """What is found by when, what is closed by when, how good the questions are, what is known."""
    marks = [k for k in MARKS if k <= questions]
    full = {c.system.id: full_draft(c.system, knowledge) for c in courses[PLANNED]}
    ours = (PLANNED, WITH_GATES)
    better = {way: Better.MORE if way in ours else Better.NEITHER for way in courses}
    found: Table = {way: _found(cs, marks, better[way]) for way, cs in courses.items()}
    if hiding := [c for c in courses[PLANNED] if c.hides]:
        found[f"{PLANNED}, something hidden"] = _found(hiding, marks, Better.MORE)
    closed: Table = {
        way: {
            f"closed, {k} asked": share((c.closed(full[c.system.id], k) for c in cs), better[way])
            for k in marks
        }
        for way, cs in courses.items()
        if way != WITH_GATES  # the full draft is of the facts alone
    }
    asked: Table = {
        way: _questions(cs, Better.LESS if way in ours else Better.NEITHER)
        for way, cs in courses.items()
    }
    return [found, closed, asked, {PLANNED: _known(courses[PLANNED])}]


def _found(courses: Sequence[Course], marks: Sequence[int], better: Better) -> dict[str, Figure]:
    return {f"hidden, {k} asked": mean((c.hidden_found(k) for c in courses), better) for k in marks}


def _questions(courses: Sequence[Course], better: Better) -> dict[str, Figure]:
    def of(judgements: Iterable[list[bool]]) -> Figure:
        return share(((sum(one), len(one)) for one in judgements), better)

    return {
        "asked": mean((len(c.turns) for c in courses), Better.NEITHER),
        "blank": of([t.is_blank for t in c.turns] for c in courses),
        "redundant": of([t.is_redundant for t in c.turns] for c in courses),
        "answered before": of([t.was_answered for t in c.turns] for c in courses),
        "stated before": of([_is_stated(c, at) for at in range(len(c.turns))] for c in courses),
    }


def _is_stated(course: Course, at: int) -> bool:
    """Whether the model held the answer, undisputed, when the question was asked."""
    question = course.turns[at].question
    fact = course.models[at].system.fact(question.element, question.fact)
    return fact is not None and fact.is_stated and fact.value is not None and not fact.against


def _known(courses: Sequence[Course]) -> dict[str, Figure]:
    at_first = (values_known(c.system, c.models[0]) for c in courses)
    return {
        "values known at once": share((sum(known.values()), len(known)) for known in at_first),
        "features right": share(_features(courses)),
        "wrong though told": share(_features_told(courses), Better.LESS),
    }


# --- what the model holds ---------------------------------------------------------------------


def values_known(system: LabelledSystem, model: ThreatModel) -> dict[str, bool]:
    """Each value that the description states, as `KEY=VALUE (TEXT)`: whether the model holds it."""
    return {
        f"{key}={value} ({fact.text})": value in values(key, model)
        for fact in system.facts
        if not fact.hidden
        for key, value in fact.value.items()
    }


def values(key: FactKey, model: ThreatModel) -> set[str]:
    """The values that a fact has in the system or in any of its elements."""
    holders = (model.system.facts, *(e.facts for e in model.system.elements.values()))
    held = (facts[key].value for facts in holders if key in facts)
    return {value for value in held if value is not None}


def says(feature: str, model: ThreatModel) -> str:
    """What the model says of a feature: yes, no, or nothing."""
    held = values(FEATURES[feature], model)
    return YES if YES in held else NO if NO in held else ""


def is_right(feature: str, course: Course) -> bool:
    """Whether the model says so in the end. Of what is not there, it may say nothing."""
    said = says(feature, course.models[-1])
    return said == YES if course.system.features[feature] else said != YES


def _features(courses: Iterable[Course]) -> Iterator[Part]:
    for course in courses:
        right = [is_right(feature, course) for feature in course.system.features]
        yield sum(right), len(right)


def _features_told(courses: Iterable[Course]) -> Iterator[Part]:
    """Of the features that somebody stated, those that the model has otherwise."""
    for course in courses:
        told = {key for fact in course.told for key in fact.value}
        stated = [f for f in course.system.features if FEATURES[f] in told]
        yield sum(not is_right(f, course) for f in stated), len(stated)


def wrong_features(courses: Iterable[Course]) -> Iterator[str]:
    """A sentence on every feature that is not right in the end."""
    for course in courses:
        for feature, truth in course.system.features.items():
            if not is_right(feature, course):
                said = says(feature, course.models[-1]) or "nothing"
                yield f"{course.system.id}: {feature} is {truth}, the model says {said}"


def run(*, update: bool = False) -> Sequence[str]:
    """Measure the labelled systems, print, and tell what fell below the baseline."""
    knowledge = load_knowledge()
    courses = measure(load_systems(), knowledge, QUESTIONS)
    found = tables(courses, knowledge, QUESTIONS)
    print("\n\n".join(map(text_of, found)))
    return judged("interview", _merged(found), update=update)


def _merged(found: Iterable[Table]) -> Table:
    merged: Table = {}
    for table in found:
        for row, columns in table.items():
            merged.setdefault(row, {}).update(columns)
    return merged


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.interview", description=__doc__)
    parser.add_argument("rows", type=Path, nargs="?", help="another set of labelled systems")
    parser.add_argument("--labels", type=Path, help="what each fact of that set is about")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--missing", action="store_true", help="list what was not understood")
    options = parser.parse_args(arguments)
    systems = read_rows(options.rows, options.labels) if options.rows else load_systems()
    knowledge = load_knowledge()
    courses = measure(systems, knowledge, options.questions)
    print("\n\n".join(map(text_of, tables(courses, knowledge, options.questions))))
    if options.missing:
        print(*wrong_features(courses[PLANNED]), sep="\n")
        for system in systems:
            known = values_known(system, first_draft(system, knowledge))
            print(*(f"{system.id}: {what}" for what, held in known.items() if not held), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
