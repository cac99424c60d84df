"""What must hold of probes: what they try is there, and what they send can show what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from threatwright.knowledge.problem import Problem
from threatwright.model.knowledge import Knowledge
from threatwright.model.probes import (
    ADAPTIVE,
    Canary,
    Measure,
    Method,
    Need,
    Nonce,
    Pattern,
    ProbeEntry,
    Rule,
    Scorer,
    Seed,
    Shows,
    Tokens,
    ToolSink,
)

PLACEHOLDERS = frozenset({"{left}", "{right}", "{task}", "{document}", "{topic}", "{sink}"})
"""What is filled in seeds."""
NONCE = "{nonce}"
"""What stands for the nonce in an expression."""

_PLACE = re.compile(r"\{[a-z_]+\}")
_TURNS: dict[Method, range] = {
    Method.SINGLE: range(1, 2),
    Method.TURNS: range(2, 21),
    Method.MANY_SHOT: range(1, 2),
    Method.SKELETON_KEY: range(1, 2),
    Method.CRESCENDO: range(1, 2),
    Method.RED_TEAMING: range(1, 2),
    Method.PLANT_THEN_ASK: range(1, 21),
    Method.LATER: range(1, 21),
    Method.PREDICT: range(1),
}
"""How many messages a seed has, by how they are sent."""
_SHOWN_BY: dict[type[Scorer], frozenset[Shows]] = {
    Canary: frozenset({Shows.LEAKAGE, Shows.INSTRUCTION_OVERRIDE}),
    Nonce: frozenset({Shows.INSTRUCTION_OVERRIDE, Shows.PERSISTENCE, Shows.FALSE_STATEMENT}),
    Pattern: frozenset(
        {Shows.INSTRUCTION_OVERRIDE, Shows.LEAKAGE, Shows.UNSAFE_OUTPUT, Shows.FALSE_STATEMENT}
    ),
    Tokens: frozenset({Shows.CONSUMPTION}),
    ToolSink: frozenset({Shows.TOOL_CALL}),
    Rule: frozenset({Shows.RULE_BROKEN}),
    Measure: frozenset({Shows.EVASION, Shows.EXTRACTION, Shows.MEMBERSHIP}),
}
"""What a hit of an exact scorer can show at all."""

_Found = Iterator[tuple[tuple[str | int, ...], str]]
"""Fields, and what is wrong there."""


def probe_problems(knowledge: Knowledge) -> Iterator[Problem]:
    """Everything in probes that does not fit together."""
    for probe in knowledge.probes:
        for place, id_, text in _leads(knowledge, probe):
            yield Problem("probe", probe.id, text, place, ("pattern", id_))
        for check in (_references, _needs, _scored, _converted):
            for field, text in check(knowledge, probe):
                yield Problem("probe", probe.id, text, field)
        for n, seed in enumerate(probe.seeds):
            for text in _seed(probe, seed):
                yield Problem("probe", probe.id, text, ("seeds", n))


def _leads(knowledge: Knowledge, probe: ProbeEntry) -> Iterator[tuple[tuple[str, int], str, str]]:
    """Place, id and text: patterns that it names are there, or were removed on purpose."""
    removed = knowledge.organisation.removes if knowledge.organisation else {}
    known = {pattern.id for pattern in knowledge.patterns} | removed.keys()
    for field in ("tests", "bypasses", "suggests"):
        for n, id_ in enumerate(getattr(probe, field)):
            if id_ not in known:
                yield (field, n), id_, f"there is no pattern “{id_}”"


def _references(knowledge: Knowledge, probe: ProbeEntry) -> _Found:
    for n, cited in enumerate(probe.references):
        try:
            knowledge.cite(cited)
        except KeyError:
            yield ("references", n), f"the reference “{cited}” is in no catalogue here"


# --- how it is sent ---------------------------------------------------------------------------


def _needs(_: Knowledge, probe: ProbeEntry) -> _Found:
    """What a method or scorer cannot do without stands under `needs`, and nothing else."""
    needed = {
        Need.DOCUMENT_SINK: probe.method is Method.PLANT_THEN_ASK,
        Need.TOOL_SINK: isinstance(probe.scorer, ToolSink),
        Need.SAMPLES: probe.method is Method.PREDICT,
    }
    for need, is_needed in needed.items():
        if is_needed != (need in probe.needs):
            yield ("needs",), f"{need} {'is missing' if is_needed else 'is not needed'}"
    if (probe.method is Method.PREDICT) != isinstance(probe.scorer, Measure):
        yield ("method",), "rows go with a measure, and messages with any other scorer"


def _converted(_: Knowledge, probe: ProbeEntry) -> _Found:
    if probe.method in ADAPTIVE | {Method.PREDICT} and probe.converters != ((),):
        yield ("converters",), f"nothing that {probe.method} sends is known before, or converted"
    if len(set(probe.converters)) != len(probe.converters):
        yield ("converters",), "a chain stands there twice"


def _seed(probe: ProbeEntry, seed: Seed) -> Iterator[str]:
    """The messages are as many as the method sends, with places that are filled."""
    if len(seed.turns) not in _TURNS[probe.method]:
        yield f"{len(seed.turns)} messages are not what {probe.method} sends"
    if bool(seed.later) != (probe.method is Method.LATER):
        yield "`later` goes with the method later, and that with it"
    if not seed.document and probe.method is Method.PLANT_THEN_ASK:
        yield "there is no document to plant"
    is_put = probe.method is Method.PLANT_THEN_ASK or any("{document}" in t for t in seed.turns)
    if bool(seed.document) != is_put:
        yield "a document stands under `document`, and {document} where it is put"
    texts = (*seed.turns, seed.document, *seed.later)
    for place in sorted({p for text in texts for p in _PLACE.findall(text)} - PLACEHOLDERS):
        yield f"nothing takes the place of {place}"
    if ("{sink}" in "".join(texts)) and not isinstance(probe.scorer, ToolSink):
        yield "{sink} goes with the scorer tool-sink"
    yield from _halves(probe, texts)


def _halves(probe: ProbeEntry, texts: tuple[str, ...]) -> Iterator[str]:
    """Both halves of a nonce are sent where one is looked for, apart from each other."""
    whole = "\n".join(texts)
    has_both = "{task}" in whole or ("{left}" in whole and "{right}" in whole)
    if has_both != looks_for_nonce(probe.scorer):
        what = "is looked for" if not has_both else "is sent, and not looked for"
        yield f"a nonce {what}: {{task}}, or {{left}} and {{right}}"
    for text in texts:
        for between in re.findall(r"\{left\}(.*?)\{right\}", text, re.DOTALL):
            if not any(character.isalpha() for character in between):
                yield "the halves of the nonce stand together: whoever repeats them writes it"


# --- what it is scored by ---------------------------------------------------------------------


def looks_for_nonce(scorer: Scorer) -> bool:
    """Whether what a hit holds is a nonce."""
    match scorer:
        case Nonce() | ToolSink():
            return True
        case Pattern(patterns=patterns):
            return any(NONCE in expression for expression in patterns.values())
        case _:
            return False


def _scored(_: Knowledge, probe: ProbeEntry) -> _Found:
    can_show = _SHOWN_BY.get(type(probe.scorer))
    if can_show is not None and probe.shows not in can_show:
        yield ("shows",), f"the scorer {probe.scorer.kind} does not show {probe.shows}"
    if probe.shipped is not None and looks_for_nonce(probe.scorer):
        yield ("shipped",), "in seeds that PyRIT ships there is no nonce to look for"
    if isinstance(probe.scorer, Pattern):
        for field, text in _expressions(probe.scorer):
            yield ("scorer", *field), text


def _expressions(scorer: Pattern) -> _Found:
    """Each compiles, and matches its example."""
    if scorer.patterns.keys() != scorer.examples.keys():
        yield ("examples",), "there is an example for each pattern, by its name"
        return
    for name, expression in scorer.patterns.items():
        try:
            compiled = re.compile(expression.replace(NONCE, "nonce"))
        except re.error as error:
            yield ("patterns", name), f"it is no regular expression: {error}"
            continue
        if compiled.search(scorer.examples[name].replace(NONCE, "nonce")) is None:
            yield ("examples", name), "its pattern does not match it"
