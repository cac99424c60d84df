"""The report's first page: how bad, what first, and what it rests on."""

from __future__ import annotations

from collections import Counter

from threatwright.exchange import marks
from threatwright.exchange.inherited import files_in_words
from threatwright.exchange.report.content import LEVELS, Content, words
from threatwright.exchange.report.summed_up import summed_up
from threatwright.model.journal import Answered, SourceKind, Told, Unknown, standing
from threatwright.model.terms import Level, Status
from threatwright.model.threats import Threat

TOP = 5


def summary(content: Content) -> list[str]:
    """The section, as lines of Markdown."""
    lines = ["## Summary", ""]
    if not content.standing:
        lines += [_nothing(content), ""]
    else:
        lines += [_in_a_sentence(content), "", *summed_up(content)]
        lines += [*_by_level(content), *_top(content)]
    if content.inherited:
        number = marks.count(len(content.inherited), "further threat")
        lines += [f"[{number}](#inherited-threats) came with files that are inherited.", ""]
    return [*lines, "### What it rests on", "", *marks.bullets(_basis(content))]


def _nothing(content: Content) -> str:
    if content.rejected:
        return "Every threat was rejected in review; the reasons are given below."
    if not content.model.system.components:
        return "**Nothing of the system is described yet**, so no threats are listed."
    if not content.has_ai:
        return (
            "**No AI component was found in this system**: no model, no training, no data set, no "
            "agent. This tool models threats to AI systems, so none are listed. Threats to an "
            "ordinary system are not covered here. If the system does use AI, say where, and draft "
            "again."
        )
    return "No threat follows from what is known so far. What was not assessed is listed below."


def _in_a_sentence(content: Content) -> str:
    levels = Counter(t.level for t in content.standing)
    urgent = levels[Level.CRITICAL] + levels[Level.HIGH]
    assumed = sum(1 for t in content.standing if t.assumptions)
    sentence = (
        f"{marks.count(len(content.standing), 'threat')} to "
        f"{marks.count(len({t.element for t in content.standing}), 'element')}, "
        f"{urgent or 'none'} of them high or critical before controls."
    )
    if assumed:
        sentence += f" For {assumed} of them, something is assumed that nobody has confirmed yet."
    return sentence


def _by_level(content: Content) -> list[str]:
    inherent = Counter(t.level for t in content.standing)
    residual = Counter(content.level(t.residual) for t in content.standing)
    return marks.table(
        ("Risk", *(words(level).capitalize() for level in LEVELS), "Total"),
        [
            (name, *(str(levels[level]) for level in LEVELS), str(levels.total()))
            for name, levels in (("Before controls", inherent), ("Residual", residual))
        ],
    )


def _top(content: Content) -> list[str]:
    top = content.standing[:TOP]
    title = "The highest risk" if len(top) == 1 else f"The {len(top)} highest risks"
    return [
        f"### {title}",
        "",
        *marks.table(
            ("#", "Threat", "Element", "Risk", "Residual", "Rests on"),
            [_top_row(content, threat) for threat in top],
        ),
    ]


def _top_row(content: Content, threat: Threat) -> tuple[str, ...]:
    return (
        str(content.numbers[threat.id]),
        content.link(threat),
        content.name(threat.element),
        f"{threat.level.value} ({threat.risk})",
        f"{content.level(threat.residual).value} ({threat.residual})",
        marks.count(len(threat.assumptions), "assumption") if threat.assumptions else "statements",
    )


def _basis(content: Content) -> list[str]:
    model = content.model
    counted = standing(model.journal)
    answers = [e for e in counted if isinstance(e, Answered | Told)]
    unknown = sum(isinstance(e, Unknown) for e in counted)
    people = sorted({e.by for e in counted if e.by})
    status = Counter(t.status for t in (*content.standing, *content.rejected))
    lines = [
        *(
            f"{'Description' if s.kind is SourceKind.PROSE else 'System'} {marks.code(s.name)}"
            + (f": {marks.text(s.left_out)}" if s.left_out else "")
            for s in model.sources
        ),
        *(f"Inherited {marks.text(file)}" for file in files_in_words(model)),
        marks.count(len(answers), "answer")
        + (f" by {marks.text(', '.join(people))}" if people else "")
        + (f", {marks.count(unknown, 'question')} nobody could answer" if unknown else ""),
    ]
    if model.threats:
        decided = ", ".join(
            f"{status[s]} {s.value}" for s in (Status.ACCEPTED, Status.REJECTED, Status.TRANSFERRED)
        )
        lines.append(f"Review: {decided}, {status[Status.PROPOSED]} still to be decided")
    lines.append(
        f"[{marks.count(len(content.questions), 'open question')}](#open-questions) and "
        f"[{marks.count(len(model.gaps), 'gap')}](#gaps-in-this-model) in what is known"
    )
    return lines
