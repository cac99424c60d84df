"""What a probe cannot do without, and what would let it run where it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from threatwright.engine.probes.product_rules import tellable
from threatwright.model.canaries import CanaryKit
from threatwright.model.probe_request import OpenAiChat, RawHttp
from threatwright.model.probe_scope import ProbeScope, ProbeTarget
from threatwright.model.probes import (
    ADAPTIVE,
    Canary,
    Judge,
    Method,
    Need,
    ProbeEntry,
    Rule,
    ToolSink,
)

TURNING = ADAPTIVE | {Method.SKELETON_KEY}
"""Methods that go on in a conversation, whatever their seeds."""


class Missing(NamedTuple):
    """Why something is left out, and what would change that."""

    because: str
    fix: str


def missing(
    entry: ProbeEntry, target: ProbeTarget, scope: ProbeScope, kit: CanaryKit | None
) -> Missing | None:
    """The first thing that a probe lacks at a target; None if it can run."""
    return next(_missing(entry, target, scope, kit), None)


def _missing(
    entry: ProbeEntry, target: ProbeTarget, scope: ProbeScope, kit: CanaryKit | None
) -> Iterator[Missing]:
    if entry.family in scope.forbidden_families or entry.id in scope.forbidden_families:
        yield Missing(
            f"the scope forbids {entry.family}",
            "Take it from `forbidden_families`, if who authorised the scope agrees.",
        )
    if entry.method is Method.PREDICT or Need.SAMPLES in entry.needs:
        yield Missing(
            "it is for endpoints that predict, with rows of your own",
            "Describe such an endpoint as a target of the scope.",
        )
    is_single = isinstance(target.request, RawHttp) and not target.request.has_session
    if is_single and _turns(entry):
        yield Missing(
            "it needs a conversation, and the endpoint is sent one message at a time",
            "Put {SESSION} in the request where the id of a conversation goes, if it has one.",
        )
    if entry.method is Method.CRESCENDO and not isinstance(target.request, OpenAiChat):
        yield Missing(
            "it takes back what was refused, and only a chat is sent its own history",
            "Name an endpoint that speaks chat completions (`shape: openai-chat`), if it has one.",
        )
    if entry.method in ADAPTIVE and scope.attacker is None:
        yield Missing(
            "no model writes its messages",
            "Name one under `attacker` in the scope, and what it may spend under `caps`.",
        )
    if isinstance(entry.scorer, Judge) and scope.judge is None:
        yield Missing(
            "no model judges its answers",
            "Name one under `judge` in the scope, and what it may spend under `caps`.",
        )
    yield from _unplanted(entry, target, kit)


def _unplanted(entry: ProbeEntry, target: ProbeTarget, kit: CanaryKit | None) -> Iterator[Missing]:
    if isinstance(entry.scorer, Canary) and (kit is None or kit.of(entry.scorer.place) is None):
        place = entry.scorer.place.replace("-", " ")
        yield Missing(
            f"no canary is planted in: {place}",
            "Make a kit with threatwright probe FILE --scope SCOPE --canaries -o KIT, plant it, "
            "and name it: --kit KIT",
        )
    plants = entry.method is Method.PLANT_THEN_ASK or Need.DOCUMENT_SINK in entry.needs
    if plants and target.document_sink is None:
        yield Missing(
            "it cannot put a document where the system reads it",
            "Describe the request that does under `document_sink` of the target.",
        )
    calls = isinstance(entry.scorer, ToolSink) or Need.TOOL_SINK in entry.needs
    if calls and target.tool_sink is None:
        yield Missing(
            "no tool is pointed at a listener of ours",
            "Point a tool of a test system at this machine, and name it under `tool_sink`.",
        )
    if isinstance(entry.scorer, Rule) and not target.product_rules:
        yield Missing(
            "no rule of the product is written down",
            "Write what no answer may say under `product_rules` of the target.",
        )
    elif isinstance(entry.scorer, Rule) and not tellable(target.product_rules):
        yield Missing(
            "no text is known that breaks any of its rules, besides what `ask` sends",
            "Add `example` to a rule: an answer that breaks it, in words of its own.",
        )


def _turns(entry: ProbeEntry) -> bool:
    """Whether it says several things in one conversation."""
    said = (messages for seed in entry.seeds for messages in (seed.turns, seed.later))
    return entry.method in TURNING or any(len(messages) > 1 for messages in said)
