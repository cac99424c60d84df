"""Chooses the next question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright.workflow.events import Asked
from threatwright.workflow.phrasing import in_their_words
from threatwright.workflow.state import Deps, Standing, State, Update

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

    from threatwright.model.interview import Question

GIVES_UP = 2
"""After as many questions in a row that a model did not word, ours are asked without delay."""


async def plan(state: State, runtime: Runtime[Deps]) -> Update:
    """Put the question that would change the model most in line, if one is worth asking."""
    now = await runtime.context.standing(state.journal)
    if now.question is None:
        return {"asked": None}
    question = await worded(now.question, now, runtime.context)
    return {"asked": Asked(question=question, progress=now.progress)}


async def worded(question: Question, now: Standing, deps: Deps) -> Question:
    """The question in the words of who is asked, where a language model finds them."""
    if deps.llm is None or not deps.phrases or deps.unworded >= GIVES_UP:
        return question
    key = question.id, question.text
    if key not in deps.worded:
        found = await in_their_words(
            question, now.model, deps.llm, deps.knowledge, deps.personal, deps.halt
        )
        deps.unworded = 0 if found else deps.unworded + 1
        if found is None:
            return question
        deps.worded[key] = found.text, found.why
    text, why = deps.worded[key]
    return question.model_copy(update={"text": text, "why": why})
