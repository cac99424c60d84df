"""All that a language model adds to a model without a session: it reads, drafts and sums up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence

from threatwright.engine.derive import derive, record
from threatwright.errors import LanguageModelError
from threatwright.model.document import ThreatModel
from threatwright.model.journal import JournalEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.redaction import Personal
from threatwright.ports import KnowledgeIndex, Llm
from threatwright.workflow.drafting import drafted_with
from threatwright.workflow.events import Event, Summing, Warned
from threatwright.workflow.listening import listened
from threatwright.workflow.patience import Halted, unless
from threatwright.workflow.summing_up import asked_of, summed_up

AGAIN = "What was done without it counts; the next run asks for this again."


async def with_language_model(
    model: ThreatModel,
    llm: Llm,
    knowledge: Knowledge,
    index: Callable[[], KnowledgeIndex] | None,
    *,
    say: Callable[[Event], None],
    stop: asyncio.Event,
    personal: Collection[Personal] = (),
) -> ThreatModel:
    """The derived model with what the language model adds; no time is kept.

    Once `stop` is set, it ends with what has arrived. What fails is told as a warning, and left to
    the next run.
    """
    heard = await listened(model, llm, knowledge, "", personal, stop, say)
    if heard.trouble is not None:
        say(_failed(heard.trouble))
    model = await _after(model, heard.entries, knowledge)
    is_whole = True

    def hear(event: Event) -> None:
        nonlocal is_whole
        is_whole &= not (isinstance(event, Warned) and event.of_model)
        say(event)

    if not stop.is_set():
        entries = await drafted_with(
            model, llm, knowledge, index, say=hear, stop=stop, personal=personal
        )
        model = await _after(model, entries, knowledge)
    if stop.is_set() or not is_whole:
        return model
    return await _summed_up(model, llm, knowledge, say, stop, personal)


async def _summed_up(
    model: ThreatModel,
    llm: Llm,
    knowledge: Knowledge,
    say: Callable[[Event], None],
    stop: asyncio.Event,
    personal: Collection[Personal],
) -> ThreatModel:
    draft = await asyncio.to_thread(asked_of, model, llm.model, knowledge, personal)
    if draft is None:
        return model
    say(Summing(usage=llm.usage))
    try:
        entries = await unless(stop, summed_up(model, draft, llm))
    except Halted:
        return model
    except LanguageModelError as error:
        say(_failed(error))
        return model
    return await _after(model, entries, knowledge)


async def _after(
    model: ThreatModel, entries: Sequence[JournalEntry], knowledge: Knowledge
) -> ThreatModel:
    if not entries:
        return model
    return await asyncio.to_thread(derive, record(model, *entries), knowledge)


def _failed(error: LanguageModelError) -> Warned:
    return Warned(problem=error.problem, fix=f"{error.fix} {AGAIN}", of_model=True)
