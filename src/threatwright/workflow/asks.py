"""What a language model is asked for a draft: one prompt a component, and one over the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from threatwright import prompts
from threatwright.engine.contributions.brief_material import first_reply, material
from threatwright.engine.contributions.criticism import Row, rows
from threatwright.engine.contributions.proposals import Accepted
from threatwright.engine.contributions.uncovered import Silence
from threatwright.model.brief import Brief
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.redaction import Personal
from threatwright.model.system import SystemModel
from threatwright.model.threats import Threat

DRAFT = "draft_threats"
CRITICISE = "criticise_threats"


@dataclass(frozen=True)
class Ask:
    """A question about one component."""

    brief: Brief
    prompt: Prompt
    model: str
    ground: str
    """While it is the same, what was replied holds: it is not asked again."""
    silence: Silence
    """What the rules say nothing about there."""
    before: Accepted | None = None
    """What the first reply came to, where only the second question is open."""


class AskOfAll(NamedTuple):
    """The question about the whole draft."""

    rows: tuple[Row, ...]
    prompt: Prompt
    model: str
    ground: str


Named = Callable[[Tier], str]
"""The name of the model that answers prompts of a tier."""


def ask_about(brief: Brief, named: Named, personal: Collection[Personal], silence: Silence) -> Ask:
    """The question about a component."""
    prompt = _draft(brief, (), None, personal)
    model = named(prompt.tier)
    return Ask(brief, prompt, model, ground_of(prompt, model), silence)


def ask_again(
    ask: Ask, gaps: tuple[str, ...], before: Accepted, personal: Collection[Personal]
) -> Ask:
    """The same question with what is not covered. The ground stays: there is no third time."""
    return replace(ask, prompt=_draft(ask.brief, gaps, before, personal), before=before)


def ask_of_all(
    threats: Sequence[Threat], system: SystemModel, named: Named, personal: Collection[Personal]
) -> AskOfAll:
    """The question about the whole draft."""
    shown = rows(threats, system)
    prompt = prompts.render(
        CRITICISE,
        personal,
        system={"name": system.name, "purpose": system.purpose},
        components=[
            f"{c.name}: {c.kind}, in {system.zones[c.boundary].name} ({system.trust_of(c)})"
            for c in system.components
        ],
        threats=[row.model_dump(mode="json", exclude_defaults=True) for row in shown],
    )
    model = named(prompt.tier)
    return AskOfAll(shown, prompt, model, ground_of(prompt, model))


def ground_of(prompt: Prompt, model: str) -> str:
    """SHA-256 of what a reply depends on."""
    return hashlib.sha256(f"{prompt.digest}\0{model}".encode()).hexdigest()


def _draft(
    brief: Brief,
    gaps: tuple[str, ...],
    before: Accepted | None,
    personal: Collection[Personal],
) -> Prompt:
    drafted = first_reply(*before[:3], brief) if before is not None else []
    return prompts.render(DRAFT, personal, **material(brief), gaps=gaps, before=drafted)
