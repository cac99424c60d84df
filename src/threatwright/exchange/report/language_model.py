"""What a language model had to do with the draft: how it ran, and what of it was not taken."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.reading.doubts import doubts
from threatwright.exchange import marks
from threatwright.exchange.report.content import Content
from threatwright.model.contributions import Criticised, Proposed, Ran, Refused
from threatwright.model.journal import standing
from threatwright.model.usage import Usage

NOTE = (
    "It was asked about one component after another, with what is known of it and the entries "
    "that were looked up. What it said was checked, and is marked where it stands."
)


def language_model(content: Content) -> list[str]:
    """The section, as lines of Markdown; nothing if none had part in it."""
    if not has_part(content):
        return []
    return [
        "## The language model",
        "",
        NOTE,
        "",
        *marks.table(
            ("Model", "Prompts", "Tokens", "Cost", "Not drafted"), map(_run, runs(content))
        ),
        *_doubted(content),
        *_not_taken(content),
    ]


def doubted(content: Content) -> list[tuple[str, str, str]]:
    """What it holds to be misread: (id of the fact or part, why, what the text has instead)."""
    return [(d.about, d.because, d.words) for d in doubts(content.model.journal)]


def _doubted(content: Content) -> list[str]:
    rows = [tuple(map(marks.text, row)) for row in doubted(content)]
    table = marks.table(("Held to be misread", "Why", "What the text has"), rows)
    return ["### In doubt", "", *table] if table else []


def has_part(content: Content) -> bool:
    """Whether a language model had part in the draft."""
    entries = standing(content.model.journal)
    return any(isinstance(entry, Ran | Proposed | Criticised) for entry in entries)


def runs(content: Content) -> list[Ran]:
    """The runs of drafting with a language model."""
    return [entry for entry in standing(content.model.journal) if isinstance(entry, Ran)]


def _run(ran: Ran) -> tuple[str, ...]:
    return (
        ", ".join(marks.text(name) for name in dict.fromkeys(ran.models.values())),
        ", ".join(f"{name} {marks.code(digest[:12])}" for name, digest in ran.prompts.items()),
        tokens(ran.usage),
        cost(ran.usage),
        ", ".join(map(marks.code, ran.failed)),
    )


def tokens(usage: Usage) -> str:
    """Tokens of some calls, in words; what was not counted is said."""
    if usage.uncounted and not usage.tokens:
        return "unknown"
    return f"{usage.tokens}" + (
        f" and those of {marks.count(usage.uncounted, 'call')} that were not counted"
        if usage.uncounted
        else ""
    )


def cost(usage: Usage) -> str:
    """What some calls cost, in words; what is not known is said."""
    if usage.unpriced and not usage.cost:
        return "unknown"
    return f"{usage.cost:.4f}" + (
        f" and {marks.count(usage.unpriced, 'call')} of unknown price" if usage.unpriced else ""
    )


def not_taken(content: Content) -> list[tuple[str, str, str]]:
    """What it said and was not taken: (element's id or nothing, what it said, why not)."""
    entries = standing(content.model.journal)
    proposals = list({e.element: e for e in entries if isinstance(e, Proposed)}.values())
    criticised = next((e for e in reversed(entries) if isinstance(e, Criticised)), None)
    rows = [(p.element, refused.what, refused.because) for p in proposals for refused in p.refused]
    if criticised is not None:
        rows += [("", r.what, r.because) for r in criticised.refused]
        rows += [
            (element, r.what, r.because)
            for element, r in _withdrawn(content, proposals, criticised)
        ]
    return rows


def _not_taken(content: Content) -> list[str]:
    rows = [
        (content.name(element) if element else "", marks.text(what), marks.text(because))
        for element, what, because in not_taken(content)
    ]
    table = marks.table(("About", "What it said", "Why it was not taken"), rows)
    return ["### Not taken", "", *table] if table else []


def _withdrawn(
    content: Content, proposals: list[Proposed], criticised: Criticised
) -> Iterator[tuple[str, Refused]]:
    """Suggestions that its own criticism took back, or took into others."""
    kept = {threat.id for threat in content.model.threats}
    suggested = {s.id: s for proposed in proposals for s in proposed.suggested}
    for withdrawn in criticised.withdrawn:
        if withdrawn.threat in suggested and withdrawn.threat not in kept:
            found = suggested[withdrawn.threat]
            said = f"{found.title}. {found.scenario}"
            yield found.element, Refused(what=said, because=f"withdrawn: {withdrawn.because}")
    for merged in criticised.merged:
        if merged.threat in suggested and merged.threat not in kept:
            found = suggested[merged.threat]
            said = f"{found.title}. {found.scenario}"
            because = f"the same as {merged.into}: {merged.because}"
            yield found.element, Refused(what=said, because=because)
