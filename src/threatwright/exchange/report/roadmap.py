"""The roadmap: what to do now, next and later, and what each phase makes of the risk."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from threatwright.exchange import marks
from threatwright.exchange.names import spaced
from threatwright.exchange.publisher import marked
from threatwright.exchange.report.content import LEVELS, Content, words
from threatwright.model.roadmap import Matrix, Phase, PhaseName, Roadmap, Work

RULE = (
    "Ordered by the residual risk that goes for the effort, each after all that stands before it "
    "and after what it builds on. *Now* ends where half of all that can be taken off is, *next* "
    "at nine tenths."
)
SECOND_LINE = "A second line, which takes nothing more off after all of that"
NOBODY_RESPONDS = (
    "What only detects lowers nothing here: nobody is said to respond to it, and no mitigation of "
    "the roadmap sees to that."
)
MOST_PLACES = 4


def roadmap(content: Content) -> list[str]:
    """The section of the report, as lines of Markdown."""
    if not content.standing:
        return []

    def against(work: Work) -> str:
        numbers = content.numbers_of(work.threats)
        return f"{'threat' if len(work.threats) == 1 else 'threats'} {numbers}"

    return ["## Roadmap", "", *written(content, against, "###")]


def written(content: Content, against: Callable[[Work], str], level: str) -> list[str]:
    """The roadmap. `against` names the threats of a piece of work, `level` begins headings."""
    found = content.roadmap
    works = [work for phase in found.phases for work in phase.work]
    lines = [in_a_sentence(found), ""]
    if not works:
        return [*lines, *_not_doing(found)]
    lines += [marks.paragraph(RULE), "", *_matrices(found)]
    lines += [NOBODY_RESPONDS, ""] if found.unheard else []
    for phase in found.phases:
        lines += [f"{level} {phase.name.capitalize()}", "", *_phase(content, phase, against)]
    return [*lines, *_not_doing(found)]


def in_a_sentence(found: Roadmap) -> str:
    """How much is left to do, what it would take off, and how much of it has an owner."""
    works = [work for phase in found.phases for work in phase.work]
    if not works:
        return "Nothing is left to do: no mitigation of this model is open."
    owned = sum(bool(work.owners) for work in works)
    is_or_are = "is" if len(works) == 1 else "are"
    return (
        f"{marks.count(len(works), 'mitigation')} {is_or_are} not in place everywhere. Together "
        f"they would take the residual risk of all threats from {found.today.total} to "
        f"{found.phases[-1].after.total}. {owned or 'None'} of them "
        f"{'has' if owned <= 1 else 'have'} an owner."
    )


def matrices(found: Roadmap) -> list[tuple[str, Matrix]]:
    """What the matrix is today and after each phase, with its name."""
    last = {PhaseName.LATER: " (all in place)"}
    after = [(f"After {p.name}{last.get(p.name, '')}", p.after) for p in found.phases]
    return [("Today", found.today), *after]


def split(phase: Phase) -> tuple[list[Work], list[Work]]:
    """What takes risk off or has others wait for it; the second line."""
    awaited = {first for work in phase.work for first in work.after}
    first = [w for w in phase.work if w.takes_off or w.mitigation in awaited]
    return first, [work for work in phase.work if work not in first]


def takes(phase: Phase) -> str:
    """What a phase does, in a few words."""
    if not phase.work:
        return "Nothing to do."
    number = marks.count(len(phase.work), "mitigation")
    return f"{number}, {phase.takes_off} taken off, {phase.after.total} left."


def details(content: Content, work: Work) -> list[str]:
    """What is known of a piece of work, a few words each, as plain text."""
    places = [content.named(place) for place in work.at]
    more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
    return [
        f"{work.effort} effort" if work.effort else "",
        f"{spaced(work.stage)} stage" if work.stage else "",
        spaced(work.status),
        f"at {', '.join(places[:MOST_PLACES])}{more}" if places else "",
        f"after {names(content, work.after)}" if work.after else "",
        f"builds on {names(content, work.needs)}, of which nothing is known" if work.needs else "",
        owner(work),
    ]


def owner(work: Work) -> str:
    """Who is to do it and until when; else who would know."""
    due = f", due {work.due}" if work.due else ""
    if work.owners:
        return f"owner {', '.join(work.owners)}{due}"
    return f"no owner yet{due}" + (f" (ask {spaced(work.role)})" if work.role else "")


def names(content: Content, mitigations: Sequence[str]) -> str:
    """The titles of mitigations."""
    entries = content.knowledge.mitigation_entries
    return ", ".join(entries[id_].title if id_ in entries else id_ for id_ in mitigations)


def _matrices(found: Roadmap) -> list[str]:
    return marks.table(
        ("Threats by residual risk", *(words(one).capitalize() for one in LEVELS), "Sum of risk"),
        [
            (name, *(str(matrix.levels[one]) for one in LEVELS), str(matrix.total))
            for name, matrix in matrices(found)
        ],
    )


def _phase(content: Content, phase: Phase, against: Callable[[Work], str]) -> list[str]:
    first, second = split(phase)
    lines = [takes(phase), ""]
    for n, work in enumerate(first, 1):
        lines.append(f"{n}. {_work(content, work, against)}")
        beneath = " " * len(f"{n}. ")
        lines += [f"{beneath}- Check: {marks.text(how)}" for how in how_to_check(content, work)]
    lines += [""] if first else []
    if second:
        listed = ", ".join(f"{_title(work)} {marks.code(work.mitigation)}" for work in second)
        lines += [f"{SECOND_LINE}: {listed}.", ""]
    return lines


def how_to_check(content: Content, work: Work) -> list[str]:
    """How to see that it is in place; nothing of what the knowledge base does not know."""
    entry = content.knowledge.mitigation_entries.get(work.mitigation)
    return [entry.verify] if entry else []


def _work(content: Content, work: Work, against: Callable[[Work], str]) -> str:
    told = "; ".join(marks.text(part) for part in details(content, work) if part)
    gain = f"takes {work.takes_off} off" if work.takes_off else "comes first"
    return f"**{_title(work)}** {marks.code(work.mitigation)} {gain} ({against(work)}): {told}."


def _title(work: Work) -> str:
    return marks.text(marked(work.title, work.publisher))


def _not_doing(found: Roadmap) -> list[str]:
    listed = ", ".join(map(marks.text, found.not_doing))
    return [f"Decided against: {listed}.", ""] if listed else []
