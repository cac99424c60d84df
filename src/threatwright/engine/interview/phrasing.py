"""A question in the words of who is asked: what a language model makes of it, held against ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, Field

from threatwright.engine.text.name_words import tokens_of, words_of
from threatwright.engine.text.sentences import one_line, stem
from threatwright.engine.text.spoken import unsteered
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question, besides
from threatwright.model.journal import Answered, Told, standing
from threatwright.model.knowledge import Knowledge

LONGEST = 300
"""Characters of a question, and of why it is asked."""
LATELY = 8
"""Of what was said, so many of the last inputs are shown."""
MOST_SAID = 400
"""Characters of one of them."""

_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_SECRETS = frozenset(
    map(stem, ("password", "passphrase", "credential", "secret", "token", "paste", "login"))
)
"""Nobody is to be brought to type one; only a question that is about them has these words."""
_NOT_TALK = re.compile(r"https?:|www\.|[<>{}`|\\\n]")


class Phrased(BaseModel):
    """A reply."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str = Field(description="the question, ending with a question mark")
    why: str = Field(description="one sentence on what the answer decides")


def said_so_far(model: ThreatModel, knowledge: Knowledge) -> list[str]:
    """What the person said, the last of it, in few words each; before that what it is about."""
    entries = [e for e in standing(model.journal) if isinstance(e, Answered | Told)]
    lately = [
        one_line(words)[:MOST_SAID] for e in entries[-LATELY:] if (words := _words(e, knowledge))
    ]
    return [*filter(None, [model.system.purpose]), *lately]


def _words(entry: Answered | Told, knowledge: Knowledge) -> str:
    if isinstance(entry, Told):
        return entry.text
    fact = knowledge.fact_entries.get(entry.question.rpartition(".")[2])
    choice = fact.choice(entry.value) if fact else None
    chosen = f"{fact.name}: {choice.label}" if fact and choice else ""
    return ". ".join(filter(None, (chosen, entry.text)))


def phrased(reply: Phrased, question: Question, said: Iterable[str]) -> Question | None:
    """The question in the words of a reply; None if it is not the same question any more.

    `said` is all that its words may be taken from besides the question itself: what people said,
    and the names of components.
    """
    text, why = (one_line(unsteered(part)) for part in (reply.text, reply.why))
    known = _Known(question, said)
    if not (_is_question(text) and known.allows(text) and _names(text, question)):
        return None
    is_reason = 0 < len(why) <= LONGEST and known.allows(why)
    return question.model_copy(
        update={
            "text": text + besides(also.text for also in question.also),
            "why": why if is_reason else question.why,
        }
    )


def _is_question(text: str) -> bool:
    ends = _SENTENCE_END.findall(text)
    return 0 < len(text) < LONGEST and text.endswith("?") and len(ends) <= 2


def _names(text: str, question: Question) -> bool:
    """Whether it names what it is about, by any word of its name."""
    name = words_of(question.element_name)
    is_of_system = question.element_name == "" or question.element == "system"
    return is_of_system or not set(name).isdisjoint(words_of(text))


class _Known:
    """The words that a question may be put in."""

    def __init__(self, question: Question, said: Iterable[str]) -> None:
        ours = [
            question.text,
            question.why,
            question.element_name,
            *(choice.label for choice in question.choices),
        ]
        self.ours = {stem(word) for text in ours for word in tokens_of(text)}
        self.all = self.ours | {stem(word) for text in said for word in tokens_of(text)}

    def allows(self, text: str) -> bool:
        """Whether it names nothing that nobody named, and asks for no secret."""
        asked_for = {stem(word) for word in tokens_of(text)} & _SECRETS
        named = {stem(word) for name in _names_in(text) for word in tokens_of(name)}
        return not _NOT_TALK.search(text) and asked_for <= self.ours and named <= self.all


def _names_in(text: str) -> Iterator[str]:
    """Words that look like names: with a digit, or a capital that is not just that of a start."""
    at_start = True
    for word in text.split():
        bare = word.strip(".,;:?!()\"'“”‘’")
        has_capital = any(c.isupper() for c in (bare[1:] if at_start else bare))
        if (has_capital or any(c.isdigit() for c in bare)) and bare != "I":
            yield bare
        at_start = word.endswith((".", "?", "!"))
