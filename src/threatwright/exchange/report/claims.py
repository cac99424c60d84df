"""What vendors and teams claimed of the system, what was shown for it, and what it counts for."""

from __future__ import annotations

from typing import NamedTuple

from threatwright.engine.record.taken import question_name
from threatwright.exchange import marks
from threatwright.exchange.report.content import Content
from threatwright.model.journal import Answered, standing

NOTE = (
    "A claim is an answer about the controls that it states. It lowers a risk only where something "
    "was shown for it."
)
NOTHING_SHOWN = "nothing was shown: it lowers no risk"


class Made(NamedTuple):
    """A claim that was recorded."""

    words: str
    by: str
    """Who recorded it, with role and day."""
    answers: tuple[str, ...]
    """What it answers, in words: "Rate limit of Scoring API: for all"."""
    evidence: str
    """What was shown for it; empty where nothing was."""


def made(content: Content) -> list[Made]:
    """The claims that count, in the order in which they were recorded."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for entry in standing(content.model.journal):
        if isinstance(entry, Answered) and entry.claim:
            by = ", ".join(filter(None, (entry.by, entry.role, entry.at[:10])))
            key = entry.claim, by, entry.evidence
            found.setdefault(key, []).append(_answer(content, entry))
    return [Made(words, by, tuple(said), shown) for (words, by, shown), said in found.items()]


def _answer(content: Content, entry: Answered) -> str:
    about = question_name(entry.question, content.model.system, content.knowledge)
    known = content.knowledge.fact_entries.get(entry.question.rpartition(".")[2])
    choice = known.choice(entry.value) if known else None
    return f"{about}: {choice.label if choice else entry.value}"


def claims(content: Content) -> list[str]:
    """The section, as lines of Markdown; nothing where nothing was claimed."""
    rows = [
        (
            marks.quote(one.words),
            "<br>".join(map(marks.text, one.answers)),
            marks.text(one.evidence) or f"*{NOTHING_SHOWN}*",
            marks.text(one.by),
        )
        for one in made(content)
    ]
    table = marks.table(("Claim", "It answers", "What was shown", "Recorded by"), rows)
    return ["## Claims", "", NOTE, "", *table] if table else []
