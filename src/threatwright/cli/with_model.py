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
from threatwright.engine.derive import derive, record
from threatwright.errors import LanguageModelError
from threatwright.exchange.plain import one_line
from threatwright.model.contributions import Ran
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge

if TYPE_CHECKING:
    from threatwright.config import Settings
    from threatwright.model.journal import JournalEntry
    from threatwright.ports import Llm
    from threatwright.workflow.events import Event


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
    from threatwright.workflow.drafting import drafted_with

    progress, stop = _Progress(), asyncio.Event()
    async with bootstrap.language_model(folder) as llm:
        assert llm is not None
        drafting = asyncio.ensure_future(
            drafted_with(
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
            entries = await asyncio.shield(drafting)
        except asyncio.CancelledError:  # Ctrl-C
            stop.set()
            entries = await drafting
        progress.end()
        _tell(entries, llm, settings)
    found = derive(record(model, *entries), knowledge) if entries else model
    return Outcome(found, stop.is_set(), progress.has_failed)


class _Progress:
    """Tells on standard error how far it has come: on one line, if a person looks."""

    def __init__(self) -> None:
        self.has_failed = False
        self._is_watched = console.is_terminal(sys.stderr)
        self._width = 0

    def hear(self, event: Event) -> None:
        from threatwright.workflow.events import Drafting, Warned

        match event:
            case Drafting(done=done, of=of, name=name) if self._is_watched:
                self._show(one_line(f"Language model: {done} of {of} {name}")[:78])
            case Warned(problem=problem, fix=fix):
                self.end()
                self.has_failed = True
                console.complain(LanguageModelError(problem, fix))

    def _show(self, text: str) -> None:
        sys.stderr.write(f"\r{text.ljust(self._width)}")
        sys.stderr.flush()
        self._width = len(text)

    def end(self) -> None:
        """Leave the line."""
        if self._width:
            sys.stderr.write("\n")
            self._width = 0


def _tell(entries: tuple[JournalEntry, ...], llm: Llm, settings: Settings) -> None:
    """What it came to, on standard error."""
    from threatwright.exchange.marks import count
    from threatwright.exchange.report.language_model import cost, tokens

    ran = next((entry for entry in entries if isinstance(entry, Ran)), None)
    usage = llm.usage
    if not usage.calls and ran is None:
        console.note("Language model: nothing new to ask.")
        return
    names = ", ".join(dict.fromkeys(ran.models.values())) if ran else settings.language_model
    money = cost(usage)
    money += "" if money == "unknown" else f" {settings.llm_currency}"
    console.note(
        f"Language model {names}: {count(usage.calls, 'call')}, {tokens(usage)} tokens, "
        f"cost {money}."
    )


def prompts(
    model: ThreatModel, knowledge: Knowledge, folder: Path, *, offline: bool
) -> Iterator[str]:
    """What would be sent first, part by part. Nothing is sent.

    The look at the whole draft comes after the replies, and cannot be shown before them.
    """
    from threatwright.engine.assessment import Assessment
    from threatwright.engine.briefing import briefs
    from threatwright.engine.derive import by_rules
    from threatwright.engine.draft_reply import reply_type
    from threatwright.workflow.asks import ask_about
    from threatwright.workflow.replies_at_hand import AtHand

    settings = settings_for(folder, offline=offline)
    assessment = Assessment(model.system, knowledge)
    threats = by_rules(model, assessment).threats
    at_hand = AtHand(model)
    for brief in briefs(assessment, threats, bootstrap.index(offline=offline or None)):
        ask = ask_about(brief, lambda _: settings.llm_model or "", settings.redact)
        if at_hand.reply(ask) is not None:
            continue
        to = ask.model or "no language model is set"
        yield f"=== {ask.prompt.name}, about {brief.component.name}, to {to}: instruction"
        yield ask.prompt.instruction
        yield "=== material"
        yield ask.prompt.material
        yield "=== JSON Schema of the reply"
        yield json.dumps(reply_type(brief).model_json_schema(), ensure_ascii=False)
