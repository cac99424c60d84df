"""Writes forms in Markdown: to be read anywhere, and filled by hand in any editor."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.exchange import marks
from threatwright.exchange.form_content import ANYTHING_ELSE, Asked, Printed
from threatwright.exchange.publisher import marked

WHY = "Why it matters"
DONT_KNOW = "don't know"
MOST_TITLES = 3


def write(form: Printed) -> bytes:
    """The form. What is ours and is not to be filled stands in quotations."""
    lines = [f"# {marks.text(form.title)}", "", *_head(form)]
    for group in form.groups:
        lines += ["", f"## {marks.text(group.heading)}"]
        for asked in group.asked:
            lines += ["", *_question(asked)]
    if form.total:
        lines += ["", f"## {ANYTHING_ELSE}", "", "Answer:", ""]
    return ("\n".join(lines) + "\n").encode()


def _head(form: Printed) -> Iterator[str]:
    asks = f"{marks.count(form.total, 'question').capitalize()}, the most valuable first. "
    how = (
        "Tick a choice by putting an x into its brackets, as in `[x]`, or write after "
        "“Answer:” in your own words, or do both. Leave blank what you would rather not say, and "
        f"tick “{DONT_KNOW}” where nobody need ask you again. What is proposed is no answer until "
        "you tick it."
    )
    yield f"> {asks + how if form.total else 'Nothing is open.'}"
    yield ">"
    yield "> By this line the form is recognised when it comes back; leave it as it is:"
    yield f"> `{form.stamp}`"
    if form.total:
        yield ""
        yield "Your name:"


def _question(asked: Asked) -> Iterator[str]:
    question = asked.question
    text = marks.text(marked(question.text, question.publisher))
    yield f"### {asked.number}. {text} `{question.id}`"
    yield ""
    for side in asked.sides:
        words = f" ({marks.quote(side.quote)})" if side.quote else ""
        yield f"> - {marks.text(side.who)}: **{marks.text(side.says)}**{words}"
    if asked.sides:
        yield ">"
    yield f"> {WHY}: {marks.text(question.why)}"
    for line in question.told:
        yield ">"
        yield f"> Known already: {marks.text(line)}"
    if question.decides:
        yield ">"
        yield f"> It decides: {marks.text('; '.join(question.decides[:MOST_TITLES]))}."
    if asked.proposed is not None:
        yield ">"
        yield f"> Proposed: {marks.text(asked.proposed.label)}."
    yield ""
    for choice in question.choices:
        yield f"- [ ] {marks.text(choice.value)}: {marks.text(choice.label)}"
    yield f"- [ ] {DONT_KNOW}"
    yield ""
    yield "Answer:"
