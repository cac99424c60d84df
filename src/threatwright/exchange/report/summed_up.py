"""The summary that a language model wrote of the draft, marked as its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from threatwright.engine.contributions.summary_reply import ids_in, last_summary
from threatwright.exchange import marks
from threatwright.exchange.report.content import Content
from threatwright.model.journal import by_people, standing
from threatwright.model.threats import Threat


class Part(NamedTuple):
    """A stretch of the summary, or the threat that is named there."""

    text: str
    """With the spaces at either end; of a threat its id."""
    is_id: bool = False
    threat: Threat | None = None
    """None if no standing threat has the id."""


def paragraphs(content: Content) -> list[list[Part]]:
    """The last summary, paragraph by paragraph; nothing if there is none."""
    summary = last_summary(content.model.journal)
    if summary is None:
        return []
    threats = {threat.id: threat for threat in content.standing}
    return [list(_parts(text, threats)) for text in summary.text.split("\n\n")]


def _parts(text: str, threats: Mapping[str, Threat]) -> Iterator[Part]:
    at = 0
    for id_, start, end in ids_in(text):
        yield Part(text[at:start])
        yield Part(id_, is_id=True, threat=threats.get(id_))
        at = end
    yield Part(text[at:])


def written_by(content: Content) -> str:
    """Whose words these are, and what was said since."""
    summary = last_summary(content.model.journal)
    if summary is None:
        return ""
    since = sum(e.n > summary.n for e in by_people(standing(content.model.journal)))
    later = f"; {marks.count(since, 'answer or decision', 'answers and decisions')} came after it"
    return (
        f"Written by the language model {summary.model}{later if since else ''}. That the threats "
        "exist was checked; what it makes of them was not."
    )


def summed_up(content: Content) -> list[str]:
    """The last summary as lines of Markdown, with links in place of ids."""
    found = paragraphs(content)
    if not found:
        return []
    written = (marks.paragraph("".join(_markdown(content, p) for p in parts)) for parts in found)
    quoted = [line for part in written for line in (f"> {part}", ">")]
    return [*quoted, f"> *{marks.text(written_by(content))}*", ""]


def _markdown(content: Content, part: Part) -> str:
    if not part.is_id:
        return _prose(part.text)
    if part.threat is None:
        return marks.code(part.text)
    return content.link(part.threat, f"no. {content.numbers[part.threat.id]}")


def _prose(text: str) -> str:
    """A part of a sentence, with a space at either end where it has one."""
    before, after = " " * text.startswith(" "), " " * text.endswith(" ")
    return f"{before}{marks.text(text)}{after}" if text.strip() else text
