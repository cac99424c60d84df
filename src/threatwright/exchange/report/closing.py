"""The report's last pages: what was left out and why, what is open, what is missing, editions."""

from __future__ import annotations

from threatwright.exchange import marks
from threatwright.exchange.publisher import changes, marked
from threatwright.exchange.report.content import Content, words
from threatwright.model.catalogue import Catalogue
from threatwright.model.patterns import Pattern
from threatwright.model.system import Flow, is_inherited
from threatwright.model.terms import Outcome

LEFT_OUT = (
    (
        Outcome.NOT_ASSESSED,
        "Not assessed",
        "These would be threats if what is missing turns out to be so. They are not ruled out.",
    ),
    (Outcome.NOT_APPLICABLE, "Not applicable", "These were ruled out by what was stated."),
)


def left_out(content: Content) -> list[str]:
    """What was considered and does not make a threat, as lines of Markdown."""
    lines: list[str] = []
    for outcome, title, note in LEFT_OUT:
        rows = [
            (marks.text(because), "<br>".join(map(marks.text, titles)))
            for because, titles in kept_away(content, outcome)
        ]
        if rows:
            table = marks.table(("Because", "Threat"), rows)
            lines += [f"### {title}", "", note, "", *table]
    return ["## Considered and left out", "", *lines] if lines else []


def kept_away(content: Content, outcome: Outcome) -> list[tuple[str, list[str]]]:
    """Each reason of that outcome, with the titles of the threats that it keeps away."""
    if not content.has_ai:
        return []  # every pattern would be listed, each for want of any AI
    groups: dict[str, dict[str, list[str]]] = {}
    for verdict in content.model.considered:
        if verdict.outcome is outcome and not is_inherited(verdict.element):
            elements = groups.setdefault(verdict.because, {}).setdefault(verdict.pattern, [])
            elements.append(verdict.element)
    return [
        (
            because[:1].upper() + because[1:],
            [would_be(content, pattern, patterns[pattern]) for pattern in sorted(patterns)],
        )
        for because, patterns in sorted(groups.items())
    ]


def would_be(content: Content, id_: str, elements: list[str]) -> str:
    """A pattern's title, filled with the names of all the elements that it was held against."""
    pattern = content.patterns.get(id_)
    if pattern is None:
        return f"{id_}: {', '.join(map(content.model.system.name_of, elements))}"
    title = pattern.title
    for place in ("element", "source", "target"):
        names = dict.fromkeys(_name(content, pattern, element, place) for element in elements)
        title = title.replace(f"{{{place}}}", ", ".join(names))
    return marked(title[:1].upper() + title[1:], pattern.publisher)


def _name(content: Content, pattern: Pattern, element: str, place: str) -> str:
    system = content.model.system
    found = system.elements.get(element)
    if isinstance(found, Flow) and place != "element":
        return system.name_of(found.source if place == "source" else found.target)
    if found is None:
        kinds = [content.knowledge.kind_entries[kind].name for kind in pattern.kinds[:1]]
        return f"any {kinds[0].lower()}" if kinds else "any element"
    return system.name_of(element)


def open_questions(content: Content) -> list[str]:
    """What is worth asking, most valuable first, as lines of Markdown."""
    rows = [
        (
            marks.text(marked(q.text, q.publisher))
            + (" *Answered in words, not read.*" if q.id in content.unread else ""),
            words(q.role),
            marks.text(q.why),
            marks.text("; ".join(q.decides[:3]) + (" …" if len(q.decides) > 3 else "")),
        )
        for q in content.questions
    ]
    lines = marks.table(("Question", "Who would know", "Why it matters", "It decides"), rows)
    return ["## Open questions", "", *lines] if lines else []


def gaps(content: Content) -> list[str]:
    """What the model itself is missing, as lines of Markdown."""
    items = [f"{marks.text(gap.text)} *{marks.text(gap.fix)}*" for gap in content.model.gaps]
    return ["## Gaps in this model", "", *marks.bullets(items)] if items else []


def catalogues(content: Content) -> list[Catalogue]:
    """The editions that the model was drafted with, or that a threat cites."""
    used = content.model.derived.editions
    cited = {(r.list.value, r.edition) for t in content.model.threats for r in t.references}
    return [
        c
        for c in content.knowledge.catalogues
        if used.get(c.list.value) == c.edition or (c.list.value, c.edition) in cited
    ]


def editions(content: Content) -> list[str]:
    """The catalogues that ids refer to, as lines of Markdown."""
    rows = [
        (marks.text(c.title), marks.text(c.edition), marks.text(c.publisher), marks.text(c.licence))
        for c in catalogues(content)
    ]
    digest = content.model.derived.knowledge
    return [
        "## Catalogues",
        "",
        *(marks.table(("Catalogue", "Edition", "Publisher", "Licence"), rows) or ["None.", ""]),
        *([f"Knowledge base {marks.code(digest[:12])}.", ""] if digest else []),
        *_organisation(content),
    ]


def _organisation(content: Content) -> list[str]:
    """Whose knowledge it rests on besides ours, and what theirs changes."""
    drafted_with, at_hand = content.model.derived.organisation, content.knowledge.organisation
    if not drafted_with:
        return []
    if at_hand is None or at_hand.name != drafted_with:
        return [f"It includes the knowledge of {marks.text(drafted_with)}.", ""]
    removed = [
        marks.code(id_) + (f": {marks.text(because)}" if because else "")
        for id_, because in at_hand.removes.items()
    ]
    return [
        f"It includes the knowledge of **{marks.text(at_hand.name)}**, from the folder "
        f"{marks.code(at_hand.folder)} ({marks.code(at_hand.digest[:12])}), which "
        f"{marks.text(changes(at_hand))}.",
        "",
        *(["Patterns that it removes, so that nothing was held against them:", ""] * bool(removed)),
        *marks.bullets(removed),
    ]
