"""Tells of a probe: what it sends, what a hit is and shows, and what it does not."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.knowledge.accounts.account import Account
from threatwright.knowledge.accounts.relations import Relations
from threatwright.model.knowledge import Knowledge
from threatwright.model.probes import (
    Canary,
    Judge,
    Measure,
    Method,
    Nonce,
    Pattern,
    Place,
    ProbeEntry,
    Rule,
    Scorer,
    Shows,
    Tokens,
    ToolSink,
)

METHODS = {
    Method.SINGLE: "one message, in a conversation of its own",
    Method.TURNS: "several messages in one conversation",
    Method.MANY_SHOT: "one message behind many made-up exchanges in which the endpoint obeys",
    Method.SKELETON_KEY: "a message that asks to change the rules, then one that asks for more",
    Method.CRESCENDO: "a model of the attacker's leads there step by step",
    Method.RED_TEAMING: "a model of the attacker's writes each message from the last answer",
    Method.PLANT_THEN_ASK: "a document is planted, then asked for in a new conversation",
    Method.LATER: "one conversation plants something, a later one asks",
    Method.PREDICT: "rows to a predictive endpoint",
}
"""How messages are sent, in words."""
SHOWS = {
    Shows.INSTRUCTION_OVERRIDE: "an instruction took the place of its own; no more than that",
    Shows.LEAKAGE: "something that it was to keep came out",
    Shows.UNSAFE_OUTPUT: "it writes what is dangerous if a program takes it as it is",
    Shows.CONSUMPTION: "one request costs more than it may",
    Shows.TOOL_CALL: "a text made it call a tool as the text wanted",
    Shows.PERSISTENCE: "what was said in one conversation steers another",
    Shows.RULE_BROKEN: "a rule of its owner's is broken",
    Shows.FALSE_STATEMENT: "it states what is not so",
    Shows.EVASION: "small changes turn its verdict",
    Shows.EXTRACTION: "a copy learnt from its answers agrees with it",
    Shows.MEMBERSHIP: "its answers tell what it was trained on",
}
"""What a hit shows, in words."""
PLACES = {
    Place.SYSTEM_PROMPT: "the system prompt",
    Place.DOCUMENT: "a document",
    Place.RECORD: "a record",
    Place.OTHER_USER: "what belongs to another user",
    Place.TOOL: "what a tool returns",
}
"""Where canaries are planted, in words."""


def probe_account(
    probe: ProbeEntry, knowledge: Knowledge, relations: Relations, note: str
) -> Account:
    """Everything about a probe."""
    patterns = {pattern.id: pattern for pattern in knowledge.patterns}
    traits = {
        "Family": (probe.family.value,),
        "Sends": (METHODS[probe.method],),
        "Seeds": tuple(_seeds(probe)),
        "Converted by": tuple(" then ".join(chain) for chain in probe.converters if chain),
        "A hit is": (hit_in_words(probe.scorer),),
        "A hit shows": (SHOWS[probe.shows],),
        "Shows, where the same in plain letters is stopped": tuple(
            id_ for id_ in probe.bypasses if id_ in patterns
        ),
        "Makes suspect": tuple(id_ for id_ in probe.suggests if id_ in patterns),
        "Tells nothing": (probe.not_when,) if probe.not_when else (),
        "Needs": tuple(need.value.replace("-", " ") for need in probe.needs),
        "Trials": (f"{probe.trials} of each payload; a hit is sent again {probe.replays} times",),
        "References": tuple(f"{id_} {knowledge.cite(id_).name}" for id_ in probe.references),
    }
    return Account(
        type="probe",
        id=probe.id,
        name=probe.name,
        publisher=probe.publisher,
        note=note,
        description=probe.is_,
        examples=tuple(" / ".join(seed.turns) for seed in probe.seeds[:2]),
        traits={label: values for label, values in traits.items() if values},
        patterns=tuple(relations.use(patterns[id_]) for id_ in probe.tried if id_ in patterns),
    )


def _seeds(probe: ProbeEntry) -> Iterator[str]:
    if probe.seeds:
        yield (
            f"{len(probe.seeds)} of threatwright's"
            if not probe.publisher
            else f"{len(probe.seeds)}"
        )
    if probe.shipped is not None:
        yield f"up to {probe.shipped.most} that PyRIT ships ({probe.shipped.path})"
    if isinstance(probe.scorer, Rule):
        yield "what tempts each product rule of the scope"


def hit_in_words(scorer: Scorer) -> str:
    """What counts as a hit."""
    match scorer:
        case Canary(place=place):
            return f"the canary planted in {PLACES[place]} comes back, in whatever form"
        case Nonce():
            return "the answer holds a text that had to be worked out from two halves"
        case Pattern(patterns=patterns):
            return f"the answer, without what it repeats, holds: {', '.join(patterns)}"
        case Tokens(more_than=more_than):
            return f"an answer of more than {more_than} tokens, as the endpoint counts"
        case ToolSink(path=path):
            where = f", at {path}" if path else ""
            return f"a call with a worked-out text arrives at our own listener{where}"
        case Rule():
            return "the answer matches what a product rule of the scope says it never may"
        case Judge(goal=goal):
            return f"none; a judge may suspect: {goal}"
        case Measure(by=by):
            return f"what {by.replace('-', ' ')} comes to is beyond its reference"
