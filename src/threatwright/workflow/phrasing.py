"""Has a language model put a question into the words of who is asked. Ours stands in for it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from threatwright import prompts
from threatwright.engine.interview.phrasing import Phrased, phrased, said_so_far
from threatwright.errors import LanguageModelError
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.model.knowledge import Knowledge
from threatwright.model.prompt import Prompt
from threatwright.model.redaction import Personal
from threatwright.ports import Llm

PHRASE = "phrase_question"
PATIENCE = 6.0
"""Seconds after which the question is asked in our words."""


async def in_their_words(
    question: Question,
    model: ThreatModel,
    llm: Llm,
    knowledge: Knowledge,
    personal: Collection[Personal] = (),
    halt: asyncio.Event | None = None,
    patience: float = PATIENCE,
) -> Question | None:
    """The question as a model words it; None if it does not, not in time, or asks another thing."""
    said = said_so_far(model, knowledge)
    names = [component.name for component in model.system.components]
    prompt = prompt_for(question, names, said, personal)
    asking = asyncio.ensure_future(llm.ask(prompt, Phrased))
    halting = asyncio.ensure_future((halt or asyncio.Event()).wait())
    try:
        await asyncio.wait((asking, halting), timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            return None
        return phrased(asking.result(), question, [*said, *names])
    except LanguageModelError:
        return None
    finally:
        for task in (asking, halting):
            task.cancel()


def prompt_for(
    question: Question,
    names: Collection[str],
    said: Collection[str],
    personal: Collection[Personal] = (),
) -> Prompt:
    """What is asked about a question."""
    return prompts.render(
        PHRASE,
        personal,
        question=question.lead,
        why=question.why,
        choices=[choice.label for choice in question.choices],
        element="" if question.element == "system" else question.element_name,
        components=list(names),
        said=list(said),
    )
