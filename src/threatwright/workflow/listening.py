"""Has a language model read the texts of a record that none has read yet, side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from functools import partial, reduce
from operator import add
from typing import NamedTuple

from threatwright import prompts
from threatwright.engine.reading.heard import Accepted, accepted
from threatwright.engine.reading.hearing import (
    Reply,
    asked_told,
    facts_told,
    kinds_told,
    known_told,
    pieces,
    reply_type,
)
from threatwright.engine.reading.passages import Passage, unheard
from threatwright.engine.text.sentences import clean
from threatwright.errors import LanguageModelError
from threatwright.model.contributions import Heard
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.redaction import Personal
from threatwright.ports import Llm
from threatwright.workflow.events import Event, Listening

UNDERSTAND = "understand_text"


class Listened(NamedTuple):
    """What came of having texts read."""

    entries: tuple[Heard, ...]
    """To stand at the end of the journal, in the order of the texts."""
    trouble: LanguageModelError | None
    """Why not all were read; None where they were, or where nobody would wait."""


async def listened(
    model: ThreatModel,
    llm: Llm,
    knowledge: Knowledge,
    at: str = "",
    personal: Collection[Personal] = (),
    halt: asyncio.Event | None = None,
    say: Callable[[Event], None] | None = None,
) -> Listened:
    """What a language model reads in the texts of a derived model that none has read yet.

    A text that cannot be read now keeps no other from being read; it stays to be read. `halt` ends
    the waiting, with what was read by then. `say` is told how far it has come.
    """
    waiting = unheard(model)
    readers = [asyncio.create_task(_heard(p, model, llm, knowledge, personal)) for p in waiting]
    if say is not None:
        _follow(waiting, readers, llm, say)
    await _done(readers, halt)
    entries: list[Heard] = []
    trouble: LanguageModelError | None = None
    for passage, reader in zip(waiting, readers, strict=True):
        if reader.cancelled():
            continue
        try:
            found = reader.result()
        except LanguageModelError as error:
            trouble = trouble or error
        else:
            entries.append(
                Heard(
                    n=(model.journal[-1].n if model.journal else 0) + len(entries) + 1,
                    at=at,
                    model=llm.model(Tier.FAST),
                    ground=passage.ground,
                    origin=passage.origin,
                    reading=found.reading,
                    dropped=found.dropped,
                )
            )
    return Listened(tuple(entries), trouble)


def _follow(
    passages: Sequence[Passage],
    readers: Sequence[asyncio.Task[Accepted]],
    llm: Llm,
    say: Callable[[Event], None],
) -> None:
    """Have it said that texts are read, and of each when it is done."""
    done: list[str] = []

    def tell() -> None:
        last = done[-1] if done else ""
        say(Listening(done=len(done), of=len(passages), name=last, usage=llm.usage))

    def told(name: str, reader: asyncio.Task[Accepted]) -> None:
        if not reader.cancelled():
            done.append(name)
            tell()

    tell()
    for passage, reader in zip(passages, readers, strict=True):
        reader.add_done_callback(partial(told, name_of(passage)))


def name_of(passage: Passage) -> str:
    """A text, as a person would call it."""
    kind, _, rest = passage.origin.partition(":")
    return rest if kind == "document" else f"answer {rest}"


async def _done(readers: Collection[asyncio.Task[Accepted]], halt: asyncio.Event | None) -> None:
    """Wait for all of them, or for somebody to halt it: then the rest are cancelled."""
    ending = asyncio.create_task((halt or asyncio.Event()).wait())
    pending = set(readers)
    try:
        while pending and not ending.done():
            _, left = await asyncio.wait({*pending, ending}, return_when=asyncio.FIRST_COMPLETED)
            pending &= left
    finally:
        for task in (*pending, ending):
            task.cancel()
        await asyncio.gather(*pending, ending, return_exceptions=True)


async def _heard(
    passage: Passage,
    model: ThreatModel,
    llm: Llm,
    knowledge: Knowledge,
    personal: Collection[Personal],
) -> Accepted:
    """What one text says, in as many calls as it is long."""
    form = reply_type(knowledge)
    asking = prompts_for(passage, model, knowledge, personal)
    replies = await asyncio.gather(*(llm.ask(prompt, form) for prompt in asking))
    whole = reduce(add, replies, Reply())
    return await asyncio.to_thread(accepted, whole, passage, model.system, knowledge)


def prompts_for(
    passage: Passage,
    model: ThreatModel,
    knowledge: Knowledge,
    personal: Collection[Personal] = (),
) -> list[Prompt]:
    """What is asked about a text. What is the same for every text comes first."""
    return [
        prompts.render(
            UNDERSTAND,
            personal,
            kinds=kinds_told(knowledge),
            facts=facts_told(knowledge),
            known=known_told(model),
            asked=asked_told(passage.entry, model, knowledge) if passage.entry else "",
            text=piece,
        )
        for piece in pieces(clean(passage.text))
    ]
