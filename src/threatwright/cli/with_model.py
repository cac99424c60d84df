"""Has the configured language model add to a draft, or shows what it would be asked."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from threatwright import bootstrap, config
from threatwright.cli import console
from threatwright.errors import LanguageModelError
from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.prompt import Prompt, Tier

if TYPE_CHECKING:
    from pydantic import BaseModel

    from threatwright.config import Settings
    from threatwright.ports import Llm
    from threatwright.workflow.events import Event


LONGEST = 78
"""Characters of the line that tells progress."""


class Outcome(NamedTuple):
    """What came of a draft with a language model."""

    model: ThreatModel
    is_interrupted: bool = False
    """Somebody pressed Ctrl-C."""
    has_failed: bool = False
    """A part of it could not be drafted, which was told."""


def settings_for(folder: Path, *, offline: bool) -> Settings:
    """The settings that hold for a model in this folder."""
    return config.settings(folder, offline=offline or None)


def draft_with_model(
    model: ThreatModel, knowledge: Knowledge, folder: Path, *, offline: bool
) -> Outcome:
    """The model with what the configured language model adds; as it is where there is none.

    Progress and what went wrong are told on standard error. Ctrl-C keeps what has arrived.
    """
    settings = settings_for(folder, offline=offline)
    if settings.language_model is None:
        return Outcome(model)
    return asyncio.run(_drafted(model, knowledge, folder, settings))


async def _drafted(
    model: ThreatModel, knowledge: Knowledge, folder: Path, settings: Settings
) -> Outcome:
    from threatwright.workflow.headless import with_language_model

    progress, stop = _Progress(), asyncio.Event()
    async with bootstrap.language_model(folder) as llm:
        assert llm is not None
        working = asyncio.ensure_future(
            with_language_model(
                model,
                llm,
                knowledge,
                bootstrap.index,
                say=progress.hear,
                stop=stop,
                personal=settings.redact,
            )
        )
        try:
            found = await asyncio.shield(working)
        except asyncio.CancelledError:  # Ctrl-C
            stop.set()
            found = await working
        progress.end()
        console.note(_came_to(found is not model, llm, settings))
    return Outcome(found, stop.is_set(), progress.has_failed)


class _Progress:
    """Tells on standard error how far it has come: on one line, if a person looks."""

    def __init__(self) -> None:
        self.has_failed = False
        self._is_watched = console.is_terminal(sys.stderr)
        self._width = 0

    def hear(self, event: Event) -> None:
        from threatwright.workflow.events import Drafting, Listening, Summing, Warned

        match event:
            case Listening(done=done, of=of, name=name):
                self._show(f"read {done} of {of} {name}")
            case Drafting(done=done, of=of, name=name):
                self._show(f"drafted {done} of {of} {name}")
            case Summing():
                self._show("sums up")
            case Warned(problem=problem, fix=fix):
                self.end()
                self.has_failed |= event.of_model
                console.complain(LanguageModelError(problem, fix))

    def _show(self, what: str) -> None:
        if not self._is_watched:
            return
        text = one_line(f"Language model: {what}")[:LONGEST]
        sys.stderr.write(f"\r{text.ljust(self._width)}")
        sys.stderr.flush()
        self._width = len(text)

    def end(self) -> None:
        """Leave the line."""
        if self._width:
            sys.stderr.write("\n")
            self._width = 0


def _came_to(is_new: bool, llm: Llm, settings: Settings) -> str:
    """What it came to, in a line."""
    from threatwright.exchange.marks import count
    from threatwright.exchange.report.language_model import cost, tokens

    usage = llm.usage
    if not usage.calls and not is_new:
        return "Language model: nothing new to ask."
    names = ", ".join(dict.fromkeys(llm.model(tier) for tier in (Tier.STRONG, Tier.FAST)))
    money = cost(usage)
    money += "" if money == "unknown" else f" {settings.llm_currency}"
    return (
        f"Language model {names}: {count(usage.calls, 'call')}, {tokens(usage)} tokens, "
        f"cost {money}."
    )


def prompts(
    model: ThreatModel, knowledge: Knowledge, folder: Path, *, offline: bool
) -> Iterator[str]:
    """What would be sent first, part by part. Nothing is sent.

    What comes after replies, as the look at the whole draft, cannot be shown before them; and what
    is read in a text may add to what is asked about components.
    """
    from threatwright.engine.contributions.briefing import briefs
    from threatwright.engine.contributions.draft_reply import reply_type
    from threatwright.engine.contributions.uncovered import Silence
    from threatwright.engine.derive import by_rules
    from threatwright.engine.reading.hearing import reply_type as reading_type
    from threatwright.engine.reading.passages import unheard
    from threatwright.engine.rules.assessment import Assessment
    from threatwright.workflow.asks import ask_about
    from threatwright.workflow.listening import name_of, prompts_for
    from threatwright.workflow.replies_at_hand import AtHand

    settings = settings_for(folder, offline=offline)
    strong = settings.llm_model or ""
    fast = settings.llm_fast_model or strong
    for passage in unheard(model):
        for prompt in prompts_for(passage, model, knowledge, settings.redact):
            yield from _parts(prompt, name_of(passage), fast, reading_type(knowledge))
    assessment = Assessment(model.system, knowledge)
    threats = by_rules(model, assessment).threats
    at_hand = AtHand(model)
    for brief in briefs(assessment, threats, bootstrap.index(offline=offline or None)):
        ask = ask_about(
            brief, lambda _: strong, settings.redact, Silence(name=brief.component.name)
        )
        if at_hand.reply(ask) is None:
            yield from _parts(ask.prompt, brief.component.name, strong, reply_type(brief))


def _parts(prompt: Prompt, about: str, to: str, output: type[BaseModel]) -> Iterator[str]:
    """One call: what the system message and the user message hold, and what the reply must fit."""
    yield f"=== {prompt.name}, about {about}, to {to or 'no language model is set'}: instruction"
    yield prompt.instruction
    yield "=== material"
    yield prompt.material
    yield "=== JSON Schema of the reply"
    yield json.dumps(output.model_json_schema(), ensure_ascii=False)
