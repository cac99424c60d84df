"""The summary of a draft on a terminal: a table of threats, then what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from threatwright.cli.tables import Column, table
from threatwright.engine.interview.planner import open_questions
from threatwright.engine.record.conflicts import open_conflicts
from threatwright.engine.sort import has_ai
from threatwright.exchange.inherited import files_in_words
from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line
from threatwright.exchange.publisher import changes, marked
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import is_inherited
from threatwright.model.terms import Level, Outcome, Status
from threatwright.model.threats import Threat

EDITIONED = (ListName.OWASP_ML, ListName.OWASP_LLM, ListName.OWASP_AGENTIC)
"""Lists whose ids mean something else in every edition."""


def overview(model: ThreatModel, knowledge: Knowledge, width: int | None) -> list[str]:
    """The lines of the summary, none wider than `width` if that is given."""
    lines = [f"Threat model: {one_line(model.name)}", ""]
    own = [t for t in model.threats if not t.inherited]
    if own:
        theirs = {p.id: p.publisher for p in knowledge.patterns if p.publisher}
        rows = [_row(t, model, theirs.get(t.pattern or "", "")) for t in own]
        lines += [*table(COLUMNS, rows, width), ""]
    else:
        lines += [_no_threats(model, knowledge), ""]
    return [*lines, *_counts(model, knowledge)]


COLUMNS = (
    Column("Risk"),
    Column("Threat", share=5),
    Column("Element", share=3),
    Column("References", share=4),
)


def _row(threat: Threat, model: ThreatModel, publisher: str) -> tuple[str, ...]:
    decided = "" if threat.status is Status.PROPOSED else f" [{threat.status}]"
    return (
        f"{threat.level} ({threat.risk})",
        marked(threat.title, publisher) + decided,
        model.system.name_of(threat.element),
        ", ".join(map(short, threat.references)),
    )


def short(reference: Reference) -> str:
    """A reference in few characters: `AML.T0020`, `ML02:2023`."""
    return f"{reference.id}:{reference.edition}" if reference.list in EDITIONED else reference.id


def _no_threats(model: ThreatModel, knowledge: Knowledge) -> str:
    if not model.system.components:
        return "Nothing of the system was understood, so no threat is drafted."
    if not has_ai(model.system, knowledge):
        return "No AI component was found in this description, so no threat is drafted."
    return "No threat follows from what is known so far."


def _counts(model: ThreatModel, knowledge: Knowledge) -> Iterator[str]:
    levels = Counter(t.level for t in model.threats if not t.inherited)
    if levels:
        by_level = ", ".join(f"{levels[level]} {level}" for level in reversed(Level))
        yield f"{count(levels.total(), 'threat')}: {by_level}"
    for file in files_in_words(model):
        yield f"Inherited and decided there: {one_line(file)}"
    outcomes = Counter(v.outcome for v in model.considered if not is_inherited(v.element))
    yield (
        f"{outcomes[Outcome.NOT_ASSESSED]} not assessed (too little is known), "
        f"{outcomes[Outcome.NOT_APPLICABLE]} not applicable"
    )
    questions = len(open_questions(model, knowledge))
    conflicts = len(open_conflicts(model.system))
    differing = f", {count(conflicts, 'conflict')} to decide" if conflicts else ""
    gaps = count(len(model.gaps), "gap")
    yield f"{count(questions, 'open question')}, {gaps} in the model{differing}"
    yield from (f"  - {one_line(gap.text)} {one_line(gap.fix)}" for gap in model.gaps)
    if knowledge.organisation is not None:
        organisation = knowledge.organisation
        where = f"{organisation.folder}, {organisation.digest[:12]}"
        yield f"With the knowledge of {organisation.name} ({where}): {changes(organisation)}"
