"""Draft quality: every case drafted from its prose, and again with all that could be asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.cases import Case, Score, load_cases, score
from evals.figures import Better, Table, judged, mean, share, text_of
from threatwright import resources
from threatwright.engine.derive import begin, derive, record
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind, Told
from threatwright.model.knowledge import Knowledge


def draft_of(case: Case, knowledge: Knowledge, *, told: bool) -> ThreatModel:
    """The headless draft of a case: of its prose alone, or with every fact told besides."""
    text = case.description
    if case.sample is not None:
        folder = resources.folder("knowledge") / "samples" / case.sample
        text = (folder / "description.md").read_text(encoding="utf-8")
    source = Source(kind=SourceKind.PROSE, name="description.md", text=text)
    model = begin(case.title, [source], knowledge)
    if not told or not case.facts:
        return model
    entries = [Told(n=n, text=fact.text) for n, fact in enumerate(case.facts, 1)]
    return derive(record(model, *entries), knowledge)


def measure() -> list[tuple[str, Score]]:
    """(how it was drafted, its score) for every case."""
    knowledge = load_knowledge()
    return [
        (how, score(case, draft_of(case, knowledge, told=told)))
        for case in load_cases()
        for how, told in (("prose", False), ("prose and facts", True))
        if case.facts or not told
    ]


def report(scores: Iterable[tuple[str, Score]]) -> str:
    """A table, and below it what was missed, what must not be there, and gates read wrongly."""
    lines = [f"{'case':28} {'drafted from':16} {'threats':>7} {'must':>7} {'should':>7}"]
    details: list[str] = []
    for how, found in scores:
        must, should = found.recall("must"), found.recall("should")
        lines.append(
            f"{found.case.id:28} {how:16} {found.threats:7} "
            f"{must[0]:3}/{must[1]:<3} {should[0]:3}/{should[1]:<3}"
        )
        head = f"{found.case.id} ({how})"
        details += [f"  missed ({e.priority}) {head}: {e.what}" for e in found.missed]
        details += [f"  forbidden {head}: {sentence}" for sentence in found.forbidden]
        details += [f"  gate {head}: {sentence}" for sentence in found.wrong_gates]
    return "\n".join([*lines, "", *details])


def table(scores: Sequence[tuple[str, Score]]) -> Table:
    """What reviewers expect and what must not be there, by what the drafts were made from.

    The held-out cases were written without sight of the patterns; the others are shipped samples.
    """
    sets = {
        "held out, prose": [s for how, s in scores if s.case.is_held_out and how == "prose"],
        "held out, with facts": [s for how, s in scores if s.case.is_held_out and how != "prose"],
        "samples": [s for _, s in scores if not s.case.is_held_out],
    }
    return {
        name: {
            "must": share(s.recall("must") for s in found),
            "should": share(s.recall("should") for s in found),
            "forbidden": mean((len(s.forbidden) for s in found), Better.LESS),
            "wrong gates": mean((len(s.wrong_gates) for s in found), Better.LESS),
        }
        for name, found in sets.items()
        if found
    }


def run(*, update: bool = False) -> Sequence[str]:
    """Measure, print, and tell what fell below the baseline."""
    scores = measure()
    print(report(scores))
    print()
    print(text_of(table(scores)))
    return judged("drafting", table(scores), update=update)
