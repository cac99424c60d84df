"""The summary that a language model wrote of the draft, marked as its words."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.summary_reply import ids_in, last_summary
from threatwright.exchange import marks
from threatwright.exchange.report.content import Content
from threatwright.model.contributions import Summarised
from threatwright.model.journal import by_people, standing


def summed_up(content: Content) -> list[str]:
    """The last summary, with links in place of ids; nothing if there is none."""
    summary = last_summary(content.model.journal)
    if summary is None:
        return []
    paragraphs = (_paragraph(content, part) for part in summary.text.split("\n\n"))
    quoted = [line for part in paragraphs for line in (f"> {part}", ">")]
    return [*quoted, f"> *{_origin(content, summary)}*", ""]


def _paragraph(content: Content, text: str) -> str:
    return marks.paragraph("".join(_parts(content, text)))


def _parts(content: Content, text: str) -> Iterator[str]:
    threats = {threat.id: threat for threat in content.standing}
    at = 0
    for id_, start, end in ids_in(text):
        yield _prose(text[at:start])
        threat = threats.get(id_)
        number = content.numbers.get(id_)
        yield content.link(threat, f"no. {number}") if threat else marks.code(id_)
        at = end
    yield _prose(text[at:])


def _prose(text: str) -> str:
    """A part of a sentence, with a space at either end where it has one."""
    before, after = " " * text.startswith(" "), " " * text.endswith(" ")
    return f"{before}{marks.text(text)}{after}" if text.strip() else text


def _origin(content: Content, summary: Summarised) -> str:
    """Whose words these are, and what was said since."""
    since = sum(e.n > summary.n for e in by_people(standing(content.model.journal)))
    later = f"; {marks.count(since, 'answer or decision', 'answers and decisions')} came after it"
    return (
        f"Written by the language model {marks.text(summary.model)}{later if since else ''}. That "
        "the threats exist was checked; what it makes of them was not."
    )
