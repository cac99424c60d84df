"""How well the interview closes gaps, asked of a stakeholder who knows the system.

    python -m evals.interview [ROWS.jsonl] [--labels LABELS.json] [--questions 12]

The stakeholder reveals at most one fact to a question that fits, and otherwise does not know.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from evals.systems import Known, LabelledSystem, load_systems, read_rows
from threatwright.engine.answers import entries_for
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.asking import next_question
from threatwright.engine.planner import open_questions
from threatwright.model.terms import Depth
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.model.journal import Source, SourceKind, Told
from threatwright.model.knowledge import FactKey, Knowledge
from threatwright.model.said import Answer, DontKnow
from threatwright.model.system import SYSTEM

MOST_TOPICS = 3
"""A question about more topics at once is a blank: people answer one part and forget the rest."""

Asking = Callable[[ThreatModel], Question | None]

GENERIC: tuple[FactKey, ...] = (
    "public_access", "authentication", "authorisation", "llm", "trains", "label_source",
    "personal_training_data", "input_validation", "rate_limit", "query_audit", "drift_monitoring",
    "model_family", "decision_effect", "automation", "artifact_signing", "writers",
    "credential_hygiene", "encryption_at_rest", "incident_response", "untrusted_content",
)  # fmt: skip
"""What a general questionnaire about an AI system asks, in its usual order."""

FEATURES: dict[str, tuple[FactKey, ...]] = {
    "llm": ("llm",),
    "rag": ("retrieval",),
    "tools": ("tools",),
    "memory": ("memory",),
    "physical_input": ("physical_input",),
    "trains_or_finetunes": ("trains",),
    "online_learning": ("learns_online",),
    "public_access": ("outsiders",),
}


@dataclass
class Course:
    """How one interview went."""

    system: LabelledSystem
    models: list[ThreatModel]
    """After the description, and after each question."""
    revealed: list[Known | None] = field(default_factory=list)
    """What each question brought to light."""
    blank: list[bool] = field(default_factory=list)
    redundant: list[bool] = field(default_factory=list)

    def hidden_found(self, questions: int) -> float:
        """Share of the hidden facts that some question fits which were told by then."""
        hidden = [f for f in self.system.facts if f.hidden]
        told = sum(f is not None and f.hidden for f in self.revealed[:questions])
        return told / len(hidden) if hidden else 1.0


def topics(question: Question) -> tuple[FactKey, ...]:
    """The facts that a question asks about."""
    return (question.fact, *(part.fact for part in question.also))


def interview(
    system: LabelledSystem, knowledge: Knowledge, asking: Asking, questions: int
) -> Course:
    """Ask the stakeholder of a system until nothing is worth asking, or `questions` were asked."""
    source = Source(kind=SourceKind.PROSE, name="description.md", text=system.description)
    model = begin(system.id, [source], knowledge)
    course = Course(system, [model])
    left = [f for f in system.facts if f.hidden]
    known = [f for f in system.facts if not f.hidden]
    for _ in range(questions):
        question = asking(model)
        if question is None:
            break
        asked = topics(question)
        fits = [f for f in left if set(asked) & set(f.about)] if len(asked) <= MOST_TOPICS else []
        told = fits[0] if fits else None
        if told:
            left.remove(told)
        course.revealed.append(told)
        old = any(set(asked) & set(f.about) for f in known)
        course.blank.append(told is None and not old)
        course.redundant.append(told is None and old)
        if told:
            known.append(told)
        said = Answer(text=told.text) if told else DontKnow()
        model = derive(record(model, *entries_for(said, question, model, knowledge)), knowledge)
        course.models.append(model)
    return course


def complete(system: LabelledSystem, knowledge: Knowledge) -> ThreatModel:
    """The draft with every fact told."""
    source = Source(kind=SourceKind.PROSE, name="description.md", text=system.description)
    model = begin(system.id, [source], knowledge)
    told = [Told(n=n, text=fact.text) for n, fact in enumerate(system.facts, 1)]
    return derive(record(model, *told), knowledge)


def difference(one: ThreatModel, other: ThreatModel) -> float:
    """Sum over all threats of how far their residual risks lie apart; absent counts as 0."""
    risks = [{t.id: t.residual for t in model.threats} for model in (one, other)]
    ids = risks[0].keys() | risks[1].keys()
    return float(sum(abs(risks[0].get(i, 0) - risks[1].get(i, 0)) for i in ids))


def closed(course: Course, full: ThreatModel, questions: int) -> float:
    """Share of the difference between the first draft and the full one that is gone by then."""
    at_first = difference(course.models[0], full)
    now = course.models[min(questions, len(course.models) - 1)]
    return 1 - difference(now, full) / at_first if at_first else 1.0


# --- ways of asking ---------------------------------------------------------------------------


def planned(model: ThreatModel, knowledge: Knowledge) -> Question | None:
    return next_question(model, knowledge, Depth.THOROUGH)


def generic(model: ThreatModel, knowledge: Knowledge) -> Question | None:
    """The next question of the questionnaire, of the first element that has it."""
    alone = [q.model_copy(update={"also": ()}) for q in open_questions(model, knowledge)]
    order = {key: at for at, key in enumerate(GENERIC)}
    asked = {e.question.rpartition(".")[2] for e in model.journal if hasattr(e, "question")}
    left = [q for q in alone if q.fact in order and q.fact not in asked]
    return min(left, key=lambda q: order[q.fact], default=None)


def shuffled(model: ThreatModel, knowledge: Knowledge, seed: int) -> Question | None:
    """Any open question."""
    alone = [q.model_copy(update={"also": ()}) for q in open_questions(model, knowledge)]
    return random.Random(f"{seed}-{len(model.journal)}").choice(alone) if alone else None


# --- figures ----------------------------------------------------------------------------------


def known_at_first(system: LabelledSystem, model: ThreatModel) -> tuple[int, int, list[str]]:
    """(how many of the described values are in the model, how many there are, those missing)."""
    found = total = 0
    missing = []
    for fact in system.facts:
        if fact.hidden:
            continue
        for key, value in fact.value.items():
            total += 1
            held = [model.system.facts.get(key)]
            held += [element.facts.get(key) for element in model.system.elements.values()]
            if any(f is not None and f.value == value for f in held):
                found += 1
            else:
                missing.append(f"{system.id}: {key}={value} ({fact.text})")
    return found, total, missing


def flags(system: LabelledSystem, model: ThreatModel) -> list[tuple[str, bool, str]]:
    """(feature, whether the model says the same, what it says) for the eight features."""
    found = []
    for name, truth in system.features.items():
        says = _says(FEATURES[name], model)
        found.append((name, says == ("yes" if truth else "no") or (not truth and says == ""), says))
    return found


def _says(keys: Sequence[FactKey], model: ThreatModel) -> str:
    held = [
        facts[key]
        for key in keys
        for facts in (model.system.facts, *(e.facts for e in model.system.elements.values()))
        if key in facts
    ]
    values = {fact.value for fact in held if fact.value}
    return "yes" if "yes" in values else "no" if "no" in values else ""


def report(systems: Sequence[LabelledSystem], knowledge: Knowledge, questions: int) -> str:
    """Every figure of the interview, as a table."""
    full = {s.id: complete(s, knowledge) for s in systems}
    ways: dict[str, Asking] = {
        "planned": partial(planned, knowledge=knowledge),
        "generic list": partial(generic, knowledge=knowledge),
        "random": partial(shuffled, knowledge=knowledge, seed=1),
    }
    lines = [f"{len(systems)} systems; after k questions, the mean share of"]
    marks = [k for k in (4, 6, 8, 10, 12) if k <= questions]
    lines.append(f"{'':14}" + "".join(f"{'hidden facts at ' + str(k):>20}" for k in marks))
    courses = {
        name: [interview(s, knowledge, way, questions) for s in systems]
        for name, way in ways.items()
    }
    for name, found in courses.items():
        lines.append(
            f"{name:14}"
            + "".join(f"{_mean(c.hidden_found(k) for c in found):>20.2f}" for k in marks)
        )
    lines.append(f"{'':14}" + "".join(f"{'difference at ' + str(k):>20}" for k in marks))
    for name, found in courses.items():
        shares = (_mean(closed(c, full[c.system.id], k) for c in found) for k in marks)
        lines.append(f"{name:14}" + "".join(f"{share:>20.2f}" for share in shares))
    for name, found in courses.items():
        asked = sum(len(c.blank) for c in found)
        lines.append(
            f"{name:14} asked {asked / len(found):.1f}, blank {sum(sum(c.blank) for c in found) / asked:.2f}, "
            f"redundant {sum(sum(c.redundant) for c in found) / asked:.2f}"
        )
    at_first = [known_at_first(c.system, c.models[0]) for c in courses["planned"]]
    total = sum(t for _, t, _ in at_first) or 1
    lines.append(
        f"described values known at once: {sum(f for f, _, _ in at_first) / total:.2f} of {total}"
    )
    at_end = [f for c in courses["planned"] for f in flags(c.system, c.models[-1])]
    lines.append(
        f"features right at the end: {sum(ok for _, ok, _ in at_end) / len(at_end):.2f} of {len(at_end)}"
    )
    lines += [
        f"  {c.system.id}: {name} is {c.system.features[name]}, read “{says}”"
        for c in courses["planned"]
        for name, ok, says in flags(c.system, c.models[-1])
        if not ok
    ]
    return "\n".join(lines)


def _mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.interview", description=__doc__)
    parser.add_argument("rows", type=Path, nargs="?")
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--questions", type=int, default=12)
    parser.add_argument("--missing", action="store_true", help="list described values not read")
    options = parser.parse_args(arguments)
    systems = read_rows(options.rows, options.labels) if options.rows else load_systems()
    knowledge = load_knowledge()
    print(report(systems, knowledge, options.questions))
    if options.missing:
        for system in systems:
            source = Source(kind=SourceKind.PROSE, name="description.md", text=system.description)
            print(*known_at_first(system, begin(system.id, [source], knowledge))[2], sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
