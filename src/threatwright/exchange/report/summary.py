"""The report's first page: how bad, what first, and what it rests on."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from threatwright.exchange import marks
from threatwright.exchange.inherited import files_in_words
from threatwright.exchange.report import probed, risk
from threatwright.exchange.report.content import LEVELS, Content, words
from threatwright.exchange.report.summed_up import summed_up
from threatwright.model.journal import Answered, Source, SourceKind, Told, Unknown, standing
from threatwright.model.terms import Level, Status
from threatwright.model.threats import Threat

TOP = 5


def summary(content: Content) -> list[str]:
    """The section, as lines of Markdown."""
    lines = ["## Summary", ""]
    if not content.standing:
        lines += [_nothing(content), ""]
    else:
        lines += [in_a_sentence(content), "", *summed_up(content)]
        lines += [*_by_level(content), *_top(content), *risk.appetite(content)]
    if content.inherited:
        number = marks.count(len(content.inherited), "further threat")
        lines += [f"[{number}](#inherited-threats) came with files that are inherited.", ""]
    return [*lines, "### What it rests on", "", *marks.bullets(_basis(content))]


def _nothing(content: Content) -> str:
    why, then = no_threats(content)
    return f"**{why}**{then}" if then else why


def no_threats(content: Content) -> tuple[str, str]:
    """Why there are none: what weighs most, and what follows it in the same sentence or after."""
    if content.rejected:
        return "Every threat was rejected in review; the reasons are given below.", ""
    if not content.model.system.components:
        return "Nothing of the system is described yet", ", so no threats are listed."
    if not content.has_ai:
        return (
            "No AI component was found in this system",
            ": no model, no training, no data set, no agent. This tool models threats to AI "
            "systems, so none are listed. Threats to an ordinary system are not covered here. If "
            "the system does use AI, say where, and draft again.",
        )
    return "No threat follows from what is known so far. What was not assessed is listed below.", ""


def in_a_sentence(content: Content) -> str:
    """How many threats, how grave, and what for some of them is assumed."""
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
    return f"{sentence} {probed.in_a_sentence(content)}".rstrip()


def by_level(content: Content) -> tuple[tuple[str, Counter[Level]], ...]:
    """How many threats are of each level: before controls, residual, and once plans are done."""
    all_ = [risk.states(content, threat) for threat in content.standing]
    return tuple(
        (name, Counter(states[at].level for states in all_)) for at, name in enumerate(risk.NAMES)
    )


def _by_level(content: Content) -> list[str]:
    return marks.table(
        ("Risk", *(words(level).capitalize() for level in LEVELS), "Total"),
        [
            (name, *(str(levels[level]) for level in LEVELS), str(levels.total()))
            for name, levels in by_level(content)
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


class Basis(NamedTuple):
    """What a draft rests on."""

    sources: tuple[Source, ...]
    inherited: tuple[str, ...]
    """The files that are inherited, in words."""
    answers: int
    unknown: int
    """Questions that nobody could answer."""
    people: tuple[str, ...]
    decided: Counter[Status]
    """The review of all threats of its own, rejected ones included."""

    @property
    def said(self) -> str:
        """Who answered how much."""
        by = f" by {', '.join(self.people)}" if self.people else ""
        unanswered = f", {marks.count(self.unknown, 'question')} nobody could answer"
        return f"{marks.count(self.answers, 'answer')}{by}{unanswered if self.unknown else ''}"

    @property
    def review(self) -> str:
        """What was decided, and what is still to be."""
        decided = (Status.ACCEPTED, Status.REJECTED, Status.TRANSFERRED)
        counted = ", ".join(f"{self.decided[status]} {status.value}" for status in decided)
        return f"Review: {counted}, {self.decided[Status.PROPOSED]} still to be decided"


def basis(content: Content) -> Basis:
    """What the draft rests on."""
    counted = standing(content.model.journal)
    return Basis(
        sources=content.model.sources,
        inherited=tuple(files_in_words(content.model)),
        answers=sum(isinstance(e, Answered | Told) for e in counted),
        unknown=sum(isinstance(e, Unknown) for e in counted),
        people=tuple(sorted({e.by for e in counted if e.by})),
        decided=Counter(t.status for t in (*content.standing, *content.rejected)),
    )


def told_of(source: Source) -> str:
    """What a source is."""
    return "Description" if source.kind is SourceKind.PROSE else "System"


def _basis(content: Content) -> list[str]:
    found = basis(content)
    lines = [
        f"{told_of(s)} {marks.code(s.name)}" + (f": {marks.text(s.left_out)}" if s.left_out else "")
        for s in found.sources
    ]
    lines += [f"Inherited {marks.text(file)}" for file in found.inherited]
    lines.append(marks.text(found.said))
    if content.model.threats:
        lines.append(found.review)
    if content.model.stale:
        number = marks.count(len(content.model.stale), "stale decision")
        lines.append(f"[{number}](#stale-decisions): what was decided is no threat any more")
    lines.append(
        f"[{marks.count(len(content.questions), 'open question')}](#open-questions) and "
        f"[{marks.count(len(content.model.gaps), 'gap')}](#gaps-in-this-model) in what is known"
    )
    return lines
