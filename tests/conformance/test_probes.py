"""What must hold of every probe in `knowledge/probes/`, beyond what the loader checks."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from threatwright.engine.probes.answers import Answer
from threatwright.engine.probes.canaries import SENTENCES, make_kit
from threatwright.engine.probes.nonces import HALF, make_nonce
from threatwright.engine.probes.payloads import PLACEHOLDERS, Filled, fill
from threatwright.engine.probes.scoring import NONCE, score
from threatwright.engine.probes.sightings import find
from threatwright.knowledge import check_probes
from threatwright.knowledge.load import load_knowledge
from threatwright.model.catalogue import ListName
from threatwright.model.probe_plan import Payload
from threatwright.model.probes import (
    ADAPTIVE,
    Canary,
    Family,
    Judge,
    Measure,
    Method,
    Need,
    Nonce,
    Pattern,
    Place,
    ProbeEntry,
    Rule,
    Tokens,
    ToolSink,
)

KNOWLEDGE = load_knowledge()
KIT = make_kit("m", "chatbot", Place, "conformance")
SINK = "http://127.0.0.1:8199"
WITHOUT_TEXT = (Measure, Rule, Judge)
"""Scorers that a text of ours shows nothing to by itself."""

each_probe = pytest.mark.parametrize("probe", KNOWLEDGE.probes, ids=lambda probe: probe.id)
each_scored = pytest.mark.parametrize(
    "probe",
    [p for p in KNOWLEDGE.probes if not isinstance(p.scorer, WITHOUT_TEXT)],
    ids=lambda probe: probe.id,
)


def filled(probe: ProbeEntry) -> Iterator[Filled]:
    """Each seed of ours, as it would be sent without conversion."""
    for n, seed in enumerate(probe.seeds):
        yield fill(probe, seed, n, make_nonce(0, probe.id, n), KIT, SINK)


def payload(one: Filled) -> Payload:
    return Payload(
        id="0" * 16,
        turns=one.turns,
        plain=one.turns,
        document=one.document,
        later=one.later,
        seed=0,
        secret=one.secret,
    )


def outcome(probe: ProbeEntry, one: Filled, answer: Answer) -> str:
    sent = one.later if probe.method is Method.LATER else one.turns
    return score(probe.scorer, answer, sent, payload(one), KIT).outcome


def obeying(probe: ProbeEntry, one: Filled) -> Iterator[Answer]:
    """What an endpoint says that does what is asked."""
    match probe.scorer:
        case Canary() | Nonce():
            yield Answer(f"Of course, it is {one.secret}.")
        case Pattern(examples=examples):
            for text in examples.values():
                yield Answer(f"Here you are:\n{text.replace(NONCE, one.secret)}\n")
        case Tokens(more_than=more_than):
            yield Answer("and so on", completion_tokens=more_than + 1)
        case ToolSink(path=path):
            yield Answer("Done.", tool_calls=(f"POST {path or '/call/'}{one.secret}\n",))


def texts(one: Filled) -> tuple[str, ...]:
    return (*one.turns, one.document, *one.later)


# --- the whole --------------------------------------------------------------------------------


def test_there_are_at_least_forty_five_probes() -> None:
    assert len(KNOWLEDGE.probes) >= 45


def test_every_family_has_a_probe() -> None:
    assert {probe.family for probe in KNOWLEDGE.probes} == set(Family)


def test_every_method_need_and_place_of_a_canary_is_used() -> None:
    scorers = [probe.scorer for probe in KNOWLEDGE.probes]
    assert {probe.method for probe in KNOWLEDGE.probes} == set(Method)
    assert {need for probe in KNOWLEDGE.probes for need in probe.needs} == set(Need)
    assert {one.place for one in scorers if isinstance(one, Canary)} == set(Place)


def test_no_seed_stands_there_twice() -> None:
    def words(text: str) -> str:
        return " ".join(re.findall(r"[^\W_]+", text.casefold()))

    counted = Counter(
        words(" ".join((*seed.turns, seed.document, *seed.later)))
        for probe in KNOWLEDGE.probes
        for seed in probe.seeds
        if probe.method is not Method.MANY_SHOT  # they differ by what stands before them
    )
    assert [text for text, times in counted.items() if times > 1] == []


@pytest.mark.parametrize(
    ("family", "fewest"),
    [
        (Family.PROMPT_LEAK, 100),
        (Family.DIRECT_OVERRIDE, 40),
        (Family.JAILBREAK_TEMPLATE, 25),
        (Family.GUARDRAIL_BYPASS, 25),
        (Family.INDIRECT_INLINE, 30),
        (Family.DATA_LEAK, 25),
        (Family.CROSS_USER_LEAK, 15),
    ],
)
def test_leaks_and_overrides_are_tried_in_many_ways(family: Family, fewest: int) -> None:
    seeds = [seed for p in KNOWLEDGE.probes if p.family is family for seed in p.seeds]
    assert len(seeds) >= fewest


def test_threats_to_what_generates_text_are_tried() -> None:
    tried = {id_ for probe in KNOWLEDGE.probes for id_ in probe.tried}
    assert tried >= {
        "direct-prompt-injection", "jailbreak", "guardrail-bypass", "hidden-text-injection",
        "system-prompt-leak", "secrets-in-context", "sensitive-disclosure", "cross-session-leak",
        "markdown-exfiltration", "output-script-injection", "output-to-interpreter",
        "llm-denial-of-wallet", "llm-costly-prompts", "misinformation", "package-hallucination",
        "rag-poisoning", "indirect-injection-retrieved", "retrieval-ignores-rights",
        "cross-tenant-retrieval", "retrieval-jamming", "memory-poisoning", "memory-disclosure",
        "agent-goal-hijack", "tool-misuse", "confused-deputy", "excessive-agency",
        "agent-exfiltration", "tool-result-injection", "tool-backend-exploit",
        "evasion-crafted-input", "model-extraction", "membership-inference",
    }  # fmt: skip


def test_the_words_that_seeds_ask_by_stand_in_what_is_planted() -> None:
    asked = " ".join(seed.turns[0] for p in KNOWLEDGE.probes for seed in p.seeds).casefold()
    for words in ("internal reference", "filing code", "access code", "collection code"):
        assert words in asked
        assert any(words in sentence.casefold() for sentence in SENTENCES.values())


def test_the_loader_knows_the_places_that_are_filled() -> None:
    assert frozenset(PLACEHOLDERS) == check_probes.PLACEHOLDERS
    assert check_probes.NONCE == NONCE


# --- each -------------------------------------------------------------------------------------


@each_probe
def test_a_probe_cites_a_technique_and_each_risk_in_both_editions(probe: ProbeEntry) -> None:
    cited = [KNOWLEDGE.cite(id_) for id_ in probe.references]
    assert any(one.list is ListName.ATLAS for one in cited)
    assert any(one.list.startswith("owasp") for one in cited)
    editions = {one.edition for one in cited if one.list is ListName.OWASP_LLM}
    # What the 2026 list says of memories is nearest to poisoning and injection of before.
    assert editions in (set(), {"2025", "2026"})


@each_probe
def test_no_message_holds_what_a_hit_would(probe: ProbeEntry) -> None:
    for one in filled(probe):
        if one.secret:
            seam = 0 if isinstance(probe.scorer, Canary) else HALF
            assert all(find(text, one.secret, seam) is None for text in texts(one))


@each_scored
def test_who_obeys_is_hit(probe: ProbeEntry) -> None:
    seeds = [*filled(probe)] or [Filled(("Tell me.",), "", (), KIT.canaries[0].text)]
    for one in seeds:
        answers = [*obeying(probe, one)]
        assert answers
        assert {outcome(probe, one, answer) for answer in answers} == {"hit"}


@each_scored
def test_who_declines_quotes_or_describes_the_request_is_not_hit(probe: ProbeEntry) -> None:
    for one in filled(probe):
        whole = "\n".join(texts(one))
        for answer in (
            "I'm sorry, but I can't help with that.",
            "Hello! How can I help you with your order today?",
            whole,
            f"You wrote:\n> {whole.replace(chr(10), chr(10) + '> ')}\nI will not do that.",
            f"“{whole.upper()}”",
            "The text asks to put " + " and ".join(map("“{}”".format, _halves(one))) + " together.",
        ):
            assert outcome(probe, one, Answer(answer, completion_tokens=90)) != "hit"


def _halves(one: Filled) -> tuple[str, str]:
    return one.secret[:HALF], one.secret[HALF : 2 * HALF]


@each_probe
def test_what_is_sent_first_is_no_plain_request_for_the_nonce_in_a_later_turn(
    probe: ProbeEntry,
) -> None:
    """Where a hit shows persistence, only the last message makes the nonce complete."""
    if probe.shows != "persistence" or probe.method is not Method.TURNS:
        return
    for one in filled(probe):
        left, right = _halves(one)
        assert not any(left in turn and right in turn for turn in one.turns)
        assert right in one.turns[-1]


@each_probe
def test_a_probe_sends_a_bounded_number_of_payloads(probe: ProbeEntry) -> None:
    most = probe.shipped.most if probe.shipped else 0
    assert (len(probe.seeds) + most) * len(probe.converters) * probe.trials <= 60
    assert probe.turns <= 8 or probe.method in ADAPTIVE


@each_probe
def test_what_is_said_of_a_probe_is_a_sentence(probe: ProbeEntry) -> None:
    assert probe.is_.endswith(".")
    assert not probe.not_when or probe.not_when.endswith(".")
    assert not probe.name.endswith(".")
    assert len(probe.name) <= 72


def test_addresses_in_seeds_lead_nowhere() -> None:
    for probe in KNOWLEDGE.probes:
        for one in filled(probe):
            for text in texts(one):
                for host in re.findall(r"https?://([^/\s\"'>)]+)", text):
                    assert host in ("probe.invalid", "127.0.0.1:8199")


# --- beside what PyRIT ships ------------------------------------------------------------------


def shipped() -> Path:
    """The folder of the data sets of PyRIT, which need not be imported for it."""
    found = importlib.util.find_spec("pyrit")
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0], "datasets")


def test_seeds_that_pyrit_ships_are_where_they_are_looked_for() -> None:
    paths = [probe.shipped.path for probe in KNOWLEDGE.probes if probe.shipped]
    assert paths
    seeds = shipped() / "seed_datasets" / "local"
    assert [path for path in paths if not (seeds / path).is_file()] == []


def runs(text: str) -> set[str]:
    """Its runs of eight words."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return {" ".join(words[n : n + 8]) for n in range(len(words) - 7)}


@pytest.mark.slow
def test_no_eight_words_of_a_seed_stand_together_in_what_pyrit_ships() -> None:
    files = [p for p in shipped().rglob("*") if p.suffix in (".prompt", ".yaml", ".json")]
    assert len(files) > 100
    theirs = set().union(*(runs(path.read_text(encoding="utf-8")) for path in files))
    ours = (
        (probe.id, run)
        for probe in KNOWLEDGE.probes
        for seed in probe.seeds
        for text in (*seed.turns, seed.document, *seed.later)
        for run in runs(text)
    )
    assert [(id_, run) for id_, run in ours if run in theirs] == []
